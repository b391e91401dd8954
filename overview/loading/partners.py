"""The partnership itself, its figures, regions and organisations."""

from overview.loading.book import pick
from partners.models import Figure, Organisation, OrganisationName, Partnership, Region


def load(book):
    """Add what is missing of the partnership, its figures, regions and organisations."""
    load_partnership(book)
    load_figures(book)
    load_regions(book)
    load_organisations(book)


def load_partnership(book):
    """Add the one partnership; a portal that has one already keeps it."""
    record = book.content["partnership"]
    if Partnership.objects.exists():
        return
    fields = pick(record, "name", "title", "aim", "programme", "funding_line", "handle", "time_zone", "contact_email")
    fields |= {
        "start_date": book.day(record.get("start_date")),
        "end_date": book.day(record.get("end_date")),
        "sources": book.sources(record),
        "is_demonstration": book.has("people") or record["fictional"],
    }
    book.add(Partnership, {"acronym": record["acronym"]}, fields)


def load_figures(book):
    """Add targets and reported results, each with the document that says so."""
    for position, record in enumerate(book.rows("figures")):
        lookup = pick(record, "kind", "indicator") | {"document": record.get("document", "")}
        fields = pick(record, "operator", "value", "note")
        book.add(Figure, lookup, fields | {"position": position, "sources": book.sources(record)})


def load_regions(book):
    """Add regions with their codes and the point that stands for them on the map."""
    for record in book.rows("regions"):
        fields = pick(record, "country", "nuts_code", "nuts_version", "nuts_level", "latitude", "longitude")
        book.add(Region, {"name": record["name"]}, fields | {"sources": book.sources(record)})


def load_organisations(book):
    """Add organisations with former names; days that are not on record stay empty."""
    for record in book.rows("organisations"):
        fields = pick(record, "name", "role", "partner_number", "website", "notes") | {
            "region": Region.objects.get(name=record["region"]),
            "start_date": book.day(record.get("start_date")),
            "end_date": book.day(record.get("end_date")),
            "sources": book.sources(record),
        }
        organisation, is_new = book.add(Organisation, {"short_name": record["short_name"]}, fields)
        for name in record.get("names", []) if is_new else []:
            OrganisationName.objects.create(
                organisation=organisation, sources=book.sources(name), **pick(name, "name", "seen")
            )
