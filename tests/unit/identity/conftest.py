from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import lifecycle
from bot.store.engine import Store

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A database without anybody in it."""
    made = Store(tmp_path / "navette.sqlite3", synchronous="off")
    await lifecycle.prepare(made, NOW)
    yield made
    await made.close()
