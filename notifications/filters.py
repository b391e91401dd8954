"""The filters of the list of letters."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Letter
from notifications.registry import LETTERS


class _Form(forms.Form):
    is_filter = True


def kinds():
    """Return the kinds of letters that the rooms have registered, as choices."""
    return [(name, name) for name in sorted(LETTERS)]


class LetterFilter(django_filters.FilterSet):
    """By words, state and kind."""

    q = django_filters.CharFilter(label=_("Person, address or subject"), method="by_words")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Letter.State.choices, empty_label=_("all"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=kinds, empty_label=_("all"))

    class Meta:
        model = Letter
        fields = ["q", "state", "kind"]
        form = _Form

    def by_words(self, queryset, name, value):
        """Return the letters that contain the words as they stand."""
        return queryset.with_words(value)
