"""The inbox: what happened for a person, each thing once, and what the person did with it.

Reading the page changes nothing. Going to the thing is a POST, because it notes that the entry was opened.
"""

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.doors import verb
from notifications import workflows
from notifications.models import Letter

PER_PAGE = 25
TABS = ("open", "snoozed", "done")


def _rows(user, tab, now):
    mine = Letter.objects.inbox_of(user)
    return {"open": mine.open, "snoozed": mine.snoozed}[tab](now) if tab != "done" else mine.settled()


@require_safe
@login_required
def inbox(request):
    """List the person's own entries: open, put off, or done."""
    now = timezone.now()
    tab = request.GET.get("show", "open")
    tab = tab if tab in TABS else "open"
    rows = _rows(request.user, tab, now).defer("text", "html", "data")
    context = {
        "tab": tab,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "counts": {name: _rows(request.user, name, now).order_by().count() for name in ("open", "snoozed")},
    }
    return render(request, "notifications/inbox.html", context)


def _entry(request, pk):
    """Return the person's own entry; those of others answer like numbers that do not exist."""
    return get_object_or_404(Letter.objects.inbox_of(request.user), pk=pk)


def _verb(request, pk, workflow, *, done="", **data):
    tab = request.POST.get("show", "open")
    target = reverse("notifications:inbox") + (f"?show={tab}" if tab in TABS[1:] else "")
    return verb(request, _entry(request, pk), workflow, done=done, target=target, **data)


@require_POST
@login_required
def open_letter(request, pk):
    """Note that the entry was opened, and go to the thing."""
    letter = workflows.open_letter(_entry(request, pk), by=request.user)
    is_page = url_has_allowed_host_and_scheme(letter.url, allowed_hosts=None)
    return redirect(letter.url if is_page else "notifications:inbox")


@require_POST
@login_required
def settle_letter(request, pk):
    """Mark the entry as done."""
    return _verb(request, pk, workflows.settle_letter, done=_("Done."))


@require_POST
@login_required
def reopen_letter(request, pk):
    """Put the entry back among the open ones."""
    return _verb(request, pk, workflows.reopen_letter, done=_("It is open again."))


@require_POST
@login_required
def snooze_letter(request, pk):
    """Put the entry off until tomorrow or for a week."""
    until = request.POST.get("until", "")
    done = _("It comes back tomorrow.") if until == "tomorrow" else _("It comes back in a week.")
    return _verb(request, pk, workflows.snooze_letter, done=done, until=until)


@require_POST
@login_required
def settle_letters(request):
    """Mark everything that is open as done."""

    def settle(_inbox, *, by):
        return workflows.settle_letters(by=by)

    def done(count):
        return ngettext("%(count)d entry is done.", "%(count)d entries are done.", count) % {"count": count}

    return verb(request, None, settle, done=done, target="notifications:inbox")
