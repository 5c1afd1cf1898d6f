"""What is said in a reserved circle is heard nowhere else: a word for each way in, looked for everywhere."""

from __future__ import annotations

import base64
import datetime as dt
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot import people, replying
from bot.channels.base import EventKind, RoomEvent
from bot.errors import UserError
from bot.outbox import Destination
from bot.router.declare import Command, Context, Incoming, Reply
from bot.router.manual import usable
from bot.status import look
from bot.store import search
from bot.store.tables import Body, FactRow, InboxRow, OutboxRow
from bot.work import Work
from tests.unit.reserved import scenes
from tests.unit.reserved.canaries import Aviary, Reserved, whole

# What all look at is made once: by one worker.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("canaries")]
OTHERS = ("reseau", "cac", "gt-animation", "gt-formation", "coordination")


WORDS = ("", "karim", "Tension")


class Diary(logging.Handler):
    """All that the bot logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line, its stack included."""
        self.lines.append(self.format(record))


@dataclass(frozen=True, repr=False)
class Nest:
    """A network in which every word was planted, and two weeks have passed."""

    stage: Reserved
    birds: Aviary
    log: str

    def __repr__(self) -> str:
        return "the nest"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nest(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nest]:
    stage, birds, diary, ours = (
        Reserved(tmp_path_factory.mktemp("nest")),
        Aviary(),
        Diary(),
        logging.getLogger("bot"),
    )
    before = ours.level
    ours.addHandler(diary)
    ours.setLevel(logging.DEBUG)
    await stage.open()
    await scenes.plant(stage, birds)
    await stage.wait(14, dt.timedelta())
    ours.removeHandler(diary)
    ours.setLevel(before)
    yield Nest(stage, birds, "\n".join(diary.lines))
    await stage.kill()


async def test_nothing_reserved_leaves_its_circle(nest: Nest) -> None:
    assert nest.stage.leaks(nest.birds) == []
    # It could be heard: where it is at home it was, and what is nobody's secret left.
    sent = [whole(one) for one in nest.stage.network.sent]
    at_home = {"canariquestion", "canaridemandea", "canaribonjour", "canaripretendu"}
    assert nest.birds.heard_in(" ".join(sent)) >= at_home
    assert any("Chantier" in text for text in sent)


async def test_nor_is_it_found_counted_or_logged(nest: Nest) -> None:
    stage, birds = nest.stage, nest.birds
    async with stage.bot.store.read() as session:
        for word in birds.owners:
            assert await search.find(session, word, OTHERS) == [], word
        assert await search.find(session, "canarilettre", ["entraide"])
        facts = [repr(vars(row)) for row in await session.scalars(select(FactRow))]
        status = await look(session, stage.settings.store.path, stage.settings.gates, stage.clock.now())
    assert birds.heard_in(" ".join([*facts, repr(status), nest.log])) == set()
    assert "is held, reference N" in nest.log


async def test_nor_does_the_command_line_show_it(nest: Nest) -> None:
    stage = nest.stage
    tools = [tool for one in stage.bot.registry.capabilities.values() for tool in one.tools.values()]
    assert tools
    for options in ({}, {"circle": "cac"}, {"week": "2026-W48"}, {"week": "2026-W49"}):
        for tool in tools:
            async with stage.bot.store.write() as session:
                try:
                    content = await tool(Work(stage.bot.house, session, stage.clock.now()), options)
                except UserError:
                    continue
                assert nest.birds.heard_in(f"{content.subject} {content.text} {content.html}") == set()


# Who asks, and where: in a room, others than whoever asks read the answer.
ASKED = [
    ("alice", ""),
    ("alice", "#coordination"),
    ("alice", "#reseau"),
    ("bruno", ""),
    ("jules", "#gt-animation"),
    ("ines", ""),
    ("karim", "#reseau"),
    ("", ""),
]


@pytest.mark.parametrize(("who", "room"), ASKED)
async def test_nor_does_any_answer_to_anybody(nest: Nest, who: str, room: str) -> None:
    stage, birds = nest.stage, nest.birds
    rooms = {one.room: key for key, one in stage.settings.circles.items()}
    here = rooms[room] if room else ""
    heard, told = [], 0
    for command in stage.bot.registry.commands:
        for words in WORDS:
            for text, alone in await said_to(stage, command, words, who, room):
                told += 1
                readers = frozenset({who} if alone else ())
                escaped = birds.escaped(text, "" if alone else here, readers)
                named = "entraide" in text.lower() and not knows_of_it(who, command, here, alone=alone)
                if escaped or named:
                    heard.append((command.names[0], words, sorted(escaped), text))
    assert heard == []
    assert told > 10


def knows_of_it(who: str, command: Command, here: str, *, alone: bool) -> bool:
    """Whether an answer may name the circle: its members may be told, and coordination in its own room.

    There it reads which rooms there are, and of which circle something waits; the circle of a room is asked
    in that room, whichever it is.
    """
    if alone:
        return who in ("alice", "karim", "lea", "mona")
    in_coordination = here == "coordination" and command.capability in ("rooms", "gates")
    return in_coordination or (who == "alice" and command.names[0] == "lier-salon")


async def said_to(
    stage: Reserved, command: Command, words: str, who: str, room: str
) -> list[tuple[str, bool]]:
    """What would be read if somebody typed a command: the texts, and whether they alone read them.

    Nothing of it is done.
    """
    store, now = stage.bot.store, stage.clock.now()
    async with store.write() as session:
        member = await people.by_key(session, who, now)
        if words and not usable(member, command.need):
            return []  # refused as without any words
        sender = member.chats[0] if member and member.chats else "@x:ailleurs.example"
        event = RoomEvent("$x", room or f"dm:{sender}", sender, now, EventKind.MESSAGE, "x", direct=not room)
        place = Destination("room", room or sender, member.id if member and not room else None)
        circle = next((key for key, one in stage.settings.circles.items() if one.room == room), "")
        said = Incoming(10**6, "$x", "x", member, sender, True, place, circle, not room, event=event)
        ctx = Context(stage.bot.house, session, now, said, stage.bot.registry)
        before = await session.scalar(select(func.max(OutboxRow.id))) or 0
        savepoint = await session.begin_nested()
        typed = f"{'1 ' if '<' in command.names[0] else ''}{words}"
        try:
            reply = await stage.bot.worker.dispatcher.run(ctx, command, typed)
        except UserError as error:
            reply = Reply(error.message, error.values)
        if reply is not None:
            await replying.answer(ctx, InboxRow(id=10**6), reply)
        rows = await session.execute(
            select(OutboxRow, Body).join(Body, Body.id == OutboxRow.body_id).where(OutboxRow.id > before)
        )
        read = [(text_of(body), row.person_id is not None) for row, body in rows.all()]
        await savepoint.rollback()
    return read


def text_of(body: Body) -> str:
    """All that a body says, files included."""
    files = [base64.b64decode(one["base64"]).decode() for one in body.attachments]
    return "\n".join([body.subject, body.text, body.html, repr(body.poll), *files])
