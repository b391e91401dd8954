"""Addresses of partners and people."""

from django.urls import path

from partners.views import own, people

app_name = "partners"
urlpatterns = [
    path("", people.organisation_list, name="organisation_list"),
    path("<int:pk>/", people.organisation_detail, name="organisation_detail"),
    path("<int:pk>/change/", people.organisation_change, name="organisation_change"),
    path("memberships/<int:pk>/end/", people.end_membership, name="end_membership"),
    path("memberships/<int:pk>/change-role/", people.change_membership_role, name="change_membership_role"),
    path("people/", people.person_list, name="person_list"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("me/profile/", own.profile, name="profile"),
    path("me/tokens/", own.token_list, name="token_list"),
    path("me/tokens/new/", own.token_create, name="token_create"),
    path("me/tokens/<slug:digest>/revoke/", own.token_revoke, name="token_revoke"),
    path("me/calendar/", own.feed, name="feed"),
    path("choose-language/", own.choose_language, name="choose_language"),
    path("invitations/", people.invitation_list, name="invitation_list"),
    path("invitations/new/", people.invite, name="invite"),
    path("invitations/<int:pk>/resend/", people.resend_invitation, name="resend_invitation"),
    path("invitations/<int:pk>/revoke/", people.revoke_invitation, name="revoke_invitation"),
    path("invitation/<str:key>/", people.invitation_open, name="invitation_open"),
]
