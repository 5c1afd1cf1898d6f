"""After an erasure no byte of ours names the person: database, journal, index, raw bytes, new backups."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from bot.outbox import Content, Destination
from bot.personal import erasure
from bot.personal.holdings.traces import Traces
from bot.store.archive_tables import Message
from bot.store.backup import backup
from bot.store.people_tables import Contact, Person, RoleRow
from bot.store.tables import InboxRow, OutboxRow, OutboxState
from tests.unit.privacy.conftest import ADDRESS, KEY, NAME, NAMED, Scene, erase, found_beside, found_in


async def test_nothing_names_who_was_erased_not_even_once_decoded(lived_in: Scene) -> None:
    assert {value for _, value, _ in found_beside(lived_in)} == set(NAMED), "the search finds what is there"
    traces = Traces("", names=(NAME,), addresses=NAMED[1:3], chats=NAMED[3:])
    await lived_in.post(9, "Rien qui la concerne.")
    assert any(row.raw and traces.in_bytes(row.raw) for row in await lived_in.rows(InboxRow))
    await erase(lived_in)
    assert found_beside(lived_in) == []
    made = backup(lived_in.settings.store.path, lived_in.folder, None, lived_in.clock.now())
    assert found_in(made.path) == []
    left = [row.raw for row in await lived_in.rows(InboxRow) if row.raw]
    assert not any(traces.in_bytes(raw) for raw in left)
    assert len(left) >= 2, "what concerns others alone is still there"


async def test_counts_and_words_stay_and_the_search_finds_them_without_a_name(lived_in: Scene) -> None:
    counted = {table: len(await lived_in.rows(table)) for table in (Person, RoleRow, Message)}
    found = text("SELECT count(*) FROM search_index WHERE search_index MATCH :words")
    async with lived_in.bot.store.read() as session:
        before = [await session.scalar(found, {"words": word}) for word in ("toscan", "chaises")]
    await erase(lived_in)
    async with lived_in.bot.store.read() as session:
        after = [await session.scalar(found, {"words": word}) for word in ("toscan", "chaises")]
    assert (before, after) == ([7, 3], [0, 3])
    assert {table: len(await lived_in.rows(table)) for table in counted} == counted
    chairs = next(one for one in await lived_in.rows(Message) if "Dix chaises" in one.subject)
    assert (chairs.author_name, chairs.author_address) == ("ancien·ne membre 1", "")
    assert "Qui veut dix chaises" in chairs.text
    person = next(one for one in await lived_in.rows(Person) if one.key == "erased-1")
    assert (person.name, person.status) == ("ancien·ne membre 1", "former")
    assert all(role.until for role in await lived_in.rows(RoleRow) if role.person_id == person.id)
    assert [one for one in await lived_in.rows(Contact) if one.person_id == person.id] == []


async def test_the_last_words_leave_and_their_rows_forget_the_address(lived_in: Scene) -> None:
    await lived_in.say("lea", "dm", "!effacer")
    lived_in.act()
    await lived_in.say("lea", "dm", "oui, efface")
    assert sorted((block.channel, block.whom) for block in lived_in.sent) == [
        ("dm", "lea"),
        ("mail", ADDRESS),
    ]
    number = next(one.id for one in await lived_in.rows(Person) if one.key == "erased-1")
    held = [row.recipient for row in await lived_in.rows(OutboxRow) if row.person_id == number]
    assert any("@" in recipient for recipient in held)
    await lived_in.pass_until(lived_in.clock.now() + dt.timedelta(minutes=10))
    held = [row.recipient for row in await lived_in.rows(OutboxRow) if row.person_id == number]
    assert not any("@" in recipient for recipient in held)


async def test_what_was_on_its_way_to_them_goes_nowhere_and_names_nobody(scene: Scene) -> None:
    """One mail that may have left, one held, one being sent: none keeps the address, none leaves later."""
    states = (OutboxState.UNCERTAIN, OutboxState.HELD, OutboxState.SENDING, OutboxState.PENDING)
    number = await scene.number_of(KEY)
    async with scene.bot.store.write() as session:
        for state in states:
            work = scene.work(session)
            row = await work.send(f"x:{state}", Destination("mail", ADDRESS, number), Content(f"{NAME} !"))
            (await session.get_one(OutboxRow, row)).state = state.value
        await erasure.erase(scene.work(session), number)
    await scene.restart()
    scene.act()
    await scene.pass_until(scene.clock.now() + dt.timedelta(hours=1))
    assert found_beside(scene) == []
    ours = {row.state for row in await scene.rows(OutboxRow) if row.effect_key.startswith("x:")}
    assert ours <= {OutboxState.CANCELLED, OutboxState.EXPIRED}


async def test_in_shadow_what_coordination_was_shown_instead_names_nobody_either(scene: Scene) -> None:
    await scene.set("gates.shadow", "true")
    await scene.write("lea", "", "!mes-données")
    await erase(scene)
    assert found_beside(scene) == []
