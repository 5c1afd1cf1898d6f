"""kill -9 of the bot at each failpoint of the rooms' path: one answer to each command, in order.

Members talk in a plain room, in an encrypted one, and in an encrypted direct message.
"""

from __future__ import annotations

import asyncio
import random
import re

import pytest

from tests.crash.rooms_oracle import Talk, quiet
from tests.crash.rooms_world import MakeMember, RoomsWorld
from tests.crash.world import ROOT
from tests.servers.matrix_member import Member
from tests.servers.wait import until

ROOMS_PATH = re.compile(r'failpoints\.hit\("((?:inbox|posting)\.\w+|handled[\w.]*)"\)')
FAILPOINTS = sorted(
    {name for path in (ROOT / "bot").rglob("*.py") for name in ROOMS_PATH.findall(path.read_text())}
)
WHILE_BEGINNING = ["matrix.vault.written", "matrix.seeds.kept", "matrix.master.uploaded"]
WHILE_BEGINNING += [f"server.{answer}" for answer in ("logged_in", "has_keys", "has_signatures", "let_in")]
WHILE_BEGINNING += ["server.shared_keys", "inbox.before_commit", "posting.accepted"]
PASSAGES = 2
QUESTIONS, DEATHS = 5, 3
HAS_KEYS, MADE_ROOM = "server.has_keys", "server.made_room"


def test_the_failpoints_are_those_of_the_design() -> None:
    design = {"inbox.before_commit", "inbox.after_commit", "handled", "handled.after_commit"}
    design |= {f"posting.{step}" for step in ("claimed", "accepted", "said", "before_marked", "marked")}
    assert design == set(FAILPOINTS)


@pytest.mark.parametrize("name", FAILPOINTS)
async def test_killed_while_members_talk(rooms_world: RoomsWorld, name: str) -> None:
    """Killed at the first passage, then at the second of its successor."""
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


@pytest.mark.parametrize("name", WHILE_BEGINNING)
async def test_killed_while_it_meets_its_rooms(rooms_world: RoomsWorld, name: str) -> None:
    """Killed at its first start: then it is in each room, greeted it once, and reads what is said."""
    world = rooms_world
    plain = await world.room(world.bruno, encrypted=True)
    alone = await world.direct(world.chloe, version="12")
    await world.start(f"{name}=kill")
    await world.dies(name)
    await world.start()
    await world.entered(plain, alone)
    talk = Talk(world)
    await talk.asks(plain, world.bruno)
    await talk.asks(alone, world.chloe, prefix="")
    await talk.answered()
    await talk.judge()


async def test_killed_when_the_server_has_its_keys(
    rooms_world: RoomsWorld, matrix_member: MakeMember
) -> None:
    """Whoever writes to it first, with a key of its that the server gave, is read all the same."""
    world = rooms_world
    sealed = await world.room(world.bruno, encrypted=True, public=True)
    await world.start(f"{HAS_KEYS}=kill")
    await world.dies(HAS_KEYS)
    await world.start()
    await world.entered(sealed)
    await quiet(world)
    other = await matrix_member("chloe", user=world.chloe.user)
    await other.join(sealed)
    question = await other.says(sealed, "!dis bonsoir")
    await other.sees(
        sealed, lambda e: e["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == question, 10
    )


async def test_killed_when_a_direct_room_was_made(rooms_world: RoomsWorld) -> None:
    """What is told alone is told in that room, and not in a second one."""
    world = rooms_world
    room = await world.room(world.bruno)
    await world.start(f"{MADE_ROOM}=kill")
    await world.entered(room)
    line = await world.bruno.says(room, "Pour le récap : on repeint la Filature samedi")
    await world.bruno.sees(room, lambda e: e["content"]["m.relates_to"]["event_id"] == line)
    await world.bruno.redacts(room, line)
    await world.dies(MADE_ROOM)
    await world.start()
    await quiet(world)
    [made] = set(await world.synapse.admin.rooms_of(world.user.user_id)) - {room}
    await world.bruno.join(made)
    await world.bruno.hears(made, "retiré", sender=world.user.user_id)
    assert len(await world.said(made)) == 1, "what is to be told, and no greeting"
    assert len(await world.said(room)) == 2, "a greeting and a sign"
    assert list(world.bruno.client.invited_rooms) == []


async def test_killed_on_either_side_at_any_moment(rooms_world: RoomsWorld) -> None:
    """The bot, the homeserver or both die while members talk, at moments that a fixed seed chooses."""
    world, chance = rooms_world, random.Random(0)
    plain = await world.room(world.bruno, version="12")
    sealed = await world.room(world.bruno, world.chloe, encrypted=True)
    alone = await world.direct(world.chloe)
    await world.start()
    await world.entered(plain, sealed, alone)
    talk = Talk(world)

    async def talks(room: str, member: Member, prefix: str = "!") -> None:
        for _ in range(QUESTIONS):
            await talk.asks(room, member, prefix)

    async def deaths() -> None:
        for number in range(1, DEATHS + 1):
            await until(lambda n=number: len(talk.asked) >= n * 4, 60, "more questions")  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0, 0.2))
            bot, server = chance.choice([(True, False), (False, True), (True, True)])
            await asyncio.gather(
                *([world.kill()] if bot else []), *([world.synapse.kill()] if server else [])
            )
            if server:
                await world.synapse.start()
            if bot:
                await world.start()

    await asyncio.gather(
        talks(plain, world.alice),
        talks(plain, world.bruno),
        talks(sealed, world.bruno),
        talks(alone, world.chloe, prefix=""),
        deaths(),
    )
    world.pass_time(600)  # what failed for want of a server is said again
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
