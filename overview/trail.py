"""The learning trail: what came from a thing and what it came from, computed from records.

Practice → study visit → takeaway → transfer → action → policy instrument → indicator. Nothing is typed
for it: each arrow is a record that somebody made for its own reason, and whoever may not see a record
does not see its station. A takeaway leads to a transfer when both speak of the same practice and region.
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action, PolicyInstrument
from practices.models import Practice, Transfer
from visits.models import StudyVisit, Takeaway

STAGES = (
    ("practice", _("Practice")),
    ("visit", _("Study visit")),
    ("takeaway", _("Takeaway")),
    ("transfer", _("Transfer")),
    ("action", _("Action")),
    ("instrument", _("Policy instrument")),
    ("indicator", _("Indicator")),
)
KINDS = {
    "practice": Practice,
    "visit": StudyVisit,
    "takeaway": Takeaway,
    "transfer": Transfer,
    "action": Action,
    "instrument": PolicyInstrument,
}
NAMES = {model: name for name, model in KINDS.items()}


@dataclass
class Graph:
    """Stations by kind and id, and the arrows between them."""

    user: object
    things: dict = field(default_factory=lambda: {name: {} for name in KINDS})
    arrows: set = field(default_factory=set)

    def add(self, kind, condition):
        """Read the visible things of ``kind`` under ``condition`` and return those that are new.

        The numbers are looked up first, without the rights: most stages of most trails are empty, and then
        the long question of what the person may see need not be asked.
        """
        found = set(KINDS[kind].objects.order_by().filter(condition).values_list("pk", flat=True))
        found -= self.ids(kind)
        new = {row.pk: row for row in _rows(kind, self.user).filter(pk__in=found)} if found else {}
        self.things[kind].update(new)
        return set(new)

    def ids(self, kind):
        """Return the ids of the stations of ``kind``."""
        return set(self.things[kind])


def _rows(kind, user):
    rows = KINDS[kind].objects.visible_to(user)
    if kind == "practice":
        return rows.select_related("workgroup", "region", "organisation").prefetch_related("visits")
    if kind == "visit":
        return rows.select_related("meeting")
    if kind == "takeaway":
        return rows.select_related("region", "person", "practice__workgroup")
    if kind == "transfer":
        return rows.select_related("region", "practice__workgroup", "practice__region")
    if kind == "action":
        return rows.select_related("plan__instrument", "responsible_organisation").prefetch_related("sources_of_action")
    return rows.select_related("region")


def learning_trail(thing, user):
    """Return the trail of ``thing`` as ``user`` may see it, in the shape that ``<c-trail>`` draws."""
    kind = NAMES[type(thing)]
    graph = Graph(user)
    graph.add(kind, Q(pk=thing.pk))
    upward = Graph(user)
    upward.things[kind].update(graph.things[kind])
    _walk_down(graph)
    _walk_up(upward)
    for name in KINDS:
        graph.things[name].update(upward.things[name])
    _connect(graph)
    return {
        "stages": [{"key": key, "name": name} for key, name in STAGES],
        "stations": [station for name in KINDS for station in _stations(graph, name, (kind, thing.pk))],
    }


def _walk_down(graph):
    """Add what came from the stations that are there, one stage after the other."""
    practices = graph.ids("practice")
    if practices:
        graph.add("visit", Q(practices__in=practices))
    seen_at = graph.ids("visit") if not practices else set()
    graph.add("takeaway", Q(practice__in=practices) | Q(visit__in=seen_at))
    pairs = [(t.practice_id, t.region_id) for t in graph.things["takeaway"].values()]
    graph.add("transfer", _any_pair(pairs) | Q(practice__in=practices))
    graph.add(
        "action",
        Q(sources_of_action__practice__in=practices)
        | Q(sources_of_action__visit__in=graph.ids("visit"))
        | Q(sources_of_action__takeaway__in=graph.ids("takeaway"))
        | Q(sources_of_action__transfer__in=graph.ids("transfer")),
    )
    graph.add("instrument", Q(plans__actions__in=graph.ids("action")))


def _walk_up(graph):
    """Add what the stations that are there came from, from the last stage to the first."""
    graph.add("action", Q(plan__instrument__in=graph.ids("instrument")))
    sources = [s for action in graph.things["action"].values() for s in action.sources_of_action.all()]
    graph.add("transfer", Q(pk__in=[s.transfer_id for s in sources if s.transfer_id]))
    transfers = graph.things["transfer"].values()
    pairs = [(t.practice_id, t.region_id) for t in transfers]
    graph.add("takeaway", Q(pk__in=[s.takeaway_id for s in sources if s.takeaway_id]) | _any_pair(pairs))
    takeaways = graph.things["takeaway"].values()
    visits = {s.visit_id for s in sources if s.visit_id} | {t.visit_id for t in takeaways}
    graph.add("visit", Q(pk__in=visits))
    practices = {s.practice_id for s in sources if s.practice_id}
    practices |= {t.practice_id for t in takeaways if t.practice_id} | {t.practice_id for t in transfers}
    # A visit leads to all that it showed only where it is itself the start, or cited by an action.
    starts = (graph.ids("visit") - {t.visit_id for t in takeaways}) | {s.visit_id for s in sources if s.visit_id}
    graph.add("practice", Q(pk__in=practices) | Q(visits__in=starts))


def _any_pair(pairs):
    """Return the condition "practice and region are one of these pairs"; nothing when there is none."""
    condition = Q(pk__in=[])
    for practice_id, region_id in sorted({pair for pair in pairs if None not in pair}):
        condition |= Q(practice=practice_id, region=region_id)
    return condition


def _connect(graph):
    """Draw each arrow whose two ends are stations."""
    things = graph.things
    for practice in things["practice"].values():
        for visit in practice.visits.all():
            _arrow(graph, ("practice", practice.pk), ("visit", visit.pk))
    for takeaway in things["takeaway"].values():
        end = ("takeaway", takeaway.pk)
        if not _arrow(graph, ("visit", takeaway.visit_id), end):
            _arrow(graph, ("practice", takeaway.practice_id), end)
    for transfer in things["transfer"].values():
        _connect_transfer(graph, transfer)
    for action in things["action"].values():
        _connect_action(graph, action)


def _connect_transfer(graph, transfer):
    """A transfer comes from the takeaways of the same practice and region, else from the practice."""
    end, pair = ("transfer", transfer.pk), (transfer.practice_id, transfer.region_id)
    takeaways = graph.things["takeaway"].values()
    causes = [t.pk for t in takeaways if t.region_id and (t.practice_id, t.region_id) == pair]
    for pk in causes:
        _arrow(graph, ("takeaway", pk), end)
    if not causes:
        _arrow(graph, ("practice", transfer.practice_id), end)


def _connect_action(graph, action):
    """An action comes from its sources and leads to the instrument of its plan."""
    end = ("action", action.pk)
    for source in action.sources_of_action.all():
        for name in ("practice", "visit", "takeaway", "transfer"):
            _arrow(graph, (name, getattr(source, f"{name}_id")), end)
    _arrow(graph, end, ("instrument", action.plan.instrument_id))


def _arrow(graph, start, end):
    """Add the arrow if both ends are stations; tell whether they are."""
    is_there = start[1] in graph.things[start[0]] and end[1] in graph.things[end[0]]
    if is_there:
        graph.arrows.add((start, end))
    return is_there


def _stations(graph, kind, here):
    for pk, thing in sorted(graph.things[kind].items()):
        title, note, day, word, is_ended = DESCRIBE[kind](thing)
        state = "here" if (kind, pk) == here else "ended" if is_ended else "done"
        yield {
            "id": f"{kind}-{pk}",
            "stage": kind,
            "title": title,
            "note": note,
            "url": thing.get_absolute_url(),
            "date": day,
            "word": word,
            "state": state,
            "colour": _colour(thing),
            "came_from": sorted(f"{s[0]}-{s[1]}" for s, e in graph.arrows if e == (kind, pk)),
        }


def _colour(thing):
    practice = thing if isinstance(thing, Practice) else getattr(thing, "practice", None)
    group = getattr(practice, "workgroup", None)
    return group.colour if group else 0


def _describe_practice(practice):
    owner = practice.region.name if practice.region else practice.owner_name
    day = practice.published_at.date() if practice.published_at else None
    return practice.title, owner, day, practice.get_state_display(), False


def _describe_visit(visit):
    day = visit.starts_at.date() if visit.is_time_known else visit.meeting.starts_at.date()
    return visit.title, visit.meeting.title, day, visit.get_state_display(), visit.state == "cancelled"


def _describe_takeaway(takeaway):
    where = takeaway.region.name if takeaway.region else ""
    author = takeaway.person.name if takeaway.person else ""
    return where or author, author if where else "", takeaway.created_at.date(), takeaway.next_step, False


def _describe_transfer(transfer):
    taker = transfer.taker_name or transfer.region.name
    note = transfer.reason if transfer.stage == "dropped" else transfer.what
    return taker, note, None, transfer.get_stage_display(), transfer.stage == "dropped"


def _describe_action(action):
    organisation = action.responsible_organisation
    note = organisation.short_name if organisation else action.plan.title
    return action.title, note, action.start_date, action.get_state_display(), action.state == "cancelled"


def _describe_instrument(instrument):
    return instrument.name, instrument.region.name, None, "", False


DESCRIBE = {
    "practice": _describe_practice,
    "visit": _describe_visit,
    "takeaway": _describe_takeaway,
    "transfer": _describe_transfer,
    "action": _describe_action,
    "instrument": _describe_instrument,
}
