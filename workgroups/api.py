"""Programs read workgroups, memberships and initiatives, and run the verbs of the pages."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from core.access import require
from core.rest.serializers import Empty, StrictSerializer
from core.rest.views import PortalViewSet, expected_version
from partners.models import Organisation, Person, Visibility
from partners.querysets import standing
from workgroups import rules, workflows
from workgroups.filters import GroupMembershipFilter, InitiativeFilter, WorkgroupFilter
from workgroups.forms import FIRST_DAY, LAST_DAY, YEARS
from workgroups.models import GroupMembership, Initiative, Workgroup


@extend_schema_field(OpenApiTypes.INT)
class VisiblePerson(serializers.PrimaryKeyRelatedField):
    """A person whom the sender may see."""

    def get_queryset(self):
        """Return the people visible to the sender."""
        request = self.context.get("request")
        return Person.objects.visible_to(request.user) if request else Person.objects.none()


class WorkgroupSerializer(serializers.ModelSerializer):
    """A workgroup; the number of members only for members of the partnership."""

    lead_organisation = serializers.IntegerField(source="lead_organisation_id", allow_null=True)
    organisations = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    member_count = serializers.SerializerMethodField()

    class Meta:
        model = Workgroup
        fields = [
            "id", "version", "name", "letter", "colour", "summary", "scope", "subtopics", "lead_organisation",
            "organisations", "state", "member_count", "is_fictional", "sources", "created_at", "changed_at",
        ]  # fmt: skip

    def get_member_count(self, group) -> int | None:
        """Return the number of members today, or null where it is not shown."""
        return group.member_count if standing(self.context["request"].user).is_member else None


class WorkgroupInput(StrictSerializer):
    """What those who lead a group change."""

    summary = serializers.CharField(required=False, allow_blank=True, max_length=250)
    scope = serializers.CharField(required=False, allow_blank=True, max_length=workflows.SCOPE_LIMIT)
    subtopics = serializers.ListField(
        child=serializers.CharField(max_length=workflows.SUBTOPIC_LIMIT),
        required=False,
        max_length=workflows.MOST_SUBTOPICS,
    )
    lead_organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), required=False, allow_null=True
    )
    organisations = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.all(), many=True, required=False)
    state = serializers.ChoiceField(choices=Workgroup.State.choices, required=False)


class MemberInput(StrictSerializer):
    """Whom to take into a group."""

    person = VisiblePerson()
    role = serializers.ChoiceField(choices=GroupMembership.Role.choices, required=False)


class GroupMembershipSerializer(serializers.ModelSerializer):
    """That a person works in a group, from a day to a day."""

    workgroup = serializers.IntegerField(source="workgroup_id")
    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")

    class Meta:
        model = GroupMembership
        fields = ["id", "workgroup", "person", "name", "role", "start_date", "end_date"]


class RoleInput(StrictSerializer):
    """A new role."""

    role = serializers.ChoiceField(choices=GroupMembership.Role.choices)


class InitiativeSerializer(serializers.ModelSerializer):
    """An initiative; the contact only for members of the partnership."""

    workgroup = serializers.IntegerField(source="workgroup_id")
    lead_organisation = serializers.IntegerField(source="lead_organisation_id", allow_null=True)
    lead_person = serializers.SerializerMethodField()

    class Meta:
        model = Initiative
        fields = [
            "id", "version", "workgroup", "title", "summary", "state", "reason", "lead_organisation", "lead_person",
            "start_date", "end_date", "visibility", "is_fictional", "sources", "created_at", "changed_at",
        ]  # fmt: skip

    def get_lead_person(self, initiative) -> int | None:
        """Return the contact's number, or null where it is not shown."""
        return initiative.lead_person_id if standing(self.context["request"].user).is_member else None


class InitiativeInput(StrictSerializer):
    """What an initiative says of itself."""

    title = serializers.CharField(max_length=150)
    summary = serializers.CharField(max_length=2000)
    lead_organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), required=False, allow_null=True
    )
    lead_person = VisiblePerson(required=False, allow_null=True)
    start_date = serializers.DateField(required=False, allow_null=True)
    end_date = serializers.DateField(required=False, allow_null=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)

    def _in_range(self, value):
        if value is not None and not FIRST_DAY <= value <= LAST_DAY:
            raise serializers.ValidationError(YEARS)
        return value

    def validate_start_date(self, value):
        """Return the first day if it lies in a time that can be meant."""
        return self._in_range(value)

    def validate_end_date(self, value):
        """Return the last day if it lies in a time that can be meant."""
        return self._in_range(value)


class NewInitiativeInput(InitiativeInput):
    """A new initiative of a group."""

    workgroup = serializers.PrimaryKeyRelatedField(queryset=Workgroup.objects.all())


class StateInput(StrictSerializer):
    """How an initiative stands; ``reason`` is needed when it is dropped."""

    state = serializers.ChoiceField(choices=Initiative.State.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class WorkgroupViewSet(PortalViewSet):
    """Workgroups."""

    model, serializer_class, scope = Workgroup, WorkgroupSerializer, "workgroups"
    filterset_class, is_versioned = WorkgroupFilter, True
    prefetch = ("organisations",)

    def get_queryset(self):
        """Return the groups with the number of their members."""
        return super().get_queryset().with_counts()

    @extend_schema(request=WorkgroupInput, responses=WorkgroupSerializer)
    def partial_update(self, request, *args, **kwargs):
        """Change what a group is about, who is in the lead, its partners or its state."""
        return self.alter(rules.can_change_workgroup, workflows.change_workgroup, WorkgroupInput)

    @extend_schema(request=Empty, responses=WorkgroupSerializer)
    @action(detail=True, methods=["post"], url_path="join-workgroup")
    def join_workgroup(self, request, *args, **kwargs):
        """Become a member."""
        return self.do(rules.can_join_workgroup, workflows.join_workgroup, Empty)

    @extend_schema(request=Empty, responses=WorkgroupSerializer)
    @action(detail=True, methods=["post"], url_path="leave-workgroup")
    def leave_workgroup(self, request, *args, **kwargs):
        """Leave the group."""
        return self.do(rules.can_leave_workgroup, workflows.leave_workgroup, Empty)

    @extend_schema(request=MemberInput, responses=WorkgroupSerializer)
    @action(detail=True, methods=["post"], url_path="add-member")
    def add_member(self, request, *args, **kwargs):
        """Take a person into the group; the person is told by letter."""
        group = self.get_object()
        require(rules.can_add_member(request.user, group))
        data = self.checked(MemberInput)
        version = expected_version(request, is_required=False)
        workflows.add_member(group, by=request.user, version=version, **data)
        return self.again(group)


class GroupMembershipViewSet(PortalViewSet):
    """Who works in which group, for members of the partnership."""

    model, serializer_class, scope = GroupMembership, GroupMembershipSerializer, "workgroups"
    filterset_class, is_private = GroupMembershipFilter, True
    join = ("person", "workgroup")

    @extend_schema(request=RoleInput, responses=GroupMembershipSerializer)
    @action(detail=True, methods=["post"], url_path="set-role")
    def set_role(self, request, *args, **kwargs):
        """Give the member another role; the person is told by letter."""
        return self.do(rules.can_set_role, workflows.set_role, RoleInput)

    @extend_schema(request=Empty, responses=GroupMembershipSerializer)
    @action(detail=True, methods=["post"], url_path="end-membership")
    def end_membership(self, request, *args, **kwargs):
        """End the membership today; its dates stay on record."""
        return self.do(rules.can_end_membership, workflows.end_membership, Empty)


class InitiativeViewSet(PortalViewSet):
    """Initiatives."""

    model, serializer_class, scope = Initiative, InitiativeSerializer, "workgroups"
    filterset_class, is_versioned = InitiativeFilter, True
    join = ("workgroup", "lead_organisation", "lead_person")

    @extend_schema(request=NewInitiativeInput, responses={201: InitiativeSerializer})
    def create(self, request, *args, **kwargs):
        """Add an initiative to a group; its members are told."""
        return self.make(
            lambda user, data: rules.can_create_initiative(user, data["workgroup"]),
            workflows.create_initiative,
            NewInitiativeInput,
        )

    @extend_schema(request=InitiativeInput, responses=InitiativeSerializer)
    def partial_update(self, request, *args, **kwargs):
        """Change an initiative."""
        return self.alter(rules.can_change_initiative, workflows.change_initiative, InitiativeInput)

    @extend_schema(request=StateInput, responses=InitiativeSerializer)
    @action(detail=True, methods=["post"], url_path="set-initiative-state")
    def set_initiative_state(self, request, *args, **kwargs):
        """Say how the initiative stands."""
        return self.do(rules.can_set_initiative_state, workflows.set_initiative_state, StateInput)


def register(router):
    """Register the addresses of this room."""
    router.register("workgroups", WorkgroupViewSet, basename="workgroup")
    router.register("group-memberships", GroupMembershipViewSet, basename="group_membership")
    router.register("initiatives", InitiativeViewSet, basename="initiative")
