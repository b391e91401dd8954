"""What people do with instruments, plans, actions and milestones."""

from actionplans.workflows.actions import add_source, change_action, create_action, remove_source, set_action_state
from actionplans.workflows.instruments import change_instrument, create_instrument
from actionplans.workflows.milestones import (
    change_milestone,
    complete_milestone,
    create_milestone,
    drop_milestone,
    reopen_milestone,
)
from actionplans.workflows.plans import (
    LANGUAGES,
    change_plan,
    close_plan,
    create_plan,
    endorse_plan,
    reopen_plan,
    start_monitoring,
)

__all__ = [
    "LANGUAGES",
    "add_source",
    "change_action",
    "change_instrument",
    "change_milestone",
    "change_plan",
    "close_plan",
    "complete_milestone",
    "create_action",
    "create_instrument",
    "create_milestone",
    "create_plan",
    "drop_milestone",
    "endorse_plan",
    "remove_source",
    "reopen_milestone",
    "reopen_plan",
    "set_action_state",
    "start_monitoring",
]
