"""Staff pages of meetings; whatever a workflow sets is read-only, verbs are actions."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import PortalAdmin
from meetings import rules
from meetings.models import AgendaItem, Decision, Meeting, Registration, Todo
from meetings.workflows import minutes, planning, todos


@admin.register(Meeting)
class MeetingAdmin(PortalAdmin):
    """Meetings."""

    list_display = ("title", "starts_at", "kind", "host", "workgroup", "state", "visibility")
    list_select_related = ("host", "workgroup")
    list_filter = ("state", "kind", "mode", "visibility", "workgroup", "is_fictional")
    search_fields = ("title", "place")
    date_hierarchy = "starts_at"
    raw_id_fields = ("host", "workgroup", "created_by")
    readonly_fields = (
        "version",
        "state",
        "cancel_reason",
        "sequence",
        "minutes",
        "minutes_published_at",
        "starts_at",
        "ends_at",
        "time_zone",
        "place",
        "mode",
        "online_address",
        "created_at",
        "changed_at",
    )
    actions = ("open_meetings", "start_meetings", "close_meetings", "reopen_meetings", "publish_minutes")

    def has_add_permission(self, request):
        """New meetings are drawn up on the portal's own page."""
        return False

    @admin.action(description=pgettext_lazy("verb", "Open"))
    def open_meetings(self, request, queryset):
        """Open drafts."""
        self.run(request, queryset, planning.open_meeting, allowed=rules.can_open_meeting, done=_("%(count)d opened."))

    @admin.action(description=_("Start"))
    def start_meetings(self, request, queryset):
        """Start open meetings."""
        self.run(
            request, queryset, planning.start_meeting, allowed=rules.can_start_meeting, done=_("%(count)d started.")
        )

    @admin.action(description=_("Close"))
    def close_meetings(self, request, queryset):
        """Close meetings."""
        self.run(
            request, queryset, planning.close_meeting, allowed=rules.can_close_meeting, done=_("%(count)d closed.")
        )

    @admin.action(description=_("Reopen"))
    def reopen_meetings(self, request, queryset):
        """Reopen closed meetings."""
        self.run(
            request, queryset, planning.reopen_meeting, allowed=rules.can_reopen_meeting, done=_("%(count)d reopened.")
        )

    @admin.action(description=_("Publish the minutes"))
    def publish_minutes(self, request, queryset):
        """Publish minutes."""
        self.run(
            request,
            queryset,
            minutes.publish_minutes,
            allowed=rules.can_publish_minutes,
            done=_("%(count)d published."),
        )


class WorkflowRowAdmin(PortalAdmin):
    """Rows that only workflows write: to be read here."""

    def has_add_permission(self, request):
        """Rows are made on the portal's own pages."""
        return False

    def has_change_permission(self, request, obj=None):
        """Rows are changed on the portal's own pages."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Rows stay."""
        return False


@admin.register(AgendaItem)
class AgendaItemAdmin(WorkflowRowAdmin):
    """Agenda items."""

    list_display = ("title", "meeting", "day", "position", "kind", "minutes")
    list_select_related = ("meeting",)
    list_filter = ("kind",)
    search_fields = ("title", "meeting__title")


@admin.register(Registration)
class RegistrationAdmin(WorkflowRowAdmin):
    """Registrations."""

    list_display = ("person", "meeting", "state", "is_online", "registered_at")
    list_select_related = ("person", "meeting")
    list_filter = ("state", "is_online")
    search_fields = ("person__name", "meeting__title")


@admin.register(Decision)
class DecisionAdmin(WorkflowRowAdmin):
    """Decisions."""

    list_display = ("number", "meeting", "decided_date", "text")
    list_select_related = ("meeting",)
    list_filter = ("is_fictional",)
    search_fields = ("text", "meeting__title")


@admin.register(Todo)
class TodoAdmin(PortalAdmin):
    """To-dos."""

    list_display = ("text", "owner", "due_date", "state", "meeting", "workgroup")
    list_select_related = ("owner", "meeting", "workgroup")
    list_filter = ("state", "workgroup", "is_fictional")
    search_fields = ("text", "owner__name")
    raw_id_fields = ("meeting", "workgroup", "created_by")
    readonly_fields = ("version", "state", "owner", "due_date", "answer", "answered_at", "created_at", "changed_at")
    actions = ("complete_todos", "reopen_todos")

    def has_add_permission(self, request):
        """To-dos are made on the portal's own page, which tells their owner."""
        return False

    @admin.action(description=_("Mark as done"))
    def complete_todos(self, request, queryset):
        """Complete open to-dos."""
        self.run(request, queryset, todos.complete_todo, allowed=rules.can_complete_todo, done=_("%(count)d done."))

    @admin.action(description=_("Open again"))
    def reopen_todos(self, request, queryset):
        """Reopen to-dos."""
        self.run(request, queryset, todos.reopen_todo, allowed=rules.can_reopen_todo, done=_("%(count)d opened."))
