"""Pages for minutes and decisions."""

from allauth.account.decorators import login_required
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import require
from core.doors import form_page, verb
from meetings import rules
from meetings.forms.meetings import DecisionForm, MinutesForm
from meetings.models import Meeting
from meetings.views.meetings import meeting_of, version_of
from meetings.workflows import minutes


def _address(pk):
    return reverse("meetings:meeting_detail", args=[pk]) + "#minutes"


def _stored(pk):
    meeting = Meeting.objects.get(pk=pk)
    return {_("Minutes"): meeting.minutes}, meeting.version


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def write_minutes(request, pk):
    """Write the minutes."""
    meeting = meeting_of(request, pk)
    require(rules.can_write_minutes(request.user, meeting))
    form = MinutesForm(request.POST or None, initial={"minutes": meeting.minutes, "version": meeting.version})

    def save(valid):
        data = valid.data_of_fields()
        minutes.write_minutes(meeting, data, by=request.user, version=valid.cleaned_data["version"])
        return _address(pk)

    return form_page(
        request,
        form,
        "meetings/minutes_form.html",
        save=save,
        done=_("The minutes are saved."),
        context={"meeting": meeting},
        current=lambda: _stored(pk),
    )


@require_POST
@login_required
def publish_minutes(request, pk):
    """Let everybody who sees the meeting read the minutes."""
    meeting = meeting_of(request, pk)
    require(rules.can_publish_minutes(request.user, meeting))
    return verb(
        request,
        meeting,
        minutes.publish_minutes,
        done=_("The minutes are published."),
        target=_address(pk),
        version=version_of(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record_decision(request, pk):
    """Record a decision."""
    meeting = meeting_of(request, pk)
    require(rules.can_record_decision(request.user, meeting))
    today = timezone.localdate(timezone=meeting.zone)
    form = DecisionForm(
        request.POST or None, meeting=meeting, initial={"decided_date": today, "version": meeting.version}
    )

    def save(valid):
        data = valid.data_of_fields()
        return minutes.record_decision(meeting, by=request.user, version=valid.cleaned_data["version"], **data)

    return form_page(
        request,
        form,
        "meetings/decision_form.html",
        save=save,
        done=_("The decision is recorded."),
        context={"meeting": meeting},
        current=lambda: _stored(pk),
    )
