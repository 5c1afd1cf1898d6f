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

from bot.errors import NavetteError

MAX_LINE = 998
FOLD_AT = 76

_ADDRESS = re.compile(
    r"[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]{1,64}@[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]{1,255}"
).fullmatch
_HEADER_NAME = re.compile(r"[!-9;-~]{1,76}").fullmatch
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}").fullmatch
_NAMED = re.compile(r"([^<>]*)<([^<>]+)>\s*").fullmatch
_BREAKS = re.compile(r"[\r\n\x00\v\f\x1c-\x1e\x85\u2028\u2029]+[ \t]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*").fullmatch


class BadAddress(NavetteError):
    """What should be an address is none, or would need SMTPUTF8 (RFC 6531), which lists do not take."""


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
        self._date: tuple[dt.datetime, str] | None = None

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
        shown = check_address(recipient) if to is None else _format_to(to)
        head = [
            self._head,
            f"To: {shown}\r\nDate: {self._formatted(date)}\r\nMessage-ID: <{identifier}>\r\n",
        ]
        if headers:
            head += [_header(name, value) for name, value in headers.items()]
        if self._body.count(_MARK) == 0:
            return "".join(head).encode("ascii") + self._body
        boundary = hashlib.sha256(identifier.encode()).hexdigest()[:24].encode()
        return "".join(head).encode("ascii") + self._body.replace(_MARK, boundary)

    def _formatted(self, date: dt.datetime) -> str:
        if self._date is None or self._date[0] != date or self._date[0].tzinfo is not date.tzinfo:
            if date.tzinfo is None:
                raise ValueError("an aware datetime is needed")
            self._date = (date, format_datetime(date))
        return self._date[1]


def message_id_for(effect_key: str, domain: str) -> str:
    """The Message-ID of an effect, without brackets: the same one whenever it is composed again."""
    return f"{hashlib.sha256(effect_key.encode()).hexdigest()[:40]}@{domain}"


def check_address(address: str) -> str:
    """The address as SMTP takes it: an ASCII local part, the domain by IDNA.  Raises BadAddress."""
    if not _ADDRESS(address):
        raise BadAddress(f"not an address: {address[:100]!r}")
    if address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise BadAddress(f"not an address that can be written to: {address[:100]!r}") from error


def format_address(name: str, address: str, *, start: int = 0) -> str:
    """``"Réseau" <reseau@…>``, the name encoded or quoted as needed."""
    name = _BREAKS.sub(" ", name).strip()
    if not name:
        return address
    if _ATOMS(name) and "=?" not in name and len(name) < 60:
        spoken = name
    elif name.isascii() and name.isprintable() and "=?" not in name and len(name) < 60:
        spoken = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        spoken = _encoded_words(name, start)
    return f"{spoken} <{address}>"


def _format_to(value: str) -> str:
    match = _NAMED(value)
    if match:
        return format_address(match[1].strip().strip('"'), check_address(match[2].strip()), start=4)
    return check_address(value.strip())


def encode_text(value: str, *, start: int = 0) -> str:
    """An unstructured field (RFC 5322 §2.2.1) on folded lines; ``start`` is what stands before it."""
    value = _BREAKS.sub(" ", value).strip()
    if value.isascii() and value.isprintable() and "=?" not in value:
        folded = _fold(value, start)
        if folded is not None:
            return folded
    return _encoded_words(value, start)


def _fold(value: str, start: int) -> str | None:
    """Folded at its spaces; None when a word is too long for a line."""
    if len(value) + start <= FOLD_AT:
        return value
    lines: list[str] = []
    line = ""
    room = FOLD_AT - start
    for word in value.split(" "):
        if len(word) > MAX_LINE - 80:
            return None
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, FOLD_AT - 1
        else:
            line = f"{line} {word}" if line or lines else word
    lines.append(line)
    return "\r\n ".join(lines)


def _encoded_words(value: str, start: int) -> str:
    """RFC 2047: words of at most 75 characters, never cut inside a character."""
    words: list[str] = []
    line = ""
    room = max(20, min(75, FOLD_AT - start)) - len("=?utf-8?q??=")
    for char in value:
        piece = _q_encoded(char)
        if len(line) + len(piece) > room:
            words.append(line)
            line, room = "", 75 - len("=?utf-8?q??=")
        line += piece
    words.append(line)
    return "\r\n ".join(f"=?utf-8?q?{word}?=" for word in words)


def _q_encoded(char: str) -> str:
    if char == " ":
        return "_"
    if char.isascii() and char.isalnum():
        return char
    return "".join(f"={byte:02X}" for byte in char.encode("utf-8", "replace"))


def _header(name: str, value: str) -> str:
    if not _HEADER_NAME(name):
        raise ValueError(f"not a header name: {name[:80]!r}")
    return f"{name}: {encode_text(value, start=len(name) + 2)}\r\n"


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
    name = _BREAKS.sub(" ", attachment.name)[:200].replace("/", "_") or "fichier"
    # Readers that are given both forms do not agree on which one counts.
    if re.fullmatch(r"[A-Za-z0-9 ._-]+", name):
        named = f'filename="{name}"'
    else:
        named = f"filename*=utf-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
    head = (
        f"Content-Type: {kind}\r\nContent-Disposition: attachment;\r\n {named}\r\n"
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
