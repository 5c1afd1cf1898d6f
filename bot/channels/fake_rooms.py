"""Rooms in memory, which can be told to fail as real ones do."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.channels.base import (
    EventKind,
    Invite,
    NativePoll,
    Outcome,
    Post,
    RoomBatch,
    RoomEvent,
    RoomNews,
    RoomStanding,
    Status,
)
from bot.clock import Clock
from bot.errors import ChannelError

ME = "@navette:lisieres.example"


@dataclass(frozen=True)
class Said:
    """One thing that the bot said.  ``room`` is ``dm:`` and a chat id in a direct message."""

    at: dt.datetime
    event_id: str
    room: str
    post: Post


@dataclass(frozen=True)
class _Keys:
    """Keys came."""


def direct_room(person: str) -> str:
    """The room of the direct messages with a person (their chat id)."""
    return f"dm:{person}"


class FakeRooms:
    """Rooms: what people do comes in by ``happen``, what the bot says is handed to ``told``.

    A room is there as soon as it is named; ``tell`` says more of it.
    """

    def __init__(self, clock: Clock, told: Callable[[Said], None] = lambda _: None) -> None:
        self.clock = clock
        self.said: list[Said] = []
        self.attended: list[tuple[str, str, bool]] = []  # room, event, busy
        self.barred: set[str] = set()  # rooms whose door does not open for now
        self._told = told
        self._log: list[RoomEvent | RoomNews | _Keys] = []
        self._late: list[RoomEvent] | None = None
        self._sealing = False
        self._sealed: dict[str, RoomEvent] = {}  # as they would read
        self._readable: dict[str, RoomEvent] = {}
        self._invites: dict[str, Invite] = {}
        self._invited = False  # since the last look
        self._gone: set[str] = set()
        self._by_txn: dict[str, Said] = {}
        self._count = 0
        self._limited = self._lost = self._burst = 0
        self._lost_kept = False
        self._waiting: list[asyncio.Event] = []

    @property
    def name(self) -> str:
        """How the cursor knows it."""
        return f"fake:{ME}"

    def happen(
        self,
        kind: EventKind,
        room: str,
        sender: str,
        body: str = "",
        *,
        replies_to: str | None = None,
        thread: str | None = None,
        choices: tuple[str, ...] = (),
        direct: bool = False,
        mention: bool = False,
        person: str = "",
        poll: NativePoll | None = None,
    ) -> RoomEvent:
        """Let somebody do something; the event that the bot will hear of."""
        event = RoomEvent(
            self._new_id(),
            room,
            sender,
            self.clock.now(),
            kind,
            body,
            replies_to,
            thread,
            choices,
            direct,
            mention,
            person,
            poll,
        )
        if self._sealing:
            self._sealed[event.event_id] = event
            sealed = {"event_id": event.event_id, "type": "sealed"}
            event = RoomEvent(
                event.event_id, room, sender, event.at, EventKind.UNREADABLE, direct=direct, sealed=sealed
            )
        if self._late is not None:
            self._late.append(event)
        else:
            self._add(event)
        return event

    def hold(self) -> None:
        """What happens now is heard later only: a slow server."""
        self._late = self._late or []

    def release(self) -> None:
        """Let what was held be heard."""
        late, self._late = self._late or [], None
        self._add(*late)

    def seal(self) -> None:
        """What happens now cannot be read."""
        self._sealing = True

    def give_keys(self) -> None:
        """What could not be read can be; so can what happens from now on."""
        self._readable.update(self._sealed)
        self._sealed, self._sealing = {}, False
        self._add(_Keys())

    def cut(self, size: int) -> None:
        """One look brings at most ``size`` events: bursts come in several.  0: all of them."""
        self._burst = size

    def limit(self, times: int = 1) -> None:
        """Refuse the next ``times`` posts for being too many."""
        self._limited = times

    def lose(self, times: int = 1, *, kept: bool = False) -> None:
        """Lose the next ``times`` posts; when ``kept``, only the answer is lost."""
        self._lost, self._lost_kept = times, kept

    def tell(self, news: RoomNews) -> None:
        """Let the bot hear how a room stands."""
        self._add(news)

    def expel(self, room: str, *, told: bool = True) -> None:
        """Nothing can be said in a room any more; not ``told``: the bot finds out when it tries."""
        self._gone.add(room)
        if told:
            self.tell(RoomNews(room, RoomStanding.LEFT))

    def upgrade(self, room: str, successor: str) -> None:
        """A room goes on in another one, which takes its addresses over."""
        before = self._news_of(room)
        self.tell(replace(before, names=(), standing=RoomStanding.REPLACED, successor=successor))
        self.tell(replace(before, room=successor, standing=RoomStanding.JOINED))
        self._gone.add(room)

    def invite(self, room: str, sender: str, *, direct: bool = False) -> None:
        """Somebody asks the bot in.  For a direct message the room is ``direct_room(sender)``."""
        self._invites[room] = Invite(room, sender, direct)
        self._invited = True
        self._wake()

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """What happened after ``cursor``; waits up to ``timeout`` seconds for something."""
        if cursor is None:
            return self._batch(0, len(self._log), first=True)
        known = int(cursor)
        if known >= len(self._log) and not self._invited and timeout > 0:
            await self._change(timeout)
        end = len(self._log)
        if self._burst:
            places = [at for at in range(known, end) if isinstance(self._log[at], RoomEvent)]
            end = places[self._burst] if len(places) > self._burst else end
        return self._batch(known, end)

    async def say(self, post: Post) -> Outcome:
        """Say one thing, once for each transaction id.  Raises ChannelError when told to."""
        if self._limited:
            self._limited -= 1
            raise ChannelError("fake: too many requests")
        if self._lost:
            self._lost -= 1
            if self._lost_kept:
                self._keep(post)
            raise ChannelError("fake: the answer was lost")
        if post.txn not in self._by_txn and self._room_of(post) in self._gone:
            return Outcome(Status.REFUSED, "fake: we are not in this room")
        return Outcome(Status.ACCEPTED, external_id=self._keep(post).event_id)

    async def enter(self, room: str) -> None:
        """Accept an invitation.  Raises ChannelError when there is none, or the room is barred."""
        invite = self._invites.get(room)
        if invite is None or room in self.barred:
            raise ChannelError(f"fake: {room} does not let us in")
        del self._invites[room]
        self._gone.discard(room)
        self.tell(RoomNews(room, RoomStanding.JOINED, person=invite.sender if invite.direct else ""))
        joined = RoomEvent(
            self._new_id(), room, ME, self.clock.now(), EventKind.JOIN, direct=invite.direct, person=ME
        )
        self._add(joined)

    async def leave(self, room: str) -> None:
        """Leave a room, or decline an invitation.  Raises ChannelError when the room is barred."""
        if room in self.barred:
            raise ChannelError(f"fake: {room} does not answer")
        if self._invites.pop(room, None) is None:
            self.expel(room)

    async def reread(self, event: RoomEvent) -> RoomEvent | None:
        """An unreadable event as it reads with the keys that were given; None without them."""
        return self._readable.get(event.event_id)

    async def attend(self, room: str, event_id: str, *, busy: bool) -> None:
        """Show that we have read up to an event, and are busy with it or no more."""
        self.attended.append((room, event_id, busy))

    async def close(self) -> None:
        """Nothing to let go of."""

    def last_said(self, room: str, *, poll: bool = False) -> Said | None:
        """The bot's last message in a room (or its last native poll), edits and reactions left out."""
        return next(
            (
                one
                for one in reversed(self.said)
                if one.room == room
                and one.post.reaction is None
                and one.post.edits is None
                and (one.post.poll is not None or not poll)
            ),
            None,
        )

    def _batch(self, start: int, end: int, *, first: bool = False) -> RoomBatch:
        self._invited = False
        heard = self._log[start:end]
        return RoomBatch(
            tuple(one for one in heard if isinstance(one, RoomEvent)),
            str(end),
            first=first,
            rooms=tuple(one for one in heard if isinstance(one, RoomNews)),
            invites=tuple(self._invites.values()),
            keys=any(isinstance(one, _Keys) for one in heard),
        )

    def _news_of(self, room: str) -> RoomNews:
        told = (one for one in reversed(self._log) if isinstance(one, RoomNews) and one.room == room)
        return next(told, RoomNews(room, RoomStanding.JOINED))

    def _room_of(self, post: Post) -> str:
        if post.person:
            return direct_room(post.person)
        named = [one.room for one in self._log if isinstance(one, RoomNews) and post.room in one.names]
        return named[-1] if named else post.room

    def _keep(self, post: Post) -> Said:
        there = self._by_txn.get(post.txn)
        if there is not None:
            return there
        said = Said(self.clock.now(), self._new_id(), self._room_of(post), post)
        self._by_txn[post.txn] = said
        self.said.append(said)
        self._told(said)
        return said

    def _new_id(self) -> str:
        self._count += 1
        return f"$event{self._count}"

    def _add(self, *heard: RoomEvent | RoomNews | _Keys) -> None:
        self._log.extend(heard)
        self._wake()

    def _wake(self) -> None:
        for waiting in self._waiting:
            waiting.set()

    async def _change(self, timeout: float) -> None:
        event = asyncio.Event()
        self._waiting.append(event)
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._waiting.remove(event)
