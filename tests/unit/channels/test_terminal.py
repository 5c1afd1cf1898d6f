"""A conversation in a terminal: what is typed is heard once, what is said is shown to whom it concerns."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterator
from typing import TextIO

import pytest

from bot.channels.base import NativePoll, Post, RoomBatch, Status
from bot.channels.terminal import TerminalRooms
from bot.clock import SetClock

CLOCK = SetClock(dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC))
ALICE = "@alice:lisieres.example"


def post(txn: str, text: str = "", **more: object) -> Post:
    fields = {"room": "", "person": ALICE, "html": ""} | more
    return Post(txn=txn, text=text, **fields)  # type: ignore[arg-type]


def terminal(typed: str | TextIO = "") -> tuple[TerminalRooms, io.StringIO]:
    shown = io.StringIO()
    reader = io.StringIO(typed) if isinstance(typed, str) else typed
    return TerminalRooms(ALICE, reader, shown, CLOCK), shown


def bodies(batch: RoomBatch) -> list[str]:
    return [event.body for event in batch.events]


@pytest.fixture
def pipe() -> Iterator[tuple[TextIO, int]]:
    """Something that is typed into while we listen: its reader, and where to write."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as reader:
        yield reader, writing


async def test_each_line_is_said_to_the_bot_alone() -> None:
    rooms, _ = terminal("!aide\n\nbonjour\nsans fin de ligne")
    batch = await rooms.hear(None, 0)
    assert bodies(batch) == ["!aide", "bonjour", "sans fin de ligne"]
    assert all(event.direct and event.sender == ALICE for event in batch.events)
    assert rooms.ended.is_set()


async def test_a_backslash_lets_a_message_go_on() -> None:
    rooms, _ = terminal("!sondage Quand ? \\\n- mardi\\\n- jeudi\nmerci\n")
    assert bodies(await rooms.hear(None, 0)) == ["!sondage Quand ?\n- mardi\n- jeudi", "merci"]


async def test_what_could_not_be_kept_is_heard_again_with_the_same_ids() -> None:
    rooms, _ = terminal("un\ndeux\n")
    first = await rooms.hear(None, 0)
    assert await rooms.hear(None, 0) == first
    assert (await rooms.hear(first.cursor, 0)).events == ()


async def test_lines_come_while_we_wait_and_in_pieces(pipe: tuple[TextIO, int]) -> None:
    reader, writing = pipe
    rooms, _ = terminal(reader)
    cursor = (await rooms.hear(None, 0)).cursor
    os.write(writing, "!ré".encode()[:-1])
    assert (await rooms.hear(cursor, 0.05)).events == ()
    os.write(writing, b"\xa9cap\n!aide\n!\xc3")
    batch = await rooms.hear(cursor, 10)
    assert bodies(batch) == ["!récap", "!aide"]
    os.close(writing)
    assert bodies(await rooms.hear(batch.cursor, 10)) == ["!\ufffd"]
    assert rooms.ended.is_set()
    await rooms.close()


async def test_another_run_has_other_ids_and_hears_only_its_own_lines() -> None:
    before, _ = terminal("!aide\n")
    cursor = (await before.hear(None, 0)).cursor
    after, _ = terminal("!aide\n")
    (old,), (new,) = (await before.hear(None, 0)).events, (await after.hear(cursor, 0)).events
    assert old.event_id != new.event_id


async def test_one_transaction_is_shown_once_and_keeps_its_event() -> None:
    rooms, shown = terminal()
    first, again = await rooms.say(post("answer:1", "Bonjour")), await rooms.say(post("answer:1", "Bonjour"))
    assert first == again
    assert first.status is Status.ACCEPTED
    assert shown.getvalue() == "Bonjour\n"


async def test_rooms_are_named_and_others_are_not_shown() -> None:
    rooms, shown = terminal()
    await rooms.say(post("1", "À tout le monde", room="#reseau", person=""))
    await rooms.say(post("2", "À Bruno", person="@bruno:lisieres.example"))
    await rooms.say(post("3", "À une inconnue qui est toi", room=ALICE, person=""))
    await rooms.say(post("4", reaction="✓"))
    assert shown.getvalue() == "[#reseau] À tout le monde\nÀ une inconnue qui est toi\n✓\n"


async def test_a_poll_shows_its_options() -> None:
    rooms, shown = terminal()
    await rooms.say(post("1", poll=NativePoll("Quand ?", (("a", "mardi"), ("b", "jeudi")))))
    assert shown.getvalue() == "Quand ?\n  1. mardi\n  2. jeudi\n"
