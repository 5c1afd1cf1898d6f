"""Header fields of mails that leave: encoded, folded, and impossible to break out of."""

from __future__ import annotations

import re

from bot.errors import NavetteError

FOLD_AT = 76
MAX_WORD = 900  # a line has at most 998 characters (RFC 5322 §2.1.1)
BREAKS = re.compile(r"[\r\n\x00\v\f\x1c-\x1e\x85\u2028\u2029]+[ \t]*")

_AROUND_NAMES = ' \t"'
_CHARACTER = r"[^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f]"
_ADDRESS = re.compile(_CHARACTER + "{1,64}@" + _CHARACTER + "{1,255}").fullmatch
_HEADER_NAME = re.compile(r"[!-9;-~]{1,76}").fullmatch
_NAMED = re.compile(r"([^<>]*)<([^<>]+)>\s*").fullmatch
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*").fullmatch


class BadAddress(NavetteError):
    """What should be an address is none, or would need SMTPUTF8 (RFC 6531), which lists do not take."""


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
    name = BREAKS.sub(" ", name).strip()
    if not name:
        return address
    if _ATOMS(name) and "=?" not in name and len(name) < 60:
        spoken = name
    elif name.isascii() and name.isprintable() and "=?" not in name and len(name) < 60:
        spoken = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        spoken = _encoded_words(name, start)
    return f"{spoken} <{address}>"


def format_one(value: str) -> str:
    """One mailbox, with or without a name, as a To field.  Raises BadAddress."""
    match = _NAMED(value)
    if match:
        return format_address(match[1].strip(_AROUND_NAMES), check_address(match[2].strip()), start=4)
    return check_address(value.strip())


def encode_text(value: str, *, start: int = 0) -> str:
    """An unstructured field (RFC 5322 §2.2.1) on folded lines; ``start`` is what stands before it."""
    value = BREAKS.sub(" ", value).strip()
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
        if len(word) > MAX_WORD:
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


# The stencil writes these itself, and twice is once too often.
_OURS = frozenset(
    {
        *("from", "to", "subject", "date", "message-id", "mime-version"),
        *("content-type", "content-transfer-encoding", "content-disposition"),
    }
)


def format_field(name: str, value: str) -> str:
    """A field besides those that a mail always has.  Raises ValueError for a name that cannot be."""
    if not _HEADER_NAME(name) or name.lower() in _OURS:
        raise ValueError(f"not a header to add: {name[:80]!r}")
    named = None if value.isascii() else _NAMED(BREAKS.sub(" ", value).strip())
    if named and _ADDRESS(named[2]):
        # Encoding the whole of « Réseau <reseau@…> » would encode the address.
        return f"{name}: {format_address(named[1].strip(_AROUND_NAMES), named[2], start=len(name) + 2)}\r\n"
    return f"{name}: {encode_text(value, start=len(name) + 2)}\r\n"
