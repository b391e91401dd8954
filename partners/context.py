"""What every page knows: the partnership whose portal this is."""

from django.utils.functional import SimpleLazyObject

from partners.models import Partnership


def read_partnership():
    """Return the partnership, or an unnamed one before any data is loaded."""
    return Partnership.objects.order_by("pk").first() or Partnership(name="Partnership", acronym="Portal")


def partnership(request):
    """Return the template variable ``partnership``; read when a template first asks."""
    return {"partnership": SimpleLazyObject(read_partnership)}
