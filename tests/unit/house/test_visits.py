"""Direct rooms of people whom nobody knows: entered a few times a day, left again, forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select

from bot import contacts
from bot.channels.base import EventKind, RoomNews, RoomStanding
from bot.channels.fake_rooms import ME, FakeRooms, direct_room
from bot.clock import SetClock
from bot.contacts import End
from bot.protocols import Connections
from bot.roomwatch import RoomWatch
from bot.settings.model import Reach
from bot.store.engine import Store
from bot.store.lifecycle import prepare
from bot.store.people_tables import Person
from bot.store.room_tables import RoomRow, Visit

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
REACH = Reach(visits_per_day=3, visit_days=7)
ZED = "@zed:ailleurs.example"


class Hall:
    """Rooms, and who answers invitations there."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, SetClock(NOON)
        self.rooms = FakeRooms(self.clock)
        self.restart()

    def restart(self, reach: Reach | None = REACH) -> None:
        """Nothing is remembered but what is written."""
        self.watch = RoomWatch(self.store, self.clock, self.rooms, Connections(), DAY, reach)

    async def asked(self, room: str, person: str = ZED, *, direct: bool = True) -> bool:
        """Whether we go in when somebody asks us."""
        self.rooms.invite(room, person, direct=direct)
        await self.look()
        assert not (await self.rooms.hear("0", 0)).invites
        return room in self.inside()

    async def look(self) -> None:
        await self.watch.step(0)
        await self.watch.step(0)

    def inside(self) -> list[str]:
        joins = [one for one in self.rooms._log if getattr(one, "kind", None) is EventKind.JOIN]
        entered = [one.room for one in joins if one.person == ME]  # type: ignore[union-attr]
        return [room for room in entered if room not in self.rooms._gone]

    async def kept(self) -> list[str]:
        async with self.store.read() as session:
            return list(await session.scalars(select(Visit.room).order_by(Visit.at, Visit.room)))


@pytest_asyncio.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    store = Store(tmp_path / "navette.sqlite3", synchronous="off")
    await prepare(store, NOON)
    made = Hall(store)
    await made.look()
    yield made
    await store.close()


async def test_a_direct_room_is_entered_and_no_other(hall: Hall) -> None:
    assert not await hall.asked("!groupe", direct=False)
    assert await hall.asked(direct_room(ZED))
    assert await hall.kept() == [direct_room(ZED)]


async def test_so_many_a_day_through_restarts(hall: Hall) -> None:
    went = []
    for number in range(12):
        went.append(await hall.asked(f"!{number}", f"@{number}:ailleurs.example"))
        hall.restart()
    assert went == [True] * 3 + [False] * 9
    hall.clock.set(NOON + DAY)
    assert await hall.asked("!demain", "@demain:ailleurs.example")


async def test_one_account_takes_no_others_place(hall: Hall) -> None:
    assert [await hall.asked(f"!{number}") for number in range(4)] == [True, True, False, False]
    assert await hall.asked("!autre", "@autre:ailleurs.example")


async def test_where_nobody_would_meet_them_strangers_are_declined(hall: Hall) -> None:
    hall.restart(None)
    assert not await hall.asked(direct_room(ZED))
    hall.restart(Reach(visits_per_day=0))
    assert not await hall.asked(direct_room(ZED))


async def test_a_door_that_does_not_open_at_first_is_counted_once(hall: Hall) -> None:
    hall.rooms.barred.add("!lent")
    hall.rooms.invite("!lent", ZED, direct=True)
    await hall.look()
    hall.restart()
    hall.rooms.barred.clear()
    await hall.look()
    assert hall.inside() == ["!lent"]
    assert await hall.kept() == ["!lent"]


async def test_left_and_forgotten_after_some_days(hall: Hall) -> None:
    room = direct_room(ZED)
    assert await hall.asked(room)
    hall.clock.set(NOON + 7 * DAY - dt.timedelta(minutes=1))
    await hall.look()
    assert hall.inside() == [room]
    hall.clock.set(NOON + 8 * DAY)
    hall.rooms.barred.add(room)
    await hall.look()
    assert await hall.kept() == [room]  # to be tried again
    hall.rooms.barred.clear()
    hall.restart()
    await hall.look()
    assert (hall.inside(), await hall.kept()) == ([], [])
    async with hall.store.read() as session:
        row = await session.get_one(RoomRow, room)
    assert (row.standing, row.person) == ("left", "")


async def test_who_is_known_by_then_keeps_the_room(hall: Hall) -> None:
    room = direct_room(ZED)
    assert await hall.asked(room)
    async with hall.store.write() as session:
        session.add(Person(id=1, key="zed", name="Zed", status="partner"))
        await session.flush()
        await contacts.attach(session, 1, End("room", ZED), NOON)
    hall.clock.set(NOON + 9 * DAY)
    await hall.look()
    assert (hall.inside(), await hall.kept()) == ([room], [])


async def test_where_others_come_in_we_go(hall: Hall) -> None:
    """A room can say that it is direct and hold hundreds; and it still counts for its day."""
    room = direct_room(ZED)
    assert await hall.asked(room)
    hall.rooms.tell(RoomNews(room, RoomStanding.JOINED))
    await hall.look()
    assert (hall.inside(), await hall.kept()) == ([], [room])


async def test_an_upgrade_is_no_way_to_keep_us(hall: Hall) -> None:
    room = direct_room(ZED)
    assert await hall.asked(room)
    hall.rooms.upgrade(room, "!suite")
    hall.rooms.tell(RoomNews("!suite", RoomStanding.JOINED))  # with others in it
    hall.clock.set(NOON + dt.timedelta(hours=1))
    await hall.look()
    assert await hall.kept() == ["!suite"]
    hall.clock.set(NOON + dt.timedelta(hours=2))
    await hall.look()
    assert "!suite" in hall.rooms._gone
