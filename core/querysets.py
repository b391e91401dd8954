"""Base of every queryset that people search and see."""

from django.db import models

from core import search
from core.text import words


class SearchQuerySet(models.QuerySet):
    """Rows that can be found by words."""

    def matching(self, query):
        """Return the rows in which a word begins with each word of ``query``; all when it has none."""
        if not query or not query.strip():
            return self
        if not words(query):
            return self.none()
        return self.filter(pk__in=search.ids_matching(self.model, query))

    def in_order(self):
        """Return the rows in the model's own order unless another was asked for.

        Counting related rows groups them, and Django then drops the order of the model.
        """
        return self if self.query.order_by else self.order_by(*self.model._meta.ordering, "pk")
