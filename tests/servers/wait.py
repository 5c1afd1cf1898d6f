"""Waiting for a condition: the one place where tests wait by looking again."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

EVERY = 0.02  # seconds between two looks


@overload
async def until(condition: Callable[[], Awaitable[T]], timeout: float = 10, what: str = "") -> T: ...
@overload
async def until(condition: Callable[[], T], timeout: float = 10, what: str = "") -> T: ...
async def until(condition: Callable[[], Any], timeout: float = 10, what: str = "") -> Any:
    """The first true value of ``condition`` (plain or async), looked at every 20 ms.

    ``what`` completes the sentence "waited … for …".  Raises AssertionError after ``timeout`` seconds,
    with the last value seen.
    """
    limit = time.monotonic() + timeout
    while True:
        seen = condition()
        value = await seen if inspect.isawaitable(seen) else seen
        if value:
            return value
        if time.monotonic() > limit:
            raise AssertionError(
                f"waited {timeout:g} s in vain for {what or condition}; last seen: {value!r}"
            )
        await asyncio.sleep(EVERY)
