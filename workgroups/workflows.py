"""What people do in workgroups: shape the group, come and go, take roles, start and end initiatives."""

from copy import copy

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Invalid, Refused
from core.workflows import change, claim
from partners.models import Visibility
from workgroups import notices, rules
from workgroups.models import GroupMembership, Initiative, Workgroup

SCOPE_LIMIT = 4000
SUBTOPIC_LIMIT = 120
MOST_SUBTOPICS = 20
WHAT_A_GROUP_DOES = ("scope", "summary", "subtopics")


@transaction.atomic
def change_workgroup(workgroup, data, *, by, version=None):
    """Change what the group is about, who is in the lead, its partners or its state."""
    fields = dict(data)
    organisations = fields.pop("organisations", None)
    if "subtopics" in fields:
        fields["subtopics"] = checked_subtopics(fields["subtopics"])
    is_new_scope = any(name in fields and fields[name] != getattr(workgroup, name) for name in WHAT_A_GROUP_DOES)
    change(workgroup, fields, by=by, verb="scope-changed" if is_new_scope else "changed", version=version)
    if organisations is not None:
        _set_organisations(workgroup, organisations, by=by)
    return workgroup


def checked_subtopics(subtopics):
    """Return the subtopics without empty and doubled ones; raise Invalid where they are too long or too many."""
    found = list(dict.fromkeys(text for text in (line.strip() for line in subtopics) if text))
    if len(found) > MOST_SUBTOPICS:
        raise Invalid({"subtopics": _("Please keep to %(most)d subtopics.") % {"most": MOST_SUBTOPICS}})
    if any(len(text) > SUBTOPIC_LIMIT for text in found):
        raise Invalid(
            {"subtopics": _("Please keep each subtopic under %(most)d characters.") % {"most": SUBTOPIC_LIMIT}}
        )
    return found


def _set_organisations(workgroup, organisations, *, by):
    before = sorted(workgroup.organisations.values_list("short_name", flat=True))
    workgroup.organisations.set(organisations)
    after = sorted(organisation.short_name for organisation in organisations)
    if before != after:
        changes = {"organisations": [", ".join(before), ", ".join(after)]}
        history.record(workgroup, "partners-changed", by=by, changes=changes)


@transaction.atomic
def join_workgroup(workgroup, *, by, version=None):
    """Make the person behind the account a member from today; return the group."""
    claim(workgroup, version)
    _refuse_closed(workgroup)
    _begin(workgroup, by.person, role=GroupMembership.Role.MEMBER)
    history.record(workgroup, "member-joined", by=by)
    return workgroup


@transaction.atomic
def leave_workgroup(workgroup, *, by, version=None):
    """End the own membership today; the last chair finds another chair first."""
    claim(workgroup, version)
    membership = _open_membership(workgroup, by.person)
    if membership is None:
        raise Refused(_("You are not a member of this group."))
    _keep_a_chair(membership, by=by)
    _end(membership)
    history.record(workgroup, "member-left", by=by)
    return workgroup


@transaction.atomic
def add_member(workgroup, *, person, by, role=GroupMembership.Role.MEMBER, version=None):
    """Take a person of the partnership into the group and tell them; return the membership."""
    claim(workgroup, version)
    _refuse_closed(workgroup)
    if not _is_of_partnership(person):
        raise Refused(_("Only members of partner organisations can belong to a group."), field="person")
    membership = _begin(workgroup, person, role=role)
    history.record(workgroup, "member-added", by=by, note=f"{person}, {membership.get_role_display()}")
    notices.member_added(membership, by=by)
    return membership


@transaction.atomic
def set_role(membership, *, role, by, version=None):
    """Give a member another role and tell them; ``version`` is the group's."""
    claim(membership.workgroup, version)
    membership.refresh_from_db(fields=["role", "end_date"])
    if _has_ended(membership):
        raise Refused(_("This membership has ended. Add the person again first."))
    if role == membership.role:
        return membership
    _keep_a_chair(membership, by=by)
    before = membership.get_role_display()
    membership.role = role
    membership.save(update_fields=["role"])
    changes = {str(membership.person): [str(before), str(membership.get_role_display())]}
    history.record(membership.workgroup, "role-set", by=by, changes=changes)
    notices.role_set(membership, by=by)
    return membership


@transaction.atomic
def end_membership(membership, *, by, version=None):
    """End a membership today; its dates stay on record. ``version`` is the group's."""
    claim(membership.workgroup, version)
    membership.refresh_from_db(fields=["role", "start_date", "end_date"])
    if _has_ended(membership):
        raise Refused(_("This membership has already ended."))
    _keep_a_chair(membership, by=by)
    _end(membership)
    history.record(membership.workgroup, "membership-ended", by=by, note=str(membership.person))
    return membership


def _refuse_closed(workgroup):
    if workgroup.state == Workgroup.State.CLOSED:
        raise Refused(_("This group is closed. Those who lead it can open it again."))


def _open_membership(workgroup, person):
    return workgroup.memberships.not_ended().filter(person=person).select_related("person", "workgroup").first()


def _begin(workgroup, person, *, role):
    today = timezone.localdate()
    if workgroup.memberships.not_ended().filter(person=person).exists():
        raise Refused(_("%(person)s is already a member of this group.") % {"person": person}, field="person")
    return GroupMembership.objects.create(workgroup=workgroup, person=person, role=role, start_date=today)


def _has_ended(membership):
    return membership.end_date is not None and membership.end_date <= timezone.localdate()


def _end(membership):
    today = timezone.localdate()
    membership.end_date = max(today, membership.start_date or today)
    membership.save(update_fields=["end_date"])


def _keep_a_chair(membership, *, by):
    """Refuse to take away the last chair, unless somebody does it who leads the whole partnership."""
    if membership.role != GroupMembership.Role.CHAIR or rules.leads_partnership(by):
        return
    others = membership.workgroup.memberships.current().filter(role=GroupMembership.Role.CHAIR)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(_("This is the only chair of the group. Make somebody else chair first, or ask a coordinator."))


def _is_of_partnership(person):
    is_staff = getattr(getattr(person, "user", None), "is_staff", False)
    return person.is_coordinator or is_staff or person.memberships.current().exists()


@transaction.atomic
def create_initiative(data, *, by):
    """Write down what a group sets out to do and tell its members."""
    _refuse_closed(data["workgroup"])
    initiative = Initiative(**data)
    _check_initiative(initiative, is_new_contact=True)
    initiative.save()
    _refuse_blindness(initiative, by=by)
    history.record(initiative, "created", by=by)
    search.index(initiative)
    notices.initiative_created(initiative, by=by)
    return initiative


@transaction.atomic
def change_initiative(initiative, data, *, by, version=None):
    """Change the facts of an initiative; its state has a verb of its own."""
    wanted = copy(initiative)
    for name, value in data.items():
        setattr(wanted, name, value)
    is_new_contact = wanted.lead_person_id != initiative.lead_person_id
    _check_initiative(wanted, is_new_contact=is_new_contact)
    change(initiative, data, by=by, version=version)
    _refuse_blindness(initiative, by=by)
    return initiative


@transaction.atomic
def set_initiative_state(initiative, *, state, by, reason="", version=None):
    """Move an initiative on; dropping it needs a reason."""
    claim(initiative, version)
    if state == initiative.state:
        return initiative
    names = dict(Initiative.State.choices)
    if state not in Initiative.TRANSITIONS[initiative.state]:
        raise Refused(
            _("An initiative cannot go from “%(old)s” to “%(new)s”.")
            % {"old": names[initiative.state], "new": names.get(state, state)},
            field="state",
        )
    if state == Initiative.State.DROPPED and not reason.strip():
        raise Invalid({"reason": _("Please say why it is dropped; others learn from it.")})
    before = initiative.get_state_display()
    initiative.state, initiative.reason = state, reason.strip()
    initiative.save(update_fields=["state", "reason"])
    changes = {"state": [str(before), str(initiative.get_state_display())]}
    history.record(initiative, "state-set", by=by, note=initiative.reason, changes=changes)
    search.index(initiative)
    return initiative


def _check_initiative(initiative, *, is_new_contact):
    """Raise Invalid where the facts contradict each other."""
    problems = {}
    start, end = initiative.start_date, initiative.end_date
    if start and end and end < start:
        problems["end_date"] = _("The last day lies before the first.")
    if initiative.visibility == Visibility.ORGANISATION and initiative.lead_organisation_id is None:
        problems["lead_organisation"] = _("Name the organisation, or choose who else may see it.")
    if is_new_contact and initiative.lead_person_id is not None:
        members = initiative.workgroup.memberships.current()
        if not members.filter(person_id=initiative.lead_person_id).exists():
            problems["lead_person"] = _("Please choose a member of the group.")
    if problems:
        raise Invalid(problems)


def _refuse_blindness(initiative, *, by):
    if not Initiative.objects.visible_to(by).filter(pk=initiative.pk).exists():
        raise Invalid({"visibility": _("With this choice you would not see the initiative yourself.")})
