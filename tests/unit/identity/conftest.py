from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import lifecycle
from bot.store.engine import Store

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without anybody in it, made once: each test has a copy."""
    path = tmp_path_factory.mktemp("identity") / "navette.sqlite3"

    async def make() -> None:
        store = Store(path, synchronous="off")
        await lifecycle.prepare(store, NOW)
        async with store.outside() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[Store]:
    """A database without anybody in it."""
    shutil.copy(empty_database, tmp_path / "navette.sqlite3")
    made = Store(tmp_path / "navette.sqlite3", synchronous="off")
    yield made
    await made.close()
