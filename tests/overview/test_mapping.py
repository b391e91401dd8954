"""The projection and the frame of the map."""

import math
import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from overview.mapping import HEIGHT, WIDTH, Frame, project, unproject

CAPITALS = {"Lisbon": (38.7, -9.1), "Helsinki": (60.2, 24.9), "Athens": (38.0, 23.7), "Reykjavík": (64.1, -21.9)}
LOWER_AUSTRIA, SOUTHERN_DENMARK = (48.2, 15.62), (55.4, 9.3)


@pytest.mark.parametrize("name", CAPITALS)
def test_projecting_there_and_back(name):
    assert unproject(*project(*CAPITALS[name])) == pytest.approx(CAPITALS[name], abs=1e-9)


@pytest.mark.parametrize("name", CAPITALS)
def test_europe_lies_on_the_map(name):
    x, y = project(*CAPITALS[name])
    assert 0 < x < WIDTH
    assert 0 < y < HEIGHT


def test_one_unit_is_two_kilometres():
    (ax, ay), (bx, by) = project(52.0, 10.0), project(53.0, 10.0)
    assert math.hypot(bx - ax, by - ay) * 2 == pytest.approx(111.2, abs=0.1)


def test_a_frame_shows_all_its_places_inside_the_margin():
    frame = Frame.around(CAPITALS.values(), width=720, height=560, margin=60)
    for place in CAPITALS.values():
        x, y = frame.place(*place)
        assert 59.9 <= x <= 660.1
        assert 59.9 <= y <= 500.1


def test_a_frame_of_one_place_has_it_in_the_middle():
    assert Frame.around([LOWER_AUSTRIA], width=720, height=560).place(*LOWER_AUSTRIA) == (360.0, 280.0)


def test_a_frame_of_nothing_shows_the_whole_map():
    frame = Frame.around([], width=720, height=560)
    assert frame.viewbox == "0 0 720 560"
    assert frame.scale == pytest.approx(560 / HEIGHT)


def test_there_and_back_are_two_arcs_and_the_tip_points_at_the_goal():
    frame = Frame.around([LOWER_AUSTRIA, SOUTHERN_DENMARK])
    there, back = frame.arc(SOUTHERN_DENMARK, LOWER_AUSTRIA), frame.arc(LOWER_AUSTRIA, SOUTHERN_DENMARK)
    middles = [re.search(r"Q([\d.]+) ([\d.]+)", path).groups() for path in (there, back)]
    assert middles[0] != middles[1]
    x, y, _angle = frame.arrow(SOUTHERN_DENMARK, LOWER_AUSTRIA)
    goal_x, goal_y = frame.place(*LOWER_AUSTRIA)
    assert math.hypot(goal_x - x, goal_y - y) == pytest.approx(10, abs=0.2)
    assert there.endswith(f"{x} {y}")


def test_the_land_marks_the_countries_of_the_partners():
    frame = Frame.around(CAPITALS.values())
    land = render_to_string("components/map_europe.svg", {"frame": frame, "partner_countries": ["AT", "DK"]})
    marked = re.findall(r'class="part" data-country="(..)"', land)
    assert marked == ["AT", "DK"]
    assert f'transform="{frame.transform}"' in land
    assert len(re.findall(r'class="rest" data-country="(..)"', land)) == 41
    assert "style=" not in land


def test_the_map_stays_small():
    assert (settings.BASE_DIR / "templates/components/map_europe.svg").stat().st_size < 40_000
