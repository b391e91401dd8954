"""Addresses of the top room."""

from django.urls import path

from overview import views

app_name = "overview"
urlpatterns = [
    path("", views.home, name="home"),
    path("news/mark-seen/", views.mark_news_seen, name="mark_news_seen"),
    path("search/", views.search, name="search"),
    path("trail/<slug:kind>/<int:pk>/", views.trail, name="trail"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("api/", views.api, name="api"),
    path("my-account/", views.account, name="account"),
]
