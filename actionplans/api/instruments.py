"""Policy instruments."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from actionplans import rules, workflows
from actionplans.api.shared import RegionOfInstrument, long_text, user_of
from actionplans.filters import InstrumentFilter
from actionplans.forms import regions_for
from actionplans.models import PolicyInstrument
from core.rest.serializers import StrictSerializer
from core.rest.views import PortalViewSet
from partners.models import Region


class InstrumentSerializer(serializers.ModelSerializer):
    """A policy instrument."""

    region = RegionOfInstrument()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = PolicyInstrument
        fields = [
            "id",
            "version",
            "name",
            "kind",
            "region",
            "owner_name",
            "summary",
            "improvement",
            "gap_note",
            "is_fictional",
            "created_at",
            "changed_at",
            "url",
        ]


class InstrumentInput(StrictSerializer):
    """What one writes of an instrument."""

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=PolicyInstrument.Kind.choices, required=False)
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all())
    owner_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    summary = long_text(3000)
    improvement = long_text(3000)

    def validate_region(self, region):
        """Accept only regions in which the person may keep instruments, and the one it has."""
        kept = self.instance.region_id if self.instance else None
        if not regions_for(user_of(self), kept=kept).filter(pk=region.pk).exists():
            raise serializers.ValidationError(_("You may not keep instruments of this region."))
        return region


@extend_schema(tags=["action plans"])
class InstrumentViewSet(PortalViewSet):
    """The programmes and strategies that the project wants to improve."""

    model = PolicyInstrument
    scope = "actionplans"
    serializer_class = InstrumentSerializer
    filterset_class = InstrumentFilter
    is_versioned = True
    join = ("region",)

    @extend_schema(request=InstrumentInput, responses={201: InstrumentSerializer})
    def create(self, request):
        """Add an instrument."""
        is_allowed = rules.can_create_some_instrument(request.user)
        return self.make(is_allowed, workflows.create_instrument, InstrumentInput)

    @extend_schema(request=InstrumentInput, responses=InstrumentSerializer)
    def partial_update(self, request, pk=None):
        """Change an instrument."""
        return self.alter(rules.can_change_instrument, workflows.change_instrument, InstrumentInput)
