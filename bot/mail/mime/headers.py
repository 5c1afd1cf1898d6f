"""Header fields under guard: encoded words, addresses, dates, message ids and parameters.

Every function takes any text and gives something; none raises, and each is linear in what it takes.
"""

from __future__ import annotations

import binascii
import datetime as dt
import re
from collections.abc import Iterable
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from bot.mail.mime.charsets import decode

MAX_VALUE = 16_000
MAX_ADDRESSES = 200
MAX_IDS = 200
KELVIN = "\u212a"  # the only other sign whose lower case is a plain letter: k

_ENCODED_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?]{0,2000})\?=")
_BETWEEN_WORDS = re.compile(r"\?=[ \t]+=\?")
_PARAMETER = re.compile(r';[ \t]*([\w!#$%&\'*+.^`|~-]{1,60})[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;"]*)')
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_SPEC = r'[^<>@\s,;:"()\\]+@[^<>@\s,;:"()\\]+'
# One mailbox of a list without comments, groups or escapes; the name may have spaces around it.
_MAILBOX = re.compile(
    rf'(?:(?:\s*"([^"\\<>@]*)"\s*|([^"<>@,;:()\\]*))<({_SPEC})>|\s*({_SPEC}))\s*(?:,\s*|$)'
).match
_CONTROL = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


class Headers:
    """The header fields of one part, as bytes, in order; unfolded and decoded when asked for."""

    __slots__ = ("_order", "_values")

    def __init__(self, order: list[tuple[bytes, bytes]]) -> None:
        self._order = order
        self._values: dict[bytes, list[bytes]] = {}
        for name, value in order:
            self._values.setdefault(name.lower(), []).append(value)

    @property
    def order(self) -> list[tuple[str, str]]:
        """All fields, names in lower case, in the order in which they stand."""
        return [(name.decode("ascii").lower(), to_text(value)) for name, value in self._order]

    @property
    def names(self) -> set[str]:
        """The names of all fields, in lower case."""
        return {name.decode("ascii") for name in self._values}

    def __contains__(self, name: str) -> bool:
        return name.encode() in self._values

    def __len__(self) -> int:
        return len(self._order)

    def among(self, names: Iterable[str]) -> list[str]:
        """Which of these fields there are."""
        values = self._values
        return [name for name in names if name.encode() in values]

    def count(self, name: str) -> int:
        """How often the field stands there."""
        return len(self._values.get(name.encode(), ()))

    def raw(self, name: str) -> str:
        """The first field of that (lower-case) name, encoded words left as they are; empty when absent."""
        values = self._values.get(name.encode())
        return to_text(values[0]) if values else ""

    def all(self, name: str) -> list[str]:
        """Every field of that name, as ``raw``."""
        return [to_text(value) for value in self._values.get(name.encode(), ())]

    def text(self, name: str) -> str:
        """The first field of that name, for people to read."""
        return tidy(decode_words(self.raw(name)))


def to_text(value: bytes) -> str:
    """A field as text on one line: ASCII by the standard, UTF-8 or Windows-1252 in practice."""
    value = value[:MAX_VALUE].strip()
    if b"\n" in value:
        value = value.replace(b"\n", b"")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def tidy(text: str) -> str:
    """On one line, without invisible characters."""
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    return _INVISIBLE.sub("", _CONTROL.sub(" ", text)).strip(" ")


def decode_words(value: str) -> str:
    """RFC 2047.  Neighbouring words are joined as bytes first, since senders cut inside characters."""
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub("?==?", value)
    pieces: list[str] = []
    charset, pending, at = "", b"", 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[at : match.start()]
        data = _word(match[2], match[3])
        if between or match[1].lower() != charset:
            pieces += (decode(pending, charset)[0], between)
            charset, pending = match[1].lower(), b""
        pending += data
        at = match.end()
    pieces += (decode(pending, charset)[0], value[at:])
    return "".join(pieces)


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    try:
        return binascii.a2b_base64(data + b"==")
    except binascii.Error:
        try:
            return binascii.a2b_base64(data[: len(data) // 4 * 4])
        except binascii.Error:
            return data


def parameters(value: str) -> dict[str, str]:
    """``; name=value`` of a field, names in lower case; RFC 2231 pieces joined and decoded."""
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value[:MAX_VALUE]):
        name, text = match[1].lower(), match[2].strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        base, star, rest = name.partition("*")
        if not star:
            found.setdefault(name, decode_words(text))
        else:
            number = rest.rstrip("*")
            order = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
            pieces.setdefault(base, []).append((order, name.endswith("*"), text))
    for base, parts in pieces.items():
        found[base] = _extended(sorted(parts))
    return found


def _extended(parts: list[tuple[int, bool, str]]) -> str:
    charset, joined = "utf-8", b""
    for number, (_, encoded, text) in enumerate(parts):
        if number == 0 and encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data = text.encode("utf-8", "replace")
        joined += unquote_to_bytes(data) if encoded else data
    return decode(joined, charset)[0]


def message_ids(value: str) -> tuple[str, ...]:
    """The ids of a Message-ID, In-Reply-To or References field, without their brackets."""
    found = _MESSAGE_ID.findall(value)
    if not found and "@" in value and len(value.split()) == 1 and len(value) < 900:
        found = [value.strip("<> ")]
    if len(found) > MAX_IDS:
        # The root and the nearest ancestors are what threading needs.
        found = [found[0], *found[1 - MAX_IDS :]]
    return tuple(dict.fromkeys(item for item in found if item))


# As nearly all programs write it; anything else is read by the library, six times slower.
_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, ?)?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?"
    r" ([+-])(\d\d)(\d\d)(?: \(|$)"
).match
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def parse_date(value: str) -> dt.datetime | None:
    """RFC 5322 §3.3, aware; a zone that is missing or ``-0000`` is read as UTC.  None when it is no date."""
    value = value[:120]
    try:
        usual = _DATE(value)
        if usual and usual[2] in _MONTHS:
            day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
            offset = (int(hours) * 3600 + int(minutes) * 60) * (1 if sign == "+" else -1)
            fields = (
                int(year),
                _MONTHS.index(month) // 4 + 1,
                int(day),
                int(hour),
                int(minute),
                int(second or 0),
            )
        else:
            parsed = parsedate_tz(value)
            if parsed is None:
                return None
            offset, fields = parsed[9] or 0, parsed[:6]
        zone = dt.timezone(dt.timedelta(seconds=offset)) if offset else dt.UTC
        # A leap second is not a datetime.
        date = dt.datetime(*fields[:5], min(fields[5], 59), tzinfo=zone)
        if not 1 < fields[0] < 9999:
            date.astimezone(dt.UTC)  # not so for the first hours of year 1
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date


class Addresses(list[tuple[str, str]]):
    """(name, address) pairs; ``grouped`` when RFC 5322 group syntax was used."""

    grouped = False


def addresses(values: Iterable[str]) -> Addresses:
    """The mailboxes of address fields.  Addresses are lower case, names decoded."""
    found = Addresses()
    for said in values:
        value = said.replace(KELVIN, "\ufffd")
        if not _read_simply(value[:MAX_VALUE], found):
            _scan(value, found)
    return found


def _read_simply(value: str, found: Addresses) -> bool:
    """Mailboxes as nearly all mails have them; nothing is added where there is anything else."""
    simple: list[tuple[str, str]] = []
    at = 0
    while at < len(value):
        match = _MAILBOX(value, at)
        if match is None:
            return False
        quoted, plain, address, bare = match.groups()
        name = (quoted or plain or "").strip()
        simple.append((tidy(decode_words(name)) if name else "", (address or bare).lower()))
        at = match.end()
    found += simple[: MAX_ADDRESSES - len(found)]
    return True


def _scan(value: str, found: Addresses) -> None:
    """One pass over an address list: quotes, comments, angle brackets and groups (RFC 5322 §3.4)."""
    name: list[str] = []
    angle: list[str] | None = None
    last = ""
    quoted = False
    comment = 0
    escaped = False

    def close() -> None:
        nonlocal angle, last
        address = last if last else "".join(name).strip()
        spoken = "".join(name).strip() if last else ""
        if "@" in address and len(found) < MAX_ADDRESSES:
            found.append((tidy(decode_words(spoken)), "".join(address.split()).lower()))
        name.clear()
        angle, last = None, ""

    for char in value[:MAX_VALUE]:
        target = name if angle is None else angle
        if escaped:
            escaped = False
            if not comment:
                target.append(char)
        elif char == "\\" and (quoted or comment):
            escaped = True
        elif quoted:
            if char == '"':
                quoted = False
            else:
                target.append(char)
        elif comment or char == "(":
            comment += (char == "(") - (char == ")")
        elif char == '"':
            quoted = True
        elif char == "<":
            if last:
                close()
            angle = []
        elif char == ">" and angle is not None:
            last, angle = "".join(angle).strip(), None
        elif char == ":" and angle is None:
            found.grouped = True
            name.clear()
        elif char in ",;" and angle is None:
            close()
        else:
            target.append(char)
    if angle:
        last = "".join(angle).strip()
    close()
