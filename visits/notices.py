"""Letters of study visits: seats, waiting list, changes, the day before; and takeaways in the weekly letter."""

import zoneinfo
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import written
from notifications.models import Letter
from notifications.posting import cancel, post
from notifications.registry import Content, DigestLine, Skip, digest_section, letter, mutable
from notifications.reminders import Case, Concern, before, reminder, reminder_scope
from visits import rules
from visits.models import SignUp, StudyVisit, Takeaway
from workgroups.querysets import visible_among

A_DAY = timedelta(hours=24)
Cause = Letter.Cause
mutable(StudyVisit)
OBSOLETE = ("visits-signed-up", "visits-let-in", "visits-reminder", "visits-moved")


def group_of(visit):
    """Return the workgroup of the visit's meeting."""
    return visit.meeting.workgroup


def is_today(visit, now):
    """True for a visit that begins within a day: what changes now cannot wait."""
    return now <= visit.starts_at <= now + A_DAY


def signed_up(sign_up):
    """Confirm a sign-up to the person who has it: the letter is the ticket, so the own act is confirmed too."""
    _post_about(sign_up, "visits-signed-up")


def let_in(sign_up):
    """Tell a person from the waiting list of the seat; one letter for each arrival in the queue."""
    _post_about(sign_up, "visits-let-in")


def withdrawn(sign_up, *, by):
    """Tell a person whom an organiser has taken off the list."""
    _post_about(sign_up, "visits-withdrawn", by=by)


def _post_about(sign_up, kind, *, by=None):
    visit = sign_up.visit
    post(kind, to=[sign_up.person], about=visit, by=by, slot=str(sign_up.queue_number), useful_until=visit.starts_at)


def visit_moved(visit, *, by, was):
    """Tell everybody on the lists of a new time or meeting point; ``was`` is the line of facts before."""
    post(
        "visits-moved", to=_everybody(visit), about=visit, by=by, slot="moved", rev=visit.version,
        data={"was": was}, useful_until=visit.starts_at,
    )  # fmt: skip


def visit_cancelled(visit, *, by):
    """Tell everybody on the lists; letters that were still waiting have lost their sense."""
    cancel(visit, kinds=OBSOLETE, reason="the visit was cancelled")
    post("visits-cancelled", to=_everybody(visit), about=visit, by=by, useful_until=visit.ends_at + A_DAY)


def _everybody(visit):
    rows = visit.sign_ups.exclude(state=SignUp.State.WITHDRAWN).select_related("person")
    return [row.person for row in rows]


def when_and_where(visit):
    """Return one line: day, hours and zone of the visit, and where the group meets."""
    start, end = visit.local_start, visit.local_end
    text = written(start, "WEEKDAY_DATE")
    if visit.is_time_known:
        until = date_format(end, "H:i") if end.date() == start.date() else written(end, "MONTH_DAY_TIME")
        text = f"{text}, {date_format(start, 'H:i')} – {until} ({visit.meeting.time_zone})"
    return f"{text}; {visit.meeting_point}" if visit.meeting_point else text


def facts_of(visit, person):
    """Return what a letter tells of a visit: in the visit's zone and, where it differs, in the reader's."""
    facts = [(_("Visit"), visit.title), (_("When"), when_and_where(visit))]
    local = timezone.localtime(visit.starts_at, zoneinfo.ZoneInfo(person.time_zone))
    if visit.is_time_known and local.utcoffset() != visit.local_start.utcoffset():
        text = f"{written(local, 'WEEKDAY_DATE')}, {date_format(local, 'H:i')} ({person.time_zone})"
        facts.append((_("In your time zone"), text))
    return [*facts, (_("Meeting"), visit.meeting.title)]


def _ready(visit, person, *states):
    """Return the person's sign-up in one of ``states``, or a Skip that says why no letter is needed."""
    if visit is None or visit.state == StudyVisit.State.CANCELLED:
        return None, Skip("the visit was cancelled")
    account = get_user_model().objects.filter(person=person).first()
    if account is not None and not StudyVisit.objects.visible_to(account).filter(pk=visit.pk).exists():
        return None, Skip("the person may no longer see the visit")
    row = visit.sign_ups.filter(person=person, state__in=states).first()
    return (row, None) if row else (None, Skip("the person is no longer on the list"))


def _why():
    return _("You get this letter because you signed up for the visit, or were signed up by its organisers.")


def _go(visit):
    return (_("Look at the visit"), visit.get_absolute_url())


@letter("visits-signed-up", topic="confirmations", group=group_of)
def write_signed_up(visit, person, data):
    """Say whether there is a seat, or which place in the waiting list."""
    row, skip = _ready(visit, person, SignUp.State.CONFIRMED, SignUp.State.WAITING)
    if skip:
        return skip
    if row.state == SignUp.State.CONFIRMED:
        subject = _("Your seat is confirmed: %(visit)s") % {"visit": visit.title}
        lines = [_("You have a seat on this study visit.")]
    else:
        place = visit.sign_ups.waiting().filter(queue_number__lte=row.queue_number).count()
        subject = _("You are on the waiting list: %(visit)s") % {"visit": visit.title}
        lines = [_("All seats are taken. You are number %(place)d in the waiting list.") % {"place": place}]
        lines.append(_("When a seat becomes free and it is your turn, you get it at once, and a letter."))
    lines.append(_("If you cannot come, please withdraw, so that somebody else gets the seat."))
    return Content(
        subject=subject, lines=lines, facts=facts_of(visit, person), action=_go(visit), why=_why(),
        acts=[("seat-give-back", visit)],
    )  # fmt: skip


@letter("visits-let-in", topic="changes", group=group_of, is_urgent=is_today)
def write_let_in(visit, person, data):
    """Say that the waiting is over."""
    _row, skip = _ready(visit, person, SignUp.State.CONFIRMED)
    return skip or Content(
        subject=_("You have a seat now: %(visit)s") % {"visit": visit.title},
        lines=[
            _("A seat became free, and you were next in the waiting list. The seat is yours."),
            _("If you cannot come any more, please withdraw, so that the next person gets it."),
        ],
        facts=facts_of(visit, person), action=_go(visit), why=_why(),
        acts=[("seat-accept", visit), ("seat-give-back", visit)],
    )  # fmt: skip


@letter("visits-withdrawn", topic="changes", group=group_of, is_urgent=is_today)
def write_withdrawn(visit, person, data):
    """Say that organisers took the person off the list."""
    _row, skip = _ready(visit, person, SignUp.State.WITHDRAWN)
    return skip or Content(
        subject=_("You are no longer signed up: %(visit)s") % {"visit": visit.title},
        lines=[_("The organisers have taken you off the list. If this is a mistake, please write to them.")],
        facts=facts_of(visit, person), action=_go(visit), why=_why(),
    )  # fmt: skip


@letter("visits-moved", topic="changes", group=group_of, is_urgent=is_today)
def write_moved(visit, person, data):
    """Say what it was and what it is now."""
    _row, skip = _ready(visit, person, SignUp.State.CONFIRMED, SignUp.State.WAITING)
    return skip or Content(
        subject=_("New time or place: %(visit)s") % {"visit": visit.title},
        lines=[_("The organisers have changed when the visit takes place, or where the group meets.")],
        facts=[(_("Until now"), data.get("was", "")), *facts_of(visit, person)], action=_go(visit), why=_why(),
        acts=[("seat-give-back", visit)],
    )  # fmt: skip


@letter("visits-cancelled", topic="changes", group=group_of, is_urgent=is_today)
def write_cancelled(visit, person, data):
    """Say that it does not take place, and why."""
    if visit is None:
        return Skip("the visit is no longer on record")
    return Content(
        subject=_("Cancelled: %(visit)s") % {"visit": visit.title},
        lines=[_("This study visit does not take place."), visit.cancel_reason],
        facts=facts_of(visit, person), action=_go(visit), why=_why(),
    )  # fmt: skip


@letter("visits-reminder", topic="reminders", group=group_of)
def write_reminder(visit, person, data):
    """Remind those with seats."""
    _row, skip = _ready(visit, person, SignUp.State.CONFIRMED)
    if skip or visit.has_begun():
        return skip or Skip(_("the visit has begun"), Cause.STALE)
    return Content(
        subject=_("Soon: %(visit)s") % {"visit": visit.title},
        lines=[_("You have a seat on this study visit. It begins soon.")],
        facts=facts_of(visit, person), action=_go(visit), why=_why(),
        acts=[("seat-give-back", visit)],
    )  # fmt: skip


def _near_visits(start, end):
    rows = StudyVisit.objects.filter(
        state__in=[StudyVisit.State.OPEN, StudyVisit.State.CLOSED],
        is_time_known=True, starts_at__gte=start, starts_at__lte=end,
    )  # fmt: skip
    return rows.select_related("meeting__workgroup")


@reminder(
    "visits-day-before",
    kind="visits-reminder",
    of="visit",
    title=gettext_lazy("A study visit is near"),
    what=gettext_lazy("a study visit whose hours are known"),
    whom=gettext_lazy("everybody with a seat"),
    base=gettext_lazy("the visit begins"),
    when=before(hours=24),
    useful=gettext_lazy("until the visit begins"),
    things=_near_visits,
    prefetch=("sign_ups__person",),
    scopes=lambda visit: (visit, visit.meeting, visit.meeting.workgroup),
    levels=("visit", "meeting", "workgroup"),
)
def visit_is_near(visit):
    """Everybody with a seat, once; a moved visit reminds anew."""
    if visit.state == StudyVisit.State.CANCELLED:
        return Skip(_("the visit is cancelled"), Cause.OBJECT_CANCELLED)
    if visit.state not in {StudyVisit.State.OPEN, StudyVisit.State.CLOSED} or not visit.is_time_known:
        return Skip(_("the visit is over, a draft, or its hours are not known"), Cause.ALREADY_ACTED)
    seated = [row.person for row in visit.sign_ups.all() if row.state == SignUp.State.CONFIRMED]
    return Case(
        base=visit.starts_at,
        zone=visit.meeting.zone,
        people=dict.fromkeys(seated),
        until=visit.starts_at,
        slot=f"before-{visit.starts_at:%Y%m%d%H%M}",
    )


def _concerned(visit):
    """Whom letters about a visit reach, and why."""
    told = {
        SignUp.State.CONFIRMED: gettext_lazy("has a seat: reminder, new time or place, cancellation"),
        SignUp.State.WAITING: gettext_lazy("is on the waiting list: a free seat, new time or place, cancellation"),
    }
    rows = visit.sign_ups.filter(state__in=list(told)).select_related("person").order_by("queue_number")
    return [Concern(row.person, told[row.state]) for row in rows]


reminder_scope("visit", StudyVisit, rules.can_change_visit, whom=_concerned)


@digest_section("takeaways", gettext_lazy("Brought home from study visits"), order=40)
def takeaways_in_digest(user, since, until):
    """List the takeaways that others wrote."""
    rows = Takeaway.objects.filter(created_at__gt=since, created_at__lte=until)
    seen = visible_among(rows, user, key=("takeaways", since, until))
    if not seen:
        return
    rows = rows.filter(pk__in=seen).exclude(person_id=user.person_id).select_related("visit", "region")
    for row in rows.order_by("created_at")[:20]:
        where = f"{row.region.name}: " if row.region else ""
        yield DigestLine(f"{where}{row.seen[:120]} ({row.visit.title})", row.get_absolute_url(), row.created_at)
