"""What waits for a person, and which dates are next: computed from the records of all rooms."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.models import Milestone
from core.access import visible_if_any
from core.formats import written
from meetings.models import Meeting, Registration, Todo
from notifications.registry import is_round, once
from partners.querysets import standing
from practices.models import Practice
from visits.models import SignUp, StudyVisit, Takeaway
from workgroups.querysets import group_standing, visible_among

MILESTONES_AHEAD = timedelta(days=30)
TAKEAWAYS_FOR = timedelta(days=120)
LONGEST = 50


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what to do, why, until when (a date or None), and where."""

    title: str
    text: str
    url: str
    verb: str
    due: object = None
    workgroup: object = None
    kind: str = ""


def waiting_for(user, now=None):
    """Return what waits for ``user``, most urgent first; things without a date come last."""
    who = standing(user)
    if who.person_id is None:
        return []
    moment = now or timezone.now()
    found = [
        *_todos(who),
        *_practices(user, who),
        *_registrations(user, who, moment),
        *_visits(user, who, moment),
        *_takeaways(user, who, moment),
        *_milestones(user, who, moment),
    ]
    return sorted(found, key=lambda w: (w.due is None, w.due or timezone.localdate(moment), w.title))


def _todos(who):
    rows = Todo.objects.filter(owner_id=who.person_id).open().select_related("workgroup", "meeting")
    for todo in rows[:LONGEST]:
        origin = todo.meeting.title if todo.meeting else todo.workgroup.name
        yield Waiting(
            todo.text,
            _("To-do from: %(origin)s") % {"origin": origin},
            todo.get_absolute_url(),
            _("Answer"),
            todo.due_date,
            todo.workgroup,
            "todo",
        )


def _practices(user, who):
    mine = Q(authors=who.person_id) | Q(created_by_id=who.person_id)
    back = Practice.objects.filter(state="changes_requested")
    sent_back = back.none() if _is_quiet("practices", back) else visible_if_any(back.filter(mine), user)
    for practice in sent_back.select_related("workgroup", "organisation").distinct()[:LONGEST]:
        yield Waiting(
            _("Improve your practice “%(title)s”") % {"title": practice.title},
            _("A reviewer asks for changes."),
            practice.get_absolute_url(),
            _("Improve"),
            None,
            practice.workgroup,
            "practice",
        )
    if not (who.leads_all or group_standing(user).led_ids):
        return
    rows = Practice.objects.visible_to(user).select_related("workgroup", "organisation")
    reviewed = rows if who.leads_all else rows.filter(workgroup_id__in=group_standing(user).led_ids)
    others = reviewed.exclude(pk__in=Practice.objects.filter(mine).values("pk"))
    for practice in others.filter(state__in=["submitted", "accepted"])[:LONGEST]:
        is_new = practice.state == "submitted"
        sentence = _("Review “%(title)s”") if is_new else _("Publish “%(title)s”")
        owner = practice.organisation.short_name if practice.organisation else practice.owner_name
        yield Waiting(
            sentence % {"title": practice.title},
            _("Sent in by %(owner)s.") % {"owner": owner} if owner else _("Sent in for review."),
            practice.get_absolute_url(),
            _("Review") if is_new else _("Publish"),
            None,
            practice.workgroup,
            "review",
        )


def _is_quiet(name, rows):
    """True when a round of letters knows that there are no ``rows`` for anybody; a page asks for its own at once."""
    return is_round() and not once(("waiting", name), rows.exists)


def _unanswered(user, who, now):
    """Return the open meetings that ``user`` sees and has not registered for; in a round, read once for all."""
    rows = Meeting.objects.upcoming(now).filter(state="open").select_related("workgroup", "host")
    if not who.is_member:
        rows = rows.filter(is_open_to_guests=True)
    mine = Registration.objects.filter(person_id=who.person_id)
    if not is_round():
        return rows.visible_to(user).exclude(Exists(mine.filter(meeting=OuterRef("pk"))))[:LONGEST]
    key = ("open-meetings", now, who.is_member)
    seen = visible_among(rows, user, key=key) - set(mine.values_list("meeting_id", flat=True))
    return [meeting for meeting in once(("all", key), lambda: list(rows)) if meeting.pk in seen][:LONGEST]


def _registrations(user, who, now):
    groups = group_standing(user).member_ids
    for meeting in _unanswered(user, who, now):
        is_for_me = meeting.workgroup_id is None or meeting.workgroup_id in groups
        if not (is_for_me and meeting.is_registration_open(now)):
            continue
        closes = meeting.registration_closes_at
        text = (
            _("Registration closes on %(day)s.") % {"day": _day(timezone.localtime(closes, meeting.zone))}
            if closes
            else _("Registration is open until the meeting begins.")
        )
        yield Waiting(
            _("Register for “%(title)s”") % {"title": meeting.title},
            text,
            meeting.get_absolute_url(),
            _("Register"),
            timezone.localtime(closes or meeting.starts_at, meeting.zone).date(),
            meeting.workgroup,
            "registration",
        )


def _visits(user, who, now):
    coming = StudyVisit.objects.upcoming(now).filter(state="open")
    if _is_quiet(("visits", now), coming):
        return
    mine = SignUp.objects.filter(visit=OuterRef("pk"), person_id=who.person_id)
    going = Registration.objects.active().filter(person_id=who.person_id).values("meeting_id")
    rows = coming.filter(meeting__in=going).exclude(Exists(mine))
    for visit in visible_if_any(rows, user).select_related("meeting__workgroup")[:LONGEST]:
        if visit.is_sign_up_open(now):
            closes = visit.sign_up_closes_at or visit.starts_at
            yield Waiting(
                _("Choose: study visit “%(title)s”") % {"title": visit.title},
                _("You are registered for %(meeting)s.") % {"meeting": visit.meeting.title},
                visit.get_absolute_url(),
                _("Look"),
                timezone.localtime(closes, visit.meeting.zone).date(),
                visit.meeting.workgroup,
                "visit",
            )


def _takeaways(user, who, now):
    ended = StudyVisit.objects.filter(ends_at__lt=now, ends_at__gte=now - TAKEAWAYS_FOR).exclude(state="cancelled")
    if _is_quiet(("takeaways", now), ended):
        return
    been = SignUp.objects.filter(person_id=who.person_id, state="confirmed").values("visit_id")
    written = Takeaway.objects.filter(visit=OuterRef("pk"), person_id=who.person_id)
    rows = ended.filter(pk__in=been).exclude(Exists(written))
    for visit in visible_if_any(rows, user).select_related("meeting__workgroup")[:LONGEST]:
        yield Waiting(
            _("Write down what you saw at “%(title)s”") % {"title": visit.title},
            _("A few sentences are enough. Others build on them."),
            visit.get_absolute_url(),
            _("Write"),
            None,
            visit.meeting.workgroup,
            "takeaway",
        )


def _milestones(user, who, now):
    last = timezone.localdate(now) + MILESTONES_AHEAD
    due = Milestone.objects.open().filter(due_date__lte=last)
    if _is_quiet(("milestones", last), due):
        return
    charge = Q(action__responsible_person_id=who.person_id) | Q(
        action__responsible_person=None,
        action__responsible_organisation_id__in=who.coordinated_organisation_ids,
    )
    for milestone in visible_if_any(due.filter(charge), user).select_related("action")[:LONGEST]:
        yield Waiting(
            _("Milestone: %(title)s") % {"title": milestone.title},
            _("Part of the action “%(action)s”.") % {"action": milestone.action.title},
            milestone.get_absolute_url(),
            _("Answer"),
            milestone.due_date,
            None,
            "milestone",
        )


@dataclass(frozen=True)
class NextDate:
    """A date ahead: a day (or instant), what, where to read more."""

    starts: object
    title: str
    note: str
    url: str
    is_mine: bool = False


def next_dates(user, now=None, *, count=6):
    """Return the next ``count`` dates that ``user`` may see: meetings and own study visits."""
    moment = now or timezone.now()
    who = standing(user)
    registered = Registration.objects.active().filter(meeting=OuterRef("pk"), person_id=who.person_id)
    meetings = Meeting.objects.visible_to(user).upcoming(moment).exclude(state="draft")
    dates = [
        NextDate(m.local_start, m.title, m.place, m.get_absolute_url(), m.is_mine)
        for m in meetings.annotate(is_mine=Exists(registered))[:count]
    ]
    if who.person_id:
        seats = SignUp.objects.confirmed().filter(person_id=who.person_id).values("visit_id")
        own = visible_if_any(StudyVisit.objects.upcoming(moment).filter(pk__in=seats), user)
        dates += [
            NextDate(
                timezone.localtime(v.starts_at, v.meeting.zone), v.title, v.meeting_point, v.get_absolute_url(), True
            )
            for v in own.select_related("meeting")[:count]
        ]
    return sorted(dates, key=lambda d: d.starts)[:count]


def _day(moment):
    return written(moment, "MONTH_DAY_TIME")
