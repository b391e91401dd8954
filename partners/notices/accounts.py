"""Letters about signing in: reset the password, confirm an address, something about the account was changed.

They go straight to the mail server and not through the outbox, so that no key of theirs is ever stored. They
are the only letters that nobody can switch off, and they say so.
"""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import written
from notifications.posting import message_off_the_record
from notifications.registry import Content
from partners.models import Person

CHANGES = {
    "account/email/password_changed": gettext_lazy("Your password was changed"),
    "account/email/password_reset": gettext_lazy("Your password was set anew"),
    "account/email/password_set": gettext_lazy("Your account has a password now"),
    "account/email/email_changed": gettext_lazy("Your address was changed"),
    "account/email/email_confirm": gettext_lazy("Your address is confirmed"),
    "account/email/email_deleted": gettext_lazy("An address was taken out of your account"),
    "mfa/email/totp_activated": gettext_lazy("Sign-in now asks for a code of your app"),
    "mfa/email/totp_deactivated": gettext_lazy("Sign-in no longer asks for a code of your app"),
    "mfa/email/recovery_codes_generated": gettext_lazy("You have new recovery codes; those before no longer work"),
    "mfa/email/webauthn_added": gettext_lazy("A passkey was added to your account"),
    "mfa/email/webauthn_removed": gettext_lazy("A passkey was taken out of your account"),
}


def account_letter(name, address, context):
    """Return the message for allauth's letter ``name`` ("account/email/password_reset_key"), or None for others.

    ``context`` is what allauth gives to its own templates. Written in the language of the person with that
    address, with the head and the foot of all letters.
    """
    person = Person.objects.filter(user__email__iexact=address).first()
    return message_off_the_record(lambda: _content(name, context), person=person, address=address)


def _content(name, context):
    if name == "account/email/password_reset_key":
        return _password_reset(context)
    if name in {"account/email/email_confirmation", "account/email/email_confirmation_signup"}:
        return _confirmation(context)
    if name == "account/email/unknown_account":
        return _nobody(context)
    if name in CHANGES:
        return _changed(CHANGES[name], context)
    return None


def _password_reset(context):
    return Content(
        subject=_("Choose a new password"),
        lines=[
            _("Somebody, probably you, asked for a new password for your account. The link works once."),
            _("If it was not you, do nothing: your password stays as it is."),
        ],
        action=(_("Choose a new password"), context["password_reset_url"]),
        why=_security(),
    )


def _confirmation(context):
    return Content(
        subject=_("Please confirm your address"),
        lines=[
            _("This address was entered in the portal. Please confirm that it is yours."),
            _("If you do not know why you get this letter, you can ignore it."),
        ],
        action=(_("Confirm the address"), context["activate_url"]),
        why=_security(),
    )


def _nobody(context):
    return Content(
        subject=_("There is no account with this address"),
        lines=[
            _("Somebody, probably you, asked for a new password, but no account has this address."),
            _("Perhaps your account has another address. An account is opened by invitation: ask your coordinator."),
            _("If it was not you, you can ignore this letter."),
        ],
        facts=[(_("Address"), context["email"])],
        why=_("You get this letter because this address was entered in the portal."),
    )


def _changed(subject, context):
    facts = [
        (_("Before"), context.get("from_email")),
        (_("Now"), context.get("to_email")),
        (_("Address"), context.get("deleted_email")),
        (_("When"), written(timezone.localtime(context["timestamp"]), "SHORT_DATETIME_ZONE")),
        (_("From where"), context.get("ip")),
        (_("With"), context.get("user_agent", "")[:120]),
    ]
    return Content(
        subject=subject,
        lines=[_("Was it you? Then there is nothing to do. If not, choose a new password now.")],
        facts=[(label, value) for label, value in facts if value],
        action=(_("Choose a new password"), reverse("account_reset_password")),
        why=_security(),
    )


def _security():
    return _("You get this letter to keep your account safe. It cannot be switched off.")
