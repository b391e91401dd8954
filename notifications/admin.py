"""The staff door of the outbox: rows are shown, never edited; two verbs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import PortalAdmin, ReadOnlyAdmin
from notifications import rules, workflows
from notifications.models import Choice, Letter, LetterSettings, MailAddress, MailPause, MailReport, ReminderSetting


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Every letter with its state and reason."""

    list_display = ("created_at", "kind", "address", "subject", "state", "reason", "attempts", "due_at", "sent_at")
    list_filter = ("state", "cause", "kind", "rule")
    list_select_related = ("person", "content_type")
    search_fields = ("address", "subject", "person__name", "key")
    date_hierarchy = "created_at"
    actions = ("requeue", "give_up")
    exclude = ("html", "nonce", "data")  # data may hold the key of an invitation
    run = PortalAdmin.run

    @admin.action(description=_("Send again"), permissions=["view"])
    def requeue(self, request, queryset):
        """Let the chosen letters be tried again."""
        done = _("Waiting to be sent again: %(count)d.")
        self.run(request, queryset, workflows.requeue, allowed=rules.can_requeue, done=done)

    @admin.action(description=_("Give up"), permissions=["view"])
    def give_up(self, request, queryset):
        """End the chosen letters for good."""
        self.run(request, queryset, workflows.give_up, allowed=rules.can_give_up, done=_("Not sent: %(count)d."))


@admin.register(MailAddress)
class MailAddressAdmin(ReadOnlyAdmin):
    """What mail servers said about addresses; a curator can let letters go there again."""

    list_display = ("address", "strikes", "suppressed_at", "reason", "last_strike_at", "cleared_at")
    list_filter = (("suppressed_at", admin.EmptyFieldListFilter),)
    search_fields = ("address", "reason")
    actions = ("clear_address",)
    run = PortalAdmin.run

    @admin.action(description=_("Let letters go there again"), permissions=["view"])
    def clear_address(self, request, queryset):
        """Clear the chosen addresses."""
        done = _("Cleared: %(count)d.")
        self.run(request, queryset, workflows.clear_address, allowed=rules.can_clear_address, done=done)


@admin.register(MailReport)
class MailReportAdmin(ReadOnlyAdmin):
    """Every report about an address."""

    list_display = ("happened_at", "kind", "address", "words", "letter")
    list_filter = ("kind",)
    list_select_related = ("letter",)
    search_fields = ("address", "words", "event")


@admin.register(MailPause)
class MailPauseAdmin(ReadOnlyAdmin):
    """Mail servers that are left alone for a while."""

    list_display = ("server", "until", "refusals", "reason")
    search_fields = ("server", "reason")


@admin.register(ReminderSetting)
class ReminderSettingAdmin(ReadOnlyAdmin):
    """What coordinators changed about reminders; it is changed on the portal's own page."""

    list_display = ("rule", "content_type", "object_id", "is_off", "offset", "unit", "changed_at")
    list_filter = ("rule", "is_off")
    list_select_related = ("content_type",)
    search_fields = ("rule",)


@admin.register(LetterSettings)
class LetterSettingsAdmin(ReadOnlyAdmin):
    """How and when letters reach each person; people change it themselves on their page of choices."""

    list_display = ("person", "digest", "digest_hour", "quiet_from", "quiet_until", "holiday_until", "daily_limit")
    list_filter = ("digest",)
    list_select_related = ("person",)
    search_fields = ("person__name", "person__email")


@admin.register(Choice)
class ChoiceAdmin(ReadOnlyAdmin):
    """What each person chose for a reason, a workgroup or one thing."""

    list_display = ("person", "topic", "content_type", "object_id", "channel", "is_by_link", "changed_at")
    list_filter = ("channel", "topic", "is_by_link")
    list_select_related = ("person", "content_type")
    search_fields = ("person__name", "person__email")
