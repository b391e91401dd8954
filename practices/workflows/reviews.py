"""Reviewing a practice: send back, accept, decline, publish."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from core.errors import Invalid, Refused
from core.workflows import claim
from practices import notices
from practices.models import Practice, Review


def _too_late():
    return _("Somebody else has decided about this practice in the meantime. Look at its page for the result.")


def _review(practice, verdict, kind, *, by, comment, field_comments, version):
    """Give the verdict: exactly one of two reviewers at once succeeds, the other is told so."""
    claim(practice, version)
    if verdict not in Practice.TRANSITIONS[practice.state]:
        raise Refused(_too_late())
    known = set(practice.template.fields.values_list("name", flat=True))
    unknown = [name for name in field_comments if name not in known]
    if unknown:
        raise Invalid({f"field_comments/{name}": _("The form of this practice has no such field.") for name in unknown})
    if verdict != Review.Verdict.ACCEPTED and not comment.strip():
        raise Invalid({"comment": _("Please say why, so that the authors know what to do.")})
    review = Review.objects.create(
        practice=practice,
        reviewer=by.person,
        verdict=verdict,
        comment=comment.strip(),
        field_comments={name: text.strip() for name, text in field_comments.items() if text.strip()},
    )
    practice.state = verdict
    practice.save(update_fields=["state"])
    notices.no_longer_waiting(practice, _("the practice was reviewed"))
    notices.review_given(kind, practice, review, by=by)
    return practice


@transaction.atomic
def send_back_practice(practice, *, by, comment="", field_comments=None, version=None):
    """Ask the authors for changes; the comment is required, comments on fields stand beside the fields."""
    verdict = Review.Verdict.CHANGES_REQUESTED
    texts = {"comment": comment, "field_comments": field_comments or {}}
    _review(practice, verdict, notices.SENT_BACK, by=by, version=version, **texts)
    history.record(practice, "sent-back", by=by)
    return practice


@transaction.atomic
def accept_practice(practice, *, by, comment="", field_comments=None, version=None):
    """Accept the practice; it can be published then."""
    texts = {"comment": comment, "field_comments": field_comments or {}}
    _review(practice, Review.Verdict.ACCEPTED, notices.ACCEPTED, by=by, version=version, **texts)
    history.record(practice, "accepted", by=by)
    return practice


@transaction.atomic
def decline_practice(practice, *, by, comment="", field_comments=None, version=None):
    """Decline the practice for good, with the reason."""
    texts = {"comment": comment, "field_comments": field_comments or {}}
    _review(practice, Review.Verdict.DECLINED, notices.DECLINED, by=by, version=version, **texts)
    history.record(practice, "declined", by=by)
    return practice


@transaction.atomic
def publish_practice(practice, *, by, visibility=None, version=None):
    """Publish an accepted practice for those whom its visibility names."""
    claim(practice, version)
    if practice.state == Practice.State.PUBLISHED:
        raise Refused(_("This practice is already published."))
    if practice.state != Practice.State.ACCEPTED:
        raise Refused(_("Only a practice that was accepted can be published."))
    visibility = visibility or practice.visibility
    if visibility == "workgroup" and not practice.workgroup_id:
        raise Invalid({"visibility": _("This practice belongs to no workgroup. Choose somebody else.")})
    if visibility == "organisation" and not practice.organisation_id:
        raise Invalid({"visibility": _("No partner is in charge of this practice. Choose somebody else.")})
    changes = history.differences({"visibility": practice.visibility}, {"visibility": visibility})
    practice.state = Practice.State.PUBLISHED
    practice.visibility = visibility
    practice.published_at = timezone.now()
    practice.save(update_fields=["state", "visibility", "published_at"])
    history.record(practice, "published", by=by, changes=changes)
    notices.practice_published(practice, by=by)
    return practice
