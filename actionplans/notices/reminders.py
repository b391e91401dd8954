"""Milestones: reminders of those that come or were missed, and who is told when nobody answers."""

from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans import rules
from actionplans.models import Action, ActionPlan, Milestone
from actionplans.notices.letters import coordinators_of_plan, in_charge, plan_of, sees
from notifications.models import Letter
from notifications.registry import Content, Skip, letter
from notifications.reminders import Case, Step, after, before, reminder, reminder_scope
from partners.notices import partnership_coordinators

DAY = timedelta(days=1)
MORNING = time(8)
LATE_FOR = timedelta(days=7)  # how long after a missed day the letter is still written, after a downtime


def _waiting():
    return (
        Milestone.objects.open()
        .filter(action__state__in=[Action.State.PLANNED, Action.State.IN_PROGRESS])
        .filter(action__plan__state__in=[ActionPlan.State.ENDORSED, ActionPlan.State.MONITORING])
        .select_related("action__plan", "action__responsible_person")
    )


def _milestones(start, end):
    return _waiting().filter(due_date__gte=start.date() - DAY, due_date__lte=end.date() + DAY)


def _still_open(milestone):
    """Return the Skip that says why nobody is reminded of the milestone, or None."""
    if milestone.state != Milestone.State.OPEN:
        return Skip(_("the milestone is done or dropped"), Letter.Cause.ALREADY_ACTED)
    action = milestone.action
    is_running = action.state in {Action.State.PLANNED, Action.State.IN_PROGRESS}
    if not is_running or action.plan.state not in {ActionPlan.State.ENDORSED, ActionPlan.State.MONITORING}:
        return Skip(_("the action or the plan has stopped"), Letter.Cause.OBJECT_CANCELLED)
    return None


def _end_of(day):
    return lambda zone: datetime.combine(day + DAY, time(0), zone)


ABOUT_MILESTONES = {
    "things": _milestones,
    "prefetch": (
        "action__responsible_organisation__memberships__person",
        "action__plan__organisations__memberships__person",
    ),
    "scopes": lambda milestone: (milestone.action.plan,),
    "levels": ("plan",),
    "units": ("days",),
    "catch_up": LATE_FOR,
    "base": gettext_lazy("the day of the milestone"),
    "what": gettext_lazy("an open milestone of a plan that is carried out"),
    "whom": gettext_lazy("who is in charge of the action"),
}


@reminder(
    "actionplans-milestones-due",
    kind="actionplans-milestone-due",
    title=gettext_lazy("A milestone comes near"),
    when=before(days=14, at=MORNING),
    useful=gettext_lazy("until the day is over"),
    condition=gettext_lazy("only if it was written down by then"),
    **ABOUT_MILESTONES,
)
def milestone_is_near(milestone):
    """Who is in charge; a milestone written down later needs no reminder of that."""
    due = milestone.due_date
    return _still_open(milestone) or Case(
        base=due,
        people=dict.fromkeys(in_charge(milestone.action), milestone.created_at),
        until=_end_of(due),
        slot=due.isoformat(),
        data={"due": due.isoformat()},
    )


def _plan_coordinators(milestones):
    found = {}
    for milestone in milestones:
        told = {person.pk for person in in_charge(milestone.action)}
        found[milestone.pk] = [each for each in coordinators_of_plan(milestone.action.plan) if each.pk not in told]
    return found


def _all_coordinators(milestones):
    people = partnership_coordinators()
    return {milestone.pk: people for milestone in milestones}


@reminder(
    "actionplans-milestones-missed",
    kind="actionplans-milestone-missed",
    title=gettext_lazy("A milestone was missed"),
    when=after(days=1, at=MORNING),
    useful=gettext_lazy("for four weeks"),
    steps=(
        Step(
            after(days=8, at=MORNING),
            gettext_lazy("coordinators of the plan's organisations"),
            _plan_coordinators,
            "actionplans-milestone-late",
        ),
        Step(
            after(days=22, at=MORNING),
            gettext_lazy("coordinators of the partnership"),
            _all_coordinators,
            "actionplans-milestone-late",
        ),
    ),
    **ABOUT_MILESTONES,
)
def milestone_was_missed(milestone):
    """Who is in charge, on the day after; then the people above."""
    due = milestone.due_date
    return _still_open(milestone) or Case(
        base=due,
        people=dict.fromkeys(in_charge(milestone.action)),
        until=_end_of(due + 4 * LATE_FOR),
        slot=due.isoformat(),
        data={"due": due.isoformat()},
    )


reminder_scope("plan", ActionPlan, rules.can_change_plan)


def _why_not(milestone, person, data):
    if milestone is None or milestone.state != Milestone.State.OPEN:
        return Skip(_("the milestone is done or dropped"), Letter.Cause.ALREADY_ACTED)
    if milestone.due_date.isoformat() != data["due"]:
        return Skip(_("the milestone has another day"), Letter.Cause.MOVED)
    if _still_open(milestone):
        return _still_open(milestone)
    return None if sees(person, milestone) else Skip(_("the person may not see the milestone"), Letter.Cause.NO_ACCESS)


def _milestone_content(milestone, subject, line):
    day = date_format(milestone.due_date)
    return Content(
        subject=subject % {"milestone": milestone.title, "day": day},
        lines=[line],
        facts=[(_("Until"), day), (_("Action"), milestone.action.title), (_("Plan"), milestone.action.plan.title)],
        action=(_("Open the milestone"), milestone.get_absolute_url()),
        why=_("You get this letter because you are in charge of this action."),
    )


@letter("actionplans-milestone-due", topic="milestones", thread=plan_of)
def write_milestone_due(milestone, person, data):
    """A milestone is due in two weeks or less."""
    skip = _why_not(milestone, person, data)
    if skip:
        return skip
    line = _("Once it is done, please write down the day and what shows it. If the day has to move, change it now.")
    return _milestone_content(milestone, _("Due on %(day)s: %(milestone)s"), line)


@letter("actionplans-milestone-missed", topic="milestones", thread=plan_of)
def write_milestone_missed(milestone, person, data):
    """A milestone was missed."""
    skip = _why_not(milestone, person, data)
    if skip:
        return skip
    line = _("Its day has passed and it is still open. Was it done? Then say so. Else give it a new day, or drop it.")
    return _milestone_content(milestone, _("Missed: %(milestone)s"), line)


@letter("actionplans-milestone-late", topic="milestones", thread=plan_of)
def write_milestone_late(milestone, person, data):
    """Tell the people above of a milestone that nobody has answered."""
    skip = _why_not(milestone, person, data)
    if skip:
        return skip
    names = ", ".join(each.name for each in in_charge(milestone.action)) or _("nobody")
    day = date_format(milestone.due_date)
    return Content(
        subject=_("Late: %(milestone)s") % {"milestone": milestone.title},
        lines=[
            _("Its day has passed and it is still open. In charge: %(names)s.") % {"names": names},
            _("Perhaps you can help, or agree on another day."),
        ],
        facts=[(_("Until"), day), (_("Action"), milestone.action.title), (_("Plan"), milestone.action.plan.title)],
        action=(_("Open the milestone"), milestone.get_absolute_url()),
        why=_("You get this letter because you coordinate a partner of this plan, or the partnership."),
    )
