"""Guards at the gate: input that no view could survive, and the language of the page."""

from django.conf import settings
from django.http import HttpResponseBadRequest
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from core.text import is_storable


class CleanRequestMiddleware:
    """Answers 400 to an address or query with NUL characters, before any code meets them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass a clean request on; answer 400 to the other."""
        if "\x00" in request.path or not is_storable(request.path):
            return _refused()
        for values in request.GET.lists():
            if "\x00" in values[0] or any("\x00" in value for value in values[1]):
                return _refused()
        return self.get_response(request)


def _refused():
    return HttpResponseBadRequest(_("The address contains a character that is not allowed."))


class LocaleMiddleware:
    """Sets the language from the cookie or the browser; a signed-in person's own choice comes later."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Activate the language for this request only, and say in the answer which one it is."""
        language = chosen_language(request) or wished_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


def chosen_language(request):
    """Return the language that the visitor chose by hand; None without a choice that is still offered."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if code in dict(settings.LANGUAGES) else None


def wished_language(request):
    """Return the first complete language that the browser asks for; a half one comes by choice only."""
    for wish, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        for code in (wish, wish.split("-")[0]):
            if code in dict(settings.LANGUAGES) and code not in settings.LANGUAGES_IN_PART:
                return code
    return settings.LANGUAGES[0][0]
