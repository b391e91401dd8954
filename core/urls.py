"""Addresses of the base."""

from django.urls import path, re_path

from core import views

app_name = "core"
urlpatterns = [
    path("live", views.live, name="live"),
    re_path(r"^ready/?$", views.ready, name="ready"),
    re_path(r"^health/?$", views.health, name="health"),
    path("style-guide/", views.style_guide, name="style_guide"),
]
