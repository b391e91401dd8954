"""Draw the map of Europe that the portal ships, from Natural Earth shapes (public domain).

Run by hand, once; the result is committed, so no installation needs this script:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m ops.make_map package/countries-50m.json

It reads one TopoJSON file and writes two twins with the same shapes:

    templates/components/map_europe.svg   the paths, to be included inside an <svg>
    static/img/map/europe.svg             the same as a picture of its own

The projection and the frame are those of ``overview/mapping.py``; change both together.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

from overview.mapping import HEIGHT, WIDTH, project

ROOT = Path(__file__).resolve().parent.parent

TOLERANCE = 1.5  # map units (one unit is two kilometres): a bend smaller than this is left out
SMALLEST_RING = 16.0  # square units: smaller islands are left out, unless a country has nothing else
SMALLEST_COUNTRY = 1.0

# ISO 3166-1 numeric (as in the shapes) to alpha-2, for every country of Europe in the frame.
CODES = {
    "008": "AL", "020": "AD", "040": "AT", "112": "BY", "056": "BE", "070": "BA", "100": "BG", "191": "HR",
    "196": "CY", "203": "CZ", "208": "DK", "233": "EE", "246": "FI", "250": "FR", "276": "DE", "300": "GR",
    "348": "HU", "352": "IS", "372": "IE", "380": "IT", "428": "LV", "438": "LI", "440": "LT", "442": "LU",
    "807": "MK", "470": "MT", "498": "MD", "492": "MC", "499": "ME", "528": "NL", "578": "NO", "616": "PL",
    "620": "PT", "642": "RO", "674": "SM", "688": "RS", "703": "SK", "705": "SI", "724": "ES", "752": "SE",
    "756": "CH", "804": "UA", "826": "GB", "336": "VA",
}  # fmt: skip
WITHOUT_NUMBER = {"Kosovo": "XK"}

# The shapes follow who controls a territory; the European Union's maps show these two with the country.
# Name in the shapes, a box (west, south, east, north) that holds the piece, and the country it joins.
PIECES = (("Russia", (32.0, 44.0, 36.8, 46.3), "Ukraine"), ("N. Cyprus", (32.0, 34.0, 35.0, 36.0), "Cyprus"))


def arcs_of(topology):
    """The arcs of a TopoJSON file as lists of (longitude, latitude)."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in deltas:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs


def simplify(points, tolerance):
    """Douglas and Peucker: the fewest points that stay within `tolerance` of the line."""
    if len(points) < 3:
        return points
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        distance, middle = max(
            ((_distance(points[i], points[first], points[last]), i) for i in range(first + 1, last)),
            default=(0, 0),
        )
        if distance > tolerance:
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [points[i] for i in sorted(keep)]


def _distance(point, start, end):
    """Distance of a point from a stretch of line."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length)) if length else 0.0
    return ((px - ax - share * (bx - ax)) ** 2 + (py - ay - share * (by - ay)) ** 2) ** 0.5


def clip(ring, margin=12):
    """Cut a ring at the frame (Sutherland and Hodgman), one side after another."""
    for axis, limit, sign in (
        (0, -margin, 1),
        (0, WIDTH + margin, -1),
        (1, -margin, 1),
        (1, HEIGHT + margin, -1),
    ):
        kept = []
        for before, here in zip([ring[-1], *ring[:-1]], ring, strict=True):
            inside, was_inside = sign * (here[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
            if inside != was_inside:
                share = (limit - before[axis]) / (here[axis] - before[axis])
                kept.append(tuple(before[i] + share * (here[i] - before[i]) for i in (0, 1)))
            if inside:
                kept.append(here)
        ring = kept
        if not ring:
            break
    return ring


def area(ring):
    """Area of a ring, without its sign."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def polygons_of(geometry):
    """Arc numbers of a country: polygons of rings of numbers."""
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def join_pieces(geometries, arcs):
    """Move each of `PIECES` to its country and take the line between the two away."""
    named = {geometry["properties"]["name"]: geometry for geometry in geometries}
    for source, (west, south, east, north), goal in PIECES:
        for polygon in list(polygons_of(named[source])):
            points = [point for number in polygon[0] for point in arcs[number if number >= 0 else ~number]]
            if all(west <= lon <= east and south <= lat <= north for lon, lat in points):
                polygons_of(named[source]).remove(polygon)
                _join(polygons_of(named[goal]), polygon)


def _join(polygons, piece):
    """Add a piece to the polygon with which it shares arcs, without those arcs."""
    ring = piece[0]
    for polygon in polygons:
        shared = {number for number in ring if ~number in polygon[0]}
        if shared:
            polygon[0] = _without(polygon[0], {~number for number in shared}) + _without(ring, shared)
            return
    polygons.append(piece)


def _without(ring, shared):
    """The ring opened at its shared arcs: what is left, starting right behind them."""
    last = max(i for i, number in enumerate(ring) if number in shared and ring[(i + 1) % len(ring)] not in shared)
    turned = ring[last + 1 :] + ring[: last + 1]
    return [number for number in turned if number not in shared]


def rings_of(geometry, arcs):
    """All rings of a country, stitched from the simplified arcs that neighbours share."""
    for polygon in polygons_of(geometry):
        for numbers in polygon:
            ring = []
            for number in numbers:
                part = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += part[1:] if ring else part
            clipped = clip(ring[:-1])
            if len(clipped) > 2:
                yield clipped


def path_data(rings):
    """Rings as the shortest SVG path: whole numbers, relative steps."""
    words = []
    for ring in rings:
        points = [(round(x), round(y)) for x, y in ring]
        steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(points)]
        line = "".join(_pair(step) for step in steps if step != (0, 0)).strip()
        if line.count(" ") + line.count("-") > 2:
            words.append(f"M{points[0][0]} {points[0][1]}l{line}z")
    return "".join(words)


def _pair(step):
    """One step, with a blank only where a digit would touch a digit."""
    return "".join(str(number) if number < 0 else f" {number}" for number in step)


def keep_rings(rings):
    """Leave out specks; a small country keeps its largest piece."""
    rings = sorted(rings, key=area, reverse=True)
    large = [ring for ring in rings if area(ring) >= SMALLEST_RING]
    return large or [ring for ring in rings[:1] if area(ring) >= SMALLEST_COUNTRY]


def countries(topology):
    """Code (empty for land outside Europe) to path data."""
    arcs = arcs_of(topology)
    geometries = topology["objects"]["countries"]["geometries"]
    join_pieces(geometries, arcs)
    arcs = [simplify([project(lat, lon) for lon, lat in arc], TOLERANCE) for arc in arcs]
    shapes, elsewhere = {}, []
    for geometry in geometries:
        if geometry.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        if geometry["properties"]["name"] in ("Antarctica", "Fiji"):
            continue
        code = CODES.get(geometry.get("id", "")) or WITHOUT_NUMBER.get(geometry["properties"]["name"])
        rings = keep_rings(rings_of(geometry, arcs))
        if code and rings:
            shapes[code] = path_data(rings)
        elif rings:
            elsewhere += rings
    return {"": path_data(elsewhere), **dict(sorted(shapes.items()))}


TEMPLATE_HEAD = (
    "{% comment %}Land of the map of Europe; made by ops/make_map.py, do not edit by hand.\n"
    "Stands inside an <svg>. Takes: frame (overview.mapping.Frame) and\n"
    "partner_countries (list of codes, may be empty).{% endcomment %}\n"
)
# A drawing inside the drawing: it cuts the land at the frame and lets it fade at the edge, on any paper.
SHEET_HEAD = """<svg viewBox="{{ frame.viewbox }}" width="100%" height="100%"><defs>
<filter id="map-soft" x="-10%" y="-10%" width="120%" height="120%"><feGaussianBlur stdDeviation="14"/></filter>
<mask id="map-edge" maskUnits="userSpaceOnUse" x="0" y="0" width="100%" height="100%">
<rect x="4%" y="4%" width="92%" height="92%" fill="#fff" filter="url(#map-soft)"/></mask></defs>
<g mask="url(#map-edge)"><g transform="{{ frame.transform }}">
"""


def main(source):
    """Write both twins and say how large they are."""
    shapes = countries(json.loads(Path(source).read_text()))
    parts = [f'<path class="rest" d="{shapes.pop("")}"/>']
    picture = list(parts)
    for code, data in shapes.items():
        mark = f"{{% if '{code}' in partner_countries %}}part{{% else %}}rest{{% endif %}}"
        parts.append(f'<path class="{mark}" data-country="{code}" d="{data}"/>')
        picture.append(f'<path data-country="{code}" d="{data}"/>')
    body = SHEET_HEAD + "\n".join(parts) + "\n</g></g></svg>\n"
    target = ROOT / "templates/components/map_europe.svg"
    target.write_text(TEMPLATE_HEAD + body)
    alone = ROOT / "static/img/map/europe.svg"
    alone.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><title>Map of Europe</title>'
        '<g fill="#e6ebee" stroke="#fff" stroke-width="3" stroke-linejoin="round">'
        + "\n".join(picture)
        + "</g></svg>\n"
    )
    for path in (target, alone):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.1f} kB, {len(shapes)} countries")


if __name__ == "__main__":
    main(sys.argv[1])
