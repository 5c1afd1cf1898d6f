"""Whom the list brought and whom the settings name: one person only if an address says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from bot import merging, people, roster
from bot.authority import Role
from bot.roster.sync import sync
from bot.settings import Settings
from bot.settings.model import PersonEntry
from bot.store import people_tables as t
from bot.store.engine import Store
from bot.store.tables import Prompt

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)

Rows = Callable[..., Any]


async def synced(store: Store, settings: Settings, *said: PersonEntry) -> None:
    """The settings say this of some people, besides what they said of the others."""
    keys = {one.key for one in said}
    members = [*(one for one in settings.people.members if one.key not in keys), *said]
    now = settings.model_copy(update={"people": settings.people.model_copy(update={"members": members})})
    async with store.write() as session:
        await sync(session, now, roster.entries(now), LATER)


async def listed(store: Store, key: str, address: str, **more: object) -> int:
    """Somebody whom only the list knows."""
    async with store.write() as session:
        person = t.Person(
            key=key, name=key, status="subscriber", source="list", entered_at=NOW, notice_at=NOW, **more
        )
        session.add(person)
        await session.flush()
        session.add(
            t.Contact(person_id=person.id, channel="mail", value=address, source="list", verified_at=NOW)
        )
        return person.id


async def test_a_key_made_of_an_address_of_the_list_is_nobodys(
    store: Store, settings: Settings, rows: Rows
) -> None:
    """Whoever subscribed as paul@evil.example became « paul », and later got the real Paul's roles."""
    stranger = await listed(store, "paul", "paul@evil.example")
    async with store.write() as session:
        session.add(Prompt(capability="c", kind="k", audience="person:paul", state={}, opened_at=NOW))
    paul = PersonEntry(key="paul", name="Paul", addresses=["paul@x.example"], roles=["treasurer"])
    await synced(store, settings, paul)
    async with store.read() as session:
        real = await people.by_contact(session, "mail", "paul@x.example", LATER)
        other = await people.by_contact(session, "mail", "paul@evil.example", LATER)
    assert real is not None
    assert other is not None
    assert (real.key, real.has(Role.TREASURER), real.addresses) == ("paul", True, ("paul@x.example",))
    assert (other.key, other.id, other.roles) == ("paul.2", stranger, frozenset())
    assert [prompt.audience for prompt in await rows(Prompt)] == ["person:paul.2"]


async def test_the_settings_say_who_it_is_whom_the_list_brought_under_the_same_key(
    store: Store, settings: Settings, rows: Rows
) -> None:
    number = await listed(store, "paul", "paul@x.example")
    paul = PersonEntry(key="paul", name="Paul Éluard", addresses=["paul@x.example"])
    await synced(store, settings, paul)
    [row] = await rows(t.Person, t.Person.key == "paul")
    assert (row.id, row.name, row.source) == (number, "Paul Éluard", "settings")


async def test_an_address_that_the_list_brought_goes_to_whom_the_settings_give_it(
    store: Store, settings: Settings, rows: Rows
) -> None:
    number = await listed(store, "mona.perso", "mona.perso@x.example")
    async with store.write() as session:
        session.add(t.RoleRow(person_id=number, role="treasurer", since=NOW, source="command"))
    [mona] = [one for one in settings.people.members if one.key == "mona"]
    both = mona.model_copy(update={"addresses": ["mona@lisieres.example", "Mona.Perso@x.example"]})
    for _ in range(2):
        await synced(store, settings, both)
        async with store.read() as session:
            found = await people.by_contact(session, "mail", "mona.perso@x.example", LATER)
        assert found is not None
        assert (found.key, found.has(Role.TREASURER)) == ("mona", True)
        assert found.addresses == ("mona@lisieres.example", "mona.perso@x.example")
    [merge] = await rows(t.Merge)
    assert (merge.gone_id, merge.by) == (number, "settings")
    # Whoever puts them apart has the last word.
    async with store.write() as session:
        await merging.split(session, await session.get_one(t.Merge, merge.id), LATER)
    await synced(store, settings, both)
    async with store.read() as session:
        other = await people.by_contact(session, "mail", "mona.perso@x.example", LATER)
    assert other is not None
    assert (other.id, other.key) == (number, "mona.perso")
