"""The form of one reminder: as elsewhere, at another distance, or off."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from notifications.models import ReminderSetting


class ReminderForm(PortalForm):
    """How a reminder comes for the partnership, a group or one thing."""

    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    how = forms.ChoiceField(label=_("When the reminder comes"), widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label=_("How long"), required=False, min_value=-999_999, max_value=999_999, help_text=_("A whole number.")
    )
    unit = forms.ChoiceField(label=_("Counted in"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args, rule, row, elsewhere, **kwargs):
        super().__init__(*args, **kwargs)
        units = dict(ReminderSetting.Unit.choices)
        hints = {
            "hours": _("hours: time that passes"),
            "days": _("days of the calendar: at the same time of day, also when the clocks change"),
        }
        self.fields["how"].choices = [
            ("follow", elsewhere),
            ("own", _("at a distance of its own")),
            ("off", _("not at all: the reminder is switched off")),
        ]
        self.fields["unit"].choices = [(unit, hints[unit]) for unit in units if unit in rule.units]
        is_own = row is not None and row.offset is not None
        self.fields["version"].initial = row.version if row is not None else 0
        self.fields["how"].initial = "off" if row is not None and row.is_off else "own" if is_own else "follow"
        self.fields["amount"].initial = row.amount if is_own else rule.when.amount
        self.fields["unit"].initial = row.unit if is_own else rule.when.unit
