"""What the room writes to people; importing the parts registers their letters."""

from partners.notices import accounts, people
from partners.notices.people import coordinators_above, partnership_coordinators

__all__ = ["accounts", "coordinators_above", "partnership_coordinators", "people"]
