"""Viewsets of the room."""

from django.db.models import Exists, OuterRef, Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action

from core.access import require
from core.rest.serializers import Empty
from core.rest.views import PortalViewSet, expected_version
from partners.querysets import standing
from practices.models import Practice
from visits import rules
from visits.api import shapes
from visits.filters import SignUpFilter, TakeawayFilter, VisitFilter
from visits.models import SignUp, Stop, StudyVisit, Takeaway, VisitHost
from visits.workflows import seats, stops, takeaways
from visits.workflows import visits as workflows


class VisitViewSet(PortalViewSet):
    """Study visits."""

    model = StudyVisit
    scope = "visits"
    serializer_class = shapes.VisitSerializer
    filterset_class = VisitFilter
    is_versioned = True
    join = ("meeting__host", "meeting__workgroup")
    prefetch = (Prefetch("stops", queryset=Stop.objects.select_related("host")),)

    def get_queryset(self):
        """Return visits with their counts and the own sign-up."""
        rows = super().get_queryset()
        return rows.with_counts().with_mine(standing(self.request.user).person_id) if self.request else rows

    def retrieve(self, request, *args, **kwargs):
        """Return one visit with its ETag.

        Seats change without a new version (an edit is not lost because somebody signs up), so an
        ``If-None-Match`` is not answered with 304.
        """
        request._request.META.pop("HTTP_IF_NONE_MATCH", None)
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(request=shapes.VisitWrite, responses={201: shapes.VisitSerializer})
    def create(self, request):
        """Make a draft for a meeting that you organise."""
        return self.make(
            lambda user, data: rules.can_create_visit(user, data["meeting"]), workflows.create_visit, shapes.VisitWrite
        )

    @extend_schema(request=shapes.VisitChange, responses=shapes.VisitSerializer)
    def partial_update(self, request, pk=None):
        """Change a visit; more seats let people in from the waiting list."""
        visit = self.get_object()
        seen = Practice.objects.visible_to(request.user).published()
        kept = list(visit.practices.exclude(pk__in=seen.values("pk")))

        def change(thing, data, **extra):
            return workflows.change_visit(thing, data | {"kept_practices": kept}, **extra)

        return self.alter(rules.can_change_visit, change, shapes.VisitChange)

    @extend_schema(request=Empty, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="open-visit")
    def open_visit(self, request, pk=None):
        """Let people sign up."""
        return self.do(rules.can_open_visit, workflows.open_visit, Empty)

    @extend_schema(request=Empty, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="close-visit")
    def close_visit(self, request, pk=None):
        """End sign-up."""
        return self.do(rules.can_close_visit, workflows.close_visit, Empty)

    @extend_schema(request=Empty, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="reopen-visit")
    def reopen_visit(self, request, pk=None):
        """Take sign-ups again."""
        return self.do(rules.can_reopen_visit, workflows.reopen_visit, Empty)

    @extend_schema(request=Empty, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="finish-visit")
    def finish_visit(self, request, pk=None):
        """Note that the visit took place."""
        return self.do(rules.can_finish_visit, workflows.finish_visit, Empty)

    @extend_schema(request=shapes.ReasonInput, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="cancel-visit")
    def cancel_visit(self, request, pk=None):
        """Cancel with a reason; everybody on the lists gets a letter."""
        return self.do(rules.can_cancel_visit, workflows.cancel_visit, shapes.ReasonInput)

    @extend_schema(request=shapes.SignUpInput, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="sign-up")
    def sign_up(self, request, pk=None):
        """Sign up yourself, or, as an organiser, a member: a seat if one is free, else a place in the queue."""
        visit = self.get_object()
        data = self.checked(shapes.SignUpInput)
        is_other = "person" in data and data["person"].pk != standing(request.user).person_id
        require((rules.can_sign_up_member if is_other else rules.can_sign_up)(request.user, visit))
        seats.sign_up(visit, by=request.user, **data)
        return self.again(visit)

    @extend_schema(request=Empty, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """Give your own seat back, or leave the queue."""
        visit = self.get_object()
        self.checked(Empty)
        row = get_object_or_404(visit.sign_ups.select_related("visit__meeting"), person_id=request.user.person_id)
        seats.withdraw(row, by=request.user)
        return self.again(visit)

    @extend_schema(request=shapes.StopWrite, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="add-stop")
    def add_stop(self, request, pk=None):
        """Add a stop at the end of the way."""
        return self._with_stop(shapes.StopWrite, workflow=stops.add_stop)

    @extend_schema(request=shapes.StopChange, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="change-stop")
    def change_stop(self, request, pk=None):
        """Change what is sent of a stop."""
        return self._with_stop(shapes.StopChange, workflow=stops.change_stop)

    @extend_schema(request=shapes.StopChoice, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="remove-stop")
    def remove_stop(self, request, pk=None):
        """Take a stop off the way."""
        return self._with_stop(shapes.StopChoice, workflow=stops.remove_stop)

    @extend_schema(request=shapes.StopMove, responses=shapes.VisitSerializer)
    @action(detail=True, methods=["post"], url_path="move-stop")
    def move_stop(self, request, pk=None):
        """Move a stop up or down."""
        return self._with_stop(shapes.StopMove, workflow=stops.move_stop)

    def _with_stop(self, shape, *, workflow):
        visit = self.get_object()
        require(rules.can_change_visit(self.request.user, visit))
        data = dict(self.checked(shape))
        extra = {"by": self.request.user, "version": expected_version(self.request, is_required=False)}
        if "stop" not in data:
            workflow(visit, data, **extra)
        else:
            stop = get_object_or_404(visit.stops.select_related("visit__meeting"), pk=data.pop("stop"))
            if shape is shapes.StopChange:
                workflow(stop, data, **extra)
            else:
                workflow(stop, **data, **extra)
        return self.again(visit)


class SignUpViewSet(PortalViewSet):
    """Sign-ups: members see who has a seat, organisers also who waits, everybody the own one."""

    model = SignUp
    scope = "visits"
    is_private = True
    serializer_class = shapes.SignUpSerializer
    filterset_class = SignUpFilter
    join = ("person", "visit__meeting")

    @extend_schema(request=Empty, responses=shapes.SignUpSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """Give a seat back, or leave the queue; organisers also for others."""
        return self.do(rules.can_withdraw, seats.withdraw, Empty)


class TakeawayViewSet(PortalViewSet):
    """What people brought home."""

    model = Takeaway
    scope = "visits"
    serializer_class = shapes.TakeawaySerializer
    filterset_class = TakeawayFilter
    is_versioned = True
    join = ("person",)

    def get_queryset(self):
        """Return takeaways that know whether their practice may be named."""
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        seen = Practice.objects.visible_to(self.request.user).filter(pk=OuterRef("practice_id"))
        return rows.annotate(is_practice_visible=Exists(seen))

    @extend_schema(request=shapes.TakeawayWrite, responses={201: shapes.TakeawaySerializer})
    def create(self, request):
        """Write down what you saw."""
        return self.make(
            lambda user, data: rules.can_create_takeaway(user, data["visit"]),
            takeaways.create_takeaway, shapes.TakeawayWrite,
        )  # fmt: skip

    @extend_schema(request=shapes.TakeawayChange, responses=shapes.TakeawaySerializer)
    def partial_update(self, request, pk=None):
        """Change your takeaway."""
        return self.alter(rules.can_change_takeaway, takeaways.change_takeaway, shapes.TakeawayChange)


class HostViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Hosts of visits: public facts."""

    scope = "visits"
    queryset = VisitHost.objects.order_by("name")
    serializer_class = shapes.HostSerializer
    lookup_value_regex = PortalViewSet.lookup_value_regex
