"""The room where one person and we are alone: found, or made."""

from __future__ import annotations

import asyncio

from bot.channels.matrix.account import Account
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.server import ServerError, path
from bot.channels.matrix.timeline import RoomPart
from bot.errors import ChannelError


class Privately:
    """Direct messages of one account."""

    def __init__(self, account: Account, halls: Halls) -> None:
        self.account, self.halls = account, halls
        self._making: dict[str, asyncio.Lock] = {}

    async def room_with(self, person: str, hint: str) -> str:
        """A room where nobody but ``person`` and we read: ``hint`` if it is one, else the latest, else a new.

        Raises ChannelError, and ServerError when the person cannot be reached.
        """
        if hint and self.halls.direct_with(hint) == person:
            return hint
        async with self._making.setdefault(person, asyncio.Lock()):
            there = self.halls.direct_rooms(person)
            if there:
                return there[0]
            return await self._make(person)

    async def _make(self, person: str) -> str:
        """An encrypted room, as clients make them.  After a crash right here, the sync brings it."""
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

    async def _learn(self, room: str) -> None:
        """Its state, which the next sync will bring as well: what is sealed there needs its members."""
        assert self.account.sealing is not None  # noqa: S101 - the account is open
        where = path("rooms", room, "state")
        state = await self.account.server.get_list(where)
        self.halls.take(RoomPart(room, True, tuple(state), ()))
        await self.account.sealing.learn_room(room, state)

    async def _mark(self, person: str, room: str) -> None:
        """Let our account's other clients see it as a direct conversation too."""
        where = path("user", self.account.user, "account_data", "m.direct")
        try:
            known = await self.account.server.get(where)
        except ServerError as error:
            if error.status != 404:
                raise
            known = {}
        await self.account.server.put(where, self.halls.marks_of_direct(person, room, known))
