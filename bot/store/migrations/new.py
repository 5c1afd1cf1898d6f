"""``python -m bot.store.migrations.new "what changes"``: writes the next revision from the tables.

It is a start to be read and corrected: names of checks that change, and what becomes of the rows that
are there, are not seen.  ``--replace`` writes the newest revision again, which is only right as long as
nobody has run it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy import Connection, create_engine, text

from bot.store import schema
from bot.store.base import UtcDateTime
from bot.store.migrations import HERE, VERSION_TABLE, revisions
from bot.store.migrations.upgrade import upgrade

FILE = '''"""{message}."""

# ruff: noqa: E501 - a constraint is one text, however many values it allows

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None
{extra}

def upgrade() -> None:
    """From the revision before to this one."""
{body}
'''
EXTRA = """
# Frozen: what the code says of them later is the matter of later revisions.
SQLITE = (
{statements}
)
"""
EXECUTE = """    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)"""


def main(arguments: list[str] | None = None) -> int:
    """Write the file; 1 when nothing has changed."""
    parser = argparse.ArgumentParser(prog="python -m bot.store.migrations.new")
    parser.add_argument("message")
    parser.add_argument("--replace", action="store_true")
    given = parser.parse_args(arguments)
    known = revisions()
    if given.replace:
        replaced = known.pop()
        for file in (HERE / "versions").glob(f"{replaced}_*.py"):
            file.unlink()
    content = render(known, given.message)
    if content is None:
        print("Nothing has changed.")  # noqa: T201 - a tool of the command line
        return 1
    slug = re.sub(r"\W+", "_", given.message.lower()).strip("_")
    target = HERE / "versions" / f"{_next(known)}_{slug}.py"
    target.write_text(content, "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(target)], check=False)  # noqa: S603 - ours
    print(target)  # noqa: T201 - a tool of the command line
    return 0


def render(known: list[str], message: str) -> str | None:
    """The text of the revision that follows ``known``, or None when the tables are as it left them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "before.sqlite3"
        if known:
            upgrade(path)
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            body, statements = _table_changes(connection), _missing_statements(connection)
        engine.dispose()
    if body is None and not statements:
        return None
    parts = [part for part in (body, EXECUTE if statements else None) if part]
    frozen = "\n".join(f'    """{statement.strip()}""",' for statement in statements)
    return FILE.format(
        message=message.strip().rstrip(".").capitalize(),
        revision=_next(known),
        down=f'"{known[-1]}"' if known else None,
        extra=EXTRA.format(statements=frozen) if statements else "",
        body="\n".join(parts),
    )


def _table_changes(connection: Connection) -> str | None:
    options = {"include_name": _is_ours, "render_item": _render, "version_table": VERSION_TABLE}
    context = MigrationContext.configure(connection, opts=options)
    changes = produce_migrations(context, schema.all_tables()).upgrade_ops
    if changes is None or changes.is_empty():
        return None
    return _render_changes(changes, context)


def _render_changes(changes: UpgradeOps, context: MigrationContext) -> str:
    code = render_python_code(changes, render_as_batch=True, migration_context=context, render_item=_render)
    lines = f"    {code}".splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("# ###")).strip("\n")


def _missing_statements(connection: Connection) -> list[str]:
    there = set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())
    return [one for one in schema.SQLITE if not any(f" {name} " in one for name in there)]


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Not the index of the search, which is no table of SQLAlchemy's."""
    return kind != "table" or not (name or "").startswith("search_index")


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """What a column holds, not the class that reads it: that may go away."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def _next(known: list[str]) -> str:
    return f"{int(known[-1]) + 1 if known else 1:04d}"


if __name__ == "__main__":
    sys.exit(main())
