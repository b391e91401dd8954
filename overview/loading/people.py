"""The fictional people of a demonstration, their accounts and their memberships."""

import os

from allauth.account.models import EmailAddress
from django.conf import settings

from overview.loading.book import pick
from partners.models import Membership, Organisation, Person, User

VARIABLE = "DEMO_PASSWORD"
KNOWN_TO_ALL = "demo-clx20-portal"  # known to everybody: for demonstrations on one machine only


def password():
    """Return the password of all demonstration accounts; empty where a word known to all would be a hole."""
    chosen = os.environ.get(VARIABLE, "")
    is_demo = settings.DEMO or settings.DEBUG or settings.TESTING
    return chosen or (KNOWN_TO_ALL if is_demo else "")


def load(book):
    """Add the people of the files, each with an account."""
    for record in book.rows("people"):
        fields = pick(record, "name", "position", "affiliation", "language", "time_zone", "is_coordinator")
        person, is_new = book.add(Person, {"email": record["email"]}, fields | {"is_fictional": record["fictional"]})
        if not is_new:
            continue
        if record.get("organisation"):
            organisation = Organisation.objects.get(short_name=record["organisation"])
            Membership.objects.create(
                person=person, organisation=organisation, role=record.get("role", Membership.Role.MEMBER)
            )
        user = User.objects.create_user(person.email, password(), person=person, is_staff=record.get("is_staff", False))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sign_ins(book):
    """Return ``(role, name, address)`` of those records that are shown as demonstration sign-ins."""
    return [(row["sign_in"], row["name"], row["email"]) for row in book.rows("people") if row.get("sign_in")]


def person(address):
    """Return the person with this address, or None for an empty address."""
    return Person.objects.get(email=address) if address else None
