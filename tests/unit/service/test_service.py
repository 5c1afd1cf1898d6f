"""The service goes on, whatever fails around it."""

from __future__ import annotations

import asyncio
import datetime as dt
from email.header import decode_header, make_header
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import App
from bot.errors import ChannelError, StoreError
from bot.live import service as services
from bot.store import meta
from bot.store.tables import InboxRow, OutboxRow, OutboxState
from tests.servers.wait import until
from tests.unit.service.conftest import World

EMILE, ALICE = "emile@lisieres.example", "alice@lisieres.example"


async def states(app: App) -> list[str]:
    async with app.store.read() as session:
        return list(await session.scalars(select(InboxRow.state).order_by(InboxRow.id)))


async def meet(world: World) -> None:
    """The first meeting with the mailbox: what comes afterwards is acted on."""
    await services.Service(world.app(), asyncio.Event()).once()


async def fill(app: App) -> None:
    """The disk is full from now on."""
    async with app.store.connection() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


async def make_room(app: App) -> None:
    async with app.store.connection() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count=1000000")


async def test_a_mail_is_answered_while_we_live_and_the_end_is_clean(world: World) -> None:
    await meet(world)
    async with world.live() as service:
        world.write("!aide", 1)
        await until(lambda: world.to(EMILE), what="an answer")
        await until(lambda: service.app.house.connections.problems == {"fake:INBOX": ""})
    assert world.to(EMILE)[0]["In-Reply-To"] == "<m1@lisieres.example>"
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def beat(world: World, app: App) -> str | None:
    """A heartbeat of this moment was written; what is connected."""
    world.clock.set(world.clock.now() + dt.timedelta(minutes=1))

    async def beats() -> bool:
        async with app.store.read() as session:
            return await meta.moment(session, meta.HEARTBEAT) == world.clock.now()

    await until(beats, what="a heartbeat")
    async with app.store.read() as session:
        return await meta.get(session, meta.CONNECTIONS)


async def test_the_heartbeat_says_that_we_live_and_what_is_connected(world: World) -> None:
    await meet(world)
    async with world.live() as service:
        await until(lambda: service.app.house.connections.problems == {"fake:INBOX": ""})
        assert await beat(world, service.app) == '{"fake:INBOX": ""}'
        world.box.refused = True
        world.box.drop()
        await until(lambda: "refused" in service.app.house.connections.problems["fake:INBOX"])
        assert "refused" in str(await beat(world, service.app))


async def test_a_refused_password_stops_one_listener_and_is_told_once(world: World) -> None:
    await meet(world)
    world.box.refused = True
    world.box.drop()
    async with world.live() as service:
        await until(lambda: world.to(ALICE), what="a word to coordination")
        assert "refuse" in str(world.to(ALICE)[0]["Subject"])
        opened = world.opened
        for _ in range(3):
            await beat(world, service.app)
        # The rest goes on, nobody knocks at the mailbox any more, and nobody is told again.
        assert (len(world.to(ALICE)), world.opened) == (1, opened)


@pytest.mark.parametrize(
    ("note", "words"),
    [("new_device:lost_keys", "nouvel appareil"), ("unsigned:foreign", "Les salons")],
)
async def test_what_became_of_our_device_is_told_once(world: World, note: str, words: str) -> None:
    """What a channel notes of itself reaches coordination's mailbox, since the rooms may be mute."""
    await meet(world)
    async with world.live() as service:
        notes = service.app.house.connections.notes
        notes.append(note)
        await beat(world, service.app)
        await until(lambda: world.to(ALICE), what="a word to coordination")
        notes.append(note)  # connected anew
        await beat(world, service.app)
        await until(lambda: not notes, what="the note taken")
        assert len(world.to(ALICE)) == 1
        assert words in str(make_header(decode_header(world.to(ALICE)[0]["Subject"])))


async def test_a_lost_connection_is_opened_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.mailwatch.BACKOFF", (0.01,))
    await meet(world)
    async with world.live():
        world.box.drop()
        world.write("!aide", 1)
        await until(lambda: world.to(EMILE), what="an answer")


async def test_a_refused_password_of_smtp_is_told_and_the_mail_waits(world: World) -> None:
    await meet(world)
    world.transport.refused = True
    async with world.live() as service:
        world.write("!aide", 1)
        await until(lambda: "refused" in service.app.house.connections.problems.get("smtp", ""))
        await until(lambda: not service.troubles.refused)
    assert world.sent == []
    world.transport.refused = False
    world.clock.set(world.clock.now() + dt.timedelta(hours=1))
    async with world.live():
        await until(
            lambda: world.to(EMILE) and world.to(ALICE), what="the answer, and the word to coordination"
        )


async def test_a_full_disk_loses_nothing_and_coordination_hears_when_it_works_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.live.loops.BACKOFF", (0.02,))
    await meet(world)
    async with world.live() as service:
        await fill(service.app)
        world.write("!aide\n" + "du texte " * 50_000, 1)
        await until(lambda: service.troubles.since, what="the trouble to be noticed")
        assert await states(service.app) == []
        await make_room(service.app)
        await until(lambda: world.to(EMILE), what="an answer")
        await until(lambda: world.to(ALICE), what="a word to coordination")
        await until(lambda: service.troubles.since is None)
    assert [len(world.to(EMILE)), len(world.to(ALICE))] == [1, 1]


async def test_what_left_while_the_disk_was_full_is_marked_and_never_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.live.loops.BACKOFF", (0.02,))
    await meet(world)
    monkeypatch.setenv("NAVETTE_FAILPOINTS", "outbox.before_marked=full")
    async with world.live() as service:
        world.write("!aide", 1)

        async def sent() -> bool:
            async with service.app.store.read() as session:
                rows = list(await session.scalars(select(OutboxRow).where(OutboxRow.recipient == EMILE)))
                return [row.state for row in rows] == [OutboxState.SENT.value]

        await until(sent, what="the row to be marked")
    async with world.live():
        pass
    assert len(world.to(EMILE)) == 1


async def test_a_defect_in_one_loop_does_not_end_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.live.loops.BACKOFF", (0.01,))
    await meet(world)
    app = world.app()
    step, failures = app.worker.step, iter([RuntimeError("a defect"), ValueError("another")])

    async def defective() -> int:
        for failure in failures:
            raise failure
        return await step()

    monkeypatch.setattr(app.worker, "step", defective)
    async with world.live(app):
        world.write("!aide", 1)
        await until(lambda: world.to(EMILE), what="an answer")


async def test_a_defect_in_the_clock_does_not_end_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await meet(world)
    app = world.app()
    ticks: list[int] = []

    async def defective() -> int:
        ticks.append(1)
        raise RuntimeError("a defect")

    monkeypatch.setattr(app, "tick", defective)
    async with world.live(app):
        await until(lambda: len(ticks) > 2, what="more ticks")
        world.write("!aide", 1)
        await until(lambda: world.to(EMILE), what="an answer")


async def test_a_group_that_is_being_sent_comes_to_its_end(world: World) -> None:
    """Told to stop in the middle of sending: that group is marked, and the next is left for later."""
    await meet(world)
    began, go_on = asyncio.Event(), asyncio.Event()
    send = world.transport.send

    async def slow(batch: Any) -> Any:
        began.set()
        await go_on.wait()
        return await send(batch)

    world.transport.send = slow  # type: ignore[method-assign]
    for number in range(world.transport.width + 1):
        world.write("!aide", number)
    app = world.app()
    async with world.live(app) as service:
        await began.wait()
        service.stop.set()
        await until(lambda: app.delivery.stopping)
        go_on.set()
    after = world.app()
    async with after.store.read() as session:
        found = list(await session.scalars(select(OutboxRow.state)))
    await after.stop()
    assert OutboxState.SENDING.value not in found
    assert found.count(OutboxState.SENT.value) == len(world.sent) <= world.transport.width


async def test_one_pass_does_everything_and_says_what_it_could_not(world: World) -> None:
    await services.Service(world.app(), asyncio.Event()).once()
    world.write("!aide", 1)
    await services.Service(world.app(), asyncio.Event()).once()
    assert len(world.to(EMILE)) == 1
    world.box.refused = True
    with pytest.raises(ChannelError, match="refused"):
        await services.Service(world.app(), asyncio.Event()).once()
    assert len(world.to(ALICE)) == 1


async def test_a_database_that_cannot_be_opened_is_said_at_once(world: World) -> None:
    world.settings.store.path.mkdir()
    with pytest.raises(StoreError, match="ne s'ouvre pas"):
        await services.Service(world.app(), asyncio.Event()).live()
