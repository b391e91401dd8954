"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkgroupsConfig(AppConfig):
    """Workgroups."""

    name = "workgroups"
    verbose_name = _("Workgroups")
