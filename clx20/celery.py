"""The clock: the Celery application and the one table of periodic jobs.

Jobs run at plain intervals in UTC and carry no facts: each reads due rows from the database, so a
lost, late or doubled wake-up changes nothing (docs/letters.md).
"""

import os
from typing import NamedTuple

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")


class Job(NamedTuple):
    """One row of the clock table: task name, period in seconds, why it exists."""

    task: str
    seconds: int
    reason: str


CLOCK = [
    Job("notifications.tasks.plan_reminders", 60, "write the letters that have become due"),
    Job("notifications.tasks.deliver_waiting", 15, "hand waiting letters to the mail server"),
    Job("notifications.tasks.sweep_stuck", 60, "take back letters of a process that died"),
    Job("notifications.tasks.send_digests", 300, "the digest of each person, at the person's hour"),
    Job("core.tasks.note_heartbeat", 60, "show operators that the clock runs"),
    Job("core.tasks.clear_expired", 3600, "remove ended sessions and used form keys"),
]

app = Celery("clx20")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {job.task: {"task": job.task, "schedule": job.seconds} for job in CLOCK}
