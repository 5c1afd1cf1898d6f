"""What servers answer, and folder names."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.imap_response import Fetched, Lines, read_codes, read_fetches, read_search
from bot.channels.utf7 import encode_folder

BODY = b"Subject: x\r\n\r\n) 2 FETCH (UID 9)\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        [b"1 FETCH (UID 5 BODY[] {33}", bytearray(BODY), b")", b"done"],
        [b"1 FETCH (BODY[] {33}", bytearray(BODY), b" UID 5)", b"done"],
        [b"1 FETCH (BODY[]<0> {33}", bytearray(BODY), b" FLAGS () UID 5)", b"done"],
        [b"1 fetch (uid 5 flags (\\Seen $x UID 6 {4} BODY[] ) body[] {33}", bytearray(BODY), b")", b"done"],
        [b'1 FETCH (FLAGS ("UID" (7)) UID 5 X "BODY[] (" BODY[] {33}', bytearray(BODY), b")", b"done"],
        [
            b"8 FETCH (FLAGS (\\Seen))",
            b"3 EXPUNGE",
            b"1 FETCH (UID 5 BODY[] {33}",
            bytearray(BODY),
            b")",
            b"done",
        ],
        [b"1 FETCH (UID 5 BODY[] {33}", bytearray(BODY), b")", b"8 FETCH (FLAGS (\\Seen))", b"FETCH (UID 6)"],
        [
            b"1 FETCH (ENVELOPE (NIL {2}",
            bytearray(b"("),
            b' ("a" NIL)) UID 5 BODY[] {33}',
            bytearray(BODY),
            b")",
        ],
        [b"1 FETCH (UID 5 MODSEQ (12) BODY[] {33}", bytearray(BODY), b")", b"done"],
    ],
)
def test_bodies_whatever_surrounds_them(lines: Lines) -> None:
    assert read_fetches(lines) == [Fetched(5, body=BODY)]


@pytest.mark.parametrize(
    ("text", "body"),
    [(b'""', b""), (rb'"a \"b\" \\c"', rb'a "b" \c'), (b"NIL", None), (b'"NIL"', b"NIL"), (b'")"', b")")],
)
def test_bodies_that_are_no_literals(text: bytes, body: bytes | None) -> None:
    assert read_fetches([b"1 FETCH (BODY[] %b UID 5)" % text, b"done"]) == [Fetched(5, body=body)]


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        (b"17-Jul-1996 02:44:25 -0700", "1996-07-17T09:44:25+00:00"),
        (b" 1-Jan-2026 00:00:00 +0100", "2025-12-31T23:00:00+00:00"),
        (b"29-Feb-2024 12:00:00 +0000", "2024-02-29T12:00:00+00:00"),
        (b"30-Feb-2024 12:00:00 +0000", None),
        (b"17-Jul-1996 02:44:25 +9900", None),
        (b"17-Jul-0000 02:44:25 +0000", None),
        (b"01-Jan-0001 00:00:00 +0100", None),
        (b"17-Juil-1996 02:44:25 +0000", None),
        (b"", None),
    ],
)
def test_dates(date: bytes, iso: str | None) -> None:
    fetched = read_fetches([b'1 FETCH (UID 5 INTERNALDATE "%b" RFC822.SIZE 12)' % date, b"done"])[0]
    assert fetched.size == 12
    assert (fetched.received.isoformat() if fetched.received else None) == iso


@given(st.lists(st.binary() | st.binary().map(lambda text: b"1 FETCH (" + text) | st.binary().map(bytearray)))
def test_nonsense_is_no_exception(lines: list[bytes | bytearray]) -> None:
    read_fetches(lines)
    read_search(lines)
    read_codes(lines)


def test_search_and_codes() -> None:
    assert read_search([b"5 3", b"", b"9 (MODSEQ 12)", b"11 done 12"]) == [3, 5, 9]
    assert read_codes([b"FLAGS ()", b"OK [UIDVALIDITY 12] x", b"OK [uidnext 3] y", b"[READ-WRITE] z"]) == {
        "UIDVALIDITY": 12,
        "UIDNEXT": 3,
    }


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", "INBOX"),
        ("Envoyés", "Envoy&AOk-s"),
        ("A&B", "A&-B"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("😀", "&2D3eAA-"),
    ],
)
def test_folder_names(name: str, wire: str) -> None:
    """The third but last is from RFC 3501 §5.1.3."""
    assert encode_folder(name) == wire


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folder_names_can_be_read_back(name: str) -> None:
    wire = encode_folder(name)
    assert wire.isascii()
    assert wire.isprintable()
    head, *rest = wire.split("&")
    for part in rest:
        code, _, after = part.partition("-")
        padded = code.replace(",", "/") + "=" * (-len(code) % 4)
        head += (base64.b64decode(padded).decode("utf-16-be") if code else "&") + after
    assert head == name
