"""A start with changed settings does all of it or nothing, and once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import people, roster
from bot.authority import Role
from bot.roster.sync import sync
from bot.settings import Settings
from bot.store import people_tables as t
from bot.store.engine import Store

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)

Rows = Callable[..., Any]


@pytest.fixture
def other(settings: Settings) -> Settings:
    """The settings changed in every way at once.

    Jules is renamed and moves, Mona has another key, Karim goes, two swap their addresses, Le Hangar goes,
    GT Animation is another circle.
    """
    changes: dict[str, dict[str, Any]] = {
        "jules": {"name": "Jules Autrement", "place": "port", "roles": ["member:gt-anim"]},
        "fanny": {"place": "", "roles": []},
        "bruno": {"roles": ["delegate:cac", "facilitator:gt-anim"]},
        "mona": {"key": "mona.arnoux"},
        "chloe": {"addresses": ["david@lisieres.example"], "roles": ["delegate:cac"]},
        "david": {"addresses": ["chloe@lisieres.example"]},
    }
    members = [
        one.model_copy(update=changes.get(one.key, {}))
        for one in settings.people.members
        if one.key != "karim"
    ]
    return settings.model_copy(
        update={
            "people": settings.people.model_copy(update={"members": members}),
            "places": {key: one for key, one in settings.places.items() if key != "hangar"},
            "circles": {key.replace("animation", "anim"): one for key, one in settings.circles.items()},
        }
    )


async def synced(store: Store, settings: Settings, at: dt.datetime) -> None:
    async with store.write() as session:
        await sync(session, settings, roster.entries(settings), at)


async def test_all_of_it_and_once(
    store: Store,
    other: Settings,
    rows: Rows,
    dump: Callable[[Path], str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with store.write() as session:
        [jules] = await rows(t.Person, t.Person.key == "jules")
        given = t.RoleRow(
            person_id=jules.id, role="facilitator", circle="gt-animation", since=NOW, source="command"
        )
        session.add(given)
    await synced(store, other, LATER)
    before = dump(store.path)
    await synced(store, other, LATER + dt.timedelta(days=1))
    assert dump(store.path) == before

    async with store.read() as session:
        found = {
            key: await people.by_key(session, key, LATER) for key in ("jules", "chloe", "david", "karim")
        }
        mona = await people.by_contact(session, "mail", "mona@lisieres.example", LATER)
    assert mona is not None
    assert mona.key == "mona.arnoux"
    assert found.pop("karim") is None
    jules, chloe, david = (one for one in found.values() if one is not None)
    assert (jules.name, jules.place, jules.has(Role.MEMBER, "gt-anim")) == ("Jules Autrement", "port", True)
    assert (chloe.addresses, david.addresses) == (("david@lisieres.example",), ("chloe@lisieres.example",))
    # What a command gave stays under the circle's old key, and the log says so.
    assert jules.has(Role.FACILITATOR, "gt-animation")
    assert "gt-animation" in caplog.text
    [hangar] = await rows(t.Place, t.Place.key == "hangar")
    assert hangar.left_at == LATER


async def test_a_crash_in_the_middle_leaves_all_as_it_was(
    store: Store, settings: Settings, other: Settings, dump: Callable[[Path], str]
) -> None:
    async def crash() -> None:
        async with store.write() as session:
            await sync(session, other, roster.entries(other), LATER)
            raise KeyboardInterrupt

    before = dump(store.path)
    with pytest.raises(KeyboardInterrupt):
        await crash()
    assert dump(store.path) == before
    await synced(store, settings, LATER)
    assert dump(store.path) == before
