"""Where allauth asks the house: sign-up is closed, except to invited people."""

from allauth.account.adapter import DefaultAccountAdapter

from partners.models import Invitation, Person
from partners.notices.accounts import account_letter

SESSION_KEY = "invitation"


def invitation_of(request):
    """Return the open invitation whose link this browser followed, or None."""
    invitation_id = request.session.get(SESSION_KEY)
    return Invitation.objects.open().filter(pk=invitation_id).first() if invitation_id else None


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account adapter with closed sign-up."""

    def is_open_for_signup(self, request):
        """True only for a browser that followed a valid invitation."""
        return invitation_of(request) is not None

    def save_user(self, request, user, form, commit=True):
        """Give the new account the person with its address, or a new person."""
        email = form.cleaned_data["email"].lower()
        user.person = Person.objects.filter(email__iexact=email, user=None).first() or Person.objects.create(
            name=form.cleaned_data["name"], email=email
        )
        return super().save_user(request, user, form, commit)

    def is_email_verified(self, request, email):
        """The invited address counts as verified: the link came to it. Asked right after the invitation was used up."""
        invited = Invitation.objects.filter(pk=request.session.get(SESSION_KEY), revoked_at=None)
        return invited.filter(email__iexact=email).exists()

    def render_mail(self, template_prefix, email, context, headers=None):
        """Write the letters of signing in as all letters of the portal are written."""
        mail = account_letter(template_prefix, email, context)
        return mail or super().render_mail(template_prefix, email, context, headers)
