"""Error pages, health, style guide."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.health import read_health
from core.rest.problems import plain_problem

logger = logging.getLogger(__name__)


def _error(request, status, template):
    if request.path.startswith("/api/"):
        return plain_problem(status)
    return render(request, template, status=status)


def bad_request(request, exception=None):
    """400: as problem+json under /api/, as a page elsewhere."""
    return _error(request, 400, "400.html")


def forbidden(request, exception=None):
    """403: as problem+json under /api/, as a page elsewhere."""
    return _error(request, 403, "403.html")


def not_found(request, exception=None):
    """404: as problem+json under /api/, as a page elsewhere."""
    return _error(request, 404, "404.html")


def server_error(request):
    """500: written without database or context, since either may be what failed."""
    if request.path.startswith("/api/"):
        return plain_problem(500, "Something went wrong here. We have noted it.")
    return HttpResponse(get_template("500.html").render(), status=500)


@never_cache
@require_safe
def live(request):
    """Tell that the process answers; touches nothing."""
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """Tell that the database answers and is migrated; mail and broker may be down, the portal works."""
    try:
        is_ready = _is_migrated()
    except DatabaseError:
        logger.warning("The database does not answer.", exc_info=True)
        is_ready = False
    if is_ready:
        return JsonResponse({"ready": True})
    return JsonResponse({"ready": False}, status=503, headers={"Retry-After": "3"})


def _is_migrated():
    """Ask the database; once this process has seen every migration applied, one short question is enough."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _seen.get(connection.settings_dict["NAME"]):
        executor = MigrationExecutor(connection)
        _seen[connection.settings_dict["NAME"]] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _seen[connection.settings_dict["NAME"]]


_seen: dict = {}


@never_cache
@require_safe
def health(request):
    """Tell whether the portal is well: to curators with ages and counts, to others in one word."""
    try:
        is_well, parts = read_health()
        is_staff = request.user.is_authenticated and request.user.is_active and request.user.is_staff
    except DatabaseError:
        logger.warning("The database does not answer.", exc_info=True)
        is_well, parts, is_staff = False, {}, False
    answer = {"healthy": is_well, **(parts if is_staff else {})}
    return JsonResponse(answer, status=200 if is_well else 503)


@require_safe
def style_guide(request):
    """Show the portal's own components."""
    return render(request, "core/style_guide.html")
