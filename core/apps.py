"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Base."""

    name = "core"
    verbose_name = _("Base")

    def ready(self):
        """Let each ``migrate`` end with the triggers of ``core.stamps``."""
        from core import stamps

        post_migrate.connect(stamps.install, sender=self, dispatch_uid="core.stamps")
