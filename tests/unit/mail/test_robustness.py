"""Limits: what is left out of a mail that is too much is told, and what is kept is the mail's.

That nothing raises, and what holds of every mail, is tried in ``tests/fuzz``.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.message import Kind
from bot.mail.mime.content import MAX_ATTACHMENTS, MAX_TEXT
from bot.mail.read import read
from bot.mail.words.split import Circumstances, split
from tests.fuzz import tokens
from tests.fuzz.hostile import hostile_mails
from tests.unit.mail.build import multipart, raw


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ("parts in parts", "too-deep"),
        ("parts", "too-many-parts"),
        ("lines of one letter", "truncated-text"),
        ("an undeclared boundary", "no-boundary"),
        ("guessed boundaries", "boundary-guessed"),
        ("no header", "no-headers"),
    ],
)
def test_what_had_to_be_left_out_is_told(shape: str, problem: str) -> None:
    assert problem in read(hostile_mails()[shape]).problems


def test_text_beyond_the_limit_is_told() -> None:
    assert "truncated-text" in read(raw("mot " * 150_000)).problems


def test_base64_that_is_cut_gives_what_there_is_of_it() -> None:
    mail = read(raw("Qm9uam91ciBhbGlj\nZSwgw6dhIHZ\n12", Content_Transfer_Encoding="base64"))
    assert mail.text.startswith("Bonjour alice, ça")
    assert "bad-base64" in mail.problems


def test_many_long_parts_are_one_text_of_limited_length() -> None:
    kind, body = multipart("mixed", *[("Content-Type: text/plain", "mot " * 40_000)] * 5)
    mail = read(raw(body, Content_Type=kind))
    assert len(mail.text) <= MAX_TEXT + 10
    assert "truncated-text" in mail.problems


def test_an_attached_crowd_is_still_a_mail() -> None:
    kind, body = multipart("mixed", *[("Content-Type: image/png", "x")] * 350)
    mail = read(raw(body, Content_Type=kind))
    assert (mail.kind, len(mail.attachments)) == (Kind.PERSON, MAX_ATTACHMENTS)


lines = st.sampled_from([line.decode() for line in tokens.LINES])


@given(st.lists(lines, max_size=60).map("\n".join), st.booleans())
def test_every_line_goes_somewhere_and_own_lines_are_never_invented(text: str, forward: bool) -> None:
    words = split(text, Circumstances(forward))
    given_lines = {line.strip(" >\ufeff") for line in text.split("\n")}
    for part in (words.text, words.quoted, words.signature):
        assert {line.strip(" >\ufeff") for line in part.split("\n") if line} <= given_lines
