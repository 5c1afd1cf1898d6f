"""A terminal does what every Rooms does, as far as one person and one line after the other can."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.base import NativePoll
from bot.channels.terminal import TerminalRooms
from bot.clock import SystemClock
from tests.unit.play.rooms_contract import RoomsContract
from tests.unit.play.rooms_hall import ALICE, Seen

IN_ROOM = re.compile(r"\[(#\S+)\] ?")
OPTION = re.compile(r"  (\d+)\. (.*)")


class TerminalHall:
    """Alice's terminal: what she types is heard, what it shows is what she reads.  Nobody else is there."""

    abilities: frozenset[str] = frozenset()

    def __init__(self) -> None:
        reading, self.keyboard = os.pipe()
        self.reader = os.fdopen(reading)
        self.screen = io.StringIO()

    def rooms(self) -> TerminalRooms:
        return TerminalRooms(ALICE, self.reader, self.screen, SystemClock())

    async def address(self, room: str) -> str:
        return room

    async def does(self, sender: str, room: str, body: str, **more: Any) -> str:
        assert (sender, more) == (ALICE, {})
        os.write(self.keyboard, f"{body}\n".encode())
        return ""

    async def seen(self, reader: str) -> list[Seen]:
        if reader != ALICE:
            return []
        return [_seen(text) for text in _messages(self.screen.getvalue())]

    async def invites(self, sender: str, *, direct: bool = False) -> str:
        raise NotImplementedError

    async def sends_away(self, room: str) -> None:
        raise NotImplementedError

    def close(self) -> None:
        os.close(self.keyboard)
        self.reader.close()


def _messages(shown: str) -> list[str]:
    """What stands on the screen; options belong to the question above them."""
    messages: list[str] = []
    for line in shown.splitlines():
        if OPTION.match(line):
            messages[-1] += f"\n{line}"
        else:
            messages.append(line)
    return messages


def _seen(text: str) -> Seen:
    room = IN_ROOM.match(text)
    words, *options = (text[room.end() :] if room else text).splitlines()
    answers = tuple((found[1], found[2]) for found in map(OPTION.match, options) if found)
    edited = words.startswith("✎ ")
    return Seen(
        room[1] if room else "",
        "",
        words.removeprefix("✎ "),
        edits="above" if edited else None,
        reaction=words if words == "✓" else None,
        poll=NativePoll(words, answers) if answers else None,
    )


@pytest.fixture
def hall() -> Iterator[TerminalHall]:
    made = TerminalHall()
    yield made
    made.close()


class TestTerminal(RoomsContract):
    """What a terminal has no notion of is passed over."""
