"""Pages where people choose their letters: the choices, muted things, the next digest, the link of a letter."""

from allauth.account.decorators import login_required
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import get_visible
from core.doors import form_page, verb
from notifications import digests, rendering
from notifications.choices import keeping, links, times
from notifications.choices.forms import ChoicesForm, initial_of
from notifications.choices.reading import muted_things, settings_of, wishes_of
from notifications.models import Choice
from notifications.registry import MUTABLE, groups_of

PAGE = "notifications:choices"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request):
    """Choose how letters come: per reason, per workgroup, in the digest, and when not at all."""
    person = request.user.person
    groups = groups_of(person)
    form = ChoicesForm(request.POST or None, groups=groups, initial=initial_of(wishes_of(person), groups))

    def save(valid):
        version = valid.cleaned_data["version"]
        keeping.change_choices(person, valid.data_of_fields(), by=request.user, version=version)
        return reverse(PAGE)

    def current():
        fresh = wishes_of(type(person).objects.get(pk=person.pk))
        now = ChoicesForm(groups=groups, initial=initial_of(fresh, groups))
        return {field.label: _shown(field) for field in now.visible_fields()}, fresh.settings.version

    context = {"muted": muted_things(person, groups=groups), "person": person}
    return form_page(
        request, form, "notifications/choices.html", save=save, done=_("Saved."), context=context, current=current
    )


def _shown(field):
    """Return a stored value in the words of the form."""
    value = field.value()
    words = dict(getattr(field.field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(words[each]) for each in value)
    return str(words.get(value, "" if value is None else value))


def _model(label):
    if label not in MUTABLE:
        raise Http404
    return apps.get_model(label)


@require_POST
@login_required
def mute(request, label, pk):
    """Send no more letters about this thing."""
    thing = get_visible(_model(label).objects, request.user, pk=pk)
    done = _("Muted. You get no more letters about it; everything stays in your inbox here.")
    return verb(request, thing, keeping.mute, done=done)


@require_POST
@login_required
def unmute(request, label, pk):
    """Send letters about this thing again; possible even when it cannot be seen any more."""
    content_type = ContentType.objects.get_for_model(_model(label))
    rows = Choice.objects.filter(person=request.user.person, topic="")
    row = get_object_or_404(rows, content_type=content_type, object_id=pk)
    if row.thing is None:
        raise Http404
    target = reverse(PAGE) + "#muted" if request.POST.get("back") == "choices" else row.thing
    return verb(request, row.thing, keeping.unmute, done=_("You get letters about it again."), target=target)


@login_required
@require_safe
def digest(request):
    """Show what the next digest would say, if it were written now."""
    person, now = request.user.person, timezone.now()
    settings = settings_of(person)
    due_at = times.next_digest_at(settings, times.zone_of(person), now)
    found = digests.compose(request.user, digests.since(person, now), now)
    context = {
        "settings": settings,
        "due_at": due_at,
        "found": found,
        "is_worth_it": found.is_worth_it(now, digests.period_of(person)),
    }
    return render(request, "notifications/digest.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """GET says what the link would end and changes nothing; POST ends it, without cookies and without a form key."""
    found = links.read(token)
    if found is None:
        return _bare(render(request, "notifications/unsubscribe_ended.html", status=410))
    person, topic = found
    is_done = request.method == "POST" and links.use(token)
    with rendering.in_the_way_of(person):
        context = {"topic": links.name_of(topic), "name": topic, "is_done": is_done, "email": _veiled(person.email)}
        return _bare(render(request, "notifications/unsubscribe.html", context))


def _veiled(address):
    """Return enough of an address to be known by its owner: "i…@example.org"."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def _bare(response):
    """Return a page that nobody keeps, whose address no other site learns, and that sets no cookie."""
    add_never_cache_headers(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
