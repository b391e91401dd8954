"""Who sees which practices, reviews and transfers: exact sets, by role; lists ask the same number of questions."""

import pytest
from django.contrib.auth.models import AnonymousUser

from practices.models import Practice, Review, Transfer
from tests import factories as make

pytestmark = pytest.mark.django_db
STATES = ("draft", "submitted", "changes_requested", "accepted", "declined")


@pytest.fixture
def scene():
    """Return rows by name and accounts by role, all around one organisation and one workgroup."""
    home, other = make.make_organisation(), make.make_organisation()
    group = make.make_workgroup()
    users = {
        "public": AnonymousUser(),
        "guest": make.make_user(),
        "stranger": make.make_user(organisation=other),
        "member": make.make_user(organisation=other),
        "colleague": make.make_user(organisation=home),
        "author": make.make_user(organisation=home),
        "coordinates": make.make_user(organisation=home, role="coordinator"),
        "chair": make.make_user(organisation=other),
        "coordinator": make.make_coordinator(),
        "curator": make.make_curator(),
    }
    make.make_group_member(group, users["member"].person)
    make.make_group_member(group, users["chair"].person, role="chair")
    fields = {"organisation": home, "workgroup": group, "authors": [users["author"].person]}
    rows = {state: make.make_practice(state=state, **fields) for state in STATES}
    for visibility in ("public", "partnership", "workgroup", "organisation"):
        rows[visibility] = make.make_practice(visibility=visibility, **fields)
    return rows, users


def seen(queryset, rows, user):
    """Return the names of the ``rows`` that ``user`` sees."""
    keys = set(queryset.visible_to(user).values_list("pk", flat=True))
    assert keys <= {row.pk for row in rows.values()}
    return {name for name, row in rows.items() if row.pk in keys}


def test_practices(scene):
    rows, users = scene
    under_review = set(STATES) - {"draft"}
    everything = set(rows)
    expected = {
        "public": {"public"},
        "guest": {"public"},
        "stranger": {"public", "partnership"},
        "member": {"public", "partnership", "workgroup"},
        "colleague": {"public", "partnership", "organisation"},
        "author": everything,
        "coordinates": everything,
        "chair": under_review | {"public", "partnership", "workgroup", "organisation"},
        "coordinator": everything,
        "curator": everything,
    }
    assert {role: seen(Practice.objects, rows, user) for role, user in users.items()} == expected


def test_reviews(scene):
    rows, users = scene
    reviewer = make.make_user(organisation=make.make_organisation())
    review = Review.objects.create(
        practice=rows["changes_requested"], reviewer=reviewer.person, verdict="changes_requested", comment="More"
    )
    who = {role for role, user in users.items() if Review.objects.visible_to(user).filter(pk=review.pk).exists()}
    assert who == {"author", "coordinates", "chair", "coordinator", "curator"}
    assert Review.objects.visible_to(reviewer).get() == review


def test_transfers(scene):
    rows, users = scene
    transfers = {
        "interest": make.make_transfer(practice=rows["public"], stage="interest"),
        "piloting": make.make_transfer(practice=rows["public"], stage="piloting"),
        "hidden": make.make_transfer(practice=rows["organisation"], stage="piloting"),
    }
    insiders = ("colleague", "author", "coordinates", "chair", "coordinator", "curator")
    expected = {role: {"piloting"} for role in ("public", "guest")}
    expected |= {role: {"interest", "piloting"} for role in ("stranger", "member")}
    expected |= {role: set(transfers) for role in insiders}
    assert {role: seen(Transfer.objects, transfers, user) for role, user in users.items()} == expected
