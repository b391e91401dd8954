"""The base viewset: fetch with ``visible_to``, ask a rule, call one workflow."""

import re

from django.contrib.auth import get_user_model
from django.http import HttpResponse, HttpResponseNotModified
from rest_framework import mixins, viewsets
from rest_framework.exceptions import ParseError
from rest_framework.response import Response

from core import kept
from core.access import require
from core.rest.problems import PreconditionRequired

_ETAG = re.compile(r'^"v(\d{1,9})"$')
IDS = r"[1-9][0-9]{0,17}"


def etag_of(thing):
    """Return the ETag of a versioned thing."""
    return f'"v{thing.version}"'


def expected_version(request, *, is_required):
    """Return the version named by ``If-Match``, or None where it is missing or ``*``.

    Raises PreconditionRequired (428) when it is required and missing, ParseError (400) when unreadable.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        if is_required:
            raise PreconditionRequired
        return None
    if header == "*":
        return None
    match = _ETAG.match(header)
    if not match:
        raise ParseError('If-Match does not look like an ETag of this portal, for example "v3".')
    return int(match[1])


def _knows(request, tag):
    """Tell whether ``If-None-Match`` names the tag."""
    sent = request.headers.get("If-None-Match", "")
    return tag.removeprefix("W/") in (part.strip().removeprefix("W/") for part in sent.split(","))


def _private(response, tag):
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept, Authorization, Cookie"
    return response


class PortalViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Lists and details of one subject, always through ``visible_to``.

    Subclasses set ``model``, ``serializer_class``, ``scope`` (subject of token scopes) and, for writes,
    call ``make``, ``alter`` and ``do`` from their actions.
    """

    model = None
    scope = ""
    lookup_value_regex = IDS
    is_versioned = False
    is_kept = False  # True only where rows and clock of one day decide the list, no smaller time
    prefetch: tuple = ()
    join: tuple = ()

    def get_queryset(self):
        """Return the rows that the person may see, in a fixed order."""
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        rows = self.model.objects.visible_to(self.request.user)
        return rows.select_related(*self.join).prefetch_related(*self.prefetch)

    def paginate_queryset(self, queryset):
        """Return one page; rows that lost their order by counting get the model's own."""
        if not queryset.ordered:
            queryset = queryset.order_by(*self.model._meta.ordering, "pk")
        return super().paginate_queryset(queryset)

    def list(self, request, *args, **kwargs):
        """Return one page: "not modified", or the kept bytes, while nothing that it shows has changed."""
        if not (self.is_kept and request.method == "GET"):
            return super().list(request, *args, **kwargs)
        key = kept.key_of(
            request, request.user, room=self.model._meta.app_label, extra=request.accepted_renderer.media_type
        )
        if key is None:
            return super().list(request, *args, **kwargs)
        tag = f'W/"{key}"'
        if _knows(request, tag):
            return _private(HttpResponseNotModified(), tag)
        content = kept.shelf.get(key)
        if content is None:
            content = self._list_anew(request, *args, **kwargs)
            kept.shelf.put(key, content)
        return _private(HttpResponse(content, content_type=request.accepted_renderer.media_type), tag)

    def _list_anew(self, request, *args, **kwargs):
        """Return the bytes of the page, read after the stamps: the account, too, is read again."""
        user = request.user
        if user.is_authenticated:
            request.user = get_user_model()._default_manager.get(pk=user.pk)
        data = super().list(request, *args, **kwargs).data
        return request.accepted_renderer.render(data, request.accepted_media_type, self.get_renderer_context())

    def retrieve(self, request, *args, **kwargs):
        """Return one thing with its ETag."""
        return self.answer(self.get_object())

    def answer(self, thing, status=200):
        """Return ``thing`` as the person sees it."""
        headers = {"ETag": etag_of(thing)} if self.is_versioned else {}
        serializer = self.get_serializer_class()
        shown = self.serializer_class if status == 201 or self.request.method != "GET" else serializer
        return Response(shown(thing, context=self.get_serializer_context()).data, status=status, headers=headers)

    def again(self, thing, status=200):
        """Return ``thing`` read anew, with everything its serializer needs."""
        fresh = self.get_queryset().filter(pk=thing.pk).first()
        return self.answer(fresh, status) if fresh else Response(status=204)

    def checked(self, serializer_class, *, partial=False, instance=None):
        """Return the valid data of the request, or raise a 400 that names each faulty field."""
        serializer = serializer_class(
            instance, data=self.request.data, partial=partial, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def make(self, is_allowed, workflow, serializer_class):
        """Create by ``workflow(data, by=user)`` if ``is_allowed`` (a bool or a rule of user and data)."""
        data = self.checked(serializer_class)
        require(is_allowed(self.request.user, data) if callable(is_allowed) else is_allowed)
        return self.again(workflow(data, by=self.request.user), status=201)

    def alter(self, rule, workflow, serializer_class):
        """Change by ``workflow(thing, data, by=user, version=…)``; needs ``If-Match``."""
        thing = self.get_object()
        require(rule(self.request.user, thing))
        version = expected_version(self.request, is_required=self.is_versioned)
        data = self.checked(serializer_class, partial=True, instance=thing)
        workflow(thing, data, by=self.request.user, version=version)
        return self.again(thing)

    def do(self, rule, workflow, serializer_class=None, **extra):
        """Run a verb: ``workflow(thing, by=user, **data)``; an ``If-Match`` that is sent must hold."""
        thing = self.get_object()
        require(rule(self.request.user, thing))
        data = dict(self.checked(serializer_class)) if serializer_class else {}
        version = expected_version(self.request, is_required=False)
        if version is not None and self.is_versioned:
            data["version"] = version
        workflow(thing, by=self.request.user, **data, **extra)
        return self.again(thing)
