"""What all workflows share: the compare-and-set on a version and the one place that applies changes."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Stale
from core.models import FormKey


def claim(thing, version=None):
    """Raise the version of ``thing`` by one, if it still is ``version`` (None: whatever it is).

    The row is written, so two people cannot both win: the later one gets Stale. Call it first,
    inside a transaction; afterwards ``thing`` holds the current row.
    """
    rows = type(thing).objects.filter(pk=thing.pk)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1, changed_at=timezone.now()):
        raise Stale(_("Somebody else changed this in the meantime. Please compare and save again."))
    thing.refresh_from_db()
    return thing


def change(thing, fields, *, by, verb="changed", version=None):
    """Claim ``thing``, set ``fields`` (name -> value), save, index and record what changed.

    Returns the mapping of changes, empty when nothing differed.
    """
    claim(thing, version)
    before = {name: getattr(thing, name) for name in fields}
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(fields) or None)
    changes = history.differences(before, fields)
    if changes:
        history.record(thing, verb, by=by, changes=changes)
    if hasattr(thing, "search_text"):
        search.index(thing)
    return changes


@transaction.atomic
def once(key, *, by, make):
    """Call ``make()`` for the first sender of ``key``; return the address of what it made, each time.

    The key's row is written first in the same transaction, so a second sender waits for the first.
    """
    try:
        with transaction.atomic():
            row = FormKey.objects.create(key=key, person=history.person_of(by))
    except IntegrityError:
        return FormKey.objects.get(key=key, person=history.person_of(by)).result_url
    row.result_url = make().get_absolute_url()
    row.save(update_fields=["result_url"])
    return row.result_url
