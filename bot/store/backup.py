"""Copies of the database that a person asks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from bot.store import files, ledger


@dataclass(frozen=True)
class Backup:
    """One copy that was made."""

    path: Path
    size: int  # bytes
    rows: int


def backup(database: Path, folder: Path, target: Path | None, now: dt.datetime) -> Backup:
    """Copy the database while it is in use, and check the copy (see ``files.copy``).

    Without ``target``, or when that is a folder, the name tells the moment (UTC).  A file of the same
    name is only replaced once the new one is whole.  Raises StoreError and OSError.
    """
    named = f"{database.stem}-{now:%Y-%m-%d-%H%M%S}.sqlite3"
    if target is None:
        target = folder / named
    elif target.is_dir():
        target = target / named
    counts = files.copy(database, target)
    # Should the machine be lost, a copy put back elsewhere still knows who was erased after an older one.
    ledger.append(ledger.path_of(target), ledger.read(ledger.path_of(database)))
    return Backup(
        target,
        target.stat().st_size,
        sum(counts[name] for name in counts if not name.startswith("search_index")),
    )
