"""What the OpenAPI description says beyond what drf-spectacular finds by itself."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag that was read. Missing: 428. Changed meanwhile: 412.",
)
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
    "required": ["title", "status"],
}


class PortalSchema(AutoSchema):
    """Adds ``If-Match`` to changes and the problem answers that every address may give."""

    def get_override_parameters(self):
        """Return the extra parameters of this operation."""
        if self.method in {"PUT", "PATCH", "DELETE"} and getattr(self.view, "is_versioned", False):
            return [IF_MATCH]
        return []

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        content = {"application/problem+json": {"schema": PROBLEM}}
        for status, text in self._problem_statuses():
            bodies.setdefault(status, {"description": text, "content": content})
        return bodies

    def _problem_statuses(self):
        yield "401", "not signed in"
        yield "429", "too many requests"
        is_write = self.method not in {"GET", "HEAD"}
        if is_write or "list" in self.view.action_map.values() if getattr(self.view, "action_map", None) else is_write:
            yield "400", "not valid"
        if "{" in self.path or "list" in (getattr(self.view, "action", "") or ""):
            yield "404", "missing or hidden"
        if is_write:
            yield "403", "not allowed"
            yield "409", "the state does not allow it"
            yield "413", "too large"
            yield "415", "not JSON"
            if getattr(self.view, "is_versioned", False):
                yield "412", "changed meanwhile"
                yield "428", "If-Match missing"
