"""Listening: one sync, what it left out, what was sealed in it; nothing is lost if it is heard again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.channels.base import RoomBatch, RoomEvent
from bot.channels.matrix import timeline
from bot.channels.matrix.account import Account
from bot.channels.matrix.events import Me, read_event
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.sealing import ENCRYPTED
from bot.channels.matrix.server import STEP_SECONDS, path
from bot.channels.matrix.timeline import RoomPart
from bot.errors import ChannelError

TIMELINE = 100  # events of one room in one sync; what is beyond is fetched apart
NOTHING: dict[str, Any] = {"types": []}
FILTER = json.dumps(
    {
        "presence": NOTHING,
        "account_data": {"types": ["m.direct"]},
        "room": {
            "timeline": {"limit": TIMELINE},
            "state": {"lazy_load_members": False},
            "ephemeral": NOTHING,
            "account_data": NOTHING,
        },
    }
)
FILTER_INVITES = json.dumps(
    {
        "presence": NOTHING,
        "account_data": NOTHING,
        "room": {
            "timeline": {"limit": 0, "types": []},
            "state": NOTHING,
            "ephemeral": NOTHING,
            "account_data": NOTHING,
        },
    }
)


class Hearing:
    """The ears of one account."""

    def __init__(self, account: Account, halls: Halls) -> None:
        self.account, self.halls = account, halls
        self.knows_rooms = False  # the state of every room was heard since we began
        self._given: str | None = None  # the last cursor that we gave

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """What happened after ``cursor``.  Raises ChannelError: the same cursor may be given again."""
        sealing = self.account.sealing
        assert sealing is not None  # noqa: S101 - the account is open
        await sealing.upkeep()
        answer = await self._sync(cursor, timeout if self.knows_rooms else 0)
        me = self.account.user
        parts = await timeline.parts(self.account.server, answer, cursor, me)
        # From here on nothing may fail: what nio has learnt, it learns once.
        keys = await sealing.learn(answer)
        self.halls.take_account(answer)
        for part in parts:
            self.halls.take(part)
            if not part.joined:
                sealing.forget(part.room)
        self.halls.take_invites(answer)
        whole = not self.knows_rooms
        self.knows_rooms = True
        if cursor != self._given:
            self.halls.retell()  # what we told with that cursor was not kept
        self._given = answer["next_batch"]
        events = [] if cursor is None else [one for part in parts for one in self._events(part)]
        return RoomBatch(
            events=tuple(events),
            cursor=answer["next_batch"],
            first=cursor is None,
            rooms=tuple(self.halls.news()),
            invites=tuple(self.halls.invites.values()),
            keys=keys,
            whole=whole,
        )

    async def old_invites(self) -> None:
        """Who asked us in before ``cursor``, and still waits."""
        query = {"filter": FILTER_INVITES, "timeout": "0", "set_presence": "offline"}
        self.halls.take_invites(await self.account.server.get(path("sync"), query))

    def unseal(self, event: Mapping[str, Any], room: str) -> Mapping[str, Any]:
        """An event as it reads: decrypted if it was encrypted and its key is there."""
        assert self.account.sealing is not None  # noqa: S101 - the account is open
        if event.get("type") != ENCRYPTED or "state_key" in event:
            return event
        return self.account.sealing.open(event, room) or event

    def can_open(self, event: RoomEvent) -> bool:
        """Whether the key of an unreadable event is there now."""
        assert self.account.sealing is not None  # noqa: S101 - the account is open
        return event.sealed is not None and self.account.sealing.open(event.sealed, event.room) is not None

    def read(self, event: Mapping[str, Any], room: str) -> RoomEvent | None:
        """What one event of the server says."""
        direct = self.halls.direct_with(room) is not None
        me = Me(self.account.user, self.account.name)
        return read_event(self.unseal(event, room), room, me, direct=direct)

    def _events(self, part: RoomPart) -> list[RoomEvent]:
        found = [self.read(event, part.room) for event in part.events]
        return [one for one in found if one is not None]

    async def _sync(self, cursor: str | None, timeout: float) -> dict[str, Any]:
        query = {"filter": FILTER, "timeout": str(int(timeout * 1000)), "set_presence": "offline"}
        if cursor is not None:
            query["since"] = cursor
            if not self.knows_rooms:
                query["full_state"] = "true"
        answer = await self.account.server.get(path("sync"), query, timeout=timeout + STEP_SECONDS)
        if not isinstance(answer.get("next_batch"), str) or not answer["next_batch"]:
            raise ChannelError("matrix: a sync without an end")
        return answer
