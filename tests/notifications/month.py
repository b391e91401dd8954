"""Four weeks of a busy partnership with a moved clock: what each person gets on each day, with and without the limit.

60 people in 6 groups, 2 meetings that are opened, joined, moved and minuted, a round of reviews, to-dos and
initiatives. Every letter comes from a workflow; the mail goes out at each event, planner and digests run at fixed
hours. The same seed makes the same month, so that two limits can be compared.
"""

import random
from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from meetings.workflows import minutes, planning, registration, todos
from notifications import delivery, digests
from notifications import planning as planner
from notifications.models import Letter, LetterSettings
from practices.workflows import practices, reviews
from tests import factories as make
from tests.factories import moment
from workgroups.workflows import create_initiative

FIRST = moment(2027, 3, 1)  # a Monday; the clocks change on the last Sunday
DAYS = 28
ZONES = ("Europe/Vienna", "Europe/Helsinki", "Europe/Lisbon")
HOUR = timedelta(hours=1)
HOURS = (5, 6, 7, 9, 16)  # the digests come at 7 in three zones


class Month:
    """The partnership and its clock."""

    def __init__(self, clock, *, limit, seed=20):
        self.clock, self.chance = clock, random.Random(seed)
        self.set(FIRST - timedelta(days=2))
        self.home = make.make_organisation()
        self.boss = make.make_user(organisation=self.home, is_coordinator=True, email="boss@example.org")
        self.curator = make.make_user(organisation=self.home, is_staff=True, email="curator@example.org")
        self.users = [self._user(n, limit) for n in range(60)]
        self.groups = [make.make_workgroup(name=f"Group {n + 1}") for n in range(6)]
        for n, user in enumerate(self.users):
            for group in {self.groups[n % 6], self.groups[(n // 6) % 6]}:
                make.make_group_member(group, user.person, role="chair" if n < 6 else "member")
        self.plan = self._plan()

    def _user(self, n, limit):
        user = make.make_user(organisation=self.home if n % 10 == 0 else make.make_organisation())
        type(user.person).objects.filter(pk=user.person_id).update(time_zone=ZONES[n % 3])
        digest = "daily" if n % 4 == 0 else "weekly"
        LetterSettings.objects.create(person=user.person, daily_limit=limit, digest=digest)
        return user

    def set(self, now):
        """Move the clock."""
        self.now = now
        self.clock.move_to(now, tick=False)

    # --- What happens -------------------------------------------------------------------------------

    def _plan(self):
        """Return pairs of hour (since the beginning) and what happens then."""
        found = [
            (24 + 8, self.open_meetings),
            (24 * 2 + 7, self.join),
            (24 * 9 + 8, self.move),
            (24 * 9 + 9, self.move),
        ]
        found += [(24 * 16 + 8, self.move), (24 * 20 + 7, self.start), (24 * 23 + 8, self.write_minutes)]
        found += [(24 * 11 + hour, self.send_in) for hour in range(7, 17)]
        found += [(24 * 12 + hour, self.review) for hour in range(7, 17)]
        found += [(24 * day + hour, self.give_todo) for day in range(1, 26) if day % 7 < 5 for hour in (8, 11, 14)]
        found += [(24 * 15 + hour, self.give_todos) for hour in range(7, 15)]
        found += [(24 * day + 10, self.begin_initiative) for day in (3, 4, 10, 15, 15, 15, 17, 22)]
        return found

    def open_meetings(self):
        self.meetings = []
        for n, day in enumerate((21, 22)):
            start = FIRST + timedelta(days=day, hours=8)
            meeting = make.make_meeting(
                state="draft", host=self.home, workgroup=self.groups[n], title=f"Spring meeting {n + 1}",
                starts_at=start, ends_at=start + 8 * HOUR,
            )  # fmt: skip
            planning.open_meeting(meeting, by=self.boss)
            self.meetings.append(meeting)

    def join(self):
        for meeting in self.meetings:
            for user in self.chance.sample(self.users, 45):
                registration.register(meeting, by=user)

    def move(self):
        for meeting in self.meetings:
            meeting.refresh_from_db()
            data = {"place": self.chance.choice(["Linz", "Graz", "Pécs", "Nitra", "Maribor"])}
            planning.change_meeting(meeting, data, by=self.boss)

    def start(self):
        for meeting in self.meetings:
            meeting.refresh_from_db()
            planning.start_meeting(meeting, by=self.boss)

    def write_minutes(self):
        for meeting in self.meetings:
            meeting.refresh_from_db()
            minutes.write_minutes(meeting, {"minutes": "We met."}, by=self.boss)
            minutes.publish_minutes(meeting, by=self.boss)

    def send_in(self):
        author, group = self.chance.choice(self.users[6:]), self.chance.choice(self.groups)
        practice = make.make_practice(
            state="draft", authors=[author.person], workgroup=group, created_by=author.person,
            organisation=self.home, region=self.home.region, texts={"problem": "A problem"},
            scope="regional", start_date=FIRST.date(),
        )  # fmt: skip
        practices.submit_practice(practice, by=author)
        self.waiting = [*getattr(self, "waiting", []), practice]

    def review(self):
        if self.waiting:
            practice = self.waiting.pop()
            practice.refresh_from_db()
            reviews.accept_practice(practice, by=self.curator, comment="Good.")

    def give_todo(self, owner=None):
        meeting = self.meetings[0] if hasattr(self, "meetings") else None
        data = {"meeting": meeting, "workgroup": self.chance.choice(self.groups), "text": "Send the figures"}
        owner = owner or self.chance.choice(self.users).person
        due = timezone.localdate() + timedelta(days=5)
        todos.create_todo({**data, "owner": owner, "due_date": due}, by=self.boss)

    def give_todos(self):
        for user in self.users[::4]:
            self.give_todo(user.person)

    def begin_initiative(self):
        for group in self.groups[:2]:
            create_initiative({"workgroup": group, "title": "A new start", "summary": "We begin."}, by=self.boss)

    # --- The clock ----------------------------------------------------------------------------------

    def run(self):
        """Live the month: at each event and 20 minutes later, and at fixed hours of each day."""
        events = {}
        for at, act in self.plan:
            events.setdefault(at, []).append(act)
        moments = {hour * 60 for hour in range(24 * DAYS) if hour % 24 in HOURS} | {hour * 60 for hour in events}
        moments |= {hour * 60 + 20 for hour, acts in events.items() if self.move in acts}
        for minute in sorted(moments):
            self.set(FIRST + timedelta(minutes=minute))
            for act in events.pop(minute // 60, ()) if minute % 60 == 0 else ():
                act()
            if minute // 60 % 24 in HOURS:
                planner.plan(self.now)
                digests.plan_digests(self.now)
            delivery.drain(limit=5000, seconds=3600, clock=lambda: self.now)
        return self

    # --- What came of it ----------------------------------------------------------------------------

    def mails(self):
        """Return a Counter of (person, day of the person's zone): letters that reached the mailbox."""
        rows = Letter.objects.filter(state="sent", carried_by=None).select_related("person")
        return Counter((row.person_id, row.sent_at.astimezone(ZoneInfo(row.person.time_zone)).date()) for row in rows)

    def beyond(self, limit):
        """Return how many person-days went beyond the limit."""
        return sum(1 for count in self.mails().values() if count > limit)


def table(before, after):
    """Return lines: letters of each day over all people, the most for one person, and people by letters a day."""
    lines = ["day         before   most   after   most", "-" * 42]
    for n in range(DAYS):
        day = (FIRST + timedelta(days=n)).date()
        parts = []
        for mails in (before, after):
            counts = [count for (_person, of), count in mails.items() if of == day]
            parts.append(f"{sum(counts):6} {max(counts, default=0):6}")
        lines.append(f"{day:%a %d %b} {parts[0]}  {parts[1]}")
    lines.append(f"all        {before.total():6}         {after.total():6}")
    lines.append("")
    lines.append("letters a day   person-days before   after")
    for count in range(1, max([*before.values(), *after.values()]) + 1):
        old, new = (sum(1 for each in mails.values() if each == count) for mails in (before, after))
        lines.append(f"{count:13} {old:20} {new:7}")
    return lines
