"""Errors as ``application/problem+json`` (RFC 9457), with a pointer to each faulty field."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Invalid, Refused

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: _("The request is not valid"),
    401: _("Please sign in"),
    403: _("You may not do this"),
    404: _("Not found"),
    405: _("This address does not know that method"),
    406: _("This format is not offered"),
    412: _("Somebody else changed this"),
    413: _("The request is too large"),
    415: _("This format is not understood"),
    428: _("Please send If-Match"),
    429: _("Too many requests"),
}


class PreconditionRequired(exceptions.APIException):
    """A write without ``If-Match`` (RFC 6585)."""

    status_code = 428
    default_detail = _("Please send the header If-Match with the ETag that you read, so that nobody's change is lost.")


def problem(status, detail="", *, title="", errors=None):
    """Return the body of a problem: ``errors`` is a list of ``{"pointer", "detail"}``."""
    body = {"type": "about:blank", "title": str(title or TITLES.get(status, _("Error"))), "status": status}
    if detail:
        body["detail"] = str(detail)
    if errors:
        body["errors"] = errors
    return body


def pointers(detail, path="#"):
    """Yield ``{"pointer", "detail"}`` for DRF's nested error detail."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from pointers(value, path if key == "non_field_errors" else f"{path}/{key}")
    elif isinstance(detail, list):
        for position, value in enumerate(detail):
            is_nested = isinstance(value, dict | list)
            yield from pointers(value, f"{path}/{position}" if is_nested else path)
    else:
        yield {"pointer": path, "detail": str(detail)}


def problem_response(error, context):
    """DRF exception handler: every refusal becomes a problem; a bug stays a bug (500, logged)."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, Refused):
        set_rollback()
        return _response(_refusal(error))
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return _response(_api_problem(error), headers=_headers(error))


def _refusal(error):
    if isinstance(error, Invalid):
        errors = [{"pointer": f"#/{name}", "detail": str(text)} for name, text in error.problems.items()]
        return problem(400, errors=errors, title=error.title)
    errors = [{"pointer": f"#/{error.field}", "detail": str(error)}] if error.field else None
    return problem(error.status, str(error), title=error.title, errors=errors)


def _api_problem(error):
    if isinstance(error, exceptions.ValidationError):
        return problem(400, errors=list(pointers(error.detail)))
    detail = "" if error.status_code == 404 else error.detail
    return problem(error.status_code, detail)


def _headers(error):
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)
    return headers


def _response(body, headers=None):
    return Response(body, status=body["status"], content_type=MEDIA_TYPE, headers=headers)


def plain_problem(status, detail=""):
    """Return a problem outside DRF, for addresses under ``/api/`` that no route knows."""
    return JsonResponse(problem(status, detail), status=status, content_type=MEDIA_TYPE)
