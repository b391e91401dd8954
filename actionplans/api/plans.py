"""Action plans."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from actionplans import rules, workflows
from actionplans.api.shared import InstrumentOfPlan, PartnerOfPlan, day, long_text, user_of
from actionplans.filters import PlanFilter
from actionplans.forms import VISIBILITY
from actionplans.models import ActionPlan, PolicyInstrument
from core.rest.serializers import StrictSerializer
from core.rest.views import PortalViewSet
from partners.models import Organisation


class PlanSerializer(serializers.ModelSerializer):
    """An action plan; its actions are at ``/actions/?plan=``."""

    instrument = InstrumentOfPlan(allow_null=True)
    organisations = PartnerOfPlan(many=True)
    action_count = serializers.IntegerField(read_only=True)
    late_count = serializers.IntegerField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = ActionPlan
        fields = [
            "id",
            "version",
            "title",
            "instrument",
            "organisations",
            "language",
            "context",
            "english_summary",
            "state",
            "visibility",
            "endorsed_date",
            "endorsed_by",
            "action_count",
            "late_count",
            "gap_note",
            "is_fictional",
            "created_at",
            "changed_at",
            "url",
        ]


class PlanInput(StrictSerializer):
    """What one writes of a plan."""

    title = serializers.CharField(max_length=200)
    instrument = serializers.PrimaryKeyRelatedField(
        queryset=PolicyInstrument.objects.all(), required=False, allow_null=True
    )
    organisations = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), many=True, allow_empty=False
    )
    language = serializers.ChoiceField(choices=list(workflows.LANGUAGES.items()), required=False)
    context = long_text(10_000)
    english_summary = long_text(5000)
    visibility = serializers.ChoiceField(choices=VISIBILITY, required=False)

    def validate_organisations(self, chosen):
        """Keep at least one of the person's own organisations."""
        if not rules.can_create_plan(user_of(self), chosen):
            raise serializers.ValidationError(_("Please choose your own organisation, too."))
        return chosen


class PlanEndorseInput(StrictSerializer):
    """Who endorsed the plan, and when."""

    endorsed_date = day()
    endorsed_by = serializers.CharField(max_length=200)


@extend_schema(tags=["action plans"])
class PlanViewSet(PortalViewSet):
    """Action plans of the regions."""

    model = ActionPlan
    scope = "actionplans"
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    is_versioned = True
    join = ("instrument",)
    prefetch = ("organisations",)

    def get_queryset(self):
        """Return the visible plans with their counts."""
        return super().get_queryset().with_counts()

    @extend_schema(request=PlanInput, responses={201: PlanSerializer})
    def create(self, request):
        """Begin a plan."""
        return self.make(rules.can_create_some_plan(request.user), workflows.create_plan, PlanInput)

    @extend_schema(request=PlanInput, responses=PlanSerializer)
    def partial_update(self, request, pk=None):
        """Change a plan."""
        return self.alter(rules.can_change_plan, workflows.change_plan, PlanInput)

    @extend_schema(request=PlanEndorseInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="endorse-plan")
    def endorse_plan(self, request, pk=None):
        """Note who endorsed the plan and when."""
        return self.do(rules.can_endorse_plan, workflows.endorse_plan, PlanEndorseInput)

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="start-monitoring")
    def start_monitoring(self, request, pk=None):
        """Say that the plan is now carried out."""
        return self.do(rules.can_start_monitoring, workflows.start_monitoring)

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="close-plan")
    def close_plan(self, request, pk=None):
        """End the plan."""
        return self.do(rules.can_close_plan, workflows.close_plan)

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="reopen-plan")
    def reopen_plan(self, request, pk=None):
        """Go one step back."""
        return self.do(rules.can_reopen_plan, workflows.reopen_plan)
