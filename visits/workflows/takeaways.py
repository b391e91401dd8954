"""What people bring home from a visit."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Refused
from core.workflows import change
from partners.models import Visibility
from visits.models import StudyVisit, Takeaway

FIELDS = ("seen", "fits", "blocks", "next_step", "next_step_date", "practice", "visibility")


@transaction.atomic
def create_takeaway(data, *, by):
    """Write down what the person saw on ``data["visit"]``, for the person's own organisation and region."""
    visit, person = data["visit"], history.person_of(by)
    if visit.state in (StudyVisit.State.DRAFT, StudyVisit.State.CANCELLED) or not visit.has_begun():
        raise Refused(_("The visit has not taken place, so there is nothing to bring home yet."))
    values = {name: data[name] for name in FIELDS if name in data}
    organisation = _organisation_of(person)
    _check_visibility(values.get("visibility"), organisation)
    takeaway = Takeaway.objects.create(
        visit=visit, person=person, organisation=organisation, region=organisation and organisation.region, **values
    )
    history.record(takeaway, "created", by=by)
    if takeaway.visibility != Visibility.ORGANISATION:
        history.record(visit, "takeaway-written", by=by)
    search.index(takeaway)
    return takeaway


def _organisation_of(person):
    membership = person.memberships.current().select_related("organisation__region").order_by("pk").first()
    return membership.organisation if membership else None


def _check_visibility(visibility, organisation):
    if visibility == Visibility.ORGANISATION and organisation is None:
        raise Refused(_("You belong to no organisation, so please choose who else may see it."), "visibility")


@transaction.atomic
def change_takeaway(takeaway, data, *, by, version=None):
    """Change what is given of the text."""
    values = {name: data[name] for name in FIELDS if name in data}
    _check_visibility(values.get("visibility"), takeaway.organisation)
    change(takeaway, values, by=by, version=version)
    return takeaway
