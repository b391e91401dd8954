"""The filters of the list of letters."""

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models import Letter
from notifications.registry import LETTERS


class _Form(forms.Form):
    is_filter = True


def kinds():
    """Return the kinds of letters that the rooms have registered, as choices."""
    return [(name, name) for name in sorted(LETTERS)]


WRONG = [
    ("overdue", _("late: due for more than five minutes")),
    ("retrying", _("tried before, tried again later")),
    ("stuck", _("stuck on its way")),
    ("dead", _("given up")),
    ("held", _("held back")),
]


class LetterFilter(django_filters.FilterSet):
    """By words, state, kind, reason, trouble and the days on which letters were due."""

    q = django_filters.CharFilter(label=_("Person, address or subject"), method="by_words")
    wrong = django_filters.ChoiceFilter(
        label=_("What is wrong"), choices=WRONG, method="by_trouble", empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=Letter.State.choices, empty_label=_("all"))
    cause = django_filters.ChoiceFilter(
        label=_("Why it was not sent"), choices=Letter.Cause.choices, empty_label=_("all")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=kinds, empty_label=_("all"))
    since = django_filters.DateFilter(
        label=_("Due from"), field_name="due_at", lookup_expr="date__gte", widget=forms.DateInput({"type": "date"})
    )
    until = django_filters.DateFilter(
        label=_("Due until"), field_name="due_at", lookup_expr="date__lte", widget=forms.DateInput({"type": "date"})
    )

    class Meta:
        model = Letter
        fields = ["q", "wrong", "state", "cause", "kind", "since", "until"]
        form = _Form

    def by_words(self, queryset, name, value):
        """Return the letters that contain the words as they stand."""
        return queryset.with_words(value)

    def by_trouble(self, queryset, name, value):
        """Return the letters with this sort of trouble now."""
        return queryset.wrong(value, timezone.now())
