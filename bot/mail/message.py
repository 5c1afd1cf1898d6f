"""What reading a mail gives: plain values, ready to be stored or shown."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What a mail is, hence who should look at it."""

    PERSON = "direct"  # a person writes to us
    LIST_POST = "list_post"  # a person writes to a list
    AUTOMATIC = "automatic"  # a machine answers, or writes by itself: never answer it
    BOUNCE = "bounce"  # a mail could not be delivered, and will not be
    DELAY = "delay"  # a mail is late: the server still tries
    LIST_NOTICE = "list_notice"  # the list server speaks: see ``Notice``
    UNREADABLE = "unreadable"  # held with its bytes: a person must look


class Trust(enum.StrEnum):
    """How far we know that the author is who the mail says."""

    VOUCHED = "vouched"  # our own server checked it: DMARC, or an aligned DKIM or SPF, passed
    FAILED = "failed"  # the check failed, or the From header tries to deceive
    NONE = "none"  # nobody checked
    LIST = "list"  # a configured list says who wrote to it


@dataclass(frozen=True)
class Author:
    """The person behind a mail.  ``address`` is lower case, and empty when there is none."""

    name: str
    address: str
    trust: Trust


@dataclass(frozen=True)
class Notice:
    """What a list server says.  ``action`` is Sympa's own word: see ``bot/mail/kinds/sympa.py``."""

    action: str
    list: str  # the list's name, as Sympa writes it: "reseau"
    address: str  # whom it is about, or empty
    name: str
    trusted: bool  # comes from the server of a configured list: only then act on it
    key: str = ""  # what approves or distributes, where the notice gives one


@dataclass(frozen=True)
class Bounce:
    """A delivery that failed or is late.  Empty ``address``: the report does not say whose."""

    address: str
    permanent: bool
    original_message_id: str | None


@dataclass(frozen=True)
class Answer:
    """What the author wrote below a quoted line (``to``, without its ``>``)."""

    to: str
    text: str


@dataclass(frozen=True)
class Attachment:
    """A file that came along.  ``size`` in bytes, once decoded."""

    name: str
    type: str
    size: int


@dataclass(frozen=True)
class Mail:
    """One mail, understood.  Message ids have no angle brackets; addresses are lower case."""

    message_id: str  # made from the content hash when the mail has none
    has_message_id: bool
    date: dt.datetime | None  # aware
    subject: str
    kind: Kind
    reason: str  # the rule that told the kind
    list: str | None  # the list's address
    list_trust: Trust  # how far we know that the list sent it: VOUCHED, NONE or FAILED
    author: Author
    to: tuple[str, ...]
    cc: tuple[str, ...]
    text: str  # the author's own words, greeting and closing kept; a forwarded mail is kept below its mark
    own: str  # ``text`` without what is forwarded: what the author says
    answers: tuple[Answer, ...]  # own words that stand below quoted lines
    quoted: str
    signature: str
    links: tuple[str, ...]  # of ``text``
    attachments: tuple[Attachment, ...]
    notice: Notice | None
    bounce: Bounce | None
    references: tuple[str, ...]
    in_reply_to: str | None
    content_hash: str  # equal for the direct copy and the list copy of one mail
    problems: tuple[str, ...]  # what was odd, as slugs
    unanswerable: str = ""  # why no machine may answer, even if a person wrote it
    delivered_to: tuple[str, ...] = ()  # under which addresses our servers took it
