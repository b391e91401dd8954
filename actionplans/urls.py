"""Addresses under /action-plans/."""

from django.urls import path

from actionplans.views import actions, instruments, milestones, plans

app_name = "actionplans"

urlpatterns = [
    path("", plans.plan_list, name="plan_list"),
    path("new/", plans.plan_create, name="plan_create"),
    path("<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("<int:pk>/change/", plans.plan_change, name="plan_change"),
    path("<int:pk>/endorse-plan/", plans.endorse_plan, name="endorse_plan"),
    path("<int:pk>/start-monitoring/", plans.start_monitoring, name="start_monitoring"),
    path("<int:pk>/close-plan/", plans.close_plan, name="close_plan"),
    path("<int:pk>/reopen-plan/", plans.reopen_plan, name="reopen_plan"),
    path("<int:pk>/actions/new/", actions.action_create, name="action_create"),
    path("actions/<int:pk>/", actions.action_detail, name="action_detail"),
    path("actions/<int:pk>/change/", actions.action_change, name="action_change"),
    path("actions/<int:pk>/set-action-state/", actions.set_action_state, name="set_action_state"),
    path("actions/<int:pk>/add-source/", actions.add_source, name="add_source"),
    path("sources/<int:pk>/remove-source/", actions.remove_source, name="remove_source"),
    path("actions/<int:pk>/milestones/new/", milestones.milestone_create, name="milestone_create"),
    path("milestones/<int:pk>/change/", milestones.milestone_change, name="milestone_change"),
    path("milestones/<int:pk>/complete-milestone/", milestones.complete_milestone, name="complete_milestone"),
    path("milestones/<int:pk>/drop-milestone/", milestones.drop_milestone, name="drop_milestone"),
    path("milestones/<int:pk>/reopen-milestone/", milestones.reopen_milestone, name="reopen_milestone"),
    path("instruments/", instruments.instrument_list, name="instrument_list"),
    path("instruments/new/", instruments.instrument_create, name="instrument_create"),
    path("instruments/<int:pk>/", instruments.instrument_detail, name="instrument_detail"),
    path("instruments/<int:pk>/change/", instruments.instrument_change, name="instrument_change"),
]
