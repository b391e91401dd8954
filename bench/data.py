"""Makes the data of a run: at scale 1, 300 meetings, 300 practices and one meeting with 200 agenda items."""

import json
import os
import random
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")
django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone

from core.models import SearchText
from core.text import words
from meetings.models import AgendaItem, Meeting, Registration
from partners.models import ApiToken, Membership, Organisation, Person, Region, User
from partners.workflows import new_feed_address
from practices.models import FormTemplate, Practice
from workgroups.models import Workgroup

ROWS = 300
SYLLABLES = [
    "clus",
    "ter",
    "in",
    "no",
    "va",
    "tion",
    "re",
    "gion",
    "de",
    "sign",
    "pi",
    "lot",
    "net",
    "work",
    "tech",
    "no",
    "po",
    "li",
    "cy",
    "ser",
    "vice",
    "di",
    "gi",
    "tal",
]


def main(scale):
    """Fill an empty database and print what the client needs as JSON."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    dice = random.Random(scale)
    region = Region.objects.create(name="Benchland", country="AT")
    organisation = Organisation.objects.create(name="Bench", short_name="Bench", region=region, partner_number=1)
    group = Workgroup.objects.create(name="Bench group", letter="B", colour=1)
    user = _user(organisation)
    guest = User.objects.create_user("guest@example.org", None, person=_person("Guest", "guest@example.org"))
    meetings = _meetings(dice, ROWS * scale, organisation, group)
    big = meetings[0]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=big, day=n // 25 + 1, position=n, title=_title(dice), minutes=15) for n in range(200)
    )
    people = Person.objects.bulk_create(Person(name=f"Person {n}", email=f"p{n}@example.org") for n in range(100))
    Registration.objects.bulk_create(Registration(meeting=big, person=person) for person in people)
    Registration.objects.bulk_create(Registration(meeting=m, person=user.person) for m in meetings[:200])
    practices = _practices(dice, ROWS * scale, region, organisation, group)
    _index(Meeting, meetings)
    _index(Practice, practices)
    print(
        json.dumps(
            {
                "cookie": f"{settings.SESSION_COOKIE_NAME}={_session(user)}",
                "token": _token(user),
                "writer": _token(user, "write", "read"),
                "guest": _token(guest),
                "feed": new_feed_address(user),
                "meeting": big.pk,
                "practice": practices[0].pk,
            }
        )
    )


def _title(dice):
    return " ".join("".join(dice.choices(SYLLABLES, k=3)).capitalize() for _ in range(5))


def _person(name, address):
    return Person.objects.create(name=name, email=address)


def _user(organisation):
    person = _person("Bench Person", "bench@example.org")
    Membership.objects.create(person=person, organisation=organisation, role="coordinator")
    return User.objects.create_user("bench@example.org", None, person=person)


def _meetings(dice, count, organisation, group):
    now = timezone.now().replace(microsecond=0)
    rows = [
        Meeting(
            title=_title(dice),
            place="Town",
            country="AT",
            time_zone="Europe/Vienna",
            state="open",
            visibility="partnership" if n % 4 else "public",
            summary=" ".join(_title(dice) for _ in range(5)),
            host=organisation,
            workgroup=group,
            starts_at=now + timedelta(hours=24 + 6 * n),
            ends_at=now + timedelta(hours=30 + 6 * n),
        )
        for n in range(count)
    ]
    return Meeting.objects.bulk_create(rows, batch_size=1000)


def _practices(dice, count, region, organisation, group):
    template = FormTemplate.objects.filter(is_current=True).first() or FormTemplate.objects.create(
        key="bench", name="Bench", is_current=True
    )
    now = timezone.now()
    rows = [
        Practice(
            title=_title(dice),
            summary=" ".join(_title(dice) for _ in range(2)),
            template=template,
            region=region,
            organisation=organisation,
            workgroup=group,
            state="published",
            published_at=now - timedelta(minutes=n),
            texts={field.name: " ".join(_title(dice) for _ in range(8)) for field in template.fields.all()},
        )
        for n in range(count)
    ]
    return Practice.objects.bulk_create(rows, batch_size=1000)


def _index(model, rows):
    content_type = ContentType.objects.get_for_model(model)
    SearchText.objects.bulk_create(
        (
            SearchText(
                content_type=content_type, object_id=row.pk, text="".join(f" {w}" for w in words(row.search_text()))
            )
            for row in rows
        ),
        batch_size=1000,
    )


def _session(user):
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return store.session_key


def _token(user, *scopes):
    granted = list(scopes) or ["read"]
    _row, secret = ApiToken.objects.create(user=user, name="bench", scopes=granted, expiry=timedelta(days=1))
    return secret


if __name__ == "__main__":
    main(int(sys.argv[1]))
