"""What people do with invitations, memberships, profiles, tokens and feed addresses."""

import hashlib
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Refused
from core.workflows import change
from notifications.posting import post_to_address
from partners.models import ApiToken, FeedToken, Invitation, Membership, Organisation, Person, User

INVITATION_DAYS = 14
LONGEST_TOKEN_DAYS = 366


def hash_of(secret):
    """Return the SHA-256 of a secret as hexadecimal text: all that the database keeps of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(data, *, by):
    """Invite ``data["email"]`` (with ``name``, ``organisation`` or None, ``role``); returns the invitation.

    Refused when the address has an account or an open invitation already.
    """
    email = data["email"].lower()
    if User.objects.filter(email=email).exists():
        raise Refused(_("This address has an account already."), "email")
    now = timezone.now()
    Invitation.objects.filter(email__iexact=email, accepted_at=None, revoked_at=None, expires_at__lte=now).update(
        revoked_at=now
    )
    key = secrets.token_urlsafe(24)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                name=data["name"],
                organisation=data.get("organisation"),
                role=data.get("role") or Membership.Role.MEMBER,
                key_hash=hash_of(key),
                invited_by=by.person,
                expires_at=now + timedelta(days=INVITATION_DAYS),
            )
    except IntegrityError:
        raise Refused(_("This address has been invited already. You can send the letter again."), "email") from None
    history.record(invitation, "invited", by=by)
    _send(invitation, key)
    return invitation


@transaction.atomic
def resend_invitation(invitation, *, by):
    """Send the letter again, with a new key and the full time; the old link ends."""
    _check_open(invitation)
    key = secrets.token_urlsafe(24)
    invitation.key_hash = hash_of(key)
    invitation.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    invitation.save(update_fields=["key_hash", "expires_at"])
    history.record(invitation, "invitation-resent", by=by)
    _send(invitation, key)
    return invitation


@transaction.atomic
def revoke_invitation(invitation, *, by):
    """Withdraw an invitation; its link ends at once."""
    _check_open(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    history.record(invitation, "invitation-revoked", by=by)
    return invitation


def _check_open(invitation):
    if invitation.accepted_at or invitation.revoked_at:
        raise Refused(_("This invitation was used or withdrawn already."))


def _send(invitation, key):
    post_to_address(
        "partners-invitation",
        address=invitation.email,
        about=invitation,
        slot=invitation.key_hash[:16],
        data={"key": key},
        useful_until=invitation.expires_at,
    )


@transaction.atomic
def accept_invitation(invitation, *, user, name=""):
    """Use up ``invitation`` for the account ``user``: the person joins the organisation.

    Raises Refused when it is for another address, or was used, withdrawn or has ended in the meantime.
    """
    if invitation is None or invitation.email.lower() != user.email.lower():
        raise Refused(_("This invitation is for another address."))
    now = timezone.now()
    is_mine = Invitation.objects.open(now).filter(pk=invitation.pk).update(accepted_at=now, accepted_by=user.person)
    if not is_mine:
        raise Refused(_("This invitation is no longer valid. Please ask for a new one."))
    person = user.person
    if name:
        person.name = name
        person.save(update_fields=["name"])
    if invitation.organisation_id:
        Membership.objects.get_or_create(
            person=person,
            organisation_id=invitation.organisation_id,
            end_date=None,
            defaults={"role": invitation.role, "start_date": timezone.localdate()},
        )
    search.index(person)
    history.record(person, "invitation-accepted", by=user)
    return Person.objects.get(pk=person.pk)


@transaction.atomic
def end_membership(membership, *, by):
    """End a membership today; what the person wrote stays."""
    if membership.end_date is not None:
        raise Refused(_("This membership has ended already."))
    membership.end_date = timezone.localdate() - timedelta(days=1)
    if membership.start_date and membership.start_date > membership.end_date:
        membership.start_date = membership.end_date
    membership.save(update_fields=["start_date", "end_date"])
    history.record(membership.organisation, "membership-ended", by=by, note=membership.person.name)
    return membership


@transaction.atomic
def change_membership_role(membership, *, by, role):
    """Make a member a coordinator of the organisation, or the other way round."""
    if membership.end_date is not None:
        raise Refused(_("This membership has ended already."))
    membership.role = role
    membership.save(update_fields=["role"])
    note = f"{membership.person.name}: {membership.get_role_display()}"
    history.record(membership.organisation, "membership-role-changed", by=by, note=note)
    return membership


@transaction.atomic
def change_organisation(organisation, data, *, by, version=None):
    """Change website and the text about an organisation."""
    change(organisation, data, by=by, version=version)
    return organisation


@transaction.atomic
def change_profile(person, data, *, by):
    """Change what a person sets about herself or himself."""
    before = {name: getattr(person, name) for name in data}
    for name, value in data.items():
        setattr(person, name, value)
    person.save(update_fields=list(data))
    changed = history.differences(before, data)
    if changed:
        history.record(person, "profile-changed", by=by, changes={name: ["", ""] for name in changed})
    search.index(person)
    return person


@transaction.atomic
def create_token(data, *, by):
    """Make a token with ``name``, ``scopes`` and ``days``; returns (row, secret): shown once, kept as a hash."""
    days = min(data["days"], LONGEST_TOKEN_DAYS)
    row, secret = ApiToken.objects.create(
        user=by, name=data["name"], scopes=list(data["scopes"]), expiry=timedelta(days=days)
    )
    history.record(by.person, "token-created", by=by, note=data["name"])
    return row, secret


@transaction.atomic
def revoke_token(token, *, by):
    """End a token at once."""
    history.record(token.user.person, "token-revoked", by=by, note=token.name)
    token.delete()


@transaction.atomic
def new_feed_address(user):
    """Make the secret of the person's calendar feed anew and return it; the old address is dead at once."""
    secret = secrets.token_urlsafe(24)
    FeedToken.objects.update_or_create(
        person=user.person,
        defaults={"key_hash": hash_of(secret), "created_at": timezone.now(), "used_at": None},
    )
    history.record(user.person, "feed-address-made", by=user)
    return secret


@transaction.atomic
def remove_feed_address(user):
    """End the person's calendar feed."""
    FeedToken.objects.filter(person=user.person).delete()
    history.record(user.person, "feed-address-removed", by=user)


def person_of_feed(secret):
    """Return the person whose feed has this secret, or None; an inactive account has no feed."""
    row = FeedToken.objects.select_related("person__user").filter(key_hash=hash_of(secret)).first()
    user = getattr(row.person, "user", None) if row else None
    if user is None or not user.is_active:
        return None
    if row.used_at is None or timezone.now() - row.used_at > timedelta(hours=1):
        FeedToken.objects.filter(pk=row.pk).update(used_at=timezone.now())
    return row.person


def organisations_for_invitation(user, who):
    """Return the organisations into which a person with this Standing may invite."""
    if who.leads_all:
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=who.coordinated_organisation_ids)
