"""Sign up and withdraw."""

from allauth.account.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import doors
from core.access import get_visible, require
from visits import rules
from visits.forms import SignUpMemberForm
from visits.models import SignUp
from visits.views.visits import find_visit
from visits.workflows import seats


def _result(row):
    if row.state == SignUp.State.CONFIRMED:
        return _("You have a seat. A letter confirms it.")
    return _("All seats are taken. You are on the waiting list now; this page shows your place.")


@login_required
@require_POST
def sign_up(request, pk):
    """Sign up the person who asks."""
    visit = find_visit(request, pk)
    require(rules.can_sign_up(request.user, visit))
    return doors.verb(request, visit, seats.sign_up, done=_result)


@login_required
@require_http_methods(["GET", "POST"])
def sign_up_member(request, pk):
    """Let an organiser sign up somebody else."""
    visit = find_visit(request, pk)
    require(rules.can_sign_up_member(request.user, visit))
    form = SignUpMemberForm(request.POST or None, user=request.user, visit=visit)

    def save(valid):
        seats.sign_up(visit, by=request.user, person=valid.cleaned_data["person"])
        return visit

    return doors.form_page(
        request, form, "visits/sign_up_member.html", save=save, context={"visit": visit},
        done=_("Signed up. The person gets a letter."),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request, pk):
    """Ask once, then give a seat back or leave the queue: who comes back stands at the end."""
    rows = SignUp.objects.select_related("person", "visit__meeting")
    row = get_visible(rows, request.user, pk=pk)
    require(rules.can_withdraw(request.user, row))
    is_own = row.person_id == request.user.person_id
    if request.method == "GET":
        return render(request, "visits/withdraw.html", {"row": row, "visit": row.visit, "is_own": is_own})
    done = _("You are no longer signed up.") if is_own else _("The person is no longer signed up and gets a letter.")
    return doors.verb(request, row, seats.withdraw, done=done, target=row.visit.get_absolute_url())
