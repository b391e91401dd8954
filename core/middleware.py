"""Guards at the gate: input that no view could survive, and the language of the page."""

from django.conf import settings
from django.http import HttpResponseBadRequest
from django.utils import translation

from core.text import is_storable


class CleanRequestMiddleware:
    """Answers 400 to an address or query with NUL characters, before any code meets them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass a clean request on; answer 400 to the other."""
        if "\x00" in request.path or not is_storable(request.path):
            return HttpResponseBadRequest("The address contains a character that is not allowed.")
        for values in request.GET.lists():
            if "\x00" in values[0] or any("\x00" in value for value in values[1]):
                return HttpResponseBadRequest("The address contains a character that is not allowed.")
        return self.get_response(request)


class LocaleMiddleware:
    """Sets the language from the cookie or the browser; a signed-in person's own choice comes later."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Activate the language for this request only."""
        language = translation.get_language_from_request(request)
        with translation.override(language or settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response
