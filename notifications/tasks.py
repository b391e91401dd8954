"""The clock's door of the post office. The jobs carry no facts: each reads the rows that are due."""

from celery import shared_task
from django.utils import timezone

from notifications import delivery, digests, planning


@shared_task
def plan_reminders():
    """Write the letters that have become due."""
    planning.plan(timezone.now())


@shared_task
def deliver_waiting():
    """Hand waiting letters to the mail server."""
    delivery.drain()


@shared_task
def sweep_stuck():
    """Take back the letters of a process that died."""
    delivery.sweep(timezone.now())


@shared_task
def send_digests():
    """Write the weekly letters of the people whose hour has come."""
    digests.plan_digests(timezone.now())
