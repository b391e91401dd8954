"""The two questions that every door asks: does it exist for you, and may you do this?"""

from django.core.exceptions import PermissionDenied
from django.http import Http404


def require(is_allowed):
    """Raise PermissionDenied (403) unless ``is_allowed``: the answer of a rule."""
    if not is_allowed:
        raise PermissionDenied


def get_visible(queryset, user, **lookup):
    """Return the one object of ``queryset`` that ``user`` may see, else raise Http404.

    Hidden and missing answer alike, so nobody learns that a hidden thing exists.
    """
    try:
        return queryset.visible_to(user).get(**lookup)
    except (queryset.model.DoesNotExist, ValueError, OverflowError):
        raise Http404 from None


def visible_if_any(rows, user):
    """Return what ``user`` may see of ``rows``; none of it where there is none at all.

    For windows that are mostly empty: whether there are rows is a short question, whose they are a long one.
    """
    return rows.visible_to(user) if rows.exists() else rows.none()
