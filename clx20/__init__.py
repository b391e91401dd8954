"""The roof: settings, addresses, API router and clock table. Imported by no other room."""

from clx20.celery import app as celery_app

__all__ = ["celery_app"]
