"""The story in docs/examples runs against a real server, with tokens, using only the published schema."""

import importlib.util
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from notifications.models import Letter
from partners import workflows
from partners.models import User

pytestmark = pytest.mark.django_db(transaction=True)
STORY = Path(__file__).resolve().parent.parent / "docs" / "examples" / "story.py"


def _story():
    spec = importlib.util.spec_from_file_location("story", STORY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _token(name):
    user = User.objects.get(email=f"{name}@example.org")
    return workflows.create_token({"name": "story", "scopes": ["read", "write"], "days": 1}, by=user)[1]


def test_the_story_runs_and_its_letters_lie_in_the_outbox_once_each(live_server):
    """Registered, let in, sent back, published, taken up, cited; each letter once."""
    call_command("load_clx20", verbosity=0)
    before = set(Letter.objects.values_list("pk", flat=True))
    tokens = {
        "member": _token("ioana.exemplu"),
        "curator": _token("lotte.voorbeeld"),
        "seated": [_token("elsa.exempel"), _token("luc.exemple")],
        "taker": _token("jakob.muster"),
        "planner": _token("ada.beispiel"),
    }
    made = _story().main(live_server.url, tokens)
    stages = {station["stage"] for station in made["trail"]}
    assert stages >= {"practice", "transfer", "action", "instrument"}
    letters = Letter.objects.exclude(pk__in=before).values_list("kind", "person__email")
    told = Counter(kind for kind, address in letters if address == "ioana.exemplu@example.org")
    kinds = {kind.split("-", 1)[1] for kind in told}
    assert {"registered", "signed-up", "let-in", "sent-back", "published"} <= kinds, told
    assert set(told.values()) == {1}, told
