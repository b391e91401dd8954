"""What curators do with letters, people with their inbox, and coordinators with reminders."""

from datetime import datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.errors import Invalid, Refused, Stale
from core.workflows import claim
from notifications.models import Letter, MailAddress, ReminderSetting
from notifications.reminders import DAYS, MOST

State = Letter.State
SNOOZES = {"tomorrow": 1, "week": 7}  # in days
MORNING = time(7)


@transaction.atomic
def requeue(letter, *, by):
    """Let a letter that was given up or held back be tried again from the start."""
    if letter.useful_until and letter.useful_until <= timezone.now():
        raise Refused(_("This letter would come too late now."))
    _move(letter, "requeue", to=State.QUEUED, attempts=0, claims=0, next_try_at=None, reason="", cause="")
    history.record(letter, "requeued", by=by)


@transaction.atomic
def give_up(letter, *, by):
    """End a letter that waits or failed, for good."""
    _move(letter, "give_up", to=State.CANCELLED, reason=_("given up by a curator"), cause=Letter.Cause.GIVEN_UP)
    history.record(letter, "given-up", by=by, note=letter.reason)


@transaction.atomic
def clear_address(state, *, by):
    """Let letters go to an address again, after somebody has put right what was wrong; old reports no longer count."""
    state = MailAddress.objects.select_for_update().get(pk=state.pk)
    if not (state.suppressed_at or state.strikes):
        raise Refused(_("Letters go to this address already."))
    note = state.reason
    state.suppressed_at, state.strikes, state.reason, state.cleared_at = None, 0, "", timezone.now()
    state.save()
    history.record(state, "address-cleared", by=by, note=note)
    return state


def _move(letter, verb, *, to, **fields):
    """Set the state if the verb's transition still allows it: the mailer may have been faster."""
    states = Letter.TRANSITIONS[verb]
    if not Letter.objects.filter(pk=letter.pk, state__in=states).update(state=to, **fields):
        raise Refused(_("This letter has moved on in the meantime. Please look at it again."))


# --- The inbox: what a person does with the own entries; it is nobody else's business, so no history ------


def open_letter(letter, *, by):
    """Note that the person has opened the entry; the first time counts."""
    _own(letter, by).filter(seen_at=None).update(seen_at=timezone.now())
    return letter


def settle_letter(letter, *, by):
    """Mark the entry as done."""
    now = timezone.now()
    if not _own(letter, by).filter(settled_at=None).update(settled_at=now, snoozed_until=None):
        raise Refused(_("This is done already."))
    return letter


def reopen_letter(letter, *, by):
    """Take "done" or "put off" back."""
    _own(letter, by).update(settled_at=None, snoozed_until=None)
    return letter


def snooze_letter(letter, *, by, until):
    """Put the entry off: "tomorrow" or for a "week", until seven in the morning; then it counts as new."""
    if until not in SNOOZES:
        raise Refused(_("Choose tomorrow or a week."))
    day = timezone.localdate() + timedelta(days=SNOOZES[until])
    moment = datetime.combine(day, MORNING, timezone.get_current_timezone())
    if not _own(letter, by).filter(settled_at=None).update(snoozed_until=moment, seen_at=None):
        raise Refused(_("This is done already."))
    return letter


def settle_letters(*, by):
    """Mark every open entry of the person as done; return how many."""
    now = timezone.now()
    rows = Letter.objects.inbox_of(by).open(now).order_by()
    return rows.update(settled_at=now, snoozed_until=None)


def _own(letter, by):
    """Return the row as a queryset, if it is the person's own."""
    return Letter.objects.filter(pk=letter.pk, person_id=by.person_id)


# --- Reminders: what coordinators change; the planner reads it at its next round ---------------------------


@transaction.atomic
def set_reminder(rule, thing, data, *, by, version=None):
    """Switch a reminder off ("off"), set its distance ("own"), or take the change back ("follow").

    ``thing``: one thing or group, or None for the whole partnership. ``data``: how, amount, unit.
    ``version``: of the row that was read, 0 where there was none.
    """
    how = data.get("how", "follow")
    fields = {"is_off": how == "off", "offset": None, "unit": rule.when.unit}
    if how == "own":
        distance = _distance(rule, data)
        fields |= {"offset": distance.length, "unit": distance.unit}
    row = _setting(rule, thing, version)
    before = {"is_off": row.is_off, "offset": row.offset, "unit": row.unit}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    changes = history.differences(before, fields)
    if changes:
        history.record(row, "reminder-set", by=by, note=_in_words(rule, row), changes=changes)
    return row


def _distance(rule, data):
    """Return the chosen distance, or raise Invalid with a sentence for each field."""
    amount, unit = data.get("amount"), data.get("unit") or rule.when.unit
    if unit not in rule.units:
        raise Invalid({"unit": _("This reminder counts from a day, so it can only be set in days.")})
    if amount is None:
        raise Invalid({"amount": _("Please write a number, for example 2.")})
    if not 1 <= amount <= MOST[unit]:
        sentence = (
            _("Please choose from 1 to %(most)d days.")
            if unit == DAYS
            else _("Please choose from 1 to %(most)d hours.")
        )
        raise Invalid({"amount": sentence % {"most": MOST[unit]}})
    return rule.at_distance(amount, unit)


def _setting(rule, thing, version):
    """Return the claimed row of this change, made where it was missing."""
    row = ReminderSetting.objects.of(thing).filter(rule=rule.name).first()
    if row is not None:
        return claim(row, version)
    if version:
        raise Stale(_("Somebody else changed this in the meantime. Please compare and save again."))
    place = {}
    if thing is not None:
        place = {"content_type": ContentType.objects.get_for_model(thing), "object_id": thing.pk}
    try:
        with transaction.atomic():
            return ReminderSetting.objects.create(rule=rule.name, **place)
    except IntegrityError:
        raise Stale(_("Somebody else changed this in the meantime. Please compare and save again.")) from None


def _in_words(rule, row):
    if row.is_off:
        return str(_("switched off"))
    return str(_("as elsewhere")) if row.offset is None else str(rule.at_distance(row.amount, row.unit))
