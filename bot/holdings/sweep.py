"""The sweep after an erasure: every text of every table, of capabilities as well, by reflection.

Owners let go of what they know; people also name each other in what they write.  So each column that can
hold words is read, and whoever was erased is replaced by their alias there.  Left alone are the columns that
an owner declares as proof, those of which a trigger keeps every row as it is, and ids of our own.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import JSON

from bot.holdings.traces import Traces
from bot.inbox import OPEN
from bot.store import schema
from bot.store.people_tables import Person
from bot.store.tables import InboxRow, InboxState

AT_ONCE = 500  # rows
# Facts have no names, and no row of theirs ever changes; an erasure's seals are hashes.
STAY = frozenset({"facts", "erasures"})
# What two tables know one thing by: replaced by the same in both.
IDS = frozenset({"message_id", "origin_id", "external_id", "position"})
# Columns that hold the key of a person, alone or as an audience.
KEYS_OF_PEOPLE = frozenset({"by", "approved_by", "audience"})
_SALT_BYTES = 8


async def sweep(session: AsyncSession, traces: Traces, proof: Iterable[str]) -> None:
    """Replace a person by their alias wherever words are kept, the search index included.

    ``proof``: the columns (``table.column``) that stay as they are.  Nobody else's entry among the people
    loses its name, were it the same.
    """
    kept, salt = frozenset(proof), secrets.token_hex(_SALT_BYTES)
    await session.flush()
    for table in all_tables().sorted_tables:
        if table.name not in STAY:
            found = replace(traces, names=()) if table.name == Person.__tablename__ else traces
            await _sweep_table(session, table, found, kept, salt)
    await _sweep_index(session, traces)


def all_tables() -> MetaData:
    """Every table of the house and of the capabilities, installed or not."""
    return schema.all_tables()


def columns_of(table: Table, proof: frozenset[str] = frozenset()) -> list[Column[Any]]:
    """The columns of a table that can hold words of people."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, String | JSON)
        and not column.foreign_keys
        and f"{table.name}.{column.name}" not in proof
    ]


async def _sweep_table(
    session: AsyncSession, table: Table, traces: Traces, proof: frozenset[str], salt: str
) -> None:
    columns = columns_of(table, proof)
    if not columns:
        return
    keys = list(table.primary_key.columns)
    query = select(*(key.label(f"key_{n}") for n, key in enumerate(keys)), *columns)
    rows = (await session.execute(query)).all()
    for start in range(0, len(rows), AT_ONCE):
        # Reading words takes a while: the house goes on meanwhile.
        group = rows[start : start + AT_ONCE]
        changes = await asyncio.to_thread(_changes, group, len(keys), columns, traces, salt)
        for row, values in changes:
            where = [key == row[n] for n, key in enumerate(keys)]
            await session.execute(update(table).where(*where).values(values))


def _changes(
    rows: Sequence[Any], skip: int, columns: Sequence[Column[Any]], traces: Traces, salt: str
) -> list[tuple[Any, dict[str, Any]]]:
    found = []
    for row in rows:
        values = {}
        for column, value in zip(columns, row[skip:], strict=True):
            if value is not None and (fresh := _cleaned(column, value, traces, salt)) != value:
                values[column.name] = fresh
        if values:
            found.append((row, values))
    return found


def _cleaned(column: Column[Any], value: Any, traces: Traces, salt: str) -> Any:
    if isinstance(column.type, JSON):
        return traces.out_of_json(value)
    if column.name in KEYS_OF_PEOPLE:
        return traces.out_of(traces.key_out(value))
    fresh = traces.out_of(value)
    if column.name == "reason" and traces.key:
        fresh = re.sub(rf"\b(by|and) {re.escape(traces.key)}(?![\w.-])", rf"\1 {traces.new_key}", fresh)
    if column.name == "effect_key" and traces.key:
        fresh = ":".join(traces.new_key if part == traces.key else part for part in fresh.split(":"))
    return _apart(fresh, value, salt) if fresh != value and _is_id(column) else fresh


def _is_id(column: Column[Any]) -> bool:
    alone = column.unique or column.primary_key or column.name in IDS
    return bool(alone) or any(
        column.name in getattr(constraint, "columns", ())
        for constraint in (column.table.constraints if isinstance(column.table, Table) else ())
        if type(constraint).__name__ == "UniqueConstraint"
    )


def _apart(fresh: str, before: str, salt: str) -> str:
    """Ids that differed still differ, and those that were the same still are."""
    return f"{fresh}#{hashlib.sha256(f'{salt}{before}'.encode()).hexdigest()[:12]}"


async def _sweep_index(session: AsyncSession, traces: Traces) -> None:
    """The full-text index: its rows, and what it made of them."""
    rows = (await session.execute(text("SELECT rowid, title, body, people FROM search_index"))).all()
    for row in rows:
        fresh = [traces.out_of(value or "") for value in row[1:]]
        if fresh != [value or "" for value in row[1:]]:
            await session.execute(
                text("UPDATE search_index SET title = :t, body = :b, people = :p WHERE rowid = :number"),
                {"t": fresh[0], "b": fresh[1], "p": fresh[2], "number": row[0]},
            )
    # What was deleted from it stays in it, as words, until its pieces are made one.
    await session.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))


async def raw_bytes(session: AsyncSession, traces: Traces) -> list[int]:
    """Let go of the bytes of what ended and names the person; the numbers of open rows that name them."""
    numbers = list(await session.scalars(select(InboxRow.id).where(InboxRow.raw.is_not(None))))
    open_rows = []
    for number in numbers:
        row = (await session.execute(select(InboxRow.raw, InboxRow.state).where(InboxRow.id == number))).one()
        if not await asyncio.to_thread(traces.in_bytes, row.raw):
            continue
        if row.state in (*OPEN, InboxState.HELD.value):
            open_rows.append(number)
        else:
            await session.execute(update(InboxRow).where(InboxRow.id == number).values(raw=None))
    return open_rows
