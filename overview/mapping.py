"""Where a place lies on the map of Europe: one projection, one frame, arcs between places.

The land in ``templates/components/map_europe.svg`` was drawn with `project`; a dot placed with the same
function sits exactly on it. Lambert's azimuthal equal-area projection, centred at 52° N 10° E as in the
European reference grid (EPSG:3035), on a sphere: enough for a picture, not for measuring.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

CENTRE_LAT, CENTRE_LON = 52.0, 10.0
EARTH_KM = 6371.0
UNIT_KM = 2.0  # one unit of the map is two kilometres
LEFT_KM, TOP_KM = -2150.0, 2280.0  # the corner of the frame, measured from the centre
WIDTH, HEIGHT = 2225, 2090  # the whole map in units


def project(lat: float, lon: float) -> tuple[float, float]:
    """Place on the whole map, in units from its top left corner (x right, y down)."""
    phi, lam, phi0 = radians(lat), radians(lon - CENTRE_LON), radians(CENTRE_LAT)
    nearness = 1 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(lam)
    scale = EARTH_KM * sqrt(2 / max(nearness, 1e-9))
    x = scale * cos(phi) * sin(lam)
    y = scale * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(lam))
    return (x - LEFT_KM) / UNIT_KM, (TOP_KM - y) / UNIT_KM


def unproject(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of a point of the whole map; the reverse of `project`."""
    km_x, km_y = x * UNIT_KM + LEFT_KM, TOP_KM - y * UNIT_KM
    rho = hypot(km_x, km_y)
    if rho == 0:
        return CENTRE_LAT, CENTRE_LON
    c, phi0 = 2 * asin(min(1.0, rho / (2 * EARTH_KM))), radians(CENTRE_LAT)
    lat = asin(cos(c) * sin(phi0) + km_y * sin(c) * cos(phi0) / rho)
    lon = atan2(km_x * sin(c), rho * cos(phi0) * cos(c) - km_y * sin(phi0) * sin(c))
    return degrees(lat), (degrees(lon) + CENTRE_LON + 180) % 360 - 180


@dataclass(frozen=True)
class Frame:
    """A window on the map: which part is shown, and at which size. Texts and dots keep their size."""

    left: float = 0.0
    top: float = 0.0
    scale: float = 1.0
    width: float = WIDTH
    height: float = HEIGHT

    @classmethod
    def around(cls, places: Iterable[tuple[float, float]], *, width=720.0, height=560.0, margin=64.0) -> "Frame":
        """The closest frame of this size that shows all places (latitude, longitude) with a margin.

        With few or very near places it stays at a scale at which countries can still be recognised.
        """
        points = [project(lat, lon) for lat, lon in places]
        if not points:
            scale = min(width / WIDTH, height / HEIGHT)
            return cls(left=WIDTH / 2 - width / scale / 2, top=0.0, scale=scale, width=width, height=height)
        xs, ys = [x for x, _ in points], [y for _, y in points]
        span_x, span_y = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
        scale = min((width - 2 * margin) / span_x, (height - 2 * margin) / span_y, 1.2)
        left = (min(xs) + max(xs)) / 2 - width / scale / 2
        top = (min(ys) + max(ys)) / 2 - height / scale / 2
        return cls(left=left, top=top, scale=scale, width=width, height=height)

    @property
    def viewbox(self) -> str:
        """Value of the viewBox attribute."""
        return f"0 0 {self.width:g} {self.height:g}"

    @property
    def transform(self) -> str:
        """Value of the transform attribute that brings the land of the whole map into this frame."""
        return f"scale({self.scale:.4f}) translate({-self.left:.1f} {-self.top:.1f})"

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a place lies in this frame, rounded to a tenth."""
        x, y = project(lat, lon)
        return round((x - self.left) * self.scale, 1), round((y - self.top) * self.scale, 1)

    def arc(self, start: tuple[float, float], end: tuple[float, float], *, bend=0.22, gap=10.0) -> str:
        """Path of an arc from one place (latitude, longitude) to another; it ends `gap` before both dots.

        The arc bends to the left of its direction, so that there and back are two lines.
        """
        (ax, ay), (bx, by) = self.place(*start), self.place(*end)
        length = hypot(bx - ax, by - ay) or 1.0
        mid_x, mid_y = (ax + bx) / 2 + (by - ay) * bend, (ay + by) / 2 - (bx - ax) * bend
        gap = min(gap, length / 4)
        from_x, from_y = _towards((ax, ay), (mid_x, mid_y), gap)
        to_x, to_y = _towards((bx, by), (mid_x, mid_y), gap)
        return f"M{from_x:.1f} {from_y:.1f}Q{mid_x:.1f} {mid_y:.1f} {to_x:.1f} {to_y:.1f}"

    def arrow(self, start: tuple[float, float], end: tuple[float, float], *, bend=0.22, gap=10.0) -> tuple:
        """Tip of the same arc: x, y and the angle in degrees in which it points."""
        (ax, ay), (bx, by) = self.place(*start), self.place(*end)
        length = hypot(bx - ax, by - ay) or 1.0
        mid_x, mid_y = (ax + bx) / 2 + (by - ay) * bend, (ay + by) / 2 - (bx - ax) * bend
        x, y = _towards((bx, by), (mid_x, mid_y), min(gap, length / 4))
        return round(x, 1), round(y, 1), round(atan2(by - mid_y, bx - mid_x) * 180 / pi, 1)


def _towards(start: tuple[float, float], goal: tuple[float, float], distance: float) -> tuple[float, float]:
    """The point `distance` away from `start` in the direction of `goal`."""
    length = hypot(goal[0] - start[0], goal[1] - start[1]) or 1.0
    share = min(1.0, distance / length)
    return start[0] + (goal[0] - start[0]) * share, start[1] + (goal[1] - start[1]) * share
