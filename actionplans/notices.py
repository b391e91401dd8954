"""Letters of the room: milestones that come or were missed, actions that stop, plans that are endorsed."""

from datetime import UTC, datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.models import Action, ActionPlan, Milestone
from core.models import HistoryEntry
from notifications.posting import post
from notifications.registry import Content, DigestLine, Skip, digest_section, letter, mutable, reminder, topic
from partners.models import Membership, Person

AHEAD = timedelta(days=14)
LATE_FOR = timedelta(days=7)  # how long after a missed day the letter is still written, after a downtime
MORNING = time(6, tzinfo=UTC)
MOST = 20
topic(
    "milestones",
    gettext_lazy("Your milestones"),
    gettext_lazy("A milestone of an action you are in charge of is due in two weeks, or was missed."),
    order=110,
)
topic(
    "plans",
    gettext_lazy("Action plans"),
    gettext_lazy("An action plan of your organisation is endorsed, or one of its actions is put off."),
    order=120,
)
mutable(ActionPlan)


def plan_of(row):
    """Return the plan that an action or a milestone belongs to."""
    return row.action.plan if isinstance(row, Milestone) else row.plan


NEWS = {
    ActionPlan: {
        "endorsed": gettext_lazy("%(title)s was endorsed"),
        "monitoring-started": gettext_lazy("%(title)s is now being carried out"),
    },
    Action: {
        "created": gettext_lazy("%(title)s is a new action"),
        "state-set": gettext_lazy("%(title)s has a new state"),
    },
}


# --- Who is told ------------------------------------------------------------------------------------


def coordinators_of(organisation_ids):
    """Return the current coordinators of these organisations."""
    current = Membership.objects.current().filter(organisation_id__in=organisation_ids, role="coordinator")
    return list(Person.objects.filter(pk__in=current.values("person_id")))


def coordinators_of_plan(plan):
    """Return the current coordinators of the plan's organisations."""
    return coordinators_of(plan.organisations.values("pk"))


def in_charge(action):
    """Return who looks after the action: the person, else coordinators of its organisation, else of the plan."""
    if action.responsible_person_id:
        return [action.responsible_person]
    if action.responsible_organisation_id:
        return coordinators_of([action.responsible_organisation_id])
    return coordinators_of_plan(action.plan)


def _sees(person, thing):
    account = get_user_model().objects.filter(person=person).first()
    return type(thing).objects.visible_to(account).filter(pk=thing.pk).exists()


# --- Plans and actions ------------------------------------------------------------------------------


def plan_endorsed(plan, *, by):
    """Tell the coordinators of the plan's organisations and the people in charge of its actions."""
    charge = Person.objects.filter(pk__in=plan.actions.values("responsible_person_id"))
    to = [*coordinators_of_plan(plan), *charge]
    post("actionplans-plan-endorsed", to=to, about=plan, rev=plan.version, by=by)


@letter("actionplans-plan-endorsed", topic="plans")
def write_plan_endorsed(plan, person, data):
    """The plan was endorsed: by whom, when, and what is next."""
    if plan is None or plan.state == ActionPlan.State.DRAFTING:
        return Skip(_("the plan is being drafted again"))
    if not _sees(person, plan):
        return Skip(_("the person may not see the plan"))
    return Content(
        subject=_("Endorsed: %(plan)s") % {"plan": plan.title},
        lines=[_("The action plan was endorsed. Its actions can now be carried out.")],
        facts=[
            (_("Endorsed by"), plan.endorsed_by),
            (_("Endorsed on"), date_format(plan.endorsed_date) if plan.endorsed_date else ""),
        ],
        action=(_("Open the plan"), plan.get_absolute_url()),
        why=_("You get this letter because you coordinate a partner of this plan or are in charge of an action."),
    )


def action_stopped(action, *, by):
    """Tell the coordinators of the plan's organisations that an action was postponed or cancelled."""
    data = {"state": str(action.state), "reason": action.reason}
    to = coordinators_of_plan(action.plan)
    post("actionplans-action-stopped", to=to, about=action, rev=action.version, data=data, by=by)


@letter("actionplans-action-stopped", topic="plans", thread=plan_of)
def write_action_stopped(action, person, data):
    """An action was postponed or cancelled, and why."""
    if action is None or action.state != data["state"]:
        return Skip(_("the action has another state by now"))
    if not _sees(person, action):
        return Skip(_("the person may not see the action"))
    is_cancelled = action.state == Action.State.CANCELLED
    subject = _("Cancelled: %(action)s") if is_cancelled else _("Postponed: %(action)s")
    line = _("This action will not be carried out.") if is_cancelled else _("This action was put off.")
    return Content(
        subject=subject % {"action": action.title},
        lines=[line],
        facts=[(_("Plan"), action.plan.title), (_("Reason"), action.reason)],
        action=(_("Open the action"), action.get_absolute_url()),
        why=_("You get this letter because you coordinate a partner of this plan."),
    )


# --- Milestones -------------------------------------------------------------------------------------


def _waiting():
    return (
        Milestone.objects.open()
        .filter(action__state__in=[Action.State.PLANNED, Action.State.IN_PROGRESS])
        .filter(action__plan__state__in=[ActionPlan.State.ENDORSED, ActionPlan.State.MONITORING])
        .select_related("action__plan", "action__responsible_person")
    )


def _reminder(kind, milestone, *, day, until):
    due = milestone.due_date.isoformat()
    return {
        "kind": kind,
        "to": in_charge(milestone.action),
        "about": milestone,
        "slot": due,
        "data": {"due": due},
        "due_at": datetime.combine(day, MORNING),
        "useful_until": datetime.combine(until + timedelta(days=1), time(0, tzinfo=UTC)),
    }


@reminder("actionplans-milestones-due")
def find_due(now):
    """Milestones whose day comes within two weeks; one written down later needs no reminder of that."""
    today = timezone.localdate(now)
    for milestone in _waiting().filter(due_date__gte=today, due_date__lte=today + AHEAD):
        if timezone.localdate(milestone.created_at) <= milestone.due_date - AHEAD:
            yield _reminder("actionplans-milestone-due", milestone, day=today, until=milestone.due_date)


@reminder("actionplans-milestones-missed")
def find_missed(now):
    """Milestones whose day has passed: the letter goes out on the day after."""
    today = timezone.localdate(now)
    for milestone in _waiting().filter(due_date__lt=today, due_date__gte=today - LATE_FOR):
        yield _reminder("actionplans-milestone-missed", milestone, day=today, until=milestone.due_date + 4 * LATE_FOR)


def _why_not(milestone, person, data):
    if milestone is None or milestone.state != Milestone.State.OPEN:
        return _("the milestone is done or dropped")
    if milestone.due_date.isoformat() != data["due"]:
        return _("the milestone has another day")
    if not _waiting().filter(pk=milestone.pk).exists():
        return _("the action or the plan has stopped")
    return "" if _sees(person, milestone) else _("the person may not see the milestone")


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
    reason = _why_not(milestone, person, data)
    if reason:
        return Skip(reason)
    line = _("Once it is done, please write down the day and what shows it. If the day has to move, change it now.")
    return _milestone_content(milestone, _("Due on %(day)s: %(milestone)s"), line)


@letter("actionplans-milestone-missed", topic="milestones", thread=plan_of)
def write_milestone_missed(milestone, person, data):
    """A milestone was missed."""
    reason = _why_not(milestone, person, data)
    if reason:
        return Skip(reason)
    line = _("Its day has passed and it is still open. Was it done? Then say so. Else give it a new day, or drop it.")
    return _milestone_content(milestone, _("Missed: %(milestone)s"), line)


# --- Weekly letter ----------------------------------------------------------------------------------


@digest_section("actionplans", gettext_lazy("Action plans"), order=60)
def digest_lines(user, since, until):
    """What happened to plans and actions that the person may see; own acts are left out."""
    lines = []
    for model, sentences in NEWS.items():
        visible = model.objects.visible_to(user)
        entries = list(
            HistoryEntry.objects.filter(
                content_type=ContentType.objects.get_for_model(model),
                verb__in=list(sentences),
                object_id__in=visible.values("pk"),
                happened_at__gt=since,
                happened_at__lte=until,
            ).exclude(actor_id=user.person_id)[:MOST]
        )
        things = visible.in_bulk([entry.object_id for entry in entries])
        lines += [_line(things[entry.object_id], sentences[entry.verb], entry) for entry in entries]
    return sorted(lines, key=lambda line: line.happened_at, reverse=True)[:MOST]


def _line(thing, sentence, entry):
    return DigestLine(sentence % {"title": thing.title}, thing.get_absolute_url(), entry.happened_at)
