"""The staff door of workgroups: plain facts by hand, states, roles and membership through the workflows."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import PortalAdmin
from workgroups import rules, workflows
from workgroups.models import GroupMembership, Initiative, Workgroup


@admin.register(Workgroup)
class WorkgroupAdmin(PortalAdmin):
    """Workgroups."""

    list_display = ("letter", "name", "lead_organisation", "state", "position", "is_fictional")
    list_display_links = ("letter", "name")
    list_select_related = ("lead_organisation",)
    list_filter = ("state", "is_fictional")
    search_fields = ("name", "summary")
    autocomplete_fields = ("lead_organisation", "organisations")
    readonly_fields = ("key", "version", "created_at", "changed_at")


@admin.register(GroupMembership)
class GroupMembershipAdmin(PortalAdmin):
    """Who belongs to which group. People are added and take roles on the group's page, so that they are told."""

    list_display = ("person", "workgroup", "role", "start_date", "end_date")
    list_select_related = ("person", "workgroup")
    list_filter = ("role", "workgroup")
    search_fields = ("person__name", "workgroup__name")
    readonly_fields = ("person", "workgroup", "role")
    actions = ("end_memberships",)

    def has_add_permission(self, request):
        """People are added on the group's page."""
        return False

    def has_delete_permission(self, request, obj=None):
        """A membership ends; its dates stay on record."""
        return False

    @admin.action(description=_("End today"), permissions=["change"])
    def end_memberships(self, request, queryset):
        """End the chosen memberships."""
        self.run(
            request,
            queryset.select_related("person", "workgroup"),
            workflows.end_membership,
            allowed=rules.can_end_membership,
            done=_("Ended: %(count)d."),
        )


@admin.register(Initiative)
class InitiativeAdmin(PortalAdmin):
    """Initiatives. New ones and new states belong to the pages, so that members are told."""

    list_display = ("title", "workgroup", "state", "lead_organisation", "visibility", "is_fictional")
    list_select_related = ("workgroup", "lead_organisation")
    list_filter = ("state", "workgroup", "is_fictional")
    search_fields = ("title", "summary")
    autocomplete_fields = ("lead_organisation", "lead_person")
    readonly_fields = ("workgroup", "state", "reason", "key", "version", "created_at", "changed_at")
    actions = ("plan", "run_them", "finish")

    def has_add_permission(self, request):
        """Initiatives are added on the page of their group."""
        return False

    @admin.action(description=_("Set state: planned"), permissions=["change"])
    def plan(self, request, queryset):
        """Set the chosen initiatives to planned."""
        self._set(request, queryset, Initiative.State.PLANNED)

    @admin.action(description=_("Set state: running"), permissions=["change"])
    def run_them(self, request, queryset):
        """Set the chosen initiatives to running."""
        self._set(request, queryset, Initiative.State.RUNNING)

    @admin.action(description=_("Set state: done"), permissions=["change"])
    def finish(self, request, queryset):
        """Set the chosen initiatives to done."""
        self._set(request, queryset, Initiative.State.DONE)

    def _set(self, request, queryset, state):
        self.run(
            request,
            queryset.select_related("workgroup"),
            workflows.set_initiative_state,
            allowed=rules.can_set_initiative_state,
            done=_("Set: %(count)d."),
            state=state,
        )
