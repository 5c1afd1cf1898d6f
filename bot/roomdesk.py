"""Sorts what happens in rooms: what only goes to the archive, what waits, what a person does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox, outbox, rooms, unreadable, visits
from bot.archive import chat
from bot.channels.base import EventKind, RoomEvent
from bot.router.declare import Capability, Context
from bot.store.tables import InboxRow, InboxState, OutboxRow, OutboxState
from bot.work import Work

# What people do that somebody may have to answer.
DEEDS = (
    EventKind.MESSAGE,
    EventKind.REACTION,
    EventKind.POLL_RESPONSE,
    EventKind.EDIT,
    EventKind.REDACTION,
)
RETRY = dt.timedelta(seconds=10)
MOST_LOOKS = 6  # at what may answer a thing whose event id is on its way
# An answer is not marked as being sent: see ``posting.py``.
LEAVING = (OutboxState.PENDING.value, OutboxState.SENDING.value)
TAKEN_BACK = "taken back before it was read"

Place = tuple[str, str]  # room and event id


async def taken_back(session: AsyncSession) -> frozenset[Place]:
    """What people took back, as far as we have not handled that yet."""
    rows = await session.scalars(
        select(InboxRow.raw)
        .where(InboxRow.kind == "room", InboxRow.state.in_(inbox.OPEN))
        .where(func.instr(InboxRow.raw, b'"redaction"') > 0)
    )
    events = [inbox.load_event(raw) for raw in rows if raw is not None]
    return frozenset(
        (event.room, event.replies_to)
        for event in events
        if event.kind is EventKind.REDACTION and event.replies_to
    )


class Roomdesk:
    """Ends what nobody needs to answer; lets through what a person does."""

    def __init__(self, capabilities: Collection[Capability]) -> None:
        self._joined = [run for capability in capabilities for run in capability.joined]

    async def sort(self, work: Work, row: InboxRow, event: RoomEvent, gone: Collection[Place] = ()) -> bool:
        """True when the row is ended or waits; False when a person did something that may want an answer.

        ``gone``: what was taken back meanwhile, which is never acted on.
        """
        if row.past:
            inbox.end(row, InboxState.ARCHIVED, "past", work.now)
        elif event.kind is EventKind.UNREADABLE:
            await unreadable.look(work, row, event)
        elif event.kind is EventKind.JOIN and event.person == event.sender == work.house.own_chat:
            await self._enter(work, row, event)
        elif event.sender == work.house.own_chat:
            inbox.end(row, InboxState.ARCHIVED, "from ourselves", work.now)
        elif event.kind not in DEEDS:
            inbox.end(row, InboxState.ARCHIVED, f"a {event.kind.value}", work.now)
        elif (event.room, event.event_id) in gone:
            inbox.end(row, InboxState.SUPERSEDED, TAKEN_BACK, work.now)
        elif await _answers_what_is_leaving(work, row, event):
            row.state, row.retry_at = InboxState.WAITING.value, work.now + RETRY
            row.attempts += 1
        else:
            return False
        return True

    async def _enter(self, work: Work, row: InboxRow, event: RoomEvent) -> None:
        """We are in a room now: whoever wants to greet it does so."""
        circle = await rooms.circle_of(work.session, work.settings, event.room)
        # A stranger's room that others are in as well is left again without a word.
        silent = not event.direct and await visits.is_one(work.session, event.room)
        if row.reason != inbox.ECHO and not silent:
            for run in self._joined:
                await run(work, event, circle)
        inbox.end(row, InboxState.APPLIED, "we entered", work.now)


async def _answers_what_is_leaving(work: Work, row: InboxRow, event: RoomEvent) -> bool:
    """Whether this may answer something of ours whose event id is not written down yet."""
    target = event.replies_to
    if target is None or event.kind is EventKind.EDIT or row.attempts >= MOST_LOOKS:
        return False
    leaving = await work.session.scalar(
        select(OutboxRow.id)
        .where(OutboxRow.channel == "room", OutboxRow.state.in_(LEAVING))
        .where(OutboxRow.prompt_id.is_not(None))
        .limit(1)
    )
    if leaving is None or await outbox.find_answered(work.session, [target]) is not None:
        return False
    return await work.session.scalar(select(InboxRow.id).where(InboxRow.origin_id == target).limit(1)) is None


async def keep(ctx: Context, *, answered: bool) -> None:
    """Give the archive what people say to each other, and what they do to it (``bot.archive.chat``)."""
    event = ctx.incoming.event
    if event is None:
        return
    if event.kind is EventKind.REDACTION:
        await chat.redact(ctx, event)
    elif answered or event.direct or not ctx.incoming.circle:
        return
    elif event.kind is EventKind.MESSAGE:
        await chat.keep(ctx, event, ctx.incoming.author, ctx.incoming.circle)
    elif event.kind is EventKind.REACTION:
        await chat.react(ctx, event, ctx.incoming.author, ctx.incoming.circle)
    elif event.kind is EventKind.EDIT:
        await chat.edit(ctx, event)
