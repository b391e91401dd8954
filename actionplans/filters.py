"""Filters of the lists, the same for page and API."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action, ActionPlan, Milestone, PolicyInstrument
from partners.models import Organisation, Region

LATE = [("yes", _("late"))]


class FilterForm(forms.Form):
    """A GET form, whose fields are all optional."""

    is_filter = True


class RoomFilter(django_filters.FilterSet):
    """Filters that all lists of the room share."""

    def by_words(self, rows, name, value):
        """Return the rows that hold all words."""
        return rows.matching(value)

    def only_late(self, rows, name, value):
        """Return the rows that are late."""
        return rows.late() if value == "yes" else rows


def number(label, field_name):
    """Return a filter for the number of a row."""
    return django_filters.NumberFilter(
        label=label, field_name=field_name, min_value=1, max_value=2**62, decimal_places=0
    )


class InstrumentFilter(RoomFilter):
    """Instruments by region, kind and words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=300)
    region = django_filters.ModelChoiceFilter(
        label=_("Region"), queryset=Region.objects.all(), empty_label=_("all regions")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=PolicyInstrument.Kind.choices, empty_label=_("all kinds")
    )

    class Meta:
        model = PolicyInstrument
        fields = ["q", "region", "kind"]
        form = FilterForm


class PlanFilter(RoomFilter):
    """Plans by region, partner, state, lateness and words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=300)
    region = django_filters.ModelChoiceFilter(
        label=_("Region"),
        field_name="instrument__region",
        queryset=Region.objects.all(),
        empty_label=_("all regions"),
        method="by_region",
    )
    organisation = django_filters.ModelChoiceFilter(
        label=_("Partner"),
        field_name="organisations",
        queryset=Organisation.objects.all(),
        empty_label=_("all partners"),
        method="by_organisation",
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=ActionPlan.State.choices, empty_label=_("all states"))
    late = django_filters.ChoiceFilter(
        label=_("Lateness"), choices=LATE, method="only_late", empty_label=_("late or not")
    )

    class Meta:
        model = ActionPlan
        fields = ["q", "region", "organisation", "state", "late"]
        form = FilterForm

    def by_region(self, rows, name, value):
        """Return plans for an instrument of the region, and plans of partners from it."""
        own = ActionPlan.organisations.through.objects.filter(organisation__region=value).values("actionplan_id")
        return rows.filter(pk__in=own) | rows.filter(instrument__region=value)

    def by_organisation(self, rows, name, value):
        """Return the plans of a partner."""
        own = ActionPlan.organisations.through.objects.filter(organisation=value).values("actionplan_id")
        return rows.filter(pk__in=own)


class ActionFilter(RoomFilter):
    """Actions by plan, state, who is in charge, lateness and words."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", max_length=300)
    plan = number(_("Number of the plan"), "plan_id")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Action.State.choices)
    responsible_organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation in charge"), queryset=Organisation.objects.all()
    )
    late = django_filters.ChoiceFilter(label=_("Lateness"), choices=LATE, method="only_late")

    class Meta:
        model = Action
        fields = ["q", "plan", "state", "responsible_organisation", "late"]
        form = FilterForm


class MilestoneFilter(RoomFilter):
    """Milestones by action, plan, state and lateness."""

    action = number(_("Number of the action"), "action_id")
    plan = number(_("Number of the plan"), "action__plan_id")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Milestone.State.choices)
    late = django_filters.ChoiceFilter(label=_("Lateness"), choices=LATE, method="only_late")

    class Meta:
        model = Milestone
        fields = ["action", "plan", "state", "late"]
        form = FilterForm
