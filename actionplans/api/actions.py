"""Actions and what inspired them."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from actionplans import rules, workflows
from actionplans.api.shared import PartnerOfPlan, PersonInCharge, PlanOfAction, SeesPeople, day, long_text, user_of
from actionplans.filters import ActionFilter
from actionplans.forms import CITED, people_for
from actionplans.models import Action, ActionPlan, ActionSource, Milestone
from core.access import get_visible
from core.rest.serializers import StrictSerializer
from core.rest.views import PortalViewSet
from partners.models import Organisation, Person


class ActionSourceSerializer(serializers.ModelSerializer):
    """One record that inspired the action: exactly one of the four is given."""

    class Meta:
        model = ActionSource
        fields = ["id", "practice", "visit", "takeaway", "transfer", "note"]


class MilestoneOfAction(serializers.ModelSerializer):
    """A milestone by title and day."""

    class Meta:
        model = Milestone
        fields = ["id", "title", "due_date", "state"]


class ActionSerializer(SeesPeople, serializers.ModelSerializer):
    """An action with its milestones, and the sources that the person may see."""

    plan = PlanOfAction()
    responsible_organisation = PartnerOfPlan(allow_null=True)
    responsible_person = PersonInCharge(allow_null=True)
    is_late = serializers.BooleanField(read_only=True)
    milestones = MilestoneOfAction(many=True)
    cited = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Action
        fields = [
            "id",
            "version",
            "plan",
            "number",
            "title",
            "background",
            "description",
            "players",
            "costs",
            "funding",
            "start_date",
            "end_date",
            "responsible_organisation",
            "responsible_person",
            "state",
            "reason",
            "is_late",
            "cited",
            "milestones",
            "gap_note",
            "is_fictional",
            "created_at",
            "changed_at",
            "url",
        ]

    @extend_schema_field(ActionSourceSerializer(many=True))
    def get_cited(self, thing):
        """Return the visible sources."""
        return ActionSourceSerializer(thing.visible_sources, many=True).data


class ActionChange(StrictSerializer):
    """What one writes of an action that exists."""

    title = serializers.CharField(max_length=200)
    background = long_text(5000)
    description = long_text(5000)
    players = long_text(2000)
    costs = long_text(1000)
    funding = long_text(1000)
    start_date = day(required=False, allow_null=True)
    end_date = day(required=False, allow_null=True)
    responsible_organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), required=False, allow_null=True
    )
    responsible_person = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.all(), required=False, allow_null=True
    )

    def validate(self, data):
        """Accept as person in charge only people of the plan's organisations whom the writer may see."""
        person = data.get("responsible_person")
        plan = data.get("plan") or self.instance.plan
        kept = self.instance.responsible_person_id if self.instance else None
        if person and not people_for(user_of(self), plan, kept=kept).filter(pk=person.pk).exists():
            raise serializers.ValidationError({"responsible_person": ["This person is not in a partner of the plan."]})
        return data


class ActionInput(ActionChange):
    """What one writes of a new action."""

    plan = serializers.PrimaryKeyRelatedField(queryset=ActionPlan.objects.all())

    def validate_plan(self, plan):
        """Accept only plans that the person sees."""
        return visible_or_invalid(ActionPlan, plan, user_of(self))


def visible_or_invalid(model, thing, user):
    """Return ``thing``, or say what would be said if it did not exist."""
    if not model.objects.visible_to(user).filter(pk=thing.pk).exists():
        raise serializers.ValidationError(f'Invalid pk "{thing.pk}" - object does not exist.')
    return thing


class ActionStateInput(StrictSerializer):
    """A new state, with a reason where one is needed."""

    state = serializers.ChoiceField(choices=Action.State.choices)
    reason = long_text(1000)


class ActionSourceInput(StrictSerializer):
    """One record that inspired the action."""

    practice = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    visit = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    takeaway = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    transfer = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)

    def validate(self, data):
        """Read the record, as far as the person may see it."""
        for name, model in CITED.items():
            if name in data:
                record = model.objects.visible_to(user_of(self)).filter(pk=data[name]).first()
                if record is None:
                    raise serializers.ValidationError({name: ["This record is not known."]})
                data[name] = record
        return data


class ActionSourceRemoval(StrictSerializer):
    """The number of the source that is taken off."""

    source = serializers.IntegerField(min_value=1, max_value=2**62)


@extend_schema(tags=["action plans"])
class ActionViewSet(PortalViewSet):
    """Actions of the plans."""

    model = Action
    scope = "actionplans"
    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    is_versioned = True
    join = ("plan", "responsible_organisation", "responsible_person")

    def get_queryset(self):
        """Return the visible actions with their milestones and visible sources."""
        sources = ActionSource.objects.visible_to(self.request.user if self.request else None)
        parts = ["milestones", "plan__organisations"]
        cited = Prefetch("sources_of_action", queryset=sources, to_attr="visible_sources")
        return super().get_queryset().prefetch_related(*parts, cited)

    @extend_schema(request=ActionInput, responses={201: ActionSerializer})
    def create(self, request):
        """Add an action to a plan; it gets the next free number."""
        return self.make(
            lambda user, data: rules.can_create_action(user, data["plan"]), workflows.create_action, ActionInput
        )

    @extend_schema(request=ActionChange, responses=ActionSerializer)
    def partial_update(self, request, pk=None):
        """Change an action."""
        return self.alter(rules.can_change_action, workflows.change_action, ActionChange)

    @extend_schema(request=ActionStateInput, responses=ActionSerializer)
    @action(detail=True, methods=["post"], url_path="set-action-state")
    def set_action_state(self, request, pk=None):
        """Say how the action stands."""
        return self.do(rules.can_set_action_state, workflows.set_action_state, ActionStateInput)

    @extend_schema(request=ActionSourceInput, responses=ActionSerializer)
    @action(detail=True, methods=["post"], url_path="add-source")
    def add_source(self, request, pk=None):
        """Name one record that inspired the action."""
        return self.do(rules.can_add_source, workflows.add_source, ActionSourceInput)

    @extend_schema(request=ActionSourceRemoval, responses=ActionSerializer)
    @action(detail=True, methods=["post"], url_path="remove-source")
    def remove_source(self, request, pk=None):
        """Take a source off the action."""
        user = request.user

        def take_off(thing, *, by, source, version=None):
            row = get_visible(ActionSource.objects.select_related("action"), user, pk=source, action=thing)
            return workflows.remove_source(row, by=by, version=version)

        return self.do(rules.can_add_source, take_off, ActionSourceRemoval)
