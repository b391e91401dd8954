"""Base of every form: keeps what was typed, takes refusals, knows the version it was read from."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.text import is_storable, one_line_breaks


def _within_numbers(field):
    """Return the field's ``clean`` that answers a number beyond every database like any unknown choice."""
    clean = field.clean

    def guarded(value):
        try:
            return clean(value)
        except OverflowError:
            message = field.error_messages.get("invalid_choice") or field.error_messages["invalid_pk_value"]
            raise forms.ValidationError(message, code="invalid_choice", params={"value": "…", "pk": "…"}) from None

    return guarded


class PortalForm(forms.Form):
    """A form that shows a workflow's refusal at the right field.

    ``form_key`` makes a form that is sent twice count once (``core.workflows.once``).
    """

    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.clean = _within_numbers(field)
        self.order_fields([name for name in self.fields if name != "form_key"])

    def clean(self):
        """Count line breaks once, as browsers do, and refuse what no database can store."""
        cleaned = super().clean()
        for name, value in list((cleaned or self.cleaned_data).items()):
            if isinstance(value, str):
                if not is_storable(value):
                    self.add_error(name, _("This text contains a character that cannot be stored."))
                else:
                    self.cleaned_data[name] = one_line_breaks(value)
        return self.cleaned_data

    def data_of_fields(self):
        """Return the cleaned values without the technical fields."""
        technical = {"form_key", "version"}
        return {name: value for name, value in self.cleaned_data.items() if name not in technical}

    def refuse(self, refusal):
        """Show a Refused, Invalid or Stale where it belongs."""
        if isinstance(refusal, Invalid):
            for name, message in refusal.problems.items():
                self.add_error(name if name in self.fields else None, message)
        else:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)


class VersionedForm(PortalForm):
    """A form that changes a versioned thing: it carries the version that was read."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)
