"""Text: folding for search, counting for limits, cleaning of what computers cannot store."""

import re
import unicodedata

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ς": "σ", "ı": "i"}
)
_WORD = re.compile(r"\w+", re.UNICODE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INVISIBLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def fold(text):
    """Return ``text`` in lower case, without accents, so that "Győr" is found by "gyor"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)


def words(text):
    """Return the folded words of ``text`` in order."""
    return _WORD.findall(fold(text))


def one_line_breaks(text):
    """Return ``text`` with each line break as one character, as browser and server both count it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def count_characters(text):
    """Return the length of ``text`` in Unicode code points, a line break counting once."""
    return len(one_line_breaks(text))


def is_storable(text):
    """Return False for text with NUL or lone surrogates, which no database stores."""
    return not _UNSTORABLE.search(text)


def clean_line(text):
    """Return ``text`` as one line without control or direction-changing characters (titles, names)."""
    cleaned = _INVISIBLE.sub(" ", _UNSTORABLE.sub("", text))
    return " ".join(cleaned.split())
