"""Copies of a database file: whole, checked, on disk before they have their name."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.errors import StoreError

Counts = dict[str, int]
STAMP = "%Y%m%dT%H%M%SZ"
# Beside the database: what it was before a migration or a restore, and when.
_ASIDE = re.compile(r"\.(?:before-.+|replaced)-(\d{8}T\d{6}Z)(?:-\d+)?(?:-wal|-shm)?")


def copy(source: Path, target: Path) -> Counts:
    """Copy a database while others write to it; returns how many rows each table has.

    The copy is one moment of the source, in one file that only its owner reads, and replaces ``target``
    only once it was checked and is on disk.  Raises StoreError.
    """
    if not source.is_file():
        raise StoreError(f"« {source} » n'est pas un fichier qui existe.")
    if target.exists() and target.samefile(source):
        raise StoreError(f"« {target} » est la base elle-même : choisissez un autre nom.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        counts = _copy(source, partial)
        sync(partial)
        partial.replace(target)
        sync(target.parent)
    except sqlite3.Error as error:
        raise StoreError(f"La copie de « {source} » n'a pas abouti ({error}).") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return counts


def _copy(source: Path, target: Path) -> Counts:
    with closing(sqlite3.connect(_uri(source, "rw"), uri=True, isolation_level=None)) as original:
        # One transaction for both: what is counted is what is copied, whoever writes meanwhile.
        original.execute("BEGIN")
        expected = _counts(original)
        with closing(sqlite3.connect(target, isolation_level=None)) as made:
            original.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
            check(made)
            counts = _counts(made)
    if counts != expected:
        raise StoreError(f"La copie de « {source} » n'a pas les mêmes lignes : elle n'est pas gardée.")
    return counts


def check(connection: sqlite3.Connection) -> None:
    """Raises StoreError when the database is damaged."""
    problems = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if problems != ["ok"]:
        raise StoreError(f"La base est abîmée : {'; '.join(problems)}.")
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise StoreError(
            f"La base est abîmée : {len(orphans)} ligne(s) sans leur cause, dans « {orphans[0][0]} »."
        )


def _counts(connection: sqlite3.Connection) -> Counts:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own names
        for (name,) in names
    }


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


def put(path: Path, data: bytes) -> None:
    """Have a small secret in a file that only its owner reads: the whole of it, or the file as it was."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync(path.parent)


def purge_aside(database: Path, before: dt.datetime) -> list[Path]:
    """Delete the copies that a migration or a restore put aside before this moment; returns them.

    They know everybody whom the database has let go of since.
    """
    gone = []
    for path in sorted(database.parent.glob(f"{database.name}.*")):
        found = _ASIDE.fullmatch(path.name.removeprefix(database.name))
        if found and dt.datetime.strptime(found[1], STAMP).replace(tzinfo=dt.UTC) < before:
            path.unlink(missing_ok=True)
            gone.append(path)
    return gone


def sync(path: Path) -> None:
    """Have a file's contents, or a folder's names, on disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
