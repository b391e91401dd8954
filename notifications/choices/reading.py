"""What a person has chosen, read in two questions: the settings, and the way of each reason, group and thing."""

from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType

from notifications.models import Choice, Letter, LetterSettings
from notifications.registry import TOPICS

MAIL, DIGEST, PORTAL = Letter.Channel.MAIL, Letter.Channel.DIGEST, Letter.Channel.PORTAL
LOUDNESS = (MAIL, DIGEST, PORTAL)
DIGEST_TOPIC = "digest"


def settings_of(person):
    """Return the settings of ``person``; unsaved defaults where none are kept."""
    try:
        return person.letter_settings
    except LetterSettings.DoesNotExist:
        return LetterSettings(person=person)


def account_of(person):
    """Return the account of ``person`` or None; a row that was read with the person is not asked for again."""
    return getattr(person, "user", None)


def quieter(*ways):
    """Return the quietest of ``ways``."""
    return max(ways, key=LOUDNESS.index)


@dataclass
class Wishes:
    """The choices of one person: ``everywhere`` by reason, ``things`` by content type and number."""

    settings: LetterSettings
    everywhere: dict = field(default_factory=dict)
    things: dict = field(default_factory=dict)
    by_link: set = field(default_factory=set)

    def way_of_topic(self, name):
        """Return the way of a reason: as chosen, or as is usual."""
        known = TOPICS.get(name)
        return self.everywhere.get(name) or (known.default if known else MAIL)

    def way_of_thing(self, thing):
        """Return the way that was chosen for a group or a muted thing; at once where none was."""
        return self.things.get(key_of(thing), MAIL) if thing is not None else MAIL

    def way(self, kind, thing):
        """Return how a letter of ``kind`` about ``thing`` comes: the quietest of all that was chosen."""
        rows = {key_of(row): row for row in (thing, kind.thread_of(thing), kind.group_of(thing)) if row is not None}
        return quieter(self.way_of_topic(kind.topic), *map(self.way_of_thing, rows.values()))


def key_of(thing):
    """Return what a row is found by in ``Wishes.things``."""
    return ContentType.objects.get_for_model(thing).pk, thing.pk


def wishes_of(person):
    """Return the Wishes of ``person``."""
    found = Wishes(settings_of(person))
    for row in Choice.objects.filter(person=person):
        if row.content_type_id:
            found.things[row.content_type_id, row.object_id] = row.channel
        else:
            found.everywhere[row.topic] = row.channel
            if row.is_by_link:
                found.by_link.add(row.topic)
    return found


def muted_things(person, *, groups):
    """Return the choices of things that ``person`` has muted, newest first, without those of ``groups``."""
    shown_above = {key_of(group) for group in groups}
    rows = Choice.objects.filter(person=person, topic="", content_type__isnull=False).select_related("content_type")
    rows = rows.order_by("-changed_at").prefetch_related("thing")
    return [row for row in rows if (row.content_type_id, row.object_id) not in shown_above and row.thing is not None]


def is_muted(person, thing):
    """True when ``person`` has muted ``thing``."""
    content_type, pk = key_of(thing)
    return Choice.objects.filter(
        person=person, topic="", content_type_id=content_type, object_id=pk, channel=PORTAL
    ).exists()
