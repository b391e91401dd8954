"""Programs read visits, sign people up and write down what was brought home."""


def register(router):
    """Register the addresses of this room."""
    from visits.api.views import HostViewSet, SignUpViewSet, TakeawayViewSet, VisitViewSet

    router.register("visits", VisitViewSet, basename="visit")
    router.register("sign-ups", SignUpViewSet, basename="sign-up")
    router.register("takeaways", TakeawayViewSet, basename="takeaway")
    router.register("visit-hosts", HostViewSet, basename="visit-host")
