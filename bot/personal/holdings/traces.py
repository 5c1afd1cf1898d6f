"""What gives somebody away, and how it is found and replaced, in whatever dress it stands."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from bot.french.fold import unaccent
from bot.mail.mime import content, headers, parts
from bot.mail.mime.charsets import decode

# How an "@" is written inside links and markup, and in return addresses that name their recipient (VERP).
AT = r"(?:@|%40|=40|&#0*64;|&#x0*40;|&commat;)"
COLON = r"(?::|%3a|&#0*58;|&#x0*3a;)"
SPACE = r"(?:[\s\u00a0\u202f_]|%20|\+|&nbsp;|&#160;|=20)+"
LONGEST_PARTICLE = 3
DEEPEST = 6  # mails inside mails, and encodings inside encodings


@dataclass(frozen=True)
class Traces:
    """What names one person.  ``alias`` stands in its place, ``new_key`` in that of the key.

    ``spared``: longer names of others that hold one of ``names``: they stay as they stand.
    """

    alias: str
    key: str = ""
    new_key: str = ""
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _pieces: tuple[tuple[str, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the one pattern that finds any of it, and what a text that it matches must hold.

        Most texts hold none of those pieces, and are done with a hundred times sooner.
        """
        spared = [rf"(?<!\w){_in_order(name)}(?!\w)" for name in self.spared]
        wanted = [
            *([f"(?P<spared>{'|'.join(spared)})"] if spared else []),
            *(_address(one) for one in self.addresses),
            *(rf"(?<![\w]){_chat(one)}(?![\w-]|\.\w)" for one in self.chats),
            *(rf"(?<![\w@.]){form}(?![\w@])" for name in self.names for form in _name_forms(name)),
        ]
        object.__setattr__(self, "_pattern", re.compile("|".join(wanted) or r"(?!)"))
        pieces = [_literals(one) for one in (*self.addresses, *self.chats, *self.names)]
        object.__setattr__(self, "_pieces", tuple(pieces))

    def _may_be_in(self, text: str) -> bool:
        folded = text.casefold()
        return any(all(piece in folded for piece in pieces) for pieces in self._pieces)

    def in_text(self, text: str) -> bool:
        """Whether the text names them as it stands."""
        return self._may_be_in(text) and any(not _is_spared(one) for one in self._pattern.finditer(text))

    def out_of(self, text: str) -> str:
        """The text with the alias in place of them."""
        if not self._may_be_in(text):
            return text
        return self._pattern.sub(lambda one: one[0] if _is_spared(one) else self.alias, text)

    def out_of_json(self, value: Any) -> Any:
        """A JSON value with the alias in place of them: in strings, in keys, in files kept as base64."""
        if isinstance(value, str):
            return self.key_out(self.out_of(value))
        if isinstance(value, list):
            return [self.out_of_json(one) for one in value]
        if isinstance(value, dict):
            return {
                self.out_of(name): self._file(one) if name == "base64" else self.out_of_json(one)
                for name, one in value.items()
            }
        return value

    def key_out(self, text: str) -> str:
        """The new key, if the text is theirs and nothing else; as an audience too."""
        if self.key and text in (self.key, f"person:{self.key}"):
            return text.removesuffix(self.key) + self.new_key
        return text

    def _file(self, encoded: Any) -> Any:
        """A file without them; an empty one, if they are in it and it is no plain text."""
        if not isinstance(encoded, str):
            return encoded
        try:
            data = base64.b64decode(encoded)
        except (binascii.Error, ValueError):
            return self.out_of(encoded)
        if not self.in_bytes(data):
            return encoded
        try:
            cleaned = self.out_of(data.decode("utf-8")).encode()
        except UnicodeDecodeError:
            cleaned = b""
        return base64.b64encode(b"" if self.in_bytes(cleaned) else cleaned).decode()

    def in_bytes(self, raw: bytes) -> bool:
        """Whether bytes name them: as they stand, or once decoded as mails and events are."""
        return any(self.in_text(text) for text in _readings(raw, DEEPEST))


def _readings(raw: bytes, depth: int) -> Iterator[str]:
    """The bytes as text, in every way in which a mail or an event may hold it."""
    for text in _plain_readings(raw):
        yield from _undressed(text)
    if depth <= 0:
        return
    if raw.lstrip()[:1] in (b"{", b"["):
        with suppress(ValueError, RecursionError):  # it may only look like JSON, and was read as text
            yield from _strings(json.loads(raw))
    root = parts.parse(raw, [])
    if len(root.headers):
        yield from _part_readings(root, depth - 1)


def _plain_readings(raw: bytes) -> Iterator[str]:
    yield raw.decode("utf-8", errors="replace")
    if not raw.isascii():
        yield raw.decode("cp1252", errors="replace")
    if b"\0" in raw:
        yield raw.decode("utf-16-le", errors="replace")
        yield raw.decode("utf-16-be", errors="replace")


def _part_readings(part: parts.Part, depth: int) -> Iterator[str]:
    for _, value in part.headers.order:
        unfolded = " ".join(value.split())
        yield from _undressed(unfolded)
        yield from _undressed(headers.decode_words(unfolded))
    for child in part.children:
        yield from _part_readings(child, depth)
    if part.children or not part.body:
        return
    data = content.payload(part, [])
    charset = part.params.get("charset", "")
    if charset:
        yield from _undressed(decode(data, charset)[0])
    if data != part.body or part.type.startswith("message/"):
        yield from _readings(data, depth)


def _undressed(text: str) -> Iterator[str]:
    yield text
    if "&" in text:
        try:
            text = html.unescape(text)
        except ValueError:  # a character reference of thousands of digits
            return
        yield text
    if "%" in text:
        yield unquote(text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _undressed(value)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _strings(one)


def _literals(value: str) -> tuple[str, ...]:
    """The runs of plain letters and figures that every form of a name or an address has."""
    return tuple(re.findall(r"[a-z0-9]+", unicodedata.normalize("NFC", value).casefold()))


def _is_spared(found: re.Match[str]) -> bool:
    return "spared" in found.re.groupindex and found["spared"] is not None


def _address(address: str) -> str:
    """An address, but not as the end or the beginning of another (``x+lea@``, ``lea@….org``)."""
    local, _, domain = (re.escape(part) for part in address.partition("@"))
    return rf"(?i:(?:(?<![\w.+-]){local}{AT}|(?<![\w.-]){local}=){domain})(?![\w-]|\.\w)"


def _chat(identifier: str) -> str:
    """A chat id (``@name:server``), with its sigil or without, as links have it."""
    name, colon, server = identifier.removeprefix("@").partition(":")
    found = rf"(?:@|%40)?{re.escape(name)}{COLON}{re.escape(server)}" if colon else re.escape(identifier)
    return f"(?i:{found})"


def _name_forms(name: str) -> Iterator[str]:
    """A name as people write it: with its accents or without; in the other order, only with its capitals.

    « Un petit jean » is not Jean Petit.
    """
    words = name.split()
    if not words:
        return
    yield _in_order(name)
    if len(words) > 1:
        first, last = _word(words[0]), SPACE.join(_word(word) for word in words[1:])
        capitals = _capital(words[1]), _capital(words[0])
        yield rf"{capitals[0]}(?i:{last}(?:,|%2c|=2c)?{SPACE}){capitals[1]}(?i:{first})"


def _in_order(name: str) -> str:
    return f"(?i:{SPACE.join(_word(word) for word in name.split())})"


def _capital(word: str) -> str:
    """Looks ahead: the word begins with a capital, unless it is a particle (« de », « du », « van »)."""
    particle = len(word) <= LONGEST_PARTICLE and word.islower()
    first = unicodedata.normalize("NFC", word)[0].upper()
    return "" if particle else f"(?={re.escape(first)}|{re.escape(unaccent(first).upper())})"


def _word(word: str) -> str:
    return "".join(_letter(char) for char in unicodedata.normalize("NFC", word))


def _letter(char: str) -> str:
    """A letter composed, decomposed (NFD), or without its accent."""
    if char in "-‐‑":
        return r"[-‐‑\s]"
    if char in "'’":
        return "['’ʼ]"
    forms = dict.fromkeys((char, unicodedata.normalize("NFD", char), unaccent(char)))
    escaped = [re.escape(form) for form in sorted(forms, key=len, reverse=True) if form]
    return escaped[0] if len(escaped) == 1 else f"(?:{'|'.join(escaped)})"
