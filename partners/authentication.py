"""Programs sign in with personal tokens; each token may do what its scopes name, and never more than its person."""

from datetime import timedelta
from hmac import compare_digest

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from core.text import is_storable
from partners.models import ApiToken

SUBJECTS = ("partners", "workgroups", "meetings", "practices", "visits", "actionplans", "overview", "notifications")
SCOPES = [("read", _("read everything that you may read")), ("write", _("change everything that you may change"))]
SCOPES += [(f"{subject}:{verb}", f"{subject}: {verb}") for subject in SUBJECTS for verb in ("read", "write")]
USED_EVERY = timedelta(minutes=1)
# What each request needs; naming few columns halves what the look-up costs. Others are read when asked for.
NEEDED = ("token_key", "digest", "expiry", "scopes", "used_at", "user__is_active", "user__is_staff")
NEEDED += ("user__is_superuser", "user__email", "user__person__name", "user__person__email")
NEEDED += ("user__person__language", "user__person__time_zone", "user__person__is_coordinator")


class TokenAuthentication(KnoxAuthentication):
    """Bearer tokens; writes down the last use at most once a minute."""

    model = ApiToken

    def authenticate(self, request):
        """Return the account and the token, or None where no token was sent."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not is_storable(header):
            raise AuthenticationFailed(_("The token is not valid."))
        found = super().authenticate(request)
        if found is not None:
            _speak_to(found[0].person, request)
        return found

    def authenticate_credentials(self, token):
        """Find the token with its account and person in one question, check it and note its use."""
        text = token.decode("utf-8", "replace")
        rows = ApiToken.objects.filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH])
        for found in rows.select_related("user__person").only(*NEEDED):
            if compare_digest(hash_token(text), found.digest) and not self._cleanup_token(found):
                self._note_use(found)
                return self.validate_user(found)
        raise AuthenticationFailed(_("The token is not valid."))

    def _note_use(self, found):
        now = timezone.now()
        if found.used_at is None or now - found.used_at > USED_EVERY:
            ApiToken.objects.filter(pk=found.pk).update(used_at=now)

    def _cleanup_token(self, auth_token):
        """Tell whether the token has expired; its row stays, so that its owner sees what happened."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


def _speak_to(person, request):
    """Answer in the language of the token's owner; ``core.middleware`` ends it with the request."""
    translation.activate(person.language)
    getattr(request, "_request", request).LANGUAGE_CODE = person.language


class ScopePermission(BasePermission):
    """Reading is open to all (rows are filtered); writing needs an account, a token also the scope."""

    def has_permission(self, request, view):
        """Tell whether the request may go on to rows and rules."""
        is_read = request.method in SAFE_METHODS
        if not request.user.is_authenticated:
            return is_read and not getattr(view, "is_private", False)
        if isinstance(request.auth, ApiToken):
            verb = "read" if is_read else "write"
            return bool({verb, f"{view.scope}:{verb}"} & set(request.auth.scopes))
        return True


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI description names the tokens."""

    target_class = "partners.authentication.TokenAuthentication"
    name = "personalToken"

    def get_security_definition(self, auto_schema):
        """Return the security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "clx_…"}
