"""The service of ``driver`` with rooms: it comes back sooner, and may die at more places.

The places beside those of the code are right after what a server, or our keys on the disk, know of already.
"""

from __future__ import annotations

import asyncio
import ctypes
import functools
import importlib.machinery
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import nio
import nio.store
from nio.crypto.olm_machine import Olm

import handlers.rooms  # noqa: F401 - read before the fork
from bot import failpoints, resources, roomwatch
from bot.channels.matrix import speaking
from bot.channels.matrix.doors import Doors
from bot.channels.matrix.privately import Privately
from bot.channels.matrix.rooms import MatrixRooms
from bot.channels.matrix.sealing import Sealing
from bot.live import log
from bot.settings import load
from tests.crash import rooms_loom
from tests.crash.driver import PR_SET_PDEATHSIG, AheadClock, serve

# After which step, and the name of the place: nothing of it is in the database yet.
STEPS: dict[str, tuple[type, str]] = {
    "rooms.entered": (Doors, "enter"),
    "rooms.declined": (Doors, "leave"),
    "rooms.made": (Privately, "_learn"),
    "keys.learnt": (Sealing, "learn"),
    "keys.shared": (Sealing, "_share"),
    "events.heard": (MatrixRooms, "hear"),
}
KEYS_UPLOADED = "keys.uploaded"


def main(settings_file: Path, clock_file: Path, log_file: Path, points: str, words: Path) -> None:
    """The process, from its first line: it ends with the one that it was forked from."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["NAVETTE_FAILPOINTS"] = points
    hasten()
    for place, (owner, step) in STEPS.items():
        setattr(owner, step, _then_hit(getattr(owner, step), place))
    Olm.handle_response = _first_hit(Olm.handle_response)
    resources.templates = lambda: words
    module = ModuleType("handlers.loom")
    module.__spec__ = importlib.machinery.ModuleSpec("handlers.loom", None)
    module.capability = rooms_loom.capability  # type: ignore[attr-defined]
    sys.modules["handlers.loom"] = module
    with log_file.open("a") as stream:
        log.set_up(stream)
        asyncio.run(serve(load(settings_file), AheadClock(clock_file)))


def hasten() -> None:
    """Tests do not wait for servers as long as people may."""
    for module, name, seconds in ((roomwatch, "BACKOFF", (0.2, 0.2, 0.5)), (speaking, "RETRIES", (0.1, 0.2))):
        setattr(module, name, seconds)


def _first_hit(learn: Callable[[Olm, Any], None]) -> Callable[[Olm, Any], None]:
    """The server has our keys, and our disk does not have them yet."""

    @functools.wraps(learn)
    def learnt(machine: Olm, response: Any) -> None:
        if isinstance(response, nio.KeysUploadResponse):
            failpoints.hit(KEYS_UPLOADED)
        learn(machine, response)

    return learnt


def _then_hit(step: Callable[..., Any], place: str) -> Callable[..., Any]:
    @functools.wraps(step)
    async def stepped(*args: Any, **named: Any) -> Any:
        result = await step(*args, **named)
        failpoints.hit(place)
        return result

    return stepped
