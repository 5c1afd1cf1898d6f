"""Listening: one sync, what it left out, what was sealed in it; nothing is lost if it is heard again."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from bot.channels.base import EventKind, RoomBatch, RoomEvent
from bot.channels.matrix import timeline
from bot.channels.matrix.account import Account
from bot.channels.matrix.events import Me, read_event
from bot.channels.matrix.gaps import Gaps
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.sealing import Sealing
from bot.channels.matrix.server import STEP_SECONDS, path
from bot.channels.matrix.sharing import ENCRYPTED
from bot.channels.matrix.timeline import Position, RoomPart
from bot.errors import ChannelError

log = logging.getLogger(__name__)

TIMELINE = 100  # events of one room in one sync; what is beyond is fetched apart
SPIN_SECONDS = 1.0  # a server that has nothing to say, and says so at once, is not asked more often
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
        self._gaps = Gaps(account.server)
        self._given: str | None = None  # the last cursor that we gave

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """What happened after ``cursor``.  Raises ChannelError: the same cursor may be given again."""
        sealing = sealing_of(self.account)
        await sealing.upkeep()
        since = None if cursor is None else Position.read(cursor)
        answer = await self._sync(since, timeout)
        parts, position = await timeline.parts(self._gaps, answer, since, self.account.user)
        if cursor is not None and cursor == self._given:
            self.halls.forget_left()
        # From here on nothing may fail: what nio has learnt, it learns once.
        keys = await sealing.learn(answer)
        self.halls.take_account(answer)
        for part in parts:
            self.halls.take(part)
            if part.joined is False:
                sealing.forget(part.room)
        self.halls.take_invites(answer)
        whole = not self.knows_rooms
        self.knows_rooms = True
        if cursor != self._given:
            self.halls.retell()  # what we told with that cursor was not kept
        self._given = str(position)
        return RoomBatch(
            events=() if cursor is None else tuple(one for part in parts for one in self._events(part)),
            cursor=str(position),
            first=cursor is None,
            rooms=tuple(self.halls.news()),
            invites=self.halls.asked_in(),
            keys=keys,
            whole=whole,
        )

    async def old_invites(self) -> None:
        """Who asked us in before ``cursor``, and still waits."""
        query = {"filter": FILTER_INVITES, "timeout": _afresh(), "set_presence": "offline"}
        self.halls.take_invites(await self.account.server.get(path("sync"), query))

    def unseal(self, event: Mapping[str, Any], room: str) -> Mapping[str, Any]:
        """An event as it reads: decrypted if it was encrypted and its key is there."""
        if event.get("type") != ENCRYPTED or "state_key" in event:
            return event
        return sealing_of(self.account).open(event, room) or event

    def can_open(self, event: RoomEvent) -> bool:
        """Whether the key of an unreadable event is there now."""
        sealed = event.sealed
        return sealed is not None and sealing_of(self.account).open(sealed, event.room) is not None

    def read(self, event: Mapping[str, Any], room: str) -> RoomEvent | None:
        """What one event of the server says."""
        direct = self.halls.direct_with(room) is not None
        me = Me(self.account.user, self.account.name)
        return read_event(self.unseal(event, room), room, me, direct=direct)

    def _events(self, part: RoomPart) -> list[RoomEvent]:
        found = []
        for event in part.events:
            try:
                one = self.read(event, part.room)
            except ChannelError:
                raise
            except Exception as error:  # noqa: BLE001 - it would come with every look: we would be deaf for good
                # Its words may stand in the error: they are nobody's to read in a log.
                log.error("matrix: an event of %s cannot be read: %s", part.room, type(error).__name__)  # noqa: TRY400
                continue
            if one is not None and not self._is_our_making(one):
                found.append(one)
        return found

    def _is_our_making(self, event: RoomEvent) -> bool:
        """Whether this is us being in a room that we made: nobody let us in."""
        if event.kind is not EventKind.JOIN or event.person != self.account.user:
            return False
        state = self.halls.states.get(event.room)
        return state is not None and (state.create or {}).get("sender") == self.account.user

    async def _sync(self, since: Position | None, timeout: float) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        query = {"filter": FILTER, "set_presence": "offline"}
        if since is not None:
            query["since"] = since.place
            timeout = min(timeout, self._gaps.patience(since.owed))
        query["timeout"] = str(int(timeout * 1000))
        if not self.knows_rooms:
            query |= {"timeout": _afresh(), "full_state": "true"}
        began = loop.time()
        answer = await self.account.server.get(path("sync"), query, timeout=timeout + STEP_SECONDS)
        place = answer.get("next_batch")
        if not isinstance(place, str) or not place.isprintable() or not place:
            raise ChannelError("matrix: a sync without an end")
        if since is not None and place == since.place and not answer.get("rooms"):
            early = min(timeout, SPIN_SECONDS) - (loop.time() - began)
            await asyncio.sleep(max(0.0, early))
        return answer


def _afresh() -> str:
    """A timeout in milliseconds for what is answered at once: unlike others, so that it is no old answer.

    Synapse gives the same answer to the same question for two minutes.
    """
    return str(secrets.randbelow(1000))


def sealing_of(account: Account) -> Sealing:
    """The keys of an account that is open.  Raises ChannelError after its end."""
    if account.sealing is None:
        raise ChannelError("matrix: the connection was closed")
    return account.sealing
