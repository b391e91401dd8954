"""The clock's door of the base: heartbeat and clearing."""

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from core.models import FormKey, Heartbeat

KEEP_FORM_KEYS = timedelta(days=2)


@shared_task
def note_heartbeat():
    """Write down that the clock runs (shown on the operators' page and by /ready's twin)."""
    Heartbeat.objects.update_or_create(job="clock", defaults={"beat_at": timezone.now()})


@shared_task
def clear_expired():
    """Remove ended sessions and form keys that nobody can send again."""
    call_command("clearsessions")
    FormKey.objects.filter(used_at__lt=timezone.now() - KEEP_FORM_KEYS).delete()
