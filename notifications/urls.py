"""Addresses of the letters' pages."""

from django.urls import path

from notifications.views import acts, bounces, choices, inbox, letters, reminders, staff

app_name = "notifications"

urlpatterns = [
    path("choices/", choices.choices, name="choices"),
    path("choices/digest/", choices.digest, name="digest"),
    path("mute/<str:label>/<int:pk>/", choices.mute, name="mute"),
    path("unmute/<str:label>/<int:pk>/", choices.unmute, name="unmute"),
    path("unsubscribe/<str:token>/", choices.unsubscribe, name="unsubscribe"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/settle-letters/", inbox.settle_letters, name="settle_letters"),
    path("inbox/<int:pk>/open-letter/", inbox.open_letter, name="open_letter"),
    path("inbox/<int:pk>/settle-letter/", inbox.settle_letter, name="settle_letter"),
    path("inbox/<int:pk>/reopen-letter/", inbox.reopen_letter, name="reopen_letter"),
    path("inbox/<int:pk>/snooze-letter/", inbox.snooze_letter, name="snooze_letter"),
    path("act/<str:token>/", acts.act, name="act"),
    path("reminders/", reminders.reminder_list, name="reminder_list"),
    path("reminders/<slug:name>/", reminders.reminder_change, name="reminder_change"),
    path("reminders/<slug:name>/<slug:scope>/<int:pk>/", reminders.reminder_change_for, name="reminder_change_for"),
    path("about/<slug:scope>/<int:pk>/", reminders.letters_about, name="letters_about"),
    path("hooks/bounces/", bounces.bounce_hook, name="bounce_hook"),
    path("addresses/<int:pk>/clear-address/", bounces.clear_address, name="clear_address"),
    path("coming/", staff.coming, name="coming"),
    path("", letters.letter_list, name="letter_list"),
    path("<int:pk>/", letters.letter_detail, name="letter_detail"),
    path("<int:pk>/html/", letters.letter_html, name="letter_html"),
    path("<int:pk>/requeue/", letters.requeue, name="requeue"),
    path("<int:pk>/give-up/", letters.give_up, name="give_up"),
]
