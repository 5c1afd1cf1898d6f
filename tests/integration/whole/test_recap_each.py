"""The recap to each of two hundred people over real SMTP: each has one, once, and the means to end it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import App
from bot.clock import SetClock
from bot.live.connect import connect
from bot.settings import load, override
from bot.store.people_tables import Person
from handlers.digest.tables import Line
from tests.crash.world import ALICE, LIST, MX, SETTINGS
from tests.servers.postfix import SmtpSink

READERS = 200  # besides Alice and Émile
PERSON = """
[[people.members]]
key = "membre{0}"
name = "Membre {0}"
addresses = ["membre{0}@membres.example"]
"""
MONDAY = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)  # the draft; the recap leaves a day later
STOP = re.compile(
    rb"(?m)^List-Unsubscribe: <mailto:navette\+([a-z2-7]{26})@membres\.example\?subject=recap%20non>"
)


@pytest.mark.needs("postfix")
async def test_two_hundred_have_one_each(
    smtp_sink: Callable[..., Awaitable[SmtpSink]], tmp_path: Path
) -> None:
    sink = await smtp_sink(dump=True)
    clock = SetClock(MONDAY - dt.timedelta(hours=2))
    app = app_of(tmp_path, sink.port, clock)
    await app.start()
    try:
        async with app.store.write() as session:
            alice = await session.scalar(select(Person.id).where(Person.key == "alice"))
            session.add(Line(person_id=alice, text="Le Hangar prête son four à pain.", at=clock.now()))
        for moment in (MONDAY, MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2)):
            clock.set(moment)
            await app.settle()
    finally:
        await app.stop()
    copies = [raw for raw in sink.mails() if b"List-Unsubscribe" in raw]
    told = [address for raw in copies for address in re.findall(rb"(?m)^X-Rcpt-Args: <(.*)>", raw)]
    assert len(copies) == len(told) == len(set(told)) == READERS + 2
    assert LIST.encode() not in told
    assert len({match[1] for raw in copies for match in STOP.finditer(raw)}) == READERS + 2
    others = [raw for raw in sink.mails() if raw not in copies]
    assert [ALICE.encode() in raw for raw in others] == [True], "the draft, and nothing else"


def app_of(folder: Path, port: int, clock: SetClock) -> App:
    """The bot with all its readers; nothing comes in."""
    file = folder / "settings.toml"
    text = SETTINGS.format(
        bot="navette@membres.example",
        password="",
        mx=MX,
        imap=1,
        smtp=port,
        list=LIST,
        alice=ALICE,
        draft="lundi",
        day="mardi",
    )
    file.write_text(text + "".join(PERSON.format(number) for number in range(READERS)))
    settings = load(file)
    for name, value in (
        ("mail.inbox.kind", "none"),
        ("mail.subaddressing", "+"),
        ("digest.delivery", "each"),
    ):
        settings = override(settings, name, value)
    return App(settings, clock, connect(settings))
