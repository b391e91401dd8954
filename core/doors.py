"""How a browser's door answers: one form, one workflow, and a refusal that keeps what was typed."""

from django.contrib import messages
from django.shortcuts import redirect, render

from core.errors import Refused, Stale
from core.workflows import once


def form_page(request, form, template, *, save, done="", context=None, current=None):
    """Show ``form``; on a valid POST call ``save(form)``, which returns the thing or address to go to.

    A refusal comes back at its field with everything that was typed (status 409; 412 when somebody else
    saved first: then ``current``, a function, returns what is stored now as ``{label: value}`` and the
    form takes the new version, so that the person can compare and save again). Faulty input: status 422.
    """
    status = 200
    extra = dict(context or {})
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                target = save(form)
            except Refused as refusal:
                form.refuse(refusal)
                status = refusal.status if refusal.status != 400 else 422
                if isinstance(refusal, Stale) and current is not None:
                    extra["stored_now"], version = current()
                    form.data = form.data.copy()
                    form.data["version"] = version
            else:
                if done:
                    messages.success(request, done)
                return redirect(target)
    return render(request, template, {"form": form, **extra}, status=status)


def create_page(request, form, template, *, make, done="", context=None):
    """Like ``form_page`` for a new thing: ``make(form)`` runs once even if the form is sent twice."""

    def save(valid):
        key = valid.cleaned_data.get("form_key")
        return once(key, by=request.user, make=lambda: make(valid)) if key else make(valid)

    return form_page(request, form, template, save=save, done=done, context=context)


def verb(request, thing, workflow, *, done="", target=None, **data):
    """Run ``workflow(thing, by=user, **data)`` for a POST, tell the result, and go back to the thing."""
    try:
        result = workflow(thing, by=request.user, **data)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        text = done(result) if callable(done) else done
        if text:
            messages.success(request, text)
    return redirect(target or thing)
