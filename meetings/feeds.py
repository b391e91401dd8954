"""Calendar files: one meeting, and everything that concerns one person, under a secret address."""

import hashlib
from datetime import timedelta

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import get_visible
from meetings import rules
from meetings.models import Meeting, Registration
from meetings.notices.calendar import calendar_of
from partners.models import FeedToken
from workgroups.querysets import group_standing

MEDIA_TYPE = "text/calendar; charset=utf-8"
LOOKS_BACK = timedelta(days=180)
MOST_MEETINGS = 500
HOUR = timedelta(hours=1)


@require_safe
def meeting_ics(request, pk):
    """Answer one meeting as a file for a calendar."""
    meeting = get_visible(Meeting.objects.all(), request.user, pk=pk)
    person_id = getattr(request.user, "person_id", None)
    is_registered = person_id is not None and meeting.registrations.active().filter(person_id=person_id).exists()
    may_enter = rules.can_enter_online(request.user, meeting, is_registered=is_registered)
    response = _answer(calendar_of([meeting], rooms={meeting.pk} if may_enter else set()))
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting.pk}.ics"'
    return response


@require_safe
def person_feed(request, secret):
    """Answer the meetings of the person to whom the secret belongs; 404 once it is replaced or suspended."""
    token = _token(secret)
    with translation.override(token.person.language):
        return _answer_to(token)


def _answer_to(token):
    """Answer the meetings of the owner of ``token``, in the owner's language: calendars send no wish of their own."""
    user = token.person.user
    own = Registration.objects.active().filter(person_id=token.person_id)
    registered = set(own.values_list("meeting_id", flat=True))
    rows = Meeting.objects.visible_to(user).exclude(state=Meeting.State.DRAFT)
    rows = rows.filter(Q(pk__in=registered) | Q(workgroup_id__in=group_standing(user).member_ids))
    rows = rows.filter(ends_at__gte=timezone.now() - LOOKS_BACK).order_by("starts_at", "id")
    response = _answer(calendar_of(list(rows[:MOST_MEETINGS]), name=_("Partnership meetings"), rooms=registered))
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = token.person.language
    return response


def _token(secret):
    key_hash = hashlib.sha256(secret.encode()).hexdigest()
    token = (
        FeedToken.objects.select_related("person__user").filter(key_hash=key_hash, person__user__is_active=True).first()
    )
    if token is None:
        raise Http404
    now = timezone.now()
    if token.used_at is None or token.used_at < now - HOUR:
        FeedToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def _answer(content):
    """Answer with an ETag of the content, so that calendars that ask again get 304."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-cache"
    return response
