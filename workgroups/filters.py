"""Filters of the lists, the same for page and API."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation
from workgroups.models import GroupMembership, Initiative, Workgroup


class FilterForm(forms.Form):
    """A GET form, whose fields are all optional."""

    is_filter = True


class WorkgroupFilter(django_filters.FilterSet):
    """Workgroups by state and words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=200)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Workgroup.State.choices)

    class Meta:
        model = Workgroup
        fields = ["q", "state"]
        form = FilterForm

    def by_words(self, rows, name, value):
        """Return the groups that hold all words."""
        return rows.matching(value)


class InitiativeFilter(django_filters.FilterSet):
    """Initiatives by group, state, organisation in the lead and words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=200)
    workgroup = django_filters.ModelChoiceFilter(
        label=_("Workgroup"), queryset=Workgroup.objects.all(), empty_label=_("all workgroups")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=Initiative.State.choices, empty_label=_("all states"))
    lead_organisation = django_filters.ModelChoiceFilter(
        label=_("In the lead"), queryset=Organisation.objects.all(), empty_label=_("all organisations")
    )

    class Meta:
        model = Initiative
        fields = ["q", "workgroup", "state", "lead_organisation"]
        form = FilterForm

    def by_words(self, rows, name, value):
        """Return the initiatives that hold all words."""
        return rows.matching(value)


class GroupMembershipFilter(django_filters.FilterSet):
    """Memberships by group, person and role; ``current`` leaves out what has ended."""

    workgroup = django_filters.NumberFilter(field_name="workgroup_id", min_value=1, max_value=2**62, decimal_places=0)
    person = django_filters.NumberFilter(field_name="person_id", min_value=1, max_value=2**62, decimal_places=0)
    role = django_filters.ChoiceFilter(choices=GroupMembership.Role.choices)
    current = django_filters.ChoiceFilter(choices=[("yes", "yes")], method="only_current")

    class Meta:
        model = GroupMembership
        fields = ["workgroup", "person", "role", "current"]
        form = FilterForm

    def only_current(self, rows, name, value):
        """Return the memberships that hold today."""
        return rows.current()
