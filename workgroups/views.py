"""Pages and verbs of workgroups and initiatives."""

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import history
from core.access import get_visible, require
from core.doors import create_page, form_page, verb
from workgroups import rules, workflows
from workgroups.filters import InitiativeFilter
from workgroups.forms import (
    InitiativeChangeForm,
    InitiativeForm,
    InitiativeStateForm,
    MemberForm,
    WorkgroupForm,
)
from workgroups.models import GroupMembership, Initiative, Workgroup
from workgroups.querysets import group_standing

both = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 25
SHOWN = 20  # lines of the history


def _version(request):
    """Return the version that a button carries, or None; nonsense counts as none."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


def _stored(thing, form):
    """Return what is stored now by label, for the fields of ``form``, and the version."""
    fresh = type(thing).objects.get(pk=thing.pk)
    shown = {}
    for name, field in form.fields.items():
        if name not in {"version", "form_key"}:
            shown[field.label] = _as_text(fresh, name)
    return shown, fresh.version


def _as_text(thing, name):
    display = getattr(thing, f"get_{name}_display", None)
    value = display() if display else getattr(thing, name)
    if hasattr(value, "all"):
        value = [str(row) for row in value.all()]
    return "\n".join(value) if isinstance(value, list) else value


@require_safe
def workgroup_list(request):
    """Show the lines of the partnership."""
    groups = Workgroup.objects.visible_to(request.user).select_related("lead_organisation").with_counts()
    can_see_members = rules.can_see_members(request.user)
    return render(request, "workgroups/workgroup_list.html", {"groups": groups, "can_see_members": can_see_members})


def _group(request, pk):
    rows = Workgroup.objects.select_related("lead_organisation").prefetch_related("organisations")
    return get_visible(rows, request.user, pk=pk)


@require_safe
def workgroup_detail(request, pk):
    """Show a group: scope, partners, members, initiatives and what others do in it."""
    group = _group(request, pk)
    user = request.user
    can_see_members = rules.can_see_members(user, group)
    people = GroupMembership.objects.visible_to(user).filter(workgroup=group).select_related("person")
    is_open = group.state != Workgroup.State.CLOSED
    is_inside = group.pk in group_standing(user).member_ids
    context = {
        "group": group,
        "can_see_members": can_see_members,
        "members": people.current() if can_see_members else [],
        "former": people.former() if can_see_members else [],
        "initiatives": Initiative.objects.visible_to(user).filter(workgroup=group).select_related("lead_organisation"),
        "can_change": rules.can_change_workgroup(user, group),
        "can_add": is_open and rules.can_add_member(user, group),
        "can_join": is_open and not is_inside and rules.can_join_workgroup(user, group),
        "can_leave": is_inside and rules.can_leave_workgroup(user, group),
        "can_create_initiative": is_open and rules.can_create_initiative(user, group),
        "roles": GroupMembership.Role.choices,
        "history": history.of(group)[:SHOWN] if can_see_members else [],
    }
    return render(request, "workgroups/workgroup_detail.html", context)


@login_required
@both
def workgroup_change(request, pk):
    """Change scope, partners and state of a group."""
    group = _group(request, pk)
    require(rules.can_change_workgroup(request.user, group))
    names = ["summary", "scope", "lead_organisation", "state", "version"]
    initial = {name: getattr(group, name) for name in names}
    initial |= {"subtopics": "\n".join(group.subtopics), "organisations": list(group.organisations.all())}
    form = WorkgroupForm(request.POST or None, initial=initial)

    def save(valid):
        version = valid.cleaned_data["version"]
        return workflows.change_workgroup(group, valid.data_of_fields(), by=request.user, version=version)

    return form_page(
        request,
        form,
        "workgroups/workgroup_change.html",
        save=save,
        done=_("The group is saved."),
        context={"group": group},
        current=lambda: _stored(group, form),
    )


@login_required
@require_POST
def join_workgroup(request, pk):
    """Become a member."""
    group = _group(request, pk)
    require(rules.can_join_workgroup(request.user, group))
    return verb(request, group, workflows.join_workgroup, done=_("You are now a member of this group."))


@login_required
@require_POST
def leave_workgroup(request, pk):
    """Leave the group."""
    group = _group(request, pk)
    require(rules.can_leave_workgroup(request.user, group))
    return verb(request, group, workflows.leave_workgroup, done=_("You have left this group."))


@login_required
@both
def add_member(request, pk):
    """Take a person into the group."""
    group = _group(request, pk)
    require(rules.can_add_member(request.user, group))
    form = MemberForm(request.POST or None, user=request.user, workgroup=group)

    def save(valid):
        workflows.add_member(group, by=request.user, **valid.data_of_fields())
        return group

    return form_page(
        request,
        form,
        "workgroups/add_member.html",
        save=save,
        done=_("Added. The person is told by letter."),
        context={"group": group},
    )


def _membership(request, pk):
    rows = GroupMembership.objects.visible_to(request.user).select_related("workgroup", "person")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_POST
def set_role(request, pk):
    """Give a member another role."""
    membership = _membership(request, pk)
    require(rules.can_set_role(request.user, membership))
    role = request.POST.get("role", "")
    if role not in GroupMembership.Role.values:
        raise Http404
    return verb(
        request,
        membership,
        workflows.set_role,
        done=_("The role is set."),
        target=membership.workgroup,
        role=role,
        version=_version(request),
    )


@login_required
@require_POST
def end_membership(request, pk):
    """End a membership."""
    membership = _membership(request, pk)
    require(rules.can_end_membership(request.user, membership))
    return verb(
        request,
        membership,
        workflows.end_membership,
        done=_("The membership has ended. Its dates stay on record."),
        target=membership.workgroup,
        version=_version(request),
    )


@require_safe
def initiative_list(request):
    """List the initiatives of all groups."""
    rows = Initiative.objects.visible_to(request.user).select_related("workgroup", "lead_organisation")
    found = InitiativeFilter(request.GET, rows, request=request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "workgroups/initiative_list.html", {"filter": found, "page": page})


def _initiative(request, pk):
    rows = Initiative.objects.select_related("workgroup", "lead_organisation", "lead_person")
    return get_visible(rows, request.user, pk=pk)


@require_safe
def initiative_detail(request, pk):
    """Show an initiative."""
    initiative = _initiative(request, pk)
    can_see_members = rules.can_see_members(request.user)
    context = {
        "initiative": initiative,
        "group": initiative.workgroup,
        "can_change": rules.can_change_initiative(request.user, initiative),
        "can_see_members": can_see_members,
        "history": history.of(initiative)[:SHOWN] if can_see_members else [],
    }
    return render(request, "workgroups/initiative_detail.html", context)


@login_required
@both
def initiative_create(request, pk):
    """Add an initiative to a group."""
    group = _group(request, pk)
    require(rules.can_create_initiative(request.user, group))
    form = InitiativeForm(request.POST or None, workgroup=group)
    return create_page(
        request,
        form,
        "workgroups/initiative_create.html",
        make=lambda valid: workflows.create_initiative({**valid.data_of_fields(), "workgroup": group}, by=request.user),
        done=_("The initiative is added. The members of the group are told."),
        context={"group": group},
    )


@login_required
@both
def initiative_change(request, pk):
    """Change an initiative."""
    initiative = _initiative(request, pk)
    require(rules.can_change_initiative(request.user, initiative))
    names = [name for name in InitiativeChangeForm.base_fields if name != "form_key"]
    initial = {name: getattr(initiative, name) for name in names}
    form = InitiativeChangeForm(request.POST or None, initial=initial, workgroup=initiative.workgroup)

    def save(valid):
        version = valid.cleaned_data["version"]
        return workflows.change_initiative(initiative, valid.data_of_fields(), by=request.user, version=version)

    return form_page(
        request,
        form,
        "workgroups/initiative_change.html",
        save=save,
        done=_("The initiative is saved."),
        context={"initiative": initiative, "group": initiative.workgroup},
        current=lambda: _stored(initiative, form),
    )


@login_required
@both
def set_initiative_state(request, pk):
    """Say how an initiative stands."""
    initiative = _initiative(request, pk)
    require(rules.can_set_initiative_state(request.user, initiative))
    initial = {"state": initiative.state, "version": initiative.version}
    form = InitiativeStateForm(request.POST or None, initial=initial, initiative=initiative)

    def save(valid):
        data = valid.data_of_fields()
        version = valid.cleaned_data["version"]
        return workflows.set_initiative_state(initiative, by=request.user, version=version, **data)

    return form_page(
        request,
        form,
        "workgroups/set_initiative_state.html",
        save=save,
        done=_("The state is saved."),
        context={"initiative": initiative, "group": initiative.workgroup},
        current=lambda: _stored(initiative, form),
    )
