"""Fill the portal with a partnership from its files; safe to repeat."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from overview.loading import actionplans, meetings, partners, people, practices, visits, workgroups
from overview.loading.book import Book, Misshapen

ORDER = (partners, people, workgroups, meetings, practices, visits, actionplans)


class Command(BaseCommand):
    """Add what is missing; what is there stays as it is, also where people have changed it."""

    help = "Loads a partnership from the files of a folder. Running it again changes nothing."

    def add_arguments(self, parser):
        """Take the folder, and whether the demonstration is wanted."""
        parser.add_argument("--data", default=str(Path(settings.BASE_DIR) / "data" / "clx20"), help="the folder")
        parser.add_argument("--no-demo", action="store_true", help="leave out demo.json, the fictional part")

    def handle(self, *args, data, no_demo, **options):
        """Check the files, then write everything in one transaction."""
        if not Path(data).is_dir():
            raise CommandError(f"There is no folder {data}.")
        try:
            book = Book(data, with_demo=not no_demo)
        except Misshapen as error:
            raise CommandError(f"The files cannot be loaded:\n{error}") from error
        if book.has("people") and not people.password():
            raise CommandError(
                f"These files hold demonstration accounts. Set {people.VARIABLE} to a password of your own, "
                "or leave the accounts out with --no-demo."
            )
        self._write(book)
        added = ", ".join(f"{count} {name}" for name, count in book.added.items())
        self.stdout.write(f"Added: {added}." if added else "Everything was there already; nothing has changed.")
        if book.added and people.sign_ins(book):
            self.stdout.write(f"Password of all demonstration accounts: {people.password()}")

    @staticmethod
    def _write(book):
        """Write all or nothing; a record that does not fit is named."""
        try:
            with transaction.atomic():
                for subject in ORDER:
                    subject.load(book)
        except ValidationError as error:
            raise CommandError(f"{book.place}: {' '.join(error.messages)}") from error
        except (ObjectDoesNotExist, KeyError, ValueError) as error:
            raise CommandError(f"{book.place}: a name, a field or a day in it is wrong ({error}).") from error
