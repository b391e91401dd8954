"""Addresses of the base."""

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("live", views.live, name="live"),
    path("ready", views.ready, name="ready"),
    path("style-guide/", views.style_guide, name="style_guide"),
]
