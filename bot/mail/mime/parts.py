"""Bytes to a tree of MIME parts, by slicing at boundaries.

The standard parser takes one step a line and recurses once a level; this one is as fast on a mail of
20 MB as on a small one, and nesting cannot exhaust it.  ``tests/unit/mail`` compares both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.mail.mime.headers import Headers, parameters

MAX_BYTES = 64_000_000
MAX_HEAD = 256_000
MAX_HEADERS = 1_000
MAX_DEPTH = 12
MAX_PARTS = 400

# A field, with the lines that go on with it (RFC 5322 §2.2).
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)").match
# All at once, where every line begins a field or goes on with one: no line is then looked at twice.
_FIELDS = re.compile(rb"(?m)^([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)").findall
# A line that begins as a boundary does, with the header of a part below it.
_SEEMS_BOUNDARY = re.compile(rb"(?m)^--(\S[^\n]{0,198})\n[Cc]ontent-[!-9;-~]{1,40}:").search
_TYPE = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,120})\s*(?:;|$)").match


class Part:
    """A node of the tree: ``children`` when it is a multipart that could be cut, else ``body``."""

    __slots__ = ("body", "children", "headers", "params", "type")

    def __init__(self, headers: Headers, body: bytes, default_type: str) -> None:
        self.headers = headers
        self.body = body
        self.children: Sequence[Part] = ()
        self.type, self.params = _content_type(headers, default_type)

    @property
    def disposition(self) -> str:
        """``attachment``, ``inline`` or empty (RFC 2183)."""
        return self.headers.raw("content-disposition").partition(";")[0].strip().lower()

    @property
    def filename(self) -> str:
        """The name that the sender gave, or empty."""
        from_disposition = parameters(self.headers.raw("content-disposition")).get("filename", "")
        return from_disposition or self.params.get("name", "")


def parse(raw: bytes, problems: list[str]) -> Part:
    """The tree of ``raw``; what had to be left out is told in ``problems``."""
    if len(raw) > MAX_BYTES:
        raw = raw[:MAX_BYTES]
        problems.append("too-large")
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n")
        if b"\n" not in raw:
            raw = raw.replace(b"\r", b"\n")
    return _parse(raw, "text/plain", 0, [MAX_PARTS], problems)


def parse_head(raw: bytes) -> Headers:
    """The headers alone."""
    return _head(raw[:MAX_HEAD].replace(b"\r\n", b"\n"))[0]


def _parse(raw: bytes, default_type: str, depth: int, budget: list[int], problems: list[str]) -> Part:
    headers, start = _head(raw)
    part = Part(headers, raw[start:], default_type)
    if not part.type.startswith("multipart/"):
        return part
    boundary = _boundary(part, problems)
    if not boundary:
        part.type = "text/plain"
        return part
    if depth >= MAX_DEPTH:
        problems.append("too-deep")
        return part
    inner = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    children = []
    for piece in _pieces(part.body, b"--" + boundary[:200]):
        if budget[0] <= 0:
            problems.append("too-many-parts")
            break
        budget[0] -= 1
        children.append(_parse(piece, inner, depth + 1, budget, problems))
    if children:
        part.children, part.body = children, b""
    else:
        problems.append("no-parts")
        part.type = "text/plain"
    return part


def _boundary(part: Part, problems: list[str]) -> bytes:
    """The boundary that is declared; or, where the body does not have it, the one that it seems to have."""
    declared = part.params.get("boundary", "").encode("utf-8", "surrogateescape")
    if declared and (b"\n--" + declared in part.body or part.body.startswith(b"--" + declared)):
        return declared
    guess = _SEEMS_BOUNDARY(part.body)
    if guess is None:
        problems.append("no-parts" if declared else "no-boundary")
        return b""
    problems.append("boundary-guessed")
    return guess[1].rstrip()


def _pieces(body: bytes, delimiter: bytes) -> list[bytes]:
    """What stands between the delimiter lines (RFC 2046 §5.1.1), the preamble and the epilogue left out."""
    pieces: list[bytes] = []
    start = -1
    at = 0 if body.startswith(delimiter) else body.find(b"\n" + delimiter) + 1
    if at == 0 and not body.startswith(delimiter):
        return pieces
    while True:
        end = body.find(b"\n", at)
        tail = body[at + len(delimiter) : end if end >= 0 else len(body)].strip()
        if tail in (b"", b"--"):
            if start >= 0:
                pieces.append(body[start : max(start, at - 1)])
            if tail or end < 0:
                return pieces
            start = end + 1
            if len(pieces) > MAX_PARTS:
                return pieces
        following = body.find(b"\n" + delimiter, at + len(delimiter) - 1)
        if following < 0:
            if start >= 0:
                pieces.append(body[start:])
            return pieces
        at = following + 1


def _head(raw: bytes) -> tuple[Headers, int]:
    """The headers and where the body starts; a line that is no header ends them, as in compat32."""
    end = 0 if raw.startswith(b"\n") else raw.find(b"\n\n", 0, MAX_HEAD)
    if end < 0:
        end = min(len(raw), MAX_HEAD)
    block = raw[:end]
    skipped = 0
    if block.startswith((b"From ", b">From ")):
        skipped = block.find(b"\n") + 1 or len(block)
        block = block[skipped:]
    fields: list[tuple[bytes, bytes]] = _FIELDS(block)
    folds = block.count(b"\n ") + block.count(b"\n\t")
    at = len(block)
    if len(fields) + folds != block.count(b"\n") + 1 or len(fields) > MAX_HEADERS:
        fields, at = _fields_before_a_stranger(block)
    if at < len(block):
        return Headers(fields), skipped + at
    return Headers(fields), min(end + 2 if end else 1, len(raw))


def _fields_before_a_stranger(block: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """The fields up to a line that is none, and where it stands."""
    fields: list[tuple[bytes, bytes]] = []
    at = 0
    while len(fields) < MAX_HEADERS and (match := _FIELD(block, at)):
        fields.append((match[1], match[2]))
        at = match.end()
    return fields, at


def _content_type(headers: Headers, default_type: str) -> tuple[str, dict[str, str]]:
    value = headers.raw("content-type")
    if not value:
        return default_type, {}
    match = _TYPE(value)
    # A type that cannot be read is text/plain (RFC 2045 §5.2).
    return match[1].lower() if match else "text/plain", parameters(value) if ";" in value else {}
