"""The room where one person and we are alone: found, or made."""

from __future__ import annotations

import asyncio

from bot.channels.matrix.account import Account
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.hearing import sealing_of
from bot.channels.matrix.server import ServerError, path
from bot.channels.matrix.timeline import RoomPart
from bot.errors import ChannelError


class Privately:
    """Direct messages of one account."""

    def __init__(self, account: Account, halls: Halls) -> None:
        self.account, self.halls = account, halls
        self._making: dict[str, asyncio.Lock] = {}
        self._marking = asyncio.Lock()  # m.direct is one list for all

    async def room_with(self, person: str, hint: str) -> str:
        """A room where nobody but ``person`` and we read: ``hint`` if it is one, else the latest, else a new.

        Raises ChannelError, and ServerError when the person cannot be reached.
        """
        if hint and self.halls.direct_with(hint) == person:
            return hint
        async with self._making.setdefault(person, asyncio.Lock()):
            there = self.halls.direct_rooms(person)
            if not there:
                await self._learn_missed()
                there = self.halls.direct_rooms(person)
            return there[0] if there else await self._make(person)

    async def _make(self, person: str) -> str:
        """An encrypted room, as clients make them."""
        told = await self.account.server.post(
            path("createRoom"),
            {
                "preset": "trusted_private_chat",
                "is_direct": True,
                "invite": [person],
                "initial_state": [
                    {
                        "type": "m.room.encryption",
                        "state_key": "",
                        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
                    }
                ],
            },
        )
        room = told.get("room_id")
        if not isinstance(room, str):
            raise ChannelError("matrix: a room without an id")
        await self._learn(room)
        await self._mark(person, room)
        return room

    async def _learn_missed(self) -> None:
        """Rooms that we are in and did not hear of yet: one that we made, whose making was not answered."""
        told = await self.account.server.get(path("joined_rooms"))
        rooms = told.get("joined_rooms")
        for room in rooms if isinstance(rooms, list) else ():
            if isinstance(room, str) and room not in self.halls.states:
                await self._learn(room)

    async def _learn(self, room: str) -> None:
        """Its state, which the next sync will bring as well: what is sealed there needs its members."""
        where = path("rooms", room, "state")
        state = await self.account.server.get_list(where)
        self.halls.take(RoomPart(room, True, tuple(state), ()))
        await sealing_of(self.account).learn_room(room, state)

    async def _mark(self, person: str, room: str) -> None:
        """Let our account's other clients see it as a direct conversation too."""
        where = path("user", self.account.user, "account_data", "m.direct")
        async with self._marking:
            try:
                known = await self.account.server.get(where)
            except ServerError as error:
                if error.status != 404:
                    raise
                known = {}
            await self.account.server.put(where, self.halls.marks_of_direct(person, room, known))
