"""Programs read and write instruments, plans, actions and milestones."""

from actionplans.api.actions import ActionViewSet
from actionplans.api.instruments import InstrumentViewSet
from actionplans.api.milestones import MilestoneViewSet
from actionplans.api.plans import PlanViewSet


def register(router):
    """Register the addresses of this room."""
    router.register("policy-instruments", InstrumentViewSet, basename="policy-instrument")
    router.register("action-plans", PlanViewSet, basename="action-plan")
    router.register("actions", ActionViewSet, basename="action")
    router.register("milestones", MilestoneViewSet, basename="milestone")
