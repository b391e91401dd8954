"""Which languages the portal offers: English, and every language that has a catalogue in ``locale/``.

A catalogue says in its head whether it is complete (``X-Complete: yes``). One that is not is offered under a
name that says so, and never chosen by a browser's wish alone (decision 0013).
"""

import gettext

from django.conf.locale import LANG_INFO


def gettext_noop(message):
    """Mark ``message`` for the catalogue. Django's own asks the settings, which are just being read here."""
    return message


SOURCE = ("en", "English")
IN_PART = gettext_noop("in part")  # the catalogue may have its own word for it


def offered(folder):
    """Return the languages for ``LANGUAGES``, and the codes of those that are translated in part."""
    languages, in_part = [SOURCE], []
    for path in sorted(folder.glob("*/LC_MESSAGES/django.mo")):
        code = path.parent.parent.name.replace("_", "-").lower()
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
        name = LANG_INFO.get(code, {}).get("name_local", code)
        name = name[:1].upper() + name[1:]
        if catalogue.info().get("x-complete") != "yes":
            in_part.append(code)
            name = f"{name} ({catalogue.gettext(IN_PART)})"
        languages.append((code, name))
    return languages, in_part
