"""Mails that did not arrive: delivery reports (RFC 3464) and the shapes that servers had before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.mail.fold import fold, phrases
from bot.mail.message import Bounce
from bot.mail.mime.charsets import decode
from bot.mail.mime.content import Content, payload
from bot.mail.mime.headers import Headers, message_ids
from bot.mail.mime.parts import Part, parse_head


@dataclass(frozen=True)
class Report:
    """What the fields of a delivery report say of one recipient; all lower case."""

    action: str  # failed, delayed, delivered, relayed, expanded
    status: str  # 5.1.1
    address: str


@dataclass(frozen=True)
class Clues:
    """What the rules look at."""

    headers: Headers
    subject: str
    sender: str
    content: Content
    is_report: bool
    own_addresses: Collection[str]


@dataclass(frozen=True)
class Finding:
    """What was found: ``delayed`` ones are still tried.  ``rule`` is the reason."""

    rule: str
    delayed: bool
    bounce: Bounce


_FIELD = re.compile(
    r"^(action|status|final-recipient|original-recipient|diagnostic-code)[ \t]*:[ \t]*(.*)$", re.I | re.M
)
_CODE = re.compile(r"\b([45])\.\d{1,3}\.\d{1,3}\b|\b([45])\d\d[ -]")
_ADDRESS = re.compile(r"[\w.+%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_FAILURE = re.compile(
    phrases(
        *("undeliver", "returned mail", "failure notice", "mail delivery failed", "mail system error"),
        *("delivery (?:failure|failed|has failed|problem|error)", r"status notification ?\(?failure"),
        *("could not be delivered", "address not found", "unzustellbar"),
        *("non remis", "non distribu", "non delivr", "echec (?:de|d'|lors)", "retour de courrier"),
        *("impossible de (?:remettre|delivrer)", "erreur de (?:remise|distribution)"),
    )
)
_DELAY = re.compile(
    phrases(
        *(r"\(delay\)", r"\bdelayed\b", "could not send message for past", "still being retried"),
        *(
            "(?:remise|distribution|message) (?:differe|retarde)",
            "retard de (?:remise|livraison)",
            "message en attente",
        ),
    )
)
_DAEMON = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-daemon|mdaemon|microsoftexchange[0-9a-f]*)@?", re.IGNORECASE
).match


def find(clues: Clues) -> Finding | None:
    """The first rule that knows this mail for a bounce or a notice of delay."""
    for rule in _RULES:
        finding = rule(clues)
        if finding:
            return finding
    return None


def reports(content: Content) -> list[Report]:
    """The recipients of the delivery-status parts."""
    found: list[Report] = []
    for part in content.reports:
        if part.type != "message/delivery-status":
            continue
        text = decode(payload(part, [])[:60_000], "utf-8")[0].replace("\n ", " ").replace("\n\t", " ")
        for block in re.split(r"\n[ \t]*\n", text)[:200]:
            fields = {name.lower(): value.strip() for name, value in _FIELD.findall(block)}
            if "action" not in fields and "status" not in fields:
                continue
            recipient = fields.get("final-recipient") or fields.get("original-recipient", "")
            original = fields.get("original-recipient", "")
            address = _typed_address(original) or _typed_address(recipient)
            status = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", fields.get("status", ""))
            action = fields.get("action", "").split(" ")[0].lower()
            found.append(Report(action, status[0] if status else "", address))
    return found


def _typed_address(value: str) -> str:
    match = _ADDRESS.search(value)
    return match[0].lower() if match else ""


def _delivery_report(clues: Clues) -> Finding | None:
    """RFC 3464: the machine-readable report says it."""
    found = reports(clues.content)
    if not found:
        return None
    failed = next((report for report in found if report.action == "failed"), None)
    if failed:
        return _finding(clues, "delivery-report", failed.address, not failed.status.startswith("4"))
    delayed = next((report for report in found if report.action == "delayed"), None)
    if delayed:
        return _finding(clues, "delay-report", delayed.address, permanent=False, delayed=True)
    refused = next(
        (report for report in found if not report.action and report.status[:1] in ("4", "5")), None
    )
    if refused:
        return _finding(clues, "delivery-report", refused.address, refused.status.startswith("5"))
    return None


def _failed_recipients(clues: Clues) -> Finding | None:
    """Exim and Gmail name the recipients in a header."""
    value = clues.headers.raw("x-failed-recipients")
    if not value:
        return None
    address = _typed_address(value)
    return _finding(clues, "x-failed-recipients", address, _is_permanent(clues.content.text))


def _daemon_subject(clues: Clues) -> Finding | None:
    """A mail daemon says in the subject that it could not deliver, or not yet."""
    if not _is_daemon(clues):
        return None
    subject = fold(clues.subject)
    delayed = bool(_DELAY.search(subject))
    if not delayed and not _FAILURE.search(subject):
        return None
    text = clues.content.text[:20_000]
    rule = "daemon-delay" if delayed else "daemon-subject"
    return _finding(
        clues, rule, _spoken_address(clues, text), not delayed and _is_permanent(text), delayed=delayed
    )


def _qmail(clues: Clues) -> Finding | None:
    """Qmail's own format (QSBMF)."""
    text = clues.content.text[:20_000]
    if not text.lstrip().startswith("Hi. This is the"):
        return None
    return _finding(clues, "qmail", _spoken_address(clues, text), _is_permanent(text))


def _daemon_body(clues: Clues) -> Finding | None:
    """A mail daemon under another subject, whose text says that it could not deliver."""
    if not _is_daemon(clues) or not _FAILURE.search(fold(clues.content.text[:4_000])):
        return None
    text = clues.content.text[:20_000]
    return _finding(clues, "daemon-body", _spoken_address(clues, text), _is_permanent(text))


_RULES: tuple[Callable[[Clues], Finding | None], ...] = (
    _delivery_report,
    _failed_recipients,
    _daemon_subject,
    _qmail,
    _daemon_body,
)


def is_daemon_address(address: str) -> bool:
    """Mailer-daemon, postmaster and the like."""
    return bool(_DAEMON(address))


def _is_daemon(clues: Clues) -> bool:
    if _DAEMON(clues.sender) or clues.is_report:
        return True
    return clues.headers.raw("return-path").strip() == "<>"


def _is_permanent(text: str) -> bool:
    """By the first status code of the text; without one, a server that gives up has given up for good."""
    match = _CODE.search(text[:20_000])
    return not match or (match[1] or match[2]) == "5"


def _spoken_address(clues: Clues, text: str) -> str:
    """The address that a text complains about: the first one that is neither ours nor a daemon's."""
    for match in _ADDRESS.finditer(text):
        address = match[0].lower()
        if address not in clues.own_addresses and address != clues.sender and not _DAEMON(address):
            return address
    return ""


def _finding(clues: Clues, rule: str, address: str, permanent: bool, *, delayed: bool = False) -> Finding:
    return Finding(rule, delayed, Bounce(address, permanent, _original_id(clues)))


_SPOKEN_ID = re.compile(
    r"^[ \t>]{0,8}message-id[ \t]*:[ \t]*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE
)


def _original_id(clues: Clues) -> str | None:
    """The Message-ID of the mail that did not arrive."""
    candidates: list[Part] = [*clues.content.messages, *clues.content.reports]
    for part in candidates:
        if part.type != "message/delivery-status":
            ids = message_ids(parse_head(payload(part, []).lstrip(b"\n")).raw("message-id"))
            if ids:
                return ids[0]
    spoken = _SPOKEN_ID.search(clues.content.text[:60_000])
    if spoken:
        return spoken[1][1:-1]
    ids = message_ids(clues.headers.raw("in-reply-to")) or message_ids(clues.headers.raw("references"))
    return ids[-1] if ids else None
