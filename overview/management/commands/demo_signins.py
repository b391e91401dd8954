"""Say with which accounts the demonstration can be tried."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from overview.loading import people
from overview.loading.book import Book
from partners.models import User


class Command(BaseCommand):
    """Print role, name, address and password of the demonstration sign-ins that exist."""

    help = "Prints the sign-ins of the demonstration."

    def add_arguments(self, parser):
        """Take the folder of the files."""
        parser.add_argument("--data", default=str(Path(settings.BASE_DIR) / "data" / "clx20"), help="the folder")

    def handle(self, *args, data, **options):
        """Print one line for each sign-in whose account is there."""
        known = set(User.objects.filter(person__is_fictional=True).values_list("email", flat=True))
        rows = [row for row in people.sign_ins(Book(data)) if row[2] in known]
        if not rows:
            self.stdout.write("This portal has no demonstration accounts.")
            return
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        for role, name, address in rows:
            self.stdout.write(f"{role:<{widths[0]}}  {name:<{widths[1]}}  {address}")
        self.stdout.write(f"Password of all: {people.password()}")
