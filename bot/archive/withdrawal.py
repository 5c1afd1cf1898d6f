"""Messages of the archive that are taken back, or reworded, with all that was derived from them."""

from __future__ import annotations

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.archive import numbers
from bot.store import search
from bot.store.archive_tables import Mention, Message, Thread

FORGET = text("DELETE FROM search_index WHERE source = 'message' AND ref = :number")


async def withdraw(session: AsyncSession, message: Message) -> None:
    """Take a message out of the archive and its index; an exchange that loses its last one goes too."""
    await session.execute(FORGET, {"number": message.id})
    await session.delete(message)
    await numbers.retire(session, Message, message.id)
    await session.flush()
    left = await session.scalars(
        select(Message).where(Message.thread_id == message.thread_id).order_by(Message.at, Message.id)
    )
    await _shrink(session, message, list(left))


async def index_again(session: AsyncSession, message: Message) -> None:
    """Let a message be found by the words that it has now, and its exchange be called by them."""
    await session.execute(FORGET, {"number": message.id})
    entry = search.Entry(
        "message", message.id, message.circle, message.subject, message.text, message.author_name
    )
    await search.index(session, entry)
    first = await session.scalar(
        select(Message)
        .where(Message.thread_id == message.thread_id)
        .order_by(Message.at, Message.id)
        .limit(1)
    )
    thread = await session.get_one(Thread, message.thread_id)
    thread.revision += 1
    if first is message:
        thread.subject = message.subject
    await session.flush()


async def _shrink(session: AsyncSession, gone: Message, left: list[Message]) -> None:
    """Make an exchange what its remaining messages make of it."""
    thread = await session.get_one(Thread, gone.thread_id)
    if not left:
        await session.execute(delete(Mention).where(Mention.thread_id == thread.id))
        await session.delete(thread)
        await numbers.retire(session, Thread, thread.id)
        await session.flush()
        return
    thread.revision += 1
    thread.subject, thread.started_at, thread.last_at = left[0].subject, left[0].at, left[-1].at
    # Who answers what is gone still answers in this exchange.
    await session.merge(Mention(message_id=gone.message_id, thread_id=thread.id))
    await session.flush()
