"""The database: one writer at a time, many readers, and nothing that waits for a network inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from bot.store import driver

BUSY_SECONDS = 10.0


class Store:
    """The open database.  ``write`` gives the one writing transaction, ``read`` a consistent look."""

    def __init__(self, path: Path, *, synchronous: str = "full") -> None:
        self.path = path
        self.synchronous = synchronous
        # A pool of one connection queues our writers in order, instead of letting SQLite refuse them.
        self._writer = self._engine("IMMEDIATE", pool_size=1, cache=2000)
        self._reader = self._engine("DEFERRED", pool_size=2, cache=500)

    def _engine(self, begin: str, pool_size: int, cache: int) -> AsyncEngine:
        """``cache``: kilobytes of pages that each connection may keep; the system keeps them as well."""

        engine = create_async_engine(
            f"sqlite+aiosqlite:///{self.path}",
            connect_args={"async_creator_fn": driver.connect},
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=60,
            hide_parameters=True,  # else an error's text, which is logged, quotes whole mails
        )

        @event.listens_for(engine.sync_engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            # The driver's own transactions begin too late for read-modify-write (two readers, one update
            # lost): we begin them ourselves.
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in (
                f"busy_timeout={int(BUSY_SECONDS * 1000)}",
                "journal_mode=WAL",
                f"synchronous={self.synchronous}",
                "foreign_keys=ON",
                "secure_delete=ON",  # what is deleted or shortened is overwritten, not only let go of
                f"cache_size=-{cache}",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def begin_ourselves(connection: Any) -> None:
            adapted = connection.connection.dbapi_connection
            adapted.run_async(lambda raw: raw.begin(begin, BUSY_SECONDS))

        return engine

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """The writing transaction: committed at the end, rolled back if anything is raised."""
        async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent look; nothing may be written."""
        async with AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """The writing transaction as a bare connection, for bulk work."""
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[AsyncConnection]:
        """A connection outside any transaction, for what SQLite refuses inside one (VACUUM INTO)."""
        engine = create_async_engine(f"sqlite+aiosqlite:///{self.path}", isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Let go of every connection."""
        await self._reader.dispose()
        await self._writer.dispose()
