"""App configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Letters."""

    name = "notifications"
    verbose_name = _("Letters")

    def ready(self):
        """Find the letters and acts of every app, as Django finds its admin modules."""
        autodiscover_modules("notices")
        import_module("notifications.checks")
        autodiscover_modules("acts")
