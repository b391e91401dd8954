"""The verbs of the choices: change them, mute a thing, hear of it again, unsubscribe by a link."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.errors import Invalid
from core.workflows import claim
from notifications.choices.reading import DIGEST_TOPIC, MAIL, PORTAL, settings_of
from notifications.models import Choice, Letter, LetterSettings
from notifications.registry import TOPICS, groups_of

FIELDS = ("digest", "digest_hour", "quiet_from", "quiet_until", "quiet_days", "holiday_until", "daily_limit")
LONGEST_HOLIDAY = 366
MOST_A_DAY = 50
IN_PORTAL = "in the portal only"


@transaction.atomic
def change_choices(person, data, *, by, version=None):
    """Change how letters reach ``person``; names that ``data`` does not hold stay as they are.

    ``topics``: mapping of reason to way. ``groups``: mapping of workgroup to way ("mail": no wish of its own).
    """
    settings = _claimed(person, version)
    fields = {name: data[name] for name in FIELDS if name in data}
    before = {name: getattr(settings, name) for name in fields}
    for name, value in fields.items():
        setattr(settings, name, value)
    _check(settings, fields)
    settings.save(update_fields=list(fields))
    changes = history.differences(before, fields)
    for name, way in data.get("topics", {}).items():
        changes |= _choose_topic(person, name, way)
    for group, way in data.get("groups", {}).items():
        changes |= _choose_thing(person, group, way)
    if settings.digest == LetterSettings.Digest.NEVER:
        _release(person)
    if changes:
        history.record(settings, "choices-changed", by=by, changes=changes)
    return settings


@transaction.atomic
def mute(thing, *, by):
    """Send no letters about ``thing`` to the person who acts; they stay in the portal."""
    person = by.person
    settings = _claimed(person, None)
    if _choose_thing(person, thing, PORTAL):
        history.record(settings, "muted", by=by, note=str(thing)[:200])


@transaction.atomic
def unmute(thing, *, by):
    """Send letters about ``thing`` again, as chosen for their reason."""
    person = by.person
    settings = _claimed(person, None)
    if _choose_thing(person, thing, MAIL):
        history.record(settings, "unmuted", by=by, note=str(thing)[:200])


@transaction.atomic
def unsubscribe(person, topic):
    """End the letters of one reason for ``person``: the holder of the letter's link asked for it."""
    settings = _claimed(person, None)
    if topic == DIGEST_TOPIC:
        if settings.digest == LetterSettings.Digest.NEVER:
            return
        settings.digest = LetterSettings.Digest.NEVER
        settings.save(update_fields=["digest"])
        _release(person)
    else:
        rows = Choice.objects.filter(person=person, topic=topic, content_type=None)
        if rows.filter(channel=PORTAL).exists():
            return
        _choose_topic(person, topic, PORTAL, is_by_link=True)
    history.record(settings, "unsubscribed", by=None, note=topic)


def _claimed(person, version):
    settings = settings_of(person)
    if settings.pk is None:
        settings, _is_new = LetterSettings.objects.get_or_create(person=person)
    return claim(settings, version)


def _choose_topic(person, name, way, *, is_by_link=False):
    """Keep the way of a reason; the usual way is kept as no row at all. Returns what changed."""
    if name not in TOPICS:
        raise Invalid({"topics": _("There is no such reason: %(name)s.") % {"name": name[:40]}})
    where = {"person": person, "topic": name, "content_type": None, "object_id": None}
    return _keep(where, way, usual=TOPICS[name].default, label=name, is_by_link=is_by_link)


def _choose_thing(person, thing, way):
    content_type = ContentType.objects.get_for_model(thing)
    where = {"person": person, "topic": "", "content_type": content_type, "object_id": thing.pk}
    return _keep(where, way, usual=MAIL, label=f"{content_type.model}-{thing.pk}")


def _keep(where, way, *, usual, label, is_by_link=False):
    """Make the one row (or none) that ``where`` names hold ``way``; return what changed."""
    rows = Choice.objects.filter(**where)
    row = rows.first()
    old = row.channel if row else usual
    if old == way:
        return {}
    if way == usual:
        rows.delete()
    else:
        values = {"channel": way, "is_by_link": is_by_link, "changed_at": timezone.now()}
        Choice.objects.update_or_create(**where, defaults=values)
    return {label: [str(old), str(way)]}


def _check(settings, fields):
    problems = {}
    start, end = settings.quiet_from, settings.quiet_until
    if (start is None) != (end is None):
        missing = "quiet_from" if start is None else "quiet_until"
        problems[missing] = _("Choose both hours, or none.")
    elif start is not None and start == end:
        problems["quiet_until"] = _("The quiet hours must end at another hour than they begin.")
    if len(set(settings.quiet_days)) >= 7:
        problems["quiet_days"] = _("Leave at least one day on which letters may come.")
    if not problems and _is_silent(settings):
        problems["digest_hour"] = _("The digest would come in your quiet hours. Choose another hour.")
    if "holiday_until" in fields and fields["holiday_until"] is not None:
        today = timezone.localdate()
        if not 0 <= (fields["holiday_until"] - today).days <= LONGEST_HOLIDAY:
            problems["holiday_until"] = _("Choose a day from today on, at most one year ahead.")
    if problems:
        raise Invalid(problems)


def _is_silent(settings):
    start, end, hour = settings.quiet_from, settings.quiet_until, settings.digest_hour
    if settings.digest == LetterSettings.Digest.NEVER or start is None:
        return False
    return start <= hour < end if start < end else hour >= start or hour < end


def _release(person):
    """What waited for a digest that will not come stays in the portal."""
    waiting = Letter.objects.filter(person=person, state=Letter.State.FOLDED)
    off = Letter.Cause.PREFERENCE_OFF
    waiting.update(state=Letter.State.SKIPPED, channel=PORTAL, reason=IN_PORTAL, cause=off)


def groups_by_number(person):
    """Return the workgroups of ``person`` by their numbers."""
    return {group.pk: group for group in groups_of(person)}
