"""What an invited person fills in beyond address and password."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners import adapters, workflows


class InvitedSignupForm(forms.Form):
    """Base of allauth's sign-up form: the name, and the check that the address is the invited one."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def clean_email(self):
        """Return the address if it is the invited one."""
        email = super().clean_email()
        invitation = adapters.invitation_of(self.request)
        if invitation is None or invitation.email.lower() != email.lower():
            raise forms.ValidationError(_("Please use the address to which the invitation was sent."))
        return email

    def signup(self, request, user):
        """Accept the invitation for the new account (called by allauth)."""
        workflows.accept_invitation(adapters.invitation_of(request), user=user, name=self.cleaned_data["name"])
