"""A house whose limits are set by the test, and mails with the headers of machines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.mail.compose import compose
from tests.house import House

OURS = "navette@lisieres.example"


class Town(House):
    """The demo's house, where mails arrive with any header."""

    async def arrives(
        self,
        author: str,
        text: str = "!aide",
        *,
        to: str = OURS,
        envelope: str | None = None,
        genuine: bool = True,
        settles: bool = True,
        **headers: str,
    ) -> None:
        """A mail as a server brings it; a header is named as an argument (``Auto_Submitted``)."""
        self._letters += 1
        raw = compose(
            sender=("", author),
            recipient=to,
            subject=headers.pop("Subject", "Bonjour"),
            message_id=f"<arrives.{self._letters}@{author.rpartition('@')[2]}>",
            date=self.clock.now(),
            text=text,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        self.network.post(raw, to, author if envelope is None else envelope, genuine=genuine)
        if settles:
            await self.settle()


@pytest_asyncio.fixture
async def open_town(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Town]]]:
    """``await open_town(answers_per_hour=2, …)``: the demo's gates, these excepted."""
    towns: list[Town] = []

    async def make(**gates: Any) -> Town:
        folder = tmp_path / str(len(towns))
        folder.mkdir()
        towns.append(Town(folder, recap=False, **gates))
        await towns[-1].open()
        return towns[-1]

    yield make
    for town in towns:
        await town.kill()
