"""A backup put back: nothing is sent, asked or done a second time, and nothing is lost without a word."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import outbox
from bot.app import App, Channels
from bot.channels.fake_rooms import FakeRooms
from bot.errors import StoreError
from bot.live.service import Service
from bot.outbox import Content, Destination, Terms
from bot.restore import MAYBE_DONE, MAYBE_SENT, Restored, restore
from bot.schedule import plan
from bot.settings import override
from bot.store.backup import backup, put_identity_back
from bot.store.lock import Lock
from bot.store.tables import DueRow, DueState, InboxRow, InboxState, OutboxRow, OutboxState
from bot.work import Work
from tests.unit.service.conftest import World

EMILE, ALICE, LIST = "emile@lisieres.example", "alice@lisieres.example", "reseau@listes.lisieres.example"
LATER = dt.timedelta(minutes=30)


async def turn(world: World) -> None:
    """The service does everything that there is to do at this moment."""
    await Service(world.app(), asyncio.Event()).once()


async def rows(world: World, table: type[Any]) -> list[Any]:
    app = world.app()
    async with app.store.read() as session:
        found = list(await session.scalars(select(table).order_by(table.id)))
    await app.stop()
    return found


async def say(world: World, key: str, to: Destination, terms: Terms) -> None:
    app = world.app()
    async with app.store.write() as session:
        work = Work(app.house, session, world.clock.now())
        await work.send(key, to, Content("Un mot.", subject="Bonjour à la liste"), terms)
    await app.stop()


def copy(world: World) -> Path:
    settings = world.settings.store
    return backup(settings.path, settings.backups, None, world.clock.now()).path


async def put_back(world: World, source: Path) -> Restored:
    return await restore(world.settings, source, world.clock.now())


def traces(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "replaced" in path.name or "restoring" in path.name]


def recipients(world: World) -> list[str]:
    return sorted(one.recipient for one in world.sent)


async def test_what_was_answered_after_the_backup_is_not_answered_again(world: World) -> None:
    await turn(world)
    world.write("!aide", 1)
    await turn(world)
    made = copy(world)
    world.clock.set(world.clock.now() + LATER)
    world.write("!aide récap", 2)
    world.write("merci !", 3, by="quelqu.un@ailleurs.example")
    await turn(world)
    assert recipients(world) == [EMILE, EMILE]

    world.clock.set(world.clock.now() + LATER)
    restored = await put_back(world, made)
    await turn(world)
    await turn(world)
    assert recipients(world) == [ALICE, EMILE, EMILE], "only a word to coordination is new"
    assert [(row.state, row.reference) for row in await rows(world, InboxRow)] == [
        (InboxState.APPLIED, None),
        (InboxState.HELD, "N2"),
        (InboxState.ARCHIVED, None),
    ]
    assert restored.epoch == 2

    world.clock.set(world.clock.now() + LATER)
    world.write("!aide", 4)
    await turn(world)
    assert recipients(world) == [ALICE, EMILE, EMILE, EMILE], "what comes now is answered"


async def test_what_was_still_to_be_sent_is_uncertain(world: World) -> None:
    await turn(world)
    now = world.clock.now()
    await say(world, "news:emile", Destination("mail", EMILE), Terms())
    later = Terms(not_before=now + dt.timedelta(days=3))
    await say(world, "reminder:emile", Destination("mail", EMILE), later)
    made = copy(world)
    await turn(world)
    assert recipients(world) == [EMILE]

    world.clock.set(now + dt.timedelta(hours=1))
    restored = await put_back(world, made)
    assert restored.uncertain == 1
    await turn(world)
    assert recipients(world) == [ALICE, EMILE]
    first, reminder, _ = await rows(world, OutboxRow)
    assert (first.state, first.reason) == (OutboxState.UNCERTAIN, MAYBE_SENT)
    assert reminder.state == OutboxState.PENDING, "it was not to leave before now anyway"

    world.clock.set(now + dt.timedelta(days=3, hours=1))
    await turn(world)
    assert recipients(world) == [ALICE, EMILE, EMILE]


async def test_a_post_to_the_list_is_looked_for_then_asked_about(world: World) -> None:
    await turn(world)
    await say(world, "post:1", world.app().house.the_list("reseau"), Terms())
    made = copy(world)
    await turn(world)
    assert recipients(world) == [LIST]

    world.clock.set(world.clock.now() + LATER)
    assert (await put_back(world, made)).posts == ("Bonjour à la liste",)
    await turn(world)
    assert recipients(world) == [ALICE, LIST]
    world.clock.set(world.clock.now() + LATER)
    await turn(world)
    assert recipients(world) == [ALICE, ALICE, LIST]
    assert (await rows(world, OutboxRow))[0].state == OutboxState.UNCERTAIN


async def test_a_post_that_the_list_brought_back_meanwhile_is_certain(world: World) -> None:
    await turn(world)
    await say(world, "post:1", world.app().house.the_list("reseau"), Terms())
    made = copy(world)
    await turn(world)
    world.box.deliver(
        b"List-Id: <reseau.listes.lisieres.example>\r\nPrecedence: list\r\n" + world.sent[0].data
    )
    world.clock.set(world.clock.now() + LATER)
    await put_back(world, made)
    await turn(world)
    world.clock.set(world.clock.now() + LATER)
    await turn(world)
    assert recipients(world) == [ALICE, LIST], "coordination is told of the restore, and asked nothing"
    assert (await rows(world, OutboxRow))[0].state == OutboxState.SENT


async def test_what_fell_due_meanwhile_is_cancelled_and_named(world: World) -> None:
    await turn(world)
    now = world.clock.now()
    app = world.app()
    async with app.store.write() as session:
        await plan(session, "digest.remind", "network", "2026-W47", now + dt.timedelta(hours=1))
        await plan(session, "digest.remind", "network", "2026-W48", now + dt.timedelta(days=7))
    await app.stop()
    made = copy(world)
    world.clock.set(now + dt.timedelta(hours=2))
    assert (await put_back(world, made)).due == ("digest.remind 2026-W47",)
    past, future = await rows(world, DueRow)
    assert (past.state, past.note) == (DueState.CANCELLED, MAYBE_DONE)
    assert future.state == DueState.WAITING


async def test_the_recap_of_the_week_is_not_sent_twice(world: World) -> None:
    """The copy is of before the draft; it was made, and sent, before the restore."""
    world.settings = override(world.settings, "capabilities", ["help", "gates", "digest"])
    world.settings = override(world.settings, "digest.silent", "send")
    await turn(world)
    world.box.deliver(
        b"From: Karim <karim@lisieres.example>\r\nTo: reseau@listes.lisieres.example\r\n"
        b"List-Id: <reseau.listes.lisieres.example>\r\nPrecedence: list\r\nMessage-ID: <p1@b.example>\r\n"
        b"Subject: Chaises\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        b"Nous donnons quarante chaises. Qui peut venir les chercher avant vendredi 4 ?\r\n"
    )
    await turn(world)
    made = copy(world)
    for day, hour in ((19, 16), (20, 10)):  # the draft's hour, and the recap's
        world.clock.set(dt.datetime(2026, 11, day, hour, 30, tzinfo=dt.UTC))
        await turn(world)
    assert recipients(world).count(LIST) == 1
    sent = len(world.sent)

    world.clock.set(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC))
    restored = await put_back(world, made)
    assert any("W47" in due for due in restored.due)
    for hour in (12, 13, 18):
        world.clock.set(dt.datetime(2026, 11, 20, hour, 1, tzinfo=dt.UTC))
        await turn(world)
    assert recipients(world).count(LIST) == 1
    assert recipients(world)[:-1].count(ALICE) >= 1
    assert len(world.sent) == sent + 1, "only a word to coordination is new"


async def test_rooms_get_transaction_ids_that_no_row_had_before_the_restore(world: World) -> None:
    """The numbers of rows are given again: the server must not take a new message for an old one."""
    await turn(world)
    await put_back(world, copy(world))
    await say(world, "answer:1", Destination("room", "#reseau"), Terms())
    rooms = FakeRooms(world.clock)
    app = App(world.settings, world.clock, Channels(rooms=rooms))
    await app.start()
    said: list[str] = []
    say_it = rooms.say

    async def listening(post: Any) -> Any:
        said.append(post.txn)
        return await say_it(post)

    rooms.say = listening  # type: ignore[method-assign]
    await app.posting.step()
    async with app.store.read() as session:
        row = await session.scalar(select(OutboxRow).where(OutboxRow.effect_key == "answer:1"))
    await app.stop()
    assert row is not None
    assert said == [row.message_id.partition("@")[0]]


async def test_the_database_that_was_there_is_kept(world: World) -> None:
    await turn(world)
    made = copy(world)
    world.write("!aide", 1)
    await turn(world)
    kept = (await put_back(world, made)).kept
    assert kept is not None
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM outbox").fetchone() == (1,)
    assert await rows(world, OutboxRow) == []
    assert [path.name for path in kept.parent.glob(".*restoring*")] == []


async def test_a_restore_over_a_damaged_database_keeps_that_too(world: World) -> None:
    await turn(world)
    made = copy(world)
    path = world.settings.store.path
    path.write_bytes(b"no longer a database" * 1000)
    kept = (await put_back(world, made)).kept
    assert kept is not None
    assert kept.read_bytes().startswith(b"no longer a database")
    await turn(world)


async def test_a_restore_is_refused_while_an_instance_works(world: World) -> None:
    await turn(world)
    made = copy(world)
    with Lock(world.settings.store.path), pytest.raises(StoreError, match="tourne"):
        await put_back(world, made)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "n'est pas un fichier"),
        (b"a letter" * 1000, "n'a pas abouti"),
        (b"", "n'est pas une sauvegarde"),
    ],
)
async def test_what_is_no_backup_is_refused_and_changes_nothing(
    world: World, tmp_path: Path, content: bytes | None, why: str
) -> None:
    await turn(world)
    before = world.settings.store.path.read_bytes()
    source = tmp_path / "copy.sqlite3"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(StoreError, match=why):
        await put_back(world, source)
    assert world.settings.store.path.read_bytes() == before
    assert traces(tmp_path) == []


async def test_a_damaged_backup_is_refused(world: World) -> None:
    await turn(world)
    made = copy(world)
    data = bytearray(made.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    made.write_bytes(data)
    with pytest.raises(StoreError):
        await put_back(world, made)


async def test_a_backup_made_twice_replaces_the_first_and_never_the_database(world: World) -> None:
    await turn(world)
    now, path = world.clock.now(), world.settings.store.path
    target = path.parent / "copy.sqlite3"
    assert backup(path, path.parent, target, now).path == backup(path, path.parent, target, now).path
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(StoreError, match="la base elle-même"):
        backup(path, path.parent, path, now)


async def test_the_epoch_goes_on_counting(world: World) -> None:
    await turn(world)
    await put_back(world, copy(world))
    await put_back(world, copy(world))
    app = world.app()
    async with app.store.read() as session:
        assert await outbox.epoch(session) == 3
    await app.stop()


def test_the_identity_in_rooms_goes_with_the_copy_and_comes_back_only_where_there_is_none(
    tmp_path: Path,
) -> None:
    database, here, there = tmp_path / "n.sqlite3", tmp_path / "a/signing.json", tmp_path / "b/signing.json"
    with closing(sqlite3.connect(database)) as made:
        made.execute("CREATE TABLE t (x)")
    at = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    without = backup(database, tmp_path / "copies", None, at, here)
    assert without.identity is None
    assert not put_identity_back(without.path, there)
    here.parent.mkdir()
    here.write_bytes(b"ours")
    made_with = backup(database, tmp_path / "copies", None, at, here)
    assert made_with.identity is not None
    assert made_with.identity.stat().st_mode & 0o077 == 0
    assert put_identity_back(made_with.path, there)
    assert there.read_bytes() == b"ours"
    assert there.stat().st_mode & 0o077 == 0
    there.write_bytes(b"another")
    assert not put_identity_back(made_with.path, there)
    assert there.read_bytes() == b"another"
