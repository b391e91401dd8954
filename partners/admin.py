"""The staff door to partners, people and accounts."""

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from core.admin import PortalAdmin, ReadOnlyAdmin, StaffDoor
from partners import models, rules, workflows

admin.site.login = secure_admin_login(admin.site.login)
admin.site.unregister(Group)


class NameInline(admin.TabularInline):
    """Other names of an organisation."""

    model = models.OrganisationName
    extra = 0


class MembershipInline(admin.TabularInline):
    """Memberships of a person."""

    model = models.Membership
    extra = 0
    autocomplete_fields = ["organisation"]


@admin.register(models.Partnership)
class PartnershipAdmin(PortalAdmin):
    """The partnership of this portal."""

    list_display = ("acronym", "name", "programme")

    def has_add_permission(self, request):
        """There is one partnership."""
        return super().has_add_permission(request) and not models.Partnership.objects.exists()


@admin.register(models.Figure)
class FigureAdmin(PortalAdmin):
    """Targets and results."""

    list_display = ("indicator", "kind", "operator", "value", "document")
    list_filter = ("kind",)
    search_fields = ("indicator",)


@admin.register(models.Region)
class RegionAdmin(PortalAdmin):
    """Regions."""

    list_display = ("name", "country", "nuts_code", "nuts_version", "nuts_level")
    list_filter = ("country",)
    search_fields = ("name", "nuts_code")


@admin.register(models.Organisation)
class OrganisationAdmin(PortalAdmin):
    """Organisations with their names."""

    list_display = ("short_name", "name", "role", "partner_number", "region", "start_date", "end_date")
    list_select_related = ("region",)
    list_filter = ("role", "region__country")
    search_fields = ("name", "short_name")
    autocomplete_fields = ("region",)
    readonly_fields = ("version", "created_at", "changed_at")
    inlines = (NameInline,)


@admin.register(models.OrganisationName)
class OrganisationNameAdmin(PortalAdmin):
    """Names of organisations."""

    list_display = ("name", "organisation", "start_date", "end_date")
    list_select_related = ("organisation",)
    search_fields = ("name",)
    autocomplete_fields = ("organisation",)


@admin.register(models.Person)
class PersonAdmin(PortalAdmin):
    """People with their memberships."""

    list_display = ("name", "email", "position", "is_coordinator", "language", "time_zone")
    list_filter = ("is_coordinator", "language", "is_fictional")
    search_fields = ("name", "email")
    readonly_fields = ("joined_at", "seen_news_at")
    inlines = (MembershipInline,)


@admin.register(models.Membership)
class MembershipAdmin(PortalAdmin):
    """Memberships in organisations."""

    list_display = ("person", "organisation", "role", "start_date", "end_date")
    list_select_related = ("person", "organisation")
    list_filter = ("role", "organisation")
    search_fields = ("person__name", "organisation__short_name")
    autocomplete_fields = ("person", "organisation")


class NewUserForm(AdminUserCreationForm):
    """A new account: address, person, password."""

    class Meta:
        model = models.User
        fields = ("email", "person")


class ChangeUserForm(forms.ModelForm):
    """An account; its password is changed by its owner."""

    class Meta:
        model = models.User
        fields = ("email", "person", "is_active", "is_staff", "is_superuser")


@admin.register(models.User)
class UserAdmin(StaffDoor, DjangoUserAdmin):
    """Accounts. Only superusers decide who is staff."""

    form, add_form = ChangeUserForm, NewUserForm
    list_display = ("email", "person", "is_active", "is_staff", "is_superuser", "last_login")
    list_select_related = ("person",)
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "person__name")
    ordering = ("email",)
    filter_horizontal = ()
    autocomplete_fields = ("person",)
    fieldsets = (
        (None, {"fields": ("email", "person")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "person", "usable_password", "password1", "password2")}),)

    def get_readonly_fields(self, request, obj=None):
        """Curators see rights and dates; superusers change rights."""
        fixed = ["last_login", "date_joined"]
        return fixed if request.user.is_superuser else [*fixed, "is_staff", "is_superuser"]

    def has_change_permission(self, request, obj=None):
        """A curator does not change the account of a superuser."""
        is_higher = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_higher

    def has_delete_permission(self, request, obj=None):
        """Accounts are made inactive, not removed: what people did stays theirs."""
        return False


@admin.register(models.Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations: made on the portal's page, so that the letter goes out."""

    list_display = ("email", "name", "organisation", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("organisation",)
    list_filter = ("role", "organisation")
    search_fields = ("email", "name")
    exclude = ("key_hash",)
    actions = ("resend", "revoke")

    @admin.action(description=_("Send the letter again"))
    def resend(self, request, queryset):
        """Send the chosen invitations again."""
        PortalAdmin.run(
            self, request, queryset, workflows.resend_invitation,
            allowed=rules.can_revoke_invitation, done=_("%(count)s sent again."),
        )  # fmt: skip

    @admin.action(description=_("Withdraw"))
    def revoke(self, request, queryset):
        """Withdraw the chosen invitations."""
        PortalAdmin.run(
            self, request, queryset, workflows.revoke_invitation,
            allowed=rules.can_revoke_invitation, done=_("%(count)s withdrawn."),
        )  # fmt: skip


@admin.register(models.ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens: who has which, never the secret."""

    list_display = ("name", "user", "scopes", "created", "expiry", "used_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    exclude = ("digest",)

    def has_delete_permission(self, request, obj=None):
        """Curators may end a token."""
        return self.has_module_permission(request)


@admin.register(models.FeedToken)
class FeedTokenAdmin(ReadOnlyAdmin):
    """Calendar addresses: who has one, never the secret."""

    list_display = ("person", "created_at", "used_at")
    list_select_related = ("person",)
    exclude = ("key_hash",)

    def has_delete_permission(self, request, obj=None):
        """Curators may end a feed."""
        return self.has_module_permission(request)
