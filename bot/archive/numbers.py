"""The numbers of messages and exchanges: never used again, though SQLite would.

The recap knows by number what it told and which exchange an item is of; SQLite gives the highest number
again once its row is gone.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import meta
from bot.store.archive_tables import Message, Thread

Table = type[Message] | type[Thread]


async def last(session: AsyncSession, table: Table) -> int:
    """The highest number that was ever given, in the transaction that gives the next ones."""
    highest = await session.scalar(select(func.max(table.id))) or 0
    retired = await meta.get(session, _name(table))
    return max(highest, int(retired or 0))


async def retire(session: AsyncSession, table: Table, number: int) -> None:
    """Remember that this number was given, though its row is gone."""
    retired = await meta.get(session, _name(table))
    if number > int(retired or 0):
        await meta.put(session, _name(table), str(number))


def _name(table: Table) -> str:
    return f"retired.{table.__tablename__}"
