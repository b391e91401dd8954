"""Filters of the lists: the same for pages and API."""

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from visits.models import SignUp, StudyVisit, Takeaway


class _Form(forms.Form):
    is_filter = True


def _shown_states():
    return StudyVisit.State.choices


class VisitFilter(django_filters.FilterSet):
    """By words, state, time and meeting."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    state = django_filters.ChoiceFilter(label=_("State"), choices=_shown_states, empty_label=_("all"))
    when = django_filters.ChoiceFilter(
        label=_("When"), method="by_time", empty_label=_("all"), choices=[("coming", _("to come")), ("past", _("past"))]
    )
    meeting = django_filters.ModelChoiceFilter(
        label=_("Meeting"), queryset=lambda request: Meeting.objects.visible_to(request.user), empty_label=_("all")
    )

    class Meta:
        model = StudyVisit
        fields = ["q", "state", "when", "meeting"]
        form = _Form

    def by_words(self, queryset, name, value):
        """Return the visits that contain the words."""
        return queryset.matching(value)

    def by_time(self, queryset, name, value):
        """Return the visits that have not ended, or those that have."""
        now = timezone.now()
        return queryset.filter(ends_at__gte=now) if value == "coming" else queryset.filter(ends_at__lt=now)


class SignUpFilter(django_filters.FilterSet):
    """By visit and state."""

    visit = django_filters.ModelChoiceFilter(queryset=lambda request: StudyVisit.objects.visible_to(request.user))

    class Meta:
        model = SignUp
        fields = ["visit", "state"]
        form = _Form


class TakeawayFilter(django_filters.FilterSet):
    """By words, visit, practice and region."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words")
    visit = django_filters.ModelChoiceFilter(queryset=lambda request: StudyVisit.objects.visible_to(request.user))

    class Meta:
        model = Takeaway
        fields = ["q", "visit", "practice", "region"]
        form = _Form

    def by_words(self, queryset, name, value):
        """Return the takeaways that contain the words."""
        return queryset.matching(value)
