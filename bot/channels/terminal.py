"""Chat in a terminal: one person and the bot, who hears what is typed and says its answers there."""

from __future__ import annotations

import asyncio
import codecs
import os
import secrets
from contextlib import suppress
from typing import TextIO

from bot.channels.base import EventKind, Outcome, Post, RoomBatch, RoomEvent, Status
from bot.clock import Clock

ROOM = "terminal"
CHUNK = 65536
GOES_ON = "\\"  # at the end of a line: the message goes on below


class TerminalRooms:
    """The Rooms of one ``person`` (their chat id), who types into ``reader`` and reads ``writer``.

    Everything typed is said to the bot alone.  Rooms are shown with their name; what the bot writes to
    others is not shown, as they would not see it either.  Cursors and event ids bear the run's own mark:
    what an earlier run heard never comes again, and no two runs share an id.
    """

    name = "terminal"

    def __init__(self, person: str, reader: TextIO, writer: TextIO, clock: Clock) -> None:
        self._person, self._reader, self._writer, self._clock = person, reader, writer, clock
        self._run = secrets.token_hex(6)
        self._heard: list[RoomEvent] = []
        self._said: set[str] = set()
        self._news = asyncio.Event()
        self._reading = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = self._message = ""
        self.ended = asyncio.Event()  # nothing more will be typed

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """What was typed after ``cursor``; waits up to ``timeout`` seconds for a line."""
        if not self._reading:
            self._begin_reading()
        start = self._position(cursor)
        if start == len(self._heard) and timeout > 0 and cursor is not None and not self.ended.is_set():
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), timeout)
        events = tuple(self._heard[start:])
        return RoomBatch(events, f"{self._run}:{start + len(events)}")

    async def say(self, post: Post) -> Outcome:
        """Show one thing, once for each transaction id."""
        if post.txn not in self._said:
            self._said.add(post.txn)
            text = self._shown(post)
            if text is not None:
                self._writer.write(f"{text}\n")
                self._writer.flush()
        return Outcome(Status.ACCEPTED, external_id=f"$terminal:{post.txn}")

    async def enter(self, room: str) -> None:
        """Nobody asks us into a terminal."""

    async def leave(self, room: str) -> None:
        """A terminal is left by its person."""

    async def reread(self, event: RoomEvent) -> RoomEvent | None:
        """What is typed is always readable."""
        return None

    async def attend(self, room: str, event_id: str, *, busy: bool) -> None:
        """The answer comes at once: there is nothing to show."""

    async def close(self) -> None:
        """Listen no more; the terminal itself is not ours to close."""
        with suppress(OSError, ValueError):
            asyncio.get_running_loop().remove_reader(self._reader.fileno())

    def _position(self, cursor: str | None) -> int:
        run, _, count = (cursor or "").partition(":")
        return int(count) if run == self._run else 0

    def _begin_reading(self) -> None:
        """Let the loop tell of what is typed.  A thread would keep the process until one more line came."""
        self._reading = True
        try:
            asyncio.get_running_loop().add_reader(self._reader.fileno(), self._read)
        except (OSError, ValueError):
            # A file, or no file at all: it never makes anybody wait.
            for line in self._reader:
                self._take(line)
            self._end()

    def _read(self) -> None:
        """Bytes have come; the reader's own buffer would hide that more lines wait in it."""
        data = os.read(self._reader.fileno(), CHUNK)
        *lines, self._rest = (self._rest + self._decoder.decode(data, final=not data)).split("\n")
        for line in lines:
            self._take(line)
        if not data:
            asyncio.get_running_loop().remove_reader(self._reader.fileno())
            self._take(self._rest)
            self._end()

    def _take(self, line: str) -> None:
        self._message += line.rstrip("\r\n")
        if self._message.endswith(GOES_ON):
            self._message = f"{self._message.removesuffix(GOES_ON).rstrip()}\n"
            return
        self._type(self._message)
        self._message = ""

    def _type(self, text: str) -> None:
        if text.strip():
            number = len(self._heard) + 1
            self._heard.append(
                RoomEvent(
                    f"$terminal:{self._run}:{number}",
                    ROOM,
                    self._person,
                    self._clock.now(),
                    EventKind.MESSAGE,
                    text.strip(),
                    direct=True,
                )
            )
        self._news.set()

    def _end(self) -> None:
        self._type(self._message)
        self.ended.set()
        self._news.set()

    def _shown(self, post: Post) -> str | None:
        """What the person sees of it, or None."""
        if post.person and post.person.casefold() != self._person.casefold():
            return None
        room = post.room if not post.person and post.room.casefold() != self._person.casefold() else ""
        text = f"{post.reaction}" if post.reaction else post.text
        if post.edits:
            text = f"✎ {text}"
        if post.poll is not None:
            options = (f"  {number}. {label}" for number, (_, label) in enumerate(post.poll.answers, 1))
            if any(label not in text for _, label in post.poll.answers):
                text = "\n".join([text or post.poll.question, *options])
        return f"[{room}] {text}" if room else text
