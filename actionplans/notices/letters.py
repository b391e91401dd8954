"""Letters of the room: actions that stop, plans that are endorsed, and the part of the digest."""

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.models import Action, ActionPlan, Milestone
from core.models import HistoryEntry
from notifications.posting import post
from notifications.registry import Content, DigestLine, Skip, digest_section, letter, mutable, once, topic
from partners.models import Membership, Person

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


def coordinators_of(organisations):
    """Return the current coordinators of these organisations, once each; reads what was prefetched."""
    today = timezone.localdate()
    found = {}
    for organisation in organisations:
        for row in organisation.memberships.all():
            has_begun = row.start_date is None or row.start_date <= today
            if row.role == Membership.Role.COORDINATOR and has_begun and (not row.end_date or row.end_date >= today):
                found[row.person_id] = row.person
    return list(found.values())


def coordinators_of_plan(plan):
    """Return the current coordinators of the plan's organisations."""
    return coordinators_of(plan.organisations.all())


def in_charge(action):
    """Return who looks after the action: the person, else coordinators of its organisation, else of the plan."""
    if action.responsible_person_id:
        return [action.responsible_person]
    if action.responsible_organisation_id:
        return coordinators_of([action.responsible_organisation])
    return coordinators_of_plan(action.plan)


def sees(person, thing):
    """True if the account of the person, or the public, may see the thing."""
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
    if not sees(person, plan):
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
    if not sees(person, action):
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


# --- Weekly letter ----------------------------------------------------------------------------------


@digest_section("actionplans", gettext_lazy("Action plans"), order=60)
def digest_lines(user, since, until):
    """What happened to plans and actions that the person may see; own acts are left out."""
    lines = []
    for model, sentences in NEWS.items():
        news = _news_of(model, since, until)
        if not once(("plans", model, since, until), news.exists):
            continue
        visible = model.objects.visible_to(user)
        entries = list(news.filter(object_id__in=visible.values("pk")).exclude(actor_id=user.person_id)[:MOST])
        things = visible.in_bulk([entry.object_id for entry in entries])
        lines += [_line(things[entry.object_id], sentences[entry.verb], entry) for entry in entries]
    return sorted(lines, key=lambda line: line.happened_at, reverse=True)[:MOST]


def _news_of(model, since, until):
    return HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        verb__in=list(NEWS[model]),
        happened_at__gt=since,
        happened_at__lte=until,
    )


def _line(thing, sentence, entry):
    return DigestLine(sentence % {"title": thing.title}, thing.get_absolute_url(), entry.happened_at)
