"""Pages of practices: list, page, form, authors, and the author's verbs."""

from allauth.account.decorators import login_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import history
from core.access import get_visible, require, visible_if_any
from core.doors import create_page, form_page, verb
from core.errors import Invalid, Refused
from partners.models import Membership, Person
from partners.querysets import standing
from practices import rules
from practices.filters import PracticeFilter
from practices.forms import AddAuthorForm, ChangePracticeForm, PracticeForm
from practices.models import TIMESCALE, FormTemplate, Practice, Review, Transfer
from practices.workflows import practices as workflows

NEEDED_FIRST = ("resources", "challenges", "potential")  # what a second region looks for


def read_practice(user, pk):
    """Return the practice with everything its pages show, if the person may see it."""
    memberships = Membership.objects.current().select_related("organisation")
    authors = Person.objects.prefetch_related(Prefetch("memberships", memberships, to_attr="current_memberships"))
    rows = Practice.objects.select_related(
        "template", "workgroup", "organisation__region", "region", "created_by"
    ).prefetch_related("template__fields", Prefetch("authors", authors))
    return get_visible(rows, user, pk=pk)


def seen_transfers(user):
    """Return how lists fetch the transfers that the person may see: as ``seen_transfers``."""
    rows = Transfer.objects.visible_to(user).select_related("region")
    return Prefetch("transfers", rows, to_attr="seen_transfers")


def furthest(transfers):
    """Return ``{"reached", "caption"}`` of the transfer that came furthest, or None."""
    line = [str(stage) for stage in Transfer.LINE]
    alive = [transfer for transfer in transfers if transfer.stage in line]
    if not alive:
        return None
    best = max(alive, key=lambda transfer: line.index(transfer.stage))
    caption = _("%(region)s: %(stage)s") % {"region": best.taker, "stage": best.get_stage_display()}
    return {"reached": line.index(best.stage) + 1, "total": len(line), "caption": caption}


@require_safe
def practice_list(request):
    """List the published practices; with the filters also the own and those in review."""
    user = request.user
    found = PracticeFilter(request.GET, Practice.objects.visible_to(user), request=request)
    if not user.is_authenticated:
        del found.filters["state"], found.filters["mine"]
    asks = any(request.GET.get(name) for name in ("state", "mine")) and user.is_authenticated
    rows = found.qs if asks else found.qs.published()
    rows = rows.select_related("workgroup", "region", "organisation").prefetch_related(seen_transfers(user))
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    for practice in page.object_list:
        practice.furthest = furthest(practice.seen_transfers)
    context = {
        "filter": found,
        "page": page,
        "can_create": rules.can_create_practice(user),
        "can_review": rules.can_see_review_queue(user),
        "waiting_count": _waiting_count(user),
    }
    return render(request, "practices/practice_list.html", context)


def _waiting_count(user):
    if not rules.can_see_review_queue(user):
        return 0
    return Practice.objects.visible_to(user).waiting_for_review().count()


@require_safe
def practice_detail(request, pk):
    """Show a practice: what it is, what a second region needs first, and who takes it over."""
    user = request.user
    practice = read_practice(user, pk)
    reviews = visible_if_any(Review.objects.filter(practice=practice), user)
    context = {
        "practice": practice,
        "needed": _sheet(practice, lambda name: name in NEEDED_FIRST),
        "sheet": _sheet(practice, lambda name: name not in NEEDED_FIRST and name not in {"title", "summary"}),
        "is_timescale_gap": TIMESCALE in practice.gaps,
        "can_see_authors": rules.can_see_authors(user, practice),
        "reviews": reviews.select_related("reviewer"),
        "labels": {field.name: field.label for field in practice.template.fields.all()},
        "history": history.of(practice)[:20] if rules.can_see_history(user, practice) else [],
        "may": allowed_verbs(user, practice),
    }
    return render(request, "practices/practice_detail.html", context)


def _sheet(practice, is_wanted):
    fields = [field for field in practice.template.fields.all() if is_wanted(field.name)]
    return [{"label": field.label, "text": practice.text_of(field.name)} for field in fields]


def allowed_verbs(user, practice):
    """Return which verbs the page offers: those that both the rules and the state allow."""
    state, may_write = practice.state, rules.can_change_practice(user, practice)
    may_review = rules.can_review_practice(user, practice)
    is_editable = state in Practice.EDITABLE_STATES
    takes = rules.can_mark_interest(user) and state == Practice.State.PUBLISHED
    only_own = standing(user).region_ids == frozenset({practice.region_id}) and not rules.leads_all(user)
    return {
        "change": (may_write and is_editable) or rules.leads_all(user),
        "authors": may_write,
        "submit": may_write and is_editable,
        "withdraw": may_write and state == Practice.State.SUBMITTED,
        "review": may_review and state == Practice.State.SUBMITTED,
        "send_back": may_review and state == Practice.State.ACCEPTED,
        "publish": may_review and state == Practice.State.ACCEPTED,
        "mark_interest": takes and not only_own,
    }


@require_http_methods(["GET", "POST"])
@login_required
def practice_create(request):
    """Begin a practice in the current form."""
    require(rules.can_create_practice(request.user))
    template = FormTemplate.objects.filter(is_current=True).prefetch_related("fields").first()
    form = PracticeForm(request.POST or None, template=template, user=request.user, initial=_own(request.user))
    return create_page(
        request,
        form,
        "practices/practice_create.html",
        make=lambda valid: workflows.create_practice(valid.data_of_fields(), by=request.user),
        done=_("Saved as a draft. Only you and those who help you see it."),
        context={"template": template},
    )


def _own(user):
    """Return the first organisation of the person and its region, as a proposal."""
    row = user.person.memberships.current().select_related("organisation").first()
    return {"organisation": row.organisation_id, "region": row.organisation.region_id} if row else {}


@require_http_methods(["GET", "POST"])
@login_required
def practice_change(request, pk):
    """Change a practice, with what reviewers said beside each field; save, or save and send in."""
    practice = read_practice(request.user, pk)
    require(rules.can_change_practice(request.user, practice))
    if request.method == "GET" and not allowed_verbs(request.user, practice)["change"]:
        messages.error(request, _("This practice cannot be changed now. Withdraw it first if it waits for a review."))
        return redirect(practice)
    form = change_form(request, practice, request.POST or None)
    is_submit = "submit" in request.POST

    def save(valid):
        version = valid.cleaned_data["version"]
        workflows.change_practice(practice, valid.data_of_fields(), by=request.user, version=version)
        if is_submit:
            _submit(practice, valid, request)
        return practice

    return form_page(
        request,
        form,
        "practices/practice_change.html",
        save=save,
        done=_("Saved and sent in. The reviewers get a letter.") if is_submit else _("Saved."),
        context={"practice": practice, "may": allowed_verbs(request.user, practice)},
        current=lambda: _stored(request.user, pk),
    )


def _submit(practice, form, request):
    """Send in what was just saved; if it is not ready, it stays saved and the form knows the new version."""
    try:
        workflows.submit_practice(practice, by=request.user)
    except Refused:
        practice.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = practice.version
        messages.warning(request, _("Saved as a draft, not sent in yet."))
        raise


def change_form(request, practice, data=None):
    """Return the form of a practice with the comments of the last review beside its fields."""
    comments = {}
    for review in Review.objects.visible_to(request.user).filter(practice=practice).select_related("reviewer"):
        for name, text in review.field_comments.items():
            comments.setdefault(name, []).append({"review": review, "text": text})
    return ChangePracticeForm(
        data,
        template=practice.template,
        user=request.user,
        practice=practice,
        comments=comments,
        initial={"version": practice.version},
    )


def _stored(user, pk):
    practice = read_practice(user, pk)
    shown = {field.label: practice.text_of(field.name) for field in practice.template.fields.all()}
    return shown | {_("Region"): practice.region, _("State"): practice.get_state_display()}, practice.version


@require_POST
@login_required
def submit_practice(request, pk):
    """Send a practice to review; what is missing is shown in the form, all at once."""
    practice = read_practice(request.user, pk)
    require(rules.can_submit_practice(request.user, practice))
    try:
        workflows.submit_practice(practice, by=request.user)
    except Invalid as refusal:
        practice = read_practice(request.user, pk)
        form = change_form(request, practice)
        form.cleaned_data = {}
        form.refuse(refusal)
        context = {"form": form, "practice": practice, "may": allowed_verbs(request.user, practice)}
        return render(request, "practices/practice_change.html", context, status=422)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Sent in. The reviewers get a letter."))
    return redirect(practice)


@require_POST
@login_required
def withdraw_practice(request, pk):
    """Take a practice back from review."""
    practice = read_practice(request.user, pk)
    require(rules.can_withdraw_practice(request.user, practice))
    return verb(request, practice, workflows.withdraw_practice, done=_("Withdrawn. It is a draft again."))


@require_http_methods(["GET", "POST"])
@login_required
def add_author(request, pk):
    """Show the authors and add one."""
    practice = read_practice(request.user, pk)
    require(rules.can_add_author(request.user, practice))
    form = AddAuthorForm(request.POST or None, practice=practice, initial={"version": practice.version})

    def save(valid):
        data = {"person": valid.cleaned_data["person"], "version": valid.cleaned_data["version"]}
        workflows.add_author(practice, by=request.user, **data)
        return request.path

    return form_page(
        request,
        form,
        "practices/add_author.html",
        save=save,
        done=_("Added. The new author can change the practice."),
        context={"practice": practice},
        current=lambda: _stored(request.user, pk),
    )


@require_POST
@login_required
def remove_author(request, pk, person_pk):
    """Take a person off the authors."""
    practice = read_practice(request.user, pk)
    require(rules.can_remove_author(request.user, practice))
    person = get_object_or_404(practice.authors, pk=person_pk)
    verb(request, practice, workflows.remove_author, done=_("Removed."), person=person)
    if not Practice.objects.visible_to(request.user).filter(pk=pk).exists():
        return redirect("practices:practice_list")
    practice = read_practice(request.user, pk)
    return redirect("practices:add_author", pk) if rules.can_add_author(request.user, practice) else redirect(practice)
