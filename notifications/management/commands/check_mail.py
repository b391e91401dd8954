"""``manage.py check_mail``: would mail servers believe our letters?"""

from django.core.management.base import BaseCommand, CommandError

from notifications.sender import FAULT, HINT, OK, UNKNOWN, ask_the_name_system, domain_of, examine

MARKS = {OK: "ok     ", HINT: "better ", FAULT: "FAULT  ", UNKNOWN: "unknown"}
BEYOND = (
    "Not checked here, because only a letter on its way shows it: that the server signs each letter (DKIM) over",
    "List-Unsubscribe and List-Unsubscribe-Post, that its address has a name (PTR), and that it is on no block list.",
    "Send one letter to a large provider and look at Authentication-Results: spf, dkim and dmarc must say pass.",
)


class Command(BaseCommand):
    """Looks at the settings of mail, and at SPF, DKIM, DMARC and MX of the sender's domain."""

    help = "Check whether mail servers will believe the portal's letters (SPF, DKIM, DMARC)."
    resolve = staticmethod(ask_the_name_system)

    def add_arguments(self, parser):
        """Take the names of the keys that sign."""
        parser.add_argument("--selector", action="append", default=[], help="name of a DKIM key; may be repeated")

    def handle(self, *args, **options):
        """Print what was found; end with 1 where something is wrong."""
        from django.conf import settings

        self.stdout.write(f"Sender: {domain_of(settings.DEFAULT_FROM_EMAIL)}")
        found = examine(self.resolve, selectors=options["selector"])
        for finding in found:
            self.stdout.write(f"{MARKS[finding.level]}  {finding.about}: {finding.text}")
        for line in BEYOND:
            self.stdout.write(line)
        faults = sum(finding.level == FAULT for finding in found)
        if faults:
            raise CommandError(f"{faults} thing(s) need to be put right.")
