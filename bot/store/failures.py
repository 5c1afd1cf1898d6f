"""Which errors are the database's own, and may pass by themselves."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy import exc

FULL = (errno.ENOSPC, errno.EDQUOT)


def is_of_store(error: Exception) -> bool:
    """Whether the database itself failed (disk full, locked), which may pass without anybody's doing."""
    if isinstance(error, OSError):
        return error.errno in FULL
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.OperationalError):
        # A statement that is wrong is a defect of ours, and does not pass.
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_BUSY) != sqlite3.SQLITE_ERROR
    return isinstance(error, exc.TimeoutError)
