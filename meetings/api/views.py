"""Addresses of the API."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from core.access import require
from core.rest.serializers import Empty
from core.rest.views import PortalViewSet, expected_version
from meetings import rules
from meetings.api import shapes
from meetings.filters import DecisionFilter, MeetingFilter, TodoFilter
from meetings.models import AgendaItem, Decision, Meeting, Registration, Todo
from meetings.workflows import agenda, minutes, planning, registration, todos


@extend_schema_view(
    create=extend_schema(request=shapes.MeetingIn, responses={201: shapes.MeetingOut}),
    partial_update=extend_schema(request=shapes.MeetingIn, responses=shapes.MeetingOut),
)
class MeetingViewSet(PortalViewSet):
    """Meetings."""

    model = Meeting
    scope = "meetings"
    serializer_class = shapes.MeetingOut
    filterset_class = MeetingFilter
    is_versioned = True
    is_kept = True
    join = ("host", "workgroup")

    def retrieve(self, request, *args, **kwargs):
        """Return one meeting with its ETag.

        A registration opens the online room without a new version, so ``If-None-Match`` gets no 304.
        """
        request._request.META.pop("HTTP_IF_NONE_MATCH", None)
        return super().retrieve(request, *args, **kwargs)

    def create(self, request):
        """Draw up a draft."""
        return self.make(rules.can_create_meeting, planning.create_meeting, shapes.MeetingIn)

    def partial_update(self, request, *args, **kwargs):
        """Change facts; a new time or place is told to the registered."""
        return self.alter(rules.can_change_meeting, planning.change_meeting, shapes.MeetingIn)

    @extend_schema(request=Empty, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="open-meeting")
    def open_meeting(self, request, *args, **kwargs):
        """Show a draft to its audience."""
        return self.do(rules.can_open_meeting, planning.open_meeting, Empty)

    @extend_schema(request=Empty, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="start-meeting")
    def start_meeting(self, request, *args, **kwargs):
        """Say that the meeting has begun."""
        return self.do(rules.can_start_meeting, planning.start_meeting, Empty)

    @extend_schema(request=Empty, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="close-meeting")
    def close_meeting(self, request, *args, **kwargs):
        """Say that the meeting is over."""
        return self.do(rules.can_close_meeting, planning.close_meeting, Empty)

    @extend_schema(request=Empty, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="reopen-meeting")
    def reopen_meeting(self, request, *args, **kwargs):
        """Unlock a closed meeting."""
        return self.do(rules.can_reopen_meeting, planning.reopen_meeting, Empty)

    @extend_schema(request=shapes.ReasonIn, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="cancel-meeting")
    def cancel_meeting(self, request, *args, **kwargs):
        """Call the meeting off, with a reason."""
        return self.do(rules.can_cancel_meeting, planning.cancel_meeting, shapes.ReasonIn)

    @extend_schema(responses=shapes.Places)
    @action(detail=True, methods=["get"])
    def places(self, request, *args, **kwargs):
        """Return how many places are taken."""
        meeting = self.get_object()
        active = meeting.registrations.active()
        person_id = getattr(request.user, "person_id", None)
        return Response(
            {
                "seat_limit": meeting.seat_limit,
                "registered_count": active.count(),
                "is_registration_open": meeting.is_registration_open(),
                "is_registered": person_id is not None and active.filter(person_id=person_id).exists(),
            }
        )

    @extend_schema(request=shapes.RegistrationIn, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"])
    def register(self, request, *args, **kwargs):
        """Take part."""
        return self.do(rules.can_register, registration.register, shapes.RegistrationIn)

    @extend_schema(request=shapes.RegistrationIn, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="change-registration")
    def change_registration(self, request, *args, **kwargs):
        """Change how one takes part."""
        return self.do(rules.can_change_registration, registration.change_registration, shapes.RegistrationIn)

    @extend_schema(request=Empty, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, *args, **kwargs):
        """Give the place back."""
        return self.do(rules.can_withdraw, registration.withdraw, Empty)

    @extend_schema(request=Empty, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"])
    def decline(self, request, *args, **kwargs):
        """Say that one does not come."""
        return self.do(rules.can_register, registration.decline, Empty)

    @extend_schema(request=shapes.MinutesIn, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="write-minutes")
    def write_minutes(self, request, *args, **kwargs):
        """Save the text of the minutes."""
        thing = self.get_object()
        require(rules.can_write_minutes(request.user, thing))
        data = self.checked(shapes.MinutesIn)
        version = expected_version(request, is_required=True)
        minutes.write_minutes(thing, data, by=request.user, version=version)
        return self.again(thing)

    @extend_schema(request=Empty, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="publish-minutes")
    def publish_minutes(self, request, *args, **kwargs):
        """Let everybody who sees the meeting read the minutes."""
        return self.do(rules.can_publish_minutes, minutes.publish_minutes, Empty)

    @extend_schema(request=shapes.DecisionIn, responses=shapes.MeetingOut)
    @action(detail=True, methods=["post"], url_path="record-decision")
    def record_decision(self, request, *args, **kwargs):
        """Record a decision under the next number."""
        return self.do(rules.can_record_decision, minutes.record_decision, shapes.DecisionIn)


@extend_schema_view(
    create=extend_schema(request=shapes.NewAgendaItemIn, responses={201: shapes.AgendaItemOut}),
    partial_update=extend_schema(request=shapes.AgendaItemIn, responses=shapes.AgendaItemOut),
    destroy=extend_schema(responses={204: None}),
)
class AgendaItemViewSet(PortalViewSet):
    """Lines of agendas; ``If-Match`` is the meeting's ETag."""

    model = AgendaItem
    scope = "meetings"
    serializer_class = shapes.AgendaItemOut
    filterset_fields = ("meeting", "day", "kind")
    join = ("meeting",)

    def get_queryset(self):
        """Return items in the order of the agenda."""
        return super().get_queryset().order_by("meeting_id", "day", "position", "id")

    def create(self, request):
        """Add an item at the end of its day."""

        def add(data, *, by):
            return agenda.add_item(data.pop("meeting"), data, by=by)

        return self.make(
            lambda user, data: rules.can_change_meeting(user, data["meeting"]), add, shapes.NewAgendaItemIn
        )

    def partial_update(self, request, *args, **kwargs):
        """Change an item."""
        return self.alter(_may_change_item, agenda.change_item, shapes.AgendaItemIn)

    def destroy(self, request, *args, **kwargs):
        """Take an item off the agenda."""
        item = self.get_object()
        require(_may_change_item(request.user, item))
        agenda.remove_item(item, by=request.user, version=expected_version(request, is_required=False))
        return Response(status=204)

    @extend_schema(request=Empty, responses=shapes.AgendaItemOut)
    @action(detail=True, methods=["post"], url_path="move-item-up")
    def move_item_up(self, request, *args, **kwargs):
        """Change places with the item before."""
        return self.do(_may_change_item, agenda.move_item_up, Empty)

    @extend_schema(request=Empty, responses=shapes.AgendaItemOut)
    @action(detail=True, methods=["post"], url_path="move-item-down")
    def move_item_down(self, request, *args, **kwargs):
        """Change places with the item after."""
        return self.do(_may_change_item, agenda.move_item_down, Empty)


def _may_change_item(user, item):
    return rules.can_change_meeting(user, item.meeting)


class RegistrationViewSet(PortalViewSet):
    """Who takes part; registering happens at the meeting."""

    model = Registration
    scope = "meetings"
    serializer_class = shapes.RegistrationOut
    filterset_fields = ("meeting", "state")
    join = ("meeting", "person")


class DecisionViewSet(PortalViewSet):
    """Decisions of all meetings."""

    model = Decision
    scope = "meetings"
    serializer_class = shapes.DecisionOut
    filterset_class = DecisionFilter
    join = ("meeting",)


@extend_schema_view(
    create=extend_schema(request=shapes.NewTodoIn, responses={201: shapes.TodoOut}),
    partial_update=extend_schema(request=shapes.TodoIn, responses=shapes.TodoOut),
)
class TodoViewSet(PortalViewSet):
    """To-dos."""

    model = Todo
    scope = "meetings"
    serializer_class = shapes.TodoOut
    filterset_class = TodoFilter
    is_versioned = True
    join = ("owner", "created_by", "meeting", "workgroup")

    def create(self, request):
        """Give somebody a to-do."""

        def is_allowed(user, data):
            return rules.can_create_todo(user, data.get("meeting") or data.get("workgroup"))

        return self.make(is_allowed, todos.create_todo, shapes.NewTodoIn)

    def partial_update(self, request, *args, **kwargs):
        """Change text, owner or day."""
        return self.alter(rules.can_change_todo, todos.change_todo, shapes.TodoIn)

    @extend_schema(request=shapes.AnswerIn, responses=shapes.TodoOut)
    @action(detail=True, methods=["post"], url_path="complete-todo")
    def complete_todo(self, request, *args, **kwargs):
        """Say that it is done."""
        return self.do(rules.can_complete_todo, todos.complete_todo, shapes.AnswerIn)

    @extend_schema(request=shapes.ReasonIn, responses=shapes.TodoOut)
    @action(detail=True, methods=["post"], url_path="drop-todo")
    def drop_todo(self, request, *args, **kwargs):
        """Say that it will not be done, and why."""
        return self.do(rules.can_drop_todo, todos.drop_todo, shapes.ReasonIn)

    @extend_schema(request=shapes.HandOverIn, responses=shapes.TodoOut)
    @action(detail=True, methods=["post"], url_path="hand-over-todo")
    def hand_over_todo(self, request, *args, **kwargs):
        """Let a colleague do it."""
        return self.do(rules.can_hand_over_todo, todos.hand_over_todo, shapes.HandOverIn)

    @extend_schema(request=Empty, responses=shapes.TodoOut)
    @action(detail=True, methods=["post"], url_path="reopen-todo")
    def reopen_todo(self, request, *args, **kwargs):
        """Open it again."""
        return self.do(rules.can_reopen_todo, todos.reopen_todo, Empty)


def register(router):
    """Register the addresses of the room."""
    router.register("meetings", MeetingViewSet, "meeting")
    router.register("agenda-items", AgendaItemViewSet, "agenda-item")
    router.register("registrations", RegistrationViewSet, "registration")
    router.register("decisions", DecisionViewSet, "decision")
    router.register("to-dos", TodoViewSet, "todo")
