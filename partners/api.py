"""Programs read regions, organisations and people, and invite."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from core.rest.serializers import Empty, StrictSerializer
from core.rest.views import PortalViewSet
from partners import rules, workflows
from partners.models import Invitation, Membership, Organisation, OrganisationName, Person, Region


class RegionSerializer(serializers.ModelSerializer):
    """A region."""

    class Meta:
        model = Region
        fields = ["id", "name", "country", "nuts_code", "nuts_version", "nuts_level", "latitude", "longitude"]


class NameSerializer(serializers.ModelSerializer):
    """Another name of an organisation."""

    class Meta:
        model = OrganisationName
        fields = ["name", "start_date", "end_date", "seen"]


class OrganisationSerializer(serializers.ModelSerializer):
    """An organisation."""

    region = RegionSerializer()
    names = NameSerializer(many=True)

    class Meta:
        model = Organisation
        fields = [
            "id", "version", "name", "short_name", "role", "partner_number", "region", "website", "notes",
            "start_date", "end_date", "names", "sources",
        ]  # fmt: skip


class OrganisationInput(StrictSerializer):
    """What coordinators change of their organisation."""

    website = serializers.URLField(required=False, allow_blank=True, max_length=200)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=3000)


class MembershipSerializer(serializers.ModelSerializer):
    """A membership of a person."""

    organisation = serializers.IntegerField(source="organisation_id")

    class Meta:
        model = Membership
        fields = ["organisation", "role", "start_date", "end_date"]


class PersonSerializer(serializers.ModelSerializer):
    """A person; address and telephone only where the person or the rule allows."""

    email = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    memberships = MembershipSerializer(many=True)

    class Meta:
        model = Person
        fields = ["id", "name", "position", "affiliation", "email", "phone", "memberships"]

    def get_email(self, person) -> str | None:
        """Return the address, or null where it is not shown."""
        return person.email if self._is_shown(person) else None

    def get_phone(self, person) -> str | None:
        """Return the telephone, or null where it is not shown."""
        return person.phone if self._is_shown(person) else None

    def _is_shown(self, person):
        return person.is_listed or rules.can_change_person(self.context["request"].user, person)


class MeSerializer(serializers.Serializer):
    """The person whose token or session this is, and what it counts as."""

    person = PersonSerializer()
    is_member = serializers.BooleanField()
    is_curator = serializers.BooleanField()
    is_coordinator = serializers.BooleanField()
    scopes = serializers.ListField(child=serializers.CharField())


class InvitationSerializer(serializers.ModelSerializer):
    """An invitation, without its key."""

    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)

    class Meta:
        model = Invitation
        fields = [
            "id",
            "email",
            "name",
            "organisation",
            "role",
            "created_at",
            "expires_at",
            "accepted_at",
            "revoked_at",
        ]


class InvitationInput(StrictSerializer):
    """Whom to invite."""

    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120)
    organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), required=False, allow_null=True
    )
    role = serializers.ChoiceField(choices=Membership.Role.choices, required=False)


class OrganisationFilter(filters.FilterSet):
    """Filters of organisations."""

    q = filters.CharFilter(method="by_words")
    country = filters.CharFilter(field_name="region__country")

    class Meta:
        model = Organisation
        fields = ["role", "region"]

    def by_words(self, rows, name, value):
        """Return the rows that the words find."""
        return rows.matching(value)


class PersonFilter(filters.FilterSet):
    """Filters of people."""

    q = filters.CharFilter(method="by_words")

    class Meta:
        model = Person
        fields: list = []

    def by_words(self, rows, name, value):
        """Return the rows that the words find."""
        return rows.matching(value)


class RegionViewSet(PortalViewSet):
    """Regions."""

    model, serializer_class, scope = Region, RegionSerializer, "partners"
    filterset_fields = ["country", "nuts_code"]


class OrganisationViewSet(PortalViewSet):
    """Organisations."""

    model, serializer_class, scope = Organisation, OrganisationSerializer, "partners"
    filterset_class, is_versioned = OrganisationFilter, True
    join, prefetch = ("region",), ("names",)

    @extend_schema(request=OrganisationInput, responses=OrganisationSerializer)
    def partial_update(self, request, *args, **kwargs):
        """Change website and text."""
        return self.alter(rules.can_change_organisation, workflows.change_organisation, OrganisationInput)


class PersonViewSet(PortalViewSet):
    """People, for members."""

    model, serializer_class, scope = Person, PersonSerializer, "partners"
    filterset_class, is_private = PersonFilter, True
    prefetch = ("memberships",)


class InvitationViewSet(PortalViewSet):
    """Invitations, for those who may invite."""

    model, serializer_class, scope, is_private = Invitation, InvitationSerializer, "partners", True

    @extend_schema(request=InvitationInput, responses={201: InvitationSerializer})
    def create(self, request, *args, **kwargs):
        """Invite a person: the letter goes out within a minute."""
        return self.make(
            lambda user, data: rules.can_invite(user, data.get("organisation")), workflows.invite, InvitationInput
        )

    @extend_schema(request=Empty, responses=InvitationSerializer)
    @action(detail=True, methods=["post"])
    def resend(self, request, *args, **kwargs):
        """Send the letter again, with a new link."""
        return self.do(rules.can_revoke_invitation, workflows.resend_invitation, Empty)

    @extend_schema(request=Empty, responses=InvitationSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request, *args, **kwargs):
        """Withdraw the invitation."""
        return self.do(rules.can_revoke_invitation, workflows.revoke_invitation, Empty)


class MeViewSet(viewsets.ViewSet):
    """Who am I?"""

    scope, is_private = "partners", True

    @extend_schema(responses=MeSerializer, operation_id="me_retrieve")
    def list(self, request):
        """Return the person and the standing behind the token or session."""
        person = Person.objects.prefetch_related("memberships").get(pk=request.user.person_id)
        who = {
            "person": person,
            "is_member": rules.is_member(request.user),
            "is_curator": request.user.is_staff,
            "is_coordinator": person.is_coordinator,
            "scopes": getattr(request.auth, "scopes", ["read", "write"]),
        }
        return Response(MeSerializer(who, context={"request": request}).data)


def register(router):
    """Register the addresses of this room."""
    router.register("regions", RegionViewSet, basename="region")
    router.register("organisations", OrganisationViewSet, basename="organisation")
    router.register("people", PersonViewSet, basename="person")
    router.register("invitations", InvitationViewSet, basename="invitation")
    router.register("me", MeViewSet, basename="me")
