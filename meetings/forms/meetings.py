"""Forms around a meeting; times are wall-clock times in the meeting's own zone."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionedForm
from meetings.forms.times import DayField, LineField, WallClockField, instant, wall_time
from meetings.models import AgendaItem, Meeting
from partners.models import Organisation, Visibility, check_time_zone
from partners.querysets import standing
from workgroups.models import Workgroup
from workgroups.querysets import group_standing

MOMENTS = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")


class MeetingFields(PortalForm):
    """The facts of a meeting."""

    title = LineField(label=_("Title"), max_length=150)
    kind = forms.ChoiceField(label=_("Kind"), choices=Meeting.Kind.choices)
    summary = forms.CharField(
        label=_("What it is about"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    starts_at = WallClockField(label=_("Begins"), help_text=_("Day and time at the place of the meeting."))
    ends_at = WallClockField(label=_("Ends"))
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        initial="Europe/Vienna",
        validators=[check_time_zone],
        help_text=_("Of the place, for example Europe/Budapest."),
        widget=forms.TextInput(attrs={"list": "time-zones"}),
    )
    mode = forms.ChoiceField(label=_("How people take part"), choices=Meeting.Mode.choices)
    place = LineField(label=_("Place"), max_length=200, required=False, help_text=_("Town, then house and street."))
    country = forms.RegexField(
        "^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        help_text=_("Two letters, for example HU."),
        error_messages={"invalid": _("Write two letters, for example HU.")},
        max_length=2,
    )
    online_address = forms.URLField(
        label=_("Address of the online room"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=_("Shown only to people who are registered."),
    )
    host = forms.ModelChoiceField(Organisation.objects.none(), label=_("Host"), required=False)
    workgroup = forms.ModelChoiceField(Workgroup.objects.none(), label=_("Workgroup"), required=False)
    visibility = forms.ChoiceField(
        label=_("Who may see it"), choices=Visibility.choices, initial=Visibility.PARTNERSHIP
    )
    seat_limit = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=5000, required=False, help_text=_("Empty: no limit.")
    )
    registration_opens_at = WallClockField(
        label=_("Registration opens"), required=False, help_text=_("Empty: as soon as the meeting is open.")
    )
    registration_closes_at = WallClockField(
        label=_("Registration closes"), required=False, help_text=_("Empty: when the meeting begins.")
    )
    is_open_to_guests = forms.BooleanField(
        label=_("Guests may register"),
        required=False,
        help_text=_("Guests have an account, but belong to no partner organisation."),
    )

    def __init__(self, *args, user, meeting=None, **kwargs):
        super().__init__(*args, **kwargs)
        who, groups = standing(user), group_standing(user)
        hosts, themes = Organisation.objects.all(), Workgroup.objects.all()
        if not who.leads_all:
            own = set(who.organisation_ids) | ({meeting.host_id} if meeting else set())
            if not groups.led_ids:
                hosts = hosts.filter(pk__in=own - {None})
            mine = set(groups.member_ids) | ({meeting.workgroup_id} if meeting else set())
            themes = themes.filter(pk__in=mine - {None})
        self.fields["host"].queryset = hosts
        self.fields["workgroup"].queryset = themes
        if meeting is None and len(who.organisation_ids) == 1:
            self.fields["host"].initial = next(iter(who.organisation_ids))

    def clean(self):
        """Turn wall-clock times into instants, each problem at its field."""
        super().clean()
        data = self.cleaned_data
        data["country"] = (data.get("country") or "").upper()
        zone = data.get("time_zone")
        for name in MOMENTS:
            if zone and data.get(name):
                try:
                    data[name] = instant(data[name], zone)
                except ValidationError as problem:
                    self.add_error(name, problem)
        if data.get("starts_at") and data.get("ends_at") and zone and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("The end must be later than the beginning."))
        return data


class CreateMeetingForm(MeetingFields):
    """A new meeting."""


class ChangeMeetingForm(MeetingFields, VersionedForm):
    """A meeting that exists."""


def meeting_initial(meeting):
    """Return what the form of a meeting starts from."""
    names = [name for name in MeetingFields.base_fields if name != "form_key"]
    values = {name: getattr(meeting, name) for name in names}
    values |= {name: wall_time(values[name], meeting.time_zone) for name in MOMENTS}
    return values | {"host": meeting.host_id, "workgroup": meeting.workgroup_id, "version": meeting.version}


class AgendaItemForm(VersionedForm):
    """One line of the agenda; the version is the meeting's."""

    title = LineField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=AgendaItem.Kind.choices)
    day = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=[(1, "1")])
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=1440, required=False, help_text=_("Empty: not known.")
    )
    begins = forms.TimeField(
        label=_("Begins at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Empty: when the item before it ends."),
        error_messages={"invalid": _("Write a time like 09:30.")},
    )
    presenter = LineField(label=_("Presented by"), max_length=150, required=False)
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        first = meeting.local_start.date()
        count = (meeting.local_end.date() - first).days + 1
        days = [first + timedelta(days=n) for n in range(min(count, 14))]
        self.fields["day"].choices = [(n, f"{n} · {day:%d.%m.%Y}") for n, day in enumerate(days, 1)]


class RegistrationForm(PortalForm):
    """How a person takes part."""

    is_online = forms.BooleanField(label=_("I take part online"), required=False)
    note = LineField(
        label=_("Note for the organisers"),
        max_length=300,
        required=False,
        help_text=_("Food, access, arrival. Only the organisers read it."),
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        if meeting.mode == Meeting.Mode.ON_SITE:
            del self.fields["is_online"]


class CancelMeetingForm(VersionedForm):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the letter to the registered people."),
    )


class MinutesForm(VersionedForm):
    """The text of the minutes."""

    minutes = forms.CharField(
        label=_("Minutes"),
        max_length=100_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("Markdown: # for headings, * for lists, **bold**. Until you publish, only organisers read it."),
    )


class DecisionForm(VersionedForm):
    """A decision of the meeting."""

    text = forms.CharField(label=_("Decision"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    agenda_item = forms.ModelChoiceField(AgendaItem.objects.none(), label=_("Agenda item"), required=False)
    decided_date = DayField(label=_("Decided on"))

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agenda_item"].queryset = meeting.agenda_items.all()
