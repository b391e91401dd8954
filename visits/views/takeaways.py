"""Write down what one brings home."""

from allauth.account.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import doors
from core.access import get_visible, require
from visits import rules
from visits.forms import TakeawayChangeForm, TakeawayForm, initial_of_takeaway
from visits.models import Takeaway
from visits.views.visits import find_visit
from visits.workflows import takeaways as workflows


@login_required
@require_http_methods(["GET", "POST"])
def takeaway_create(request, pk):
    """Write a takeaway."""
    visit = find_visit(request, pk)
    require(rules.can_create_takeaway(request.user, visit))
    form = TakeawayForm(request.POST or None, user=request.user, visit=visit)
    return doors.create_page(
        request, form, "visits/takeaway_create.html",
        make=lambda valid: workflows.create_takeaway(valid.data_of_fields() | {"visit": visit}, by=request.user),
        done=_("Thank you. Others can build on it now."), context={"visit": visit},
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def takeaway_change(request, pk):
    """Change a takeaway."""
    takeaway = get_visible(Takeaway.objects.select_related("visit__meeting", "person"), request.user, pk=pk)
    require(rules.can_change_takeaway(request.user, takeaway))
    form = TakeawayChangeForm(
        request.POST or None, initial=initial_of_takeaway(takeaway), user=request.user, visit=takeaway.visit
    )

    def current():
        fresh = Takeaway.objects.select_related("practice").get(pk=takeaway.pk)
        stored = initial_of_takeaway(fresh)
        version = stored.pop("version")
        return {str(form.fields[name].label): value for name, value in stored.items()}, version

    return doors.form_page(
        request, form, "visits/takeaway_change.html", done=_("The takeaway is saved."),
        save=lambda valid: workflows.change_takeaway(
            takeaway, valid.data_of_fields(), by=request.user, version=valid.cleaned_data["version"]
        ),
        context={"takeaway": takeaway, "visit": takeaway.visit}, current=current,
    )  # fmt: skip
