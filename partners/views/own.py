"""Pages on which a person sets things for the own account, and the language switch."""

from allauth.account.decorators import login_required
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.doors import form_page
from core.text import is_storable
from partners import workflows
from partners.forms import ProfileForm, TokenForm
from partners.models import ApiToken, FeedToken

both = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@both
def profile(request):
    """Change the own profile."""
    person = request.user.person
    names = [name for name in ProfileForm.base_fields if name != "form_key"]
    form = ProfileForm(request.POST or None, person=person, initial={name: getattr(person, name) for name in names})

    def save(valid):
        workflows.change_profile(person, valid.data_of_fields(), by=request.user)
        return reverse("partners:profile")

    return form_page(request, form, "partners/profile.html", save=save, done=_("Saved."), context={"person": person})


@login_required
@require_safe
def token_list(request):
    """Show the own tokens."""
    tokens = ApiToken.objects.filter(user=request.user).order_by("-created")
    return render(request, "partners/token_list.html", {"tokens": tokens})


@never_cache
@login_required
@both
def token_create(request):
    """Make a token and show it once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, secret = workflows.create_token(form.data_of_fields(), by=request.user)
        return render(request, "partners/token_created.html", {"token": token, "secret": secret})
    return form_page(request, form, "partners/token_create.html", save=None)


@login_required
@require_POST
def token_revoke(request, digest):
    """End a token."""
    token = get_object_or_404(ApiToken, user=request.user, digest=digest)
    workflows.revoke_token(token, by=request.user)
    messages.success(request, _("The token has ended."))
    return redirect("partners:token_list")


@never_cache
@login_required
@both
def feed(request):
    """Explain the personal calendar address; POST makes a new one and shows it once."""
    address = ""
    if request.method == "POST":
        if request.POST.get("remove"):
            workflows.remove_feed_address(request.user)
            messages.success(request, _("The calendar address has ended."))
            return redirect("partners:feed")
        secret = workflows.new_feed_address(request.user)
        address = request.build_absolute_uri(reverse("meetings:person_feed", args=[secret]))
    row = FeedToken.objects.filter(person=request.user.person).first()
    return render(request, "partners/feed.html", {"row": row, "address": address})


@csrf_exempt
@require_POST
def choose_language(request):
    """Show the portal in another language, and lead back to the page.

    A visitor's pages carry no form key, so that they can be kept by caches; nothing but the visitor's own cookie
    changes. With an account the choice is written to the profile, and the form key is asked for.
    """
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return redirect(_page_before(request))
    return _write_language(request, code=code) if request.user.is_authenticated else _keep_language(request, code)


@csrf_protect
def _write_language(request, *, code):
    person = request.user.person
    if person.language != code:
        workflows.change_profile(person, {"language": code}, by=request.user)
    return _keep_language(request, code)


def _keep_language(request, code):
    response = redirect(_page_before(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def _page_before(request):
    """Return the page of ours on which the switch stood; the start page for any other address."""
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if is_ours and is_storable(page) else reverse("overview:home")
