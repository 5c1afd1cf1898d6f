"""A database's life: made, or brought up to date, at start."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.errors import StoreError
from bot.store import files, meta
from bot.store.engine import BUSY_SECONDS, Store
from bot.store.migrations import VERSION_TABLE, revisions

log = logging.getLogger(__name__)

SCRUB_PATIENCE_MS = 2000
COPIES_KEPT = 3  # of those made before a migration
# What may pass by itself; anything else that SQLite says of a file needs a person.
PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


async def prepare(store: Store, now: dt.datetime) -> None:
    """Make the database, or bring it to this version's schema; note when it was born.

    Before a migration it is copied beside itself (``NAME.before-REVISION-…``).  Raises StoreError when it
    comes from a later version, is not ours or does not open; sqlite3.OperationalError or SQLAlchemy's when
    the disk is full or it is locked.
    """
    store.path.parent.mkdir(parents=True, exist_ok=True)
    newest = revisions()[-1]
    try:
        current = _revision(store.path)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in PASSING:
            raise
        raise StoreError(f"La base « {store.path} » ne s'ouvre pas ({error}).") from error
    if current is None:
        store.path.touch(mode=0o600)  # SQLite gives its journals the mode of the file
        await _create(store, newest, now)
    elif current != newest:
        await _migrate(store, current, newest, now)


def _revision(path: Path) -> str | None:
    """The revision of the file, or None when there is none or it is empty."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if not names:
            return None
        if VERSION_TABLE not in names:
            raise StoreError(f"« {path} » est une base SQLite, mais pas celle de Navette.")
        revision: str = connection.execute("SELECT version_num FROM schema_version").fetchone()[0]
        return revision


async def _create(store: Store, newest: str, now: dt.datetime) -> None:
    from bot.store import schema

    async with store.connection() as connection:
        # Somebody may have made it since we looked.
        if (await connection.execute(text("SELECT count(*) FROM sqlite_master"))).scalar_one():
            return
        await connection.run_sync(schema.create)
        await connection.execute(
            text(
                f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL,"
                f" CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
            )
        )
        await connection.execute(
            text(f"INSERT INTO {VERSION_TABLE} VALUES (:newest)"),  # noqa: S608 - a constant
            {"newest": newest},
        )
        await connection.execute(
            text("INSERT INTO meta (name, value) VALUES (:name, :value)"),
            {"name": meta.BORN_AT, "value": now.isoformat()},
        )


async def _migrate(store: Store, current: str, newest: str, now: dt.datetime) -> None:
    if current not in revisions():
        raise StoreError(
            f"La base « {store.path} » vient d'une version plus récente de Navette (schéma {current}, "
            f"celle-ci connaît {newest}) : installez cette version-là."
        )
    from bot.store.migrations.upgrade import upgrade

    await store.close()
    path = store.path
    before = path.with_name(f"{path.name}.before-{newest}-{now.astimezone(dt.UTC):{files.STAMP}}")
    await asyncio.to_thread(files.copy, path, before)
    log.info("database: schema %s becomes %s, a copy is kept as %s", current, newest, before.name)
    await asyncio.to_thread(upgrade, path)
    copies = sorted(path.parent.glob(f"{path.name}.before-*"), key=lambda copy: copy.stat().st_mtime)
    for old in copies[:-COPIES_KEPT]:
        old.unlink()


async def scrub(store: Store) -> bool:
    """Write the file anew, so that nothing of what was deleted stays in it or in its journal.

    False when the journal could not be emptied, since somebody reads or writes: to be tried again.
    """
    try:
        async with store.outside() as connection:
            await connection.execute(text(f"PRAGMA busy_timeout={SCRUB_PATIENCE_MS}"))
            await connection.execute(text("VACUUM"))
            busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()[0]
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
        ):
            raise
        return False
    return not busy
