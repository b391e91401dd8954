"""What a returned mail means: a report of delivery (RFC 3464), a complaint (ARF, RFC 5965), an old-style return.

An absence note is none of these and never counts. Everything here only reads; what it means for an address is
decided in ``addresses``, and only for letters whose Message-ID we know: nobody can shut an address by guessing.
"""

import re
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.utils import timezone

from core.text import clean_line
from notifications.models import MailReport

Kind = MailReport.Kind
NO_SUCH_ADDRESS = {"5.1.1", "5.1.6", "5.1.10"}
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SENDERS = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system|maildelivery", re.IGNORECASE)
UNKNOWN = re.compile(
    r"(?:user|recipient|mailbox|address|account)\s+(?:is\s+)?(?:unknown|not found|does(?:n't| not) exist)"
    r"|no such (?:user|recipient|mailbox)|unknown user|unrouteable address|address rejected|addressee unknown"
    r"|unbekannt|existiert nicht|inconnu|n'existe pas|desconocid|no existe|sconosciut|non esiste|ismeretlen"
    r"|nem létezik|nie istnieje|nieznany|bestaat niet|onbekend|nu există|neexistuje",
    re.IGNORECASE,
)
STILL_TRYING = re.compile(
    r"delayed|still being retried|will continue trying|not yet been delivered|warning: could not send"
    r"|verzögert|noch nicht zugestellt|retardé|encore en cours|retrasado|ritardo|késik|opóźnion|vertraagd",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """What one returned mail says about one letter. ``uid``: of the letter, or empty: not one of ours."""

    kind: str
    uid: str
    address: str
    words: str
    happened_at: object

    @property
    def event(self):
        """The same for the same report, however often it comes back."""
        return f"mail:{self.uid}:{self.kind}"


def read(message):
    """Return the Reports of a returned mail; an empty list for an absence note or anything else."""
    kind = (message.get_param("report-type") or "").lower() if message.get_content_type() == "multipart/report" else ""
    if kind == "delivery-status" or (not kind and _part(message, "message/delivery-status")):
        return _from_status(message)
    if kind == "feedback-report" or _part(message, "message/feedback-report"):
        return _from_complaint(message)
    if _is_returned(message):
        return _from_words(message)
    return []


def uid_of(text):
    """Return the number of one of our letters in ``text`` (a Message-ID somewhere in it), or ""."""
    found = re.search(rf"<?({UUID})@{re.escape(settings.MAIL_DOMAIN)}", text or "", re.IGNORECASE)
    return found[1].lower() if found else ""


def kind_of(action, status, words):
    """Return what a server means by an action, a status such as "5.1.1" and its own words."""
    if action == "delayed":
        return Kind.DELAYED
    if action in ("delivered", "relayed", "expanded"):
        return Kind.DELIVERED
    told = STATUS.search(words)
    finer = told[0] if told and (not status or status.endswith(".0.0")) else status
    if finer in NO_SUCH_ADDRESS or (finer in ("", "5.0.0") and UNKNOWN.search(words)):
        return Kind.GONE
    return Kind.SOFT if finer.startswith("4") else Kind.HARD


def _from_status(message):
    part = _part(message, "message/delivery-status")
    blocks = part.get_payload() if part is not None else []
    blocks = blocks if isinstance(blocks, list) else []
    uid, reports = _uid(message), []
    for block in blocks:
        named = _line(block, "Final-Recipient") or _line(block, "Original-Recipient")
        if not named:
            continue
        words = _line(block, "Diagnostic-Code").partition(";")[2].strip() or _line(block, "Status")
        found = STATUS.search(_line(block, "Status"))
        action = _line(block, "Action").lower()
        kind = kind_of(action, found[0] if found else "", words)
        reports.append(_report(message, kind, uid, named.rpartition(";")[2], words))
    return reports


def _from_complaint(message):
    part = _part(message, "message/feedback-report")
    payload = part.get_payload() if part is not None else ""
    block = payload[0] if isinstance(payload, list) and payload else None
    fields = str(block) if block is not None else str(payload)
    found = re.search(r"^(?:Original-Rcpt-To|Removal-Recipient):\s*(.+)$", fields, re.MULTILINE | re.IGNORECASE)
    kind = re.search(r"^Feedback-Type:\s*(\S+)", fields, re.MULTILINE | re.IGNORECASE)
    if kind and kind[1].lower() == "not-spam":
        return []
    return [_report(message, Kind.COMPLAINT, _uid(message), found[1] if found else "", kind[1] if kind else "")]


def _is_returned(message):
    """True for an old-style return: from a mail system itself, or with the header that Exim adds."""
    return bool(message["X-Failed-Recipients"]) or bool(SENDERS.search(_line(message, "From")))


def _from_words(message):
    text = _text(message)
    subject = _line(message, "Subject")
    words = next((line.strip() for line in text.splitlines() if STATUS.search(line) or CODE.search(line)), "")
    words = words or next((line.strip() for line in text.splitlines() if UNKNOWN.search(line)), "")
    if STILL_TRYING.search(subject):
        kind = Kind.DELAYED
    elif words or message["X-Failed-Recipients"]:
        found, code = STATUS.search(words), CODE.search(words)
        status = found[0] if found else f"{code[1][0]}.0.0" if code else ""
        kind = kind_of("failed", status, words)
    else:
        return []
    return [_report(message, kind, _uid(message), _line(message, "X-Failed-Recipients"), words)]


def _report(message, kind, uid, address, words):
    try:
        happened_at = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        happened_at = None
    if happened_at is None or happened_at.tzinfo is None or happened_at > timezone.now():
        happened_at = timezone.now()
    return Report(kind, uid, clean_line(address).strip("<>").lower()[:320], clean_line(words)[:200], happened_at)


def _uid(message):
    """Return the number of the letter that came back: from its own headers, else from anywhere in the text."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
            found = uid_of(str(part.get_payload()[0].get("Message-ID", "")))
        elif part.get_content_type() == "text/rfc822-headers":
            found = uid_of(_decoded(part))
        else:
            found = ""
        if found:
            return found
    return uid_of(str(message.get("In-Reply-To", ""))) or uid_of(_text(message))


def _part(message, content_type):
    return next((part for part in message.walk() if part.get_content_type() == content_type), None)


def _text(message):
    return "\n".join(_decoded(part) for part in message.walk() if part.get_content_maintype() == "text")


def _decoded(part):
    payload = part.get_payload(decode=True) or b""
    return payload.decode("utf-8", errors="replace")


def _line(block, name):
    """Return a header as text, however it is coded, or badly coded."""
    value = block.get(name) or ""
    try:
        return clean_line(str(make_header(decode_header(value))))
    except (LookupError, ValueError):
        return clean_line(str(value))
