"""The service in a process of its own, on a clock that the test can move.

It serves as ``navette run`` does, but looks at the clock ten times a second.  Each process is forked from
one that has read the program already: a start takes a tenth of a second instead of one.
"""

from __future__ import annotations

import asyncio
import ctypes
import datetime as dt
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import handlers.digest
import handlers.gates
import handlers.help  # noqa: F401 - read before the fork
from bot.app import App
from bot.live import log, service
from bot.live.connect import connect
from bot.settings import Settings, load
from bot.store.lock import Lock

TICK_SECONDS = 0.1
PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True)
class AheadClock:
    """The machine's clock, moved by what ``path`` says at that moment."""

    path: Path

    def now(self) -> dt.datetime:
        """The present moment."""
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(self.path.read_text()))


async def serve(settings: Settings, clock: AheadClock) -> None:
    """Until SIGTERM kills us: ends in good order are tested elsewhere."""
    lock = Lock(settings.store.path)
    await lock.wait(asyncio.Event())
    app = App(settings, clock, connect(settings))
    await service.Service(app, asyncio.Event(), TICK_SECONDS).live()


def main(settings_file: Path, clock_file: Path, log_file: Path, failpoints: str) -> None:
    """The process, from its first line: it ends with the one that it was forked from."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["NAVETTE_FAILPOINTS"] = failpoints
    with log_file.open("a") as stream:
        log.set_up(stream)
        asyncio.run(serve(load(settings_file), AheadClock(clock_file)))
