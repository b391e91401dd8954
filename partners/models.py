"""Who takes part: regions, organisations, people, and the accounts with which some of them sign in."""

import zoneinfo

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from core.models import Versioned
from partners import querysets


class Visibility(models.TextChoices):
    """Who may see a thing that is no longer a draft."""

    PUBLIC = "public", _("everybody")
    PARTNERSHIP = "partnership", _("the partnership")
    WORKGROUP = "workgroup", _("the workgroup")
    ORGANISATION = "organisation", _("the own organisation")


def check_time_zone(name):
    """Raise ValidationError unless ``name`` is a time zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This time zone is not known. An example is Europe/Vienna."), code="time_zone")


class Sourced(models.Model):
    """A row whose facts come from somewhere, or are made up for the demonstration and say so."""

    key = models.SlugField(_("key in the facts"), max_length=80, null=True, blank=True, unique=True, editable=False)
    sources = models.JSONField(_("sources of the facts"), default=list, blank=True)
    gap_note = models.TextField(_("what is not on record"), blank=True)
    is_fictional = models.BooleanField(_("fictional"), default=False)

    class Meta:
        abstract = True


class Partnership(models.Model):
    """The one partnership that this portal serves: its names and its figures are data, not code."""

    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=25)
    title = models.CharField(_("full title"), max_length=250, blank=True)
    aim = models.TextField(_("aim"), blank=True)
    programme = models.CharField(_("programme"), max_length=120, blank=True)
    funding_line = models.CharField(_("funding line"), max_length=250, blank=True)
    start_date = models.DateField(_("first day"), null=True, blank=True)
    end_date = models.DateField(_("last day"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Vienna", validators=[check_time_zone])
    contact_email = models.EmailField(_("contact address"), blank=True)
    handle = models.CharField(_("name in social media"), max_length=60, blank=True)
    sources = models.JSONField(_("sources of the facts"), default=list, blank=True)
    is_demonstration = models.BooleanField(_("shows demonstration data"), default=False)

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnership")

    def __str__(self):
        return self.acronym


class Figure(models.Model):
    """A target or a reported result of the partnership, with the document that says so."""

    class Kind(models.TextChoices):
        """Promised or reported."""

        TARGET = "target", _("target")
        RESULT = "result", _("reported result")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    indicator = models.CharField(_("indicator"), max_length=200)
    operator = models.CharField(_("comparison"), max_length=3, blank=True)
    value = models.CharField(_("value"), max_length=60)
    document = models.CharField(_("document"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    sources = models.JSONField(_("sources of the facts"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("figure")
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "indicator", "document"], name="one_figure_per_document")
        ]

    def __str__(self):
        return f"{self.indicator}: {self.operator}{self.value}"


class Region(models.Model):
    """A region as statistics know it: NUTS code with its version and level."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    country = models.CharField(
        _("country"), max_length=2, validators=[RegexValidator("^[A-Z]{2}$")], help_text=_("two letters")
    )
    nuts_code = models.CharField(_("NUTS code"), max_length=5, blank=True)
    nuts_version = models.CharField(_("NUTS version"), max_length=4, blank=True)
    nuts_level = models.PositiveSmallIntegerField(_("NUTS level"), null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    sources = models.JSONField(_("sources of the facts"), default=list, blank=True)

    objects = querysets.RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.name} {self.nuts_code} {self.country}"


class Organisation(Versioned):
    """A body that takes part: a partner of the project, or another one."""

    class Role(models.TextChoices):
        """Part in the project."""

        LEAD = "lead", _("lead partner")
        PARTNER = "partner", _("partner")
        OTHER = "other", _("other organisation")

    name = models.CharField(_("name"), max_length=250, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, unique=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.OTHER)
    partner_number = models.PositiveSmallIntegerField(_("partner number"), null=True, blank=True, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="organisations")
    website = models.URLField(_("website"), blank=True)
    notes = models.TextField(_("about"), blank=True)
    start_date = models.DateField(_("partner from"), null=True, blank=True)
    end_date = models.DateField(_("partner until"), null=True, blank=True)
    sources = models.JSONField(_("sources of the facts"), default=list, blank=True)

    objects = querysets.OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = [F("partner_number").asc(nulls_last=True), "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="organisation_ends_after_start",
            )
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        """Return the address of the organisation's page."""
        return reverse("partners:organisation_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.name} {self.short_name} {self.notes}"


class OrganisationName(models.Model):
    """A former or other name of an organisation, with what is known of its dates."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=250)
    start_date = models.DateField(_("from"), null=True, blank=True)
    end_date = models.DateField(_("until"), null=True, blank=True)
    seen = models.CharField(_("seen in"), max_length=200, blank=True)
    sources = models.JSONField(_("sources of the facts"), default=list, blank=True)

    class Meta:
        verbose_name = _("name of an organisation")
        verbose_name_plural = _("names of an organisation")
        ordering = ["organisation", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_row_per_organisation_name")]

    def __str__(self):
        return self.name


def languages():
    """Return the languages a person may choose. A function: another language is no migration."""
    return settings.LANGUAGES


class Person(models.Model):
    """A human being: member, guest or speaker, with or without an account."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    affiliation = models.CharField(
        _("organisation (guests)"), max_length=200, blank=True, help_text=_("For people of no partner organisation.")
    )
    language = models.CharField(_("language"), max_length=10, choices=languages, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Vienna", validators=[check_time_zone])
    is_coordinator = models.BooleanField(_("coordinates the partnership"), default=False)
    is_listed = models.BooleanField(
        _("address shown to members"), default=True, help_text=_("Members see your e-mail address on your page.")
    )
    seen_news_at = models.DateTimeField(_("news seen until"), null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(_("known since"), default=timezone.now, editable=False)
    is_fictional = models.BooleanField(_("fictional"), default=False)

    objects = querysets.PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_address", condition=~Q(email="")),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Return the address of the person's page."""
        return reverse("partners:person_detail", args=[self.pk])

    def search_text(self):
        """Return what the search finds this by."""
        return f"{self.name} {self.position} {self.affiliation}"


class Membership(models.Model):
    """That a person belongs to an organisation, from a day to a day."""

    class Role(models.TextChoices):
        """What the person may do for the organisation."""

        COORDINATOR = "coordinator", _("coordinator of the organisation")
        MEMBER = "member", _("member")

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.MEMBER)
    start_date = models.DateField(_("from"), null=True, blank=True)
    end_date = models.DateField(_("until"), null=True, blank=True)

    objects = querysets.DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation", "person", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(end_date=None), name="one_open_membership"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} in {self.organisation_id}"


class UserManager(BaseUserManager):
    """Makes accounts; each account belongs to a person, made along with it where none exists."""

    def get_queryset(self):
        """Return accounts with their people: no page asks for one without the other."""
        return super().get_queryset().select_related("person")

    def create_user(self, email, password=None, *, person=None, **fields):
        """Return a new account for ``email``, of ``person`` or of the person with that address."""
        email = self.normalize_email(email).lower()
        if person is None:
            person = Person.objects.filter(email__iexact=email).first() or Person.objects.create(
                name=fields.pop("name", "") or email.split("@")[0], email=email
            )
        user = self.model(email=email, person=person, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Return a new account that may do everything."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        apps.get_model("account", "EmailAddress").objects.create(
            user=user, email=user.email, verified=True, primary=True
        )
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account: an address, a way to prove who one is, and the person behind it."""

    email = models.EmailField(_("e-mail address"), unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="user", verbose_name=_("person"))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("curator"), default=False, help_text=_("May curate everything and use the staff pages.")
    )
    date_joined = models.DateTimeField(_("account since"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]

    def __str__(self):
        return self.email

    def get_full_name(self):
        """Return the person's name."""
        return self.person.name

    def get_short_name(self):
        """Return the first word of the person's name, for a greeting."""
        return self.person.name.split(" ")[0]


class Invitation(models.Model):
    """An invitation to open an account, bound to one address; only a hash of its key is kept."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("organisation"),
        help_text=_("Empty: the person is a guest."),
    )
    role = models.CharField(_("role"), max_length=12, choices=Membership.Role.choices, default=Membership.Role.MEMBER)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self):
        return self.email

    def is_open(self, now=None):
        """True while the invitation can be accepted."""
        moment = now or timezone.now()
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > moment


class ApiToken(AbstractAuthToken):
    """A personal token for programs: hashed, named, scoped, expiring."""

    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(_("scopes"), default=list)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta(AbstractAuthToken.Meta):
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")


class FeedToken(models.Model):
    """The secret in the address of a person's calendar feed; a new one makes the old address dead."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="feed_token")
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("feed address")
        verbose_name_plural = _("feed addresses")

    def __str__(self):
        return f"feed of {self.person_id}"
