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
    identity: Path | None = None  # the copy of the identity in rooms, beside


def backup(
    database: Path, folder: Path, target: Path | None, now: dt.datetime, identity: Path | None = None
) -> Backup:
    """Copy the database while it is in use, and check the copy (see ``files.copy``).

    ``identity``: the file of our identity in rooms, which never changes once it is made; it is copied beside,
    if it is there.  The device's keys are not: older ones would be behind those of everybody else.

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
        _with_identity(identity, target),
    )


def identity_of(copy: Path) -> Path:
    """Where the identity in rooms is, beside a copy of the database."""
    return copy.with_name(f"{copy.name}.signing.json")


def _with_identity(identity: Path | None, target: Path) -> Path | None:
    if identity is None or not identity.is_file():
        return None
    beside = identity_of(target)
    files.put(beside, identity.read_bytes())
    return beside


def put_identity_back(copy: Path, identity: Path) -> bool:
    """Where this machine has no identity in rooms, take that of the copy; whether it did."""
    beside = identity_of(copy)
    if identity.exists() or not beside.is_file():
        return False
    identity.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.put(identity, beside.read_bytes())
    return True
