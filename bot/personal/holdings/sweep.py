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

from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import JSON

from bot.inbox import OPEN
from bot.personal.holdings.traces import Traces
from bot.store import schema
from bot.store.people_tables import Person
from bot.store.tables import InboxRow, InboxState

AT_ONCE = 500  # rows
RAW_AT_ONCE = 20  # mails: each may have ten megabytes
UNDECIDED = (*OPEN, InboxState.HELD.value)
INDEXED = text(
    "SELECT rowid, title, body, people FROM search_index WHERE rowid > :last ORDER BY rowid LIMIT :most"
)
REINDEX = text("UPDATE search_index SET title = :title, body = :body, people = :people WHERE rowid = :number")
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
    rowid = literal_column("rowid", Integer)
    query = select(rowid.label("number"), *columns).order_by(rowid).limit(AT_ONCE)
    last = 0
    while rows := (await session.execute(query.where(rowid > last))).all():
        # Reading words takes a while: the house goes on meanwhile.
        for number, values in await asyncio.to_thread(_changes, rows, columns, traces, salt):
            await session.execute(update(table).where(rowid == number).values(values))
        last = rows[-1].number


def _changes(
    rows: Sequence[Any], columns: Sequence[Column[Any]], traces: Traces, salt: str
) -> list[tuple[int, dict[str, Any]]]:
    found = []
    for number, *words in rows:
        values = {}
        for column, value in zip(columns, words, strict=True):
            if value is not None and (fresh := _cleaned(column, value, traces, salt)) != value:
                values[column.name] = fresh
        if values:
            found.append((number, values))
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
    last = 0
    while rows := (await session.execute(INDEXED, {"last": last, "most": AT_ONCE})).all():
        for number, fresh in await asyncio.to_thread(_index_changes, rows, traces):
            await session.execute(REINDEX, {**fresh, "number": number})
        last = rows[-1].rowid
    # What was deleted from it stays in it, as words, until its pieces are made one.
    await session.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))


def _index_changes(rows: Sequence[Any], traces: Traces) -> list[tuple[int, dict[str, str]]]:
    found = []
    for number, *words in rows:
        before = dict(zip(("title", "body", "people"), (word or "" for word in words), strict=True))
        fresh = {name: traces.out_of(word) for name, word in before.items()}
        if fresh != before:
            found.append((number, fresh))
    return found


async def raw_bytes(session: AsyncSession, traces: Traces) -> list[int]:
    """Let go of the bytes of what ended and names the person; the numbers of open rows that name them.

    What was there before us and is archived goes unread: there may be years of it, and the mailbox has it.
    """
    past = InboxRow.past, InboxRow.state.not_in(UNDECIDED), InboxRow.raw.is_not(None)
    await session.execute(update(InboxRow).where(*past).values(raw=None))
    query = select(InboxRow.id, InboxRow.state, InboxRow.raw).where(InboxRow.raw.is_not(None))
    query = query.order_by(InboxRow.id).limit(RAW_AT_ONCE)
    open_rows: list[int] = []
    gone: list[int] = []
    last = 0
    while rows := (await session.execute(query.where(InboxRow.id > last))).all():
        for number, state in await asyncio.to_thread(_naming, rows, traces):
            (open_rows if state in UNDECIDED else gone).append(number)
        last = rows[-1].id
    for number in gone:
        await session.execute(update(InboxRow).where(InboxRow.id == number).values(raw=None))
    return open_rows


def _naming(rows: Sequence[Any], traces: Traces) -> list[tuple[int, str]]:
    return [(row.id, row.state) for row in rows if traces.in_bytes(row.raw)]
