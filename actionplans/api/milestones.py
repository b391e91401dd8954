"""Milestones of the actions."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from actionplans import rules, workflows
from actionplans.api.actions import visible_or_invalid
from actionplans.api.shared import day, long_text, user_of
from actionplans.filters import MilestoneFilter
from actionplans.models import Action, Milestone
from core.rest.serializers import StrictSerializer
from core.rest.views import PortalViewSet


class ActionOfMilestone(serializers.ModelSerializer):
    """An action by title."""

    class Meta:
        model = Action
        fields = ["id", "number", "title", "plan"]


class MilestoneSerializer(serializers.ModelSerializer):
    """A milestone."""

    action = ActionOfMilestone()
    is_late = serializers.BooleanField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Milestone
        fields = [
            "id",
            "version",
            "action",
            "title",
            "due_date",
            "state",
            "done_date",
            "evidence",
            "reason",
            "is_late",
            "is_fictional",
            "created_at",
            "changed_at",
            "url",
        ]


class MilestoneChange(StrictSerializer):
    """What one writes of a milestone that exists."""

    title = serializers.CharField(max_length=200)
    due_date = day()


class MilestoneInput(MilestoneChange):
    """What one writes of a new milestone."""

    action = serializers.PrimaryKeyRelatedField(queryset=Action.objects.select_related("plan", "responsible_person"))

    def validate_action(self, thing):
        """Accept only actions that the person sees."""
        return visible_or_invalid(Action, thing, user_of(self))


class MilestoneCompleteInput(StrictSerializer):
    """When the milestone was done, and what shows it."""

    done_date = day()
    evidence = long_text(2000)


class MilestoneDropInput(StrictSerializer):
    """Why the milestone is given up."""

    reason = serializers.CharField(max_length=1000)


@extend_schema(tags=["action plans"])
class MilestoneViewSet(PortalViewSet):
    """Days by which parts of the actions are done."""

    model = Milestone
    scope = "actionplans"
    serializer_class = MilestoneSerializer
    filterset_class = MilestoneFilter
    is_versioned = True
    join = ("action__plan", "action__responsible_person")

    @extend_schema(request=MilestoneInput, responses={201: MilestoneSerializer})
    def create(self, request):
        """Add a milestone to an action."""
        return self.make(
            lambda user, data: rules.can_create_milestone(user, data["action"]),
            workflows.create_milestone,
            MilestoneInput,
        )

    @extend_schema(request=MilestoneChange, responses=MilestoneSerializer)
    def partial_update(self, request, pk=None):
        """Change the title or the day of an open milestone."""
        return self.alter(rules.can_change_milestone, workflows.change_milestone, MilestoneChange)

    @extend_schema(request=MilestoneCompleteInput, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"], url_path="complete-milestone")
    def complete_milestone(self, request, pk=None):
        """Say when the milestone was done."""
        return self.do(rules.can_complete_milestone, workflows.complete_milestone, MilestoneCompleteInput)

    @extend_schema(request=MilestoneDropInput, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"], url_path="drop-milestone")
    def drop_milestone(self, request, pk=None):
        """Give the milestone up."""
        return self.do(rules.can_drop_milestone, workflows.drop_milestone, MilestoneDropInput)

    @extend_schema(request=None, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"], url_path="reopen-milestone")
    def reopen_milestone(self, request, pk=None):
        """Make the milestone open again."""
        return self.do(rules.can_reopen_milestone, workflows.reopen_milestone)
