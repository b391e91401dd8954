"""A plain change in the admin raises the version, so that no ETag stays behind it.

Seen failing with the claim taken out of ``PortalAdmin.log_change``.
"""

import pytest
from django.urls import reverse

from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_a_change_in_the_admin_makes_a_new_etag(client, admin_client, django_user_model):
    organisation = make_organisation()
    address = f"/api/v1/organisations/{organisation.pk}/"
    client.force_login(make_user())
    before = client.get(address)
    assert client.get(address, headers={"if-none-match": before.headers["ETag"]}).status_code == 304
    form = admin_client.get(reverse("admin:partners_organisation_change", args=[organisation.pk]))
    data = {
        name: value
        for inner in [
            form.context["adminform"].form,
            *[one.formset.management_form for one in form.context["inline_admin_formsets"]],
        ]
        for name, value in ((inner.add_prefix(field), inner[field].value()) for field in inner.fields)
        if value is not None
    }
    assert (
        admin_client.post(form.request["PATH_INFO"], {**data, "notes": "Moved to another street."}).status_code == 302
    )
    after = client.get(address, headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    organisation.refresh_from_db()
    assert organisation.version == 2
