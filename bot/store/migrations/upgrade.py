"""Brings a database from its revision to the newest one.  Only imported when that is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, text

from bot.errors import StoreError
from bot.store.migrations import HERE


def upgrade(path: Path, to: str = "head") -> None:
    """All steps up to ``to`` in one transaction: a step that fails, or a kill, leaves the file as it was.

    Raises StoreError when afterwards something refers to what is not there.
    """
    engine = _engine(path)
    try:
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(HERE).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
            if orphans:
                raise StoreError(
                    f"La mise à jour de la base laisserait {len(orphans)} ligne(s) sans leur cause, dans "
                    f"« {orphans[0][0]} » : rien n'a été changé."
                )
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # A table that is built anew is dropped on the way: with the keys on, that would take along
        # whatever refers to it.  SQLite ignores this inside a transaction, so it is said here.
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=10000")

    @event.listens_for(engine, "begin")
    def begin_ourselves(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
