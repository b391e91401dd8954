"""Shape of what goes in and out."""

from rest_framework import serializers

from core.rest.serializers import QuickSerializer, StrictSerializer
from partners.models import Organisation, Person, Region, Visibility
from practices import rules
from practices.models import LANGUAGES, FormField, FormTemplate, Practice, Review, Transfer, TransferStep
from practices.workflows.practices import LONGEST_DRAFT
from workgroups.models import Workgroup


class Short(serializers.Serializer):
    """A thing by number and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class AuthorSerializer(QuickSerializer):
    """An author, for members; the address only if the person lists it."""

    email = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = ["id", "name", "email"]

    def get_email(self, person) -> str:
        """Return the address, or an empty text."""
        return person.email if person.is_listed else ""


class TransferShort(QuickSerializer):
    """How far one region has come."""

    taker = serializers.CharField()

    class Meta:
        model = Transfer
        fields = ["id", "taker", "stage"]


class PracticeSerializer(QuickSerializer):
    """A practice. ``texts`` holds the fields of its form by name, ``gaps`` what is not documented."""

    form = serializers.SlugRelatedField("key", source="template", read_only=True)
    workgroup = Short(read_only=True, allow_null=True)
    organisation = Short(read_only=True, allow_null=True)
    region = Short(read_only=True, allow_null=True)
    texts = serializers.DictField(child=serializers.CharField())
    gaps = serializers.ListField(child=serializers.CharField())
    authors = serializers.SerializerMethodField()
    transfers = TransferShort(source="seen_transfers", many=True)
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Practice
        fields = [
            "id", "version", "title", "summary", "form", "texts", "gaps", "gap_note", "language", "workgroup",
            "organisation", "owner_name", "region", "country", "scope", "start_date", "end_date", "is_ongoing",
            "web_address", "visibility", "state", "authors", "transfers", "submitted_at", "published_at",
            "is_fictional", "url",
        ]  # fmt: skip
        read_only_fields = fields

    def get_authors(self, practice) -> AuthorSerializer(many=True):
        """Return the authors to members and authors; nobody to the public."""
        if not rules.can_see_authors(self.context["request"].user, practice):
            return []
        return AuthorSerializer(practice.authors.all(), many=True).data


class PracticeInput(StrictSerializer):
    """A practice to begin or change. A draft may be longer than the limits of its form."""

    title = serializers.CharField(max_length=LONGEST_DRAFT)
    summary = serializers.CharField(max_length=LONGEST_DRAFT, required=False, allow_blank=True)
    texts = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_DRAFT), required=False
    )
    gaps = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=60)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    workgroup = serializers.PrimaryKeyRelatedField(queryset=Workgroup.objects.all(), required=False, allow_null=True)
    organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.all(), required=False, allow_null=True
    )
    owner_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all(), required=False, allow_null=True)
    country = serializers.RegexField("^[A-Z]{2}$", required=False, allow_blank=True)
    scope = serializers.ChoiceField(choices=Practice.Scope.choices, required=False, allow_blank=True)
    start_date = serializers.DateField(required=False, allow_null=True)
    end_date = serializers.DateField(required=False, allow_null=True)
    is_ongoing = serializers.BooleanField(required=False)
    web_address = serializers.URLField(max_length=200, required=False, allow_blank=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)


class ReviewSerializer(serializers.ModelSerializer):
    """What a reviewer said."""

    reviewer = Short(read_only=True, allow_null=True)
    field_comments = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = Review
        fields = ["id", "reviewer", "verdict", "comment", "field_comments", "reviewed_at"]
        read_only_fields = fields


class ReviewInput(StrictSerializer):
    """What a reviewer says: required when sending back or declining."""

    comment = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    field_comments = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=1000), required=False
    )


class PublishInput(StrictSerializer):
    """Who may see it; what the practice says already, if empty."""

    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)


class AddAuthorInput(StrictSerializer):
    """A person whom the sender sees."""

    person = serializers.PrimaryKeyRelatedField(queryset=Person.objects.none())

    def get_fields(self):
        """Limit people to those whom the sender sees."""
        fields = super().get_fields()
        request = self.context.get("request")
        fields["person"].queryset = Person.objects.visible_to(getattr(request, "user", None))
        return fields


class RemoveAuthorInput(AddAuthorInput):
    """A person who is an author."""

    def get_fields(self):
        """Any author may be named: whoever may change the practice sees them all."""
        fields = super().get_fields()
        fields["person"].queryset = Person.objects.filter(practices__isnull=False).distinct()
        return fields


class StepSerializer(serializers.ModelSerializer):
    """A stage that was reached."""

    class Meta:
        model = TransferStep
        fields = ["stage", "step_date", "note", "recorded_at"]
        read_only_fields = fields


class PracticeShort(serializers.ModelSerializer):
    """A practice by number and title."""

    class Meta:
        model = Practice
        fields = ["id", "title"]
        read_only_fields = fields


class TransferSerializer(serializers.ModelSerializer):
    """What a region makes of a practice; the steps are shown to members."""

    practice = PracticeShort(read_only=True)
    giver = Short(source="practice.region", read_only=True, allow_null=True)
    region = Short(read_only=True, allow_null=True)
    steps = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = Transfer
        fields = [
            "id", "version", "practice", "giver", "region", "taker_name", "stage", "what", "reason", "gap_note",
            "steps", "is_fictional", "created_at", "url",
        ]  # fmt: skip
        read_only_fields = fields

    def get_steps(self, transfer) -> StepSerializer(many=True):
        """Return the steps to members."""
        is_member = rules.is_member(self.context["request"].user)
        return StepSerializer(transfer.steps.all(), many=True).data if is_member else []


class InterestInput(StrictSerializer):
    """A region's interest in a practice that the sender sees."""

    practice = serializers.PrimaryKeyRelatedField(queryset=Practice.objects.none())
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all())
    what = serializers.CharField(max_length=1000, required=False, allow_blank=True)

    def get_fields(self):
        """Limit practices to those that the sender sees."""
        fields = super().get_fields()
        request = self.context.get("request")
        fields["practice"].queryset = Practice.objects.visible_to(getattr(request, "user", None))
        return fields


class AdvanceInput(StrictSerializer):
    """A stage that is reached; today, if no day is given."""

    stage = serializers.ChoiceField(choices=[(stage.value, stage.label) for stage in Transfer.LINE])
    step_date = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class DropInput(StrictSerializer):
    """Why a transfer ends."""

    reason = serializers.CharField(max_length=1000)
    step_date = serializers.DateField(required=False, allow_null=True)


class FormFieldSerializer(serializers.ModelSerializer):
    """One field of a form; ``limit`` counts characters, a line break once."""

    class Meta:
        model = FormField
        fields = ["name", "label", "help_text", "kind", "limit", "is_required"]
        read_only_fields = fields


class FormTemplateSerializer(serializers.ModelSerializer):
    """A version of the practice form."""

    fields_of_form = FormFieldSerializer(source="fields", many=True, read_only=True)

    class Meta:
        model = FormTemplate
        fields = ["id", "key", "name", "note", "is_current", "fields_of_form"]
        read_only_fields = fields
