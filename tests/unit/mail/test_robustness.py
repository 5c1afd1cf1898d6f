"""Nothing that anybody can send raises or hangs; ``_read`` is what is tried, since ``read`` would hide it."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.mail import compose
from bot.mail.message import Kind, Mail
from bot.mail.mime.html import to_text
from bot.mail.read import _read, _Setting, read
from bot.mail.threads import base_subject, untagged
from bot.mail.words.split import split
from tests.unit.mail.build import LISTS, SYMPA, multipart, raw

SETTING = _Setting(LISTS, "mx.example.test", frozenset({"bot@membres.example.test"}))
FIELDS = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "In-Reply-To",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "List-Id",
    "List-Post",
    "Reply-To",
    "X-Original-From",
    "Authentication-Results",
    "Auto-Submitted",
    "Return-Path",
    "X-Mailer",
    "X-Failed-Recipients",
    "Received",
]
PIECES = [
    "alice@x.example",
    "<",
    ">",
    '"',
    "(",
    ")",
    ":",
    ";",
    ",",
    "\\",
    "=?utf-8?q?=C3?=",
    "=?utf-8?b?/w=?=",
    "?=",
    "=?",
    "multipart/mixed; boundary=b",
    'multipart/alternative; boundary="b b"',
    "text/html",
    "message/rfc822",
    "base64",
    "text/plain; charset=punycode",
    "charset*0*=utf-7''%",
    "quoted-printable",
    "auto-replied",
    "Sympa 6",
    "\xa0",
    "Information : add liste x de a@b.example Nom",
    "Mon, 23 Nov 2026 09:00:00 +0100",
    "99999999999999",
    "mx.example.test",
    "dmarc=pass",
    "[",
    "]",
    "Re:",
    "[a]",
    "REVIEW x",
    "é",
    "\t",
    " ",
]
LINES = [
    "--b",
    "--b--",
    "",
    "> cité",
    ">>",
    "Le 23/11/2026 à 09:00, A <a@b.example> a écrit :",
    "On x wrote:",
    "De : x",
    "Objet : y",
    "Date : 1",
    "-- ",
    "--",
    "___",
    "-----Message d'origine-----",
    "---------- Forwarded message ---------",
    "Bonjour,",
    "Cordialement,",
    "Envoyé de mon iPhone",
    "<a href='https://x.example'>",
    "<blockquote>",
    "</blockquote>",
    "<!--",
    "<p",
    "&#9;",
    "https://x.example/)",
    "Content-Type: text/html",
    "Action: failed",
    "Status: 5.1.1",
    "=C3=",
    "Pour vous désabonner",
    "Hi. This is the",
    "> ADD reseau a@b.example",
    "/auth/0123456789abcdef/",
]

fields = st.lists(
    st.tuples(st.sampled_from(FIELDS), st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)),
    max_size=12,
)
almost_mails = st.builds(
    lambda head, lines: (
        "".join(f"{name}: {value}\n" for name, value in head) + "\n" + "\n".join(lines)
    ).encode(),
    fields,
    st.lists(st.sampled_from(LINES), max_size=30),
)


def check(data: bytes) -> Mail:
    mail = _read(data, SETTING)
    assert mail == read(
        data, lists=SETTING.lists, authserv_id=SETTING.authserv_id, own_addresses=SETTING.own_addresses
    )
    assert mail.message_id
    assert mail.date is None or mail.date.tzinfo is not None
    assert "\n" not in mail.subject
    return mail


@given(st.binary(max_size=400))
def test_any_bytes_give_a_mail(data: bytes) -> None:
    check(data)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(almost_mails)
def test_almost_mails_give_a_mail(data: bytes) -> None:
    check(data)


def test_real_mails_with_bytes_changed_give_a_mail() -> None:
    rng = random.Random(20261123)
    originals = [path.read_bytes() for path in sorted(SYMPA.glob("*.eml"))]
    for _ in range(1_500):
        data = bytearray(rng.choice(originals))
        for _ in range(rng.randint(1, 12)):
            at = rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randrange(60)]
                case _:
                    data[at:at] = rng.choice([b"\n", b"\r", b":", b"=?", b"\x00", b"--", b'"', b"<" * 9])
            data = data or bytearray(b"x")
        check(bytes(data))


MIXED = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n"
RESULTS = "Résultats de vos commandes"
BOMBS = {
    "nested multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (depth, depth) for depth in range(5_000)
    ),
    "the same boundary within itself": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 5_000,
    "nested messages": b"From: a@x.example\nContent-Type: message/rfc822\n\n" * 5_000,
    "many parts": MIXED + b"--b\n\nx\n" * 30_000,
    "almost boundaries": MIXED + b"--bx\n" * 60_000,
    "nested comments": raw(From="(" * 60_000 + "a@x.example"),
    "a list of a thousand": raw(To=", ".join(f"A{number} <a{number}@x.example>" for number in range(9_000))),
    "unclosed quotes": raw(To='"<' * 60_000, Content_Type='text/plain; x="' * 9_000),
    "one header": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nx",
    "many headers": b"X: y\n" * 60_000 + b"\nx",
    "a folded header": b"Subject: x\n" + b" y\n" * 60_000 + b"\nx",
    "references": raw(References="<a@b> " * 40_000),
    "spaces": raw(" " * 200_000),
    "spaces in the subject": raw(Subject="Re:" + " " * 200_000 + "x"),
    "spaces before a colon": raw(("Le 1" + " " * 4_000 + ":\n") * 50),
    "On lines": raw("On Mon, Nov 23, 2026 at 9:00 AM Alice wrote\n" * 5_000),
    "On lines with a colon": raw("On Mon, Nov 23, 2026 at 9:00 AM Alice wrote:\n" * 5_000),
    "De lines": raw("De : Alice\n" * 20_000),
    "dashes": raw("--\n" * 60_000),
    "long dashes": raw("________________\n" * 20_000),
    "closings": raw("Cordialement,\nAlice\n" * 20_000),
    "quotes": raw(">" * 200_000),
    "one line": raw("a" * 300_000),
    "one line of addresses": raw("a@b." * 80_000),
    "addresses": raw("a.b@c.example " * 20_000, From="MAILER-DAEMON@x.example", Subject="failure notice"),
    "links": raw("https://x.example/( " * 20_000),
    "brackets behind a link": raw("https://x.example/" + ")" * 1_900),
    "unclosed tags": raw("<a " * 60_000, Content_Type="text/html"),
    "unclosed comments": raw("<!--" * 60_000, Content_Type="text/html"),
    "unclosed heads": raw("<head><script>" * 20_000, Content_Type="text/html"),
    "angle brackets": raw("<" * 200_000, Content_Type="text/html"),
    "nested quotations": raw("<blockquote>x" * 20_000, Content_Type="text/html"),
    "nested lists": raw("<ul><li>x" * 20_000, Content_Type="text/html"),
    "nested anchors": raw("<a href=https://x.example>x" * 10_000 + "</a>" * 10_000, Content_Type="text/html"),
    "quotes in a tag": raw('<p a="' * 30_000 + ">" * 30_000, Content_Type="text/html"),
    "entities": raw("&#99999999;&#" + "9" * 100_000, Content_Type="text/html"),
    "punycode": raw("a-" * 60_000 + "é", Content_Type="text/plain; charset=punycode"),
    "base64 rubbish": raw("=" * 200_000, Content_Transfer_Encoding="base64"),
    "tags of a subject": raw(Subject="[a]" * 30_000),
    "prefixes of a subject": raw(Subject="Re: " * 30_000),
    "a notice": raw("> ADD " * 40_000, Auto_Submitted="auto-replied", X_Mailer="Sympa 6", Subject=RESULTS),
    "checks": raw(Authentication_Results="mx.example.test; " + "(" * 60_000 + "spf=pass;" * 9_000),
}  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gives_a_mail(name: str) -> None:
    """Twenty seconds are a limit against hanging, far above what any of these takes."""
    check(BOMBS[name])


def test_a_bomb_says_what_was_left_out() -> None:
    assert "too-deep" in check(BOMBS["nested multiparts"]).problems
    assert "too-many-parts" in check(BOMBS["many parts"]).problems
    assert "truncated-text" in check(BOMBS["dashes"]).problems


def test_text_beyond_the_limit_is_told() -> None:
    assert "truncated-text" in check(raw("mot " * 150_000)).problems


@given(st.lists(st.sampled_from(LINES), max_size=60).map("\n".join), st.booleans())
def test_every_line_goes_somewhere_and_own_lines_are_never_invented(text: str, forward: bool) -> None:
    words = split(text, forward=forward)
    given_lines = {line.rstrip() for line in text.split("\n")}
    for part in (words.text, words.quoted, words.signature):
        assert {line for line in part.split("\n") if line} <= given_lines


@given(st.text(max_size=300))
def test_any_text_is_taken_as_html_and_as_a_subject(text: str) -> None:
    assert isinstance(to_text(text), str)
    assert isinstance(base_subject(text) + untagged(text), str)
    assert isinstance(compose.encode_text(text), str)


def test_an_attached_crowd_is_still_a_mail() -> None:
    kind, body = multipart("mixed", *[("Content-Type: image/png", "x")] * 350)
    mail = check(raw(body, Content_Type=kind))
    assert (mail.kind, len(mail.attachments)) == (Kind.PERSON, 200)
