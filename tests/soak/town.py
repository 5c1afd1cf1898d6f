"""Members who come and go, talk, change their minds and their rooms, for as long as one likes."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from tests.servers.matrix_admin import MatrixError, MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse
from tests.servers.wait import until

# The server is away for a while; or somebody came in while nio shared a key, which then stumbles.
LOST = (aiohttp.ClientError, TimeoutError, MatrixError, AssertionError, KeyError)
PAUSE = 0.4  # seconds between two things that one member does, on average
MOST_ROOMS = 8
GREETED = 60  # seconds that the bot has to come in


@dataclass
class Room:
    """A room with the bot in it.  ``owner`` made it, and is in it for as long as it lives."""

    id: str
    owner: Member
    encrypted: bool
    inside: list[Member]
    asked: list[str] = field(default_factory=list)  # the commands' events
    direct: bool = False


class Town:
    """Everything that people do; the same ``seed`` gives the same choices."""

    def __init__(self, synapse: Synapse, bot: MatrixUser, seed: int) -> None:
        self.synapse, self.bot = synapse, bot
        self.chance = random.Random(seed)
        self.users: list[MatrixUser] = []
        self.members: list[Member] = []
        self.rooms: list[Room] = []
        self.dropped: list[Room] = []
        self.restarts, self.deeds = 0, 0

    async def settle(self, people: int) -> None:
        """The first members, and their accounts."""
        self.users = [await self.synapse.register_anybody("membre") for _ in range(people)]
        self.members = [await Member.log_in(self.synapse.base_url, user) for user in self.users]

    async def make_room(self, owner: Member, *, encrypted: bool, direct: bool = False) -> None:
        """A room, of either version, into which the bot is asked; some others come too."""
        version = self.chance.choice(["11", "12"])
        if direct:
            room = await owner.make_direct(self.bot.user_id, version=version, encrypted=encrypted)
        else:
            room = await owner.make_room(
                secrets.token_hex(3), version=version, encrypted=encrypted, invite=[self.bot.user_id]
            )
        await owner.hears(room, "Bonjour", sender=self.bot.user_id, timeout=GREETED)
        self.rooms.append(Room(room, owner, encrypted, [owner], direct=direct))

    async def live(self, member: Member, until_then: float) -> None:
        """What one member does, until the loop's clock says so."""
        loop = asyncio.get_running_loop()
        while loop.time() < until_then:
            await asyncio.sleep(self.chance.expovariate(1 / PAUSE))
            try:
                await self._does_something(member)
                self.deeds += 1
            except LOST:
                self._shares_keys_anew(member)

    def _shares_keys_anew(self, member: Member) -> None:
        """nio believes that a key reached everybody when the server went away meanwhile."""
        for room in self.rooms:
            if room.encrypted:
                member.client.invalidate_outbound_session(room.id)

    async def _does_something(self, member: Member) -> None:
        mine = [room for room in self.rooms if member in room.inside]
        if mine:
            room = self.chance.choice(mine)
            # Alone with it, whatever one says is answered.
            weights = ALONE if room.direct else WEIGHTS
            [deed] = self.chance.choices(self._deeds(member, room), weights)
            await deed()
        else:
            await self._joins(member)

    def _deeds(self, member: Member, room: Room) -> list[Callable[[], Awaitable[object]]]:
        return [
            lambda: self._asks(member, room),
            lambda: member.says(room.id, "il fait beau sur le port"),
            lambda: self._edits(member, room),
            lambda: self._reacts(member, room),
            lambda: self._leaves(member, room),
            lambda: self._joins(member),
            lambda: self._makes(member),
            lambda: self._drops(member, room),
        ]

    async def _asks(self, member: Member, room: Room) -> None:
        """A command, sent until the server has it: the same transaction id gives one event."""
        txn = secrets.token_hex(8)
        event = ""
        while not event:
            try:
                event = await member.says(room.id, "!aide", txn=txn)
            except LOST:
                self._shares_keys_anew(member)
                await asyncio.sleep(0.5)
        room.asked.append(event)

    async def _edits(self, member: Member, room: Room) -> None:
        said = await member.says(room.id, "on se voit mardi")
        await member.edits(room.id, said, "on se voit mercredi")

    async def _reacts(self, member: Member, room: Room) -> None:
        said = await member.says(room.id, "le four est réparé")
        sign = await member.reacts(room.id, said, "🎉")
        if self.chance.random() < 0.5:
            await member.redacts(room.id, sign)

    async def _leaves(self, member: Member, room: Room) -> None:
        if member is not room.owner:
            room.inside.remove(member)
            await member.leave(room.id)

    async def _joins(self, member: Member) -> None:
        others = [room for room in self.rooms if member not in room.inside and not room.direct]
        if others:
            room = self.chance.choice(others)
            await room.owner.invite(room.id, member.user_id)
            await member.join(room.id)
            room.inside.append(member)

    async def _makes(self, member: Member) -> None:
        if len(self.rooms) < MOST_ROOMS:
            await self.make_room(member, encrypted=True, direct=self.chance.random() < 0.3)

    async def _drops(self, member: Member, room: Room) -> None:
        """The owner sends the bot away, once all is answered."""
        if member is not room.owner or len(self.rooms) <= MOST_ROOMS // 2:
            return
        self.rooms.remove(room)
        self.dropped.append(room)
        await asyncio.sleep(1)  # whoever speaks there right now
        await until(lambda: not self.unanswered(room), GREETED, "the last answers")
        await member.kick(room.id, self.bot.user_id)

    async def restart_server(self, *, suddenly: bool) -> None:
        """The homeserver goes, in good order or not, and comes back."""
        await (self.synapse.kill() if suddenly else self.synapse.stop())
        await self.synapse.start()
        self.restarts += 1

    def unanswered(self, room: Room) -> list[str]:
        """The commands that have no answer yet, as the room's owner sees it."""
        heard = [one for one in room.owner.heard(room.id) if one["sender"] == self.bot.user_id]
        if room.direct:
            answers = sum("body" in one["content"] for one in heard) - 1  # without the greeting
            return room.asked[max(0, answers) :]
        answered = {answered_by(one) for one in heard}
        return [event for event in room.asked if event not in answered]

    @property
    def asked(self) -> int:
        """How many commands there were."""
        return sum(len(room.asked) for room in [*self.rooms, *self.dropped])

    @property
    def waiting(self) -> int:
        """How many of them have no answer yet."""
        return sum(len(self.unanswered(room)) for room in [*self.rooms, *self.dropped])

    async def judge(self) -> list[str]:
        """What is wrong, by the server's own list: one sentence for each room."""
        wrong = []
        for room in [*self.rooms, *self.dropped]:
            events = await self.synapse.oracle.events(room.id, sender=self.bot.user_id)
            said = [one for one in events if one["type"] in ("m.room.message", "m.room.encrypted")]
            if room.direct:
                answers = [""] * (len(said) - 1)
                right = len(answers) == len(room.asked)
            else:
                answers = [found for one in said if (found := answered_by(one))]
                right = sorted(answers) == sorted(room.asked)
            if not right:
                missing = sorted(set(room.asked) - set(answers))
                wrong.append(f"{room.id}: {len(room.asked)} commands, {len(answers)} answers; {missing}")
        return wrong

    async def close(self) -> None:
        """Everybody goes."""
        for member in self.members:
            await member.close()


# Of ``_deeds``: most of the time people talk.
WEIGHTS = (30, 30, 8, 8, 4, 8, 3, 3)
ALONE = (30, 0, 0, 0, 0, 8, 3, 3)


def answered_by(event: dict[str, object]) -> str:
    """The event that this answers, "" if none."""
    content = event["content"]
    assert isinstance(content, dict)
    return str(content.get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id", ""))
