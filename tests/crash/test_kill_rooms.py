"""kill -9 of the bot at each failpoint of the rooms' path: one answer to each command, in order.

Members talk in a plain room, in an encrypted one, and in an encrypted direct message.
"""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.crash.rooms_driver import STEPS
from tests.crash.rooms_oracle import Talk, quiet
from tests.crash.rooms_world import RoomsWorld
from tests.crash.world import ROOT

ROOMS_PATH = re.compile(r'failpoints\.hit\("((?:inbox|posting)\.\w+|handled[\w.]*)"\)')
FAILPOINTS = sorted(
    {name for path in (ROOT / "bot").rglob("*.py") for name in ROOMS_PATH.findall(path.read_text())}
)
WHILE_TALKING = [*FAILPOINTS, "events.heard", "keys.learnt"]
PASSAGES = 3


def test_the_failpoints_are_those_of_the_design() -> None:
    design = {"inbox.before_commit", "inbox.after_commit", "handled", "handled.after_commit"}
    design |= {f"posting.{step}" for step in ("claimed", "accepted", "said", "before_marked", "marked")}
    assert design == set(FAILPOINTS)


@pytest.mark.parametrize("name", WHILE_TALKING)
async def test_killed_while_members_talk(rooms_world: RoomsWorld, name: str) -> None:
    """Killed at the first passage, then at the second of its successor, then at the third of the next."""
    world = rooms_world
    plain = await world.room(world.bruno, version="12")
    sealed = await world.room(world.bruno, world.chloe, encrypted=True)
    alone = await world.direct(world.chloe)
    await world.start()
    await world.entered(plain, sealed, alone)
    await quiet(world)
    await world.kill()
    talk = Talk(world)
    for passage in range(1, PASSAGES + 1):
        await world.start(f"{name}=kill@{passage}")
        for _ in range(2):
            await asyncio.gather(
                talk.asks(plain, world.alice),
                talk.asks(plain, world.bruno),
                talk.asks(sealed, world.bruno),
                talk.asks(alone, world.chloe, prefix=""),
            )
        await world.dies(f"passage {passage} at {name}")
    await world.start()
    await talk.answered()
    await talk.judge()
    await nothing_more_is_said(world, talk, plain)


async def nothing_more_is_said(world: RoomsWorld, talk: Talk, room: str) -> None:
    """Start once more: all that is said is the answer to a question asked then."""
    await quiet(world)
    await world.kill()
    await world.start()
    await talk.asks(room, world.alice)
    await talk.answered()
    await talk.judge()


def test_the_steps_are_there() -> None:
    for owner, step in STEPS.values():
        assert callable(getattr(owner, step))
