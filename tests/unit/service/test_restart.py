"""Stopped at any moment, then started again: each row goes on as its state and its policy say."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.live.service import Service
from bot.store.tables import Body, Doubt, InboxRow, InboxState, Klass, OutboxRow, OutboxState
from tests.servers.wait import until
from tests.unit.service.conftest import NOW, World

LIST = "reseau@listes.lisieres.example"


async def start_over(world: World) -> None:
    """The first meeting, so that the database and the cursor are there."""
    await Service(world.app(), asyncio.Event()).once()


async def put(world: World, *rows: OutboxRow) -> None:
    app = world.app()
    async with app.store.write() as session:
        session.add(Body(id=1, subject="Bonjour", text="Un mot."))
        await session.flush()
        session.add_all(rows)
    await app.stop()


def row(state: OutboxState, name: str = "", **more: object) -> OutboxRow:
    name = name or state.value.replace("_", "-")
    fields = {
        "effect_key": f"test:{name}",
        "channel": "mail",
        "recipient": f"{name}@lisieres.example",
        "klass": Klass.NEWS.value,
        "body_id": 1,
        "message_id": f"{name}@navette.lisieres.example",
        "created_at": NOW,
        "planned": True,
        "doubt": Doubt.DROP.value,
        "params": {},
    }
    return OutboxRow(state=state.value, **(fields | more))


async def found(world: World) -> dict[str, tuple[str, str]]:
    app = world.app()
    async with app.store.read() as session:
        rows = list(await session.scalars(select(OutboxRow).where(OutboxRow.effect_key.startswith("test:"))))
    await app.stop()
    return {one.effect_key.removeprefix("test:"): (one.state, one.reason) for one in rows}


async def test_a_restart_with_rows_in_every_state_sends_only_what_certainly_never_left(world: World) -> None:
    await start_over(world)
    await put(world, *(row(state) for state in OutboxState))
    for _ in range(2):
        async with world.live() as service:
            await until(lambda: not service._inside.is_set())
            await until(lambda: world.to("pending@lisieres.example"), what="the pending mail")
    assert [one.recipient for one in world.sent] == ["pending@lisieres.example"]
    after = await found(world)
    assert {name: state for name, (state, _) in after.items() if name.replace("-", "_") != state} == {
        "pending": OutboxState.SENT.value,
        "sending": OutboxState.UNCERTAIN.value,
    }
    assert "let go" in after["sending"][1]


async def test_what_was_being_sent_goes_on_by_its_policy(world: World) -> None:
    await start_over(world)
    await put(
        world,
        row(OutboxState.SENDING, "again", doubt=Doubt.AGAIN.value, attempts=1),
        row(
            OutboxState.SENDING,
            "list",
            doubt=Doubt.ASK.value,
            recipient=LIST,
            list_name="reseau",
            dated_at=NOW,
        ),
    )
    async with world.live():
        pass
    world.clock.set(NOW.replace(hour=11))
    async with world.live():
        await until(lambda: world.to("again@lisieres.example"), what="the mail again")
        await until(lambda: world.to("alice@lisieres.example"), what="the question to coordination")
    assert world.to("again@lisieres.example")[0]["Message-ID"] == "<again@navette.lisieres.example>"
    assert world.to(LIST) == []
    assert (await found(world))["list"][0] == OutboxState.UNCERTAIN.value


@pytest.mark.parametrize("state", list(InboxState))
async def test_only_what_is_open_is_handled_after_a_restart(world: World, state: InboxState) -> None:
    await start_over(world)
    world.write("!aide", 1)
    app = world.app()
    await app.start()
    assert app.mails is not None
    await app.mails.step()
    async with app.store.write() as session:
        one = await session.scalar(select(InboxRow))
        assert one is not None
        one.state = state.value
    await app.stop()
    await Service(world.app(), asyncio.Event()).once()
    assert len(world.to("emile@lisieres.example")) == (state in (InboxState.NEW, InboxState.WAITING))
