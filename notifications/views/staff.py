"""What will be sent in the next two weeks: the planner's own reckoning, which writes nothing."""

from datetime import timedelta

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.access import require
from notifications import rules, staff
from notifications.models import Letter
from notifications.planning import foresee

AHEAD = timedelta(days=14)


@require_safe
@login_required
def coming(request):
    """List what the reminders ask for in the next fourteen days, and what waits for a later hour."""
    require(rules.can_see_letters(request.user))
    now = timezone.now()
    planned = foresee(now, now + AHEAD)
    page = Paginator(planned, 50).get_page(request.GET.get("page"))
    rows = Letter.objects.filter(key__in=[each.key for each in page.object_list])
    known = {row.key: row for row in rows.defer("text", "html", "data")}
    waiting = Letter.objects.visible_to(request.user).filter(rule="", state=Letter.State.QUEUED, due_at__gt=now)
    context = {
        "page": page,
        "rows": [(each, known.get(each.key)) for each in page.object_list],
        "waiting": waiting.filter(due_at__lte=now + AHEAD).select_related("person").order_by("due_at")[:50],
        "until": now + AHEAD,
        "clock": staff.read_clock(now),
    }
    return render(request, "notifications/coming.html", context)
