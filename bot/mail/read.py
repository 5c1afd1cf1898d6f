"""Bytes to a ``Mail``.  Never raises, never hangs: what cannot be understood says so in ``problems``."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from bot.mail import author as authorship
from bot.mail.kinds import automatic as kinds
from bot.mail.kinds import bounce as bounces
from bot.mail.kinds import sympa, unanswerable
from bot.mail.links import find_links
from bot.mail.lists import is_robot, list_address_of
from bot.mail.message import Author, Bounce, Kind, Mail, Notice, Trust
from bot.mail.mime import parts as mime
from bot.mail.mime.content import Content, collect
from bot.mail.mime.headers import Headers, addresses, message_ids, parse_date
from bot.mail.threads import is_prefixed, untagged
from bot.mail.words import split as own_words

NOWHERE = "navette.invalid"
MAX_SUBJECT = 1_000

_FORWARDING = re.compile(r"(?:\[[^\]]{1,40}\]\s?)?(?:tr|fwd?|wg)\s?:", re.IGNORECASE).match


def read(
    raw: bytes,
    *,
    lists: Collection[str] = (),
    authserv_id: str | None = None,
    own_addresses: Collection[str] = (),
    notices: Collection[str] = (),
) -> Mail:
    """Understand one mail.

    ``lists``: addresses of the configured lists; ``authserv_id``: the name under which our server writes
    Authentication-Results; ``own_addresses``: those that we send from; ``notices``: patterns of the subjects
    of our list servers' notices (see ``kinds/sympa.py``).
    """
    to_us = _Setting(
        frozenset(address.lower() for address in lists),
        authserv_id,
        frozenset(address.lower() for address in own_addresses),
        tuple(notices),
    )
    try:
        return _read(raw, to_us)
    # One mail must never stop the service: whatever escaped here is a bug that the tests look for,
    # and until it is mended the mail is held with its bytes.
    except Exception as error:  # noqa: BLE001
        return _unreadable(raw, "unreadable", f"error: {type(error).__name__}")


def header_message_id(raw: bytes) -> str | None:
    """The Message-ID alone, without its brackets, or None: cheaper than ``read``."""
    ids = message_ids(mime.parse_head(raw).raw("message-id"))
    return ids[0] if ids else None


@dataclass(frozen=True)
class _Setting:
    lists: frozenset[str]
    authserv_id: str | None
    own_addresses: frozenset[str]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class _Reading:
    """What the parts of a mail gave, before it is told what kind it is."""

    setting: _Setting
    headers: Headers
    content: Content
    is_report: bool
    subject: str
    own: str
    interleaves: bool
    list_address: str | None
    claim: authorship.Claim
    verdict: authorship.Verdict | None
    author: Author
    ids: tuple[str, ...]


def _read(raw: bytes, setting: _Setting) -> Mail:
    problems: list[str] = []
    root = mime.parse(raw, problems)
    headers = root.headers
    if not len(headers):
        return _unreadable(raw, "no-headers", "no-headers")
    list_address = list_address_of(headers, setting.lists)
    content = collect(root, problems, distributed=list_address is not None)
    subject = headers.text("subject")[:MAX_SUBJECT]
    list_name = list_address.partition("@")[0] if list_address else ""
    claim = authorship.read_claim(headers)
    verdict = authorship.read_verdict(headers, setting.authserv_id)
    author, doubts = authorship.read_author(headers, claim, verdict, list_address, setting.lists)
    words = own_words.split(
        content.text,
        own_words.Circumstances(
            bool(_FORWARDING(subject)),
            _is_fresh(headers, subject),
            list_name,
            author.name,
            content.standouts if content.html else tuple,
            content.signature_lines if content.html else tuple,
            content.lines_below_quote if content.html else tuple,
        ),
    )
    problems += doubts
    if words.truncated:
        problems.append("truncated-text")
    ids = message_ids(headers.raw("message-id"))
    is_report = root.type == "multipart/report"
    reading = _Reading(
        setting,
        headers,
        content,
        is_report,
        subject,
        words.own,
        bool(words.answers),
        list_address,
        claim,
        verdict,
        author,
        ids,
    )
    return _mail(reading, words, problems)


def _is_fresh(headers: Headers, subject: str) -> bool:
    """Whether a mail answers none, as far as its header and its subject say."""
    return "in-reply-to" not in headers and "references" not in headers and not is_prefixed(subject)


def _mail(reading: _Reading, words: own_words.OwnWords, problems: list[str]) -> Mail:
    headers = reading.headers
    content_hash = _content_hash(words.text, reading.author.address, reading.subject)
    kind, reason, notice, bounce = _tell(reading)
    list_address = reading.list_address
    if notice is not None and list_address is None and notice.list:
        list_address = f"{notice.list}@{reading.claim.address.rpartition('@')[2]}".lower()
    date = _date(headers, problems)
    if not reading.ids:
        problems.append("no-message-id")
    return Mail(
        message_id=reading.ids[0] if reading.ids else f"sha256.{content_hash}@{NOWHERE}",
        has_message_id=bool(reading.ids),
        date=date,
        subject=reading.subject,
        kind=kind,
        reason=reason,
        list=list_address,
        list_trust=authorship.read_list_trust(headers, reading.verdict, reading.list_address),
        author=reading.author,
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        text=words.text,
        own=words.own,
        answers=words.answers,
        quoted=words.quoted,
        signature=words.signature,
        links=find_links(words.text),
        attachments=tuple(reading.content.attachments),
        notice=notice,
        bounce=bounce,
        references=message_ids(headers.raw("references")) if "references" in headers else (),
        in_reply_to=next(iter(message_ids(headers.raw("in-reply-to"))), None),
        content_hash=content_hash,
        problems=tuple(dict.fromkeys(problems)),
        unanswerable=unanswerable.why_unanswerable(headers, reading.author.address),
        delivered_to=unanswerable.delivered_to(headers),
    )


def _tell(reading: _Reading) -> tuple[Kind, str, Notice | None, Bounce | None]:
    """Kind and reason; the list server is asked first, since its reports look like bounces."""
    notice = _notice(reading)
    if notice is not None:
        return Kind.LIST_NOTICE, f"sympa: {notice.action}", notice, None
    if reading.is_report or not _written_by_a_person(reading):
        finding = bounces.find(
            bounces.Clues(
                reading.headers,
                reading.subject,
                reading.claim.address,
                reading.claim.name,
                reading.content,
                reading.is_report,
                reading.setting.own_addresses,
            )
        )
        if finding is not None:
            return Kind.DELAY if finding.delayed else Kind.BOUNCE, finding.rule, None, finding.bounce
    clues = kinds.Clues(
        reading.headers,
        reading.subject,
        reading.own,
        reading.list_address,
        reading.is_report,
        unanswerable.is_within(reading.author.address, reading.setting.own_addresses),
        reading.author.address,
        [attachment.type for attachment in reading.content.attachments],
        reading.interleaves,
    )
    kind, reason = kinds.tell(clues)
    if not reading.author.address and kind is not Kind.AUTOMATIC:
        return Kind.UNREADABLE, "no-author", None, None
    return kind, reason, None, None


def _written_by_a_person(reading: _Reading) -> bool:
    """Whether nothing at all hints at a bounce, so that its rules need not be tried."""
    claim = reading.claim
    return not bounces.may_be(reading.headers, reading.subject, claim.address, claim.name, reading.content)


def _notice(reading: _Reading) -> Notice | None:
    headers = reading.headers
    if "auto-submitted" not in headers and not reading.is_report:
        return None
    automatic = headers.raw("auto-submitted").strip().lower()
    said = sympa.read_notice(
        sympa.Clues(
            subject=reading.subject,
            text=reading.content.text,
            sender=reading.claim.address,
            sender_name=reading.claim.name,
            mailer=headers.raw("x-mailer"),
            message_id=reading.ids[0] if reading.ids else "",
            automatic=automatic not in ("", "no"),
            list_id=headers.raw("list-id").strip("<> "),
            is_report=reading.is_report,
        ),
        reading.setting.notices,
    )
    if said is None:
        return None
    return Notice(said.action, said.list, said.address, said.name, _from_list_server(reading), said.key)


def _from_list_server(reading: _Reading) -> bool:
    """Whether a notice comes from the server of a configured list, as far as our own server can say.

    From one of its robots: people may have addresses at the same domain.
    """
    domain = reading.claim.address.rpartition("@")[2]
    if reading.claim.problems or not is_robot(reading.claim.address, reading.setting.lists):
        return False
    if reading.setting.authserv_id is None:
        return True
    return reading.verdict is not None and reading.verdict.vouches(domain)


def _addresses(headers: Headers, name: str) -> tuple[str, ...]:
    if name not in headers:
        return ()
    return tuple(dict.fromkeys(address for _, address in addresses(headers.all(name)[:20])))


def _date(headers: Headers, problems: list[str]) -> dt.datetime | None:
    """The Date field; without one, when the last server took the mail."""
    date = parse_date(headers.raw("date"))
    if date is None:
        problems.append("bad-date" if "date" in headers else "no-date")
        date = parse_date(headers.raw("received").rpartition(";")[2].strip())
    return date


def _content_hash(text: str, author: str, subject: str) -> str:
    """SHA-256 of what a person wrote; white space, which lists and servers change, counts for nothing."""
    words = " ".join(_composed(text).split())
    about = " ".join(_composed(untagged(subject)).split())
    return hashlib.sha256(f"{author}\n{about}\n{words}".encode("utf-8", "replace")).hexdigest()


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _unreadable(raw: bytes, reason: str, problem: str) -> Mail:
    """What is kept of bytes that are no mail."""
    digest = hashlib.sha256(raw).hexdigest()
    nobody = Author("", "", Trust.NONE)
    return Mail(
        message_id=f"sha256.{digest}@{NOWHERE}",
        has_message_id=False,
        date=None,
        subject="",
        kind=Kind.UNREADABLE,
        reason=reason,
        list=None,
        list_trust=Trust.NONE,
        author=nobody,
        to=(),
        cc=(),
        text="",
        own="",
        answers=(),
        quoted="",
        signature="",
        links=(),
        attachments=(),
        notice=None,
        bounce=None,
        references=(),
        in_reply_to=None,
        content_hash=digest,
        problems=(problem,),
    )
