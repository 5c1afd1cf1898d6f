"""Everything that a database holds: the tables of the house and of every capability, index, triggers."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from sqlalchemy import Connection, MetaData, text

from bot.store import search, tables
from bot.store.base import Base

CAPABILITIES = "handlers"

# What happened does not change afterwards, whoever asks.
FACTS_STAY = tuple(
    f"""
CREATE TRIGGER facts_no_{verb.lower()} BEFORE {verb} ON {tables.FactRow.__tablename__}
BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END
"""
    for verb in ("UPDATE", "DELETE")
)
# PostgreSQL would have its own ways of saying these.
SQLITE = (search.CREATE, *FACTS_STAY)


def all_tables() -> MetaData:
    """Every table there is: those of capabilities that the settings leave out as well.

    One linear history of the schema is only possible over all of them.
    """
    for capability in pkgutil.iter_modules(importlib.import_module(CAPABILITIES).__path__):
        name = f"{CAPABILITIES}.{capability.name}.tables"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return Base.metadata


def create(connection: Connection) -> None:
    """Make all of it in an empty database."""
    all_tables().create_all(connection, checkfirst=False)
    if connection.dialect.name == "sqlite":
        for statement in SQLITE:
            connection.execute(text(statement))
