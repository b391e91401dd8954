"""Letters of workgroups: a new member, a new role, a new initiative; and the part of the weekly letter."""

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import HistoryEntry
from notifications.posting import post
from notifications.registry import Content, DigestLine, Skip, digest_section, letter, once, person_groups, topic
from notifications.reminders import reminder_scope
from partners.models import Person, Visibility
from workgroups import rules
from workgroups.models import GroupMembership, Initiative, Workgroup
from workgroups.querysets import belonging

MOST_LINES = 20
topic(
    "membership",
    gettext_lazy("Your place in a workgroup"),
    gettext_lazy("You were added to a workgroup, or have a new role there."),
    order=90,
)
topic(
    "initiatives",
    gettext_lazy("New initiatives of your workgroups"),
    gettext_lazy("Your workgroup begins an initiative."),
    default="digest",
    order=100,
)


@person_groups
def groups_of_person(person):
    """Return the workgroups that a person belongs to today."""
    return Workgroup.objects.filter(belonging("memberships__"), memberships__person=person).distinct()


def group_of(row):
    """Return the workgroup of a membership or an initiative."""
    return row.workgroup


def member_added(membership, *, by):
    """Tell a person that somebody has taken them into a group."""
    post("workgroups-member-added", to=[membership.person], about=membership, by=by, data={"by": _name(by)})


def role_set(membership, *, by):
    """Tell a person of a new role."""
    post(
        "workgroups-role-set",
        to=[membership.person],
        about=membership,
        by=by,
        rev=membership.workgroup.version,
        data={"role": membership.role, "by": _name(by)},
    )


def initiative_created(initiative, *, by):
    """Tell the members of the group, as far as they may see the initiative."""
    people = Person.objects.active().filter(
        belonging("group_memberships__"), group_memberships__workgroup=initiative.workgroup
    )
    if initiative.visibility == Visibility.ORGANISATION:
        people = people.filter(pk__in=Person.objects.of_organisations([initiative.lead_organisation_id]).values("pk"))
    post("workgroups-initiative-created", to=people.distinct(), about=initiative, by=by, data={"by": _name(by)})


def _name(user):
    return str(getattr(user, "person", "") or "")


@letter("workgroups-member-added", topic="membership", group=group_of, thread=group_of)
def write_member_added(membership, person, data):
    """Say which group, which role, and where the group's page is."""
    if not _holds(membership):
        return Skip(_("the membership has ended"))
    group = membership.workgroup
    return Content(
        subject=_("You are now in the workgroup “%(group)s”") % {"group": group},
        lines=[
            _("%(by)s has added you to the workgroup “%(group)s”.") % {"by": data["by"], "group": group},
            group.summary or _("The page of the group says what it works on."),
        ],
        facts=_facts(membership),
        action=(_("Open the group"), group.get_absolute_url()),
        why=_("You get this letter because somebody has added you to a group. You can leave it on its page."),
    )


@letter("workgroups-role-set", topic="membership", group=group_of, thread=group_of)
def write_role_set(membership, person, data):
    """Say which role is new and what it allows."""
    if not _holds(membership):
        return Skip(_("the membership has ended"))
    if membership.role != data["role"]:
        return Skip(_("the role has changed again"))
    group, role = membership.workgroup, membership.get_role_display()
    allows = _("You can change the page of the group and look after its members and initiatives.")
    if membership.role == GroupMembership.Role.MEMBER:
        allows = _("You stay in the group and can propose initiatives.")
    return Content(
        subject=_("Your role in “%(group)s” is now: %(role)s") % {"group": group, "role": role},
        lines=[
            _("%(by)s has set your role in the workgroup “%(group)s”.") % {"by": data["by"], "group": group},
            allows,
        ],
        facts=_facts(membership),
        action=(_("Open the group"), group.get_absolute_url()),
        why=_("You get this letter because your own role has changed."),
    )


@letter("workgroups-initiative-created", topic="initiatives", group=group_of)
def write_initiative_created(initiative, person, data):
    """Say what the group sets out to do."""
    if initiative is None or initiative.state in {Initiative.State.DONE, Initiative.State.DROPPED}:
        return Skip(_("the initiative has ended"))
    group = initiative.workgroup
    if not GroupMembership.objects.current().filter(workgroup=group, person=person).exists():
        return Skip(_("the person is no longer in the group"))
    account = get_user_model().objects.filter(person=person).first()
    if account is not None and not Initiative.objects.visible_to(account).filter(pk=initiative.pk).exists():
        return Skip(_("the person may no longer see the initiative"))
    facts = [(_("Workgroup"), group.name), (_("State"), initiative.get_state_display())]
    if initiative.lead_organisation:
        facts.append((_("In the lead"), initiative.lead_organisation.short_name))
    return Content(
        subject=_("New initiative: %(title)s") % {"title": initiative.title},
        lines=[
            _("%(by)s has added an initiative to the workgroup “%(group)s”.") % {"by": data["by"], "group": group},
            initiative.summary,
        ],
        facts=facts,
        action=(_("Open the initiative"), initiative.get_absolute_url()),
        why=_("You get this letter because you are a member of this workgroup."),
    )


def _holds(membership):
    return membership is not None and GroupMembership.objects.filter(pk=membership.pk).filter(belonging()).exists()


def _facts(membership):
    return [(_("Workgroup"), membership.workgroup.name), (_("Role"), membership.get_role_display())]


@digest_section("workgroups", gettext_lazy("Workgroups"), order=20)
def digest_lines(user, since, until):
    """Return new initiatives, their new states and new scopes, as far as ``user`` may see them."""
    sentences = {
        (Initiative, "created"): _("New initiative: %(title)s"),
        (Initiative, "state-set"): _("Initiative with a new state: %(title)s"),
        (Workgroup, "scope-changed"): _("Workgroup with a new scope: %(title)s"),
    }
    lines = []
    for model in (Initiative, Workgroup):
        verbs = {verb: sentence for (kind, verb), sentence in sentences.items() if kind is model}
        lines += _lines_of(model, verbs, user=user, between=(since, until))
    return sorted(lines, key=lambda line: line.happened_at, reverse=True)[:MOST_LINES]


def _lines_of(model, verbs, *, user, between):
    since, until = between
    rows = HistoryEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        verb__in=list(verbs),
        happened_at__gt=since,
        happened_at__lte=until,
    )
    entries = once(("history", model, since, until), lambda: list(rows))
    latest = {}
    for entry in entries:  # newest first; one line for each thing and verb
        if entry.actor_id != user.person_id:
            latest.setdefault((entry.object_id, entry.verb), entry)
    things = model.objects.visible_to(user).in_bulk({pk for pk, _verb in latest}) if latest else {}
    return [
        DigestLine(verbs[verb] % {"title": things[pk]}, things[pk].get_absolute_url(), entry.happened_at)
        for (pk, verb), entry in latest.items()
        if pk in things
    ]


reminder_scope("workgroup", Workgroup, rules.can_change_workgroup)
