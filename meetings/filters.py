"""Filters of the lists, the same for page and API."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Decision, Meeting, Todo
from partners.models import Organisation
from workgroups.models import Workgroup


class FilterForm(forms.Form):
    """A GET form, whose fields are all optional."""

    is_filter = True


class MeetingFilter(django_filters.FilterSet):
    """Meetings by what they are, whose, when and by words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=200)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Meeting.Kind.choices)
    workgroup = django_filters.ModelChoiceFilter(label=_("Workgroup"), queryset=Workgroup.objects.all())
    host = django_filters.ModelChoiceFilter(label=_("Host"), queryset=Organisation.objects.all())
    state = django_filters.ChoiceFilter(label=_("State"), choices=Meeting.State.choices)
    mode = django_filters.ChoiceFilter(label=_("How people take part"), choices=Meeting.Mode.choices)
    year = django_filters.NumberFilter(
        label=_("Year"), field_name="starts_at", lookup_expr="year", min_value=1900, max_value=2200, decimal_places=0
    )

    class Meta:
        model = Meeting
        fields = ["q", "kind", "workgroup", "host", "state", "mode", "year"]
        form = FilterForm

    def by_words(self, rows, name, value):
        """Return the rows that hold all words."""
        return rows.matching(value)


class TodoFilter(django_filters.FilterSet):
    """To-dos by state, origin, owner and words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=200)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Todo.State.choices)
    workgroup = django_filters.ModelChoiceFilter(label=_("Workgroup"), queryset=Workgroup.objects.all())
    meeting = django_filters.NumberFilter(
        label=_("Number of the meeting"), field_name="meeting_id", min_value=1, max_value=2**62, decimal_places=0
    )
    owner = django_filters.NumberFilter(
        label=_("Number of the person"), field_name="owner_id", min_value=1, max_value=2**62, decimal_places=0
    )

    class Meta:
        model = Todo
        fields = ["q", "state", "workgroup", "meeting", "owner"]
        form = FilterForm

    def by_words(self, rows, name, value):
        """Return the rows that hold all words."""
        return rows.matching(value)


class DecisionFilter(django_filters.FilterSet):
    """Decisions by meeting and words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=200)
    meeting = django_filters.NumberFilter(
        label=_("Number of the meeting"), field_name="meeting_id", min_value=1, max_value=2**62, decimal_places=0
    )

    class Meta:
        model = Decision
        fields = ["q", "meeting"]
        form = FilterForm

    def by_words(self, rows, name, value):
        """Return the rows that hold all words."""
        return rows.matching(value)
