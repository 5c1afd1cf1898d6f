"""Postfix's test programs: ``smtp-sink`` takes mail as fast as can be, ``smtp-source`` sends it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path

from tests.servers.ports import HOST, free_port, listening
from tests.servers.process import Process, find


class SmtpSink:
    """One smtp-sink(1) in ``folder``.

    ``dump``: keep each mail in a file, see ``mails``.  ``refuse``: answer these commands (``RCPT``,
    ``DATA``, ``.`` …) with 5xx; ``put_off``: with 4xx; ``hang_up_at``: close instead of answering.
    """

    host = HOST

    def __init__(
        self,
        folder: Path,
        *,
        dump: bool = False,
        refuse: Sequence[str] = (),
        put_off: Sequence[str] = (),
        hang_up_at: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self._dump = folder / "mails"
        self._dump.mkdir()
        self._dump.chmod(0o777)
        words = ["smtp-sink", "-c"]
        if dump:
            words += ["-d", "mails/%M."]
        for option, commands in (("-f", refuse), ("-r", put_off), ("-q", hang_up_at)):
            if commands:
                words += [option, ",".join(commands)]
        backlog = "1024"
        self._counters = folder / "counters"
        self._process = Process([*words, f"{HOST}:{self.port}", backlog], self._counters, folder)

    async def start(self) -> None:
        """Start it and return when it takes connections."""
        self._process.start()
        await listening(self.port)

    async def stop(self) -> None:
        """Stop it."""
        await self._process.stop()

    def count(self) -> int:
        """How many mails it has accepted."""
        shown = re.findall(r"mesg=(\d+)", self._counters.read_text())
        return int(shown[-1]) if shown else 0

    def mails(self) -> list[bytes]:
        """The mails kept with ``dump``, in no order, under its own header lines (``X-Rcpt-Args`` …)."""
        return [file.read_bytes() for file in self._dump.iterdir()]


async def smtp_source(
    port: int, count: int, *, sessions: int = 4, size: int = 2000, keep: bool = True
) -> float:
    """Send ``count`` mails of ``size`` bytes to ``port`` with smtp-source(1); the seconds that it took.

    ``sessions`` at once; with ``keep`` (its option -d) over kept connections, else one for each mail.
    """
    words = ["-s", str(sessions), "-m", str(count), "-l", str(size), *(["-d"] if keep else [])]
    people = ["-f", "source@membres.example", "-t", "puits@membres.example"]
    begun = time.perf_counter()
    program = await asyncio.create_subprocess_exec(
        find("smtp-source"),
        *words,
        *people,
        f"{HOST}:{port}",
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await program.communicate()
    if program.returncode:
        raise RuntimeError(f"smtp-source: {complaint.decode(errors='replace')}")
    return time.perf_counter() - begun
