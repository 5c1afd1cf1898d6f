"""``navette run`` on a Maildir: the memory of an idle service, and how soon it is back after kill -9."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.bench.figures import tell

RESTARTS = 5
IDLE_SECONDS = 25  # longer than its clock's tick: all that it loads late is loaded
READY = "ready (prête)"

_SETTINGS = """
[store]
path = "base.sqlite3"
[mail.inbox]
kind = "maildir"
path = "recu"
[mail.outbox]
kind = "maildir"
path = "envoye"
[lists.reseau]
address = "reseau@listes.lisieres.example"
"""


def run() -> None:
    """The median of the restarts; the memory that is resident after a while."""
    with tempfile.TemporaryDirectory(prefix="navette-bench-") as name:
        settings = Path(name) / "navette.toml"
        settings.write_text(_SETTINGS, "utf-8")
        for folder in ("cur", "new", "tmp"):
            (Path(name) / "recu" / folder).mkdir(parents=True)
        with _service(settings) as (service, _):
            time.sleep(IDLE_SECONDS)
            status = Path(f"/proc/{service.pid}/status").read_text()
        waits = []
        for _ in range(RESTARTS):
            with _service(settings) as (_, seconds):  # the one before was killed
                waits.append(seconds)
    tell("idle_memory_mb", int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024, "MB (target: 90 or less)")
    tell("restart_ready_s", statistics.median(waits), "s (target: under 2)")


@contextmanager
def _service(settings: Path) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """The service once it is ready, and the seconds that took; killed at the end."""
    begun = time.perf_counter()
    service = subprocess.Popen(
        [str(Path(sys.executable).with_name("navette")), "run", "--config", str(settings)],
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert service.stderr is not None
        _wait_ready(service.stderr)
        yield service, time.perf_counter() - begun
    finally:
        service.kill()
        service.wait()


def _wait_ready(log: IO[str]) -> None:
    said = []
    for line in log:
        said.append(line)
        if READY in line:
            return
    raise RuntimeError(f"it ended before it was ready: {''.join(said)}")
