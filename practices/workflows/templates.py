"""Which form new practices are written in."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import history
from core.errors import Refused
from practices.models import FormTemplate


@transaction.atomic
def use_template(template, *, by):
    """Use ``template`` for new practices; those written before keep the form they have."""
    names = set(template.fields.values_list("name", flat=True))
    if not {"title", "summary"} <= names:
        raise Refused(_("A form needs at least the fields “title” and “summary”."))
    before = list(FormTemplate.objects.select_for_update().filter(is_current=True).exclude(pk=template.pk))
    FormTemplate.objects.filter(pk__in=[old.pk for old in before]).update(is_current=False)
    template.is_current = True
    template.save(update_fields=["is_current"])
    history.record(template, "used-for-new-practices", by=by, note=", ".join(old.name for old in before))
    return template
