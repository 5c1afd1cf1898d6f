"""Direct rooms into which somebody whom nobody knows asks us: how a member who is new to chat begins.

We go in, a few times a day, so that they can say who they are; we go out when others come in, or after some
days if nobody knows them by then, and forget the room.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import people
from bot.channels.base import Invite, RoomStanding
from bot.settings.model import Reach
from bot.store.room_tables import RoomRow, Visit

DAY = dt.timedelta(days=1)
OF_ONE = 2  # rooms that one account may ask us into in a day: they may have closed the first by mistake


async def admit(session: AsyncSession, reach: Reach, invite: Invite, now: dt.datetime) -> bool:
    """Whether we go where a stranger asks us in; written down first, so that a crash does not uncount it."""
    if not invite.direct:
        return False
    if await session.get(Visit, invite.room) is not None:
        return True  # the door did not open before
    person = invite.sender.lower()
    lately = list(await session.scalars(select(Visit.person).where(Visit.at > now - DAY)))
    if len(lately) >= reach.visits_per_day or lately.count(person) >= OF_ONE:
        return False
    session.add(Visit(room=invite.room, person=person, at=now))
    await session.flush()
    return True


async def is_one(session: AsyncSession, room: str) -> bool:
    """Whether somebody unknown asked us into a room."""
    return await session.get(Visit, room) is not None


async def over(session: AsyncSession, reach: Reach, now: dt.datetime) -> list[str]:
    """Rooms to leave: others are in them, or the days are over; nobody knows yet who asked us in."""
    joined = RoomRow.standing == RoomStanding.JOINED.value
    rows = await session.execute(
        select(Visit, RoomRow.person).join(RoomRow, RoomRow.id == Visit.room).where(joined)
    )
    before, found = _before(reach, now), []
    for visit, person in rows.all():
        if person.lower() == visit.person and visit.at > before:
            continue
        if await people.by_contact(session, "room", visit.person, now) is None:
            found.append(visit.room)
    return found


async def forget(
    session: AsyncSession, reach: Reach, left: Collection[str], still: Collection[str], now: dt.datetime
) -> None:
    """Let go of the rooms that we ``left``, and of what is too old; not of those ``still`` to leave."""
    gone = {"standing": RoomStanding.LEFT.value, "person": "", "told_at": now}
    await session.execute(update(RoomRow).where(RoomRow.id.in_(left)).values(gone))
    await _follow(session)
    old = delete(Visit).where(Visit.at <= _before(reach, now))
    await session.execute(old.where(Visit.room.not_in(still)))


async def _follow(session: AsyncSession) -> None:
    """Where a room was upgraded, we went on into another one, which is a visit like it."""
    replaced = RoomRow.standing == RoomStanding.REPLACED.value
    rows = await session.execute(
        select(Visit, RoomRow.successor).join(RoomRow, RoomRow.id == Visit.room).where(replaced)
    )
    for visit, successor in rows.all():
        if successor and await session.get(Visit, successor) is None:
            visit.room = successor
    await session.flush()


def _before(reach: Reach, now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(days=reach.visit_days)
