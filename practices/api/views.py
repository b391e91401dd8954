"""Practices, their reviews and verbs; transfers; forms."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.rest.serializers import Empty
from core.rest.views import PortalViewSet
from practices import rules
from practices.api import serializers as shapes
from practices.filters import FormTemplateFilter, PracticeFilter, TransferFilter
from practices.models import FormTemplate, Practice, Review, Transfer
from practices.workflows import practices as writing
from practices.workflows import reviews as reviewing
from practices.workflows import transfers as transferring


class PracticeViewSet(PortalViewSet):
    """Good practices."""

    model = Practice
    scope = "practices"
    serializer_class = shapes.PracticeSerializer
    filterset_class = PracticeFilter
    is_versioned = True
    is_kept = True
    join = ("template", "workgroup", "organisation", "region")
    prefetch = ("authors",)

    def get_queryset(self):
        """Return the visible practices with the transfers that the person may see."""
        if getattr(self, "swagger_fake_view", False):
            return Practice.objects.none()
        transfers = Transfer.objects.visible_to(self.request.user).select_related("region")
        return super().get_queryset().prefetch_related(Prefetch("transfers", transfers, to_attr="seen_transfers"))

    @extend_schema(request=shapes.PracticeInput, responses={201: shapes.PracticeSerializer})
    def create(self, request):
        """Begin a practice as a draft in the current form."""
        return self.make(rules.can_create_practice(request.user), writing.create_practice, shapes.PracticeInput)

    @extend_schema(request=shapes.PracticeInput, responses=shapes.PracticeSerializer)
    def partial_update(self, request, pk):
        """Change a practice; texts that are not named stay."""
        return self.alter(rules.can_change_practice, writing.change_practice, shapes.PracticeInput)

    @extend_schema(request=Empty, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="submit-practice")
    def submit_practice(self, request, pk):
        """Send it to review; answers every problem at once."""
        return self.do(rules.can_submit_practice, writing.submit_practice, Empty)

    @extend_schema(request=Empty, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="withdraw-practice")
    def withdraw_practice(self, request, pk):
        """Take it back from review."""
        return self.do(rules.can_withdraw_practice, writing.withdraw_practice, Empty)

    @extend_schema(request=shapes.ReviewInput, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="send-back-practice")
    def send_back_practice(self, request, pk):
        """Ask the authors for changes."""
        return self.do(rules.can_send_back_practice, reviewing.send_back_practice, shapes.ReviewInput)

    @extend_schema(request=shapes.ReviewInput, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="accept-practice")
    def accept_practice(self, request, pk):
        """Accept it."""
        return self.do(rules.can_accept_practice, reviewing.accept_practice, shapes.ReviewInput)

    @extend_schema(request=shapes.ReviewInput, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="decline-practice")
    def decline_practice(self, request, pk):
        """Decline it for good."""
        return self.do(rules.can_decline_practice, reviewing.decline_practice, shapes.ReviewInput)

    @extend_schema(request=shapes.PublishInput, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="publish-practice")
    def publish_practice(self, request, pk):
        """Publish it for those whom its visibility names."""
        return self.do(rules.can_publish_practice, reviewing.publish_practice, shapes.PublishInput)

    @extend_schema(request=shapes.AddAuthorInput, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="add-author")
    def add_author(self, request, pk):
        """Add an author."""
        return self.do(rules.can_add_author, writing.add_author, shapes.AddAuthorInput)

    @extend_schema(request=shapes.RemoveAuthorInput, responses=shapes.PracticeSerializer)
    @action(detail=True, methods=["post"], url_path="remove-author")
    def remove_author(self, request, pk):
        """Remove an author."""
        return self.do(rules.can_remove_author, writing.remove_author, shapes.RemoveAuthorInput)

    @extend_schema(responses=shapes.ReviewSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def reviews(self, request, pk):
        """Return what reviewers said, to authors and reviewers; an empty list to others."""
        practice = self.get_object()
        rows = Review.objects.visible_to(request.user).filter(practice=practice).select_related("reviewer")
        return Response(shapes.ReviewSerializer(rows, many=True).data)


class TransferViewSet(PortalViewSet):
    """Transfers of practices to other regions."""

    model = Transfer
    scope = "practices"
    serializer_class = shapes.TransferSerializer
    filterset_class = TransferFilter
    is_versioned = True
    join = ("practice__region", "region")
    prefetch = ("steps",)

    @extend_schema(request=shapes.InterestInput, responses={201: shapes.TransferSerializer})
    def create(self, request):
        """Mark the interest of a region, once for each practice."""

        def is_allowed(user, data):
            return rules.can_mark_interest_for(user, data["region"])

        def workflow(data, *, by):
            return transferring.mark_interest(**data, by=by)

        return self.make(is_allowed, workflow, shapes.InterestInput)

    @extend_schema(request=shapes.AdvanceInput, responses=shapes.TransferSerializer)
    @action(detail=True, methods=["post"], url_path="advance-transfer")
    def advance_transfer(self, request, pk):
        """Note that a stage is reached."""
        return self.do(rules.can_advance_transfer, transferring.advance_transfer, shapes.AdvanceInput)

    @extend_schema(request=shapes.DropInput, responses=shapes.TransferSerializer)
    @action(detail=True, methods=["post"], url_path="drop-transfer")
    def drop_transfer(self, request, pk):
        """End a transfer with its reason."""
        return self.do(rules.can_drop_transfer, transferring.drop_transfer, shapes.DropInput)


class FormTemplateViewSet(PortalViewSet):
    """Versions of the practice form, with fields and limits."""

    model = FormTemplate
    scope = "practices"
    serializer_class = shapes.FormTemplateSerializer
    filterset_class = FormTemplateFilter
    prefetch = ("fields",)


def register(router):
    """Register the addresses of this room."""
    router.register("practices", PracticeViewSet, basename="practices")
    router.register("transfers", TransferViewSet, basename="transfers")
    router.register("practice-forms", FormTemplateViewSet, basename="practice-forms")
