"""What a region makes of a practice: interest, the stages after it, or an end with a reason."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, search
from core.errors import Invalid, Refused
from core.workflows import claim
from practices import notices, rules
from practices.models import Practice, Transfer, TransferStep


@transaction.atomic
def mark_interest(practice, *, region, by, what=""):
    """Note that ``region`` is interested in ``practice``: once; the authors are told."""
    if practice.state != Practice.State.PUBLISHED:
        raise Refused(_("A region can be interested in a practice once it is published."))
    if practice.region_id == region.pk:
        raise Refused(_("This practice is from the same region."), "region")
    try:
        with transaction.atomic():
            transfer = Transfer.objects.create(practice=practice, region=region, what=what, started_by=by.person)
    except IntegrityError:
        message = _("%(region)s is already on record for this practice.") % {"region": region.name}
        raise Refused(message, "region") from None
    _step(transfer, by=by, day=timezone.localdate())
    history.record(transfer, "interest-marked", by=by)
    search.index(transfer)
    notices.interest_marked(transfer, by=by)
    return transfer


def _step(transfer, *, by, day, note=""):
    TransferStep.objects.create(transfer=transfer, stage=transfer.stage, step_date=day, note=note, person=by.person)


def _checked_day(day):
    if day and day > timezone.localdate():
        raise Invalid({"step_date": _("This day is still to come. Note a stage when it is reached.")})
    return day or timezone.localdate()


@transaction.atomic
def advance_transfer(transfer, *, by, stage, step_date=None, note="", version=None):
    """Note that a later stage is reached; stages may be left out. Going back is a correction by leaders."""
    claim(transfer, version)
    line = [str(known) for known in Transfer.LINE]
    if stage not in line:
        raise Invalid({"stage": _("Choose one of the stages. To end a transfer, give a reason.")})
    if stage == transfer.stage:
        raise Refused(_("The transfer is at this stage already."), "stage")
    is_back = transfer.stage == Transfer.Stage.DROPPED or line.index(stage) < line.index(transfer.stage)
    if is_back and not rules.can_correct_transfer(by, transfer):
        raise Refused(_("A transfer goes forward. Ask a coordinator to correct a stage."), "stage")
    day = _checked_day(step_date)
    before, transfer.stage = transfer.stage, stage
    transfer.save(update_fields=["stage"])
    _step(transfer, by=by, day=day, note=note.strip())
    verb = "stage-corrected" if is_back else "stage-reached"
    history.record(transfer, verb, by=by, changes={"stage": [str(before), str(stage)]})
    return transfer


@transaction.atomic
def drop_transfer(transfer, *, by, reason, step_date=None, version=None):
    """End a transfer that will not be adopted; the reason is a lesson for others."""
    claim(transfer, version)
    if transfer.stage in {Transfer.Stage.DROPPED, Transfer.Stage.ADOPTED}:
        raise Refused(_("This transfer has already come to its end."))
    if not reason.strip():
        raise Invalid({"reason": _("Please give the reason: others learn from it.")})
    day = _checked_day(step_date)
    before, transfer.stage, transfer.reason = transfer.stage, Transfer.Stage.DROPPED, reason.strip()
    transfer.save(update_fields=["stage", "reason"])
    _step(transfer, by=by, day=day, note=transfer.reason)
    history.record(transfer, "dropped", by=by, changes={"stage": [str(before), "dropped"]})
    return transfer
