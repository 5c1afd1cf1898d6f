"""What the service does again and again, whatever goes wrong: one loop a task."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.errors import ChannelError, LoginRefused
from bot.store.failures import is_of_store

log = logging.getLogger(__name__)

BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)  # seconds, after errors that are not a server's


@dataclass
class Troubles:
    """What does not work at the moment and coordination must hear of: the database, passwords."""

    clock: Clock
    since: dt.datetime | None = None  # the database: since when, and why
    detail: str = ""
    refused: dict[str, str] = field(default_factory=dict)  # a channel, and what its server said
    given_up: set[str] = field(default_factory=set)  # channels that were refused: coordination knows
    away: dict[str, dt.datetime] = field(default_factory=dict)  # channels without their server: since when
    _without_store: set[str] = field(default_factory=set)

    def store_failed(self, who: str, error: Exception) -> None:
        """``who`` could not use the database."""
        self.detail = str(getattr(error, "orig", None) or error)
        log.error("%s: the database cannot be used for now: %s", who, self.detail)
        self.since = self.since or self.clock.now()
        self._without_store.add(who)

    def store_works(self, who: str) -> None:
        """``who`` used the database."""
        self._without_store.discard(who)

    def give_up(self, channel: str, detail: str) -> None:
        """Its server refuses our password: only a person can help."""
        self.refused[channel] = detail
        self.given_up.add(channel)

    def notice_absence(self, problems: Mapping[str, str]) -> None:
        """Note since when channels are without their server; ``problems``: as ``Connections`` has them."""
        now = self.clock.now()
        missed = {name for name, problem in problems.items() if problem} - self.given_up
        self.away = {name: self.away.get(name, now) for name in missed}

    @property
    def over(self) -> bool:
        """Whether the database failed, and works again for everybody."""
        return self.since is not None and not self._without_store


@dataclass
class Loop:
    """``turn`` does what there is to do, ``rest`` waits for more.  Nothing ends it but ``stop``.

    ``pause_after`` notes a channel's failure and gives the seconds to the next try; a refused password
    ends the loop, since trying again would lock the account.
    """

    name: str
    turn: Callable[[], Awaitable[object]]
    rest: Callable[[], Awaitable[object]]
    troubles: Troubles
    stop: asyncio.Event
    pause_after: Callable[[ChannelError], Awaitable[float]] | None = None
    _failures: int = 0

    async def run(self) -> None:
        """Go on until ``stop`` is set."""
        while not self.stop.is_set():
            try:
                await self.turn()
                self.troubles.store_works(self.name)
                self._failures = 0
                await self.rest()
            except Exception as error:  # noqa: BLE001 - a defect in one loop must not end the service
                pause = await self._after(error)
                if pause is None:
                    return
                await until(self.stop, jittered(pause))

    async def _after(self, error: Exception) -> float | None:
        """Seconds to wait; None when only a person can help."""
        if isinstance(error, ChannelError) and self.pause_after is not None:
            pause = await self.pause_after(error)
            if isinstance(error, LoginRefused):
                self.troubles.give_up(self.name, str(error))
                return None
            return pause
        self._failures += 1
        if is_of_store(error):
            self.troubles.store_failed(self.name, error)
        else:
            log.error("%s failed, and goes on", self.name, exc_info=error)
        return BACKOFF[min(self._failures, len(BACKOFF)) - 1]


async def until(stop: asyncio.Event, seconds: float) -> bool:
    """Wait for ``stop``, at most so long; whether it came."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True


def jittered(seconds: float) -> float:
    """About as long: many who lost one server must not come back to it at one moment."""
    return seconds * secrets.SystemRandom().uniform(0.8, 1.2)
