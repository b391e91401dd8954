"""Addresses of the letters' pages."""

from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.letter_list, name="letter_list"),
    path("<int:pk>/", views.letter_detail, name="letter_detail"),
    path("<int:pk>/html/", views.letter_html, name="letter_html"),
    path("<int:pk>/requeue/", views.requeue, name="requeue"),
    path("<int:pk>/give-up/", views.give_up, name="give_up"),
]
