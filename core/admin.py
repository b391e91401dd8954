"""Base of every admin page: plain changes leave a trace, history cannot be changed."""

from django.contrib import admin, messages
from django.db import models
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Refused
from core.models import File, Heartbeat, HistoryEntry, Versioned
from core.workflows import claim


class StaffDoor(admin.ModelAdmin):
    """Open to every curator: being staff is the permission, no table of permissions stands beside it."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_module_permission(self, request):
        """Curators see every room."""
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request, obj=None):
        """Curators see every row."""
        return self.has_module_permission(request)

    def has_add_permission(self, request):
        """Curators add rows."""
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None):
        """Curators change rows."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request, obj=None):
        """Curators remove rows; the database protects what others point at."""
        return self.has_module_permission(request)


class PortalAdmin(StaffDoor):
    """Records plain changes in the thing's history; workflows run as actions through ``run``."""

    def log_addition(self, request, obj, message):
        """Note the addition in the admin's log and in the thing's own history."""
        self._trace(request, obj, "added-by-curator", {})
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        """Note the change in the admin's log and in the thing's own history; raise the thing's version.

        A version that stayed would let the API answer that nothing changed, and a writer elsewhere win unseen.
        """
        fields = [name for part in message for name in part.get("changed", {}).get("fields", [])]
        self._trace(request, obj, "changed-by-curator", {name: ["", ""] for name in fields})
        if isinstance(obj, Versioned):
            claim(obj)
        return super().log_change(request, obj, message)

    def _trace(self, request, obj, verb, changes):
        history.record(obj, verb, by=request.user, note=", ".join(changes))
        if hasattr(obj, "search_text"):
            search.index(obj)

    def run(self, request, queryset, workflow, *, allowed, done, **data):
        """Run ``workflow`` on each chosen thing that the rule ``allowed`` permits; tell each refusal."""
        count = 0
        for thing in queryset:
            if not allowed(request.user, thing):
                messages.error(request, _("%(thing)s: you may not do this.") % {"thing": thing})
                continue
            try:
                workflow(thing, by=request.user, **data)
            except Refused as refusal:
                messages.error(request, f"{thing}: {refusal}")
            else:
                count += 1
        if count:
            messages.success(request, done % {"count": count})


class ReadOnlyAdmin(StaffDoor):
    """Shows rows that nobody changes by hand."""

    def has_add_permission(self, request):
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Nobody removes rows here."""
        return False


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyAdmin):
    """Who did what."""

    list_display = ("happened_at", "actor", "verb", "content_type", "object_id", "note")
    list_select_related = ("actor", "content_type")
    list_filter = ("verb", "content_type")
    search_fields = ("actor__name", "note")
    date_hierarchy = "happened_at"


@admin.register(File)
class FileAdmin(ReadOnlyAdmin):
    """Files, by name; their content is reached from the thing they belong to."""

    list_display = ("name", "media_type", "size", "content_type", "object_id", "uploaded_by", "uploaded_at")
    list_select_related = ("content_type", "uploaded_by")
    search_fields = ("name",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When the clock last ran."""

    list_display = ("job", "beat_at")
