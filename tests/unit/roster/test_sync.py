"""The settings' people, places, seats and territories, and what others said besides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from bot import people, roster
from bot.authority import Role
from bot.roster.sync import sync, sync_if_changed
from bot.settings import Settings
from bot.settings.model import Circle, PersonEntry, Place, Territory
from bot.store import people_tables as t
from bot.store.engine import Store
from bot.store.tables import Prompt

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)

Rows = Callable[..., Any]


def with_entries(settings: Settings, entries: list[PersonEntry]) -> Settings:
    return settings.model_copy(update={"people": settings.people.model_copy(update={"members": entries})})


def changed(settings: Settings, whose: str, **values: object) -> Settings:
    """The settings with other values for one person."""
    return with_entries(
        settings,
        [one.model_copy(update=values) if one.key == whose else one for one in settings.people.members],
    )


def without(settings: Settings, key: str) -> Settings:
    return with_entries(settings, [one for one in settings.people.members if one.key != key])


async def synced(store: Store, settings: Settings, at: dt.datetime = LATER) -> None:
    async with store.write() as session:
        await sync(session, settings, roster.entries(settings), at)


async def person_id(rows: Rows, key: str) -> int:
    [person] = await rows(t.Person, t.Person.key == key)
    return int(person.id)


async def test_whoever_the_settings_no_longer_name_leaves_and_may_come_back(
    store: Store, settings: Settings, rows: Rows
) -> None:
    await synced(store, without(settings, "fanny"))
    [fanny] = await rows(t.Person, t.Person.key == "fanny")
    assert (fanny.status, fanny.left_at) == ("former", LATER)
    assert all(role.until == LATER for role in await rows(t.RoleRow, t.RoleRow.person_id == fanny.id))
    async with store.read() as session:
        assert await people.by_contact(session, "mail", "fanny@lisieres.example", LATER) is None
    await synced(store, settings, LATER + dt.timedelta(days=1))
    async with store.read() as session:
        back = await people.by_key(session, "fanny", LATER + dt.timedelta(days=2))
    assert back is not None
    assert back.id == fanny.id
    assert back.has(Role.REFERENT, "05")


async def test_what_a_command_or_a_code_said_is_not_undone(
    store: Store, settings: Settings, rows: Rows
) -> None:
    number = await person_id(rows, "jules")
    async with store.write() as session:
        for row in await rows(t.RoleRow, t.RoleRow.person_id == number):
            kept = await session.get_one(t.RoleRow, row.id)
            kept.until, kept.source = NOW, "command"
        session.add_all(
            [
                t.RoleRow(person_id=number, role="treasurer", since=NOW, source="command"),
                t.Contact(
                    person_id=number, channel="mail", value="j@x.example", source="code", verified_at=NOW
                ),
            ]
        )
    await synced(store, changed(settings, "jules", town="Gap", addresses=[]))
    async with store.read() as session:
        jules = await people.by_key(session, "jules", LATER)
    assert jules is not None
    assert {held.role for held in jules.roles} == {Role.TREASURER}
    assert jules.addresses == ("j@x.example",)
    [row] = await rows(t.Contact, t.Contact.value == "jules@lisieres.example")
    assert row.verified_at is None


async def test_somebody_whom_an_import_described_stays_as_it_said(
    store: Store, settings: Settings, rows: Rows
) -> None:
    async with store.write() as session:
        jules = await session.get_one(t.Person, await person_id(rows, "jules"))
        jules.name, jules.source, jules.town = "Jules d'Embrun", "import", ""
    await synced(store, changed(settings, "jules", town="Gap"))
    [jules] = await rows(t.Person, t.Person.key == "jules")
    assert (jules.name, jules.town) == ("Jules d'Embrun", "Gap")
    await synced(store, without(settings, "jules"))
    [jules] = await rows(t.Person, t.Person.key == "jules")
    assert jules.left_at is None
    assert all(role.until for role in await rows(t.RoleRow, t.RoleRow.person_id == jules.id))


async def test_a_new_key_for_a_known_address_is_the_same_person(
    store: Store, settings: Settings, rows: Rows
) -> None:
    number = await person_id(rows, "mona")
    async with store.write() as session:
        session.add(Prompt(capability="c", kind="k", audience="person:mona", state={}, opened_at=NOW))
    await synced(store, changed(settings, "mona", key="mona.arnoux"))
    assert await person_id(rows, "mona.arnoux") == number
    assert [prompt.audience for prompt in await rows(Prompt)] == ["person:mona.arnoux"]
    assert await rows(t.Person, t.Person.key == "mona") == []


async def test_whom_the_list_brought_the_settings_may_name(
    store: Store, settings: Settings, rows: Rows
) -> None:
    async with store.write() as session:
        listed = t.Person(key="z", name="z", status="subscriber", source="list", entered_at=NOW)
        session.add(listed)
        await session.flush()
        session.add(
            t.Contact(
                person_id=listed.id, channel="mail", value="z@x.example", source="list", verified_at=NOW
            )
        )
    entry = PersonEntry(key="zoe", name="Zoé Éluard", addresses=["z@x.example"])
    await synced(store, with_entries(settings, [*settings.people.members, entry]))
    [zoe] = await rows(t.Person, t.Person.key == "zoe")
    assert (zoe.id, zoe.name, zoe.source) == (listed.id, "Zoé Éluard", "settings")


async def test_an_address_that_somebody_proved_is_not_given_to_another(
    store: Store, settings: Settings, rows: Rows
) -> None:
    number = await person_id(rows, "lea")
    async with store.write() as session:
        session.add(
            t.Contact(person_id=number, channel="mail", value="l@x.example", source="code", verified_at=NOW)
        )
    await synced(store, changed(settings, "mona", addresses=["mona@lisieres.example", "l@x.example"]))
    [row] = await rows(t.Contact, t.Contact.value == "l@x.example")
    assert row.person_id == number


async def test_a_merged_person_is_not_brought_back(store: Store, settings: Settings, rows: Rows) -> None:
    kept, gone = await person_id(rows, "karim"), await person_id(rows, "mona")
    async with store.write() as session:
        merged = await session.get_one(t.Person, gone)
        merged.merged_into, merged.left_at, merged.status = kept, NOW, "former"
        for row in await rows(t.Contact, t.Contact.person_id == gone):
            (await session.get_one(t.Contact, row.id)).person_id = kept
    await synced(store, changed(settings, "mona", town="Digne", roles=["member:cac"]))
    [mona] = await rows(t.Person, t.Person.key == "mona")
    assert (mona.left_at, mona.town) == (NOW, "")
    async with store.read() as session:
        found = await people.by_contact(session, "mail", "mona@lisieres.example", LATER)
    assert found is not None
    assert (found.key, found.has(Role.MEMBER, "cac")) == ("karim", True)
    assert found.name == "Karim Loubet"


async def test_an_erased_person_is_not_brought_back(store: Store, settings: Settings, rows: Rows) -> None:
    number = await person_id(rows, "mona")
    async with store.write() as session:
        erased = await session.get_one(t.Person, number)
        erased.name, erased.left_at = "ancien·ne membre 1", NOW
        session.add(t.Erasure(number=1, mark="m", person_id=number, at=NOW))
        for row in await rows(t.Contact, t.Contact.person_id == number):
            await session.delete(await session.get_one(t.Contact, row.id))
    await synced(store, changed(settings, "mona", town="Digne"))
    [mona] = await rows(t.Person, t.Person.key == "mona")
    assert (mona.name, mona.left_at, mona.town) == ("ancien·ne membre 1", NOW, "")
    assert await rows(t.Contact, t.Contact.person_id == number) == []


def on_the_map(settings: Settings, **referents: list[str]) -> Settings:
    """The settings with a member place, seats and a territory."""
    places = {
        **settings.places,
        "port": settings.places["port"].model_copy(
            update={"town": "Nice", "sectors": ["culture"], "paid_years": [2025, 2026], "due_years": [2027]}
        ),
        "gare": Place(name="La Gare", department="05", rural=True),
    }
    alps = Territory(
        name="Massif alpin", departments=["04", "05"], referents=referents.get("alps", ["fanny"])
    )
    circles = {**settings.circles, "cac": settings.circles["cac"].model_copy(update={"seats": ["port"]})}
    return settings.model_copy(
        update={"places": places, "territories": {"massif-alpin": alps}, "circles": circles}
    )


async def test_places_years_and_seats(store: Store, settings: Settings, rows: Rows) -> None:
    await synced(store, on_the_map(settings))
    [port] = await rows(t.Place, t.Place.key == "port")
    [gare] = await rows(t.Place, t.Place.key == "gare")
    assert (port.town, port.sectors, gare.rural, gare.left_at) == ("Nice", ["culture"], True, None)
    years = {(row.year, row.paid) for row in await rows(t.Membership)}
    assert years == {(2025, True), (2026, True), (2027, False)}
    seats = await rows(t.Seat, t.Seat.until.is_(None))
    assert [(seat.circle, seat.place_id) for seat in seats] == [("cac", port.id)]
    assert len(await rows(t.Seat, t.Seat.until == LATER)) == 4

    again = LATER + dt.timedelta(days=1)
    await synced(store, settings, again)
    [gare] = await rows(t.Place, t.Place.key == "gare")
    assert gare.left_at == again
    # A year that is over is history, one to come that is taken back was never one.
    assert {row.year for row in await rows(t.Membership)} == {2025}
    assert len(await rows(t.Seat, t.Seat.until.is_(None))) == 5


async def test_a_seat_or_a_fee_that_a_command_settled_stays(
    store: Store, settings: Settings, rows: Rows
) -> None:
    [port] = await rows(t.Place, t.Place.key == "port")
    async with store.write() as session:
        [seat] = await rows(t.Seat, t.Seat.place_id == port.id)
        seat = await session.get_one(t.Seat, seat.id)
        seat.until, seat.source = NOW, "command"
        session.add(t.Membership(place_id=port.id, year=2027, paid=True, source="command", at=NOW))
    await synced(store, on_the_map(settings))
    assert await rows(t.Seat, t.Seat.place_id == port.id, t.Seat.until.is_(None)) == []
    [fee] = await rows(t.Membership, t.Membership.year == 2027)
    assert fee.paid


async def test_referents_are_people_places_collectives_or_nobody(
    store: Store, settings: Settings, rows: Rows
) -> None:
    await synced(store, on_the_map(settings, alps=["fanny", "place:gare", "collective:Les Alpins"]))
    open_rows = await rows(t.Referent, t.Referent.until.is_(None))
    kinds = [(row.person_id is None, row.place_id is None, row.collective) for row in open_rows]
    assert sorted(kinds, key=str) == [
        (False, True, None),
        (True, False, None),
        (True, True, "Les Alpins"),
    ]
    await synced(store, on_the_map(settings, alps=[]))
    assert await rows(t.Referent, t.Referent.until.is_(None)) == []
    assert len(await rows(t.Referent)) == 3
    await synced(store, settings)
    [alps] = await rows(t.Territory)
    assert (alps.departments, alps.name) == ([], "Massif alpin")


async def test_it_is_done_again_only_when_something_of_it_changed(store: Store, settings: Settings) -> None:
    async def looked(now: Settings) -> bool:
        async with store.write() as session:
            return await sync_if_changed(session, now, roster.entries(now), LATER)

    assert await looked(settings)
    assert not await looked(settings)
    reserved = settings.circles["cac"].model_copy(update={"concerns": False})
    assert not await looked(settings.model_copy(update={"circles": {**settings.circles, "cac": reserved}}))
    seats: Circle = settings.circles["cac"].model_copy(update={"seats": []})
    for other in (
        changed(settings, "mona", language="en"),
        on_the_map(settings),
        on_the_map(settings, alps=["mona"]),
        settings.model_copy(update={"circles": {**settings.circles, "cac": seats}}),
    ):
        assert await looked(other)
        assert not await looked(other)
