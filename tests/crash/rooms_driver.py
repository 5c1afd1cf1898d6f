"""The service of ``driver`` with rooms: it comes back sooner, and may die at more places.

The places beside those of the code are where the homeserver has just answered: what it knows since, nobody
of ours has read.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib.machinery
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp

import bot.channels.matrix.rooms  # noqa: F401 - read before the fork
import handlers.rooms  # noqa: F401 - likewise
from bot import failpoints, resources, roomwatch
from bot.channels.matrix import speaking
from bot.live import log
from bot.settings import load
from tests.crash import rooms_loom
from tests.crash.driver import PR_SET_PDEATHSIG, AheadClock, serve

# The place, and the requests after whose answer it is.
ANSWERS = {
    "server.logged_in": re.compile(r"POST .*/login$"),
    "server.has_keys": re.compile(r"POST .*/keys/upload$"),
    "server.has_signatures": re.compile(r"POST .*/keys/signatures/upload$"),
    "server.shared_keys": re.compile(r"PUT .*/sendToDevice/"),
    "server.let_in": re.compile(r"POST .*/join(/|$)"),
    "server.let_go": re.compile(r"POST .*/leave$"),
    "server.made_room": re.compile(r"POST .*/createRoom$"),
}


def main(settings_file: Path, clock_file: Path, log_file: Path, points: str, words: Path) -> None:
    """The process, from its first line: it ends with the one that it was forked from."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["NAVETTE_FAILPOINTS"] = points
    for owner, name, value in (
        (aiohttp.ClientSession, "_request", _then_hit(aiohttp.ClientSession._request)),
        (resources, "templates", lambda: words),
        # Tests do not wait for servers as long as people may.
        (roomwatch, "BACKOFF", (0.2, 0.2, 0.5)),
        (speaking, "RETRIES", (0.1, 0.2)),
    ):
        setattr(owner, name, value)
    module = ModuleType("handlers.loom")
    module.__spec__ = importlib.machinery.ModuleSpec("handlers.loom", None)
    module.capability = rooms_loom.capability  # type: ignore[attr-defined]
    sys.modules["handlers.loom"] = module
    with log_file.open("a") as stream:
        log.set_up(stream)
        asyncio.run(serve(load(settings_file), AheadClock(clock_file)))


def _then_hit(request: Callable[..., Any]) -> Callable[..., Any]:
    async def answered(self: aiohttp.ClientSession, method: str, url: Any, **options: Any) -> Any:
        answer = await request(self, method, url, **options)
        asked = f"{method} {answer.url.path}"
        for place, pattern in ANSWERS.items():
            if pattern.search(asked):
                failpoints.hit(place)
        return answer

    return answered
