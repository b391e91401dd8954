"""What the room writes to people; importing the parts registers their letters and reminders."""

from actionplans.notices.letters import (
    action_stopped,
    coordinators_of_plan,
    digest_lines,
    in_charge,
    plan_endorsed,
)
from actionplans.notices.reminders import milestone_is_near, milestone_was_missed

__all__ = [
    "action_stopped",
    "coordinators_of_plan",
    "digest_lines",
    "in_charge",
    "milestone_is_near",
    "milestone_was_missed",
    "plan_endorsed",
]
