"""Home, search, trail, and the pages about the portal."""

from allauth.account.decorators import login_required
from django.contrib.humanize.templatetags.humanize import apnumber
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import get_visible
from meetings.models import Meeting
from overview import atlas
from overview.finding import LONGEST_QUERY, find
from overview.news import news_for
from overview.trail import KINDS
from overview.waiting import next_dates, waiting_for
from partners.models import Figure, Organisation
from practices.models import Practice, Transfer
from workgroups.models import Workgroup


@require_safe
def home(request):
    """Show what waits for the person; to everybody else the public front page."""
    if request.user.is_authenticated:
        return _own_home(request)
    return _front(request)


def _own_home(request):
    person = request.user.person
    waiting = waiting_for(request.user)
    context = {
        "headline": _headline(len(waiting), request.user.get_short_name()),
        "person": person,
        "waiting": waiting[:12],
        "waiting_count": len(waiting),
        "dates": next_dates(request.user),
        "news": news_for(request.user),
        "seen_until": person.seen_news_at,
        "today": timezone.localdate(),
        "groups": Workgroup.objects.filter(
            pk__in=person.group_memberships.current().values("workgroup_id")
        ).with_counts(),
    }
    return render(request, "overview/home.html", context)


def _headline(count, name):
    """Return the title of the home page: how many things wait for the person."""
    if count == 0:
        return _("Nothing waits for you, %(name)s") % {"name": name}
    if count == 1:
        return _("One thing waits for you, %(name)s") % {"name": name}
    number = str(apnumber(count))
    return _("%(number)s things wait for you, %(name)s") % {"number": number[:1].upper() + number[1:], "name": name}


def _front(request):
    practices = Practice.objects.visible_to(request.user)
    transfers = Transfer.objects.visible_to(request.user).select_related(
        "practice__workgroup", "practice__region", "practice__organisation__region", "region"
    )
    meetings = Meeting.objects.visible_to(request.user)
    partners = Organisation.objects.partners().select_related("region")
    context = {
        "groups": Workgroup.objects.all(),
        "partners": partners,
        "practices": practices.select_related("workgroup", "region")[:4],
        "practice_count": practices.count(),
        "next_meeting": meetings.upcoming().select_related("host", "workgroup").first(),
        "last_meeting": meetings.past().select_related("host", "workgroup").first(),
        "meeting_count": meetings.count(),
        "country_count": len({organisation.region.country for organisation in partners}),
        "transfers": transfers,
        "atlas": atlas.draw(partners, transfers),
    }
    return render(request, "overview/front.html", context)


@login_required
@require_POST
def mark_news_seen(request):
    """Remember until when the person has seen the news."""
    person = request.user.person
    person.seen_news_at = timezone.now()
    person.save(update_fields=["seen_news_at"])
    return redirect("overview:home")


@require_safe
def search(request):
    """Show what the person finds."""
    query = request.GET.get("q", "")[:LONGEST_QUERY]
    groups = find(request.user, query)
    context = {"query": query, "groups": groups, "total": sum(group.count for group in groups)}
    return render(request, "overview/search.html", context)


@require_safe
def trail(request, kind, pk):
    """Show the learning trail of one thing on a page of its own."""
    if kind not in KINDS:
        raise Http404
    thing = get_visible(KINDS[kind].objects, request.user, pk=pk)
    return render(request, "overview/trail.html", {"thing": thing, "kind": kind})


@require_safe
def about(request):
    """Show what the partnership is, what it promised and what it reported, with sources."""
    figures = Figure.objects.all()
    context = {
        "targets": [f for f in figures if f.kind == Figure.Kind.TARGET],
        "results": [f for f in figures if f.kind == Figure.Kind.RESULT],
        "partners": Organisation.objects.partners().select_related("region"),
    }
    return render(request, "overview/about.html", context)


@require_safe
def accessibility(request):
    """Show the accessibility statement."""
    return render(request, "overview/accessibility.html")


@require_safe
def privacy(request):
    """Show what is kept about people, why and how long."""
    return render(request, "overview/privacy.html")


@require_safe
def api(request):
    """Explain the API in a few sentences."""
    return render(request, "overview/api.html")


@login_required
@require_safe
def account(request):
    """Show everything that a person sets for the own account, in one place."""
    return render(request, "overview/account.html", {"person": request.user.person})
