"""One invitation, twenty hands: one membership, whoever is first."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from core.errors import Refused
from partners import workflows
from partners.models import Invitation, Membership, User
from tests import factories as make

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 20


def test_an_invitation_is_accepted_once(shared_database):
    home, host = make.make_organisation(), make.make_coordinator()
    user = make.make_user()
    person_id = user.person_id
    data = {"email": "late@example.org", "name": "Late", "organisation": home, "role": "member"}
    invitation = workflows.invite(data, by=host)
    User.objects.filter(pk=user.pk).update(email="late@example.org")
    start, answers = threading.Barrier(THREADS), []

    def accept(_n):
        account = User.objects.get(pk=user.pk)
        mine = Invitation.objects.get(pk=invitation.pk)
        start.wait()
        try:
            workflows.accept_invitation(mine, user=account)
            answers.append("accepted")
        except Refused as refusal:
            answers.append(str(refusal))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(accept, range(THREADS)))
    assert answers.count("accepted") == 1
    assert set(answers) == {"accepted", "This invitation is no longer valid. Please ask for a new one."}
    assert len(answers) == THREADS
    assert Membership.objects.filter(person_id=person_id, organisation=home).count() == 1
