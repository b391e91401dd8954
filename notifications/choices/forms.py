"""The one form of the page where people choose their letters."""

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import VersionedForm
from notifications.choices.keeping import MOST_A_DAY
from notifications.choices.reading import DIGEST, MAIL, PORTAL
from notifications.models import LetterSettings
from notifications.registry import topics

WAYS = [(MAIL, gettext_lazy("At once")), (DIGEST, gettext_lazy("In the digest")), (PORTAL, gettext_lazy("Portal only"))]
GROUP_WAYS = [
    (MAIL, gettext_lazy("As chosen above")),
    (DIGEST, gettext_lazy("In the digest")),
    (PORTAL, gettext_lazy("Portal only")),
]
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
NO_HOUR = [("", gettext_lazy("not set")), *HOURS]
DAYS = [
    (1, gettext_lazy("Monday")),
    (2, gettext_lazy("Tuesday")),
    (3, gettext_lazy("Wednesday")),
    (4, gettext_lazy("Thursday")),
    (5, gettext_lazy("Friday")),
    (6, gettext_lazy("Saturday")),
    (7, gettext_lazy("Sunday")),
]


def _at_most():
    return _("Above this number, what is not urgent goes into the digest. 1 to %(most)d.") % {"most": MOST_A_DAY}


class ChoicesForm(VersionedForm):
    """Reasons, workgroups, digest and quiet times of one person."""

    digest = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=LetterSettings.Digest.choices, widget=forms.RadioSelect
    )
    digest_hour = forms.TypedChoiceField(
        label=gettext_lazy("Hour"), choices=HOURS, coerce=int, help_text=gettext_lazy("In your own time zone.")
    )
    quiet_from = forms.TypedChoiceField(
        label=gettext_lazy("Quiet from"), choices=NO_HOUR, coerce=int, empty_value=None, required=False
    )
    quiet_until = forms.TypedChoiceField(
        label=gettext_lazy("Quiet until"), choices=NO_HOUR, coerce=int, empty_value=None, required=False
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Quiet days"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("For example Saturday and Sunday."),
    )
    holiday_until = forms.DateField(
        label=gettext_lazy("On holiday until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day of your holiday. What is not urgent waits for the digest after it."),
    )
    daily_limit = forms.IntegerField(
        label=gettext_lazy("Letters a day at most"),
        min_value=1,
        max_value=MOST_A_DAY,
        help_text=lazy(_at_most, str)(),
    )

    def __init__(self, *args, groups=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.topics, self.groups = topics(), list(groups)
        for each in self.topics:
            self.fields[f"topic_{each.name}"] = forms.ChoiceField(
                label=each.title, choices=WAYS, widget=forms.RadioSelect
            )
        for group in self.groups:
            self.fields[f"group_{group.pk}"] = forms.ChoiceField(
                label=group.name, choices=GROUP_WAYS, widget=forms.RadioSelect
            )

    def topic_rows(self):
        """Return pairs of reason and its field, for the table."""
        return [(each, self[f"topic_{each.name}"]) for each in self.topics]

    def group_rows(self):
        """Return pairs of workgroup and its field."""
        return [(group, self[f"group_{group.pk}"]) for group in self.groups]

    def data_of_fields(self):
        """Return the values as ``keeping.change_choices`` takes them."""
        values = super().data_of_fields()
        ways = {each.name: values.pop(f"topic_{each.name}") for each in self.topics}
        groups = {group: values.pop(f"group_{group.pk}") for group in self.groups}
        return {**values, "topics": ways, "groups": groups}


def initial_of(wishes, groups):
    """Return the initial values of the form for ``wishes``; a holiday that is over is not shown."""
    settings = wishes.settings
    names = ("digest", "digest_hour", "quiet_from", "quiet_until", "quiet_days", "daily_limit", "version")
    initial = {name: getattr(settings, name) for name in names}
    is_ahead = settings.holiday_until is not None and settings.holiday_until >= timezone.localdate()
    initial["holiday_until"] = settings.holiday_until if is_ahead else None
    initial |= {f"topic_{each.name}": wishes.way_of_topic(each.name) for each in topics()}
    return initial | {f"group_{group.pk}": wishes.way_of_thing(group) for group in groups}
