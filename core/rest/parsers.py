"""JSON input that cannot hurt: bounded in depth, without NaN, doubled keys or unstorable text."""

import json

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

from core.text import is_storable

DEEPEST = 20


class TooLarge(APIException):
    """A body over the limit (HTTP 413)."""

    status_code = 413
    default_detail = "The request is larger than 1 MB."


class StrictJSONParser(JSONParser):
    """Parses UTF-8 JSON of at most 1 MB and 20 levels; answers 400 with the reason otherwise."""

    def parse(self, stream, media_type=None, parser_context=None):
        """Return the parsed body."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            text = raw.decode("utf-8")
            _check_depth(text)
            data = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is not valid JSON: {error}") from None
        _check_text(data)
        return data


def _check_depth(text):
    """Refuse nesting by counting brackets outside strings, before the parser recurses."""
    depth = 0
    is_string = is_escaped = False
    for character in text:
        if is_string:
            if is_escaped:
                is_escaped = False
            elif character == "\\":
                is_escaped = True
            elif character == '"':
                is_string = False
        elif character == '"':
            is_string = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise ValueError(f"more than {DEEPEST} levels")
        elif character in "]}":
            depth -= 1


def _refuse_constant(name):
    raise ValueError(f"{name} is not a number")


def _unique(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _check_text(data):
    if isinstance(data, str) and not is_storable(data):
        raise ParseError("The text contains a character that cannot be stored.")
    if isinstance(data, dict):
        for key, value in data.items():
            _check_text(key)
            _check_text(value)
    elif isinstance(data, list):
        for value in data:
            _check_text(value)
