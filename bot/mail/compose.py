"""Mails that leave: the same inputs always give the same bytes, and nothing in them can add a header.

RFC 5322 with CRLF, encoded words (RFC 2047), quoted-printable or 7-bit text, base64 files.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

from bot.mail.fields import BREAKS, check_address, encode_text, format_address, format_field, format_one
from bot.mail.fields import BadAddress as BadAddress

MAX_LINE = 998

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}").fullmatch


@dataclass(frozen=True)
class OutAttachment:
    """A file to send along."""

    name: str
    type: str
    data: bytes


def compose(
    *,
    sender: tuple[str, str],
    recipient: str,
    subject: str,
    message_id: str,
    date: dt.datetime,
    text: str,
    html: str | None = None,
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[OutAttachment] = (),
    to: str | None = None,
) -> bytes:
    """One mail.  ``to`` replaces the To field where it is not the recipient (a list, a group)."""
    stencil = Stencil(sender=sender, subject=subject, text=text, html=html, attachments=attachments)
    return stencil.stamp(recipient=recipient, message_id=message_id, date=date, headers=headers, to=to)


class Stencil:
    """One body, prepared once and stamped out for many recipients."""

    def __init__(
        self,
        *,
        sender: tuple[str, str],
        subject: str,
        text: str,
        html: str | None = None,
        attachments: Sequence[OutAttachment] = (),
    ) -> None:
        name, address = sender
        self._head = (
            f"From: {format_address(name, check_address(address), start=6)}\r\n"
            f"Subject: {encode_text(subject, start=9)}\r\nMIME-Version: 1.0\r\n"
        )
        self._body = _body(_leaf("plain", text), None if html is None else _leaf("html", html), attachments)
        self._date: tuple[dt.datetime, dt.timedelta | None, str] | None = None

    def stamp(
        self,
        *,
        recipient: str,
        message_id: str,
        date: dt.datetime,
        headers: Mapping[str, str] | None = None,
        to: str | None = None,
    ) -> bytes:
        """The bytes for one recipient.  ``headers`` are added as they are given, line breaks made spaces.

        Raises BadAddress; ValueError for a naive date or a header name that is none.
        """
        identifier = _clean_id(message_id)
        shown = check_address(recipient) if to is None else format_one(to)
        head = [
            self._head,
            f"To: {shown}\r\nDate: {self._formatted(date)}\r\nMessage-ID: <{identifier}>\r\n",
        ]
        if headers:
            head += [format_field(name, value) for name, value in headers.items()]
        if self._body.count(_MARK) == 0:
            return "".join(head).encode("ascii") + self._body
        boundary = hashlib.sha256(identifier.encode()).hexdigest()[:24].encode()
        return "".join(head).encode("ascii") + self._body.replace(_MARK, boundary)

    def _formatted(self, date: dt.datetime) -> str:
        offset = date.utcoffset()
        if offset is None:
            raise ValueError("an aware datetime is needed")
        # Equal moments of two zones, or of the hour that the clocks show twice, are not written alike.
        if self._date is None or self._date[0] != date or self._date[1] != offset:
            self._date = (date, offset, format_datetime(date))
        return self._date[2]


def message_id_for(effect_key: str, domain: str) -> str:
    """The Message-ID of an effect, without brackets: the same one whenever it is composed again."""
    return f"{hashlib.sha256(effect_key.encode()).hexdigest()[:40]}@{domain}"


def _clean_id(message_id: str) -> str:
    identifier = message_id.strip().removeprefix("<").removesuffix(">")
    if (
        not identifier.isascii()
        or not identifier.isprintable()
        or not identifier
        or set(identifier) & set(" <>")
    ):
        raise ValueError(f"not a Message-ID: {message_id[:80]!r}")
    return identifier


_MARK = b"\x00boundary\x00"  # stands for the part of a boundary that changes; bodies hold no NUL


def _body(plain: bytes, html: bytes | None, attachments: Sequence[OutAttachment]) -> bytes:
    """The part headers of the message and its body."""
    inner = plain
    if html is not None:
        inner = _multipart("alternative", b"a", [plain, html])
    if attachments:
        inner = _multipart("mixed", b"m", [inner, *(_file(item) for item in attachments)])
    return inner


def _multipart(subtype: str, letter: bytes, parts: Sequence[bytes]) -> bytes:
    boundary = b"=_" + letter + _MARK
    opening = b"Content-Type: multipart/" + subtype.encode() + b';\r\n boundary="' + boundary + b'"\r\n\r\n'
    middle = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return opening + middle + b"--" + boundary + b"--\r\n"


def _leaf(subtype: str, text: str) -> bytes:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.endswith("\n"):
        text += "\n"
    data = text.encode("utf-8", "replace").replace(b"\n", b"\r\n")
    # "=_" starts our boundaries, and stands neither in quoted-printable nor in base64.
    if (
        data.isascii()
        and b"=_" not in data
        and all(len(line) <= MAX_LINE - 8 for line in data.split(b"\r\n"))
    ):
        encoding = b"7bit"
    else:
        encoding = b"quoted-printable"
        data = binascii.b2a_qp(data, istext=True)
    kind = b"Content-Type: text/" + subtype.encode() + b"; charset=utf-8\r\n"
    return kind + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + data


def _file(attachment: OutAttachment) -> bytes:
    kind = attachment.type if _MEDIA_TYPE(attachment.type) else "application/octet-stream"
    # What we write is UTF-8; of a calendar that must be said (RFC 5545 §3.1.4), or it is read as ASCII.
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    name = BREAKS.sub(" ", attachment.name)[:200].replace("/", "_") or "fichier"
    # Readers that are given both forms do not agree on which one counts.
    if re.fullmatch(r"[A-Za-z0-9 ._-]+", name):
        named = f'filename="{name}"'
    else:
        named = f"filename*=utf-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
    head = (
        f"Content-Type: {kind}{charset}\r\nContent-Disposition: attachment;\r\n {named}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + base64.encodebytes(attachment.data).replace(b"\n", b"\r\n")


_WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def as_quoted_reply(original: str, author: str, date: dt.datetime, answer: str) -> str:
    """What a French mail client writes when one answers above a quotation: for tests and for plays.

    ``author`` as it stands in the From header; ``date`` in the zone that the client would show.
    """
    day = f"{_WEEKDAYS[date.weekday()]} {date.day} {_MONTHS[date.month - 1]} {date.year}"
    attribution = f"Le {day} à {date:%H:%M}, {author} a écrit\u00a0:"
    quoted = "\n".join(f"> {line}".rstrip() for line in original.rstrip("\n").split("\n"))
    return f"{answer.rstrip()}\n\n{attribution}\n\n{quoted}\n"
