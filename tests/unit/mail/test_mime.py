"""Our slicing of MIME against the standard parser, which is slower and recurses but knows the rules."""

from __future__ import annotations

import email
import email.message
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.mime import parts as mime
from bot.mail.mime.charsets import decode
from bot.mail.mime.headers import addresses, decode_words, message_ids, parameters, parse_date
from tests.unit.mail.build import SYMPA, fixture, multipart, nested, raw


def leaves(part: mime.Part) -> Iterator[tuple[str, bytes]]:
    """(type, body) of the leaves, as we cut them."""
    if not part.children:
        yield part.type, part.body.strip()
    for child in part.children:
        yield from leaves(child)


def standard_leaves(message: email.message.Message) -> Iterator[tuple[str, bytes]]:
    """The same, as the standard parser cuts them; it opens reports and attached messages, which we do not."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            yield from standard_leaves(part)
    elif message.get_content_maintype() == "message":
        yield message.get_content_type(), b"..."
    else:
        yield message.get_content_type(), message.get_payload().encode("utf-8", "surrogateescape").strip()


def same(data: bytes) -> None:
    ours = [
        (kind, b"..." if kind.startswith("message/") else body) for kind, body in leaves(mime.parse(data, []))
    ]
    assert ours == list(standard_leaves(email.message_from_bytes(data.replace(b"\r\n", b"\n"))))


@pytest.mark.parametrize("path", sorted(SYMPA.glob("*.eml")), ids=lambda path: path.stem)
def test_real_mails_are_cut_as_the_standard_parser_does(path: object) -> None:
    same(fixture(path.stem))


lines = st.sampled_from(
    ["texte", "", "--", "-- ", "--b", "--bb", " --b", "--b--x", "Subject: x", "From x", "--b-", "--c "]
)
bodies = st.lists(lines, max_size=6).map("\n".join)


@given(bodies, bodies, bodies, st.sampled_from(["b", "c", "bb", "b-"]))
def test_parts_are_cut_as_the_standard_parser_does(first: str, second: str, third: str, inner: str) -> None:
    """Bodies full of almost-boundaries; the outer one is ``outer``."""
    kind, body = multipart(
        "mixed",
        ("Content-Type: text/plain", first),
        nested(
            "alternative", ("Content-Type: text/plain", "x"), ("Content-Type: text/html", "y"), boundary=inner
        ),
        ("Content-Type: text/plain", second),
        boundary="outer",
    )
    same(raw(f"{third}\n{body}\nepilogue", Content_Type=kind))


def test_a_closing_line_that_is_missing_loses_nothing() -> None:
    kind, body = multipart("mixed", ("Content-Type: text/plain", "un"), ("Content-Type: text/plain", "deux"))
    same(raw(body.replace("--frontiere--", ""), Content_Type=kind))


def test_a_multipart_without_its_boundary_is_a_text() -> None:
    part = mime.parse(raw("Bonjour", Content_Type="multipart/mixed"), [])
    assert (part.type, part.body) == ("text/plain", b"Bonjour")


def test_names_of_files_are_read_in_every_way_that_they_are_written() -> None:
    assert parameters('a; filename="=?utf-8?q?=C3=A9t=C3=A9.pdf?="')["filename"] == "été.pdf"
    assert parameters("a; filename*=utf-8''%C3%A9t%C3%A9.pdf")["filename"] == "été.pdf"
    assert parameters('a; filename*0*=iso-8859-1\'fr\'%E9; filename*1="t\\"x.pdf"')["filename"] == 'ét"x.pdf'
    assert parameters("a; filename=un deux.pdf; x=y")["filename"] == "un deux.pdf"


def test_encoded_words_that_cut_a_character_are_joined() -> None:
    assert decode_words("=?utf-8?b?w4k=?= =?utf-8?q?t=C3?= =?utf-8?q?=A9?= fin") == "Été fin"
    assert decode_words("=?utf-8?q?a?= b =?x-faux?q?=E9?=") == "a b é"
    assert decode_words("=?utf-8?b?w4k?=") == "É"


def test_address_lists_are_read_in_every_way_that_they_are_written() -> None:
    found = addresses(
        ['"Martin, Alice" <A@X.example>, b@x.example (Bruno), Équipe: c@x.example, <d@x.example>;, faux']
    )
    assert list(found) == [
        ("Martin, Alice", "a@x.example"),
        ("", "b@x.example"),
        ("", "c@x.example"),
        ("", "d@x.example"),
    ]
    assert found.grouped


def test_ids_and_dates_that_are_wrong_are_none() -> None:
    assert message_ids("<") == message_ids("<a b>") == ()
    assert message_ids("a@b.example") == ("a@b.example",)
    assert parse_date("Mon, 99 Foo 2026 99:99:99 +9999999") is None
    assert parse_date("") is None


def test_a_date_that_no_clock_of_ours_can_show_is_none() -> None:
    """It is aware, and beyond the year 9999 in UTC, so that whoever stored it fell."""
    assert parse_date("31 Dec 9999 23:59:59 -2300") is None
    assert parse_date("31 Dec 9999 23:59:59 +2300") is not None


def test_half_of_a_surrogate_pair_becomes_a_question_mark() -> None:
    """UTF-7 may hold one; then the mail could neither be stored nor shown."""
    assert decode(b"+2D3eAA-", "utf-7") == ("😀", "")
    assert decode(b"a+2D0-b", "utf-7") == ("a\ufffdb", "bad-charset")
    assert decode_words("=?utf-7?q?+2D0-?=") == "\ufffd"


def test_a_long_chain_of_references_keeps_its_root_and_its_end() -> None:
    ids = message_ids(" ".join(f"<{number}@x>" for number in range(1000)))
    assert (len(ids), ids[0], ids[-1]) == (200, "0@x", "999@x")


def test_a_boundary_that_the_body_does_not_have_is_guessed_from_the_parts() -> None:
    """A webmail declared one and wrote another: the headers of its parts were read as the author's words."""
    message = (
        b'Content-Type: multipart/mixed; boundary="declared\n\n'
        b"--other\nContent-Type: text/plain; charset=utf-8\n\nBonjour\n"
        b"--other\nContent-Type: image/png; name=x.png\n\nAAAA\n--other--\n"
    )
    problems: list[str] = []
    part = mime.parse(message, problems)
    assert [child.type for child in part.children] == ["text/plain", "image/png"]
    assert part.children[0].body.strip() == b"Bonjour"
    assert problems == ["boundary-guessed"]
