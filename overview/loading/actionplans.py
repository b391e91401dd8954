"""Policy instruments, action plans, actions with what inspired them, milestones."""

from actionplans.models import Action, ActionPlan, ActionSource, Milestone, PolicyInstrument
from overview.loading.book import pick
from overview.loading.people import person
from partners.models import Organisation, Region
from practices.models import Practice, Transfer
from visits.models import StudyVisit, Takeaway

CITED = {"practice": Practice, "visit": StudyVisit, "takeaway": Takeaway, "transfer": Transfer}


def load(book):
    """Add instruments, then plans with their actions."""
    for record in book.rows("instruments"):
        fields = pick(record, "name", "kind", "owner_name", "summary", "improvement") | book.sourced(record)
        fields["region"] = Region.objects.get(name=record["region"])
        book.add(PolicyInstrument, {"key": record["key"]}, fields)
    for record in book.rows("plans"):
        load_plan(book, record)


def load_plan(book, record):
    """Add one plan; its actions come with it and only once."""
    fields = pick(record, "title", "language", "context", "english_summary", "state", "visibility", "endorsed_by")
    fields |= book.sourced(record) | {
        "instrument": book.find(PolicyInstrument, key=record.get("instrument")),
        "endorsed_date": book.day(record.get("endorsed")),
        "created_by": person(record.get("created_by")),
    }
    plan, is_new = book.add(ActionPlan, {"key": record["key"]}, fields)
    if is_new:
        plan.organisations.set(Organisation.objects.filter(short_name__in=record["organisations"]))
        for line in record.get("actions", []):
            load_action(book, {"fictional": record["fictional"]} | line, plan)


def load_action(book, record, plan):
    """Add one action with its sources and milestones."""
    fields = pick(record, "number", "title", "background", "description", "players", "costs", "funding")
    fields |= (
        pick(record, "state", "reason")
        | book.sourced(record)
        | {
            "plan": plan,
            "start_date": book.day(record.get("start")),
            "end_date": book.day(record.get("end")),
            "responsible_organisation": book.find(Organisation, short_name=record.get("responsible_organisation")),
            "responsible_person": person(record.get("responsible_person")),
        }
    )
    action, _is_new = book.add(Action, {"key": record["key"]}, fields)
    for cite in record.get("cites", []):
        kind = next(name for name in CITED if name in cite)
        cited = CITED[kind].objects.get(key=cite[kind])
        ActionSource.objects.create(action=action, note=cite.get("note", ""), **{kind: cited})
    for line in record.get("milestones", []):
        fields = pick(line, "state", "evidence", "reason") | {
            "due_date": book.day(line["due"]),
            "done_date": book.day(line.get("done")),
            "is_fictional": record["fictional"],
        }
        book.add(Milestone, {"action": action, "title": line["title"]}, fields)
