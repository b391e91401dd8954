"""The staff door: forms are edited here, practices and transfers only in their plain fields."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import PortalAdmin, ReadOnlyAdmin
from practices import rules
from practices.models import FormField, FormTemplate, Practice, Review, Transfer, TransferStep
from practices.workflows import practices as writing
from practices.workflows import reviews, templates


class FormFieldInline(admin.TabularInline):
    """The fields of a form, in order."""

    model = FormField
    extra = 1


@admin.register(FormTemplate)
class FormTemplateAdmin(PortalAdmin):
    """Versions of the practice form."""

    list_display = ("name", "key", "is_current")
    search_fields = ("name", "key")
    readonly_fields = ("is_current",)
    prepopulated_fields = {"key": ("name",)}
    inlines = (FormFieldInline,)
    actions = ("use_template",)

    @admin.action(description=_("Use for new practices"), permissions=["change"])
    def use_template(self, request, queryset):
        """Write new practices in the chosen form; others keep theirs."""
        done = _("Used for new practices: %(count)d.")
        self.run(request, queryset[:1], templates.use_template, allowed=rules.can_use_template, done=done)


class ReviewInline(admin.TabularInline):
    """What reviewers said."""

    model = Review
    extra = 0
    can_delete = False
    readonly_fields = ("reviewer", "verdict", "comment", "field_comments", "reviewed_at")

    def has_add_permission(self, request, obj=None):
        """Reviews are given on the page of the practice."""
        return False


@admin.register(Practice)
class PracticeAdmin(PortalAdmin):
    """Practices."""

    list_display = ("title", "state", "workgroup", "organisation", "region", "submitted_at", "is_fictional")
    list_filter = ("state", "visibility", "workgroup", "is_fictional")
    list_select_related = ("workgroup", "organisation", "region")
    search_fields = ("title", "summary", "owner_name")
    autocomplete_fields = ("workgroup", "organisation", "region", "authors")
    readonly_fields = ("state", "version", "template", "submitted_at", "published_at", "created_by", "key", "sources")
    inlines = (ReviewInline,)
    actions = ("submit_practice", "withdraw_practice", "accept_practice", "publish_practice")

    def has_add_permission(self, request):
        """Practices are begun on their own page, in the current form."""
        return False

    @admin.action(description=_("Send in for review"), permissions=["change"])
    def submit_practice(self, request, queryset):
        """Send the chosen practices to review."""
        done = _("Sent in: %(count)d.")
        self.run(request, queryset, writing.submit_practice, allowed=rules.can_submit_practice, done=done)

    @admin.action(description=_("Withdraw from review"), permissions=["change"])
    def withdraw_practice(self, request, queryset):
        """Take the chosen practices back."""
        done = _("Withdrawn: %(count)d.")
        self.run(request, queryset, writing.withdraw_practice, allowed=rules.can_withdraw_practice, done=done)

    @admin.action(description=_("Accept"), permissions=["change"])
    def accept_practice(self, request, queryset):
        """Accept the chosen practices; a refusal needs words and is given on the page."""
        done = _("Accepted: %(count)d.")
        self.run(request, queryset, reviews.accept_practice, allowed=rules.can_accept_practice, done=done)

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish_practice(self, request, queryset):
        """Publish the chosen practices for those whom their visibility names."""
        done = _("Published: %(count)d.")
        self.run(request, queryset, reviews.publish_practice, allowed=rules.can_publish_practice, done=done)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Every verdict; given on the page of the practice."""

    list_display = ("practice", "verdict", "reviewer", "reviewed_at")
    list_filter = ("verdict",)
    list_select_related = ("practice", "reviewer")
    search_fields = ("practice__title", "reviewer__name")
    date_hierarchy = "reviewed_at"


class TransferStepInline(admin.TabularInline):
    """Stages reached."""

    model = TransferStep
    extra = 0
    can_delete = False
    readonly_fields = ("stage", "step_date", "note", "person", "recorded_at")

    def has_add_permission(self, request, obj=None):
        """Stages are noted on the page of the transfer."""
        return False


@admin.register(Transfer)
class TransferAdmin(PortalAdmin):
    """Transfers."""

    list_display = ("practice", "taker", "stage", "is_fictional")
    list_filter = ("stage", "is_fictional")
    list_select_related = ("practice", "region")
    search_fields = ("practice__title", "taker_name", "region__name", "what")
    autocomplete_fields = ("practice", "region")
    readonly_fields = ("stage", "version", "reason", "started_by", "key", "sources")
    inlines = (TransferStepInline,)

    def has_add_permission(self, request):
        """A transfer begins with an interest, on the page of the practice."""
        return False


@admin.register(FormField)
class FormFieldAdmin(PortalAdmin):
    """One field of a form."""

    list_display = ("label", "name", "template", "kind", "limit", "is_required", "position")
    list_filter = ("template",)
    list_select_related = ("template",)
    search_fields = ("label", "name")


@admin.register(TransferStep)
class TransferStepAdmin(ReadOnlyAdmin):
    """Every stage that was noted."""

    list_display = ("transfer", "stage", "step_date", "person", "recorded_at")
    list_filter = ("stage",)
    list_select_related = ("transfer__practice", "transfer__region", "person")
    search_fields = ("transfer__practice__title", "note")
