"""What holds for whatever bytes come in as a mail."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from bot.cli.read import as_dict
from bot.mail.message import Kind, Mail
from bot.mail.mime import parts
from bot.mail.mime.content import MAX_ATTACHMENTS, MAX_TEXT, collect
from bot.mail.mime.headers import MAX_ADDRESSES, MAX_IDS
from bot.mail.read import MAX_SUBJECT, _read, _Setting

SETTING = _Setting(
    frozenset({"reseau@lists.example.test", "modere@lists.example.test"}),
    "mx.example.test",
    frozenset({"bot@membres.example.test"}),
    notices=(),
)
MAX_FIELD = 17_000  # a header field is looked at for 16,000 characters
_MARKS = ">|\ufeff\u200b" + "".join(char for char in map(chr, range(0x3001)) if char.isspace())


def check(data: bytes) -> Mail:
    """Read the mail as ``read`` does, without its net; AssertionError for what should hold and does not."""
    mail = _read(data, SETTING)
    _check_kind(mail)
    _check_text(mail)
    _check_sizes(mail)
    _check_lines(mail, data)
    plain = data.replace(b"\r", b"")
    lf = mail if plain == data else _read(plain, SETTING)
    crlf = _read(plain.replace(b"\n", b"\r\n"), SETTING)
    if "no-headers" in lf.problems:  # no mail: what identifies it is its very bytes
        lf, crlf = (dataclasses.replace(one, message_id="", content_hash="") for one in (lf, crlf))
    assert crlf == lf, "line ends make a difference"
    return mail


def _check_kind(mail: Mail) -> None:
    assert mail.message_id, "no id"
    assert mail.reason, "no reason"
    assert (mail.notice is not None) == (mail.kind is Kind.LIST_NOTICE), "notice"
    assert (mail.bounce is not None) == (mail.kind in (Kind.BOUNCE, Kind.DELAY)), "bounce"
    assert mail.date is None or mail.date.astimezone(dt.UTC).tzinfo is not None, "date"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _strings(getattr(value, field.name))


def _check_text(mail: Mail) -> None:
    for text in _strings(mail):
        text.encode("utf-8")  # no lone surrogates
    json.dumps(as_dict(mail), ensure_ascii=False, allow_nan=False).encode("utf-8")
    one_line = (mail.subject, mail.author.name, mail.author.address, mail.message_id, *mail.to, *mail.cc)
    assert not any("\n" in text or "\r" in text for text in one_line), "line break in a header field"


def _check_sizes(mail: Mail) -> None:
    assert len(mail.text) + len(mail.quoted) + len(mail.signature) <= 2 * MAX_TEXT, "long text"
    assert len(mail.subject) <= MAX_SUBJECT, "long subject"
    assert max(len(mail.to), len(mail.cc)) <= MAX_ADDRESSES, "many recipients"
    assert len(mail.references) <= MAX_IDS, "many references"
    assert len(mail.attachments) <= MAX_ATTACHMENTS, "many attachments"
    assert len(mail.links) <= 200, "many links"
    assert len(mail.problems) <= 50, "many problems"
    assert len(mail.own) <= len(mail.text), "more own words than text"
    rest = dataclasses.replace(mail, text="", own="", answers=(), quoted="", signature="")
    assert all(len(text) <= MAX_FIELD for text in _strings(rest)), "long field"


def _check_lines(mail: Mail, data: bytes) -> None:
    """Every line of what was written, quoted or signed is one of the mail, or a part of one."""
    content = collect(parts.parse(data, []), []).text
    given = _marked_off(content)
    for name in ("text", "own", "quoted", "signature"):
        unknown = _marked_off(getattr(mail, name)) - given
        invented = [line for line in unknown if line not in content]
        assert not invented, f"invented line in {name}: {min(invented)[:80]!r}"
    for answer in mail.answers:
        assert _marked_off(answer.text) <= _marked_off(mail.own) | {""}, "an answer that is not own words"


def _marked_off(text: str) -> set[str]:
    return {line.strip(_MARKS) for line in text.split("\n")}
