"""What an operator asks first: does it run? Each room adds figures; anonymous people learn only yes or no."""

import logging

from django.utils import timezone

from core.models import Heartbeat

logger = logging.getLogger(__name__)

FIGURES: dict = {}


def figures(name):
    """Register ``read(now) -> (is_well, {figure: value})`` as a part of the health page."""

    def register(read):
        FIGURES[name] = read
        return read

    return register


def read_health(now=None):
    """Return (is_well, {part: {figure: value}}); a part that cannot be read is not well."""
    now = now or timezone.now()
    is_well, parts = True, {}
    for name, read in FIGURES.items():
        try:
            part_is_well, parts[name] = read(now)
        except Exception:
            logger.exception("The health of %s cannot be read.", name)
            part_is_well, parts[name] = False, {"error": True}
        is_well = is_well and part_is_well
    return is_well, parts


@figures("clock")
def health_of_clock(now):
    """Return how long ago each job last ran; a portal without Celery has only the mailer's."""
    beats = dict(Heartbeat.objects.values_list("job", "beat_at"))
    ages = {job: int((now - moment).total_seconds()) for job, moment in sorted(beats.items())}
    return True, {"last_beat_seconds": min(ages.values(), default=None), "seconds_since": ages}
