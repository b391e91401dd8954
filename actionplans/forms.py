"""Forms of instruments, plans, actions and milestones."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action, ActionPlan, PolicyInstrument
from actionplans.workflows import LANGUAGES
from core.forms import PortalForm, VersionedForm
from partners.models import Organisation, Person, Region, Visibility
from partners.querysets import standing
from practices.models import Practice, Transfer
from visits.models import StudyVisit, Takeaway

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
VISIBILITY = [row for row in Visibility.choices if row[0] != Visibility.WORKGROUP]
CITED = {"practice": Practice, "visit": StudyVisit, "takeaway": Takeaway, "transfer": Transfer}


def sane_days():
    """Return the validators of a day that a plan can speak of."""
    words = _("Please give a day between 1990 and 2099.")
    return [MinValueValidator(FIRST_DAY, words), MaxValueValidator(LAST_DAY, words)]


def text(label, limit, *, rows=4, **options):
    """Return a field for a long text, not required unless told so."""
    options.setdefault("required", False)
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **options)


def day(label, **options):
    """Return a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=sane_days(), **options)


def regions_for(user, *, kept=None):
    """Return the regions in which ``user`` may keep instruments, and the one that is ``kept``."""
    who = standing(user)
    if who.leads_all:
        return Region.objects.all()
    own = Organisation.objects.filter(pk__in=who.coordinated_organisation_ids).values("region_id")
    return Region.objects.filter(Q(pk__in=own) | Q(pk=kept))


def people_for(user, plan, *, kept=None):
    """Return the people of the plan's organisations whom ``user`` may see, and the one that is ``kept``."""
    team = Person.objects.of_organisations(plan.organisations.values("pk")).values("pk")
    seen = Person.objects.visible_to(user).filter(pk__in=team).values("pk")
    return Person.objects.filter(Q(pk__in=seen) | Q(pk=kept))


class PartnersField(forms.ModelMultipleChoiceField):
    """Several organisations; a number that no database holds is no organisation."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        """Return the organisations, or say that a choice is not known."""
        try:
            return super().clean(value)
        except OverflowError:
            message = _("One of the chosen partners is not known.")
            raise forms.ValidationError(message, code="invalid_choice") from None


class VerbForm(VersionedForm):
    """A form whose fields go to a verb, with the version that was read."""

    def data_of_verb(self):
        """Return the fields and the version."""
        return self.data_of_fields() | {"version": self.cleaned_data["version"]}


class InstrumentForm(PortalForm):
    """A new policy instrument."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=PolicyInstrument.Kind.choices, initial=PolicyInstrument.Kind.OTHER
    )
    region = forms.ModelChoiceField(label=_("Region"), queryset=Region.objects.none(), empty_label=_("Please choose"))
    owner_name = forms.CharField(label=_("Authority in charge"), max_length=200, required=False)
    summary = text(_("What it does"), 3000)
    improvement = text(
        _("Policy improvement reached"), 3000, help_text=_("What is better now, and what shows it. Empty until then.")
    )

    def __init__(self, *args, user, kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions_for(user, kept=kept)


class InstrumentChangeForm(VersionedForm, InstrumentForm):
    """A change of a policy instrument."""


class PlanForm(PortalForm):
    """A new action plan."""

    title = forms.CharField(label=_("Title"), max_length=200)
    instrument = forms.ModelChoiceField(
        label=_("Policy instrument"),
        queryset=PolicyInstrument.objects.none(),
        required=False,
        empty_label=_("none yet"),
        help_text=_("One instrument has one plan. Partners who share an instrument write the plan together."),
    )
    organisations = PartnersField(label=_("Partners"), queryset=Organisation.objects.all())
    language = forms.ChoiceField(label=_("Language of the plan"), choices=list(LANGUAGES.items()), initial="en")
    context = text(_("Policy context"), 10_000, rows=8)
    english_summary = text(
        _("English summary"), 5000, rows=6, help_text=_("Needed before the endorsement if the plan is not in English.")
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it once endorsed"),
        choices=VISIBILITY,
        initial=Visibility.PUBLIC,
        help_text=_("While it is drafted, only the partners of the plan see it."),
    )

    def __init__(self, *args, user, kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        free = Q(plans=None) | Q(pk=kept)
        self.fields["instrument"].queryset = PolicyInstrument.objects.visible_to(user).filter(free)
        partners = Q(partner_number__isnull=False) | Q(pk__in=standing(user).organisation_ids)
        chosen = [organisation.pk for organisation in (self.initial.get("organisations") or [])]
        self.fields["organisations"].queryset = Organisation.objects.filter(partners | Q(pk__in=chosen))

    def clean_organisations(self):
        """Keep at least one of the person's own organisations, else they would lose sight of the plan."""
        chosen, who = self.cleaned_data["organisations"], standing(self.user)
        if not who.leads_all and not who.organisation_ids & {organisation.pk for organisation in chosen}:
            raise forms.ValidationError(_("Please choose your own organisation, too."))
        return list(chosen)


class PlanChangeForm(VersionedForm, PlanForm):
    """A change of an action plan."""


class EndorseForm(VerbForm):
    """Who endorsed the plan, and when."""

    endorsed_date = day(_("Endorsed on"), initial=timezone.localdate)
    endorsed_by = forms.CharField(
        label=_("Authority"), max_length=200, help_text=_("The body that answers for the policy instrument.")
    )


class ActionForm(PortalForm):
    """A new action of a plan."""

    title = forms.CharField(label=_("Title"), max_length=200)
    background = text(
        _("Background"), 5000, rows=6, help_text=_("Which lesson, practice or visit of which partner led to it.")
    )
    description = text(_("What is done"), 5000, rows=6)
    players = text(_("Players involved"), 2000, rows=3, help_text=_("Who takes part in carrying it out, and as what."))
    start_date = day(_("First day"), required=False)
    end_date = day(_("Last day"), required=False)
    costs = text(_("Costs"), 1000, rows=3, help_text=_("What the action itself costs, if anything."))
    funding = text(_("Funding sources"), 1000, rows=3)
    responsible_organisation = forms.ModelChoiceField(
        label=_("Organisation in charge"),
        queryset=Organisation.objects.all(),
        required=False,
        empty_label=_("nobody yet"),
    )
    responsible_person = forms.ModelChoiceField(
        label=_("Person in charge"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("nobody yet"),
        help_text=_("Gets the reminders of the milestones."),
    )

    def __init__(self, *args, user, plan, kept=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible_person"].queryset = people_for(user, plan, kept=kept)

    def clean(self):
        """Check the order of the days."""
        cleaned = super().clean()
        start, end = cleaned.get("start_date"), cleaned.get("end_date")
        if start and end and end < start:
            self.add_error("end_date", _("The last day is before the first day."))
        return cleaned


class ActionChangeForm(VersionedForm, ActionForm):
    """A change of an action."""


class ActionStateForm(VerbForm):
    """A new state of an action; offers only the steps that are possible now."""

    state = forms.ChoiceField(label=_("New state"), widget=forms.RadioSelect)
    reason = text(_("Reason"), 1000, rows=3, help_text=_("Needed when the action is postponed or cancelled."))

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        steps = Action.TRANSITIONS[Action.State(action.state)]
        self.fields["state"].choices = [(state.value, state.label) for state in Action.State if state in steps]


class SourceForm(PortalForm):
    """A record that inspired an action: only records that the person may see are offered."""

    source = forms.ChoiceField(label=_("Source"))
    note = forms.CharField(label=_("How it helped"), max_length=300, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        groups = [(model._meta.verbose_name_plural, _offers(name, user)) for name, model in CITED.items()]
        self.fields["source"].choices = [("", _("Please choose")), *[row for row in groups if row[1]]]

    def clean_source(self):
        """Return the kind and the record that was chosen."""
        name, _sep, pk = self.cleaned_data["source"].partition("-")
        record = CITED[name].objects.visible_to(self.user).filter(pk=pk).first() if name in CITED else None
        if record is None:
            raise forms.ValidationError(_("This record is not known."))
        return name, record

    def data_of_fields(self):
        """Return the record under the name of its kind, and the note."""
        name, record = self.cleaned_data["source"]
        return {name: record, "note": self.cleaned_data["note"]}


def name_of(record):
    """Return the name of a record that can be cited."""
    if isinstance(record, Transfer):
        return _("%(practice)s, to %(region)s") % {"practice": record.practice.title, "region": record.region}
    if isinstance(record, Takeaway):
        words = {"words": Truncator(record.seen).words(14), "visit": record.visit.title}
        return _("%(words)s (%(visit)s)") % words
    return str(record)


def _offers(name, user):
    joined = {"takeaway": ("visit",), "transfer": ("practice", "region")}.get(name, ())
    rows = CITED[name].objects.visible_to(user).select_related(*joined)
    return [(f"{name}-{row.pk}", name_of(row)) for row in rows]


class MilestoneForm(PortalForm):
    """A new milestone of an action."""

    title = forms.CharField(label=_("What is done by then"), max_length=200)
    due_date = day(_("Until"))


class MilestoneChangeForm(VersionedForm, MilestoneForm):
    """A change of an open milestone."""


class CompleteForm(VerbForm):
    """When the milestone was done, and what shows it."""

    done_date = day(_("Done on"), initial=timezone.localdate)
    evidence = text(_("Evidence"), 2000, help_text=_("A document, a web address or a sentence that shows it."))


class DropForm(VerbForm):
    """Why a milestone is given up."""

    reason = text(_("Reason"), 1000, required=True)


def initial_of(thing, form_class):
    """Return the stored values of ``thing`` for the fields of a change form."""
    names = [name for name in form_class.base_fields if name != "form_key"]
    values = {name: getattr(thing, name) for name in names if hasattr(thing, name)}
    if isinstance(thing, ActionPlan):
        values["organisations"] = list(thing.organisations.all())
    return values


def stored_now(thing, form):
    """Return what is stored now as label and text, and its version, for somebody who was overtaken."""
    fresh = type(thing).objects.get(pk=thing.pk)
    shown = {}
    for name, field in form.fields.items():
        if not field.widget.is_hidden and hasattr(fresh, name):
            display = getattr(fresh, f"get_{name}_display", None)
            value = display() if display else getattr(fresh, name)
            if name == "organisations":
                value = ", ".join(str(row) for row in value.all())
            shown[field.label] = "" if value is None else value
    return shown, fresh.version
