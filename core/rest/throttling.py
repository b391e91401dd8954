"""One rate per person; one per address for those who did not sign in."""

from rest_framework.throttling import SimpleRateThrottle


class PersonThrottle(SimpleRateThrottle):
    """Counts requests in the shared cache; rates stand in ``DEFAULT_THROTTLE_RATES``."""

    scope = "person"

    def allow_request(self, request, view):
        """Choose the rate, then count."""
        if not (request.user and request.user.is_authenticated):
            self.scope = "anonymous"
            self.rate = self.get_rate()
            self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request, view):
        """Return the key of the counter."""
        is_known = request.user and request.user.is_authenticated
        ident = request.user.pk if is_known else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}
