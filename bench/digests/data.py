"""Fills an empty database with people whose digest is due: meetings, practices, to-dos and letters that wait.

Run as ``python -m bench.digests.data PEOPLE``, in a process of its own, so that its memory is not counted.
"""

import os
import random
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")
django.setup()

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone

from bench.data import SYLLABLES
from meetings.models import Meeting, Todo
from notifications.models import Letter, LetterSettings
from partners.models import Membership, Organisation, Person, Region, User
from practices.models import FormTemplate, Practice
from workgroups.models import GroupMembership, Workgroup

MEETINGS, PRACTICES, TODOS, FOLDED = 6, 4, 2, 3
BATCH = 500


def main(people):
    """Make the data."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    dice, now = random.Random(people), timezone.now().replace(microsecond=0)
    region = Region.objects.create(name="Benchland", country="AT")
    organisation = Organisation.objects.create(name="Bench", short_name="Bench", region=region, partner_number=1)
    group = Workgroup.objects.create(name="Bench group", letter="B", colour=1)
    meetings = _meetings(dice, now, organisation, group)
    _practices(dice, now, region, organisation, group)
    for start in range(0, people, BATCH):
        numbers = range(start, min(start + BATCH, people))
        readers = Person.objects.bulk_create(
            Person(name=f"Person {n}", email=f"p{n}@example.org", time_zone="Europe/Vienna") for n in numbers
        )
        _accounts(readers, now, organisation, group)
        _own_things(dice, readers, meetings, now)


def _words(dice):
    return " ".join("".join(dice.choices(SYLLABLES, k=3)).capitalize() for _ in range(5))


def _meetings(dice, now, organisation, group):
    return Meeting.objects.bulk_create(
        Meeting(
            title=_words(dice),
            place="Town",
            country="AT",
            time_zone="Europe/Vienna",
            state="open",
            visibility="partnership",
            host=organisation,
            workgroup=group,
            starts_at=now + timedelta(days=3 + 2 * n),
            ends_at=now + timedelta(days=3 + 2 * n, hours=6),
        )
        for n in range(MEETINGS)
    )


def _practices(dice, now, region, organisation, group):
    template = FormTemplate.objects.filter(is_current=True).first() or FormTemplate.objects.create(
        key="bench", name="Bench", is_current=True
    )
    Practice.objects.bulk_create(
        Practice(
            title=_words(dice),
            summary=_words(dice),
            template=template,
            region=region,
            organisation=organisation,
            workgroup=group,
            state="published",
            published_at=now - timedelta(hours=n + 1),
        )
        for n in range(PRACTICES)
    )


def _accounts(readers, now, organisation, group):
    User.objects.bulk_create(
        User(email=person.email, person=person, date_joined=now - timedelta(days=99)) for person in readers
    )
    Membership.objects.bulk_create(Membership(person=person, organisation=organisation) for person in readers)
    GroupMembership.objects.bulk_create(GroupMembership(person=person, workgroup=group) for person in readers)
    LetterSettings.objects.bulk_create(LetterSettings(person=person, digest_hour=0) for person in readers)


def _own_things(dice, readers, meetings, now):
    Todo.objects.bulk_create(
        Todo(text=_words(dice), meeting=meetings[n], owner=person, due_date=now.date() + timedelta(days=n + 1))
        for person in readers
        for n in range(TODOS)
    )
    content_type = ContentType.objects.get_for_model(Meeting)
    Letter.objects.bulk_create(
        Letter(
            kind="meetings-opened",
            content_type=content_type,
            object_id=meeting.pk,
            person=person,
            address=person.email,
            key=f"bench:{meeting.pk}:{person.pk}",
            state=Letter.State.FOLDED,
            channel=Letter.Channel.DIGEST,
            due_at=now - timedelta(hours=1),
            created_at=now - timedelta(hours=1),
        )
        for person in readers
        for meeting in meetings[:FOLDED]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
