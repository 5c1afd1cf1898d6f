"""A house whose gates are set by the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.house import House


@pytest_asyncio.fixture
async def open_house(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[House]]]:
    """``await open_house(shadow=True, …)``: the demo's gates are open, these excepted."""
    houses: list[House] = []

    async def make(**gates: Any) -> House:
        folder = tmp_path / str(len(houses))
        folder.mkdir()
        houses.append(House(folder, **gates))
        await houses[-1].open()
        return houses[-1]

    yield make
    for house in houses:
        await house.kill()
