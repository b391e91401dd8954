"""What an invited person fills in beyond address and password."""

from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.text import clean_line, is_storable
from partners import adapters, workflows


class InvitedSignupForm(forms.Form):
    """Base of allauth's sign-up form: the name, and the check that the address is the invited one."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        invitation = adapters.invitation_of(context.request) if context.request else None
        if invitation is not None:
            self.initial.setdefault("email", invitation.email)
            self.initial.setdefault("name", invitation.name)

    def clean_name(self):
        """Return the name as one line."""
        name = self.cleaned_data["name"]
        if not is_storable(name) or not clean_line(name):
            raise forms.ValidationError(_("This name contains a character that cannot be stored."))
        return clean_line(name)

    def clean(self):
        """Check that the address is the one to which the invitation was sent."""
        cleaned = super().clean()
        invitation = adapters.invitation_of(context.request)
        email = (self.cleaned_data.get("email") or "").lower()
        if invitation is None:
            raise forms.ValidationError(_("This invitation is no longer valid. Please ask for a new one."))
        if email and invitation.email.lower() != email:
            self.add_error("email", _("Please use the address to which the invitation was sent."))
        return cleaned

    def signup(self, request, user):
        """Accept the invitation for the new account (called by allauth)."""
        try:
            workflows.accept_invitation(adapters.invitation_of(request), user=user, name=self.cleaned_data["name"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from None
