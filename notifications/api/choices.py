"""Programs read and change how letters reach the sender."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from core.rest.serializers import StrictSerializer
from core.rest.views import etag_of, expected_version
from notifications.choices import keeping
from notifications.choices.reading import muted_things, wishes_of
from notifications.models import Letter, LetterSettings
from notifications.registry import groups_of, topics

WAYS = Letter.Channel.choices


class MutedSerializer(serializers.Serializer):
    """A thing about which no letters are sent."""

    kind = serializers.CharField(source="label")
    id = serializers.IntegerField(source="object_id")
    title = serializers.CharField(source="thing")


class LetterSettingsSerializer(serializers.Serializer):
    """How letters reach a person: ``topics`` by reason, ``groups`` by the number of the workgroup."""

    version = serializers.IntegerField()
    digest = serializers.ChoiceField(choices=LetterSettings.Digest.choices)
    digest_hour = serializers.IntegerField()
    quiet_from = serializers.IntegerField(allow_null=True)
    quiet_until = serializers.IntegerField(allow_null=True)
    quiet_days = serializers.ListField(child=serializers.IntegerField())
    holiday_until = serializers.DateField(allow_null=True)
    daily_limit = serializers.IntegerField()
    topics = serializers.DictField(child=serializers.ChoiceField(choices=WAYS))
    groups = serializers.DictField(child=serializers.ChoiceField(choices=WAYS))
    muted = MutedSerializer(many=True)


class LetterSettingsInput(StrictSerializer):
    """What a person changes; what is left out stays."""

    digest = serializers.ChoiceField(choices=LetterSettings.Digest.choices, required=False)
    digest_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    quiet_from = serializers.IntegerField(min_value=0, max_value=23, required=False, allow_null=True)
    quiet_until = serializers.IntegerField(min_value=0, max_value=23, required=False, allow_null=True)
    quiet_days = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), required=False, max_length=7
    )
    holiday_until = serializers.DateField(required=False, allow_null=True)
    daily_limit = serializers.IntegerField(min_value=1, max_value=keeping.MOST_A_DAY, required=False)
    topics = serializers.DictField(child=serializers.ChoiceField(choices=WAYS), required=False)
    groups = serializers.DictField(child=serializers.ChoiceField(choices=WAYS), required=False)

    def validate_topics(self, value):
        """Return the ways of reasons that exist."""
        return _known(value, {each.name for each in topics()})

    def validate_groups(self, value):
        """Return the ways of the sender's own workgroups, by row."""
        own = {str(group.pk): group for group in groups_of(self.context["request"].user.person)}
        return {own[name]: way for name, way in _known(value, own).items()}


def _known(value, names):
    if not set(value) <= set(names):
        raise serializers.ValidationError("There is no such name here.")
    return value


class LetterSettingsViewSet(viewsets.GenericViewSet):
    """The sender's own settings of letters; a PATCH needs ``If-Match`` with the ETag of the GET."""

    scope, is_private = "partners", True
    serializer_class = LetterSettingsSerializer
    pagination_class = None
    filter_backends = ()

    def get_queryset(self):
        """Return no rows: everything is about the sender."""
        return LetterSettings.objects.none()

    @extend_schema(responses=LetterSettingsSerializer)
    def list(self, request):
        """Return the sender's own settings."""
        return self._answer(request.user.person)

    @extend_schema(request=LetterSettingsInput, responses=LetterSettingsSerializer)
    @action(detail=False, methods=["get", "patch"], url_path="mine")
    def mine(self, request):
        """Return or change the sender's own settings."""
        person = request.user.person
        if request.method == "PATCH":
            version = expected_version(request, is_required=True)
            data = LetterSettingsInput(data=request.data, context=self.get_serializer_context(), partial=True)
            data.is_valid(raise_exception=True)
            keeping.change_choices(person, data.validated_data, by=request.user, version=version)
            person = type(person).objects.get(pk=person.pk)
        return self._answer(person)

    def _answer(self, person):
        wishes, groups = wishes_of(person), groups_of(person)
        settings = wishes.settings
        values = {name: getattr(settings, name) for name in ("version", *keeping.FIELDS)}
        values["topics"] = {each.name: wishes.way_of_topic(each.name) for each in topics()}
        values["groups"] = {str(group.pk): wishes.way_of_thing(group) for group in groups}
        values["muted"] = muted_things(person, groups=groups)
        data = LetterSettingsSerializer(values, context=self.get_serializer_context()).data
        return Response(data, headers={"ETag": etag_of(settings), "Cache-Control": "private, no-cache"})
