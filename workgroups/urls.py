"""Addresses under /workgroups/."""

from django.urls import path

from workgroups import views

app_name = "workgroups"

urlpatterns = [
    path("", views.workgroup_list, name="workgroup_list"),
    path("<int:pk>/", views.workgroup_detail, name="workgroup_detail"),
    path("<int:pk>/change/", views.workgroup_change, name="workgroup_change"),
    path("<int:pk>/join-workgroup/", views.join_workgroup, name="join_workgroup"),
    path("<int:pk>/leave-workgroup/", views.leave_workgroup, name="leave_workgroup"),
    path("<int:pk>/add-member/", views.add_member, name="add_member"),
    path("<int:pk>/initiatives/new/", views.initiative_create, name="initiative_create"),
    path("memberships/<int:pk>/set-role/", views.set_role, name="set_role"),
    path("memberships/<int:pk>/end-membership/", views.end_membership, name="end_membership"),
    path("initiatives/", views.initiative_list, name="initiative_list"),
    path("initiatives/<int:pk>/", views.initiative_detail, name="initiative_detail"),
    path("initiatives/<int:pk>/change/", views.initiative_change, name="initiative_change"),
    path("initiatives/<int:pk>/set-initiative-state/", views.set_initiative_state, name="set_initiative_state"),
]
