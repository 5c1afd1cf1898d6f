"""Alembic's side: runs inside the connection and the transaction that ``upgrade`` gives it."""

from __future__ import annotations

from alembic import context

from bot.store.migrations import VERSION_TABLE
from bot.store.schema import all_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
