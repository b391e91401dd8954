"""Addresses under /visits/."""

from django.urls import path

from visits.views import seats, stops, takeaways, visits

app_name = "visits"

urlpatterns = [
    path("", visits.visit_list, name="visit_list"),
    path("new/", visits.visit_create, name="visit_create"),
    path("<int:pk>/", visits.visit_detail, name="visit_detail"),
    path("<int:pk>/change/", visits.visit_change, name="visit_change"),
    path("<int:pk>/open-visit/", visits.open_visit, name="open_visit"),
    path("<int:pk>/close-visit/", visits.close_visit, name="close_visit"),
    path("<int:pk>/reopen-visit/", visits.reopen_visit, name="reopen_visit"),
    path("<int:pk>/finish-visit/", visits.finish_visit, name="finish_visit"),
    path("<int:pk>/cancel-visit/", visits.cancel_visit, name="cancel_visit"),
    path("<int:pk>/sign-up/", seats.sign_up, name="sign_up"),
    path("<int:pk>/sign-up-member/", seats.sign_up_member, name="sign_up_member"),
    path("sign-ups/<int:pk>/withdraw/", seats.withdraw, name="withdraw"),
    path("<int:pk>/stops/new/", stops.add_stop, name="add_stop"),
    path("<int:pk>/stops/<int:stop>/change/", stops.change_stop, name="change_stop"),
    path("<int:pk>/stops/<int:stop>/remove-stop/", stops.remove_stop, name="remove_stop"),
    path("<int:pk>/stops/<int:stop>/move-stop/", stops.move_stop, name="move_stop"),
    path("<int:pk>/takeaways/new/", takeaways.takeaway_create, name="takeaway_create"),
    path("takeaways/<int:pk>/change/", takeaways.takeaway_change, name="takeaway_change"),
]
