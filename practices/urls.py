"""Addresses of the room, under /practices/."""

from django.urls import path

from practices.views import practices, reviews, transfers

app_name = "practices"

urlpatterns = [
    path("", practices.practice_list, name="practice_list"),
    path("new/", practices.practice_create, name="practice_create"),
    path("reviews/", reviews.review_queue, name="review_queue"),
    path("transfers/", transfers.transfer_list, name="transfer_list"),
    path("transfers/<int:pk>/", transfers.transfer_detail, name="transfer_detail"),
    path("transfers/<int:pk>/advance-transfer/", transfers.advance_transfer, name="advance_transfer"),
    path("transfers/<int:pk>/drop-transfer/", transfers.drop_transfer, name="drop_transfer"),
    path("<int:pk>/", practices.practice_detail, name="practice_detail"),
    path("<int:pk>/change/", practices.practice_change, name="practice_change"),
    path("<int:pk>/submit-practice/", practices.submit_practice, name="submit_practice"),
    path("<int:pk>/withdraw-practice/", practices.withdraw_practice, name="withdraw_practice"),
    path("<int:pk>/add-author/", practices.add_author, name="add_author"),
    path("<int:pk>/remove-author/<int:person_pk>/", practices.remove_author, name="remove_author"),
    path("<int:pk>/review/", reviews.practice_review, name="practice_review"),
    path("<int:pk>/send-back-practice/", reviews.send_back_practice, name="send_back_practice"),
    path("<int:pk>/accept-practice/", reviews.accept_practice, name="accept_practice"),
    path("<int:pk>/decline-practice/", reviews.decline_practice, name="decline_practice"),
    path("<int:pk>/publish-practice/", reviews.publish_practice, name="publish_practice"),
    path("<int:pk>/mark-interest/", transfers.mark_interest, name="mark_interest"),
]
