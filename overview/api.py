"""Programs ask what waits, what is new, the trail of a thing, and the search."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from core.access import get_visible
from overview.finding import KINDS as FOUND_KINDS
from overview.finding import LONGEST_QUERY, find
from overview.trail import KINDS, learning_trail
from overview.waiting import waiting_for
from partners.context import read_partnership


class PartnershipSerializer(serializers.Serializer):
    """The partnership of this portal."""

    name = serializers.CharField()
    acronym = serializers.CharField()
    title = serializers.CharField()
    aim = serializers.CharField()
    programme = serializers.CharField()
    funding_line = serializers.CharField()
    start_date = serializers.DateField(allow_null=True)
    end_date = serializers.DateField(allow_null=True)
    time_zone = serializers.CharField()


class WaitingSerializer(serializers.Serializer):
    """One thing that waits for the person."""

    kind = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField()
    due = serializers.DateField(allow_null=True)


class StationSerializer(serializers.Serializer):
    """One station of a learning trail; ``came_from`` holds ids of other stations."""

    id = serializers.CharField()
    stage = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    url = serializers.CharField()
    date = serializers.DateField(allow_null=True)
    word = serializers.CharField()
    state = serializers.ChoiceField(choices=["here", "done", "ended"])
    came_from = serializers.ListField(child=serializers.CharField())


class TrailSerializer(serializers.Serializer):
    """A learning trail."""

    stations = StationSerializer(many=True)


class FoundSerializer(serializers.Serializer):
    """One thing that was found."""

    kind = serializers.CharField()
    id = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.CharField()


class FoundGroupSerializer(serializers.Serializer):
    """What was found of one kind; ``count`` counts all, ``results`` holds the first few."""

    kind = serializers.CharField()
    count = serializers.IntegerField()
    results = FoundSerializer(many=True)


class OverviewViewSet(viewsets.ViewSet):
    """Base of the addresses that compute."""

    scope = "overview"


class PartnershipViewSet(OverviewViewSet):
    """The partnership."""

    @extend_schema(responses=PartnershipSerializer, operation_id="partnership_retrieve")
    def list(self, request):
        """Return the name, aim and dates of the partnership."""
        return Response(PartnershipSerializer(read_partnership()).data)


class WaitingViewSet(OverviewViewSet):
    """What waits for me."""

    is_private = True

    @extend_schema(responses=WaitingSerializer(many=True), operation_id="waiting_list")
    def list(self, request):
        """Return what waits for the person, most urgent first."""
        return Response(WaitingSerializer(waiting_for(request.user), many=True).data)


class TrailViewSet(OverviewViewSet):
    """Learning trails."""

    @extend_schema(
        responses=TrailSerializer,
        operation_id="trail_retrieve",
        parameters=[
            OpenApiParameter("kind", str, required=True, enum=list(KINDS)),
            OpenApiParameter("id", int, required=True),
        ],
    )
    def list(self, request):
        """Return what came from a thing and what it came from."""
        kind, pk = request.query_params.get("kind", ""), request.query_params.get("id", "")
        if kind not in KINDS:
            raise ValidationError({"kind": [f"Choose one of: {', '.join(KINDS)}."]})
        if not (pk.isascii() and pk.isdigit() and len(pk) < 16):
            raise ValidationError({"id": ["This is not the number of a thing."]})
        thing = get_visible(KINDS[kind].objects, request.user, pk=int(pk))
        return Response(TrailSerializer(learning_trail(thing, request.user)).data)


class SearchViewSet(OverviewViewSet):
    """The search over all rooms."""

    @extend_schema(
        responses=FoundGroupSerializer(many=True),
        operation_id="search_list",
        parameters=[OpenApiParameter("q", str, required=True, description=f"Kinds: {len(FOUND_KINDS)}")],
    )
    def list(self, request):
        """Return what the person finds, by kind."""
        groups = find(request.user, request.query_params.get("q", "")[:LONGEST_QUERY])
        return Response(FoundGroupSerializer([_group(group) for group in groups], many=True).data)


def _group(group):
    results = [
        {"kind": group.kind.key, "id": thing.pk, "title": str(thing), "url": thing.get_absolute_url()}
        for thing in group.things
    ]
    return {"kind": group.kind.key, "count": group.count, "results": results}


def register(router):
    """Register the addresses of this room."""
    router.register("partnership", PartnershipViewSet, basename="partnership")
    router.register("waiting", WaitingViewSet, basename="waiting")
    router.register("trail", TrailViewSet, basename="trail")
    router.register("search", SearchViewSet, basename="search")
