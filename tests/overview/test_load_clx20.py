"""Loading a partnership: counts, twice changes nothing, sources, gaps, another partnership, wrong files."""

import io
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command

from actionplans.models import Action, ActionPlan, Milestone, PolicyInstrument
from meetings.models import Meeting
from overview.loading.book import Book, Misshapen
from partners.models import Figure, Organisation, Partnership, Person, Region, Sourced, User
from practices.models import Practice, Transfer
from visits.models import SignUp, StudyVisit, Takeaway, VisitHost
from workgroups.models import Workgroup

pytestmark = pytest.mark.django_db
HOUSE = ("core", "notifications", "partners", "workgroups", "meetings", "practices", "visits", "actionplans", "account")
EXAMPLE = str(settings.BASE_DIR / "data" / "example")


def load(**options):
    """Run the command and return what it said."""
    said = io.StringIO()
    call_command("load_clx20", stdout=said, **options)
    return said.getvalue()


def dump():
    """Return every row of our tables as text."""
    models = [model for app in HOUSE for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return {model._meta.label: serializers.serialize("json", model.objects.order_by("pk")) for model in models}


def facts(model):
    """Return the rows that are not made up."""
    return model.objects.filter(is_fictional=False)


def test_the_counts_are_those_of_the_facts():
    load(no_demo=True)
    counts = {model.__name__: model.objects.count() for model in (Organisation, Region, Workgroup, Practice, Transfer)}
    assert counts == {"Organisation": 11, "Region": 10, "Workgroup": 6, "Practice": 15, "Transfer": 3}
    assert Meeting.objects.count() == 10
    assert [StudyVisit.objects.count(), VisitHost.objects.count()] == [4, 9]
    assert [ActionPlan.objects.count(), PolicyInstrument.objects.count(), Action.objects.count()] == [2, 0, 1]
    assert [Figure.objects.filter(kind=kind).count() for kind in ("target", "result")] == [8, 4]
    assert [Person.objects.count(), User.objects.count()] == [0, 0]


def test_the_letters_and_colours_of_the_groups():
    load(no_demo=True)
    assert list(Workgroup.objects.values_list("letter", "colour")) == list(zip("SD3MPC", range(1, 7), strict=True))


def test_loading_twice_changes_nothing():
    load()
    before = dump()
    assert load() == "Everything was there already; nothing has changed.\n"
    assert dump() == before


def test_loading_on_a_later_day_keeps_what_is_there(time_machine):
    time_machine.move_to("2027-03-01 12:00Z")
    load()
    before = dump()
    time_machine.move_to("2027-04-15 12:00Z")
    load()
    assert dump() == before


def test_loading_again_keeps_what_people_changed():
    load()
    Organisation.objects.filter(short_name="ecoplus").update(notes="Changed by hand")
    load()
    assert Organisation.objects.get(short_name="ecoplus").notes == "Changed by hand"


def test_every_fact_has_a_source_and_every_invention_says_so():
    load()
    for model in apps.get_models():
        if issubclass(model, Sourced):
            assert not facts(model).filter(sources=[]).exists(), model
            assert not [row for row in facts(model) if row.sources[0]["key"] == "demo"], model
    for model in (Figure, Region, Organisation, Partnership):
        assert not model.objects.filter(sources=[]).exists(), model
    assert {row.is_fictional for row in Person.objects.all()} == {True}
    assert {row.is_fictional for row in PolicyInstrument.objects.all()} == {True}


def test_no_address_outside_example_org():
    load()
    addresses = {*Person.objects.values_list("email", flat=True), *User.objects.values_list("email", flat=True)}
    assert len(addresses) == 15
    assert {address.rpartition("@")[2] for address in addresses} == {"example.org"}


def test_loading_writes_no_letters():
    load()
    from notifications.models import Letter

    assert Letter.objects.count() == 0


def test_what_is_not_documented_is_a_gap():
    load(no_demo=True)
    practice = Practice.objects.get(key="smart-accelerator")
    assert practice.gaps == [
        "summary", "problem", "resources", "evidence", "challenges", "potential", "keywords", "timescale",
    ]  # fmt: skip
    assert Practice.objects.get(key="ppi-pool").gaps == ["evidence", "challenges", "keywords", "timescale"]


def test_dates_say_how_exactly_they_are_known():
    load(no_demo=True)
    known = dict(Meeting.objects.values_list("key", "precision"))
    assert known["malmo-2016"] == "days"
    assert known["gyor-2018"] == "inside"
    assert known["bucharest-2017"] == "month"
    assert known["ewrc-2020"] == "time"
    assert Meeting.objects.get(key="ewrc-2020").starts_at.isoformat() == "2020-10-15T09:30:00+00:00"


def test_the_visits_of_gyor():
    load(no_demo=True)
    stops = StudyVisit.objects.get(key="gyor-2018-visit").stops.values_list("host__key", flat=True)
    assert list(stops) == ["innoskart", "innonet", "mobilis"]


def test_the_meeting_to_come_is_open_and_one_visit_is_full(time_machine):
    time_machine.move_to("2027-03-01 12:00Z")
    load()
    meeting = Meeting.objects.get(key="demo-meeting")
    assert meeting.is_registration_open()
    assert (meeting.local_end.date() - meeting.local_start.date()).days == 2
    full = StudyVisit.objects.get(key="demo-visit-printing")
    states = list(full.sign_ups.values_list("state", flat=True))
    assert states == [SignUp.State.CONFIRMED] * 3 + [SignUp.State.WAITING]
    assert full.last_queue_number == 4
    assert full.starts_at.date() == meeting.starts_at.date().replace(day=meeting.starts_at.day + 1)


@pytest.mark.parametrize("day", [f"2027-03-{day:02}" for day in range(1, 15)])
def test_the_demonstration_loads_on_any_day(time_machine, day):
    time_machine.move_to(f"{day} 22:30Z")
    load()
    meeting = Meeting.objects.get(key="demo-meeting")
    assert [meeting.local_start.weekday(), meeting.local_end.weekday()] == [1, 3]
    assert meeting.is_registration_open()


def test_the_trail_from_the_pool_to_the_instrument_is_there():
    load()
    action = Action.objects.get(key="demo-action-test-ward")
    cited = {(s.practice or s.visit or s.takeaway or s.transfer).key for s in action.sources_of_action.all()}
    assert cited == {"ppi-pool", "kolding-2017-visit", "demo-takeaway-kolding", "ppi-pool-lower-austria"}
    assert Takeaway.objects.get(key="demo-takeaway-kolding").practice.key == "ppi-pool"
    assert action.plan.instrument.key == "demo-instrument-lower-austria"
    states = sorted(Milestone.objects.filter(action=action).values_list("state", flat=True))
    assert states == ["done", "dropped", "open", "open"]


def test_the_sign_ins_are_printed_and_work(client):
    load()
    said = io.StringIO()
    call_command("demo_signins", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == 6
    assert [line.split("  ")[0] for line in lines[:5]] == [
        "coordinator of the partnership", "curator (staff)", "coordinator of an organisation", "member", "guest",
    ]  # fmt: skip
    user = User.objects.get(email="ada.beispiel@example.org")
    assert user.check_password("demo-clx20-portal")


def test_the_password_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "another-one-for-today")
    assert "another-one-for-today" in load()
    assert User.objects.get(email="ada.beispiel@example.org").check_password("another-one-for-today")


def test_outside_a_demonstration_the_password_must_be_chosen(settings):
    settings.TESTING = settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="--no-demo"):
        load()
    assert User.objects.count() == 0
    load(no_demo=True)
    assert Organisation.objects.count() == 11


def test_without_accounts_there_are_no_sign_ins():
    said = io.StringIO()
    call_command("demo_signins", stdout=said)
    assert said.getvalue() == "This portal has no demonstration accounts.\n"


def test_another_partnership_loads_into_an_empty_portal():
    load(data=EXAMPLE)
    assert Partnership.objects.get().acronym == "GREENHARB"
    counts = [model.objects.count() for model in (Organisation, Workgroup, Meeting, Practice)]
    assert counts == [3, 2, 1, 2]
    assert list(Workgroup.objects.values_list("letter", "colour")) == [("E", 7), ("W", 8)]
    before = dump()
    load(data=EXAMPLE)
    assert dump() == before


def write(folder, content):
    """Write a partnership of one file."""
    (folder / "partnership.json").write_text(json.dumps(content), encoding="utf-8")
    return str(folder)


def test_wrong_files_are_refused_with_sentences_and_nothing_is_saved(tmp_path):
    real = "somebody@elsewhere.example"
    content = {
        "partnership": {"acronym": "X", "name": "X"},
        "sources": {"a": {"title": "A"}},
        "regions": [{"name": "North", "country": "XX", "sources": ["b"]}],
        "organisations": [{"name": "One", "short_name": "One", "region": "South"}],
        "people": [{"name": "Real", "email": real, "fictional": True}],
    }
    with pytest.raises(Misshapen) as caught:
        Book(write(tmp_path, content))
    assert str(caught.value).splitlines() == [
        "regions, North: the source “b” is not in the table of sources.",
        "organisations, One: “region” names “South”, which is not among the regions.",
        "organisations, One: no source is named.",
        f"people, {real}: the address “{real}” is not one of example.org; files hold no real people.",
    ]
    with pytest.raises(CommandError):
        load(data=str(tmp_path))
    assert Partnership.objects.count() == 0


def test_a_file_that_is_not_json_and_a_missing_folder_are_refused(tmp_path):
    (tmp_path / "partnership.json").write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"partnership\.json is not JSON"):
        load(data=str(tmp_path))
    with pytest.raises(CommandError, match="There is no folder"):
        load(data=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("meetings", 0, "start", "2025-02-30"), "meetings, harbour-kick-off: a name, a field or a day in it is wrong"),
        (("meetings", 0, "kind", "party"), "meetings, harbour-kick-off: Value 'party' is not a valid choice"),
        (("meetings", 0, "end", "2025-03-01"), "meetings, harbour-kick-off: .*meeting_ends_after_start"),
        (("meetings", 0, "time_zone", "Mars/Base"), "meetings, harbour-kick-off: a name, a field or a day"),
        (("workgroups", 1, "colour", 11), "workgroups, clean-water: "),
        (("regions", 0, "country", "Portugal"), "regions, Exampleland Coast"),
    ],
)
def test_a_record_that_does_not_fit_is_named_and_nothing_is_saved(tmp_path, wrong, message):
    section, index, field, value = wrong
    content = json.loads((Path(EXAMPLE) / "partnership.json").read_text(encoding="utf-8"))
    content[section][index][field] = value
    with pytest.raises(CommandError, match=message):
        load(data=write(tmp_path, content))
    assert [model.objects.count() for model in (Partnership, Region, Workgroup, Meeting)] == [0, 0, 0, 0]
