"""``make messages``: collect what the portal says, keep the translations, compile every catalogue.

Collecting needs the gettext tools (``apt install gettext``); running the portal does not.
"""

import os
import re
import shutil
import sys
from pathlib import Path

from ops import catalogues
from ops.environment import ROOT
from ops.terminal import Sorry, say

LOCALE = ROOT / "locale"
FOREIGN = [".venv", "var", "tests", "bench", "ops", "docs", "build"]  # what no visitor reads


def main() -> int:
    """Renew each catalogue and say how much of it is translated; 1 when a complete language is not."""
    if not shutil.which("xgettext"):
        raise Sorry("The gettext tools are missing. Install the package `gettext` of your system.")
    codes = sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))
    collect(codes)
    return max([renew(LOCALE / code / "LC_MESSAGES" / "django.po") for code in codes], default=0)


def collect(codes: list[str]) -> None:
    """Let Django read code and templates. No places, sorted: two people who add a word meet rarely."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clx20.settings")
    os.environ.setdefault("DEMO", "1")
    import django
    from django.core.management import call_command
    from django.core.management.commands.makemessages import Command

    class Quiet(Command):
        """Django's command, but a changed sentence is a new one and not a guess."""

        msgmerge_options = [*Command.msgmerge_options, "--no-fuzzy-matching"]

    django.setup()
    os.chdir(ROOT)
    options = {"add_location": "never", "no_wrap": True, "no_obsolete": True, "verbosity": 0}
    call_command(Quiet(), locale=codes, ignore_patterns=FOREIGN, **options)


def renew(path: Path) -> int:
    """Take out the moment of collecting, compile, and count."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'"POT-Creation-Date: .*\n', "", text), encoding="utf-8")
    entries = catalogues.read(path)
    path.with_suffix(".mo").write_bytes(catalogues.compiled(entries))
    missing = [entry for entry in entries if entry.msgid and not entry.is_complete]
    is_part = catalogues.header(entries).get("X-Complete", "no") != "yes"
    say(f"{path.parent.parent.name}: {len(entries) - 1 - len(missing)} of {len(entries) - 1} messages are translated")
    if not is_part:
        for entry in missing[:40]:
            say(f"  missing: {entry.msgid}")
    return int(bool(missing) and not is_part)


if __name__ == "__main__":
    sys.exit(main())
