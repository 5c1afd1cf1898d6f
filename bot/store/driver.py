"""aiosqlite with fewer visits to its thread: what is over in microseconds is done where it is asked.

A statement on pages that are in memory takes some ten microseconds; handing it to a thread and back takes
ten times that, and a message takes some thirty statements.  What may wait, for the disk or for another
process, still goes to the thread: commits, bulk work, pragmas; or is waited for without blocking.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

from aiosqlite.core import Connection

PAUSE = 0.02  # seconds between looks at a database that another process holds
BRIEF_METHODS = ("cursor", "fetchone", "fetchmany", "fetchall", "rollback")
BRIEF_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "ROLLBACK", "WITH")


class NearConnection(Connection):
    """One connection.  Its calls never overlap: SQLAlchemy awaits each, under its own lock."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True

    async def begin(self, how: str, patience: float) -> None:
        """Begin a transaction, ``DEFERRED`` or ``IMMEDIATE``; another process may make us wait for seconds.

        Raises sqlite3.OperationalError when it still holds the database after ``patience`` seconds.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while True:
            self._conn.execute("PRAGMA busy_timeout=0")
            try:
                self._conn.execute(f"BEGIN {how}")
            except sqlite3.OperationalError:
                if loop.time() >= until:
                    raise
            else:
                return
            finally:
                self._conn.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
            await asyncio.sleep(PAUSE)

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._running and self._connection is not None and _is_brief(fn, args):
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]


def connect(database: str, **options: Any) -> NearConnection:
    """As ``aiosqlite.connect``; the connection is used from two threads, in turns."""

    def connector() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(database, **(options | {"check_same_thread": False}))
        return opened

    return NearConnection(connector)


def _is_brief(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    name = getattr(fn, "__name__", "")
    if name == "execute":
        return str(args[0]).lstrip()[:9].upper().startswith(BRIEF_STATEMENTS)
    if name == "close":
        return isinstance(getattr(fn, "__self__", None), sqlite3.Cursor)
    return name in BRIEF_METHODS
