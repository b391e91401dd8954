"""Forms about people and organisations."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionedForm
from core.text import clean_line
from partners import rules
from partners.authentication import SCOPES
from partners.models import Membership, Organisation, languages
from partners.querysets import standing
from partners.workflows import organisations_for_invitation

ZONES = [(name, name) for name in sorted(zoneinfo.available_timezones()) if name.startswith("Europe/") or name == "UTC"]
LIFETIMES = [(30, _("30 days")), (90, _("90 days")), (366, _("one year"))]


class InviteForm(PortalForm):
    """Whom to invite, and to which organisation."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("none: the person is a guest"),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.MEMBER)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        who = standing(user)
        field = self.fields["organisation"]
        field.queryset = organisations_for_invitation(user, who)
        if not rules.leads_all(user):
            field.required, field.empty_label = True, None

    def clean_name(self):
        """Return the name as one line."""
        return clean_line(self.cleaned_data["name"])


class OrganisationForm(VersionedForm):
    """What coordinators keep up to date about their organisation."""

    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    notes = forms.CharField(label=_("About"), required=False, max_length=3000, widget=forms.Textarea)


class ProfileForm(PortalForm):
    """What a person sets about herself or himself."""

    name = forms.CharField(label=_("Name"), max_length=120)
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    is_listed = forms.BooleanField(
        label=_("Members see my e-mail address and telephone"),
        required=False,
        help_text=_("Coordinators and curators always see them."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=languages)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=ZONES, help_text=_("Pages and letters show times in this zone too.")
    )

    def __init__(self, *args, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        zone = getattr(person, "time_zone", "")
        if zone and zone not in dict(ZONES):
            self.fields["time_zone"].choices = [*ZONES, (zone, zone)]

    def clean_name(self):
        """Return the name as one line."""
        return clean_line(self.cleaned_data["name"])


class TokenForm(PortalForm):
    """What a token may do and how long it lives."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example the program that uses it."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=SCOPES, widget=forms.CheckboxSelectMultiple, initial=["read"]
    )
    days = forms.TypedChoiceField(label=_("Ends after"), choices=LIFETIMES, coerce=int, initial=90)
