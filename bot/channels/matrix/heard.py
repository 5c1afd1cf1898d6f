"""Which event said what first: an encrypted message that is shown again, as a new one, is not believed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from bot.errors import ChannelError

NAME = "heard"


class Heard:
    """A table in ``folder``: (session, message index) → event id, for as long as the device lives.

    Raises ChannelError when the file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._base = sqlite3.connect(self._path, isolation_level=None)
        try:
            # It outlives our death, and need not outlive the machine's: a write to the disk for each message
            # would cost more than what it is worth.
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = OFF")
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS heard (session TEXT, message INTEGER, event TEXT NOT NULL,"
                " PRIMARY KEY (session, message)) WITHOUT ROWID"
            )
        except sqlite3.DatabaseError as error:
            self._base.close()
            raise self._damaged(error) from error

    def first(self, session: str, message: int, event: str) -> str:
        """The event that said this first: ``event`` unless another one did."""
        try:
            self._base.execute("INSERT OR IGNORE INTO heard VALUES (?, ?, ?)", (session, message, event))
            (found,) = self._base.execute(
                "SELECT event FROM heard WHERE session = ? AND message = ?", (session, message)
            ).fetchone()
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        return str(found)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def _damaged(self, error: sqlite3.DatabaseError) -> ChannelError:
        return ChannelError(f"Le fichier « {self._path} » ne peut pas être lu ({error}) : supprimez-le.")
