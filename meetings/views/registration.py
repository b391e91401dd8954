"""Pages on which people say that they take part."""

from allauth.account.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import require
from core.doors import form_page, verb
from meetings import rules
from meetings.forms.meetings import RegistrationForm
from meetings.models import Meeting
from meetings.views.meetings import meeting_of, participation
from meetings.workflows import registration


def _page(request, meeting, *, workflow, done, initial):
    form = RegistrationForm(request.POST or None, meeting=meeting, initial=initial)

    def save(valid):
        workflow(meeting, by=request.user, **valid.data_of_fields())
        return meeting

    context = {"meeting": meeting, **participation(request.user, meeting)}
    return form_page(request, form, "meetings/register.html", save=save, done=done, context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request, pk):
    """Take part in a meeting."""
    meeting = meeting_of(request, pk)
    require(rules.can_register(request.user, meeting))
    done = _("You are registered. A letter with the calendar file is on its way.")
    return _page(
        request, meeting, workflow=registration.register, done=done, initial={"is_online": meeting.mode == "online"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_registration(request, pk):
    """Change how one takes part."""
    meeting = meeting_of(request, pk)
    require(rules.can_change_registration(request.user, meeting))
    mine = meeting.registrations.active().filter(person=request.user.person).first()
    initial = {"is_online": mine.is_online, "note": mine.note} if mine else {}
    done = _("Your registration is saved.")
    return _page(request, meeting, workflow=registration.change_registration, done=done, initial=initial)


@require_POST
@login_required
def withdraw(request, pk):
    """Give the place back."""
    meeting = meeting_of(request, pk)
    require(rules.can_withdraw(request.user, meeting))
    response = verb(request, meeting, registration.withdraw, done=_("You no longer take part in this meeting."))
    still_sees = Meeting.objects.visible_to(request.user).filter(pk=pk).exists()
    return response if still_sees else redirect("meetings:meeting_list")


@require_POST
@login_required
def decline(request, pk):
    """Say that one does not come."""
    meeting = meeting_of(request, pk)
    require(rules.can_register(request.user, meeting))
    return verb(request, meeting, registration.decline, done=_("Noted: you do not come."))
