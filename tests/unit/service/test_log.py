"""The log: a line a record, no secret, and of an error its place and not what it choked on."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.live import log


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log holds; the loggers are put back as they were."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    others = {name: logging.getLogger(name).level for name in log.TALKATIVE}
    stream = io.StringIO()
    log.set_up(stream, ["s3cret", ""])
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in others.items():
        logging.getLogger(name).setLevel(before)


def fail_on(text: str) -> None:
    raise ValueError(f"cannot read {text}")


def test_each_record_is_one_line_even_an_error(written: io.StringIO) -> None:
    logger = logging.getLogger("bot.test")
    logger.info("first\nsecond")
    try:
        fail_on("a mail\n" + "of many words " * 100)
    except ValueError:
        logger.exception("failed")
    first, second = written.getvalue().splitlines()
    assert first.endswith("Z info bot.test: first second")
    assert "error bot.test: failed | ValueError: cannot read a mail at " in second
    assert "test_log.py" in second
    assert "fail_on" in second
    assert "many words" not in second


def test_a_secret_never_gets_there_whoever_writes_it(written: io.StringIO) -> None:
    logging.getLogger("bot.test").warning("LOGIN navette %s", "s3cret")
    try:
        fail_on("s3cret")
    except ValueError:
        logging.getLogger("bot.test").exception("refused")
    assert "s3cret" not in written.getvalue()
    assert log.HIDDEN in written.getvalue()


@pytest.mark.parametrize("name", ["aioimaplib.aioimaplib", "aiosmtplib", "sqlalchemy.engine"])
def test_libraries_that_tell_whole_mails_are_silent(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).debug("Received : the whole mail")
    logging.getLogger(name).info("ignored untagged response : a line of the mail")
    assert written.getvalue() == ""
