"""Read what came back to the sender's mailbox."""

import contextlib
import mailbox
import sys
from collections import Counter
from email import message_from_binary_file, policy
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from notifications.bounces import intake


class Command(BaseCommand):
    """``read_bounces PATH``: an mbox file, a Maildir, or a folder of .eml files. Without PATH: one mail on stdin.

    The same mail may be read again and again; it counts once. Nothing is deleted.
    """

    help = "Read returned mails: stop letters to addresses that do not exist, and to those who complain."

    def add_arguments(self, parser):
        """Take the place."""
        parser.add_argument("path", nargs="?", default="-", help="mbox file, Maildir or folder; - or nothing: stdin")

    def handle(self, *args, path, **options):
        """Take every mail and say what they were."""
        counted = Counter()
        for message in self._messages(path):
            counted += intake.take_mail(message)
        said = ", ".join(f"{what}: {count}" for what, count in sorted(counted.items()))
        self.stdout.write(said or "nothing was there")

    def _messages(self, path):
        if path == "-":
            yield message_from_binary_file(sys.stdin.buffer, policy=policy.compat32)
            return
        place = Path(path)
        if not place.exists():
            raise CommandError(f"{path} does not exist.")
        if place.is_file():
            with contextlib.closing(mailbox.mbox(place, create=False)) as box:
                yield from box
        elif (place / "cur").is_dir():
            yield from mailbox.Maildir(place, create=False)
        else:
            for file in sorted(place.glob("*.eml")):
                with file.open("rb") as opened:
                    yield message_from_binary_file(opened, policy=policy.compat32)
