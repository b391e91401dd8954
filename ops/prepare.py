"""Bring the database and the facts of the demo up to date: one process, one line per step. Safe to repeat."""

import os
import sys
import tempfile
from pathlib import Path

from ops.terminal import say, step

STEPS = [
    ("bring the database to this version", "migrate", {"verbosity": 0}),
    ("make the table of the cache", "createcachetable", {"verbosity": 0}),
    ("load the partnership", "load_clx20", {"verbosity": 0}),
]


def main() -> None:
    """Run the steps in order; what a command says is shown only where it fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")
    with step("read the settings"):
        import django

        django.setup()
    from django.conf import settings
    from django.core.management import call_command

    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, *_queues(settings)):
        Path(folder).mkdir(parents=True, exist_ok=True)
    for title, command, options in STEPS:
        with tempfile.TemporaryFile("w+") as said:
            try:
                with step(title):
                    call_command(command, stdout=said, stderr=said, **options)
            except BaseException:
                said.seek(0)
                say(said.read())
                raise


def _queues(settings: object) -> list[str]:
    """Name the folders of the embedded queue; none where Redis carries the wake-ups."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    return [folder for name, folder in options.items() if name.endswith(("folder_in", "folder_out", "control_folder"))]


if __name__ == "__main__":
    main()
    sys.stdout.flush()
