"""What every page knows: the partnership whose portal this is, and the languages."""

from django.conf import settings
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from partners.models import Partnership


def read_partnership():
    """Return the partnership, or an unnamed one before any data is loaded."""
    return Partnership.objects.order_by("pk").first() or Partnership(name="Partnership", acronym="Portal")


def partnership(request):
    """Return ``partnership``, read when a template first asks, ``languages`` and ``LANGUAGE_CODE``."""
    return {
        "partnership": SimpleLazyObject(read_partnership),
        "languages": settings.LANGUAGES,
        "LANGUAGE_CODE": translation.get_language() or settings.LANGUAGE_CODE,
    }
