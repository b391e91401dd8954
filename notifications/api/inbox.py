"""Programs read the sender's own inbox and keep it tidy."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.rest.serializers import Empty, StrictSerializer
from core.rest.views import PortalViewSet
from notifications import rules, workflows
from notifications.models import Letter

SHOWN = [("open", _("open")), ("snoozed", _("put off")), ("done", _("done"))]


class EntrySerializer(serializers.ModelSerializer):
    """One entry: what happened, where it leads, and what the person did with it."""

    class Meta:
        model = Letter
        fields = ["id", "kind", "subject", "url", "channel", "created_at", "seen_at", "settled_at", "snoozed_until"]


class SnoozeInput(StrictSerializer):
    """Until when an entry is put off."""

    until = serializers.ChoiceField(sorted(workflows.SNOOZES))


class CountSerializer(serializers.Serializer):
    """How many entries were marked as done."""

    count = serializers.IntegerField()


class EntryFilter(django_filters.FilterSet):
    """Open, put off or done; without it everything."""

    show = django_filters.ChoiceFilter(label=_("Show"), choices=SHOWN, method="by_part")

    class Meta:
        model = Letter
        fields = ["show"]

    def by_part(self, queryset, name, value):
        """Return the entries of one part of the inbox."""
        now = timezone.now()
        parts = {"open": lambda: queryset.open(now), "snoozed": lambda: queryset.snoozed(now)}
        return parts.get(value, queryset.settled)()


class InboxViewSet(PortalViewSet):
    """What happened for the sender; others' entries do not exist here."""

    model, scope, is_private = Letter, "notifications", True
    serializer_class = EntrySerializer
    filterset_class = EntryFilter

    def get_queryset(self):
        """Return the sender's own entries, newest first."""
        if getattr(self, "swagger_fake_view", False):
            return Letter.objects.none()
        return Letter.objects.inbox_of(self.request.user).defer("text", "html", "data")

    @extend_schema(request=Empty, responses=EntrySerializer)
    @action(detail=True, methods=["post"], url_path="open-letter")
    def open_letter(self, request, *args, **kwargs):
        """Note that the entry was opened."""
        return self.do(rules.can_keep_inbox, workflows.open_letter, Empty)

    @extend_schema(request=Empty, responses=EntrySerializer)
    @action(detail=True, methods=["post"], url_path="settle-letter")
    def settle_letter(self, request, *args, **kwargs):
        """Mark the entry as done."""
        return self.do(rules.can_keep_inbox, workflows.settle_letter, Empty)

    @extend_schema(request=Empty, responses=EntrySerializer)
    @action(detail=True, methods=["post"], url_path="reopen-letter")
    def reopen_letter(self, request, *args, **kwargs):
        """Put the entry back among the open ones."""
        return self.do(rules.can_keep_inbox, workflows.reopen_letter, Empty)

    @extend_schema(request=SnoozeInput, responses=EntrySerializer)
    @action(detail=True, methods=["post"], url_path="snooze-letter")
    def snooze_letter(self, request, *args, **kwargs):
        """Put the entry off."""
        return self.do(rules.can_keep_inbox, workflows.snooze_letter, SnoozeInput)

    @extend_schema(request=Empty, responses=CountSerializer)
    @action(detail=False, methods=["post"], url_path="settle-letters")
    def settle_letters(self, request):
        """Mark everything that is open as done."""
        self.checked(Empty)
        return Response({"count": workflows.settle_letters(by=request.user)})
