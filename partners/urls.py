"""Addresses of partners and people."""

from django.urls import path

from partners import views

app_name = "partners"
urlpatterns = [
    path("", views.organisation_list, name="organisation_list"),
    path("<int:pk>/", views.organisation_detail, name="organisation_detail"),
    path("<int:pk>/change/", views.organisation_change, name="organisation_change"),
    path("memberships/<int:pk>/end/", views.end_membership, name="end_membership"),
    path("memberships/<int:pk>/change-role/", views.change_membership_role, name="change_membership_role"),
    path("people/", views.person_list, name="person_list"),
    path("people/<int:pk>/", views.person_detail, name="person_detail"),
    path("me/profile/", views.profile, name="profile"),
    path("me/tokens/", views.token_list, name="token_list"),
    path("me/tokens/new/", views.token_create, name="token_create"),
    path("me/tokens/<slug:digest>/revoke/", views.token_revoke, name="token_revoke"),
    path("me/calendar/", views.feed, name="feed"),
    path("choose-language/", views.choose_language, name="choose_language"),
    path("invitations/", views.invitation_list, name="invitation_list"),
    path("invitations/new/", views.invite, name="invite"),
    path("invitations/<int:pk>/resend/", views.resend_invitation, name="resend_invitation"),
    path("invitations/<int:pk>/revoke/", views.revoke_invitation, name="revoke_invitation"),
    path("invitation/<str:key>/", views.invitation_open, name="invitation_open"),
]
