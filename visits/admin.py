"""The staff door of visits: plain fields by hand, states and seats through the workflows."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import PortalAdmin, ReadOnlyAdmin
from visits import rules
from visits.models import SignUp, Stop, StudyVisit, Takeaway, VisitHost
from visits.workflows import seats, visits


@admin.register(VisitHost)
class VisitHostAdmin(PortalAdmin):
    """Hosts."""

    list_display = ("name", "country", "place", "is_fictional")
    list_filter = ("country", "is_fictional")
    search_fields = ("name", "place")


class StopInline(admin.TabularInline):
    """Stops on the page of their visit."""

    model = Stop
    extra = 0
    autocomplete_fields = ("host",)
    fields = ("position", "title", "host", "place", "begins", "minutes", "note")


@admin.register(StudyVisit)
class StudyVisitAdmin(PortalAdmin):
    """Visits. Whatever people on the lists hear of (time, seats, state) is changed on the pages."""

    list_display = ("title", "meeting", "starts_at", "seats", "state", "is_fictional")
    list_select_related = ("meeting",)
    list_filter = ("state", "is_fictional")
    search_fields = ("title", "summary", "meeting__title")
    date_hierarchy = "starts_at"
    autocomplete_fields = ("meeting", "practices", "created_by")
    readonly_fields = (
        "state", "cancel_reason", "starts_at", "ends_at", "seats", "sign_up_closes_at", "meeting_point",
        "last_queue_number", "version", "key", "created_at", "changed_at",
    )  # fmt: skip
    inlines = (StopInline,)
    actions = ("open_visits", "close_visits", "reopen_visits", "finish_visits")

    def has_add_permission(self, request):
        """Visits are made on the page of their meeting, where time and seats are checked."""
        return False

    @admin.action(description=_("Open for sign-up"), permissions=["change"])
    def open_visits(self, request, queryset):
        """Open the chosen drafts."""
        self.run(request, queryset, visits.open_visit, allowed=rules.can_open_visit, done=_("Opened: %(count)d."))

    @admin.action(description=_("Close sign-up"), permissions=["change"])
    def close_visits(self, request, queryset):
        """End sign-up of the chosen visits."""
        self.run(request, queryset, visits.close_visit, allowed=rules.can_close_visit, done=_("Closed: %(count)d."))

    @admin.action(description=_("Take sign-ups again"), permissions=["change"])
    def reopen_visits(self, request, queryset):
        """Open the chosen visits again."""
        self.run(request, queryset, visits.reopen_visit, allowed=rules.can_reopen_visit, done=_("Opened: %(count)d."))

    @admin.action(description=_("Note that they took place"), permissions=["change"])
    def finish_visits(self, request, queryset):
        """Finish the chosen visits."""
        self.run(request, queryset, visits.finish_visit, allowed=rules.can_finish_visit, done=_("Noted: %(count)d."))


@admin.register(SignUp)
class SignUpAdmin(ReadOnlyAdmin):
    """Sign-ups: seen, and withdrawn through the workflow."""

    list_display = ("visit", "queue_number", "person", "state", "signed_up_at")
    list_select_related = ("visit", "person")
    list_filter = ("state",)
    search_fields = ("visit__title", "person__name")
    actions = ("withdraw",)
    run = PortalAdmin.run

    @admin.action(description=_("Withdraw"), permissions=["view"])
    def withdraw(self, request, queryset):
        """Take the chosen people off the lists."""
        rows = queryset.select_related("person", "visit__meeting")
        self.run(request, rows, seats.withdraw, allowed=rules.can_withdraw, done=_("Withdrawn: %(count)d."))


@admin.register(Takeaway)
class TakeawayAdmin(PortalAdmin):
    """Takeaways."""

    list_display = ("__str__", "visit", "person", "region", "visibility", "is_fictional")
    list_select_related = ("visit", "person", "region")
    list_filter = ("visibility", "region", "is_fictional")
    search_fields = ("seen", "fits", "next_step", "visit__title")
    autocomplete_fields = ("visit", "person", "organisation", "region", "practice")
    readonly_fields = ("version", "key", "created_at", "changed_at")
