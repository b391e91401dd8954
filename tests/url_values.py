"""What stands for the variable parts of an address in the URL matrix: one fixed thing of each kind."""

import re

from actionplans.models import Milestone
from meetings.models import AgendaItem, Decision, Registration
from notifications.models import Letter
from partners.models import Invitation, Region
from practices.models import FormTemplate
from visits.models import SignUp
from workgroups.models import GroupMembership

PART = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
# Beginning of an address's own name -> the thing of the world whose number it takes.
THINGS = (
    ("organisation", "organisation"),
    ("person", "person_listed"),
    ("workgroup", "workgroup"),
    ("initiative", "initiative"),
    ("meeting", "meeting_public"),
    ("todo", "todo"),
    ("practice", "practice_public"),
    ("transfer", "transfer"),
    ("visit", "visit"),
    ("takeaway", "takeaway_partners"),
    ("instrument", "instrument_planpublic"),
    ("plan", "planpublic"),
    ("action", "action_planpublic"),
)
# The same for things that the world does not name: the first row of a table.
ROWS = (
    ("agenda-item", AgendaItem),
    ("decision", Decision),
    ("registration", Registration),
    ("letter", Letter),
    ("requeue", Letter),
    ("give_up", Letter),
    ("milestone", Milestone),
    ("invitation", Invitation),
    ("region", Region),
    ("practice-forms", FormTemplate),
    ("sign-up", SignUp),
    ("group_membership", GroupMembership),
)
# Addresses whose number is that of the thing above.
ABOVE = {
    "action_create": "planpublic",
    "add_source": "action_planpublic",
    "set_action_state": "action_planpublic",
    "milestone_create": "action_planpublic",
    "takeaway_create": "visit",
    "initiative_create": "workgroup",
    "set_initiative_state": "initiative",
    "letters_about": "meeting_public",
    "reminder_change_for": "meeting_public",
}
SLUGS = {"scope": "meeting", "name": "meetings-tomorrow"}
MILESTONES = ("milestone_change", "complete_milestone", "drop_milestone", "reopen_milestone")
NOTHING = 987654321  # a second number in an address: no such row, on every database
ROOMS = {
    "partners": "organisation",
    "workgroups": "workgroup",
    "meetings": "meeting_public",
    "practices": "practice_public",
    "visits": "visit",
    "actionplans": "planpublic",
    "overview": "practice_public",
}


def fill(world, name, route):
    """Return the address of ``route`` with every variable part filled in."""
    room, _, own = name.rpartition(":")
    used = []

    def value(match):
        kind, variable = match[1] or "", match[2] or match[3]
        if variable == "kind":
            return "practice"
        if room == "notifications" and variable in SLUGS:
            return SLUGS[variable]
        if kind in ("str", "slug") or variable in ("key", "digest", "secret"):
            return "unknown"
        used.append(variable)
        return str(_number(world, room, own) if len(used) == 1 else NOTHING)

    return "/" + PART.sub(value, route).replace("^", "").replace("$", "").replace("\\", "").replace("/?", "/")


def _number(world, room, own):
    if own in ABOVE:
        return world.named[ABOVE[own]].pk
    if (room, own) == ("visits", "withdraw"):
        return SignUp.objects.order_by("pk").values_list("pk", flat=True).first()
    is_row = room in ("api", "notifications") or own in MILESTONES
    for word, model in ROWS if is_row else ():
        if word in own:
            return model.objects.order_by("pk").values_list("pk", flat=True).first() or NOTHING
    for word, thing in THINGS:
        if own.startswith(word) or own.endswith(word) or (room == "api" and word in own):
            return world.named[thing].pk
    return world.named[ROOMS[room]].pk if room in ROOMS else NOTHING
