"""Read and write catalogues of translations with nothing but Python: gettext's own tools are not on every machine."""

import ast
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

KEYWORD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])? (".*")$')
MAGIC = 0x950412DE


@dataclass
class Entry:
    """One message: its words, its plural (if any) and what they are in the other language."""

    msgid: str = ""
    plural: str | None = None
    context: str | None = None
    strings: dict[int, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    @property
    def is_complete(self) -> bool:
        """Say whether every form is there and nobody has to look at it again."""
        return "fuzzy" not in self.flags and bool(self.strings) and all(self.strings.values())

    @property
    def key(self) -> str:
        """Return the name of the message in a compiled catalogue."""
        words = self.msgid if self.plural is None else f"{self.msgid}\0{self.plural}"
        return words if self.context is None else f"{self.context}\x04{words}"


def read(path: Path) -> list[Entry]:
    """Return the entries of a ``.po`` file, the header first; obsolete ones are left out."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    entries = [_entry(block.splitlines()) for block in blocks]
    return [entry for entry in entries if entry is not None]


def _entry(lines: list[str]) -> Entry | None:
    entry, values, target = Entry(), {}, None
    for line in lines:
        if line.startswith("#,"):
            entry.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif found := KEYWORD.match(line):
            target = (found[1], int(found[2] or 0))
            values[target] = ast.literal_eval(found[3])
        elif line.startswith('"') and target:
            values[target] += ast.literal_eval(line)
    if ("msgid", 0) not in values:
        return None
    entry.msgid = values[("msgid", 0)]
    entry.plural = values.get(("msgid_plural", 0))
    entry.context = values.get(("msgctxt", 0))
    entry.strings = {number: text for (name, number), text in values.items() if name == "msgstr"}
    return entry


def header(entries: list[Entry]) -> dict[str, str]:
    """Return the facts of the head, such as ``Plural-Forms``."""
    lines = next(entry.strings[0] for entry in entries if not entry.msgid).splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def compiled(entries: list[Entry]) -> bytes:
    """Return the ``.mo`` file: the header and every complete message, sorted by name."""
    pairs = sorted(
        (entry.key.encode(), "\0".join(text for _, text in sorted(entry.strings.items())).encode())
        for entry in entries
        if entry.is_complete
    )
    start_of_texts = 28 + 16 * len(pairs)
    offsets, texts = [], b""
    for column in (0, 1):
        for pair in pairs:
            offsets += [len(pair[column]), start_of_texts + len(texts)]
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start_of_texts)
    return head + struct.pack(f"<{len(offsets)}I", *offsets) + texts
