"""Windows of the room: practices of a group and of an organisation, transfers of a practice; and words."""

from django import template
from django.utils.translation import gettext_lazy as _

from core.access import visible_if_any
from practices.models import Practice, Transfer

register = template.Library()
WORDS = {
    "created": _("begun"),
    "changed": _("changed"),
    "submitted": _("sent in"),
    "withdrawn": _("withdrawn"),
    "sent-back": _("sent back"),
    "accepted": _("accepted"),
    "declined": _("declined"),
    "published": _("published"),
    "author-added": _("author added"),
    "author-removed": _("author removed"),
    "interest-marked": _("interest marked"),
    "stage-reached": _("stage reached"),
    "stage-corrected": _("stage corrected"),
    "dropped": _("dropped"),
    "loaded": _("put on record"),
    "added-by-curator": _("added by a curator"),
    "changed-by-curator": _("changed by a curator"),
}


@register.filter
def verb_word(verb):
    """Return what a line of history says for people."""
    return WORDS.get(verb, verb.replace("-", " "))


@register.filter
def label_of(name, labels):
    """Return the label of a form's field."""
    return labels.get(name, name)


def _published(user):
    rows = Practice.objects.visible_to(user).published()
    return rows.select_related("workgroup", "region", "organisation").order_by("title", "id")


@register.inclusion_tag("practices/_practices_of.html", takes_context=True)
def practices_of(context, workgroup):
    """List the published practices of a workgroup that the person may see."""
    rows = _published(context["request"].user).filter(workgroup=workgroup)
    return {"practices": rows[:10], "filter": f"workgroup={workgroup.pk}"}


@register.inclusion_tag("practices/_practices_of.html", takes_context=True)
def practices_of_organisation(context, organisation):
    """List the published practices of an organisation that the person may see."""
    rows = _published(context["request"].user).filter(organisation=organisation)
    return {"practices": rows[:10], "filter": f"organisation={organisation.pk}"}


@register.inclusion_tag("practices/_transfer_stages.html", takes_context=True)
def transfer_stages(context, practice):
    """Show how far each region has come with a practice."""
    rows = visible_if_any(Transfer.objects.filter(practice=practice), context["request"].user)
    line = [str(stage) for stage in Transfer.LINE]
    transfers = list(rows.select_related("region"))
    for transfer in transfers:
        transfer.reached = line.index(transfer.stage) + 1 if transfer.stage in line else 0
    return {"transfers": transfers, "practice": practice, "total": len(line)}
