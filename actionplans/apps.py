"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionplansConfig(AppConfig):
    """Action plans."""

    name = "actionplans"
    verbose_name = _("Action plans")
