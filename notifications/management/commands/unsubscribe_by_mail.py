"""``manage.py unsubscribe_by_mail [file]``: end the letters that a mail to unsubscribe@… names in its subject."""

import sys
from email import message_from_bytes, policy
from pathlib import Path

from django.core.management.base import BaseCommand

from notifications.choices import links


class Command(BaseCommand):
    """Reads one mail from a file or the standard input; mail servers pipe into it."""

    help = "End the letters that a mail to the unsubscribe address names in its subject."

    def add_arguments(self, parser):
        """Take the file, or read the standard input."""
        parser.add_argument("file", nargs="?", help="the mail; without it, the standard input")

    def handle(self, *args, **options):
        """Use the token in the subject; a mail without a valid one changes nothing and is no error."""
        raw = Path(options["file"]).read_bytes() if options["file"] else sys.stdin.buffer.read()
        subject = str(message_from_bytes(raw, policy=policy.default).get("Subject", "")).strip()
        is_done = links.use("".join(subject.split()))
        self.stdout.write("unsubscribed" if is_done else "no valid link in the subject: nothing is changed")
