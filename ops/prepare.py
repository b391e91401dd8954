"""Bring the database and the facts of the demo up to date: one process, one line per step. Safe to repeat."""

import io
import os
from pathlib import Path

from ops.terminal import say, step

STEPS = [
    ("bring the database to this version", "migrate"),
    ("make the table of the cache", "createcachetable"),
    ("load the partnership", "load_clx20"),
    ("look up the sign-ins of the demo", "demo_signins"),
]
SIGN_INS = "sign-ins.txt"  # in DATA_DIR: what demo_signins says; ops.demo shows it when all is ready


def main() -> None:
    """Run the steps in order; what a command says is shown only where it fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")
    with step("read the settings"):
        import django

        django.setup()
    from django.conf import settings

    data = Path(settings.DATA_DIR)
    for folder in (data, settings.MEDIA_ROOT, *_queues(settings)):
        Path(folder).mkdir(parents=True, exist_ok=True)
    for title, command in STEPS:
        said = _run(title, command)
    (data / SIGN_INS).write_text(said)


def _run(title: str, command: str) -> str:
    """Run one of Django's commands and return what it said."""
    from django.core.management import call_command

    said = io.StringIO()
    try:
        with step(title):
            call_command(command, stdout=said, stderr=said)
    except BaseException:
        say(said.getvalue())
        raise
    return said.getvalue()


def _queues(settings: object) -> list[str]:
    """Name the folders of the embedded queue; none where Redis carries the wake-ups."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    return [folder for name, folder in options.items() if name.endswith(("folder_in", "folder_out", "control_folder"))]


if __name__ == "__main__":
    main()
