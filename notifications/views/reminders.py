"""Reminders as coordinators see them: every rule in words, and what is changed for all, a group or one thing."""

from datetime import timedelta

from allauth.account.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import history
from core.access import get_visible, require
from core.doors import form_page
from notifications import rules, staff, workflows
from notifications.forms.reminders import ReminderForm
from notifications.models import ReminderSetting
from notifications.planning import Changes, asked_for, distance_of
from notifications.registry import REMINDERS, SCOPES

AHEAD = timedelta(days=60)


def _rule(name):
    if name not in REMINDERS:
        raise Http404
    return REMINDERS[name]


def _thing(request, scope, pk):
    """Return the scope and its thing, if the person may see it and may plan its reminders."""
    if scope not in SCOPES or SCOPES[scope].model is None:
        raise Http404
    thing = get_visible(SCOPES[scope].model.objects, request.user, pk=pk)
    require(rules.can_set_reminders(request.user, scope, thing))
    return SCOPES[scope], thing


def _listed(names, changes, scopes):
    """Return for each rule: the rule, the distance that counts (None: off) and the change that counts."""
    found = []
    for rule in sorted((REMINDERS[name] for name in names), key=lambda rule: str(rule.title)):
        row = changes.that_counts(rule, scopes)
        found.append({"rule": rule, "distance": distance_of(rule, row), "row": row})
    return found


@require_safe
@login_required
def reminder_list(request):
    """List every reminder, as it is for the whole partnership, and what is changed for groups and things."""
    require(rules.can_set_reminders(request.user, "partnership", None))
    rows = ReminderSetting.objects.visible_to(request.user).filter(content_type__isnull=False)
    narrower = [
        {"row": row, "rule": REMINDERS[row.rule], "distance": distance_of(REMINDERS[row.rule], row)}
        for row in rows.prefetch_related("thing")
        if row.says_something and row.rule in REMINDERS and row.thing is not None
    ]
    context = {"listed": _listed(REMINDERS, Changes(), []), "narrower": narrower}
    return render(request, "notifications/reminder_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reminder_change(request, name):
    """Change a reminder for the whole partnership."""
    require(rules.can_set_reminders(request.user, "partnership", None))
    rule = _rule(name)
    return _change(request, rule, None, target=reverse("notifications:reminder_list"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reminder_change_for(request, name, scope, pk):
    """Change a reminder for one group or one thing."""
    rule = _rule(name)
    _scope, thing = _thing(request, scope, pk)
    if scope not in rule.levels:
        raise Http404
    return _change(request, rule, thing, target=reverse("notifications:letters_about", args=[scope, pk]))


def _change(request, rule, thing, *, target):
    row = ReminderSetting.objects.of(thing).filter(rule=rule.name).first()
    wider = Changes().that_counts(rule, rule_scopes_above(rule, thing)) if thing is not None else None
    distance = distance_of(rule, wider)
    words = _("switched off") if distance is None else _("%(distance)s (%(base)s)") % {
        "distance": distance, "base": rule.base,
    }  # fmt: skip
    elsewhere = _("as elsewhere: %(words)s") if thing is not None else _("as it was made: %(words)s")
    form = ReminderForm(request.POST or None, rule=rule, row=row, elsewhere=elsewhere % {"words": words})
    context = {
        "rule": rule,
        "thing": thing,
        "target": target,
        "history": history.of(row)[:20] if row is not None else [],
    }

    def save(valid):
        data = {name: valid.cleaned_data[name] for name in ("how", "amount", "unit")}
        workflows.set_reminder(rule, thing, data, by=request.user, version=valid.cleaned_data["version"])
        return target

    def current():
        now = ReminderSetting.objects.of(thing).get(rule=rule.name)
        count = distance_of(rule, now) if now.says_something else distance
        return {_("When the reminder comes"): _("switched off") if count is None else str(count)}, now.version

    return form_page(
        request, form, "notifications/reminder_change.html", save=save, context=context, current=current,
        done=_("Saved. Letters that wait are planned anew within a minute."),
    )  # fmt: skip


def rule_scopes_above(rule, thing):
    """Return what is wider than ``thing`` for this rule: the group of a meeting, for example."""
    group = getattr(thing, "workgroup", None) or getattr(getattr(thing, "meeting", None), "workgroup", None)
    return [scope for scope in (getattr(thing, "meeting", None), group) if scope is not None]


@require_safe
@login_required
def letters_about(request, scope, pk):
    """Show whom letters about a thing reach and why, what was sent, what is planned, and its reminders."""
    found, thing = _thing(request, scope, pk)
    now, changes = timezone.now(), Changes()
    names = [name for name, rule in REMINDERS.items() if scope in rule.levels]
    own = [REMINDERS[name] for name in names if REMINDERS[name].of == scope]
    planned = [
        each
        for rule in own
        for each in asked_for(rule, [thing], changes, start=now, end=now + AHEAD)
    ] if found.whom else []  # fmt: skip
    context = {
        "scope": scope,
        "thing": thing,
        "told": staff.told_about(thing, found.whom(thing), planned) if found.whom else None,
        "listed": _listed(names, changes, [thing, *rule_scopes_above(None, thing)]),
        "is_curator": rules.can_see_letters(request.user),
    }
    return render(request, "notifications/letters_about.html", context)
