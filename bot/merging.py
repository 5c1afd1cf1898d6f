"""Two records of one person become one, and can be put apart again exactly.

Everything that points to the one that goes follows the one that is kept: every foreign key to a person, in
every table of every capability, and every question to ``person:KEY``.  Where there may be one for each person
(a preference, a ballot), the row of the one who is kept wins, and the other stays where it is: one person,
one voice.  What happened (facts, past merges, erasures) never changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, select, true, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import NavetteError
from bot.store import schema
from bot.store.people_tables import Contact, Merge, Person
from bot.store.tables import Meta

# What is history, or says itself how two are one.
STAYS = frozenset({"merges.kept_id", "merges.gone_id", "people.merged_into", "erasures.person_id"})
# How a row is known again where its number may be given to another one later.
KNOWN_BY = {"contacts": ("channel", "value")}
PLACES = "contacts.person_id"
AUDIENCE = "audience"
CHUNK = 400
BEHIND = 100  # ranks: the places of the one who is kept stay those where we write first

Identity = list[Any]


class CannotMerge(NavetteError):
    """One of the two is no person of their own now."""


@dataclass(frozen=True)
class Pointer:
    """A column that says whose a row is: by number, or as the audience ``person:KEY``."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        """How ``Merge.moved`` calls it."""
        return f"{self.table.name}.{self.column.name}"

    @property
    def identity(self) -> list[Column[Any]]:
        """What makes a row of the table known again, besides whose it is."""
        if self.table.name in KNOWN_BY:
            return [self.table.c[name] for name in KNOWN_BY[self.table.name]]
        return [column for column in self.table.primary_key if column is not self.column]

    def value(self, person: Person) -> int | str:
        """What the column says for a person."""
        return f"person:{person.key}" if self.column.name == AUDIENCE else person.id


def pointers() -> Iterator[Pointer]:
    """Every column that says whose a row is."""
    for table in schema.all_tables().sorted_tables:
        for column in table.columns:
            to_people = any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys)
            pointer = Pointer(table, column)
            if (to_people or column.name == AUDIENCE) and pointer.name not in STAYS:
                yield pointer


async def root(session: AsyncSession, person: Person) -> Person:
    """Who somebody is now, after all merges."""
    while person.merged_into is not None:
        person = await session.get_one(Person, person.merged_into)
    return person


async def weigh(session: AsyncSession, gone: Person) -> dict[str, int]:
    """How many rows of each table are somebody's: what a merge would move."""
    counts: dict[str, int] = {}
    for pointer in pointers():
        query = select(func.count()).select_from(pointer.table)
        found = await session.scalar(query.where(pointer.column == pointer.value(gone)))
        if found:
            counts[pointer.table.name] = counts.get(pointer.table.name, 0) + found
    return counts


async def merge(session: AsyncSession, kept: Person, gone: Person, by: str, now: dt.datetime) -> Merge:
    """Make two one: all that is ``gone``'s follows ``kept``.  Raises CannotMerge unless both are there."""
    if kept.id == gone.id or kept.left_at is not None or gone.left_at is not None:
        raise CannotMerge(f"{gone.key} into {kept.key}")
    moved: dict[str, list[Identity]] = {}
    for pointer in pointers():
        rows = await _move(session, pointer, pointer.value(gone), pointer.value(kept))
        if rows:
            moved[pointer.name] = rows
    await _rank(session, kept, moved.get(PLACES, []), BEHIND)
    gone.merged_into, gone.left_at = kept.id, now
    row = Merge(kept_id=kept.id, gone_id=gone.id, by=by, at=now, moved=moved)
    session.add(row)
    await session.flush()
    return row


async def disclaim(session: AsyncSession, channel: str, value: str) -> None:
    """A place that is found anew is whose it is found for, whatever merge it once came with."""
    for row in await session.scalars(select(Merge).where(Merge.split_at.is_(None))):
        if [channel, value] in row.moved.get(PLACES, []):
            _forget(row, {PLACES: [[channel, value]]})


def _forget(row: Merge, moved: dict[str, list[Identity]]) -> None:
    row.moved = {name: _without(rows, moved.get(name, [])) for name, rows in row.moved.items()}


async def split(session: AsyncSession, row: Merge, now: dt.datetime) -> None:
    """Put two apart: what moved, and is still there, goes back.  What was done since then stays."""
    kept, gone = await session.get_one(Person, row.kept_id), await session.get_one(Person, row.gone_id)
    above = await _merges_above(session, kept)
    returned: list[Identity] = []
    for pointer in pointers():
        for holder, rows in _whereabouts(row, above, pointer.name).items():
            where = await session.get_one(Person, holder)
            back = await _move(session, pointer, pointer.value(where), pointer.value(gone), rows)
            if pointer.name == PLACES:
                returned += back
    await _rank(session, gone, returned, -BEHIND * (1 + len(above)))
    for other in above:
        _forget(other, row.moved)
    gone.merged_into, gone.left_at, row.split_at = None, None, now
    # What the settings said of them meanwhile is looked at again.
    await session.execute(delete(Meta).where(Meta.name == "roster"))
    await session.flush()


def _whereabouts(row: Merge, above: Sequence[Merge], name: str) -> dict[int, list[Identity]]:
    """Who has what a merge moved: whoever was kept may have been merged into another since."""
    steps = [(other.kept_id, _set(other.moved.get(name, []))) for other in above]
    found: dict[int, list[Identity]] = {}
    for one in row.moved.get(name, []):
        holder = row.kept_id
        for further, taken in steps:
            if tuple(one) not in taken:
                break
            holder = further
        found.setdefault(holder, []).append(one)
    return found


def _set(rows: Sequence[Identity]) -> set[tuple[Any, ...]]:
    return {tuple(one) for one in rows}


def _without(rows: Sequence[Identity], others: Sequence[Identity]) -> list[Identity]:
    gone = _set(others)
    return [one for one in rows if tuple(one) not in gone]


async def standing(session: AsyncSession, person_ids: Sequence[int]) -> list[Merge]:
    """The merges in which any of these are, on either side, the latest first."""
    rows = await session.scalars(
        select(Merge)
        .where(Merge.split_at.is_(None), Merge.kept_id.in_(person_ids) | Merge.gone_id.in_(person_ids))
        .order_by(Merge.id.desc())
    )
    return list(rows)


async def _merges_above(session: AsyncSession, person: Person) -> list[Merge]:
    """The merges through which what is ``person``'s went on to somebody else."""
    found: list[Merge] = []
    while person.merged_into is not None:
        query = select(Merge).where(Merge.gone_id == person.id, Merge.split_at.is_(None))
        found.append((await session.scalars(query)).one())
        person = await session.get_one(Person, person.merged_into)
    return found


async def _move(
    session: AsyncSession,
    pointer: Pointer,
    start: int | str,
    end: int | str,
    known: Sequence[Identity] | None = None,
) -> list[Identity]:
    """Move the rows that are ``start``'s (those that are ``known`` alone) to ``end``; which ones moved.

    What would break a constraint stays.
    """
    moved: list[Identity] = []
    for chosen in _chunks(pointer, known):
        mine = and_(pointer.column == start, chosen)
        columns = pointer.identity or [pointer.column]
        found = [list(one) for one in await session.execute(select(*columns).where(mine))]
        rows = found if pointer.identity else [[] for _ in found]
        if not rows:
            continue
        change = update(pointer.table).values({pointer.column: end})
        if await _tried(session, change.where(mine)):
            moved += rows
            continue
        for one in rows:
            only = and_(pointer.column == start, _among(pointer, [one]))
            if await _tried(session, change.where(only)):
                moved.append(one)
    return moved


async def _tried(session: AsyncSession, change: Any) -> bool:
    """Whether a change broke no constraint."""
    try:
        async with session.begin_nested():
            await session.execute(change)
    except IntegrityError:
        return False
    return True


def _chunks(pointer: Pointer, known: Sequence[Identity] | None) -> Iterator[ColumnElement[bool]]:
    if known is None:
        yield true()
        return
    for start in range(0, len(known), CHUNK):
        yield _among(pointer, known[start : start + CHUNK])


def _among(pointer: Pointer, known: Sequence[Identity]) -> ColumnElement[bool]:
    columns = pointer.identity
    if not columns:
        return true()
    if len(columns) == 1:
        return columns[0].in_([one[0] for one in known])
    return tuple_(*columns).in_([tuple(one) for one in known])


async def _rank(session: AsyncSession, person: Person, places: Sequence[Identity], by: int) -> None:
    if places:
        ours = tuple_(Contact.channel, Contact.value).in_([tuple(one) for one in places])
        await session.execute(
            update(Contact)
            .where(Contact.person_id == person.id, ours)
            .values(rank=func.max(Contact.rank + by, 0))
            .execution_options(synchronize_session=False)
        )
