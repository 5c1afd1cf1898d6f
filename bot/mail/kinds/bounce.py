"""Mails that did not arrive, or not yet: told by reports, by headers, and by what servers say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property

from bot.mail.fold import fold, phrases
from bot.mail.kinds.daemon import is_daemon, is_list_program
from bot.mail.kinds.delivery_report import Report, read_fields, read_reports
from bot.mail.kinds.failure_words import (
    GIVEN_UP,
    NOT_DELIVERED,
    REFUSED,
    STILL_TRYING,
    SUCCESS,
    speaks_of_delivery,
)
from bot.mail.kinds.original import original_id, original_recipient
from bot.mail.kinds.spoken import (
    MAX_SPOKEN,
    SURE,
    Complaint,
    Spoken,
    bare_name,
    complaint,
    is_permanent,
    listen,
)
from bot.mail.message import Bounce
from bot.mail.mime.content import Content, collect, payload
from bot.mail.mime.headers import Headers, addresses
from bot.mail.mime.parts import parse, parse_head


@dataclass(frozen=True)
class Clues:
    """What the rules look at."""

    headers: Headers
    subject: str
    sender: str
    sender_name: str
    content: Content
    is_report: bool
    own_addresses: Collection[str]

    @cached_property
    def title(self) -> str:
        """The subject, folded."""
        return fold(self.subject)

    @cached_property
    def spoken(self) -> Spoken:
        """What the mail says."""
        return listen(self.content.text)

    @cached_property
    def reports(self) -> list[Report]:
        """What its reports say, wherever they stand."""
        return read_reports(self.content) or read_fields(self.content.text[:60_000])

    @cached_property
    def from_daemon(self) -> bool:
        """Whether a program that carries mail wrote it."""
        return is_daemon(self.sender_name, self.sender)

    @cached_property
    def from_machine(self) -> bool:
        """Whether some program wrote it: one that carries mail, or any that wants no answer."""
        return self.from_daemon or self.is_report or has_null_sender(self.headers)

    @cached_property
    def excluded(self) -> frozenset[str]:
        """Addresses that did not fail: ours, and the program's."""
        ours = {address for _, address in addresses(self.headers.all("to")[:5])}
        return frozenset(self.own_addresses) | ours | {self.sender}

    @cached_property
    def complaint(self) -> Complaint | None:
        """The address that the text complains about."""
        return complaint(self.spoken, self.excluded)


@dataclass(frozen=True)
class Finding:
    """What was found: ``delayed`` ones are still tried.  ``rule`` is the reason."""

    rule: str
    delayed: bool
    bounce: Bounce


def has_null_sender(headers: Headers) -> bool:
    """RFC 5321 §4.5.5: what nobody shall answer is sent from ``<>``."""
    return headers.raw("return-path").strip() == "<>"


def may_be(headers: Headers, subject: str, sender: str, sender_name: str, content: Content) -> bool:
    """Whether anything at all hints at a bounce, so that the rules need be tried."""
    if content.reports or "x-failed-recipients" in headers or has_null_sender(headers):
        return True
    if is_daemon(sender_name, sender) or (content.messages and _from_list_server(headers, sender)):
        return True
    # What no program signed must at least begin with talk of delivery, and name somebody.
    if not content.messages and "@" not in content.text[:MAX_SPOKEN]:
        return False
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
    if not clues.reports or not (clues.from_machine or _is_stranger(clues)):
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
    if not clues.from_machine or _is_success(clues):
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
    if not clues.from_machine or _is_success(clues):
        return None
    own = clues.spoken.own[:4_000]
    about = clues.complaint
    if NOT_DELIVERED.search(own) and (clues.from_daemon or (about and about.weight >= SURE)):
        return _told(clues, "failure-words")
    if clues.from_daemon and STILL_TRYING.search(own):
        return _finding(clues, "delay-words", permanent=False, delayed=True)
    if clues.from_daemon and about and about.weight >= SURE:
        return _told(clues, "failed-address")
    return None


def _qmail(clues: Clues) -> Finding | None:
    """Qmail's own format (QSBMF), whoever hands it over."""
    return _told(clues, "qmail") if clues.spoken.own.lstrip().startswith("hi. this is the") else None


def _stranger(clues: Clues) -> Finding | None:
    """A gateway under a name of its own: its first words are a server's, and nobody's else."""
    return _told(clues, "server-words") if _is_stranger(clues) else None


_ANSWER_OR_FORWARD = re.compile(r"(?:\[[^\]]{1,40}\]\s?)?(?:re|tr|fwd?|wg|rv|aw|antw|i|enc)\s?:").match
_NOT_DELIVERED_AT_END = re.compile(r"non (?:remis|distribue|delivre)\W{0,3}$|not delivered\W{0,3}$").search
_OF_A_PERSON = re.compile(
    r"^\W{0,4}"
    + phrases(
        *("bonjour", "bonsoir", "salut", "coucou", "hello", "hi", "hey", "dear", "hallo", "hola", "ciao"),
        "ola",
        *("chere?s?", "merci", "thanks", "cordialement", "bien a vous", r"a\+", "bises", "regards"),
        *("cheers", "best"),
    )
    + r"\b|\b"
    + phrases(
        *("mon", "mes", "j'ai", "je", "nous", "notre", "nos", "my", "i've", "i got", "i get", "we", "our"),
        *("quelqu'un", "someone", "anybody", "anyone", "vous savez", "est-ce"),
        r"i (?!wasn't|was|am|have|give|could|can)\w+",
    )
    + r"\b",
    re.MULTILINE,
)
_TO_YOU = re.compile(
    r"\b(?:your|votre|ihre|su|il (?:tuo|suo)|a sua|uw|je) (?:e-?mail |mail )?"
    + phrases(
        *("message", "mail", "e-?mail", "courrier", "courriel", "nachricht", "mensaje", "messaggio"),
        "mensagem",
        "bericht",
    )
)


def _is_stranger(clues: Clues) -> bool:
    if clues.from_machine or _is_success(clues) or "user-agent" in clues.headers:
        return False
    if _ANSWER_OR_FORWARD(clues.title) and not _NOT_DELIVERED_AT_END(clues.title):
        return False
    own = clues.spoken.own
    opening = own.lstrip(" \n\t*-=_#")[:300]
    if not NOT_DELIVERED.search(opening) or _OF_A_PERSON.search(own[:1_500]):
        return False
    if not NOT_DELIVERED.search(clues.title) and not _TO_YOU.search(opening):
        return False
    about = clues.complaint
    return bool(clues.content.messages) or (about is not None and about.weight >= SURE)


_RULES: tuple[Callable[[Clues], Finding | None], ...] = (
    _delivery_report,
    _failed_recipients,
    _title,
    _qmail,
    _words,
    _stranger,
)


def _is_success(clues: Clues) -> bool:
    """A notice that a mail did arrive."""
    if any(report.action == "delivered" for report in clues.reports):
        return True
    return any(
        SUCCESS.search(words) and not NOT_DELIVERED.search(words) and not STILL_TRYING.search(words)
        for words in (clues.title, clues.spoken.own[:2_000])
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


def _returned_to(clues: Clues) -> str:
    """``list-bounces+alice=x.example@…``: the sender hid the recipient in the address for bounces."""
    for field in ("to", "x-original-to", "delivered-to"):
        match = _VERP(clues.headers.raw(field)[:1_000])
        if match:
            local = match[1].rpartition("+")[2] if "+" in match[1] else match[1].rpartition("-")[2]
            return f"{local}@{match[2]}".lower()
    return ""
