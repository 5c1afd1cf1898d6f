"""The sender of posts: one queue a room, each in its order, none waiting for another."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence

from sqlalchemy import select, update

from bot import claims, failpoints
from bot.burial import bury
from bot.channels.base import Outcome, Rooms, Status
from bot.claims import Claim
from bot.clock import Clock
from bot.composing import Composer
from bot.errors import ChannelError
from bot.outbox import note
from bot.store.engine import Store
from bot.store.failures import is_of_store
from bot.store.tables import OutboxRow, OutboxState
from bot.work import House, Work

log = logging.getLogger(__name__)

# Saying something again is safe, and somebody may be waiting: sooner than for mail, for about two days.
BACKOFF = tuple(dt.timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900))
MOST_ATTEMPTS = 200


class Posting:
    """Takes the outbox's posts to their rooms.

    Nothing is written before an answer is said: if we die meanwhile it is said again, with the same
    transaction id, which gives the same event.
    """

    def __init__(
        self, house: House, store: Store, clock: Clock, composer: Composer, rooms: Rooms | None
    ) -> None:
        self.house, self.store, self.clock = house, store, clock
        self.composer, self.rooms = composer, rooms
        self.stopping = False
        self._queues: dict[str, asyncio.Task[int]] = {}

    async def recover(self) -> None:
        """After a crash: what was being said is pending again."""
        async with self.store.write() as session:
            await session.execute(
                update(OutboxRow)
                .where(OutboxRow.state == OutboxState.SENDING.value, OutboxRow.channel == "room")
                .where(OutboxRow.recipient.not_in(list(self._queues)))
                .values(state=OutboxState.PENDING.value)
            )

    async def step(self) -> int:
        """Say all that may be said now; returns how many rows moved."""
        moved = 0
        while await self.begin():
            moved += sum(await asyncio.gather(*self._queues.values()))
            self._reap()
        return moved

    async def begin(self) -> int:
        """Start a queue for each room that has something to say and none yet; how many are at work.

        Raises what ended a queue: the database failed it.
        """
        self._reap()
        if self.rooms is None or self.stopping:
            return len(self._queues)
        for room, group in (await self._ready()).items():
            self._queues[room] = asyncio.create_task(self._speak(self.rooms, room, group))
        return len(self._queues)

    async def rest(self, bell: asyncio.Event) -> None:
        """Wait until ``bell`` rings, or a queue ended."""
        ringing = asyncio.create_task(bell.wait())
        try:
            await asyncio.wait({ringing, *self._queues.values()}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ringing.cancel()

    async def finish(self) -> None:
        """Let what is being said come to its end, and begin nothing more."""
        self.stopping = True
        await asyncio.gather(*self._queues.values(), return_exceptions=True)

    def _reap(self) -> None:
        ended = [room for room, task in self._queues.items() if task.done()]
        failed = [task.exception() for room in ended if (task := self._queues.pop(room))]
        for error in failed:
            if error is not None:
                raise error

    async def _ready(self) -> dict[str, list[Claim]]:
        """What may be said now, by room."""
        now, busy = self.clock.now(), list(self._queues)
        async with self.store.read() as session:
            # Somebody may be waiting for these: the fewest steps.
            plain = await claims.glance(Work(self.house, session, now), busy)
            if plain:
                return _by_room(plain)
            if plain is not None and not await claims.anything(session, now, "room"):
                return {}
        async with self.store.write() as session:
            work = Work(self.house, session, now)
            await claims.put_aside(work)
            return await self._claim(work, busy=busy)

    async def _claim(
        self, work: Work, *, busy: Sequence[str] = (), room: str | None = None
    ) -> dict[str, list[Claim]]:
        claimed = await claims.claim_posts(work, busy, room)
        await work.session.flush()
        for one in claimed:
            work.session.expunge(one.row)
        return _by_room(claimed)

    async def _speak(self, rooms: Rooms, room: str, group: list[Claim]) -> int:
        """Say one room's rows until none is left; how many."""
        moved = 0
        while group:
            failpoints.hit("posting.claimed")
            outcomes = await self._say_in_order(rooms, group)
            moved += len(outcomes)
            failpoints.hit("posting.said")
            group = await self._mark(room, group, outcomes)
            failpoints.hit("posting.marked")
        return moved

    async def _say_in_order(self, rooms: Rooms, group: Sequence[Claim]) -> list[Outcome]:
        """One outcome each, up to the first that must be tried again: what is behind it waits."""
        outcomes: list[Outcome] = []
        for one in group:
            outcome = await self._say(rooms, one)
            outcomes.append(outcome)
            if outcome.status is Status.LATER or self.stopping:
                break
        return outcomes

    async def _say(self, rooms: Rooms, one: Claim) -> Outcome:
        try:
            outcome = await rooms.say(await self.composer.post(one))
        except ChannelError as error:
            return Outcome(Status.LATER, str(error))
        except Exception as error:
            if is_of_store(error):
                raise
            # Whatever is wrong with one message must not hold back those behind it.
            log.exception("outbox %s cannot be said", one.row.id)
            return Outcome(Status.REFUSED, f"it cannot be said: {type(error).__name__}: {error}")
        failpoints.hit("posting.accepted")
        return outcome

    async def _mark(self, room: str, group: Sequence[Claim], outcomes: Sequence[Outcome]) -> list[Claim]:
        """Write down what became of a group; the room's next, in the same transaction."""
        async with self.store.write() as session:
            work = Work(self.house, session, self.clock.now())
            found = await session.scalars(
                select(OutboxRow).where(OutboxRow.id.in_([one.row.id for one in group]))
            )
            rows = {row.id: row for row in found}
            for one, outcome in zip(group, outcomes, strict=False):
                await self._mark_one(work, rows[one.row.id], outcome)
            for one in group[len(outcomes) :]:
                rows[one.row.id].state = OutboxState.PENDING.value
            await session.flush()
            failpoints.hit("posting.before_marked")
            if self.stopping or any(outcome.status is Status.LATER for outcome in outcomes):
                return []
            return (await self._claim(work, room=room)).get(room, [])

    async def _mark_one(self, work: Work, row: OutboxRow, outcome: Outcome) -> None:
        row.attempts += row.state != OutboxState.SENDING.value
        if outcome.status is Status.ACCEPTED:
            note(row, outcome.detail)
            row.state, row.sent_at, row.external_id = OutboxState.SENT.value, work.now, outcome.external_id
        elif outcome.status is Status.REFUSED or row.attempts >= MOST_ATTEMPTS:
            await bury(work, row, outcome.detail)
        else:
            note(row, outcome.detail)
            row.state = OutboxState.PENDING.value
            row.not_before = work.now + BACKOFF[min(row.attempts, len(BACKOFF)) - 1]


def _by_room(claimed: Sequence[Claim]) -> dict[str, list[Claim]]:
    rooms: dict[str, list[Claim]] = {}
    for one in claimed:
        rooms.setdefault(one.row.recipient, []).append(one)
    return rooms
