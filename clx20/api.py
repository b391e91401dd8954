"""The one router of the API: each room registers its own addresses."""

from importlib import import_module
from importlib.util import find_spec

from rest_framework.routers import DefaultRouter

ROOMS = ("notifications", "partners", "workgroups", "meetings", "practices", "visits", "actionplans", "overview")

router = DefaultRouter()
router.include_format_suffixes = False
for room in ROOMS:
    if find_spec(f"{room}.api"):
        import_module(f"{room}.api").register(router)
