"""The practice form, built from rows; and the small forms of reviews, authors and transfers."""

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionedForm
from partners.models import Organisation, Person, Region, Visibility
from partners.querysets import current
from practices import rules
from practices.models import LANGUAGES, TIMESCALE, Practice, Transfer
from practices.workflows.practices import LONGEST_DRAFT, key_of
from workgroups.models import Workgroup


def languages():
    """Return the languages a practice may be written in, as choices; Django has no name for Maltese."""
    return [(code, _("Maltese") if code == "mt" else get_language_info(code)["name_translated"]) for code in LANGUAGES]


class _Later:
    """Required when the practice is sent in, not while it is a draft: the workflow asks for it."""

    def validate(self, value):
        """Check only what was filled in."""
        if value not in self.empty_values:
            super().validate(value)


class LaterText(_Later, forms.CharField):
    """Text that is required on submit."""


class LaterChoice(_Later, forms.ChoiceField):
    """A choice that is required on submit."""


class LaterDate(_Later, forms.DateField):
    """A day that is required on submit."""


def _day(**attrs):
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


def _text_field(field):
    widget = forms.TextInput() if field.kind == "line" else forms.Textarea(attrs={"rows": 6})
    if field.limit:
        widget.attrs["data-limit"] = field.limit
    return LaterText(
        label=field.label,
        help_text=field.help_text,
        required=field.is_required,
        widget=widget,
        validators=[MaxLengthValidator(LONGEST_DRAFT)],
    )


class PracticeForm(PortalForm):
    """The fields of the practice's form, then the facts that every practice has."""

    use_required_attribute = False

    workgroup = forms.ModelChoiceField(
        label=_("Workgroup"), queryset=Workgroup.objects.all(), required=False, empty_label=_("none")
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation in charge"),
        queryset=Organisation.objects.all(),
        required=False,
        empty_label=_("no partner"),
        help_text=_("It may be another one than yours."),
    )
    owner_name = forms.CharField(
        label=_("Owner, if no partner"), max_length=200, required=False, help_text=_("For example a ministry.")
    )
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.all(), required=False, empty_label=_("no partner region")
    )
    country = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=2,
        validators=[RegexValidator("^[A-Z]{2}$", _("Write the two capital letters of the country, for example AT."))],
        help_text=_("Two letters. Taken from the region if you leave it empty."),
    )
    scope = LaterChoice(
        label=_("Geographical scope"), choices=[("", _("choose")), *Practice.Scope.choices], required=True
    )
    start_date = LaterDate(
        label=_("Began"), required=True, widget=_day(), help_text=_("The first of January stands for a year.")
    )
    end_date = forms.DateField(label=_("Ended"), required=False, widget=_day())
    is_ongoing = forms.BooleanField(label=_("It is still running"), required=False)
    web_address = forms.URLField(label=_("More on the web"), required=False, max_length=200, assume_scheme="https")
    language = forms.ChoiceField(label=_("Language of the texts"), choices=languages, initial="en")
    visibility = forms.ChoiceField(
        label=_("Who may see it once published"), choices=Visibility.choices, initial=Visibility.PUBLIC
    )

    def __init__(self, *args, template, user, practice=None, comments=None, **kwargs):
        """``template``: the form's rows. ``comments``: field name -> what reviewers said about it."""
        if practice is not None:
            kwargs["initial"] = self.stored(practice, template) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.practice, self.comments = practice, comments or {}
        self.kept_gaps = set(practice.gaps) if practice else set()
        self.rows_of_form = list(template.fields.all()) if template else []
        may_leave_gap = rules.can_leave_gap(user)
        for field in self.rows_of_form:
            self.fields[key_of(field.name)] = _text_field(field)
            if field.name != "title" and (may_leave_gap or not field.is_required):
                self._add_gap(field.name, field.label)
        self.fields["title"].required = True
        if may_leave_gap:
            self._add_gap(TIMESCALE, _("Began"))

    def _add_gap(self, name, label):
        self.fields[f"gaps/{name}"] = forms.BooleanField(label=_("Not documented"), required=False)
        self.fields[f"gaps/{name}"].widget.attrs["aria-label"] = _("%(field)s: not documented") % {"field": label}

    @staticmethod
    def stored(practice, template):
        """Return what is stored now, by the names of the form's fields."""
        facts = "workgroup organisation region owner_name country scope start_date end_date is_ongoing web_address"
        values = {name: getattr(practice, name) for name in f"{facts} language visibility".split()}
        values |= {key_of(field.name): practice.text_of(field.name) for field in template.fields.all()}
        return values | {f"gaps/{name}": True for name in practice.gaps}

    def clean_title(self):
        """Ask for a title even of a draft: lists need a name."""
        title = self.cleaned_data["title"].strip()
        if not title:
            raise forms.ValidationError(_("Please write a title. You can change it later."))
        return title

    def rows(self):
        """Return the fields of the practice's form: each with its gap tick and the reviewers' comments."""
        return [
            {
                "field": self[key_of(field.name)],
                "gap": self[f"gaps/{field.name}"] if f"gaps/{field.name}" in self.fields else None,
                "is_gap": f"gaps/{field.name}" not in self.fields and field.name in self.kept_gaps,
                "comments": self.comments.get(field.name, ()),
            }
            for field in self.rows_of_form
        ]

    def data_of_fields(self):
        """Return the values by model field; texts and gaps as the practice keeps them."""
        cleaned = super().data_of_fields()
        plain = {name: value for name, value in cleaned.items() if "/" not in name}
        plain["texts"] = {name[6:]: value for name, value in cleaned.items() if name.startswith("texts/")}
        ticked = [name[5:] for name, value in cleaned.items() if name.startswith("gaps/") and value]
        plain["gaps"] = ticked + [name for name in self.kept_gaps if f"gaps/{name}" not in self.fields]
        return plain


class ChangePracticeForm(PracticeForm, VersionedForm):
    """The same for a practice that exists."""


class ReviewForm(VersionedForm):
    """What a reviewer says: one comment on the whole, and one beside each field."""

    comment = forms.CharField(
        label=_("Comment to the authors"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Needed when you send it back or decline it."),
    )

    def __init__(self, *args, template, **kwargs):
        super().__init__(*args, **kwargs)
        for field in template.fields.all():
            name = f"field_comments/{field.name}"
            self.fields[name] = forms.CharField(
                label=_("Comment on “%(field)s”") % {"field": field.label},
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def data_of_fields(self):
        """Return the comment and the comments by field."""
        cleaned = super().data_of_fields()
        fields = {name[15:]: value for name, value in cleaned.items() if name.startswith("field_comments/")}
        return {"comment": cleaned["comment"], "field_comments": fields}


class PublishForm(VersionedForm):
    """Who may see the practice."""

    visibility = forms.ChoiceField(label=_("Who may see it"), choices=Visibility.choices)


class AddAuthorForm(VersionedForm):
    """A person of the partnership."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())

    def __init__(self, *args, practice, **kwargs):
        super().__init__(*args, **kwargs)
        members = Person.objects.active().filter(current("memberships__"), memberships__isnull=False)
        self.fields["person"].queryset = members.exclude(practices=practice).distinct()


class InterestForm(PortalForm):
    """Which region is interested, and in what."""

    region = forms.ModelChoiceField(label=_("Interested region"), queryset=Region.objects.none())
    what = forms.CharField(
        label=_("What would you like to take over?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One or two sentences help the authors to answer."),
    )

    def __init__(self, *args, regions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions
        if len(regions) == 1:
            self.fields["region"].initial = regions[0].pk


class AdvanceTransferForm(VersionedForm):
    """Which stage is reached, when, and what to know about it."""

    stage = forms.ChoiceField(label=_("Stage reached"))
    step_date = forms.DateField(
        label=_("When"), required=False, widget=_day(), help_text=_("Today if you leave it empty.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, transfer, may_correct=False, **kwargs):
        super().__init__(*args, **kwargs)
        line = [str(stage) for stage in Transfer.LINE]
        reached = line.index(transfer.stage) if transfer.stage in line else -1
        ahead = [stage for stage in line if may_correct or line.index(stage) > reached]
        labels = dict(Transfer.Stage.choices)
        self.fields["stage"].choices = [(stage, labels[stage]) for stage in ahead if stage != transfer.stage]


class DropTransferForm(VersionedForm):
    """Why the transfer ends."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Others learn from it. It stands on the page of the practice."),
    )
    step_date = forms.DateField(
        label=_("When"), required=False, widget=_day(), help_text=_("Today if you leave it empty.")
    )
