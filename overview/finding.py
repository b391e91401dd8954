"""One search box over all rooms: each kind through its own ``visible_to``, so counts cannot leak."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actionplans.models import Action, ActionPlan, PolicyInstrument
from meetings.models import Decision, Meeting, Todo
from partners.models import Organisation, Person
from partners.querysets import standing
from practices.models import Practice
from visits.models import StudyVisit, Takeaway
from workgroups.models import Initiative, Workgroup

SHOWN = 5
LONGEST_QUERY = 200  # characters


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be found: name, model, what to join, and its own list with ``?q=``."""

    key: str
    name: str
    model: type
    join: tuple = ()
    all_results: str = ""


KINDS = (
    Kind("practices", _("Good practices"), Practice, ("workgroup", "region"), "practices:practice_list"),
    Kind("meetings", _("Meetings"), Meeting, ("workgroup",), "meetings:meeting_list"),
    Kind("visits", _("Study visits"), StudyVisit, ("meeting",), "visits:visit_list"),
    Kind("takeaways", _("Takeaways"), Takeaway, ("region", "visit")),
    Kind("plans", _("Action plans"), ActionPlan, (), "actionplans:plan_list"),
    Kind("actions", _("Actions"), Action, ("plan",)),
    Kind("instruments", _("Policy instruments"), PolicyInstrument, ("region",)),
    Kind("workgroups", _("Workgroups"), Workgroup),
    Kind("initiatives", _("Initiatives"), Initiative, ("workgroup",)),
    Kind("decisions", _("Decisions"), Decision, ("meeting",)),
    Kind("todos", _("To-dos"), Todo, ("owner",)),
    Kind("organisations", _("Organisations"), Organisation, ("region",)),
    Kind("people", _("People"), Person),
)


@dataclass(frozen=True)
class Group:
    """The results of one kind: how many there are, and the first few."""

    kind: Kind
    count: int
    things: list
    more_url: str


def find(user, query, *, shown=SHOWN):
    """Return the groups in which ``user`` finds ``query``; none for an empty query.

    The number of database queries depends on the number of kinds only.
    """
    if not query.strip():
        return []
    groups = []
    for kind in KINDS:
        if kind.model in (Person, Todo) and standing(user).person_id is None:
            continue
        rows = kind.model.objects.visible_to(user).matching(query)
        count = rows.count()
        if count:
            things = list(rows.select_related(*kind.join)[:shown])
            groups.append(Group(kind, count, things, _more(kind) if count > shown else ""))
    return groups


def _more(kind):
    return reverse(kind.all_results) if kind.all_results else ""
