"""What an IMAP server answers, from the lines that ``aioimaplib`` collects (RFC 9051 §7, §9).  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FETCH = re.compile(rb"\d+ FETCH \(", re.IGNORECASE)
_CODE = re.compile(rb"(?:OK )?\[([A-Z]+) (\d+)\]", re.IGNORECASE)
# Literal marks come first: the literal itself follows as a bytearray of its own.
_TOKEN = re.compile(
    rb"""\ *(?: (?P<literal> \{\d+\+?\}$ )
              | "(?P<quoted> (?: [^"\\] | \\. )* )"
              | (?P<open> \( ) | (?P<close> \) )
              | (?P<atom> BODY\[[^\]]*\](?:<\d+>)? | [^\s()"]+ ) )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_DATE = re.compile(r"([ \d]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

Lines = Sequence[bytes | bytearray]


@dataclass(frozen=True)
class Fetched:
    """One FETCH answer with a UID; what was not in it is None."""

    uid: int
    size: int | None = None
    received: dt.datetime | None = None
    body: bytes | None = None


def read_search(lines: Lines) -> list[int]:
    """The numbers of the SEARCH answers, without the closing status line."""
    return sorted({int(word) for line in lines[:-1] for word in line.split() if word.isdigit()})


def read_codes(lines: Lines) -> dict[str, int]:
    """The response codes that carry a number: UIDVALIDITY, UIDNEXT …"""
    matches = (_CODE.match(line) for line in lines)
    return {match[1].decode().upper(): int(match[2]) for match in matches if match}


def read_fetches(lines: Lines) -> list[Fetched]:
    """The FETCH answers that carry a UID.

    Those without are news of other messages' flags, which a server may send at any time.
    """
    fetched = []
    for answer in _answers(lines):
        attributes = _attributes(_tokens(answer))
        uid, size = attributes.get("UID", b""), attributes.get("RFC822.SIZE", b"")
        body = next((value for name, value in attributes.items() if name.startswith("BODY[")), None)
        received = _read_date(attributes.get("INTERNALDATE", b""))
        if uid.isdigit():
            fetched.append(Fetched(int(uid), int(size) if size.isdigit() else None, received, body))
    return fetched


def _answers(lines: Lines) -> Iterator[list[bytes | bytearray]]:
    """The lines and literals of each FETCH answer."""
    answer: list[bytes | bytearray] = []
    for line in lines:
        literal = isinstance(line, bytearray)
        if not literal and _FETCH.match(line):
            if answer:
                yield answer
            answer = [line[line.index(b"(") + 1 :]]
        elif answer:
            answer.append(line)
    if answer:
        yield answer


def _tokens(answer: Sequence[bytes | bytearray]) -> Iterator[str | bytes | None]:
    """Up to the end of the answer: parentheses as str, values as bytes, NIL as None."""
    depth = 1
    parts = iter(answer)
    for part in parts:
        position = 0
        while position < len(part) and (match := _TOKEN.match(part, position)):
            position = match.end()
            if match["literal"] is not None:
                yield bytes(next(parts, b""))
            elif match["quoted"] is not None:
                yield re.sub(rb"\\(.)", rb"\1", match["quoted"])
            elif match["atom"] is not None:
                yield None if match["atom"].upper() == b"NIL" else match["atom"]
            else:
                depth += 1 if match["open"] else -1
                if depth == 0:
                    return
                yield "(" if match["open"] else ")"


def _attributes(tokens: Iterator[str | bytes | None]) -> dict[str, bytes]:
    """Names and values in turn; lists, which we ask for nowhere, and NIL are left out."""
    attributes: dict[str, bytes] = {}
    name = ""
    depth = 0
    for item in tokens:
        if isinstance(item, str):
            depth += 1 if item == "(" else -1
            name = name if depth else ""
        elif depth == 0 and name:
            if item is not None:
                attributes[name] = item
            name = ""
        elif depth == 0 and item is not None:
            name = item.decode("ascii", "replace").upper()
    return attributes


def _read_date(text: bytes) -> dt.datetime | None:
    """``17-Jul-1996 02:44:25 -0700``, as an aware datetime in UTC."""
    match = _DATE.fullmatch(text.decode("ascii", "replace"))
    if match is None or match[2] not in _MONTHS:
        return None
    day, month, year, hour, minute, second = match[1], _MONTHS.index(match[2]) + 1, *match.group(3, 4, 5, 6)
    offset = dt.timedelta(hours=int(match[8]), minutes=int(match[9]))
    try:
        zone = dt.timezone(-offset if match[7] == "-" else offset)
        moment = dt.datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=zone)
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
