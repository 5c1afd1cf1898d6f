"""Keys that come late: what a member says cannot be read until they are given."""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

from tests.servers.matrix_follower import accepted
from tests.servers.matrix_member import Member


class LateKeys:
    """The keys of what ``member`` says in ``room``, for everybody in it, kept back since ``hold``."""

    def __init__(self, member: Member, messages: list[dict[str, Any]]) -> None:
        self._member, self._messages = member, messages

    @classmethod
    async def hold(cls, member: Member, room: str) -> Self:
        """From now on nobody can read what ``member`` says in ``room``, an encrypted one."""
        client = member.client
        if client.olm is None:
            raise ValueError(f"{member.user_id} has no keys")
        client.invalidate_outbound_session(room)
        accepted(await client.joined_members(room))
        if client.should_query_keys:
            accepted(await client.keys_query())
        if missing := client.get_missing_sessions(room):
            accepted(await client.keys_claim(missing))
        people = list(client.rooms[room].users)
        shares = client.olm.share_group_session_parallel(room, people, ignore_unverified_devices=True)
        messages = [message for _, message in shares]
        client.olm.outbound_group_sessions[room].shared = True
        return cls(member, messages)

    async def give(self) -> None:
        """Let everybody read what was said since."""
        for message in self._messages:
            path = f"/_matrix/client/v3/sendToDevice/m.room.encrypted/{quote(str(uuid4()))}"
            await self._member.calls("PUT", path, message)
        self._messages = []
