"""A database's life: created or brought up to date at start, one instance at a time, copied, put back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from bot.store import search
from bot.store.base import Base
from bot.store.engine import Store
from bot.store.tables import Meta


async def prepare(store: Store, now: dt.datetime) -> None:
    """Create what is missing and note when we were born."""
    store.path.parent.mkdir(parents=True, exist_ok=True)
    async with store.connection() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(text(search.CREATE))
    async with store.write() as session:
        if await session.get(Meta, "born_at") is None:
            session.add(Meta(name="born_at", value=now.isoformat()))
