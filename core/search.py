"""One search for all subjects: folded words in a table, the same on every database."""

from django.contrib.contenttypes.models import ContentType

from core.models import SearchText
from core.text import words

LONGEST_QUERY = 10  # words; more are ignored, so that nobody can make the database sweat


def index(thing):
    """Write the search text of ``thing`` (its ``search_text()``); workflows call it after a change."""
    folded = "".join(f" {word}" for word in words(thing.search_text()))
    SearchText.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(thing),
        object_id=thing.pk,
        defaults={"text": folded},
    )


def forget(thing):
    """Remove ``thing`` from the search."""
    SearchText.objects.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk).delete()


def ids_matching(model, query):
    """Return a queryset of the ids of ``model`` whose words begin with each word of ``query``."""
    rows = SearchText.objects.filter(content_type=ContentType.objects.get_for_model(model))
    for word in words(query)[:LONGEST_QUERY]:
        rows = rows.filter(text__contains=f" {word}")
    return rows.values("object_id")
