"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    """Study visits."""

    name = "visits"
    verbose_name = _("Study visits")
