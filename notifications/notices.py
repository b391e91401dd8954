"""The post office's own letter: the weekly one, made of the parts that the rooms register."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import digests
from notifications.registry import Content, Skip, current_letterhead, letter


@letter(digests.KIND)
def weekly_digest(thing, person, data):
    """Say what happened since the last weekly letter, as far as the person may see it today."""
    account = get_user_model().objects.filter(person=person, is_active=True).first()
    if account is None:
        return Skip(_("the person has no active account"))
    if not person.gets_digest:
        return Skip(_("the person does not want the weekly letter"))
    until = datetime.fromisoformat(data["until"])
    parts = digests.sections(account, digests.since(person, until), until)
    count = sum(len(lines) for _title, lines in parts)
    if not count:
        return Skip(_("there is nothing new"))
    return Content(
        subject=ngettext("%(count)d new thing in %(portal)s", "%(count)d new things in %(portal)s", count)
        % {"count": count, "portal": current_letterhead().acronym},
        lines=[_("This is what happened since the last weekly letter.")],
        sections=parts,
        action=(_("Open the portal"), "/"),
        why=_("You get this letter once a week because you have an account."),
    )
