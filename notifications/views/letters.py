"""The letters' pages, for curators: what was written to whom, and how it ended."""

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from core import history
from core.access import get_visible, require
from core.doors import verb
from notifications import rules, staff, workflows
from notifications.filters import LetterFilter
from notifications.models import Letter, MailAddress
from notifications.registry import REMINDERS

SAFE_PAGE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@require_safe
@login_required
def letter_list(request):
    """List the letters, newest first."""
    require(rules.can_see_letters(request.user))
    found = LetterFilter(request.GET, Letter.objects.visible_to(request.user).select_related("person"))
    rows = found.qs.defer("text", "html", "data")
    context = {
        "filter": found,
        "page": Paginator(rows, 25).get_page(request.GET.get("page")),
        "clock": staff.read_clock(),
    }
    return render(request, "notifications/letter_list.html", context)


@require_safe
@login_required
def letter_detail(request, pk):
    """Show one letter: its facts, its text, its HTML part in a closed frame, its history."""
    rows = Letter.objects.select_related("person", "content_type", "carried_by")
    letter = get_visible(rows, request.user, pk=pk)
    state = MailAddress.objects.filter(address=letter.address.lower()).first()
    context = {
        "letter": letter,
        "life": staff.life_of(letter, history.of(letter)[:20]),
        "rule": REMINDERS.get(letter.rule),
        "can_requeue": rules.can_requeue(request.user, letter),
        "can_give_up": rules.can_give_up(request.user, letter),
        "state_of_address": state,
        "can_clear_address": state is not None and rules.can_clear_address(request.user, state),
    }
    return render(request, "notifications/letter_detail.html", context)


@require_safe
@login_required
@xframe_options_sameorigin
def letter_html(request, pk):
    """Answer with the HTML part alone, where it can run nothing, load nothing and send nothing."""
    letter = get_visible(Letter.objects, request.user, pk=pk)
    return HttpResponse(letter.html, headers={"Content-Security-Policy": SAFE_PAGE, "Cache-Control": "no-store"})


@require_POST
@login_required
def requeue(request, pk):
    """Let the letter be tried again."""
    letter = get_visible(Letter.objects, request.user, pk=pk)
    require(rules.can_see_letters(request.user))
    return verb(request, letter, workflows.requeue, done=_("The letter waits to be sent again."))


@require_POST
@login_required
def give_up(request, pk):
    """End the letter for good."""
    letter = get_visible(Letter.objects, request.user, pk=pk)
    require(rules.can_see_letters(request.user))
    return verb(request, letter, workflows.give_up, done=_("The letter is not sent."))
