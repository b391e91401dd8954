"""Geometry of the drawings: seats, stages, trail, time line. Plain data in, numbers out."""

import datetime as dt
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

register = template.Library()

WIDTH = 1216
ROW = 124
TOP = 96


def _whole(value: Any) -> int:
    """A whole number from what a template passes; 0 for nothing."""
    text = str(value if value is not None else "").strip()
    return int(text) if text.lstrip("-").isdigit() else 0


@register.simple_tag
def seats_drawing(taken: Any, total: Any, waiting: Any = 0) -> dict[str, Any]:
    """Seats as small blocks, twenty in a row; above 120 seats only the words stay."""
    taken, total, waiting = _whole(taken), _whole(total), _whole(waiting)
    kinds = ["t"] * min(taken, total) + ["o"] * max(0, total - taken) + ["w"] * min(waiting, 20)
    if not total or total > 120:
        kinds = []
    cells = [{"kind": kind, "x": 3 + 15 * (i % 20), "y": 2 + 17 * (i // 20)} for i, kind in enumerate(kinds)]
    rows = (len(cells) + 19) // 20
    return {
        "limited": bool(total),
        "taken": taken,
        "total": total,
        "free": max(0, total - taken),
        "waiting": waiting,
        "cells": cells,
        "width": 300,
        "height": 17 * rows or 1,
    }


@register.simple_tag
def mini_drawing(reached: Any, total: Any = 7) -> dict[str, Any]:
    """A short line of stages: those reached, the last one filled, those ahead dotted."""
    reached, total = _whole(reached), max(2, _whole(total))
    step = 186 / (total - 1)
    xs = [round(10 + step * i, 1) for i in range(total)]
    points = []
    for i, x in enumerate(xs, start=1):
        kind, radius = ("st", 5.5) if i < reached else ("st-f", 7.5) if i == reached else ("st-gap", 3.5)
        points.append({"kind": kind, "x": x, "r": radius})
    track = f"M{xs[0]} 13H{xs[reached - 1]}" if reached > 1 else ""
    ahead = f"M{xs[max(0, reached - 1)]} 13H{xs[-1]}" if reached < total else ""
    return {"width": 206, "points": points, "track": track, "ahead": ahead}


@register.filter
def minute_class(minutes: Any) -> str:
    """The height class of a session: the longer it lasts, the longer its line."""
    return f"m{max((n for n in (15, 30, 45, 60, 90, 120, 180) if n <= _whole(minutes)), default=15)}"


@register.filter
def minutes_text(minutes: Any) -> str:
    """90 as "1 h 30 min"."""
    hours, rest = divmod(_whole(minutes), 60)
    parts = ([_("%(n)s h") % {"n": hours}] if hours else []) + ([_("%(n)s min") % {"n": rest}] if rest else [])
    return " ".join(parts)


def wrap_words(text: str, width: int, lines: int) -> list[str]:
    """Break a text into at most so many lines; what does not fit ends in an ellipsis."""
    out: list[str] = []
    for word in str(text).split():
        if out and len(out[-1]) + 1 + len(word) <= width:
            out[-1] += " " + word
        else:
            out.append(word)
    short = [line if len(line) <= width + 2 else line[: width - 1] + "…" for line in out[:lines]]
    if len(out) > lines:
        short[-1] = short[-1][: width - 1].rstrip(" ,.;") + "…"
    return short


@register.simple_tag
def trail_drawing(trail: Any) -> dict[str, Any]:
    """Columns, stations, edges and gaps of a learning trail; shape in templates/cotton/README.md."""
    trail = trail or {"stages": [], "stations": []}
    step = WIDTH / max(1, len(trail["stages"]))
    columns: list[dict[str, Any]] = [
        {"key": s["key"], "name": s["name"], "x": round(step * (i + 0.5)), "stations": []}
        for i, s in enumerate(trail["stages"])
    ]
    order = {column["key"]: i for i, column in enumerate(columns)}
    placed = _place(trail["stations"], columns, order)
    _mark_columns(columns)
    _lift_labels(placed)
    edges = [
        {"path": _curve(placed[parent], station), "colour": station.get("colour") or placed[parent].get("colour")}
        for station in placed.values()
        for parent in station.get("came_from", ())
        if parent in placed
    ]
    gaps, gap_edges = _gaps(placed, columns, order)
    rows = 1 + max((s["row"] for s in placed.values()), default=0)
    return {
        "width": WIDTH,
        "height": TOP + rows * ROW - 24,
        "columns": columns,
        "stations": list(placed.values()),
        "edges": gap_edges + edges,
        "gaps": gaps,
    }


def _place(
    stations: list[dict[str, Any]], columns: list[dict[str, Any]], order: dict[str, int]
) -> dict[str, dict[str, Any]]:
    """Give every station a row: its parent's when free, else the next free one of its column."""
    placed: dict[str, dict[str, Any]] = {}
    used: set[tuple[int, int]] = set()
    for given in sorted(stations, key=lambda s: order[s["stage"]]):
        station = dict(given)
        column = order[station["stage"]]
        parents = [placed[p] for p in station.get("came_from", ()) if p in placed]
        row = min((p["row"] for p in parents), default=0)
        while (column, row) in used:
            row += 1
        used.add((column, row))
        station.update(row=row, column=column, x=columns[column]["x"], y=TOP + row * ROW)
        station["parents"] = ", ".join(str(p["title"]) for p in parents)
        station["lines"] = _labels(station)
        station["buffer"] = f"M{station['x'] + 19} {station['y'] - 11}V{station['y'] + 11}"
        columns[column]["stations"].append(station)
        placed[station["id"]] = station
    return placed


def _labels(station: dict[str, Any]) -> list[dict[str, Any]]:
    """The words under a station, line by line."""
    texts = [("h", t) for t in wrap_words(station["title"], 21, 2)]
    texts += [("s", t) for t in wrap_words(station.get("note") or "", 25, 1)]
    texts += [("s", t) for t in wrap_words(station.get("word") or "", 25, 1)]
    return [{"kind": kind, "text": text, "y": station["y"] + 32 + 17 * i} for i, (kind, text) in enumerate(texts)]


def _lift_labels(placed: dict[str, dict[str, Any]]) -> None:
    """Where a line branches downwards its bend needs the room below: the words go above the station."""
    for station in placed.values():
        for parent in [placed[p] for p in station.get("came_from", ()) if p in placed]:
            if station["row"] <= parent["row"] or parent.get("is_lifted"):
                continue
            parent["is_lifted"] = True
            parent["lines"] = parent["lines"][:2]
            for i, line in enumerate(parent["lines"]):
                line["y"] = parent["y"] - 20 - 17 * (len(parent["lines"]) - 1 - i)


def _mark_columns(columns: list[dict[str, Any]]) -> None:
    """Say which stage is "here" and after which one the records end."""
    filled = [c for c in columns if c["stations"]]
    for column in columns:
        column["is_here"] = any(s.get("state") == "here" for s in column["stations"])
        column["is_last_done"] = bool(filled) and column is filled[-1]


def _curve(a: dict[str, Any], b: dict[str, Any]) -> str:
    """A track between two stations: straight on one row, a soft bend between rows."""
    if a["y"] == b["y"]:
        return f"M{a['x']} {a['y']}H{b['x']}"
    bend = min(a["x"] + 150, b["x"])
    middle = (a["x"] + bend) / 2
    return f"M{a['x']} {a['y']}C{middle} {a['y']} {middle} {b['y']} {bend} {b['y']}H{b['x']}"


def _gaps(placed: dict[str, Any], columns: list[dict[str, Any]], order: dict[str, int]) -> tuple[list[Any], list[Any]]:
    """Dotted line and stations to the right of each line end that has not ended."""
    parents = {p for s in placed.values() for p in s.get("came_from", ())}
    taken = {(s["column"], s["row"]) for s in placed.values()}
    gaps, edges = [], []
    for station in placed.values():
        if station["id"] in parents or station.get("state") == "ended":
            continue
        free = []
        for i in range(station["column"] + 1, len(columns)):
            if (i, station["row"]) in taken:
                break
            free.append(
                {
                    "x": columns[i]["x"],
                    "y": station["y"],
                    "text_y": station["y"] + 32,
                    "label": not columns[i]["stations"],
                }
            )
        if free:
            edges.append({"path": f"M{station['x'] + 18} {station['y']}H{free[-1]['x']}", "gap": True})
            gaps += free
    return gaps, edges


@register.simple_tag
def timeline_drawing(timeline: Any) -> dict[str, Any]:
    """Rows, ticks and today's line of a time line; shape in templates/cotton/README.md."""
    timeline = timeline or {"rows": []}
    dates = [
        d
        for row in timeline["rows"]
        for d in (row.get("start"), row.get("end"), *(m["date"] for m in row.get("marks", ())))
        if d
    ]
    today = timeline.get("today")
    start, end = timeline.get("start") or min(dates, default=today), timeline.get("end") or max(dates, default=today)
    if not timeline["rows"] or start is None or end is None:
        return {"rows": [], "width": WIDTH, "height": 40}
    start, end = min([start, *dates]), max([end, *dates])
    days = max(30, (end - start).days)
    left, right = 330, WIDTH - 40

    def x(day: dt.date) -> int:
        return round(left + (right - left) * (day - start).days / days)

    rows = [_timeline_row(row, 70 + 62 * i, x) for i, row in enumerate(timeline["rows"])]
    today_x = x(today) if today and start <= today <= end else None
    ticks = [t for t in _ticks(start, end, days, x) if today_x is None or abs(t["x"] + 20 - today_x) > 62]
    return {
        "width": WIDTH,
        "height": 70 + 62 * len(rows) - 20,
        "rows": rows,
        "ticks": ticks,
        "today_x": today_x,
        "tag_x": (today_x or 0) - 26,
    }


def _timeline_row(row: dict[str, Any], y: int, x: Any) -> dict[str, Any]:
    """One action: its words at the left, its track, its marks."""
    out = dict(row, y=y, word_y=y + 22)
    lines = wrap_words(row["title"], 38, 2)
    out["lines"] = [{"text": text, "y": y + 4 - 17 * (len(lines) - 1 - i)} for i, text in enumerate(lines)]
    first, last = row.get("start"), row.get("end")
    out["path"] = f"M{x(first)} {y}H{x(last)}" if first and last else ""
    kinds = {"done": "st-f", "late": "st-late", "here": "here", "ahead": "st"}
    out["marks"] = [dict(m, x=x(m["date"]), kind=kinds.get(m.get("state", ""), "st")) for m in row.get("marks", ())]
    stop = x(last or first) + 12 if (last or first) else 0
    out["buffer"] = f"M{stop} {y - 10}V{y + 10}" if stop else ""
    return out


def _ticks(start: dt.date, end: dt.date, days: int, x: Any) -> list[dict[str, Any]]:
    """Names of years, half-years, quarters or months, as many as have room."""
    step = 1 if days <= 330 else 3 if days <= 1100 else 6 if days <= 2200 else 12
    ticks, year, month = [], start.year, 1
    while dt.date(year, month, 1) <= end:
        day = dt.date(year, month, 1)
        if day >= start:
            ticks.append({"x": x(day), "text": str(year) if step == 12 else date_format(day, "M Y")})
        month += step
        if month > 12:
            year, month = year + 1, 1
    return ticks
