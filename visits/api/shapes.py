"""What programs send and get: visits, stops, sign-ups, takeaways."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.rest.serializers import StrictSerializer
from meetings.models import Meeting
from partners.models import Person
from practices.models import Practice
from visits.forms import TAKEAWAY_VISIBILITY
from visits.models import SignUp, Stop, StudyVisit, Takeaway, VisitHost


class VisibleField(serializers.PrimaryKeyRelatedField):
    """A thing by its number, among those that the person may see."""

    def get_queryset(self):
        """Return what may be chosen."""
        rows = super().get_queryset()
        request = self.context.get("request")
        return rows.visible_to(request.user) if request else rows.none()


class HostSerializer(serializers.ModelSerializer):
    """A host of visits."""

    class Meta:
        model = VisitHost
        fields = ["id", "name", "country", "place", "about", "is_fictional"]


class StopSerializer(serializers.ModelSerializer):
    """A stop on the way."""

    host = HostSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Stop
        fields = ["id", "position", "title", "host", "place", "begins", "minutes", "note"]


class ShortMeetingSerializer(serializers.ModelSerializer):
    """The meeting of a visit."""

    class Meta:
        model = Meeting
        fields = ["id", "title", "time_zone"]


class MySignUpSerializer(serializers.Serializer):
    """The own sign-up; ``place`` only on the waiting list."""

    state = serializers.ChoiceField(choices=SignUp.State.choices)
    queue_number = serializers.IntegerField()
    place = serializers.IntegerField(allow_null=True)


class VisitSerializer(serializers.ModelSerializer):
    """A visit with its way, its counts and the own sign-up."""

    meeting = ShortMeetingSerializer(read_only=True)
    stops = StopSerializer(many=True, read_only=True)
    taken_count = serializers.IntegerField(read_only=True)
    waiting_count = serializers.IntegerField(read_only=True)
    my_sign_up = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = StudyVisit
        fields = [
            "id", "version", "title", "meeting", "summary", "starts_at", "ends_at", "is_time_known", "meeting_point",
            "seats", "sign_up_closes_at", "state", "cancel_reason", "stops", "taken_count", "waiting_count",
            "my_sign_up", "is_fictional", "url",
        ]  # fmt: skip

    @extend_schema_field(MySignUpSerializer(allow_null=True))
    def get_my_sign_up(self, visit):
        """Return the own sign-up, or None."""
        if not visit.my_state:
            return None
        place = visit.my_place if visit.my_state == SignUp.State.WAITING else None
        return {"state": visit.my_state, "queue_number": visit.my_number, "place": place}


class VisitPersonSerializer(serializers.ModelSerializer):
    """A person by name."""

    class Meta:
        model = Person
        fields = ["id", "name"]


class SignUpSerializer(serializers.ModelSerializer):
    """A sign-up."""

    person = VisitPersonSerializer(read_only=True)

    class Meta:
        model = SignUp
        fields = ["id", "visit", "person", "state", "queue_number", "signed_up_at", "confirmed_at", "withdrawn_at"]


class TakeawaySerializer(serializers.ModelSerializer):
    """What a person brings home; the practice only for those who see it."""

    person = VisitPersonSerializer(read_only=True, allow_null=True)
    practice = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Takeaway
        fields = [
            "id", "version", "visit", "person", "organisation", "region", "practice", "seen", "fits", "blocks",
            "next_step", "next_step_date", "visibility", "is_fictional", "created_at", "url",
        ]  # fmt: skip

    def get_practice(self, takeaway) -> int | None:
        """Return the number of the practice if the person may see it."""
        return takeaway.practice_id if getattr(takeaway, "is_practice_visible", False) else None


class VisitChange(StrictSerializer):
    """Changes of a visit; what is not sent stays."""

    title = serializers.CharField(max_length=150)
    summary = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    meeting_point = serializers.CharField(max_length=200, required=False, allow_blank=True)
    seats = serializers.IntegerField(min_value=1, max_value=1000, required=False, allow_null=True)
    sign_up_closes_at = serializers.DateTimeField(required=False, allow_null=True)
    practices = VisibleField(queryset=Practice.objects.all(), many=True, required=False)


class VisitWrite(VisitChange):
    """A new visit of a meeting."""

    meeting = VisibleField(queryset=Meeting.objects.all())


class ReasonInput(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=1000)


class SignUpInput(StrictSerializer):
    """Nothing: the own person. With ``person``: somebody else, for organisers."""

    person = VisibleField(queryset=Person.objects.all(), required=False)


class StopWrite(StrictSerializer):
    """A stop."""

    title = serializers.CharField(max_length=150)
    host = serializers.PrimaryKeyRelatedField(queryset=VisitHost.objects.all(), required=False, allow_null=True)
    new_host = serializers.CharField(max_length=200, required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    begins = serializers.TimeField(required=False, allow_null=True)
    minutes = serializers.IntegerField(min_value=0, max_value=1440, required=False, allow_null=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class StopChange(StopWrite):
    """Changes of the stop with the number ``stop``."""

    stop = serializers.IntegerField(min_value=1, max_value=10**15)
    title = serializers.CharField(max_length=150, required=False)


class StopChoice(StrictSerializer):
    """The stop with the number ``stop``."""

    stop = serializers.IntegerField(min_value=1, max_value=10**15)


class StopMove(StopChoice):
    """The stop, and where to."""

    direction = serializers.ChoiceField(choices=["up", "down"])


class TakeawayChange(StrictSerializer):
    """Changes of a takeaway; what is not sent stays."""

    seen = serializers.CharField(max_length=2000)
    fits = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    blocks = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    next_step = serializers.CharField(max_length=300, required=False, allow_blank=True)
    next_step_date = serializers.DateField(required=False, allow_null=True)
    practice = VisibleField(queryset=Practice.objects.all(), required=False, allow_null=True)
    visibility = serializers.ChoiceField(choices=TAKEAWAY_VISIBILITY, required=False)


class TakeawayWrite(TakeawayChange):
    """A new takeaway of a visit."""

    visit = VisibleField(queryset=StudyVisit.objects.all())
