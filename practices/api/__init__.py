"""The API of the room: practices, transfers, forms."""

from practices.api.views import register

__all__ = ["register"]
