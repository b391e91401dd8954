"""Pages of reviewers: the queue, one review, the verdicts, publication."""

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.doors import form_page
from partners.querysets import standing
from practices import rules
from practices.forms import PublishForm, ReviewForm
from practices.models import Practice, Review
from practices.views.practices import read_practice
from practices.workflows import reviews as workflows
from workgroups.querysets import group_standing


@require_safe
@login_required
def review_queue(request):
    """List what waits for a review, oldest first."""
    user = request.user
    require(rules.can_see_review_queue(user))
    rows = Practice.objects.visible_to(user).waiting_for_review()
    if not rules.leads_all(user):
        rows = rows.filter(workgroup_id__in=group_standing(user).led_ids)
    rows = rows.select_related("workgroup", "organisation", "region").prefetch_related("authors")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    for practice in page.object_list:
        practice.is_own = rules.is_author(user, practice)
    context = {"page": page, "me": standing(user).person_id}
    return render(request, "practices/review_queue.html", context)


def _review_context(user, practice, form):
    comments = [field for field in form if field.name.startswith("field_comments/")]
    rows = [
        {
            "label": field.label,
            "text": practice.text_of(field.name),
            "limit": field.limit,
            "is_gap": field.name in practice.gaps,
            "comment": comment,
        }
        for field, comment in zip(practice.template.fields.all(), comments, strict=True)
    ]
    reviews = Review.objects.visible_to(user).filter(practice=practice).select_related("reviewer")
    labels = {field.name: field.label for field in practice.template.fields.all()}
    return {"practice": practice, "rows": rows, "reviews": reviews, "labels": labels}


@require_safe
@login_required
def practice_review(request, pk):
    """Show a practice to its reviewer: texts at the left, comments beside, verdicts below."""
    practice = read_practice(request.user, pk)
    require(rules.can_review_practice(request.user, practice))
    form = ReviewForm(template=practice.template, initial={"version": practice.version})
    context = {"form": form, **_review_context(request.user, practice, form)}
    return render(request, "practices/practice_review.html", context)


def _verdict(request, pk, workflow, done):
    practice = read_practice(request.user, pk)
    require(rules.can_review_practice(request.user, practice))
    form = ReviewForm(request.POST, template=practice.template)

    def save(valid):
        workflow(practice, by=request.user, version=valid.cleaned_data["version"], **valid.data_of_fields())
        return practice

    def current():
        stored = read_practice(request.user, pk)
        return {_("State"): stored.get_state_display()}, stored.version

    context = _review_context(request.user, practice, form)
    return form_page(
        request, form, "practices/practice_review.html", save=save, done=done, context=context, current=current
    )


@require_POST
@login_required
def send_back_practice(request, pk):
    """Ask for changes."""
    return _verdict(request, pk, workflows.send_back_practice, _("Sent back. The authors get a letter."))


@require_POST
@login_required
def accept_practice(request, pk):
    """Accept."""
    return _verdict(request, pk, workflows.accept_practice, _("Accepted. It can be published now."))


@require_POST
@login_required
def decline_practice(request, pk):
    """Decline."""
    return _verdict(request, pk, workflows.decline_practice, _("Declined. The authors get a letter with the reason."))


@require_http_methods(["GET", "POST"])
@login_required
def publish_practice(request, pk):
    """Choose who may see an accepted practice, and publish it."""
    practice = read_practice(request.user, pk)
    require(rules.can_publish_practice(request.user, practice))
    initial = {"version": practice.version, "visibility": practice.visibility}
    form = PublishForm(request.POST or None, initial=initial)

    def save(valid):
        workflows.publish_practice(
            practice, by=request.user, version=valid.cleaned_data["version"], **valid.data_of_fields()
        )
        return practice

    def current():
        stored = read_practice(request.user, pk)
        return {_("State"): stored.get_state_display()}, stored.version

    return form_page(
        request,
        form,
        "practices/publish_practice.html",
        save=save,
        done=_("Published. The authors get a letter."),
        context={"practice": practice},
        current=current,
    )
