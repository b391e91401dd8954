"""Policy instruments."""

from django.db import transaction
from django.utils.translation import gettext as _

from actionplans.models import PolicyInstrument
from actionplans.workflows.steps import unique, write
from core import history, search
from core.workflows import claim


@transaction.atomic
def create_instrument(data, *, by):
    """Add a policy instrument."""
    with unique("name", _("There is an instrument with this name already.")):
        instrument = PolicyInstrument.objects.create(**data)
    history.record(instrument, "created", by=by)
    search.index(instrument)
    return instrument


@transaction.atomic
def change_instrument(instrument, data, *, by, version=None):
    """Change a policy instrument; its improvement is written here once it is reached."""
    claim(instrument, version)
    with unique("name", _("There is an instrument with this name already.")):
        write(instrument, data, by=by)
    return instrument
