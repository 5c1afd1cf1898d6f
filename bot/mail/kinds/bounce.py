"""Mails that did not arrive, or not yet: told by reports, by headers, and by what servers say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.mail.kinds.bounce_clues import Clues as Clues
from bot.mail.kinds.daemon import is_daemon, is_list_program
from bot.mail.kinds.failure_words import GIVEN_UP, NOT_DELIVERED, REFUSED, STILL_TRYING, speaks_of_delivery
from bot.mail.kinds.original import original_id, original_recipient
from bot.mail.kinds.spoken import MAX_SPOKEN, SURE, bare_name, is_permanent
from bot.mail.kinds.stranger import is_stranger, sounds_like_a_person
from bot.mail.kinds.unanswerable import has_null_sender
from bot.mail.message import Bounce
from bot.mail.mime.content import Content, collect, payload
from bot.mail.mime.headers import Headers, addresses
from bot.mail.mime.parts import parse, parse_head


@dataclass(frozen=True)
class Finding:
    """What was found: ``delayed`` ones are still tried.  ``rule`` is the reason."""

    rule: str
    delayed: bool
    bounce: Bounce


def may_be(headers: Headers, subject: str, sender: str, sender_name: str, content: Content) -> bool:
    """Whether anything at all hints at a bounce, so that the rules need be tried."""
    if content.reports or "x-failed-recipients" in headers or has_null_sender(headers):
        return True
    if is_daemon(sender_name, sender) or (content.messages and _from_list_server(headers, sender)):
        return True
    # What no program signed must name somebody, and begin with talk of delivery; on a list, in its subject.
    if not content.messages and "@" not in content.text[:MAX_SPOKEN]:
        return False
    if "list-id" in headers:
        return subject[:3].lower() != "re:" and speaks_of_delivery(subject[:200].lower())
    return speaks_of_delivery(content.text[:300].lower()) or speaks_of_delivery(subject[:200].lower())


def find(clues: Clues) -> Finding | None:
    """The first rule that knows this mail for a bounce or a notice of delay."""
    clues = _unwrapped(clues)
    for rule in _RULES:
        finding = rule(clues)
        if finding:
            return finding
    return None


def _unwrapped(clues: Clues) -> Clues:
    """A gateway or a list server may hand a bounce over, attached to a mail of its own."""
    content = clues.content
    if clues.is_report or len(content.messages) != 1:
        return clues
    if not clues.from_daemon and not _from_list_server(clues.headers, clues.sender):
        return clues
    data = payload(content.messages[0], [])
    if not parse_head(data).raw("content-type").lower().startswith("multipart/report"):
        return clues
    root = parse(data, [])
    return replace(
        clues,
        headers=root.headers,
        subject=root.headers.text("subject"),
        content=collect(root, []),
        is_report=True,
    )


def _from_list_server(headers: Headers, sender: str) -> bool:
    return "x-list-administrivia" in headers or is_list_program(sender)


def _delivery_report(clues: Clues) -> Finding | None:
    """RFC 3464: the machine-readable report says it."""
    if not clues.reports or not (clues.from_machine or is_stranger(clues)):
        return None
    failed = next((report for report in clues.reports if report.action == "failed"), None)
    if failed:
        permanent = failed.permanent
        if permanent is None:
            permanent = is_permanent(clues.spoken, clues.complaint)
        return _finding(clues, "delivery-report", permanent, address=failed.address)
    delayed = next((report for report in clues.reports if report.action == "delayed"), None)
    if delayed:
        return _finding(clues, "delay-report", permanent=False, delayed=True, address=delayed.address)
    return None


def _failed_recipients(clues: Clues) -> Finding | None:
    """Exim and Gmail name the recipients in a header."""
    found = addresses(clues.headers.all("x-failed-recipients")[:1])
    if "x-failed-recipients" not in clues.headers:
        return None
    address = found[0][1] if found else ""
    return _finding(
        clues, "x-failed-recipients", is_permanent(clues.spoken, clues.complaint), address=address
    )


def _title(clues: Clues) -> Finding | None:
    """A program says in the subject that a mail did not arrive, or not yet."""
    if not clues.from_machine or clues.of_success:
        return None
    if STILL_TRYING.search(clues.title):
        return _finding(clues, "delay-subject", permanent=False, delayed=True)
    if not NOT_DELIVERED.search(clues.title) and not REFUSED.search(clues.title):
        return None
    if not clues.from_daemon and not clues.complaint:
        return None
    return _told(clues, "failure-subject")


def _words(clues: Clues) -> Finding | None:
    """A program says so in its text."""
    if not clues.from_machine or clues.of_success:
        return None
    own = clues.spoken.own[:4_000]
    about = clues.complaint
    sure = about is not None and about.weight >= SURE
    if not clues.from_daemon and (not sure or sounds_like_a_person(own)):
        # Somebody's answering machine says too that it did not pass a mail on, and names another address.
        return None
    if NOT_DELIVERED.search(own):
        return _told(clues, "failure-words")
    if clues.from_daemon and STILL_TRYING.search(own):
        return _finding(clues, "delay-words", permanent=False, delayed=True)
    return _told(clues, "failed-address") if clues.from_daemon and sure else None


_QMAIL = re.compile(r"hi\. this is the [^\n]{0,80}\b(?:program|server|system|service|daemon)\b").match


def _qmail(clues: Clues) -> Finding | None:
    """Qmail's own format (QSBMF), whoever hands it over."""
    return _told(clues, "qmail") if _QMAIL(clues.spoken.own.lstrip()) else None


def _server_words(clues: Clues) -> Finding | None:
    """A gateway under a name of its own."""
    return _told(clues, "server-words") if is_stranger(clues) else None


_RULES: tuple[Callable[[Clues], Finding | None], ...] = (
    _delivery_report,
    _failed_recipients,
    _title,
    _qmail,
    _words,
    _server_words,
)


def _told(clues: Clues, rule: str) -> Finding:
    """A failure, unless the server adds that it goes on trying."""
    own = clues.spoken.own[:4_000]
    if STILL_TRYING.search(own) and not GIVEN_UP.search(own):
        return _finding(clues, rule.replace("failure", "delay"), permanent=False, delayed=True)
    return _finding(clues, rule, is_permanent(clues.spoken, clues.complaint))


def _finding(
    clues: Clues, rule: str, permanent: bool, *, delayed: bool = False, address: str = ""
) -> Finding:
    """The address: as named, else spoken of, else hidden in ours (VERP), else the original's."""
    about = clues.complaint if not address else None
    if not address and about and about.weight >= SURE:
        address = about.address
    address = address or _returned_to(clues) or original_recipient(clues.content, clues.excluded)
    if not address and about and about.weight > 0:
        address = about.address
    if not address and clues.from_daemon and clues.sender and bare_name(clues.spoken):
        address = f"{bare_name(clues.spoken)}@{clues.sender.rpartition('@')[2]}"
    return Finding(rule, delayed, Bounce(address, permanent, original_id(clues.content, clues.headers)))


_VERP = re.compile(r"[+-]([\w.%#+-]{1,64})=([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})@").search
_BEFORE_VERP = re.compile(r"(?:.{0,60}\+|(?:bounces?-|\d{1,12}-){1,6})").match


def _returned_to(clues: Clues) -> str:
    """``list-bounces+alice=x.example@…``: the sender hid the recipient in the address for bounces."""
    for field in ("to", "x-original-to", "delivered-to"):
        match = _VERP(clues.headers.raw(field)[:1_000])
        if match:
            before = _BEFORE_VERP(match[1])
            return f"{match[1][before.end() if before else 0 :]}@{match[2]}".lower()
    return ""
