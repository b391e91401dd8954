"""What every page knows: how much in the inbox of its reader is new."""

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from notifications.models import Letter

MOST = 99


def inbox(request):
    """Return ``inbox_count``, counted when a template first asks: up to 100, which stands for "99 and more"."""
    user = getattr(request, "user", None)

    def count():
        if user is None or not user.is_authenticated:
            return 0
        rows = Letter.objects.inbox_of(user).open(timezone.now()).unread().order_by()
        return rows.values("pk")[: MOST + 1].count()

    return {"inbox_count": SimpleLazyObject(count)}
