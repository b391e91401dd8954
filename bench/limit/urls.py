"""The views of the limit (performance figures a, b and d0 of docs/speed.md)."""

import json

from django.db import connection
from django.http import HttpResponse
from django.urls import path

CONSTANT = json.dumps([{"id": n, "title": "A meeting of the partnership", "text": "x" * 1900} for n in range(50)])
PAGE = "<!doctype html><title>Limit</title><main>" + "<p>A line of text.</p>" * 400 + "</main>"


def a(request):
    """Constant JSON of about 98 KB."""
    return HttpResponse(CONSTANT, content_type="application/json")


def b(request):
    """List of 50 rows: one SQL, plain tuples, json."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, title, kind, mode, place, country, time_zone, starts_at, ends_at, state, summary "
            "FROM meetings_meeting ORDER BY starts_at DESC LIMIT 50"
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return HttpResponse(json.dumps(rows, default=str), content_type="application/json")


def d0(request):
    """Constant HTML page; session and user are looked up."""
    return HttpResponse(PAGE if request.user.is_authenticated else "<!doctype html>nobody")


urlpatterns = [path("a", a), path("b", b), path("d0", d0)]
