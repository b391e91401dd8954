"""Letters about practices: reviews, publication, interest; the reminder of reviews; the weekly part."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Letter
from notifications.posting import cancel, post, settle
from notifications.registry import Content, DigestLine, Skip, digest_section, letter, mutable, once, topic
from notifications.reminders import Case, after, reminder
from partners.models import Person
from practices import rules
from practices.models import Practice
from workgroups.querysets import visible_among

SUBMITTED = "practices-submitted"
SENT_BACK = "practices-sent-back"
ACCEPTED = "practices-accepted"
DECLINED = "practices-declined"
PUBLISHED = "practices-published"
WAITING = "practices-waiting"
INTEREST = "practices-interest-marked"
PATIENCE = timedelta(days=7)
topic(
    "reviews",
    gettext_lazy("Practices that wait for your review"),
    gettext_lazy("A partner has sent in a good practice of your workgroup."),
    order=70,
)
topic(
    "own-practices",
    gettext_lazy("Your practices"),
    gettext_lazy("A reviewer asks for a change, or a region is interested in what you do."),
    order=80,
)
mutable(Practice)


def group_of(practice):
    """Return the workgroup of a practice."""
    return practice.workgroup


def group_of_transfer(transfer):
    """Return the workgroup of the practice of a transfer."""
    return transfer.practice.workgroup


def practice_of(transfer):
    """Return the practice of a transfer."""
    return transfer.practice


def reviewers_of(practice):
    """Return the people who may review: curators and the leaders of the workgroup, never an author."""
    leaders = Q(pk__in=[])
    if practice.workgroup_id:
        leading = practice.workgroup.memberships.current().exclude(role="member")
        leaders = Q(pk__in=leading.values("person_id"))
    curators = Q(user__is_staff=True, user__is_active=True)
    rows = Person.objects.active().filter(curators | leaders)
    return rows.exclude(pk__in=[person.pk for person in authors_of(practice)]).distinct()


def authors_of(practice):
    """Return the authors and whoever began the practice, once each."""
    return Person.objects.filter(Q(practices=practice) | Q(pk=practice.created_by_id or 0)).distinct()


def _account(person):
    return get_user_model().objects.filter(person=person, is_active=True).first()


def _title(practice):
    return practice.title if len(practice.title) <= 100 else f"{practice.title[:97]}…"


def practice_submitted(practice, *, by):
    """Tell the reviewers that a practice waits, once for each time it is sent in."""
    settle(practice, kinds=[SENT_BACK])
    post(SUBMITTED, to=reviewers_of(practice), about=practice, rev=practice.version, by=by)


def no_longer_waiting(practice, reason):
    """Cancel letters about a review that is no longer needed."""
    cancel(practice, kinds=[SUBMITTED, WAITING], reason=str(reason))
    settle(practice, kinds=[SUBMITTED, WAITING])


def review_given(kind, practice, review, *, by):
    """Tell each author the result of a review."""
    data = {"comment": review.comment, "fields": review.field_comments}
    post(kind, to=authors_of(practice), about=practice, rev=practice.version, data=data, by=by)


def practice_published(practice, *, by):
    """Tell each author that the practice is published."""
    post(PUBLISHED, to=authors_of(practice), about=practice, rev=practice.version, by=by)


def interest_marked(transfer, *, by):
    """Tell the authors which region is interested."""
    post(INTEREST, to=authors_of(transfer.practice), about=transfer, by=by)


def _for_review(practice, person):
    """Return why a letter to a reviewer is no longer needed, or None."""
    if practice is None:
        return Skip(_("the practice is gone"))
    if practice.state != Practice.State.SUBMITTED:
        return Skip(_("the practice no longer waits for a review"))
    if not rules.can_review_practice(_account(person), practice):
        return Skip(_("the person may not review this practice"))
    return None


def _review_page(practice):
    return (_("Review the practice"), reverse("practices:practice_review", args=[practice.pk]))


def _review_facts(practice):
    owner = practice.organisation.short_name if practice.organisation else practice.owner_name
    facts = [(_("Practice"), practice.title)]
    facts += [(_("Organisation"), owner)] if owner else []
    facts += [(_("Workgroup"), practice.workgroup.name)] if practice.workgroup else []
    return facts


@letter(SUBMITTED, topic="reviews", group=group_of)
def write_practice_submitted(practice, person, data):
    """To reviewers: a practice has been sent in."""
    return _for_review(practice, person) or Content(
        subject=_("To review: %(title)s") % {"title": _title(practice)},
        lines=[_("A practice has been sent in and waits for a review.")],
        facts=_review_facts(practice),
        action=_review_page(practice),
        why=_("You get this letter because you review practices."),
    )


@letter(WAITING, topic="reviews", group=group_of)
def write_practice_waiting(practice, person, data):
    """To curators: a practice still waits."""
    days = (timezone.now() - practice.submitted_at).days if practice and practice.submitted_at else 0
    return _for_review(practice, person) or Content(
        subject=_("Still waits for a review: %(title)s") % {"title": _title(practice)},
        lines=[_("This practice has waited for %(days)d days. Its authors expect an answer.") % {"days": days}],
        facts=_review_facts(practice),
        action=_review_page(practice),
        why=_("You get this letter once a week while a practice waits, because you curate the portal."),
    )


def _to_author(practice, person, *, states):
    """Return why a letter to an author is no longer needed, or None."""
    if practice is None:
        return Skip(_("the practice is gone"))
    if practice.state not in states:
        return Skip(_("the practice has moved on in the meantime"))
    if not authors_of(practice).filter(pk=person.pk).exists():
        return Skip(_("the person is no longer an author"))
    return None


def _said(practice, data):
    """Return the reviewer's words as lines: the comment, then each comment on a field."""
    labels = dict(practice.template.fields.values_list("name", "label"))
    lines = [_("The reviewer writes: %(comment)s") % {"comment": data["comment"]}] if data.get("comment") else []
    return lines + [f"{labels.get(name, name)}: {text}" for name, text in data.get("fields", {}).items()]


def _why_author():
    return _("You get this letter because you are an author of this practice.")


@letter(SENT_BACK, topic="own-practices", group=group_of)
def write_practice_sent_back(practice, person, data):
    """To authors: changes are asked for."""
    states = {Practice.State.CHANGES_REQUESTED}
    return _to_author(practice, person, states=states) or Content(
        subject=_("Please improve: %(title)s") % {"title": _title(practice)},
        lines=[_("A reviewer has read your practice and asks for changes."), *_said(practice, data)],
        action=(_("Improve the practice"), reverse("practices:practice_change", args=[practice.pk])),
        why=_why_author(),
    )


@letter(ACCEPTED, topic="own-practices", group=group_of)
def write_practice_accepted(practice, person, data):
    """To authors: accepted, not yet published."""
    states = {Practice.State.ACCEPTED, Practice.State.PUBLISHED}
    return _to_author(practice, person, states=states) or Content(
        subject=_("Accepted: %(title)s") % {"title": _title(practice)},
        lines=[_("Your practice is accepted. You will get a letter when it is published."), *_said(practice, data)],
        action=(_("Open the practice"), practice.get_absolute_url()),
        why=_why_author(),
    )


@letter(DECLINED, topic="own-practices", group=group_of)
def write_practice_declined(practice, person, data):
    """To authors: declined, with the reason."""
    return _to_author(practice, person, states={Practice.State.DECLINED}) or Content(
        subject=_("Not accepted: %(title)s") % {"title": _title(practice)},
        lines=[_("Your practice will not be published. The reason stands below."), *_said(practice, data)],
        action=(_("Open the practice"), practice.get_absolute_url()),
        why=_why_author(),
    )


@letter(PUBLISHED, topic="own-practices", group=group_of)
def write_practice_published(practice, person, data):
    """To authors: published."""
    return _to_author(practice, person, states={Practice.State.PUBLISHED}) or Content(
        subject=_("Published: %(title)s") % {"title": _title(practice)},
        lines=[_("Your practice is published. Other regions can now say that they are interested.")],
        facts=[(_("Who may see it"), practice.get_visibility_display())],
        action=(_("Open the practice"), practice.get_absolute_url()),
        why=_why_author(),
    )


@letter(INTEREST, topic="own-practices", group=group_of_transfer, thread=practice_of)
def write_interest_marked(transfer, person, data):
    """To authors: a region is interested."""
    if transfer is None or transfer.stage == "dropped":
        return Skip(_("the interest has ended"))
    if not authors_of(transfer.practice).filter(pk=person.pk).exists():
        return Skip(_("the person is no longer an author"))
    facts = [(_("Practice"), transfer.practice.title), (_("Region"), transfer.taker)]
    facts += [(_("Contact"), transfer.started_by.name)] if transfer.started_by else []
    facts += [(_("Interested in"), transfer.what)] if transfer.what else []
    return Content(
        subject=_("%(region)s is interested in your practice") % {"region": transfer.taker},
        lines=[_("A good next step is a short call. The page of the transfer keeps what you agree.")],
        facts=facts,
        action=(_("Open the transfer"), transfer.get_absolute_url()),
        why=_why_author(),
    )


def _waiting_practices(start, end):
    """Return what waits for a review, each with the curators, read once for all."""
    rows = Practice.objects.waiting_for_review().filter(submitted_at__lte=end)
    rows = list(rows.select_related("workgroup", "created_by").prefetch_related("authors"))
    curators = list(Person.objects.curators().order_by("pk")) if rows else []
    for practice in rows:
        practice.known_curators = curators
    return rows


@reminder(
    WAITING,
    title=gettext_lazy("A practice waits for a review"),
    what=gettext_lazy("a practice that was sent in and not reviewed"),
    whom=gettext_lazy("curators, except its authors"),
    base=gettext_lazy("the practice was sent in"),
    when=after(days=7),
    every=PATIENCE,
    useful=gettext_lazy("until the next one, a week later"),
    condition=gettext_lazy("again every week, as long as it waits"),
    things=_waiting_practices,
    scopes=lambda practice: (practice.workgroup,),
    levels=("workgroup",),
)
def practice_waits(practice):
    """Curators, never an author; sent in again, it is counted anew."""
    if practice.state != Practice.State.SUBMITTED or practice.submitted_at is None:
        return Skip(_("the practice no longer waits for a review"), Letter.Cause.ALREADY_ACTED)
    curators = getattr(practice, "known_curators", None)
    if curators is None:
        curators = Person.objects.curators()
    authors = {practice.created_by_id, *(person.pk for person in practice.authors.all())}
    return Case(
        base=practice.submitted_at,
        people=dict.fromkeys(person for person in curators if person.pk not in authors),
        until=None,  # each is of use until the next one
        slot=f"{practice.submitted_at:%Y%m%d%H%M%S}",
    )


@digest_section("practices", gettext_lazy("Good practices"), order=30)
def published_practices(user, since, until):
    """List the practices published since the last weekly letter that the person may see."""
    rows = Practice.objects.published().filter(published_at__gt=since, published_at__lte=until)
    rows = rows.select_related("region").order_by("published_at", "id")
    seen = visible_among(rows, user, key=("practices", since, until))
    lines = once(("practice-lines", since, until), lambda: [(row.pk, _line_of(row)) for row in rows])
    return [line for pk, line in lines if pk in seen]


def _line_of(practice):
    region = f" ({practice.region.name})" if practice.region else ""
    return DigestLine(practice.title + region, practice.get_absolute_url(), practice.published_at)
