"""Which room belongs to which circle, through bindings, settings, addresses and upgrades."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    bindparam,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import RoomBatch, RoomNews, RoomStanding
from bot.settings.model import Settings
from bot.store.room_tables import RoomBinding, RoomRow


async def take(session: AsyncSession, batch: RoomBatch, now: dt.datetime) -> None:
    """Keep how the rooms stand.  Of a room that we are no longer in, what was known of it stays."""
    if batch.whole:
        told = [news.room for news in batch.rooms]
        await session.execute(
            update(RoomRow)
            .where(RoomRow.standing == RoomStanding.JOINED.value, RoomRow.id.not_in(told))
            .values(standing=RoomStanding.LEFT.value, told_at=now)
        )
    for news in batch.rooms:
        await _take(session, news, now)


async def _take(session: AsyncSession, news: RoomNews, now: dt.datetime) -> None:
    row = await session.get(RoomRow, news.room)
    if row is None:
        row = RoomRow(id=news.room, names=[], title="", person="", successor="")
        session.add(row)
    gone = news.standing is not RoomStanding.JOINED
    row.standing, row.told_at = news.standing.value, now
    row.names = row.names if gone and not news.names else list(news.names)
    row.title = row.title if gone and not news.title else news.title
    row.person = row.person if gone and not news.person else news.person
    row.successor = row.successor if gone and not news.successor else news.successor
    row.encrypted, row.writable = news.encrypted, news.writable


async def room_of(session: AsyncSession, settings: Settings, circle: str) -> str | None:
    """The room that is bound to a circle, if there is one and we have not left it.

    A room that the channel never told of is taken at its word.
    """
    bindings = await bindings_of(session)
    name = bound_name(settings, bindings, circle)
    if name is None:
        return None
    line = await _line_of(session, name)
    if _is_of_another(settings, bindings, circle, line):
        return None
    if line.here is not None:
        return line.here.id
    return None if line.rows else name


async def circle_of(session: AsyncSession, settings: Settings, room: str) -> str:
    """The circle that a room is bound to, or ``""``: by id or address, its own or of what it replaces."""
    bindings: dict[str, str | None] = {}
    names: set[str] = set()
    ids: set[str] = set()
    for room_id, addresses, circle in await session.execute(OF_ROOM, {"room": room}):
        if circle is None:
            ids.add(room_id)
            names.update(addresses or ())
        else:
            bindings[circle] = room_id
    said = [one for one, bound in bindings.items() if bound in ids and one in settings.circles]
    if said:
        return min(said, key=lambda one: bindings[one] != room)
    of_settings = ((key, one.room) for key, one in settings.circles.items() if key not in bindings)
    return next((key for key, name in of_settings if name in ids | names), "")


@dataclass(frozen=True)
class CircleRoom:
    """A circle, the name of the room that is its own, and how that room stands, if the channel told."""

    circle: str
    name: str
    row: RoomRow | None


async def survey(session: AsyncSession, settings: Settings) -> list[CircleRoom]:
    """Every circle that has a room, in the order of the settings."""
    bindings = await bindings_of(session)
    found = []
    for circle in settings.circles:
        name = bound_name(settings, bindings, circle)
        if name is None:
            continue
        line = await _line_of(session, name)
        if not _is_of_another(settings, bindings, circle, line):
            found.append(CircleRoom(circle, name, line.here or next(iter(line.rows), None)))
    return found


async def bindings_of(session: AsyncSession) -> dict[str, str | None]:
    """What persons bound: circle → room, None when they said that it has none."""
    rows = await session.execute(select(RoomBinding.circle, RoomBinding.room))
    return {row.circle: row.room for row in rows}


async def bind(session: AsyncSession, circle: str, room: str | None, by: str, now: dt.datetime) -> None:
    """Make ``room`` (none: no room at all) the circle's own, whatever the settings say."""
    # What a circle that is no more held is free.
    await session.execute(delete(RoomBinding).where(RoomBinding.room == room, RoomBinding.circle != circle))
    await session.merge(RoomBinding(circle=circle, room=room, by=by, at=now))
    await session.flush()


async def forget(session: AsyncSession, circle: str) -> None:
    """Let the settings speak for the circle again."""
    row = await session.get(RoomBinding, circle)
    if row is not None:
        await session.delete(row)
        await session.flush()


def bound_name(settings: Settings, bindings: Mapping[str, str | None], circle: str) -> str | None:
    """The id or the address of a circle's room: as it was bound, else as the settings say."""
    if circle not in settings.circles:
        return None
    return bindings[circle] if circle in bindings else settings.circles[circle].room or None


@dataclass(frozen=True)
class _Line:
    """A room and those that it was replaced by, as far as the channel told of them."""

    ids: frozenset[str]
    rows: Sequence[RoomRow]

    @property
    def here(self) -> RoomRow | None:
        """The one of them that we are in: the latest told of."""
        joined = [row for row in self.rows if row.standing == RoomStanding.JOINED.value]
        return max(joined, key=lambda row: row.told_at, default=None)


def _is_of_another(settings: Settings, bindings: Mapping[str, str | None], circle: str, line: _Line) -> bool:
    others = (room for other, room in bindings.items() if other != circle and other in settings.circles)
    return any(room in line.ids for room in others)


async def _line_of(session: AsyncSession, name: str) -> _Line:
    address = func.json_each(RoomRow.names).table_valued("value")
    named = exists(select(1).select_from(address).where(address.c.value == name))
    line = select(RoomRow.id.label("id")).where(or_(RoomRow.id == name, named)).cte("line", recursive=True)
    line = line.union(
        select(RoomRow.successor).join(line, RoomRow.id == line.c.id).where(RoomRow.successor != "")
    )
    found = select(line.c.id, RoomRow).outerjoin(RoomRow, RoomRow.id == line.c.id)
    rows = (await session.execute(found)).all()
    return _Line(frozenset({name, *(one for one, _ in rows)}), [row for _, row in rows if row is not None])


def _of_room() -> CompoundSelect[*tuple[Any, ...]]:
    """What a room may be known by: ids and addresses of it and of those that it replaces; all bindings."""
    room = bindparam("room", type_=RoomRow.id.type)
    line = select(room.label("id")).cte("line", recursive=True)
    line = line.union(select(RoomRow.id).join(line, RoomRow.successor == line.c.id))
    of_line = select(line.c.id, RoomRow.names, null().label("circle")).outerjoin(
        RoomRow, RoomRow.id == line.c.id
    )
    return union_all(of_line, select(RoomBinding.room, null(), RoomBinding.circle))


OF_ROOM = _of_room()  # made once: each message asks for it
