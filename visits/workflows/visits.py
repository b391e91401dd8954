"""What organisers do with a visit: make, change, open, close, finish, cancel."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Refused
from core.workflows import change, claim
from visits import notices
from visits.models import StudyVisit
from visits.workflows import seats

FIELDS = (
    "title", "summary", "starts_at", "ends_at", "is_time_known", "meeting_point", "seats", "sign_up_closes_at",
)  # fmt: skip
MOVES = ("starts_at", "ends_at", "is_time_known", "meeting_point")


@transaction.atomic
def create_visit(data, *, by):
    """Make a draft for ``data["meeting"]``; it tells nobody yet."""
    if data["meeting"].state == "cancelled":
        raise Refused(_("The meeting was cancelled, so it gets no study visit."), "meeting")
    values = {name: data[name] for name in FIELDS if name in data}
    _check_times(values)
    visit = StudyVisit.objects.create(meeting=data["meeting"], created_by=history.person_of(by), **values)
    visit.practices.set(data.get("practices", []))
    history.record(visit, "created", by=by)
    search.index(visit)
    return visit


@transaction.atomic
def change_visit(visit, data, *, by, version=None):
    """Change what is given; people on the lists hear of a new time or place; more seats let people in."""
    claim(visit, version)
    _check_alive(visit)
    values = {name: data[name] for name in FIELDS if name in data}
    if {"starts_at", "ends_at"} & set(values) and "is_time_known" not in values:
        values["is_time_known"] = visit.is_time_known or any(
            values.get(name, getattr(visit, name)) != getattr(visit, name) for name in ("starts_at", "ends_at")
        )
    now = {name: getattr(visit, name) for name in FIELDS}
    _check_times(now | values)
    if "seats" in values:
        seats.check_seats(visit, values["seats"])
    was = notices.when_and_where(visit)
    changes = change(visit, values, by=by) if values else {}
    if "practices" in data:
        _set_practices(visit, data, by=by)
    if set(MOVES) & set(changes) and visit.state != StudyVisit.State.DRAFT:
        notices.visit_moved(visit, by=by, was=was)
    if "seats" in changes:
        seats.fill(visit, by=by)
    return visit


def _set_practices(visit, data, *, by):
    """Show the chosen practices; those that the person may not see stay as they are (``kept_practices``)."""
    before = set(visit.practices.values_list("pk", flat=True))
    kept = {practice.pk for practice in data.get("kept_practices", [])}
    after = {practice.pk for practice in data["practices"]} | (before & kept)
    if before != after:
        visit.practices.set(after)
        history.record(visit, "practices-chosen", by=by)


def _check_times(values):
    if values["ends_at"] < values["starts_at"]:
        raise Refused(_("The visit ends before it begins."), "ends_at")
    closes = values.get("sign_up_closes_at")
    if closes and closes > values["starts_at"]:
        raise Refused(_("Sign-up closes before the visit begins, or at its beginning."), "sign_up_closes_at")


def _check_alive(visit):
    if visit.state == StudyVisit.State.CANCELLED:
        raise Refused(_("The visit was cancelled. It can no longer be changed."))


def _move(visit, state, *, verb, by, version, note=""):
    """Claim the visit and take it to ``state`` if its life allows."""
    claim(visit, version)
    if state not in visit.TRANSITIONS[visit.state]:
        raise Refused(
            _("This is not possible: the visit is in the state “%(state)s”.") % {"state": visit.get_state_display()}
        )
    visit.state = state
    visit.save(update_fields=["state"])
    history.record(visit, verb, by=by, note=note)
    search.index(visit)
    return visit


@transaction.atomic
def open_visit(visit, *, by, version=None):
    """Let people sign up."""
    if visit.meeting.state in ("draft", "cancelled"):
        raise Refused(_("Open the meeting first: people see a visit only if they see its meeting."))
    if visit.has_begun():
        raise Refused(_("The visit begins in the past. Please change its time first."))
    if visit.state != StudyVisit.State.DRAFT:
        raise Refused(_("The visit has been opened before."))
    return _move(visit, StudyVisit.State.OPEN, verb="opened", by=by, version=version)


@transaction.atomic
def close_visit(visit, *, by, version=None):
    """End sign-up; people may still withdraw, and the waiting list still moves up."""
    return _move(visit, StudyVisit.State.CLOSED, verb="sign-up-closed", by=by, version=version)


@transaction.atomic
def reopen_visit(visit, *, by, version=None):
    """Take sign-ups again."""
    if visit.state != StudyVisit.State.CLOSED:
        raise Refused(_("Only a visit whose sign-up was closed can be opened again."))
    if visit.has_begun():
        raise Refused(_("The visit has begun. Nobody can sign up any more."))
    return _move(visit, StudyVisit.State.OPEN, verb="sign-up-reopened", by=by, version=version)


@transaction.atomic
def finish_visit(visit, *, by, version=None):
    """Note that the visit took place."""
    if not visit.has_begun():
        raise Refused(_("The visit has not begun yet."))
    return _move(visit, StudyVisit.State.DONE, verb="finished", by=by, version=version)


@transaction.atomic
def cancel_visit(visit, *, by, reason, version=None):
    """Cancel with a reason; everybody on the lists gets a letter with it."""
    if not reason.strip():
        raise Refused(_("Please give the reason. It is sent to everybody who signed up."), "reason")
    claim(visit, version)
    if StudyVisit.State.CANCELLED not in visit.TRANSITIONS[visit.state]:
        raise Refused(
            _("This is not possible: the visit is in the state “%(state)s”.") % {"state": visit.get_state_display()}
        )
    visit.cancel_reason, visit.state = reason.strip(), StudyVisit.State.CANCELLED
    visit.save(update_fields=["cancel_reason", "state"])
    history.record(visit, "cancelled", by=by, note=visit.cancel_reason)
    search.index(visit)
    notices.visit_cancelled(visit, by=by)
    return visit
