"""The files of a partnership as one book: its records, its sources, and its days."""

import datetime as dt
import json
import zoneinfo
from pathlib import Path

from django.utils import timezone

from core import history, search
from overview.loading import shape

LAST_MINUTE = dt.time(23, 59)


class Misshapen(Exception):
    """The files cannot be loaded; the message lists why."""


class Book:
    """All records of a folder, and what loading needs: dates, sources, finding and adding of rows."""

    def __init__(self, folder, *, with_demo=True):
        """Read every JSON file of ``folder``; raises Misshapen with a list of sentences."""
        self.content = {}
        self.today = timezone.localdate()
        self.added = {}
        self.place = "partnership"
        for path in sorted(Path(folder).glob("*.json")):
            part = self._read(path)
            if with_demo or path.name != "demo.json":
                self._take(part)
        found = shape.faults(self.content)
        if found:
            raise Misshapen("\n".join(found))

    @staticmethod
    def _read(path):
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Misshapen(f"{path.name} is not JSON: {error}") from error

    def _take(self, part):
        """Add the sections of one file; a file that says it is fictional makes all its records so."""
        fictional = part.get("fictional", False)
        for section, value in part.items():
            if section in shape.SECTIONS:
                rows = [{"fictional": fictional} | row for row in value]
                self.content.setdefault(section, []).extend(rows)
            elif isinstance(value, dict):
                self.content.setdefault(section, {}).update(value)
        if part.get("partnership"):
            self.content["partnership"].setdefault("fictional", fictional)

    def rows(self, section):
        """Yield the records of a section, and remember which one is at work, for messages."""
        for record in self.content.get(section, []):
            self.place = f"{section}, {shape.name_of(section, record)}"
            yield record

    def has(self, section):
        """True when the files have records of this section."""
        return bool(self.content.get(section))

    def sources(self, record):
        """Return the sources of a record with title and address, as rows keep them."""
        table = self.content.get("sources", {})
        named = [{"key": key, **table[key]} for key in record.get("sources", [])]
        return named or [{"key": "demo", "title": "Made up for the demonstration"}]

    def day(self, value):
        """Return a date from "2018-03-01" or from {"in_days": 24}; None stays None."""
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return dt.date.fromisoformat(value[:10])
        day = self.today + dt.timedelta(days=value["in_days"])
        if "weekday" in value:  # move on to this day of the week (0: Monday)
            first = value["in_days"] - value["weekday"]
            day = self.today + dt.timedelta(days=first)
            day += dt.timedelta(days=-day.weekday() % 7 + value["weekday"])
        return day

    def moment(self, value, zone, *, otherwise=dt.time.min):
        """Return the moment of a day; ``otherwise`` is the hour where only the day is known."""
        day = self.day(value)
        if day is None:
            return None
        text = value[11:] if isinstance(value, str) else value.get("at", "")
        hour = dt.time.fromisoformat(text) if text else otherwise
        return dt.datetime.combine(day, hour, tzinfo=zoneinfo.ZoneInfo(zone))

    def find(self, model, **lookup):
        """Return the row that a reference names, or None for an empty reference."""
        if None in lookup.values() or "" in lookup.values():
            return None
        return model.objects.get(**lookup)

    def add(self, model, lookup, fields):
        """Return ``(row, is_new)``: the row with these natural keys, made with ``fields`` where missing."""
        row = model.objects.filter(**lookup).first()
        if row:
            return row, False
        row = model(**lookup, **fields)
        row.full_clean(validate_unique=False)
        row.save(force_insert=True)
        plural = str(model._meta.verbose_name_plural)
        self.added[plural] = self.added.get(plural, 0) + 1
        if hasattr(row, "version"):
            history.record(row, self._verb(row), by=None, note=self._note(row))
        if hasattr(row, "search_text"):
            search.index(row)
        return row, True

    @staticmethod
    def _verb(row):
        """Return the verb of the history: a demonstration has news, facts are only loaded."""
        is_open = getattr(row, "state", "") in ("open", "running")
        return "opened" if is_open and getattr(row, "is_fictional", False) else "loaded"

    @staticmethod
    def _note(row):
        return "Loaded as demonstration data." if getattr(row, "is_fictional", False) else "Loaded from the facts."

    def sourced(self, record):
        """Return the fields that every sourced row takes from its record."""
        return {
            "sources": self.sources(record),
            "gap_note": record.get("gap_note", ""),
            "is_fictional": record["fictional"],
        }


def pick(record, *names):
    """Return those of the named fields that the record has."""
    return {name: record[name] for name in names if name in record}
