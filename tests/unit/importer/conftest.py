from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.clock import SetClock
from bot.importing import importer
from bot.importing.files import find
from bot.importing.importer import Importer, Tally
from bot.settings import Settings, load
from bot.store.engine import Store
from tests.unit.importer.build import NOW

SETTINGS = """
[bot]
address = "navette@lisieres.example"
[store]
path = "navette.sqlite3"
synchronous = "off"
[lists.reseau]
address = "reseau@listes.lisieres.example"
circle = "reseau"
tag = "[reseau]"
[circles.reseau]
name = "Tout le réseau"
[circles.archives]
name = "Vieux papiers"
[[people.members]]
key = "alice"
name = "Alice Rovère"
addresses = ["alice@lisieres.example"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file; its database does not exist yet."""
    path = tmp_path / "navette.toml"
    path.write_text(SETTINGS, "utf-8")
    return path


@pytest.fixture
def settings(config: Path) -> Settings:
    """What the file says."""
    return load(config)


@pytest_asyncio.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """The prepared database."""
    made = Store(settings.store.path, synchronous="off")
    await importer.prepare(made, settings, SetClock(NOW))
    yield made
    await made.close()


@pytest.fixture
def bring(store: Store, settings: Settings) -> Callable[..., Awaitable[Tally]]:
    """Imports a path into the store."""

    async def run(path: Path, everything_to: str | None = None) -> Tally:
        reader = importer.reader_of(settings, SetClock(NOW), everything_to)
        return await Importer(store, reader).run(find(path))

    return run
