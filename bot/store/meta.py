"""Single values of the installation, by name."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.tables import Meta

BORN_AT = "born_at"  # nothing that fell due before is ours
EPOCH = "epoch"  # which life of the database this is: a restore begins a new one
HEARTBEAT = "heartbeat"  # when the service last said that it lives
CONNECTIONS = "connections"  # JSON: each channel, and why it is not connected
PROVEN_LISTS = "proven_lists"  # those whose server our own server has vouched for, one a line
RESTORED_AT = "restored_at"  # what was received before it, and is not here, may have been acted on
SCRUB = "scrub"  # somebody was erased: the file must be written anew, and the ledger brought up to date
ERASED_ELSEWHERE = "erased_elsewhere"  # marks of the ledger of whom this database never knew
RECAP_PLAN = "recap_plan"  # JSON: the recap's schedule as coordination set it since (bot/steering.py)
RESTORED = "restored"  # JSON: what coordination must hear of the restore; gone once it was told


async def get(session: AsyncSession, name: str) -> str | None:
    """The value, or None."""
    row = await session.get(Meta, name)
    return None if row is None else row.value


async def moment(session: AsyncSession, name: str) -> dt.datetime | None:
    """The value as a moment, or None."""
    value = await get(session, name)
    return None if value is None else dt.datetime.fromisoformat(value)


async def put(session: AsyncSession, name: str, value: str) -> None:
    """Set a value."""
    row = await session.get(Meta, name)
    if row is None:
        session.add(Meta(name=name, value=value))
    else:
        row.value = value


async def drop(session: AsyncSession, name: str) -> None:
    """Forget a value."""
    row = await session.get(Meta, name)
    if row is not None:
        await session.delete(row)
