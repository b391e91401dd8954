"""Addresses of meetings and to-dos."""

from django.urls import path

from meetings import feeds
from meetings.views import agenda, meetings, minutes, registration, todos

app_name = "meetings"

urlpatterns = [
    path("", meetings.meeting_list, name="meeting_list"),
    path("new/", meetings.meeting_create, name="meeting_create"),
    path("feed/<str:secret>.ics", feeds.person_feed, name="person_feed"),
    path("to-dos/", todos.todo_list, name="todo_list"),
    path("to-dos/new/", todos.todo_create, name="todo_create"),
    path("to-dos/<int:pk>/", todos.todo_detail, name="todo_detail"),
    path("to-dos/<int:pk>/change/", todos.todo_change, name="todo_change"),
    path("to-dos/<int:pk>/complete-todo/", todos.complete_todo, name="complete_todo"),
    path("to-dos/<int:pk>/hand-over-todo/", todos.hand_over_todo, name="hand_over_todo"),
    path("to-dos/<int:pk>/drop-todo/", todos.drop_todo, name="drop_todo"),
    path("to-dos/<int:pk>/reopen-todo/", todos.reopen_todo, name="reopen_todo"),
    path("<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("<int:pk>/change/", meetings.meeting_change, name="meeting_change"),
    path("<int:pk>/open-meeting/", meetings.open_meeting, name="open_meeting"),
    path("<int:pk>/start-meeting/", meetings.start_meeting, name="start_meeting"),
    path("<int:pk>/close-meeting/", meetings.close_meeting, name="close_meeting"),
    path("<int:pk>/reopen-meeting/", meetings.reopen_meeting, name="reopen_meeting"),
    path("<int:pk>/cancel-meeting/", meetings.cancel_meeting, name="cancel_meeting"),
    path("<int:pk>/meeting.ics", feeds.meeting_ics, name="meeting_ics"),
    path("<int:pk>/agenda/", agenda.meeting_agenda, name="meeting_agenda"),
    path("<int:pk>/agenda/add-item/", agenda.add_item, name="add_item"),
    path("<int:pk>/agenda/<int:item_pk>/change-item/", agenda.change_item, name="change_item"),
    path("<int:pk>/agenda/<int:item_pk>/remove-item/", agenda.remove_item, name="remove_item"),
    path("<int:pk>/agenda/<int:item_pk>/move-item-up/", agenda.move_item_up, name="move_item_up"),
    path("<int:pk>/agenda/<int:item_pk>/move-item-down/", agenda.move_item_down, name="move_item_down"),
    path("<int:pk>/register/", registration.register, name="register"),
    path("<int:pk>/change-registration/", registration.change_registration, name="change_registration"),
    path("<int:pk>/decline/", registration.decline, name="decline"),
    path("<int:pk>/withdraw/", registration.withdraw, name="withdraw"),
    path("<int:pk>/minutes/", minutes.write_minutes, name="write_minutes"),
    path("<int:pk>/publish-minutes/", minutes.publish_minutes, name="publish_minutes"),
    path("<int:pk>/record-decision/", minutes.record_decision, name="record_decision"),
]
