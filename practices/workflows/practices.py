"""Writing a practice: begin, change, authors, send in, take back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import history, search
from core.errors import Invalid, Refused
from core.text import clean_line, count_characters
from core.workflows import change, claim
from practices import notices, rules
from practices.models import TIMESCALE, FormTemplate, Practice

LONGEST_DRAFT = 20_000  # characters of one field: enough for a draft that must still be cut


@transaction.atomic
def create_practice(data, *, by):
    """Begin a practice as a draft in the current form; whoever begins it is its first author."""
    template = FormTemplate.objects.filter(is_current=True).first()
    if template is None:
        raise Refused(_("There is no form for new practices yet. A curator chooses one."))
    practice = Practice(template=template, created_by=by.person)
    for name, value in _checked(practice, data, by=by).items():
        setattr(practice, name, value)
    practice.save()
    practice.authors.add(by.person)
    history.record(practice, "created", by=by)
    search.index(practice)
    return practice


@transaction.atomic
def change_practice(practice, data, *, by, version=None):
    """Change a practice; a draft may be longer than its limits, what is past review may not."""
    change(practice, _checked(practice, data, by=by), by=by, version=version)
    if practice.state in Practice.EDITABLE_STATES:  # read anew by the change: a refusal takes it all back
        return practice
    if not rules.leads_all(by):
        raise Refused(_still_closed(practice))
    too_long = _too_long(practice)
    if too_long:
        raise Invalid(too_long)
    return practice


def _still_closed(practice):
    if practice.state == Practice.State.SUBMITTED:
        return _("The practice is being reviewed. Withdraw it first if you want to change it.")
    return _("This practice can no longer be changed by its authors. A curator can help.")


def _checked(practice, data, *, by):
    """Return the model fields to set, or raise Invalid with every problem at once."""
    fields = {name: data[name] for name in data if name not in {"texts", "gaps"}}
    problems = {}
    if "title" in fields:
        fields["title"] = clean_line(fields["title"])
        if not fields["title"]:
            problems["title"] = _("Please write a title.")
    _check_dates(practice, fields, problems)
    if fields.get("region") and not fields.get("country", practice.country):
        fields["country"] = fields["region"].country
    names = {field.name: field for field in practice.template.fields.all()}
    if "texts" in data:
        fields["texts"] = _texts(practice, data["texts"], names, problems)
    if "gaps" in data:
        fields["gaps"] = _gaps(practice, data["gaps"], names, problems, by=by)
    if problems:
        raise Invalid(problems)
    merged = fields.get("texts", practice.texts) | {"summary": fields.get("summary", practice.summary)}
    began = fields.get("start_date", practice.start_date)
    gaps = fields.get("gaps", practice.gaps)
    fields["gaps"] = [g for g in gaps if (not began if g == TIMESCALE else not merged.get(g))]
    return fields


def _check_dates(practice, fields, problems):
    start, end = (fields.get(name, getattr(practice, name)) for name in ("start_date", "end_date"))
    if start and end and end < start:
        problems["end_date"] = _("The end is before the beginning.")
    elif end and fields.get("is_ongoing", practice.is_ongoing):
        problems["end_date"] = _("A practice that is still running has no end yet. Keep one of the two.")


def _texts(practice, texts, names, problems):
    known = dict(practice.texts)
    for name, text in texts.items():
        if name not in names or name in {"title", "summary"}:
            problems[f"texts/{name}"] = _("The form of this practice has no such field.")
        elif count_characters(text) > LONGEST_DRAFT:
            problems[f"texts/{name}"] = _("This text is longer than a draft can be.")
        else:
            known[name] = text.strip()
    return {name: text for name, text in known.items() if text}


def _gaps(practice, gaps, names, problems, *, by):
    for name in gaps:
        if name != TIMESCALE and (name not in names or name == "title"):
            problems[f"gaps/{name}"] = _("The form of this practice has no such field.")
        elif _is_required(name, names) and name not in practice.gaps and not rules.can_leave_gap(by):
            problems[f"gaps/{name}"] = _("This field is required. Only a curator can mark it as not documented.")
    return list(dict.fromkeys(gaps))


def _is_required(name, names):
    return name == TIMESCALE or (name in names and names[name].is_required)


def key_of(name):
    """Return the name under which a problem of the form's field ``name`` is shown."""
    return name if name in {"title", "summary"} else f"texts/{name}"


def _too_long(practice):
    problems = {}
    for field in practice.template.fields.all():
        length = count_characters(practice.text_of(field.name))
        if field.limit and length > field.limit:
            problems[key_of(field.name)] = ngettext(
                "This text has %(over)d character too many: %(length)d of %(limit)d.",
                "This text has %(over)d characters too many: %(length)d of %(limit)d.",
                length - field.limit,
            ) % {"over": length - field.limit, "length": length, "limit": field.limit}
    return problems


def problems_of(practice):
    """Return everything that stops the practice from being sent in: ``{field: sentence}``."""
    problems = {}
    for field in practice.template.fields.all():
        is_open = field.is_required and not practice.text_of(field.name).strip()
        if is_open and field.name not in practice.gaps:
            problems[key_of(field.name)] = _("Please fill in this field.")
    if not (practice.organisation_id or practice.owner_name):
        problems["organisation"] = _("Choose the organisation in charge, or write the name of the owner.")
    if not (practice.region_id or practice.country):
        problems["region"] = _("Choose a region, or write the country.")
    if not practice.scope:
        problems["scope"] = _("Say whether it is national, regional or local.")
    if not practice.start_date and TIMESCALE not in practice.gaps:
        problems["start_date"] = _("Say when it began. The first of January stands for a year.")
    return problems | _too_long(practice)


def move(practice, target, *, sentence):
    """Set the state to ``target`` if it may follow the present one, else raise Refused."""
    if target not in Practice.TRANSITIONS[practice.state]:
        raise Refused(sentence)
    practice.state = target


@transaction.atomic
def submit_practice(practice, *, by, version=None):
    """Send the practice to review; raises Invalid with every problem at once."""
    claim(practice, version)
    move(practice, Practice.State.SUBMITTED, sentence=_("This practice has already been sent in."))
    problems = problems_of(practice)
    if problems:
        raise Invalid(problems)
    practice.submitted_at = timezone.now()
    practice.save(update_fields=["state", "submitted_at"])
    history.record(practice, "submitted", by=by)
    notices.practice_submitted(practice, by=by)
    return practice


@transaction.atomic
def withdraw_practice(practice, *, by, version=None):
    """Take a practice back from review; it is a draft again."""
    claim(practice, version)
    if practice.state != Practice.State.SUBMITTED:
        raise Refused(_("Only a practice that waits for a review can be withdrawn."))
    practice.state = Practice.State.DRAFT
    practice.save(update_fields=["state"])
    history.record(practice, "withdrawn", by=by)
    notices.no_longer_waiting(practice, _("the practice was withdrawn"))
    return practice


@transaction.atomic
def add_author(practice, *, person, by, version=None):
    """Add a person of the partnership to the authors."""
    claim(practice, version)
    if practice.authors.filter(pk=person.pk).exists():
        raise Refused(_("%(name)s already is an author.") % {"name": person.name}, "person")
    practice.authors.add(person)
    history.record(practice, "author-added", by=by, note=person.name)
    return practice


@transaction.atomic
def remove_author(practice, *, person, by, version=None):
    """Remove an author; one always stays."""
    claim(practice, version)
    if not practice.authors.filter(pk=person.pk).exists():
        raise Refused(_("This person is not an author."), "person")
    if practice.authors.count() == 1:
        raise Refused(_("A practice needs at least one author. Add another person first."), "person")
    practice.authors.remove(person)
    if practice.created_by_id == person.pk:
        practice.created_by = None
        practice.save(update_fields=["created_by"])
    history.record(practice, "author-removed", by=by, note=person.name)
    return practice
