"""What is new: the history of all rooms, as far as a person may see the things it speaks of."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action, ActionPlan
from core.models import HistoryEntry
from meetings.models import Meeting
from practices.models import Practice, Transfer
from visits.models import StudyVisit
from workgroups.models import Initiative, Workgroup

DEPTH = 10  # so many times more entries are read than lines are shown
# Verbs that make news, and what the page says of them. Everything else stays in the thing's own history.
SENTENCES = {
    Meeting: {
        "opened": _("is open for registration"),
        "moved": _("has a new time or place"),
        "cancelled": _("was cancelled"),
        "closed": _("has ended"),
        "minutes-published": _("has minutes to read"),
    },
    Practice: {
        "published": _("was published"),
        "submitted": _("was sent in for review"),
        "sent-back": _("was sent back with questions"),
        "accepted": _("was accepted"),
    },
    Transfer: {
        "interest-marked": _("found interest in another region"),
        "advanced": _("moved on its way to another region"),
        "dropped": _("will not be taken over by one region"),
    },
    StudyVisit: {
        "opened": _("is open for sign-up"),
        "cancelled": _("was cancelled"),
        "takeaway-written": _("has a new takeaway"),
    },
    ActionPlan: {"endorsed": _("was endorsed"), "monitoring-started": _("is now being carried out")},
    Action: {
        "created": _("is a new action"),
        "state-set": _("has a new state"),
        "source-added": _("names a new source"),
    },
    Initiative: {
        "created": _("is a new initiative"),
        "opened": _("is running"),
        "state-set": _("has a new state"),
    },
    Workgroup: {"scope-changed": _("has a new scope")},
}


@dataclass(frozen=True)
class News:
    """One line: the thing, the sentence about it, who did it and when."""

    title: str
    url: str
    sentence: str
    actor: object
    happened_at: object


def news_for(user, *, since=None, count=12):
    """Return the latest ``count`` lines that ``user`` may see, newest first; own acts are left out.

    The newest entries are read first and then looked at with the person's rights. Only where those are not
    enough, because the person may see few of them, each room is asked for its newest visible ones.
    """
    newest = list(_entries(SENTENCES, user, since)[: count * DEPTH])
    things = _visible_things(newest, user)
    shown = [entry for entry in newest if (entry.content_type_id, entry.object_id) in things][:count]
    if len(shown) < count and len(newest) == count * DEPTH:
        shown = _entries_of_each_room(user, since, count)
        things = _visible_things(shown, user)
    return list(_lines(shown, things))


def _entries(models, user, since):
    """Return the entries that make news of these models, newest first."""
    condition = Q(pk__in=[])
    for model in models:
        condition |= Q(content_type=ContentType.objects.get_for_model(model), verb__in=list(SENTENCES[model]))
    rows = HistoryEntry.objects.filter(condition).exclude(actor_id=user.person_id).select_related("actor")
    return rows.filter(happened_at__gt=since) if since else rows


def _entries_of_each_room(user, since, count):
    found = []
    for model in SENTENCES:
        rows = _entries([model], user, since)
        found += rows.filter(object_id__in=model.objects.visible_to(user).values("pk"))[:count]
    return sorted(found, key=lambda entry: (entry.happened_at, entry.pk), reverse=True)[:count]


def _visible_things(entries, user):
    """Return the things that the entries speak of and the person may see, by type and number."""
    things = {}
    for model in SENTENCES:
        kind = ContentType.objects.get_for_model(model).pk
        ids = {entry.object_id for entry in entries if entry.content_type_id == kind}
        if ids:
            rows = model.objects.visible_to(user).filter(pk__in=ids)
            rows = rows.select_related("practice") if model is Transfer else rows
            things.update({(kind, row.pk): row for row in rows})
    return things


def _lines(entries, things):
    for entry in entries:
        thing = things[entry.content_type_id, entry.object_id]
        sentence = SENTENCES[type(thing)][entry.verb]
        title = thing.practice.title if isinstance(thing, Transfer) else str(thing)
        yield News(title, thing.get_absolute_url(), sentence, entry.actor, entry.happened_at)
