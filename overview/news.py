"""What is new: the history of all rooms, as far as a person may see the things it speaks of."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action, ActionPlan
from core.models import HistoryEntry
from meetings.models import Meeting
from practices.models import Practice, Transfer
from visits.models import StudyVisit
from workgroups.models import Initiative, Workgroup

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
    """Return the latest ``count`` lines that ``user`` may see, newest first; own acts are left out."""
    entries = []
    for model, sentences in SENTENCES.items():
        rows = HistoryEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(model),
            verb__in=list(sentences),
            object_id__in=model.objects.visible_to(user).values("pk"),
        ).exclude(actor_id=user.person_id)
        if since:
            rows = rows.filter(happened_at__gt=since)
        entries += [(model, entry) for entry in rows.select_related("actor")[:count]]
    entries.sort(key=lambda pair: (pair[1].happened_at, pair[1].pk), reverse=True)
    return list(_lines(entries[:count]))


def _lines(entries):
    things = {}
    for model in {model for model, entry in entries}:
        ids = [entry.object_id for kind, entry in entries if kind is model]
        rows = model.objects.filter(pk__in=ids)
        if model is Transfer:
            rows = rows.select_related("practice")
        things.update({(model, row.pk): row for row in rows})
    for model, entry in entries:
        thing = things.get((model, entry.object_id))
        if thing is not None:
            title = thing.practice.title if model is Transfer else str(thing)
            yield News(title, thing.get_absolute_url(), SENTENCES[model][entry.verb], entry.actor, entry.happened_at)
