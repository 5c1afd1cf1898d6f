"""The service in a process of its own, on a clock that the test can move.

``python -m tests.crash.driver SETTINGS CLOCK`` serves as ``navette run`` does, but looks at the clock ten
times a second; CLOCK is a file with the seconds that its clock is ahead of the machine's.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

from bot import log, service
from bot.app import App
from bot.connect import connect
from bot.settings import Settings, load
from bot.store.lock import Lock

TICK_SECONDS = 0.1


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


if __name__ == "__main__":
    settings_file, clock_file = (Path(word) for word in sys.argv[1:])
    log.set_up(sys.stderr)
    asyncio.run(serve(load(settings_file), AheadClock(clock_file)))
