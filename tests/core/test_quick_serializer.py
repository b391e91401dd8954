"""Quick output is the output of the library, byte for byte."""

import pytest
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer
from rest_framework.test import APIRequestFactory

from core.rest.serializers import QuickSerializer
from meetings.api import shapes as meetings
from meetings.models import AgendaItem, Decision, Meeting, Registration, Todo
from practices.api import serializers as practices
from practices.models import Practice, Transfer
from tests.worlds import make_world

pytestmark = pytest.mark.django_db
SHAPES = [
    (meetings.MeetingOut, Meeting),
    (meetings.AgendaItemOut, AgendaItem),
    (meetings.RegistrationOut, Registration),
    (meetings.DecisionOut, Decision),
    (meetings.TodoOut, Todo),
    (practices.PracticeSerializer, Practice),
    (practices.TransferShort, Transfer),
]


@pytest.mark.parametrize(("shape", "model"), SHAPES)
def test_both_ways_give_the_same(shape, model, monkeypatch):
    request = APIRequestFactory().get("/")
    request.user = make_world().users["author"]
    rows = list(model.objects.all())
    for row in rows:
        row.seen_transfers = []

    def shown():
        return JSONRenderer().render(shape(rows, many=True, context={"request": request}).data)

    quick = shown()
    monkeypatch.setattr(QuickSerializer, "to_representation", ModelSerializer.to_representation)
    assert quick == shown()
    assert len(rows) > 0
