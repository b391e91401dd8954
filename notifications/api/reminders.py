"""Reminders for programs: the rules in words, and the changes of coordinators."""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from core.access import get_visible, require
from core.errors import Invalid
from core.rest.serializers import StrictSerializer
from core.rest.views import PortalViewSet, expected_version
from notifications import rules, workflows
from notifications.models import ReminderSetting
from notifications.planning import Changes, distance_of
from notifications.registry import REMINDERS, SCOPES


class RuleSerializer(serializers.Serializer):
    """A reminder in words; ``when`` is null where it is switched off for the whole partnership."""

    name = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    to = serializers.CharField()
    counted_from = serializers.CharField()
    when = serializers.CharField(allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField())
    units = serializers.ListField(child=serializers.CharField())


class SettingSerializer(serializers.ModelSerializer):
    """A change of a reminder; ``scope`` and ``object`` are empty for the whole partnership."""

    scope = serializers.SerializerMethodField()
    object = serializers.IntegerField(source="object_id", allow_null=True)
    how = serializers.SerializerMethodField()
    amount = serializers.IntegerField(allow_null=True)

    class Meta:
        model = ReminderSetting
        fields = ["id", "version", "rule", "scope", "object", "how", "amount", "unit", "changed_at"]

    def get_scope(self, row) -> str:
        """Return the sort of thing, or nothing for the whole partnership."""
        model = row.content_type.model_class() if row.content_type_id else None
        return next((key for key, scope in SCOPES.items() if model and scope.model is model), "")

    def get_how(self, row) -> str:
        """Return "off", "own" or "follow"."""
        return "off" if row.is_off else "follow" if row.offset is None else "own"


class HowIn(StrictSerializer):
    """How the reminder comes."""

    how = serializers.ChoiceField(choices=["follow", "own", "off"])
    amount = serializers.IntegerField(required=False, allow_null=True, min_value=-999_999, max_value=999_999)
    unit = serializers.ChoiceField(required=False, choices=ReminderSetting.Unit.choices)


class SettingIn(HowIn):
    """A new change; without scope and object it holds for the whole partnership."""

    rule = serializers.SlugField(max_length=80)
    scope = serializers.SlugField(required=False, allow_blank=True, max_length=20)
    object = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**62)


class RuleViewSet(viewsets.ViewSet):
    """Reminders: what the portal reminds people of by itself. For coordinators of the partnership."""

    scope = "notifications"
    is_private = True
    serializer_class = RuleSerializer

    @extend_schema(responses=RuleSerializer(many=True))
    def list(self, request):
        """List every reminder as it is for the whole partnership."""
        require(rules.can_set_reminders(request.user, "partnership", None))
        changes = Changes()
        rows = [
            {
                "name": rule.name,
                "title": rule.title,
                "about": rule.what,
                "to": rule.whom,
                "counted_from": rule.base,
                "when": distance_of(rule, changes.that_counts(rule, [])),
                "scopes": rule.levels,
                "units": rule.units,
            }
            for rule in REMINDERS.values()
        ]
        return Response(RuleSerializer(rows, many=True).data)


@extend_schema_view(
    create=extend_schema(request=SettingIn, responses={201: SettingSerializer}),
    partial_update=extend_schema(request=HowIn, responses=SettingSerializer),
)
class SettingViewSet(PortalViewSet):
    """Changes of reminders: for the whole partnership, for one group or for one thing."""

    model = ReminderSetting
    scope = "notifications"
    serializer_class = SettingSerializer
    is_versioned = True
    is_private = True
    join = ("content_type",)

    def create(self, request):
        """Change a reminder where nothing was changed yet; whoever may plan the thing may do it."""
        data = self.checked(SettingIn)
        rule, thing = _place(request, data)
        return self.answer(workflows.set_reminder(rule, thing, data, by=request.user, version=0), 201)

    def partial_update(self, request, *args, **kwargs):
        """Change it again; "follow" takes the change back."""
        row = self.get_object()
        require(rules.can_set_reminders(request.user, "partnership", None))
        version = expected_version(request, is_required=True)
        data = self.checked(HowIn)
        rule = REMINDERS.get(row.rule)
        if rule is None:
            raise Http404
        row = workflows.set_reminder(rule, row.thing, data, by=request.user, version=version)
        return self.answer(row)


def _place(request, data):
    """Return the rule and the thing that the person names and may plan."""
    rule, scope = REMINDERS.get(data["rule"]), data.get("scope", "")
    if rule is None:
        raise Invalid({"rule": _("There is no reminder of this name.")})
    if not scope:
        require(rules.can_set_reminders(request.user, "partnership", None))
        return rule, None
    if scope not in rule.levels or scope not in SCOPES:
        raise Invalid({"scope": _("This reminder cannot be changed for that sort of thing.")})
    thing = get_visible(SCOPES[scope].model.objects, request.user, pk=data.get("object") or 0)
    require(rules.can_set_reminders(request.user, scope, thing))
    return rule, thing


def register(router):
    """Add the addresses of reminders."""
    router.register("reminders", RuleViewSet, basename="reminder")
    router.register("reminder-settings", SettingViewSet, basename="reminder-setting")
