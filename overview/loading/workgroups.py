"""Workgroups, their members and their initiatives."""

from overview.loading.book import pick
from overview.loading.people import person
from partners.models import Organisation
from workgroups.models import GroupMembership, Initiative, Workgroup


def load(book):
    """Add workgroups, members and initiatives."""
    for position, record in enumerate(book.rows("workgroups")):
        fields = pick(record, "name", "letter", "colour", "summary", "scope", "subtopics")
        fields |= book.sourced(record) | {"position": position}
        group, is_new = book.add(Workgroup, {"key": record["key"]}, fields)
        if is_new:
            group.organisations.set(Organisation.objects.filter(short_name__in=record.get("organisations", [])))
    for record in book.rows("group_members"):
        lookup = {"workgroup": Workgroup.objects.get(key=record["workgroup"]), "person": person(record["person"])}
        book.add(GroupMembership, lookup, {"role": record["role"], "start_date": book.day(record.get("since"))})
    for record in book.rows("initiatives"):
        fields = pick(record, "title", "summary", "state", "reason", "visibility") | book.sourced(record)
        fields |= {
            "workgroup": Workgroup.objects.get(key=record["workgroup"]),
            "lead_organisation": book.find(Organisation, short_name=record.get("lead_organisation")),
            "lead_person": person(record.get("lead_person")),
            "start_date": book.day(record.get("start")),
            "end_date": book.day(record.get("end")),
        }
        book.add(Initiative, {"key": record["key"]}, fields)
