"""The demo network's people in a database, as each test of the roster has them."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import resources, roster
from bot.roster.sync import sync
from bot.settings import Settings, load
from bot.store import lifecycle
from bot.store.base import Base
from bot.store.engine import Store

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The demo network, without its map."""
    demo = load(resources.config() / "demo.toml")
    plain = {"town": "", "paid_years": [], "due_years": []}
    places = {key: one.model_copy(update=plain) for key, one in demo.places.items()}
    return demo.model_copy(update={"territories": {}, "places": places})


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A database that knows the people of the settings."""
    path = tmp_path_factory.mktemp("roster") / "navette.sqlite3"

    async def make() -> None:
        made = Store(path, synchronous="off")
        await lifecycle.prepare(made, NOW)
        async with made.write() as session:
            await sync(session, settings, roster.entries(settings), NOW)
        await made.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def store(tmp_path: Path, model: Path) -> AsyncIterator[Store]:
    """A database of the test's own that knows the people of the settings."""
    path = tmp_path / "navette.sqlite3"
    shutil.copy(model, path)
    made = Store(path, synchronous="off")
    yield made
    await made.close()


@pytest.fixture
def rows(store: Store) -> Callable[..., Any]:
    """``await rows(Table, *conditions)``: the rows of a table."""

    async def read(table: type[Base], *conditions: Any) -> list[Any]:
        async with store.read() as session:
            return list(await session.scalars(select(table).where(*conditions)))

    return read


@pytest.fixture
def dump() -> Callable[[Path], str]:
    """``dump(path)``: all that a database holds, as one short text."""

    def read(path: Path) -> str:
        with closing(sqlite3.connect(path)) as connection:
            return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()

    return read
