"""Does a folder of files have the form of a partnership? Checked before the first row is written."""

# section -> (fields that must be there, fields that name a record of another section)
SECTIONS = {
    "figures": (("kind", "indicator", "value"), {}),
    "regions": (("name", "country"), {}),
    "organisations": (("name", "short_name", "region"), {"region": "regions"}),
    "people": (("name", "email"), {"organisation": "organisations"}),
    "workgroups": (("key", "name", "letter", "colour"), {"organisations": "organisations"}),
    "group_members": (("workgroup", "person", "role"), {"workgroup": "workgroups", "person": "people"}),
    "initiatives": (
        ("key", "workgroup", "title", "summary"),
        {"workgroup": "workgroups", "lead_organisation": "organisations", "lead_person": "people"},
    ),
    "meetings": (
        ("key", "title", "start", "end", "precision"),
        {"host": "organisations", "workgroup": "workgroups", "created_by": "people", "registered": "people"},
    ),
    "group_todos": (("workgroup", "text", "owner", "due"), {"workgroup": "workgroups", "owner": "people"}),
    "practices": (
        ("key", "title"),
        {"organisation": "organisations", "region": "regions", "workgroup": "workgroups", "authors": "people"},
    ),
    "transfers": (("key", "practice", "stage"), {"practice": "practices", "region": "regions"}),
    "visit_hosts": (("key", "name"), {}),
    "visits": (
        ("key", "meeting", "title"),
        {"meeting": "meetings", "practices": "practices", "sign_ups": "people"},
    ),
    "takeaways": (
        ("key", "visit", "seen"),
        {"visit": "visits", "person": "people", "practice": "practices", "region": "regions"},
    ),
    "instruments": (("key", "name", "region"), {"region": "regions"}),
    "plans": (("key", "title", "organisations"), {"instrument": "instruments", "organisations": "organisations"}),
}
NAMED_BY = {"regions": "name", "organisations": "short_name", "people": "email", "figures": "indicator"}
NEVER_REAL = "example.org"


def name_of(section, record):
    """Return what a record is called in messages and in references."""
    return str(record.get(NAMED_BY.get(section, "key")) or record.get("text") or record.get("person") or "?")


def faults(content):
    """Return sentences about everything that is wrong; an empty list means: it can be loaded."""
    found = []
    if not content.get("partnership", {}).get("acronym"):
        found.append("There is no partnership with an acronym.")
    if content.get("practices") and not content.get("form", {}).get("fields"):
        found.append("There are practices, but no form with fields in which they are written.")
    known = {section: {name_of(section, row) for row in content.get(section, [])} for section in SECTIONS}
    for section in SECTIONS:
        for record in content.get(section, []):
            place = f"{section}, {name_of(section, record)}"
            found += [f"{place}: {fault}" for fault in _record_faults(section, record, known)]
            found += [f"{place}: {fault}" for fault in _source_faults(record, content.get("sources", {}))]
        found += [f"{section}: “{name}” stands there twice." for name in _twice(section, content)]
    return found


def _record_faults(section, record, known):
    required, references = SECTIONS[section]
    for field in required:
        if record.get(field) in (None, "", []):
            yield f"“{field}” is missing."
    for field, other in references.items():
        values = record.get(field) or []
        for value in values if isinstance(values, list) else [values]:
            if value not in known[other]:
                yield f"“{field}” names “{value}”, which is not among the {other}."
    email = record.get("email", "")
    if email and not email.endswith(f"@{NEVER_REAL}"):
        yield f"the address “{email}” is not one of {NEVER_REAL}; files hold no real people."


def _source_faults(record, sources):
    if record.get("fictional"):
        return
    if not record.get("sources"):
        yield "no source is named."
    for source in record.get("sources", []):
        if source not in sources:
            yield f"the source “{source}” is not in the table of sources."


def _twice(section, content):
    if section in ("figures", "group_members", "group_todos"):
        return set()
    names = [name_of(section, row) for row in content.get(section, [])]
    return sorted({name for name in names if names.count(name) > 1})
