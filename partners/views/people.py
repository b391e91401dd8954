"""Pages about partners, people and invitations."""

from allauth.account.decorators import login_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import history
from core.access import get_visible, require
from core.doors import form_page, verb
from core.errors import Refused
from partners import rules, workflows
from partners.adapters import SESSION_KEY
from partners.forms import InviteForm, OrganisationForm
from partners.models import Invitation, Membership, Organisation, Person

both = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 25


@require_safe
def organisation_list(request):
    """Show all partners and other organisations."""
    query = request.GET.get("q", "")[:100]
    rows = Organisation.objects.visible_to(request.user).matching(query).select_related("region")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partners/organisation_list.html", {"page": page, "query": query})


@require_safe
def organisation_detail(request, pk):
    """Show one organisation, its names, and to members its people."""
    rows = Organisation.objects.select_related("region").prefetch_related("names")
    organisation = get_visible(rows, request.user, pk=pk)
    is_member = rules.is_member(request.user)
    context = {
        "organisation": organisation,
        "memberships": organisation.memberships.current().select_related("person") if is_member else [],
        "can_change": rules.can_change_organisation(request.user, organisation),
        "can_invite": rules.can_invite(request.user, organisation),
        "history": history.of(organisation)[:10] if is_member else [],
        "is_member": is_member,
    }
    return render(request, "partners/organisation_detail.html", context)


@login_required
@both
def organisation_change(request, pk):
    """Change website and text of an organisation."""
    organisation = get_visible(Organisation.objects, request.user, pk=pk)
    require(rules.can_change_organisation(request.user, organisation))
    initial = {"website": organisation.website, "notes": organisation.notes, "version": organisation.version}
    form = OrganisationForm(request.POST or None, initial=initial)

    def save(valid):
        version = valid.cleaned_data["version"]
        return workflows.change_organisation(organisation, valid.data_of_fields(), by=request.user, version=version)

    def current():
        now = Organisation.objects.get(pk=pk)
        return {_("Website"): now.website, _("About"): now.notes}, now.version

    return form_page(
        request,
        form,
        "partners/organisation_change.html",
        save=save,
        done=_("Saved."),
        current=current,
        context={"organisation": organisation},
    )


@login_required
@require_POST
def end_membership(request, pk):
    """End a membership."""
    membership = get_object_or_404(Membership.objects.select_related("organisation", "person"), pk=pk)
    require(rules.can_end_membership(request.user, membership))
    return verb(
        request,
        membership,
        workflows.end_membership,
        done=_("The membership has ended."),
        target=membership.organisation,
    )


@login_required
@require_POST
def change_membership_role(request, pk):
    """Make somebody a coordinator or a member."""
    membership = get_object_or_404(Membership.objects.select_related("organisation", "person"), pk=pk)
    require(rules.can_end_membership(request.user, membership))
    role = request.POST.get("role", "")
    if role not in Membership.Role.values:
        raise Http404
    return verb(
        request,
        membership,
        workflows.change_membership_role,
        done=_("The role was changed."),
        target=membership.organisation,
        role=role,
    )


@login_required
@require_safe
def person_detail(request, pk):
    """Show a person to those who may know of her or him."""
    person = get_visible(Person.objects, request.user, pk=pk)
    shows_address = person.is_listed or rules.can_change_person(request.user, person)
    context = {
        "person": person,
        "memberships": person.memberships.current().select_related("organisation"),
        "shows_address": shows_address,
        "is_self": rules.is_self(request.user, person),
    }
    return render(request, "partners/person_detail.html", context)


@login_required
@require_safe
def invitation_list(request):
    """Show invitations to those who may invite."""
    require(rules.can_invite_somebody(request.user))
    rows = Invitation.objects.visible_to(request.user).select_related("organisation", "invited_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partners/invitation_list.html", {"page": page})


@login_required
@both
def invite(request):
    """Invite a person."""
    require(rules.can_invite_somebody(request.user))
    form = InviteForm(
        request.POST or None, user=request.user, initial={"organisation": request.GET.get("organisation")}
    )

    def save(valid):
        data = valid.data_of_fields()
        require(rules.can_invite(request.user, data["organisation"]))
        workflows.invite(data, by=request.user)
        return reverse("partners:invitation_list")

    done = _("The invitation goes out within a minute.")
    return form_page(request, form, "partners/invite.html", save=save, done=done)


@login_required
@require_POST
def resend_invitation(request, pk):
    """Send an invitation again."""
    invitation = get_visible(Invitation.objects, request.user, pk=pk)
    require(rules.can_revoke_invitation(request.user, invitation))
    target = reverse("partners:invitation_list")
    return verb(request, invitation, workflows.resend_invitation, done=_("The letter goes out again."), target=target)


@login_required
@require_POST
def revoke_invitation(request, pk):
    """Withdraw an invitation."""
    invitation = get_visible(Invitation.objects, request.user, pk=pk)
    require(rules.can_revoke_invitation(request.user, invitation))
    target = reverse("partners:invitation_list")
    return verb(request, invitation, workflows.revoke_invitation, done=_("The invitation is withdrawn."), target=target)


@never_cache
@both
def invitation_open(request, key):
    """GET shows the invitation and changes nothing; POST takes it to the sign-up page, or accepts it."""
    rows = Invitation.objects.open().select_related("organisation", "invited_by")
    invitation = rows.filter(key_hash=workflows.hash_of(key)).first()
    if invitation is None:
        return render(request, "partners/invitation_ended.html", status=410)
    is_other = request.user.is_authenticated and request.user.email.lower() != invitation.email.lower()
    if request.method == "POST" and not is_other:
        if not request.user.is_authenticated:
            request.session[SESSION_KEY] = invitation.pk
            return redirect("account_signup")
        try:
            workflows.accept_invitation(invitation, user=request.user)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Welcome. You now belong to the organisation."))
        return redirect("overview:home")
    context = {"invitation": invitation, "is_other": is_other}
    return render(request, "partners/invitation_open.html", context, status=200)


@login_required
@require_safe
def person_list(request):
    """Show the people of the partnership to its members."""
    require(rules.is_member(request.user))
    query = request.GET.get("q", "")[:100]
    rows = Person.objects.visible_to(request.user).matching(query).prefetch_related("memberships__organisation")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partners/person_list.html", {"page": page, "query": query})
