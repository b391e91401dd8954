"""Forms of visits, stops, sign-ups and takeaways."""

from datetime import UTC

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionedForm
from partners.models import Person, Visibility
from practices.models import Practice
from visits.models import StudyVisit, VisitHost

WALL_CLOCK = "%Y-%m-%dT%H:%M"
TAKEAWAY_VISIBILITY = [row for row in Visibility.choices if row[0] != Visibility.WORKGROUP]


class WallClockField(forms.DateTimeField):
    """Day and hour as a clock on the wall shows them, without a zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WALL_CLOCK)

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"invalid": _("Please write day and hour, for example 2026-11-24 09:30.")})
        super().__init__(**kwargs)

    def prepare_value(self, value):
        """Show what was typed, or a stored value as it is."""
        return value if isinstance(value, str) or value is None else value.replace(tzinfo=None)

    def to_python(self, value):
        """Return the naive moment."""
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(str(value).strip())
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None or not 1990 <= moment.year <= 2200:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class PracticesField(forms.ModelMultipleChoiceField):
    """Several practices; a number beyond every database is no practice, instead of an error."""

    widget = forms.CheckboxSelectMultiple

    def _check_values(self, value):
        try:
            return super()._check_values(value)
        except OverflowError:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": "?"}
            ) from None


def in_zone(moment, zone):
    """Return the instant of a wall clock in ``zone``; the first one where an hour comes twice.

    Raises ValidationError for an hour that the clocks skip.
    """
    instant = moment.replace(tzinfo=zone, fold=0)
    if instant.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise forms.ValidationError(
            _("This hour does not exist: the clocks go forward that night. Please choose another one."), code="gap"
        )
    return instant.astimezone(UTC)


class VisitFields(PortalForm):
    """What one says of a visit; times are those of the meeting's zone."""

    TIMES = ("starts_at", "ends_at", "sign_up_closes_at")

    title = forms.CharField(label=_("Title"), max_length=150)
    summary = forms.CharField(
        label=_("What there is to see"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    starts_at = WallClockField(label=_("Begins"))
    ends_at = WallClockField(label=_("Ends"))
    meeting_point = forms.CharField(label=_("Where the group meets"), max_length=200, required=False)
    seats = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=1000, required=False, help_text=_("Leave it empty for no limit.")
    )
    sign_up_closes_at = WallClockField(
        label=_("Sign-up closes"), required=False, help_text=_("Leave it empty to take people until the visit begins.")
    )
    practices = PracticesField(
        label=_("Good practices that are shown"),
        queryset=Practice.objects.none(),
        required=False,
    )

    def __init__(self, *args, user, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        self.fields["practices"].queryset = Practice.objects.visible_to(user).published().order_by("title")
        zone_hint = _("Time in %(zone)s.") % {"zone": meeting.time_zone}
        self.fields["starts_at"].help_text = self.fields["ends_at"].help_text = zone_hint

    def clean(self):
        """Read the wall clocks in the meeting's zone; the end comes after the beginning."""
        cleaned = super().clean()
        for name in self.TIMES:
            if cleaned.get(name):
                try:
                    cleaned[name] = in_zone(cleaned[name], self.meeting.zone)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end < start:
            self.add_error("ends_at", _("The visit ends before it begins."))
        return cleaned


class VisitForm(VisitFields):
    """A new visit of a meeting."""


class VisitChangeForm(VersionedForm, VisitFields):
    """A visit that is there."""


def initial_of(visit):
    """Return what the change form of ``visit`` shows first."""
    return {
        "title": visit.title,
        "summary": visit.summary,
        "starts_at": visit.local_start,
        "ends_at": visit.local_end,
        "meeting_point": visit.meeting_point,
        "seats": visit.seats,
        "sign_up_closes_at": visit.local_close,
        "practices": list(visit.practices.all()),
        "version": visit.version,
    }


class CancelForm(PortalForm):
    """Why it does not take place."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who signed up reads it in a letter."),
    )


class StopForm(VersionedForm):
    """One stop; the version is that of the visit."""

    title = forms.CharField(label=_("Title"), max_length=150)
    host = forms.ModelChoiceField(
        label=_("Host"), queryset=VisitHost.objects.all(), required=False, empty_label=_("no host on record")
    )
    new_host = forms.CharField(
        label=_("Another host"),
        max_length=200,
        required=False,
        help_text=_("Write its name here if it is not in the list above."),
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    begins = forms.TimeField(
        label=_("Begins at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: bring an identity card."),
    )


class SignUpMemberForm(PortalForm):
    """Which person an organiser signs up."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())

    def __init__(self, *args, user, visit, **kwargs):
        super().__init__(*args, **kwargs)
        there = visit.sign_ups.exclude(state="withdrawn").values("person_id")
        self.fields["person"].queryset = Person.objects.visible_to(user).exclude(pk__in=there).order_by("name")


class TakeawayFields(PortalForm):
    """What one brings home."""

    seen = forms.CharField(
        label=_("What I saw"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One thing that you want to remember, in your own words."),
    )
    fits = forms.CharField(
        label=_("What fits at home"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    blocks = forms.CharField(
        label=_("What would block it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    next_step_date = forms.DateField(
        label=_("Next step until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    practice = forms.ModelChoiceField(
        label=_("Good practice"),
        queryset=Practice.objects.none(),
        required=False,
        empty_label=_("none, or not in the list"),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it"), choices=TAKEAWAY_VISIBILITY, initial=Visibility.PARTNERSHIP
    )

    def __init__(self, *args, user, visit, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["practice"]
        field.queryset = Practice.objects.visible_to(user).order_by("title")
        shown = [(p.pk, p.title) for p in field.queryset.filter(visits=visit)]
        others = [(p.pk, p.title) for p in field.queryset.published().exclude(visits=visit)]
        groups = [(_("Shown on this visit"), shown), (_("Other practices"), others)]
        field.choices = [("", field.empty_label), *[group for group in groups if group[1]]]


class TakeawayForm(TakeawayFields):
    """A new takeaway."""


class TakeawayChangeForm(VersionedForm, TakeawayFields):
    """A takeaway that is there."""


def initial_of_takeaway(takeaway):
    """Return what the change form shows first."""
    names = ("seen", "fits", "blocks", "next_step", "next_step_date", "practice", "visibility", "version")
    return {name: getattr(takeaway, name) for name in names}


def current_of_visit(visit):
    """Return what is stored now, by label, for the person whose save came second; and its version."""
    fresh = StudyVisit.objects.select_related("meeting").get(pk=visit.pk)
    labels = VisitFields.base_fields
    stored = initial_of(fresh)
    return {str(labels[name].label): value for name, value in stored.items() if name in labels}, fresh.version
