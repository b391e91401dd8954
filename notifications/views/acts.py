"""The page behind a link of a letter: GET says what will happen, POST does it."""

from contextlib import nullcontext

from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from notifications import acts, rendering
from notifications.models import Letter

PEOPLE = Letter._meta.get_field("person").remote_field


@require_http_methods(["GET", "HEAD", "POST"])
def act(request, token):
    """Show what the link is going to do and for whom; do it when its button is pressed."""
    try:
        errand = acts.read(token, people=PEOPLE.model.objects.all())
    except acts.NoWayError as end:
        return _page(request, end.person, {"end": end.message}, status=end.status)
    with rendering.in_the_way_of(errand.person):
        form = errand.form(request.POST if request.method == "POST" else None)
        context = {"errand": errand, "proposal": errand.proposal, "form": form}
        if request.method != "POST":
            return _page(request, errand.person, context)
        if not form.is_valid():
            return _page(request, errand.person, context, status=422)
        try:
            done = errand.run(**form.cleaned_data)
        except Refused as refusal:
            return _page(request, errand.person, {"end": str(refusal)}, status=409)
        return _page(request, errand.person, {"done": done, "errand": errand})


def _page(request, person, context, status=200):
    """Return the page in the person's language and zone; nobody keeps it, and no other site learns its address."""
    with rendering.in_the_way_of(person) if person else nullcontext():
        response = render(request, "notifications/act.html", context, status=status)
    add_never_cache_headers(response)
    response.headers["Referrer-Policy"] = "same-origin"  # "no-referrer" makes browsers post with the origin "null"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
