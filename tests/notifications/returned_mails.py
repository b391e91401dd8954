"""Returned mails in the shapes that mail systems make: name, text, what it is. All made up, none was received."""

from email import message_from_string
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

LETTER_ID = "<{uid}@portal.example.org>"
DATE = "Tue, 04 Mar 2025 10:00:00 +0000"


def original(uid):
    letter = MIMEText("Dear Ilse Berger,\n\nOne line.\n", "plain", "utf-8")
    letter["Message-ID"], letter["Subject"] = LETTER_ID.format(uid=uid), "A note"
    letter["From"], letter["To"] = "portal@example.org", "ilse@example.org"
    return letter


def delivery_report(uid, *, action="failed", status, said="", sender, subject, words, headers_only=False, extra=()):
    """RFC 3464: what Postfix, Exchange, Sendmail, Gmail and others send."""
    mail = MIMEMultipart("report", **{"report-type": "delivery-status"})
    mail["From"], mail["Subject"], mail["Date"], mail["Return-Path"] = sender, subject, DATE, "<>"
    mail["Auto-Submitted"] = "auto-replied"
    for name, value in extra:
        mail[name] = value
    mail.attach(MIMEText(words, "plain", "utf-8"))
    status_part = Message()
    status_part.set_type("message/delivery-status")
    fields = f"Final-Recipient: rfc822; ilse@example.org\nAction: {action}\nStatus: {status}\n"
    if said:
        fields += f"Diagnostic-Code: smtp; {said}\n"
    blocks = (f"Reporting-MTA: dns; mail.example.org\nArrival-Date: {DATE}\n", fields)
    status_part.set_payload([message_from_string(block) for block in blocks])
    mail.attach(status_part)
    if headers_only:
        head = MIMEText(f"Message-ID: {LETTER_ID.format(uid=uid)}\nSubject: A note\n", "rfc822-headers", "utf-8")
        mail.attach(head)
    else:
        mail.attach(MIMEMessage(original(uid)))
    return mail.as_string()


def complaint(uid, *, kind="abuse", recipient="ilse@example.org"):
    """RFC 5965: somebody pressed "junk"."""
    mail = MIMEMultipart("report", **{"report-type": "feedback-report"})
    mail["From"], mail["Subject"], mail["Date"] = "feedback@provider.example", "Complaint about a message", DATE
    mail.attach(MIMEText("This is a report about a message.", "plain", "utf-8"))
    part = Message()
    part.set_type("message/feedback-report")
    fields = f"Feedback-Type: {kind}\nUser-Agent: Loop/1\nVersion: 1\nOriginal-Rcpt-To: {recipient}\n"
    part.set_payload([message_from_string(fields)])
    mail.attach(part)
    mail.attach(MIMEMessage(original(uid)))
    return mail.as_string()


def plain(uid, *, sender, subject, words, headers=()):
    """One part of text, as older systems and people's own robots write."""
    mail = MIMEText(words.replace("{id}", LETTER_ID.format(uid=uid)), "plain", "utf-8")
    mail["From"], mail["Subject"], mail["Date"] = sender, subject, DATE
    for name, value in headers:
        mail[name] = value.replace("{id}", LETTER_ID.format(uid=uid))
    return mail.as_string()


DAEMON = "Mail Delivery System <MAILER-DAEMON@mail.example.org>"
POSTMASTER = "postmaster@verwaltung.example"
PERSON = "Ilse Berger <ilse@example.org>"
IN_REPLY = (("In-Reply-To", "{id}"),)
AUTO = (*IN_REPLY, ("Auto-Submitted", "auto-replied"))

REPORTS = [  # name, kind, arguments of delivery_report
    ("postfix no such user", "gone", {"status": "5.1.1", "said": "550 5.1.1 <ilse@example.org>: User unknown",
     "sender": DAEMON, "subject": "Undelivered Mail Returned to Sender", "words": "I'm sorry to have to inform you"}),
    ("postfix domain gone", "hard", {"status": "5.4.4", "said": "Host or domain name not found",
     "sender": DAEMON, "subject": "Undelivered Mail Returned to Sender", "words": "I'm sorry"}),
    ("postfix mailbox full", "hard", {"status": "5.2.2", "said": "552 5.2.2 Mailbox full",
     "sender": DAEMON, "subject": "Undelivered Mail Returned to Sender", "words": "I'm sorry"}),
    ("postfix gave up after five days", "soft", {"status": "4.4.1", "said": "connect to mx: Connection timed out",
     "sender": DAEMON, "subject": "Undelivered Mail Returned to Sender", "words": "I'm sorry"}),
    ("postfix warns of a delay", "delayed", {"action": "delayed", "status": "4.4.1", "said": "Connection timed out",
     "sender": DAEMON, "subject": "Delayed Mail (still being retried)", "words": "A warning only"}),
    ("postfix success", "delivered", {"action": "delivered", "status": "2.0.0", "said": "250 2.0.0 Ok: queued",
     "sender": DAEMON, "subject": "Successful Mail Delivery Report", "words": "Your message was delivered"}),
    ("exchange, German", "gone", {"status": "5.1.10", "said": "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
     "sender": POSTMASTER, "subject": "Unzustellbar: A note", "words": "Die Nachricht konnte nicht zugestellt werden"}),
    ("exchange, French", "gone", {"status": "5.1.10", "said": "550 5.1.10 RecipientNotFound",
     "sender": POSTMASTER, "subject": "Non remis : A note", "words": "Votre message n'a pas pu être remis"}),
    ("exchange blocks us, Spanish", "hard", {"status": "5.7.1", "said": "550 5.7.1 blocked by policy",
     "sender": POSTMASTER, "subject": "No se puede entregar: A note", "words": "No se pudo entregar el mensaje"}),
    ("exchange expired, Italian", "soft", {"status": "4.4.7", "said": "#< #4.4.7 smtp;400 4.4.7 Message delayed>",
     "sender": POSTMASTER, "subject": "Non recapitabile: A note", "words": "Non è stato possibile recapitare"}),
    ("gmail", "gone", {"status": "5.1.1", "said": "550-5.1.1 The email account that you tried to reach does not exist",
     "sender": "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "words": "Address not found",
     "subject": "Delivery Status Notification (Failure)", "extra": [("X-Failed-Recipients", "ilse@example.org")]}),
    ("sendmail, vague status", "gone", {"status": "5.0.0", "said": "550 5.1.1 ilse... User unknown",
     "sender": DAEMON, "subject": "Returned mail: see transcript for details", "words": "The following addresses had"}),
    ("words only, Hungarian", "gone", {"status": "5.0.0", "said": "550 A megadott cím nem létezik",
     "sender": DAEMON, "subject": "Kézbesíthetetlen levél", "words": "A levelet nem sikerült kézbesíteni"}),
    ("headers only, Polish", "gone", {"status": "5.1.1", "said": "550 5.1.1 Adres nie istnieje", "headers_only": True,
     "sender": DAEMON, "subject": "Niedostarczona wiadomość", "words": "Nie udało się dostarczyć"}),
    ("headers only, Dutch", "hard", {"status": "5.3.0", "said": "554 5.3.0 rejected", "headers_only": True,
     "sender": DAEMON, "subject": "Onbestelbaar bericht", "words": "Uw bericht kon niet worden bezorgd"}),
]  # fmt: skip
COMPLAINTS = [
    ("junk button", "complaint", {}),
    ("junk button, recipient hidden", "complaint", {"recipient": "hidden@provider.example"}),
    ("opt-out", "complaint", {"kind": "opt-out"}),
    ("not junk after all", None, {"kind": "not-spam"}),
]
PLAIN = [  # name, kind, arguments of plain
    ("exim", "gone", {"sender": DAEMON, "subject": "Mail delivery failed: returning message to sender",
     "words": "  ilse@example.org\n    host mx [192.0.2.1]\n    550 5.1.1 No such user\n\nMessage-ID: {id}",
     "headers": (("X-Failed-Recipients", "ilse@example.org"), ("Auto-Submitted", "auto-replied"))}),
    ("exim, later", "delayed", {"sender": DAEMON, "subject": "Warning: message still being retried",
     "words": "It has not yet been delivered to\n  ilse@example.org\n\nMessage-ID: {id}"}),
    ("qmail", "gone", {"sender": "MAILER-DAEMON@mail.example.org", "subject": "failure notice",
     "words": "<ilse@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\nMessage-ID: {id}"}),
    ("qmail, for now", "soft", {"sender": "MAILER-DAEMON@mail.example.org", "subject": "failure notice",
     "words": "<ilse@example.org>:\nI've tried too long; connected but 451 4.3.0 busy\n\nMessage-ID: {id}"}),
    ("no number at all, German", "gone", {"sender": POSTMASTER, "subject": "Ihre Nachricht",
     "words": "Der Empfänger ilse@example.org ist hier unbekannt.\n\nMessage-ID: {id}"}),
]  # fmt: skip
ABSENCES = [
    ("English", "Automatic reply: A note", "I am out of the office until 550 more days.", AUTO),
    ("German", "Abwesenheitsnotiz: A note", "Ich bin bis 12.3. nicht im Büro. Tel. 0551 550 123", AUTO),
    ("French", "Réponse automatique : A note", "Je suis absent du bureau.", AUTO),
    ("Spanish", "Respuesta automática: A note", "Estoy fuera de la oficina.", AUTO),
    ("Italian", "Risposta automatica: A note", "Sono fuori sede.", (*IN_REPLY, ("X-Autoreply", "yes"))),
    ("Hungarian", "Automatikus válasz: A note", "Nem vagyok az irodában.", (*IN_REPLY, ("Precedence", "bulk"))),
    ("Polish", "Automatyczna odpowiedź: A note", "Jestem nieobecny. 550 5.1.1", AUTO),
    ("Dutch", "Automatisch antwoord: A note", "Ik ben afwezig.", AUTO),
    ("a person answers", "Re: A note", "550 people will come, 5.1.1 is the room. The user is unknown to me.", IN_REPLY),
]


def corpus(uid):
    """Yield name, text and kind (None: nothing that counts) of every mail."""
    for name, kind, facts in REPORTS:
        yield name, delivery_report(uid, **facts), kind
    for name, kind, facts in COMPLAINTS:
        yield name, complaint(uid, **facts), kind
    for name, kind, facts in PLAIN:
        yield name, plain(uid, **facts), kind
    for language, subject, words, headers in ABSENCES:
        yield f"absence, {language}", plain(uid, sender=PERSON, subject=subject, words=words, headers=headers), None
