"""What goes in and out: fields by name, private ones only for whom the rules allow."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.rest.serializers import QuickSerializer, StrictSerializer
from core.text import clean_line
from meetings import rules
from meetings.models import AgendaItem, Decision, Meeting, Registration, Todo
from partners.models import Organisation, Person, Visibility, check_time_zone
from workgroups.models import Workgroup


class Line(serializers.CharField):
    """One line without invisible characters."""

    def to_internal_value(self, data):
        """Return the text as one clean line."""
        return clean_line(super().to_internal_value(data))


class Visible(serializers.PrimaryKeyRelatedField):
    """A number of a row that the person may see."""

    def get_queryset(self):
        """Return the rows that may be named."""
        request = self.context.get("request")
        return self.queryset.visible_to(request.user) if request is not None else self.queryset.none()


class HostInShort(QuickSerializer):
    """An organisation in a few words."""

    class Meta:
        model = Organisation
        fields = ["id", "short_name", "name"]


class GroupInShort(QuickSerializer):
    """A workgroup in a few words."""

    class Meta:
        model = Workgroup
        fields = ["id", "name", "letter"]


class PersonInShort(QuickSerializer):
    """A person's number and name."""

    class Meta:
        model = Person
        fields = ["id", "name"]


class MeetingInShort(QuickSerializer):
    """A meeting in a few words."""

    class Meta:
        model = Meeting
        fields = ["id", "title", "starts_at"]


class AgendaItemOut(QuickSerializer):
    """One line of the agenda."""

    class Meta:
        model = AgendaItem
        fields = ["id", "meeting", "day", "position", "title", "kind", "minutes", "begins", "presenter", "note"]


class MeetingOut(QuickSerializer):
    """A meeting: room and minutes only for whom the rules allow."""

    host = HostInShort()
    workgroup = GroupInShort()
    online_address = serializers.SerializerMethodField()
    minutes = serializers.SerializerMethodField()

    class Meta:
        model = Meeting
        fields = [
            "id",
            "version",
            "title",
            "kind",
            "mode",
            "place",
            "country",
            "online_address",
            "time_zone",
            "starts_at",
            "ends_at",
            "precision",
            "summary",
            "host",
            "workgroup",
            "visibility",
            "state",
            "cancel_reason",
            "registration_opens_at",
            "registration_closes_at",
            "seat_limit",
            "is_open_to_guests",
            "minutes",
            "minutes_published_at",
            "sequence",
            "is_fictional",
            "changed_at",
        ]

    @extend_schema_field(serializers.CharField(allow_null=True, help_text="null: only for registered people."))
    def get_online_address(self, meeting):
        """Return the address of the room for registered people and organisers, else None."""
        user = self.context["request"].user
        is_registered = meeting.pk in self._registered(user)
        return meeting.online_address if rules.can_enter_online(user, meeting, is_registered=is_registered) else None

    def _registered(self, user):
        if "registered_ids" not in self.context:
            rows = Registration.objects.active().filter(person_id=getattr(user, "person_id", None))
            self.context["registered_ids"] = set(rows.values_list("meeting_id", flat=True))
        return self.context["registered_ids"]

    @extend_schema_field(serializers.CharField(allow_null=True, help_text="null: not published yet."))
    def get_minutes(self, meeting):
        """Return the minutes for whoever may read them, else None."""
        return meeting.minutes if rules.can_read_minutes(self.context["request"].user, meeting) else None


class MeetingIn(StrictSerializer):
    """Facts of a meeting; times with offset."""

    title = Line(max_length=150)
    kind = serializers.ChoiceField(Meeting.Kind.choices, required=False)
    mode = serializers.ChoiceField(Meeting.Mode.choices, required=False)
    place = Line(max_length=200, required=False, allow_blank=True)
    country = serializers.RegexField("^[A-Z]{2}$", required=False, allow_blank=True)
    online_address = serializers.URLField(max_length=200, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False, validators=[check_time_zone])
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    summary = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    host = Visible(queryset=Organisation.objects.all(), required=False, allow_null=True)
    workgroup = Visible(queryset=Workgroup.objects.all(), required=False, allow_null=True)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    seat_limit = serializers.IntegerField(min_value=1, max_value=5000, required=False, allow_null=True)
    registration_opens_at = serializers.DateTimeField(required=False, allow_null=True)
    registration_closes_at = serializers.DateTimeField(required=False, allow_null=True)
    is_open_to_guests = serializers.BooleanField(required=False)

    def validate(self, attrs):
        """Keep moments where every calendar can show them."""
        for name in ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at"):
            moment = attrs.get(name)
            if moment is not None and not 2000 <= moment.year <= 2100:
                raise serializers.ValidationError({name: "Write a day between 2000 and 2100."})
        return attrs


class AgendaItemIn(StrictSerializer):
    """One line of the agenda."""

    title = Line(max_length=200)
    day = serializers.IntegerField(min_value=1, max_value=14, required=False)
    kind = serializers.ChoiceField(AgendaItem.Kind.choices, required=False)
    minutes = serializers.IntegerField(min_value=0, max_value=1440, required=False, allow_null=True)
    begins = serializers.TimeField(required=False, allow_null=True)
    presenter = Line(max_length=150, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class NewAgendaItemIn(AgendaItemIn):
    """A new line: with its meeting."""

    meeting = Visible(queryset=Meeting.objects.all())


class RegistrationOut(QuickSerializer):
    """Who takes part; the note only for organisers and its writer."""

    person = PersonInShort()
    note = serializers.SerializerMethodField()

    class Meta:
        model = Registration
        fields = ["id", "meeting", "person", "state", "is_online", "note", "registered_at", "withdrawn_at"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_note(self, registration):
        """Return the note for whoever may read it, else None."""
        return registration.note if rules.can_see_notes(self.context["request"].user, registration) else None


class RegistrationIn(StrictSerializer):
    """How one takes part."""

    is_online = serializers.BooleanField(required=False)
    note = Line(max_length=300, required=False, allow_blank=True)


class Places(serializers.Serializer):
    """How many places there are and whether one can register now."""

    seat_limit = serializers.IntegerField(allow_null=True)
    registered_count = serializers.IntegerField()
    is_registration_open = serializers.BooleanField()
    is_registered = serializers.BooleanField()


class DecisionOut(QuickSerializer):
    """A decision with its number."""

    meeting = MeetingInShort()

    class Meta:
        model = Decision
        fields = ["id", "number", "meeting", "agenda_item", "text", "decided_date", "is_fictional"]


class DecisionIn(StrictSerializer):
    """A new decision."""

    text = serializers.CharField(max_length=2000)
    agenda_item = Visible(queryset=AgendaItem.objects.all(), required=False, allow_null=True)
    decided_date = serializers.DateField(required=False)


class MinutesIn(StrictSerializer):
    """The text of the minutes, in Markdown."""

    minutes = serializers.CharField(max_length=100_000, allow_blank=True, trim_whitespace=False)


class HandOverIn(StrictSerializer):
    """Who does it from now on."""

    owner = Visible(queryset=Person.objects.all())


class ReasonIn(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=1000)


class AnswerIn(StrictSerializer):
    """What came of it."""

    answer = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class TodoOut(QuickSerializer):
    """A to-do with its origin."""

    owner = PersonInShort()
    created_by = PersonInShort()

    class Meta:
        model = Todo
        fields = [
            "id",
            "version",
            "text",
            "owner",
            "due_date",
            "state",
            "answer",
            "answered_at",
            "meeting",
            "workgroup",
            "created_by",
            "is_fictional",
            "changed_at",
        ]


class TodoIn(StrictSerializer):
    """Text, owner and day of a to-do."""

    text = Line(max_length=300)
    owner = Visible(queryset=Person.objects.all())
    due_date = serializers.DateField()


class NewTodoIn(TodoIn):
    """A new to-do: with its meeting or workgroup."""

    meeting = Visible(queryset=Meeting.objects.all(), required=False, allow_null=True)
    workgroup = Visible(queryset=Workgroup.objects.all(), required=False, allow_null=True)
