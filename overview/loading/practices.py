"""The practice form, the practices with their gaps, and their transfers."""

from django.utils import timezone

from core import search
from overview.loading.book import pick
from overview.loading.people import person
from partners.models import Organisation, Region
from practices.models import FormField, FormTemplate, Practice, Review, Transfer, TransferStep
from workgroups.models import Workgroup

ZONE = "Europe/Vienna"


def load(book):
    """Add the form, practices and transfers."""
    if not book.has("practices"):
        return
    form = load_form(book)
    for record in book.rows("practices"):
        load_practice(book, record, form)
    for record in book.rows("transfers"):
        load_transfer(book, record)


def load_form(book):
    """Add the practice form of the files; it becomes the current one where there is none."""
    record = book.content["form"]
    is_first = not FormTemplate.objects.filter(is_current=True).exists()
    form, is_new = book.add(
        FormTemplate, {"key": record["key"]}, pick(record, "name", "note") | {"is_current": is_first}
    )
    for position, field in enumerate(record["fields"] if is_new else []):
        FormField.objects.create(template=form, position=position, **field)
    return form


def load_practice(book, record, form):
    """Add one practice; a field about which nothing is on record is named as a gap."""
    state = record.get("state", Practice.State.PUBLISHED)
    texts = record.get("texts", {})
    filled = {"title", *texts, *(["summary"] if record.get("summary") else [])}
    gaps = [] if record["fictional"] else [name for name in _names(form) if name not in filled]
    if not record["fictional"] and not record.get("start_date"):
        gaps.append("timescale")
    fields = pick(record, "title", "summary", "owner_name", "country", "scope", "web_address", "visibility")
    fields |= book.sourced(record) | {
        "template": form,
        "texts": texts,
        "gaps": gaps,
        "workgroup": book.find(Workgroup, key=record.get("workgroup")),
        "organisation": book.find(Organisation, short_name=record.get("organisation")),
        "region": book.find(Region, name=record.get("region")),
        "start_date": book.day(record.get("start_date")),
        "state": state,
        "submitted_at": book.moment(record.get("submitted"), ZONE),
        "published_at": timezone.now() if state == Practice.State.PUBLISHED else None,
        "created_by": person(next(iter(record.get("authors", [])), None)),
    }
    practice, is_new = book.add(Practice, {"key": record["key"]}, fields)
    if is_new:
        practice.authors.set([person(address) for address in record.get("authors", [])])
        _add_reviews(book, record, practice)


def _names(form):
    return form.fields.values_list("name", flat=True)


def _add_reviews(book, record, practice):
    for review in record.get("reviews", []):
        Review.objects.create(
            practice=practice,
            reviewer=person(review["reviewer"]),
            reviewed_at=book.moment(review["when"], ZONE),
            **pick(review, "verdict", "comment", "field_comments"),
        )


def load_transfer(book, record):
    """Add one transfer with the steps that are on record."""
    fields = (
        pick(record, "taker_name", "stage", "what", "reason")
        | book.sourced(record)
        | {
            "practice": Practice.objects.get(key=record["practice"]),
            "region": book.find(Region, name=record.get("region")),
            "started_by": person(record.get("started_by")),
        }
    )
    transfer, is_new = book.add(Transfer, {"key": record["key"]}, fields)
    if not is_new:
        return
    steps = record.get("steps") or [{"stage": record["stage"], "note": record.get("step_note", "")}]
    for step in steps:
        fields = {"step_date": book.day(step.get("when")), "note": step.get("note", "")}
        TransferStep.objects.create(
            transfer=transfer, stage=step["stage"], person=person(record.get("started_by")), **fields
        )
    search.index(transfer)
