"""Which room is whose: bindings, settings, addresses, upgrades, rooms that we left."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.exc import IntegrityError

from bot import inbox, resources, rooms
from bot.channels.base import EventKind, RoomBatch, RoomEvent, RoomNews, RoomStanding
from bot.settings import Settings, load, override
from bot.store.engine import Store
from bot.store.lifecycle import prepare
from bot.store.room_tables import RoomBinding, RoomRow

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
JOINED, LEFT, REPLACED = RoomStanding.JOINED, RoomStanding.LEFT, RoomStanding.REPLACED


class Town:
    """A database of rooms, and what the settings say of them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.looks = 0

    async def hears(self, *news: RoomNews, whole: bool = False, events: tuple[RoomEvent, ...] = ()) -> None:
        self.looks += 1
        batch = RoomBatch(events, str(self.looks), rooms=news, whole=whole)
        now = NOW + dt.timedelta(minutes=self.looks)
        await inbox.receive_events(self.store, "fake", batch, now, key_wait=dt.timedelta(minutes=10))

    async def binds(self, circle: str, room: str | None) -> None:
        async with self.store.write() as session:
            await rooms.bind(session, circle, room, "alice", NOW)

    async def room_of(self, circle: str) -> str | None:
        async with self.store.read() as session:
            return await rooms.room_of(session, self.settings, circle)

    async def circle_of(self, room: str) -> str:
        async with self.store.read() as session:
            return await rooms.circle_of(session, self.settings, room)

    async def row(self, room: str) -> RoomRow:
        async with self.store.read() as session:
            return await session.get_one(RoomRow, room)


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The demo's circles; the CAC's room is an address, that of GT Animation an id."""
    store = Store(tmp_path / "navette.sqlite3", synchronous="off")
    await prepare(store, NOW)
    settings = load(resources.config() / "demo.toml")
    settings = override(settings, "circles.cac.room", "#cac:lisieres.example")
    settings = override(settings, "circles.gt-animation.room", "!animation")
    yield Town(store, override(settings, "circles.gt-formation.room", ""))
    await store.close()


def cac(room: str = "!cac", standing: RoomStanding = JOINED, successor: str = "") -> RoomNews:
    """News of a room that has the address of the CAC."""
    return RoomNews(room, standing, ("#cac:lisieres.example",), "Le CAC", successor=successor)


async def test_a_room_that_nobody_told_of_is_taken_at_its_word(town: Town) -> None:
    assert await town.room_of("gt-animation") == "!animation"
    assert await town.circle_of("!animation") == "gt-animation"
    assert await town.room_of("cac") == "#cac:lisieres.example"
    assert await town.room_of("gt-formation") is None
    assert await town.room_of("jardin") is None
    assert await town.circle_of("!ailleurs") == ""


async def test_an_address_is_the_room_that_has_it(town: Town) -> None:
    await town.hears(cac(), RoomNews("!autre", JOINED, ("#cac:ailleurs.example",)))
    assert await town.room_of("cac") == "!cac"
    assert await town.circle_of("!cac") == "cac"
    assert await town.circle_of("!autre") == ""


async def test_a_binding_wins_over_the_settings(town: Town) -> None:
    await town.hears(cac(), RoomNews("!neuf", JOINED))
    await town.binds("cac", "!neuf")
    assert await town.room_of("cac") == "!neuf"
    assert await town.circle_of("!neuf") == "cac"
    assert await town.circle_of("!cac") == ""
    await town.binds("cac", None)
    assert await town.room_of("cac") is None
    assert await town.circle_of("!neuf") == await town.circle_of("!cac") == ""


async def test_a_room_bound_to_another_circle_is_no_longer_that_of_the_settings(town: Town) -> None:
    await town.binds("gt-formation", "!animation")
    assert await town.circle_of("!animation") == "gt-formation"
    assert await town.room_of("gt-formation") == "!animation"
    assert await town.room_of("gt-animation") is None


async def test_a_circle_that_is_no_more_holds_no_room(town: Town) -> None:
    await town.binds("jardin", "!animation")
    assert await town.circle_of("!animation") == "gt-animation"
    assert await town.room_of("gt-animation") == "!animation"
    await town.binds("gt-formation", "!animation")
    assert await town.circle_of("!animation") == "gt-formation"


async def test_a_replaced_room_is_followed_both_ways_however_often(town: Town) -> None:
    await town.hears(
        cac("!un", REPLACED, "!deux"), cac("!deux", REPLACED, "!trois"), RoomNews("!trois", JOINED)
    )
    await town.binds("gt-formation", "!vieux")
    await town.hears(RoomNews("!vieux", REPLACED, successor="!neuf"), RoomNews("!neuf", JOINED))
    assert await town.room_of("cac") == "!trois"
    assert await town.room_of("gt-formation") == "!neuf"
    assert [await town.circle_of(room) for room in ("!un", "!deux", "!trois")] == ["cac"] * 3
    assert [await town.circle_of(room) for room in ("!vieux", "!neuf")] == ["gt-formation"] * 2


async def test_rooms_that_replace_each_other_are_no_riddle(town: Town) -> None:
    await town.hears(cac("!un", REPLACED, "!deux"), cac("!deux", REPLACED, "!un"))
    assert await town.room_of("cac") is None
    assert await town.circle_of("!un") == "cac"


async def test_a_room_that_we_left_is_none_until_we_are_back(town: Town) -> None:
    await town.hears(cac())
    await town.hears(RoomNews("!cac", LEFT))
    assert await town.room_of("cac") is None
    assert await town.circle_of("!cac") == "cac"
    assert (await town.row("!cac")).title == "Le CAC"
    await town.hears(cac())
    assert await town.room_of("cac") == "!cac"


async def test_a_room_that_is_left_behind_does_not_hide_the_one_that_has_its_address(town: Town) -> None:
    await town.hears(cac("!un", LEFT), cac("!deux"))
    assert await town.room_of("cac") == "!deux"


async def test_what_is_told_of_every_room_says_where_we_are_no_more(town: Town) -> None:
    await town.hears(cac(), RoomNews("!animation", JOINED, title="Animation"))
    await town.hears(RoomNews("!animation", JOINED, title="Animer"), whole=True)
    assert await town.room_of("cac") is None
    assert await town.room_of("gt-animation") == "!animation"
    assert (await town.row("!animation")).title == "Animer"


async def test_an_address_that_a_room_gave_up_is_forgotten(town: Town) -> None:
    await town.hears(cac())
    await town.hears(RoomNews("!cac", JOINED, title="Le CAC", encrypted=True, writable=False))
    assert await town.circle_of("!cac") == ""
    row = await town.row("!cac")
    assert (row.names, row.encrypted, row.writable) == ([], True, False)


async def test_news_and_events_are_kept_together_or_not_at_all(town: Town) -> None:
    naive = RoomEvent("$1", "!cac", "@alice:lisieres.example", NOW, EventKind.MESSAGE, "bonjour")
    broken = RoomNews("!autre", "nowhere", title="x")  # type: ignore[arg-type]
    with pytest.raises((AttributeError, IntegrityError)):
        await town.hears(cac(), broken, events=(naive,))
    async with town.store.read() as session:
        assert await session.get(RoomRow, "!cac") is None
    assert await inbox.cursor_of(town.store, "fake") is None


@pytest.mark.parametrize(
    "bindings",
    [[("cac", "!un"), ("cac", "!deux")], [("cac", "!un"), ("reseau", "!un")]],
    ids=["two rooms", "two circles"],
)
async def test_one_circle_one_room_and_one_room_one_circle(
    town: Town, bindings: list[tuple[str, str]]
) -> None:
    async def keep() -> None:
        async with town.store.write() as session:
            for circle, room in bindings:
                session.add(RoomBinding(circle=circle, room=room, by="alice", at=NOW))
                await session.flush()
                session.expunge_all()

    with pytest.raises(IntegrityError, match="room_bindings"):
        await keep()


async def test_a_standing_that_nobody_knows_is_refused(town: Town) -> None:
    with pytest.raises(IntegrityError, match="standing_known"):
        async with town.store.write() as session:
            session.add(RoomRow(id="!x", standing="lost", told_at=NOW))
