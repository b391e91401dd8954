"""Forms of workgroups, their members and their initiatives."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.forms import PortalForm, VersionedForm
from core.text import clean_line
from partners.models import Organisation, Person, Visibility
from workgroups.models import GroupMembership, Initiative, Workgroup
from workgroups.workflows import SCOPE_LIMIT, checked_subtopics

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
YEARS = _("Please give a day between 1990 and 2099.")


def day(label):
    """Return an optional field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    limits = [MinValueValidator(FIRST_DAY, YEARS), MaxValueValidator(LAST_DAY, YEARS)]
    return forms.DateField(label=label, required=False, widget=widget, validators=limits)


def long_text(label, limit, *, rows=5, **options):
    """Return a field for a text of several lines."""
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **options)


class WorkgroupForm(VersionedForm):
    """What those who lead a group say about it."""

    summary = forms.CharField(label=_("In one sentence"), max_length=250, required=False)
    scope = long_text(_("Scope"), SCOPE_LIMIT, rows=8, required=False)
    subtopics = long_text(_("Subtopics"), 2500, required=False, help_text=_("One on each line."))
    lead_organisation = forms.ModelChoiceField(
        label=_("Lead organisation"), queryset=Organisation.objects.all(), required=False, empty_label=_("none")
    )
    organisations = forms.ModelMultipleChoiceField(
        label=_("Partners seen active"),
        queryset=Organisation.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    state = forms.ChoiceField(label=_("State"), choices=Workgroup.State.choices)

    def clean_summary(self):
        """Return the sentence as one line."""
        return clean_line(self.cleaned_data["summary"])

    def clean_subtopics(self):
        """Return the subtopics as a list."""
        return self.cleaned_data["subtopics"].splitlines()

    def clean_organisations(self):
        """Return the partners as a list."""
        return list(self.cleaned_data["organisations"])

    def clean(self):
        """Check number and length of the subtopics, as the workflow will."""
        cleaned = super().clean()
        if "subtopics" in cleaned:
            self._check_subtopics(cleaned["subtopics"])
        return self.cleaned_data

    def _check_subtopics(self, lines):
        try:
            checked_subtopics(lines)
        except Invalid as problem:
            self.add_error("subtopics", problem.message)


class MemberForm(PortalForm):
    """Whom to take into the group, and in which role."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=GroupMembership.Role.choices, initial=GroupMembership.Role.MEMBER)

    def __init__(self, *args, user, workgroup, **kwargs):
        super().__init__(*args, **kwargs)
        inside = workgroup.memberships.not_ended().values("person_id")
        of_partners = Person.objects.of_organisations(Organisation.objects.values("pk")).values("pk")
        rows = Person.objects.filter(Q(pk__in=of_partners) | Q(is_coordinator=True))
        seen = Person.objects.visible_to(user).values("pk")
        self.fields["person"].queryset = rows.filter(pk__in=seen).exclude(pk__in=inside)


class InitiativeFields(forms.Form):
    """What an initiative says of itself."""

    title = forms.CharField(label=_("Title"), max_length=150)
    summary = long_text(_("What it is about"), 2000)
    lead_organisation = forms.ModelChoiceField(
        label=_("Lead organisation"), queryset=Organisation.objects.all(), required=False, empty_label=_("none")
    )
    lead_person = forms.ModelChoiceField(
        label=_("Contact"), queryset=Person.objects.none(), required=False, empty_label=_("none")
    )
    start_date = day(_("First day"))
    end_date = day(_("Last day"))
    visibility = forms.ChoiceField(
        label=_("Who may see it"), choices=Visibility.choices, initial=Visibility.PARTNERSHIP
    )

    def __init__(self, *args, workgroup, **kwargs):
        super().__init__(*args, **kwargs)
        inside = workgroup.memberships.current().values("person_id")
        kept = self.initial.get("lead_person")
        self.fields["lead_person"].queryset = Person.objects.filter(Q(pk__in=inside) | Q(pk=getattr(kept, "pk", kept)))

    def clean_title(self):
        """Return the title as one line."""
        title = clean_line(self.cleaned_data["title"])
        if not title:
            raise forms.ValidationError(_("Please give a title that can be read."))
        return title


class InitiativeForm(InitiativeFields, PortalForm):
    """A new initiative."""


class InitiativeChangeForm(InitiativeFields, VersionedForm):
    """Changes of an initiative."""


class InitiativeStateForm(VersionedForm):
    """How an initiative stands now."""

    state = forms.ChoiceField(label=_("State"), choices=[])
    reason = long_text(_("Reason"), 1000, required=False, help_text=_("Needed if the initiative is dropped."))

    def __init__(self, *args, initiative, **kwargs):
        super().__init__(*args, **kwargs)
        next_states = {initiative.state} | Initiative.TRANSITIONS[initiative.state]
        self.fields["state"].choices = [row for row in Initiative.State.choices if row[0] in next_states]
