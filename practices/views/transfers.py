"""Pages of transfers: list, page, interest, stages, end."""

from allauth.account.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import history
from core.access import get_visible, require
from core.doors import create_page, form_page
from partners.models import Region
from partners.querysets import standing
from practices import rules
from practices.filters import TransferFilter
from practices.forms import AdvanceTransferForm, DropTransferForm, InterestForm
from practices.models import Transfer
from practices.views.practices import read_practice
from practices.workflows import transfers as workflows

ABOUT = ("practice__workgroup", "practice__region", "practice__organisation", "region", "started_by")


@require_safe
def transfer_list(request):
    """List who learns from whom: giver, practice, taker and stage."""
    found = TransferFilter(request.GET, Transfer.objects.visible_to(request.user), request=request)
    rows = found.qs.select_related(*ABOUT).order_by("practice__title", "id")
    context = {"filter": found, "page": Paginator(rows, 25).get_page(request.GET.get("page"))}
    return render(request, "practices/transfer_list.html", context)


def stages_of(transfer, steps):
    """Return the stages of a transfer for the drawing: reached ones with day and note, the rest ahead."""
    by_stage = {step.stage: step for step in steps}
    is_dropped = transfer.stage == Transfer.Stage.DROPPED
    line = [str(stage) for stage in Transfer.LINE]
    seen = [line.index(stage) for stage in by_stage if stage in line]
    reached = max(seen, default=0) if is_dropped else line.index(transfer.stage)
    shown = []
    for position, stage in enumerate(line):
        if is_dropped and position > reached:
            break
        step = by_stage.get(stage) if position <= reached else None
        state = "done" if position < reached or (is_dropped or stage == line[-1]) else "here"
        shown.append(_stage(stage, step, "ahead" if position > reached else state))
    if is_dropped:
        shown.append(_stage("dropped", by_stage.get("dropped"), "ended"))
    return shown


def _stage(stage, step, state):
    name = dict(Transfer.Stage.choices)[stage]
    is_dropped = stage == "dropped"
    note = step.note if step and not is_dropped else ""
    return {"name": str(name).capitalize(), "state": state, "date": step.step_date if step else None, "note": note}


def _read_transfer(user, pk):
    return get_visible(Transfer.objects.select_related(*ABOUT), user, pk=pk)


@require_safe
def transfer_detail(request, pk):
    """Show how far a transfer has come, step by step."""
    user = request.user
    transfer = _read_transfer(user, pk)
    steps = list(transfer.steps.select_related("person"))
    is_over = transfer.stage in {Transfer.Stage.ADOPTED, Transfer.Stage.DROPPED}
    context = {
        "transfer": transfer,
        "practice": transfer.practice,
        "stages": stages_of(transfer, steps),
        "steps": steps if standing(user).is_member else [],
        "history": history.of(transfer)[:20] if standing(user).is_member else [],
        "can_see_people": standing(user).is_member,
        "can_advance": rules.can_advance_transfer(user, transfer)
        and (not is_over or rules.can_correct_transfer(user, transfer)),
        "can_drop": rules.can_drop_transfer(user, transfer) and not is_over,
        "is_over": is_over,
    }
    return render(request, "practices/transfer_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def mark_interest(request, pk):
    """Say that a region is interested in a practice."""
    practice = read_practice(request.user, pk)
    require(rules.can_mark_interest(request.user))
    regions = Region.objects.exclude(pk=practice.region_id)
    if not rules.leads_all(request.user):
        regions = regions.filter(pk__in=standing(request.user).region_ids)
    form = InterestForm(request.POST or None, regions=regions)
    return create_page(
        request,
        form,
        "practices/mark_interest.html",
        make=lambda valid: workflows.mark_interest(practice, by=request.user, **valid.data_of_fields()),
        done=_("Noted. The authors get a letter with your name."),
        context={"practice": practice, "has_regions": regions.exists()},
    )


@require_http_methods(["GET", "POST"])
@login_required
def advance_transfer(request, pk):
    """Note that a stage is reached."""
    transfer = _read_transfer(request.user, pk)
    require(rules.can_advance_transfer(request.user, transfer))
    may_correct = rules.can_correct_transfer(request.user, transfer)
    initial = {"version": transfer.version}
    form = AdvanceTransferForm(request.POST or None, transfer=transfer, may_correct=may_correct, initial=initial)
    return _step_page(request, transfer, form, workflows.advance_transfer, "practices/advance_transfer.html")


@require_http_methods(["GET", "POST"])
@login_required
def drop_transfer(request, pk):
    """End a transfer with a reason."""
    transfer = _read_transfer(request.user, pk)
    require(rules.can_drop_transfer(request.user, transfer))
    form = DropTransferForm(request.POST or None, initial={"version": transfer.version})
    return _step_page(request, transfer, form, workflows.drop_transfer, "practices/drop_transfer.html")


def _step_page(request, transfer, form, workflow, template):
    def save(valid):
        workflow(transfer, by=request.user, version=valid.cleaned_data["version"], **valid.data_of_fields())
        return transfer

    def current():
        stored = _read_transfer(request.user, transfer.pk)
        return {_("Stage"): stored.get_stage_display(), _("Reason"): stored.reason}, stored.version

    context = {"transfer": transfer, "practice": transfer.practice}
    return form_page(request, form, template, save=save, done=_("Noted."), context=context, current=current)
