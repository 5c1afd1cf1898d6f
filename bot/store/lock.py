"""One instance at a time: a lock beside the database, which the system lets go of with its process."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from pathlib import Path
from types import TracebackType

from bot.errors import StoreError

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


class Lock:
    """The right to work on the database ``path``.  Kept in ``path``.lock, which stays when it is let go.

    Held for as long as the process lives or until ``release``; not even kill -9 leaves it behind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.name}.lock")
        self._file: int | None = None

    def take(self) -> bool:
        """Take it if nobody has it.  Raises OSError when the folder cannot be written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except BaseException:
            os.close(file)
            raise
        self._file = file
        return True

    async def wait(self, stop: asyncio.Event) -> bool:
        """Take it, as a standby for as long as somebody else has it; False if ``stop`` came first."""
        if self.take():
            return True
        log.warning("another instance works on this database: waiting as a standby")
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
            except TimeoutError:
                if self.take():
                    log.warning("the other instance has gone: taking over")
                    return True
        return False

    def release(self) -> None:
        """Let the next one have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Lock:
        """Take it at once, or raise StoreError."""
        if not self.take():
            raise StoreError("Navette tourne déjà sur cette base : arrêtez-la d'abord.")
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Let it go."""
        self.release()
