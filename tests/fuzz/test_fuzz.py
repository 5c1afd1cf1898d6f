"""Nothing that anybody can send breaks the reading of mails; what holds of all is in ``invariants``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.mail.fields import encode_text
from bot.mail.mime.html import to_text
from bot.mail.threads import ThreadItem, base_subject, group, untagged
from tests.fuzz import tokens
from tests.fuzz.__main__ import input_of, try_inputs
from tests.fuzz.failures import failure_of, minimised
from tests.fuzz.hostile import hostile_mails, raw
from tests.fuzz.invariants import check
from tests.fuzz.seeds import seeds

SEED = 20261123
HOSTILE = hostile_mails(60_000)


@pytest.mark.parametrize("part", range(10))
def test_mails_changed_at_random_are_read(part: int) -> None:
    """Ten times 500; ``make fuzz`` goes on from other seeds."""
    for number, failure in try_inputs(SEED, part * 500, 500).broken:
        pytest.fail(f"python -m tests.fuzz --seed {SEED} --first {number} --count 1\n{failure.trace}")


def test_the_mails_that_they_start_from_are_read() -> None:
    for mail in seeds():
        check(mail)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read(name: str) -> None:
    """The limit is against hanging, far above what any of these takes; ``make bench`` measures them."""
    check(HOSTILE[name])


fields = st.tuples(
    st.sampled_from(tokens.FIELDS), st.lists(st.sampled_from(tokens.VALUES), max_size=6).map(b" ".join)
).map(b": ".join)
bodies = st.lists(st.sampled_from(tokens.LINES + tokens.TAGS), max_size=30).map(b"\n".join)
almost_mails = st.builds(
    lambda head, body: b"\n".join(head) + b"\n\n" + body, st.lists(fields, max_size=12), bodies
)


@st.composite
def trees(draw: st.DrawFn) -> bytes:
    """A mail of parts, some of which have parts; boundaries may be forgotten or shared."""

    def part(inner: st.SearchStrategy[list[bytes]]) -> st.SearchStrategy[bytes]:
        return st.builds(
            _multipart, st.sampled_from(tokens.TYPES), st.sampled_from([b"b", b"bb", b"c"]), inner
        )

    leaves = st.builds(
        lambda head, body: b"\n".join(head) + b"\n\n" + body, st.lists(fields, max_size=3), bodies
    )
    tree = st.recursive(leaves, lambda below: part(st.lists(below, max_size=4)), max_leaves=8)
    return b"From: a@x.example\nSubject: Essai\n" + draw(tree)


def _multipart(kind: bytes, mark: bytes, parts: list[bytes]) -> bytes:
    head = b"Content-Type: " + kind + b"; boundary=" + mark + b"\n\n"
    return head + b"".join(b"--" + mark + b"\n" + part + b"\n" for part in parts) + b"--" + mark + b"--\n"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=400))
@example(b"")
def test_any_bytes_are_read(data: bytes) -> None:
    check(data)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(almost_mails | trees())
def test_what_is_almost_a_mail_is_read(data: bytes) -> None:
    check(data)


@settings(deadline=None)
@given(
    st.text(max_size=400),
    st.sampled_from(["utf-8", "utf-7", "utf-16", "iso-8859-15", "iso-2022-jp", "gb18030"]),
)
def test_a_text_in_any_charset_is_read(text: str, charset: str) -> None:
    check(raw(text.encode(charset, "replace"), {"Content-Type": f"text/plain; charset={charset}"}))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_taken_as_html_as_a_subject_and_as_words_to_send(text: str) -> None:
    for given_back in (to_text(text), base_subject(text), untagged(text), encode_text(text)):
        assert isinstance(given_back, str)


def test_changed_mails_are_threaded_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``navette read`` tells something of each, in JSON and in words."""
    monkeypatch.delenv("NAVETTE_CONFIG", raising=False)
    mails = [input_of(SEED, number) for number in range(200)]
    for number, data in enumerate(mails):
        (tmp_path / f"{number:03}.eml").write_bytes(data)
    assert main(["read", "--json", str(tmp_path)]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.split("\n") if line]
    assert len(told) >= 200
    assert main(["read", str(tmp_path)]) == 0
    found = [check(data) for data in mails]
    items = [
        ThreadItem(one.message_id, one.references, one.in_reply_to, one.subject, one.date) for one in found
    ]
    assert sum(map(len, group(items))) == 200


def test_what_breaks_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer itself: an error in a rule is told, and its cause is what is left of the mail."""

    def stumble(data: bytes) -> None:
        if b"\xe9\xe9" in data:
            raise ValueError("two of them")

    monkeypatch.setattr("tests.fuzz.failures.check", stumble)
    mail = raw("Bonjour\n" * 40) + b"x\xe9\xe9y\n" + b"Au revoir\n" * 30
    failure = failure_of(mail)
    assert failure is not None
    assert failure.what.startswith("ValueError")
    assert minimised(mail, lambda part: failure_of(part) is not None) == b"\xe9\xe9"
    assert failure_of(b"x") is None


def test_a_number_is_always_the_same_input() -> None:
    assert input_of(SEED, 7) == input_of(SEED, 7)
    assert len({input_of(SEED, number) for number in range(100)}) > 95
