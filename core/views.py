"""Error pages, health, style guide."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.rest.problems import plain_problem


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
    executor = MigrationExecutor(connection)
    is_behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return JsonResponse({"ready": not is_behind}, status=503 if is_behind else 200)


@require_safe
def style_guide(request):
    """Show the portal's own components."""
    return render(request, "core/style_guide.html")
