"""On trial, for approval, lost by the list: coordination learns of which circle it is, and not the words."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.asking import Choices, ask
from bot.channels.base import Status
from bot.outbox import Content, Terms
from bot.store.tables import Klass
from bot.work import Asking, Work
from tests.unit.reserved.canaries import ROOM, Aviary, Reserved

TOLD = "réservé au cercle Entraide"


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Reserved]:
    here = Reserved(tmp_path)
    await here.open()
    yield here
    await here.kill()


def coordination_reads(stage: Reserved) -> str:
    """All that its room was told, in one text."""
    return " ".join(one.post.text for one in stage.network.rooms.said if one.room == "#coordination")


async def post(stage: Reserved, subject: str, text: str) -> None:
    async with stage.bot.store.write() as session:
        work = Work(stage.bot.house, session, stage.clock.now())
        to = stage.bot.house.the_list("entraide")
        await work.send("post", to, Content(text, subject=subject), Terms(Klass.NEWS))
    await stage.bot.settle()


async def test_on_trial(stage: Reserved) -> None:
    birds = Aviary()
    await stage.set("gates.shadow", "true")
    await stage.say("karim", ROOM, f"!{birds.plant('essai')}")
    await stage.say("karim", ROOM, f"!annuaire {birds.plant('aparte')}")
    question = Choices(f"Que faire {birds.plant('question')} ?", (("a", "Oui"), ("b", "Non")))
    async with stage.bot.store.write() as session:
        work = Work(stage.bot.house, session, stage.clock.now())
        place = await work.room_of("entraide")
        assert place is not None
        await ask(work, "ask", place, question, Asking("rooms", "circle", "circle:entraide"))
    await stage.bot.settle()
    await post(stage, birds.plant("sujet"), birds.plant("lettre"))
    await stage.wait(0, dt.timedelta(minutes=1))
    assert stage.leaks(birds) == []
    # Four things did not leave, and coordination was told of each; what is nobody's secret it still reads.
    assert coordination_reads(stage).count(TOLD) == 4
    await stage.say("jules", "dm", "!lieux")
    assert "La Ruche" in coordination_reads(stage)


@pytest.mark.parametrize("lost", [False, True])
async def test_to_its_list(stage: Reserved, lost: bool) -> None:
    birds = Aviary()
    if lost:
        stage.network.transport.trouble(Status.UNCERTAIN, recipients=["entraide@listes.lisieres.example"])
    else:
        await stage.set("gates.approval", "true")
    await post(stage, birds.plant("sujet"), birds.plant("lettre"))
    await stage.wait(2, dt.timedelta())
    assert TOLD in coordination_reads(stage)
    assert stage.leaks(birds) == []
    # It is coordination's to decide all the same.
    await stage.say("alice", "#coordination", "renvoie" if lost else "OK", answer=True)
    assert [one.recipient for one in stage.network.sent if hasattr(one, "recipient")] == [
        "entraide@listes.lisieres.example"
    ]
