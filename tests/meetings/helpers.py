"""What the tests of this room share."""

from datetime import timedelta

from django.utils import timezone

from meetings.models import Registration
from notifications.delivery import write
from notifications.models import Letter
from tests import factories as make


def house():
    """Return an organisation with its coordinator (who organises) and a member."""
    home = make.make_organisation()
    boss = make.make_user(organisation=home, role="coordinator")
    member = make.make_user(organisation=home)
    return home, boss, member


def registered(meeting, *, organisation=None, before=timedelta(days=20)):
    """Return an account that registered for ``meeting`` some time ago."""
    user = make.make_user(organisation=organisation or make.make_organisation())
    Registration.objects.create(meeting=meeting, person=user.person, registered_at=timezone.now() - before)
    return user


def told(kind):
    """Return the set of person ids to whom waiting letters of ``kind`` go."""
    return set(Letter.objects.filter(kind=kind, state="queued").values_list("person_id", flat=True))


def content(kind, person):
    """Return what the newest letter of ``kind`` to ``person`` says now."""
    letter = Letter.objects.filter(kind=kind, person=person).order_by("-pk").first()
    return write(letter, timezone.now())
