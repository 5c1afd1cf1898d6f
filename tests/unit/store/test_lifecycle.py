"""A database is made, brought up to date, or refused."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.errors import StoreError
from bot.store import lifecycle, meta, migrations
from bot.store.engine import Store
from bot.store.lifecycle import prepare
from bot.store.migrations import new
from bot.store.migrations.upgrade import upgrade

NEXT = """
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "9999", "{newest}", None, None


def upgrade():
    with op.batch_alter_table("people", recreate="always") as people:
        people.add_column(sa.Column("pronoun", sa.Text(), nullable=True))
"""
SECOND = NEXT.replace("{newest}", migrations.revisions()[-1])
BROKEN = SECOND + "    raise RuntimeError('half way')\n"


def split(body: str) -> list[str]:
    """The parts of a CREATE TABLE between its outer parentheses."""
    parts, depth, current = [], 0, ""
    for character in body:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return sorted(" ".join(part.split()) for part in [*parts, current])


def schema_of(path: Path) -> dict[str, Any]:
    """Every table, index and trigger; the order of columns' and constraints' declarations does not count."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
    found: dict[str, Any] = {}
    for kind, name, sql in rows:
        sql = re.sub(r"DEFAULT \(([^()]*)\)", r"DEFAULT \1", sql)  # as a table is written that was made again
        match = re.fullmatch(r"\s*CREATE TABLE \S+ \((.*)\)\s*", sql, re.DOTALL)
        found[f"{kind} {name}"] = split(match[1]) if match else " ".join(sql.split())
    return found


def rows_of(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the revisions, which a test may add to."""
    here = tmp_path / "migrations"
    shutil.copytree(migrations.HERE, here, ignore=shutil.ignore_patterns("__pycache__"))
    for module in ("bot.store.migrations", "bot.store.migrations.upgrade"):
        monkeypatch.setattr(sys.modules[module], "HERE", here)
    return here / "versions"


async def test_a_new_database_has_what_the_migrations_make_step_by_step(
    store: Store, now: dt.datetime, tmp_path: Path
) -> None:
    await prepare(store, now)
    for revision in migrations.revisions():
        upgrade(tmp_path / "migrated.sqlite3", revision)
    await store.close()
    made, migrated = schema_of(store.path), schema_of(tmp_path / "migrated.sqlite3")
    assert {"trigger facts_no_update", "table search_index", "table digest_editions"} <= made.keys()
    assert made == migrated, "the tables changed: python -m bot.store.migrations.new 'what changes'"
    known = "SELECT version_num FROM schema_version"
    assert rows_of(store.path, known) == rows_of(tmp_path / "migrated.sqlite3", known)


def test_no_change_of_the_tables_is_without_a_revision() -> None:
    assert new.render(migrations.revisions(), "what was forgotten") is None


def modes_of(folder: Path) -> dict[str, int]:
    """Who may do what with each file of a folder."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_a_new_database_and_its_journals_are_their_owners_alone(
    tmp_path: Path, now: dt.datetime
) -> None:
    store = Store(tmp_path / "n.sqlite3")
    before = os.umask(0o022)
    try:
        await prepare(store, now)
        async with store.write() as session:
            await meta.put(session, "x", "1")
        modes = modes_of(tmp_path)
    finally:
        os.umask(before)
        await store.close()
    assert "n.sqlite3-wal" in modes
    assert set(modes.values()) == {0o600}


async def test_a_database_in_use_stays_as_it_is(store: Store, now: dt.datetime) -> None:
    await prepare(store, now)
    async with store.write() as session:
        await meta.put(session, "epoch", "3")
    await prepare(store, now + dt.timedelta(days=1))
    async with store.read() as session:
        assert await meta.moment(session, meta.BORN_AT) == now
        assert await meta.get(session, meta.EPOCH) == "3"


async def test_starting_on_an_up_to_date_database_does_not_load_alembic(
    store: Store, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepare(store, now)
    # An entry of None makes the import fail.
    for name in [name for name in sys.modules if name.split(".")[0] == "alembic"] + [
        "alembic",
        "bot.store.migrations.upgrade",
    ]:
        monkeypatch.setitem(sys.modules, name, None)
    await prepare(store, now)


async def test_an_older_database_is_copied_then_migrated_with_its_rows(
    store: Store, now: dt.datetime, revisions: Path
) -> None:
    await prepare(store, now)
    async with store.write() as session:
        await session.execute(
            text("INSERT INTO people (key, name, status) VALUES ('alice', 'Alice', 'subscriber')")
        )
        await session.execute(
            text("INSERT INTO contacts (person_id, channel, value) VALUES (1, 'mail', 'a@b.example')")
        )
    (revisions / "9999_second.py").write_text(SECOND)
    await prepare(store, now)
    async with store.read() as session:
        assert (await session.execute(text("SELECT key, pronoun FROM people"))).all() == [("alice", None)]
        # The table was built anew: what refers to it is still there.
        assert (await session.execute(text("SELECT count(*) FROM contacts"))).scalar() == 1
        assert (await session.execute(text("SELECT version_num FROM schema_version"))).scalar() == "9999"
    (kept,) = store.path.parent.glob("navette.sqlite3.before-*")
    assert rows_of(kept, "SELECT version_num FROM schema_version") == [(migrations.revisions()[-2],)]
    assert kept.stat().st_mode & 0o077 == 0


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    store: Store, now: dt.datetime, revisions: Path
) -> None:
    await prepare(store, now)
    before = schema_of(store.path)
    (revisions / "9999_broken.py").write_text(BROKEN)
    with pytest.raises(RuntimeError, match="half way"):
        await prepare(store, now)
    assert schema_of(store.path) == before


async def test_only_the_last_three_copies_are_kept(store: Store, now: dt.datetime, revisions: Path) -> None:
    await prepare(store, now)
    newest = int(migrations.revisions()[-1])
    for number in range(newest + 1, newest + 6):
        (revisions / f"{number:04d}_x.py").write_text(
            f'revision, down_revision = "{number:04d}", "{number - 1:04d}"\n'
            "branch_labels = depends_on = None\n\n\ndef upgrade():\n    pass\n"
        )
        await prepare(store, now + dt.timedelta(days=number))
    names = sorted(path.name for path in store.path.parent.glob("navette.sqlite3.before-*"))
    assert [name.split("-")[1] for name in names] == [f"{newest + more:04d}" for more in (3, 4, 5)]
    assert len(names) == lifecycle.COPIES_KEPT


async def test_a_database_of_a_later_version_is_refused(store: Store, now: dt.datetime) -> None:
    await prepare(store, now)
    async with store.write() as session:
        await session.execute(text("UPDATE schema_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="version plus récente"):
        await prepare(store, now)


async def test_what_is_not_our_database_is_refused(store: Store, now: dt.datetime) -> None:
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="pas celle de Navette"):
        await prepare(store, now)


async def test_what_is_not_a_database_is_refused(store: Store, now: dt.datetime) -> None:
    store.path.write_bytes(b"a letter, not a database\n" * 100)
    with pytest.raises(StoreError, match="ne s'ouvre pas"):
        await prepare(store, now)


@pytest.mark.parametrize("statement", ["UPDATE facts SET number = 0", "DELETE FROM facts"])
async def test_facts_never_change(store: Store, now: dt.datetime, statement: str) -> None:
    await prepare(store, now)
    async with store.write() as session:
        await session.execute(
            text("INSERT INTO facts (at, kind) VALUES ('2026-11-16 09:00:00', 'mail.post')")
        )
    with pytest.raises(IntegrityError, match="append-only"):
        async with store.write() as session:
            await session.execute(text(statement))
