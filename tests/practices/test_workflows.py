"""Verbs of practices: happy, refused, letters to exactly those who should know."""

import pytest
from django.utils import timezone

from core import history
from core.errors import Invalid, Refused, Stale
from notifications.models import Letter
from notifications.planning import foresee
from notifications.registry import LETTERS, REMINDERS, Skip
from practices import notices, rules
from practices.models import FormField, FormTemplate, Practice, TransferStep
from practices.workflows import practices as writing
from practices.workflows import reviews, templates, transfers
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return make.make_organisation()


@pytest.fixture
def author(org):
    return make.make_user(organisation=org)


@pytest.fixture
def group():
    return make.make_workgroup()


@pytest.fixture
def chair(group):
    user = make.make_user(organisation=make.make_organisation())
    make.make_group_member(group, user.person, "chair")
    return user


@pytest.fixture
def curator():
    return make.make_curator()


@pytest.fixture
def draft(author, org, group):
    return make.make_practice(
        state="draft",
        authors=[author.person],
        organisation=org,
        region=org.region,
        workgroup=group,
        scope="regional",
        start_date="2017-01-01",
    )


def recipients(kind):
    return set(Letter.objects.filter(kind=kind).values_list("person_id", flat=True))


def test_the_form_of_2014_2020_is_there():
    form = FormTemplate.objects.get(key="interreg-europe-2014-2020")
    limits = dict(form.fields.values_list("name", "limit"))
    assert form.is_current
    assert limits == {
        "title": 100,
        "summary": 160,
        "problem": 1500,
        "resources": 300,
        "evidence": 500,
        "challenges": 300,
        "potential": 1000,
        "keywords": 200,
    }
    assert set(form.fields.filter(is_required=False).values_list("name", flat=True)) == {"challenges", "keywords"}


def test_create_makes_a_draft_in_the_current_form(author):
    form = make.make_template()
    practice = writing.create_practice({"title": " A\ttitle ", "texts": {"problem": "x" * 500}}, by=author)
    assert (practice.state, practice.template, practice.title) == ("draft", form, "A title")
    assert list(practice.authors.all()) == [author.person]
    assert Practice.objects.matching("title").get() == practice


def test_create_refuses_unknown_fields(author):
    make.make_template()
    with pytest.raises(Invalid) as refusal:
        writing.create_practice({"title": "A", "texts": {"nothing": "x"}, "gaps": ["title"]}, by=author)
    assert set(refusal.value.problems) == {"texts/nothing", "gaps/title"}


def test_submit_names_every_problem_at_once(author):
    make.make_template()
    practice = writing.create_practice({"title": "t" * 101, "texts": {"challenges": "a\r\n" * 26}}, by=author)
    with pytest.raises(Invalid) as refusal:
        writing.submit_practice(practice, by=author)
    assert set(refusal.value.problems) == {
        "title",
        "summary",
        "texts/problem",
        "texts/challenges",
        "organisation",
        "region",
        "scope",
        "start_date",
    }
    practice.refresh_from_db()
    assert practice.state == "draft"


def test_a_line_break_counts_once(author, draft):
    writing.change_practice(draft, {"texts": {"problem": "a\n" * 99 + "bc"}}, by=author)
    assert writing.problems_of(draft) == {}


def test_submit_tells_curators_and_group_leaders_once(draft, author, chair, curator):
    writing.submit_practice(draft, by=author)
    assert draft.state == "submitted"
    assert recipients(notices.SUBMITTED) == {chair.person_id, curator.person_id}
    with pytest.raises(Refused):
        writing.submit_practice(draft, by=author)
    assert Letter.objects.filter(kind=notices.SUBMITTED).count() == 2


def test_withdraw_cancels_the_letters(draft, author, curator):
    writing.submit_practice(draft, by=author)
    writing.withdraw_practice(draft, by=author)
    assert draft.state == "draft"
    assert set(Letter.objects.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(Refused):
        writing.withdraw_practice(draft, by=author)


def test_an_author_cannot_change_what_is_in_review(draft, author):
    writing.submit_practice(draft, by=author)
    with pytest.raises(Refused):
        writing.change_practice(draft, {"summary": "new"}, by=author)
    draft.refresh_from_db()
    assert draft.summary == "In short"


def test_only_a_curator_leaves_a_required_gap(draft, author, curator):
    with pytest.raises(Invalid) as refusal:
        writing.change_practice(draft, {"texts": {"problem": ""}, "gaps": ["problem"]}, by=author)
    assert set(refusal.value.problems) == {"gaps/problem"}
    writing.change_practice(draft, {"texts": {"problem": ""}, "gaps": ["problem", "challenges"]}, by=curator)
    assert draft.gaps == ["problem", "challenges"]
    writing.submit_practice(draft, by=author)
    assert draft.state == "submitted"


@pytest.mark.parametrize(
    ("verb", "kind", "state"),
    [
        ("send_back_practice", notices.SENT_BACK, "changes_requested"),
        ("accept_practice", notices.ACCEPTED, "accepted"),
        ("decline_practice", notices.DECLINED, "declined"),
    ],
)
def test_a_verdict_moves_records_and_tells_each_author(*, verb, kind, state, draft, author, curator):
    second = make.make_person()
    draft.authors.add(second)
    writing.submit_practice(draft, by=author)
    workflow = getattr(reviews, verb)
    workflow(draft, by=curator, comment="Because", field_comments={"problem": "Shorter", "summary": " "})
    draft.refresh_from_db()
    assert draft.state == state
    assert recipients(kind) == {author.person_id, second.pk}
    assert draft.reviews.get().field_comments == {"problem": "Shorter"}
    letter = LETTERS[kind].write(draft, author.person, Letter.objects.filter(kind=kind).first().data)
    assert "Problem: Shorter" in letter.lines
    with pytest.raises(Refused):
        workflow(draft, by=curator, comment="Again")
    assert draft.reviews.count() == 1


@pytest.mark.parametrize("verb", ["send_back_practice", "decline_practice"])
def test_a_refusal_needs_words(verb, draft, author, curator):
    writing.submit_practice(draft, by=author)
    with pytest.raises(Invalid) as refusal:
        getattr(reviews, verb)(draft, by=curator, comment="  ")
    assert set(refusal.value.problems) == {"comment"}


def test_the_second_reviewer_is_told(draft, author, curator, chair):
    writing.submit_practice(draft, by=author)
    version = draft.version
    other = Practice.objects.get(pk=draft.pk)
    reviews.accept_practice(draft, by=curator, version=version)
    with pytest.raises(Stale):
        reviews.decline_practice(other, by=chair, comment="No", version=version)
    with pytest.raises(Refused):
        reviews.decline_practice(other, by=chair, comment="No")
    verbs = [entry.verb for entry in history.of(draft)]
    assert verbs == ["accepted", "submitted"]
    assert Letter.objects.filter(kind__in=[notices.ACCEPTED, notices.DECLINED]).count() == 1


def test_publish(draft, author, curator):
    writing.submit_practice(draft, by=author)
    with pytest.raises(Refused):
        reviews.publish_practice(draft, by=curator)
    reviews.accept_practice(draft, by=curator)
    reviews.publish_practice(draft, by=curator, visibility="partnership")
    assert (draft.state, draft.visibility) == ("published", "partnership")
    assert recipients(notices.PUBLISHED) == {author.person_id}


def test_who_may_review(draft, author, chair, curator):
    member = make.make_user(organisation=make.make_organisation())
    draft.authors.add(curator.person)
    may = {u: rules.can_review_practice(u, draft) for u in (author, chair, curator, member, make.make_coordinator())}
    assert list(may.values()) == [False, True, False, False, True]


def test_authors_come_and_go(draft, author):
    friend = make.make_person()
    writing.add_author(draft, person=friend, by=author)
    with pytest.raises(Refused):
        writing.add_author(draft, person=friend, by=author)
    writing.remove_author(draft, person=author.person, by=author)
    with pytest.raises(Refused):
        writing.remove_author(draft, person=friend, by=author)
    assert list(draft.authors.all()) == [friend]


def test_reminder_is_weekly_and_for_curators(draft, author, curator, chair):
    now = timezone.now()
    writing.submit_practice(draft, by=author)
    rule = REMINDERS["practices-waiting"]
    assert foresee(now - timezone.timedelta(days=2), now, rules=[rule]) == []
    Practice.objects.update(submitted_at=now - timezone.timedelta(days=8))
    end = now + timezone.timedelta(days=14)
    rows = foresee(now - timezone.timedelta(days=2), end, rules=[rule])
    weeks = [timezone.timedelta(days=days) for days in (-1, 6, 13)]
    assert [(row.due_at, row.person.pk) for row in rows] == [(now + week, curator.person_id) for week in weeks]
    assert len({row.key for row in rows}) == 3
    draft.refresh_from_db()
    assert "8 days" in LETTERS[notices.WAITING].write(draft, curator.person, {}).lines[0]
    assert isinstance(LETTERS[notices.WAITING].write(draft, author.person, {}), Skip)


def test_digest_lists_what_one_may_see(author):
    since = timezone.now() - timezone.timedelta(days=1)
    make.make_practice(title="Seen")
    make.make_practice(title="Hidden", visibility="organisation", organisation=make.make_organisation())
    lines = notices.published_practices(author, since, timezone.now())
    assert [line.text for line in lines] == ["Seen"]


def test_interest_once_and_the_authors_are_told(author, org):
    practice = make.make_practice(authors=[author.person], region=org.region)
    taker = make.make_user(organisation=make.make_organisation())
    region = make.make_region()
    transfer = transfers.mark_interest(practice, region=region, by=taker)
    assert recipients(notices.INTEREST) == {author.person_id}
    assert LETTERS[notices.INTEREST].write(transfer, author.person, {}).subject.startswith(region.name)
    with pytest.raises(Refused):
        transfers.mark_interest(practice, region=region, by=taker)
    with pytest.raises(Refused):
        transfers.mark_interest(practice, region=org.region, by=taker)
    assert practice.transfers.count() == 1


def test_stages_go_forward(author):
    taker = make.make_user(organisation=make.make_organisation())
    transfer = make.make_transfer(region=taker.person.memberships.get().organisation.region)
    transfers.advance_transfer(transfer, by=taker, stage="study", note="Seen there")
    with pytest.raises(Refused):
        transfers.advance_transfer(transfer, by=taker, stage="contact")
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    with pytest.raises(Invalid):
        transfers.advance_transfer(transfer, by=taker, stage="piloting", step_date=tomorrow)
    transfers.advance_transfer(transfer, by=make.make_coordinator(), stage="contact")
    with pytest.raises(Invalid):
        transfers.drop_transfer(transfer, by=taker, reason=" ")
    transfers.drop_transfer(transfer, by=taker, reason="No money")
    assert list(TransferStep.objects.values_list("stage", flat=True)) == ["study", "contact", "dropped"]
    assert rules.can_advance_transfer(taker, transfer)
    assert not rules.can_advance_transfer(author, transfer)


def test_a_new_form_leaves_old_practices_alone(curator, draft):
    old = draft.template
    new = FormTemplate.objects.create(key="new", name="New")
    with pytest.raises(Refused):
        templates.use_template(new, by=curator)
    for name in ("title", "summary"):
        FormField.objects.create(template=new, name=name, label=name)
    templates.use_template(new, by=curator)
    draft.refresh_from_db()
    assert FormTemplate.objects.get(is_current=True) == new
    assert draft.template == old
