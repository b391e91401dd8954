"""Filters of the lists of practices and transfers, the same on the page and in the API."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, Region
from partners.querysets import standing
from practices.models import FormTemplate, Practice, Transfer
from workgroups.models import Workgroup


class _Form(forms.Form):
    is_filter = True


def countries():
    """Return the countries of the known regions as choices."""
    return [(code, code) for code in Region.objects.order_by("country").values_list("country", flat=True).distinct()]


def visible_practices(request):
    """Return the practices that may stand in a choice."""
    return Practice.objects.visible_to(getattr(request, "user", None)).order_by("title")


class PracticeFilter(django_filters.FilterSet):
    """By words, group, place, organisation, state and authorship."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    workgroup = django_filters.ModelChoiceFilter(
        label=_("Workgroup"), queryset=Workgroup.objects.all(), empty_label=_("all")
    )
    country = django_filters.ChoiceFilter(label=_("Country"), choices=countries, empty_label=_("all"))
    region = django_filters.ModelChoiceFilter(label=_("Region"), queryset=Region.objects.all(), empty_label=_("all"))
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=Organisation.objects.all(), empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=Practice.State.choices, empty_label=_("published ones")
    )
    mine = django_filters.ChoiceFilter(
        label=_("Written by"), choices=[("yes", _("me"))], empty_label=_("everybody"), method="by_me"
    )

    class Meta:
        model = Practice
        fields = ["q", "workgroup", "country", "region", "organisation", "state", "mine"]
        form = _Form

    def by_words(self, queryset, name, value):
        """Return practices with words that begin like these."""
        return queryset.matching(value)

    def by_me(self, queryset, name, value):
        """Return the person's own practices."""
        person_id = standing(self.request.user).person_id or 0
        authored = Practice.authors.through.objects.filter(person_id=person_id).values("practice_id")
        return queryset.filter(Q(pk__in=authored) | Q(created_by_id=person_id))


class TransferFilter(django_filters.FilterSet):
    """By practice, giver, taker and stage."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    practice = django_filters.ModelChoiceFilter(label=_("Practice"), queryset=visible_practices, empty_label=_("all"))
    giver = django_filters.ModelChoiceFilter(
        label=_("Giving region"), queryset=Region.objects.all(), field_name="practice__region", empty_label=_("all")
    )
    taker = django_filters.ModelChoiceFilter(
        label=_("Taking region"), queryset=Region.objects.all(), field_name="region", empty_label=_("all")
    )
    stage = django_filters.ChoiceFilter(label=_("Stage"), choices=Transfer.Stage.choices, empty_label=_("all"))

    class Meta:
        model = Transfer
        fields = ["q", "practice", "giver", "taker", "stage"]
        form = _Form

    def by_words(self, queryset, name, value):
        """Return transfers of practices, or with words of their own, that begin like these."""
        practices = visible_practices(self.request).matching(value)
        return queryset.filter(Q(pk__in=queryset.matching(value).values("pk")) | Q(practice__in=practices.values("pk")))


class FormTemplateFilter(django_filters.FilterSet):
    """By use for new practices."""

    class Meta:
        model = FormTemplate
        fields = ["is_current"]
