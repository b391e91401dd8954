"""What a mail server's answer means for the letter, for its address and for the other letters."""

import re
import smtplib
from datetime import timedelta

from core.text import clean_line

WAITS = (1, 5, 15, 60, 240, 720)  # minutes before the next try of a letter
RATE_CODES = (421, 432, 452)  # "not so much, not so fast": the server means all of us
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ABOUT_US = re.compile(r"relay|spam|blocked|black ?list|block ?list|policy|reputation|spf|dkim|dmarc", re.IGNORECASE)


def wait_after(tries, chance):
    """Return how long to wait after that many failed tries: 1 minute to 12 hours, a fifth more or less."""
    minutes = WAITS[min(tries, len(WAITS)) - 1]
    return timedelta(minutes=minutes * (0.8 + 0.4 * chance()))


def code_of(error):
    """Return the number that the server answered with, or None when it was no answer (dropped, timed out)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 600:
        return error.smtp_code
    return None


def status_of(error):
    """Return the finer number of RFC 3463 ("5.1.1") in what the server said, or an empty string."""
    found = _ENHANCED.search(words_of(error))
    return found[0] if found else ""


def is_permanent(error):
    """True when the server refused this recipient or this letter for good (5xx)."""
    concerns_only_this = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return concerns_only_this and (code_of(error) or 0) >= 500


def is_rate_limit(error):
    """True when the server asks everybody to wait; a full mailbox (4.2.x) asks that of one letter alone."""
    return code_of(error) in RATE_CODES and not status_of(error).startswith("4.2.")


def names_the_address(error):
    """True when the server says that the address is wrong, and not that it does not want our letters."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused) or not is_permanent(error):
        return False
    status = status_of(error)
    if status:
        return status.startswith("5.1.") or status == "5.2.1"
    return not _ABOUT_US.search(words_of(error))


def words_of(error):
    """Return what the mail server or the network said, as one line for curators."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answer(code, said) for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return clean_line(f"{type(error).__name__}: {error}")


def _answer(code, said):
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return clean_line(f"{code} {text}")
