from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.engine import Store

NOW = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)


@pytest.fixture
def now() -> dt.datetime:
    """A Monday morning."""
    return NOW


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A database that does not exist yet."""
    made = Store(tmp_path / "navette.sqlite3", synchronous="off")
    yield made
    await made.close()
