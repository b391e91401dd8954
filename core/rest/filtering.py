"""Filters that say so when they do not know a name, instead of answering everything."""

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError

ALWAYS_KNOWN = {"page", "page_size", "format"}


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter's backend that answers 400 to unknown query names."""

    def filter_queryset(self, request, queryset, view):
        """Return the filtered rows."""
        filterset = self.get_filterset(request, queryset, view)
        known = ALWAYS_KNOWN | set(filterset.filters if filterset else ())
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            offered = ", ".join(sorted(known))
            raise ValidationError({name[:40]: [f"Unknown filter. This list knows: {offered}."] for name in unknown[:5]})
        return super().filter_queryset(request, queryset, view)
