"""Navette as an administrator runs it: its own commands, on the settings of the demo."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.demo_matrix.town import PASSWORD
from tests.servers.wait import until

_PROGRAM = "import sys; from bot.cli import main; sys.exit(main())"
_READY, _PATIENCE = "ready (prête)", 60  # seconds


class Navette:
    """The commands with ``config``, and the service once it was started."""

    def __init__(self, config: Path) -> None:
        self._config, self.log = config, config.parents[1] / "navette.log"
        self._service: asyncio.subprocess.Process | None = None

    async def command(self, *words: str) -> str:
        """Run one command and return what it wrote.  Raises RuntimeError when it fails."""
        process = await self._begin(*words, output=asyncio.subprocess.PIPE)
        written, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"navette {words[0]}: {written.decode()}")
        return written.decode()

    async def start(self) -> None:
        """Start the service; it is ready when this returns.  Raises RuntimeError when it ended instead."""
        with self.log.open("wb") as output:
            self._service = await self._begin("run", output=output.fileno())
        await until(lambda: _READY in self.written() or self.ended, _PATIENCE, "Navette")
        if self.ended:
            raise RuntimeError(self.written())

    @property
    def ended(self) -> bool:
        """Whether the service does not run, or no more."""
        return self._service is None or self._service.returncode is not None

    async def wait(self) -> None:
        """Return when the service ends."""
        if self._service is not None:
            await self._service.wait()

    async def stop(self) -> None:
        """End the service in good order."""
        if self._service is not None and not self.ended:
            self._service.send_signal(signal.SIGTERM)
            await self._service.wait()

    def written(self) -> str:
        """What the service logged so far."""
        return self.log.read_text("utf-8")

    async def _begin(self, *words: str, output: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", _PROGRAM, words[0], "--config", str(self._config), *words[1:]),
            env={**os.environ, "NAVETTE_MATRIX__PASSWORD": PASSWORD},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C is for the demo, which then ends everything in order.
            start_new_session=True,
        )
