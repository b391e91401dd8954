"""What a mail provider tells us about letters, and the curators' way to clear an address."""

from urllib.parse import urlencode

from allauth.account.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.access import require
from core.doors import verb
from notifications import rules, workflows
from notifications.bounces import intake
from notifications.models import MailAddress


@csrf_exempt
@require_POST
def bounce_hook(request):
    """Take the events of a provider that signs them with our secret; nobody is signed in here."""
    if not intake.is_signed(request.body, request.headers.get("X-Portal-Signature", "")):
        return HttpResponse(status=403)
    try:
        counted = intake.take_events(request.body)
    except ValueError as error:
        return JsonResponse({"detail": str(error)}, status=400)
    return JsonResponse(counted)


@require_POST
@login_required
def clear_address(request, pk):
    """Let letters go to the address again."""
    require(rules.can_see_letters(request.user))
    state = get_object_or_404(MailAddress, pk=pk)
    target = f"{reverse('notifications:letter_list')}?{urlencode({'q': state.address})}"
    return verb(request, state, workflows.clear_address, done=_("Letters go to this address again."), target=target)
