"""Places taken away and given back: what the settings name, what others prove."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from bot import contacts, people, resources
from bot.contacts import End
from bot.roster import entries, sync
from bot.settings import load
from bot.store.engine import Store
from bot.store.people_tables import Contact, Person

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
SETTINGS = load(resources.config() / "demo.toml")
CHAT, OWN = End("room", "@lea:lisieres.example"), End("mail", "lea.neuve@courriel.example")


async def _say(store: Store) -> None:
    async with store.write() as session:
        await sync.sync(session, SETTINGS, entries(SETTINGS), NOW)


async def _holder(store: Store, end: End) -> str | None:
    async with store.read() as session:
        member = await contacts.holder(session, end, NOW)
    return None if member is None else member.key


async def _number(store: Store, key: str) -> int:
    async with store.read() as session:
        return (await session.scalars(select(Person.id).where(Person.key == key))).one()


async def _give_up(store: Store, end: End) -> dict[str, object]:
    async with store.write() as session:
        row = await contacts.contact(session, end)
        assert row is not None
        return await contacts.give_up(session, row)


async def test_what_is_taken_away_the_settings_do_not_bring_back(store: Store) -> None:
    await _say(store)
    await _give_up(store, CHAT)
    await _say(store)
    assert await _holder(store, CHAT) is None
    async with store.write() as session:
        lea = await people.by_key(session, "lea", NOW)
        assert lea is not None
        assert await contacts.attach(session, lea.id, CHAT, NOW) is not None
    assert await _holder(store, CHAT) == "lea"
    await _give_up(store, CHAT)  # once more: found again and lost again
    await _say(store)
    assert await _holder(store, CHAT) is None


async def test_given_back_it_is_as_it_was(store: Store) -> None:
    await _say(store)
    number = await _number(store, "lea")
    async with store.write() as session:
        await contacts.attach(session, number, OWN, NOW)
    for end in (CHAT, OWN):
        async with store.read() as session:
            before = (await session.execute(select(Contact.source, Contact.rank, Contact.value))).all()
        data = await _give_up(store, end)
        async with store.write() as session:
            assert await contacts.give_back(session, number, data)
        async with store.read() as session:
            after = (await session.execute(select(Contact.source, Contact.rank, Contact.value))).all()
        assert sorted(map(tuple, after)) == sorted(map(tuple, before))
        assert await _holder(store, end) == "lea"


async def test_taken_away_it_is_whose_it_is_proven_to_be_and_stays_so(store: Store) -> None:
    await _say(store)
    data = await _give_up(store, CHAT)
    async with store.write() as session:
        assert await contacts.attach(session, await _number(store, "jules"), CHAT, NOW) is not None
    await _say(store)
    assert await _holder(store, CHAT) == "jules"
    async with store.write() as session:
        assert not await contacts.give_back(session, await _number(store, "lea"), data)
