"""What was done in rooms to what others said there, and the events themselves, as the inbox has them.

Marks and rewordings are acts: they name two events and hold no words.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.channels.base import RoomEvent
from bot.store.archive_tables import Message
from bot.store.tables import Act, InboxRow, InboxState

MARK, REWORDED = "mark", "reword"  # kinds of acts; a mark's names its sign


async def heard(session: AsyncSession, event_id: str | None, room: str) -> RoomEvent | None:
    """An event as we received it in this room, while its words are there."""
    row = await row_of(session, event_id)
    event = None if row is None or row.raw is None else inbox.load_event(row.raw)
    return event if event is not None and event.room == room else None


async def row_of(session: AsyncSession, event_id: str | None) -> InboxRow | None:
    """The row by which an event came in."""
    found: InboxRow | None = await session.scalar(
        select(InboxRow)
        .where(InboxRow.origin_id == event_id, InboxRow.kind == "room")
        .order_by(InboxRow.id)
        .limit(1)
    )
    return found


async def archived(session: AsyncSession, event_id: str) -> Message | None:
    """The message of the archive that an event became."""
    found: Message | None = await session.scalar(select(Message).where(Message.message_id == event_id))
    return found


async def marks(session: AsyncSession, event_id: str) -> list[Act]:
    """The marks that are on a message."""
    rows = await session.scalars(
        select(Act).where(Act.origin_id == event_id, Act.action.startswith(f"{MARK} "))
    )
    return list(rows)


async def acts(session: AsyncSession, action: str, event_id: str) -> list[Act]:
    """What was done of this kind to a message."""
    rows = await session.scalars(select(Act).where(Act.origin_id == event_id, Act.action == action))
    return list(rows)


async def act_on(session: AsyncSession, event: RoomEvent, action: str, event_id: str) -> None:
    """Write down, once, what an event did to another."""
    row = await row_of(session, event.event_id)
    if row is None:
        raise LookupError(f"{event.event_id} did not come in by the inbox")
    there = await session.scalar(
        select(Act.id).where(Act.author == event.sender, Act.origin_id == event_id, Act.action == action)
    )
    if there is None:
        session.add(
            Act(
                author=event.sender,
                origin_id=event_id,
                action=action,
                content_hash=row.raw_hash,
                inbox_id=row.id,
            )
        )
        await session.flush()


def forget_words(row: InboxRow) -> None:
    """Let go of the bytes of a row, if it has ended: an open one still needs them."""
    if row.state not in (*inbox.OPEN, InboxState.HELD.value):
        row.raw = None
