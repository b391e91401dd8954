"""Per request: the person's time zone and language; and the second factor of staff."""

import zoneinfo

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

FREE_PATHS = ("/account/", "/static/", "/live", "/ready")


class PersonMiddleware:
    """Shows times in the signed-in person's zone and pages in the person's language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Set zone and language for this request only."""
        is_page = not request.path.startswith(("/static/", "/live", "/ready"))
        if not (is_page and settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated):
            return self.get_response(request)
        person = request.user.person
        with timezone.override(zoneinfo.ZoneInfo(person.time_zone)), translation.override(person.language):
            request.LANGUAGE_CODE = person.language
            return self.get_response(request)


class SecondFactorMiddleware:
    """Leads staff without a second factor to the page where they set one up; nothing else opens."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass on everybody but staff who still lack a second factor."""
        if settings.SECOND_FACTOR_FOR_STAFF and not request.path.startswith(FREE_PATHS) and self._lacks(request):
            messages.info(request, _("Curators sign in with a second factor. Please set one up first."))
            return redirect("mfa_index")
        return self.get_response(request)

    def _lacks(self, request):
        user = request.user
        is_staff = user.is_authenticated and (user.is_staff or user.is_superuser)
        return is_staff and not is_mfa_enabled(user)
