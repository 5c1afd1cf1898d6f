"""What must hold in the rooms whatever happened, judged by what the homeserver has.

The bot's own tables are only asked what they say of it.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence

import aiohttp

from tests.crash.rooms_world import RoomsWorld
from tests.servers.matrix_admin import Event, MatrixError
from tests.servers.matrix_member import Member
from tests.servers.wait import until

LOST = (aiohttp.ClientError, TimeoutError, MatrixError)  # the server is away
ENDED = {"applied", "superseded", "rejected", "archived", "held"}


class Talk:
    """What members ask, each with words of its own, and what must come of it."""

    def __init__(self, world: RoomsWorld) -> None:
        self.world = world
        self.asked: list[tuple[str, Member, str, str]] = []  # room, who, their event, their word
        self._numbers = itertools.count(1)

    async def asks(self, room: str, member: Member, prefix: str = "!") -> str:
        """A member asks the bot for a word that nobody asked for yet."""
        word, txn = f"mot{next(self._numbers):03}", secrets.token_hex(8)

        async def said() -> str:
            try:
                return await member.says(room, f"{prefix}dis {word}", txn=txn)
            except LOST:
                # nio believes that a key reached everybody when the server went away meanwhile.
                member.client.invalidate_outbound_session(room)
                return ""

        event = await until(said, 60, "the server to take a question")
        self.asked.append((room, member, event, word))
        return word

    async def answered(self, timeout: float = 30) -> None:
        """Return when every question has its answer, as its author reads it."""
        for room, member, _, word in self.asked:
            await member.hears(room, word, sender=self.world.user.user_id, timeout=timeout)

    async def judge(self) -> None:
        """Each question has exactly one answer, in order for each person; nothing else was said."""
        await quiet(self.world)
        for room in dict.fromkeys(room for room, *_ in self.asked):
            said = await self.world.said(room)
            for member in {id(who): who for where, who, *_ in self.asked if where == room}.values():
                words = [word for where, who, _, word in self.asked if (where, who) == (room, member)]
                answers = [word for word in await _words(member, room, said) if word in words]
                assert answers == words, f"{member.user_id} in {room}"
            asked = sum(where == room for where, *_ in self.asked)
            assert len(said) == asked + 1, f"{asked} answers and a greeting in {room}: {said}"
        await judge(self.world)
        for _, _, event, _ in self.asked:
            assert self.world.rows("SELECT state FROM inbox WHERE origin_id = ?", event) == [("applied",)]


async def quiet(world: RoomsWorld) -> None:
    """Return when nothing is left to do or to say."""
    open_rows = (
        "SELECT 'in', origin_id, state FROM inbox WHERE state IN ('new', 'waiting') "
        "UNION ALL SELECT 'out', effect_key, state FROM outbox WHERE state IN ('pending', 'sending')"
    )
    await until(lambda: not world.rows(open_rows), 30, "the bot to come to rest")


async def judge(world: RoomsWorld) -> None:
    """Every row that is sent is one event, every event is a row's; every inbox row is in one end state."""
    rows = world.rows(
        "SELECT external_id, state FROM outbox "
        "WHERE channel = 'room' AND state NOT IN ('cancelled', 'expired')"
    )
    rooms = {*world.rooms, *await world.synapse.admin.rooms_of(world.user.user_id)}
    said = [event["event_id"] for room in rooms for event in await world.said(room)]
    assert {state for _, state in rows} <= {"sent"}
    assert sorted(event for event, _ in rows) == sorted(said)
    assert {state for (state,) in world.rows("SELECT state FROM inbox")} <= ENDED


async def _words(member: Member, room: str, said: Sequence[Event]) -> list[str]:
    """What events say, in the server's order, as a member reads them."""
    ids = [event["event_id"] for event in said]

    def read() -> dict[str, str]:
        heard = {event["event_id"]: event for event in member.heard(room)}
        return {one: heard[one]["content"]["body"] for one in ids if one in heard and heard[one]["readable"]}

    await until(lambda: len(read()) == len(ids), 20, f"{member.user_id} to read what was said in {room}")
    texts = read()
    return [texts[one].split()[-1] for one in ids]
