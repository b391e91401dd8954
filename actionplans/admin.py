"""The staff door of the room: plain fields by hand, states through the workflows."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from actionplans import rules, workflows
from actionplans.models import Action, ActionPlan, ActionSource, Milestone, PolicyInstrument
from core.admin import PortalAdmin

KEPT = ("version", "key", "created_at", "changed_at")


@admin.register(PolicyInstrument)
class PolicyInstrumentAdmin(PortalAdmin):
    """Policy instruments."""

    list_display = ("name", "region", "kind", "owner_name", "is_fictional")
    list_select_related = ("region",)
    list_filter = ("kind", "region", "is_fictional")
    search_fields = ("name", "owner_name", "summary")
    readonly_fields = KEPT


@admin.register(ActionPlan)
class ActionPlanAdmin(PortalAdmin):
    """Action plans. Endorsement asks for date and authority and is done on the plan's page."""

    list_display = ("title", "instrument", "state", "visibility", "endorsed_date", "is_fictional")
    list_select_related = ("instrument",)
    list_filter = ("state", "visibility", "is_fictional")
    search_fields = ("title", "context", "instrument__name")
    filter_horizontal = ("organisations",)
    raw_id_fields = ("created_by",)
    readonly_fields = (*KEPT, "state", "endorsed_date", "endorsed_by")
    actions = ("start_monitoring", "close_plans", "reopen_plans")

    @admin.action(description=_("Start carrying out"), permissions=["change"])
    def start_monitoring(self, request, queryset):
        """Say that the chosen plans are carried out."""
        done, rule = _("Now carried out: %(count)d."), rules.can_start_monitoring
        self.run(request, queryset, workflows.start_monitoring, allowed=rule, done=done)

    @admin.action(description=_("Close"), permissions=["change"])
    def close_plans(self, request, queryset):
        """End the chosen plans."""
        done = _("Closed: %(count)d.")
        self.run(request, queryset, workflows.close_plan, allowed=rules.can_close_plan, done=done)

    @admin.action(description=_("Reopen: one step back"), permissions=["change"])
    def reopen_plans(self, request, queryset):
        """Go one step back with the chosen plans."""
        done = _("Reopened: %(count)d.")
        self.run(request, queryset, workflows.reopen_plan, allowed=rules.can_reopen_plan, done=done)


class MilestoneInline(admin.TabularInline):
    """Milestones of an action, to read."""

    model = Milestone
    extra = 0
    fields = ("title", "due_date", "state", "done_date")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request, obj=None):
        """Milestones are added on the page of the action."""
        return False


@admin.register(Action)
class ActionAdmin(PortalAdmin):
    """Actions. They are added on the page of the plan, which gives the number."""

    list_display = ("title", "plan", "number", "state", "end_date", "responsible_organisation", "is_fictional")
    list_select_related = ("plan", "responsible_organisation")
    list_filter = ("state", "is_fictional")
    search_fields = ("title", "description", "plan__title")
    date_hierarchy = "end_date"
    raw_id_fields = ("responsible_person", "responsible_organisation")
    readonly_fields = (*KEPT, "plan", "number", "state", "reason")
    inlines = (MilestoneInline,)
    actions = ("begin", "complete")

    def has_add_permission(self, request):
        """The plan's page adds actions, because it gives the numbers."""
        return False

    @admin.action(description=_("Set to: in progress"), permissions=["change"])
    def begin(self, request, queryset):
        """Set the chosen actions to "in progress"."""
        self._set(request, queryset, Action.State.IN_PROGRESS)

    @admin.action(description=_("Set to: completed"), permissions=["change"])
    def complete(self, request, queryset):
        """Set the chosen actions to "completed"."""
        self._set(request, queryset, Action.State.COMPLETED)

    def _set(self, request, queryset, state):
        done, rule = _("New state: %(count)d."), rules.can_set_action_state
        self.run(request, queryset, workflows.set_action_state, allowed=rule, done=done, state=state)


@admin.register(ActionSource)
class ActionSourceAdmin(PortalAdmin):
    """Sources of actions."""

    list_display = ("action", "practice", "visit", "takeaway", "transfer", "note")
    list_select_related = ("action", "practice", "visit", "takeaway", "transfer__practice", "transfer__region")
    search_fields = ("action__title", "note")
    raw_id_fields = ("action", "practice", "visit", "takeaway", "transfer")


@admin.register(Milestone)
class MilestoneAdmin(PortalAdmin):
    """Milestones. Done and dropped are said on the page of the action, with day or reason."""

    list_display = ("title", "action", "due_date", "state", "done_date", "is_fictional")
    list_select_related = ("action",)
    list_filter = ("state", "is_fictional")
    search_fields = ("title", "action__title")
    date_hierarchy = "due_date"
    autocomplete_fields = ("action",)
    readonly_fields = ("version", "created_at", "changed_at", "state", "done_date", "reason")
    actions = ("reopen",)

    @admin.action(description=_("Reopen"), permissions=["change"])
    def reopen(self, request, queryset):
        """Make the chosen milestones open again."""
        done, rule = _("Open again: %(count)d."), rules.can_reopen_milestone
        self.run(request, queryset, workflows.reopen_milestone, allowed=rule, done=done)
