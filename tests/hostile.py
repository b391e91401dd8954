"""Input that stock software answers with 500 (docs and issue lists of many projects), by kind."""

TEXTS = {
    "empty": "",
    "space": " ",
    "no-break space": "\u00a0",
    "zero width": "\u200b",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right to left": "\u202etxet",
    "byte order mark": "\ufeffa",
    "noncharacter": "\ufffe",
    "nul": "a\x00b",
    "vertical tab": "a\x0bBcc: x@example.org",
    "escape": "\x1b[2J",
    "line separator": "a\u2028b",
    "header": "a\r\nBcc: x@example.org",
    "long": "a" * 200_000,
    "combining": "a" + "\u0301" * 10_000,
    "ligature": "ﬀßİς",
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{7*7}}{% debug %}%(x)s{0.__class__}",
    "sql": "' OR 1=1--",
    "formula": "=HYPERLINK(\"http://x\")",
    "percent": "%_\\",
    "brackets": "[" * 20_000,
}
NUMBERS = ["-1", "0", "2147483648", "9223372036854775808", "1" + "0" * 23, "9" * 5000, "1e309", "NaN", "-0", "1_000", "٣", " 1 ", "0x10"]
DATES = [
    "0000-00-00", "2027-02-29", "2027-02-30", "9999-12-31", "0001-01-01", "99999999999-01-01", "2027-03-28T02:30",
    "2027-10-31T02:30", "24:00", "23:59:60", "yesterday", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
]
JSON_BODIES = {
    "brackets": b"[" * 100_000,
    "nested objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "nested in a field": b'{"title": ' + b"[" * 2_000 + b"]" * 2_000 + b"}",
    "twice the same name": b'{"title": "a", "title": "b"}',
    "not a number": b'{"title": NaN}',
    "infinity": b'{"seat_limit": 1e999}',
    "list": b"[1, 2]",
    "null": b"null",
    "string": b'"x"',
    "cut off": b'{"title": "a',
    "garbage after": b'{"title": "a"} x',
    "surrogate": b'{"title": "\\ud800"}',
    "surrogate in a name": b'{"\\ud800": "a"}',
    "nul": b'{"title": "a\\u0000b"}',
    "bad utf-8": b'{"title": "\xff\xfe"}',
    "utf-16": '{"title": "a"}'.encode("utf-16"),
    "unknown name": b'{"owner__password": "x", "is_staff": true}',
    "huge": b'{"title": "' + b"a" * 1_100_000 + b'"}',
    "empty": b"",
}
PAGES = ["0", "-1", "1" + "0" * 23, "9" * 5000, "NaN", "x", "٣", "1.5"]
