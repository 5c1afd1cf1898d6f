"""The rooms as we know them while the service runs: their state, their names, who asks us in."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.channels.base import Invite, RoomNews, RoomStanding
from bot.channels.matrix.fields import fields
from bot.channels.matrix.state import RoomState, fold
from bot.channels.matrix.timeline import RoomPart

log = logging.getLogger(__name__)

MEMBER = "m.room.member"


class Halls:
    """``wanted``: the rooms that the settings name, by id or by address (#name:server)."""

    def __init__(self, wanted: Sequence[str] = ()) -> None:
        self.wanted = tuple(wanted)
        self.me = ""
        self.states: dict[str, RoomState] = {}
        self.left: set[str] = set()
        self.invites: dict[str, Invite] = {}
        self.names: dict[str, str] = {}  # address → room, as the directory said
        self.replaced: dict[str, str] = {}  # room → where it goes on, as both say
        self.entering: set[str] = set()  # we came in, and did not hear it yet
        self.shut: set[str] = set()  # wanted rooms that do not let us in, or are not there
        self._claims: dict[
            str, tuple[str, ...]
        ] = {}  # room that we are asked into → addresses it gives itself
        self._direct: frozenset[str] = frozenset()
        self._told: dict[str, RoomNews] = {}

    def take(self, part: RoomPart) -> None:
        """Follow one room."""
        state = self.states.get(part.room, RoomState(part.room))
        for event in part.state:
            state = fold(state, event)
        if part.joined is None:
            return
        self.states[part.room] = state
        self.invites.pop(part.room, None)
        self.entering.discard(part.room)
        if part.joined:
            self.left.discard(part.room)
        else:
            self.left.add(part.room)
        if part.state:
            self._link()

    def _link(self) -> None:
        for room, state in self.states.items():
            after = self.states.get(state.successor)
            if after is not None and after.replaces(state) and self.is_in(state.successor):
                self.replaced[room] = state.successor

    def take_account(self, answer: Mapping[str, Any]) -> None:
        """Which rooms our account holds for direct messages (m.direct)."""
        for event in _events(fields(answer.get("account_data")).get("events")):
            if event.get("type") == "m.direct":
                rooms = [room for ids in fields(event.get("content")).values() for room in _strings(ids)]
                self._direct = frozenset(rooms)

    def take_invites(self, answer: Mapping[str, Any]) -> None:
        """Who asks us where."""
        invites = fields(fields(answer.get("rooms")).get("invite"))
        for room, told in invites.items():
            state = _events(fields(fields(told).get("invite_state")).get("events"))
            self._claims[str(room)] = _claims(state)
            for event in state:
                if event.get("type") == MEMBER and event.get("state_key") == self.me:
                    sender, content = event.get("sender"), fields(event.get("content"))
                    if isinstance(sender, str) and content.get("membership") == "invite":
                        direct = content.get("is_direct") is True
                        self.invites[str(room)] = Invite(str(room), sender, direct)

    def asked_in(self) -> tuple[Invite, ...]:
        """Who asks us where; not where the settings want us: we go there by ourselves."""
        wanted = {*self.wanted, *(self.resolve(name) for name in self.wanted)}
        return tuple(
            invite
            for room, invite in self.invites.items()
            if room not in wanted and wanted.isdisjoint(self._claims.get(room, ()))
        )

    def is_on_the_way(self, name: str) -> bool:
        """Whether a room that we are not in yet is one that we are about to enter."""
        room = self.resolve(name)
        wanted = name in self.wanted and name not in self.shut and room not in self.left
        return not self.is_in(room) and (room in self.entering or wanted)

    def is_in(self, room: str) -> bool:
        """Whether we are in a room."""
        return room in self.states and room not in self.left

    def resolve(self, name: str) -> str:
        """The room of an id or an address, where it goes on if it was upgraded.

        The directory's word counts for an address; before it came, that of the only room that claims it.
        """
        room = self.names.get(name, name)
        if name.startswith("#") and name not in self.names:
            claiming = [one for one, state in self.states.items() if name in state.names and self.is_in(one)]
            room = claiming[0] if len(claiming) == 1 else name
        seen = {room}
        while (after := self.replaced.get(room)) is not None and after not in seen:
            room = after
            seen.add(room)
        return room

    def direct_with(self, room: str) -> str | None:
        """The one other person of a room that is for direct messages, or None."""
        bound = room in self.names.values() or room in self.wanted
        if not self.is_in(room) or bound:
            return None
        return self.states[room].direct_with(self.me, marked=room in self._direct)

    def direct_rooms(self, person: str) -> list[str]:
        """Our rooms for direct messages with a person, the latest first."""
        return [room for room in reversed(self.states) if self.direct_with(room) == person]

    def marks_of_direct(self, person: str, room: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """Our account's m.direct with one more room in it."""
        rooms = [*_strings(known.get(person)), room]
        return dict(known) | {person: list(dict.fromkeys(rooms))}

    def news(self) -> Iterator[RoomNews]:
        """How rooms stand, those of which it was not told yet."""
        for room, state in self.states.items():
            news = self._news_of(room, state)
            if self._told.get(room) != news:
                self._told[room] = news
                yield news

    def forget_left(self) -> None:
        """What was told is kept: of rooms that we are out of, nothing more need be known."""
        for room in [one for one in self.left if one not in self.replaced]:
            if (told := self._told.get(room)) is not None and told.standing is RoomStanding.LEFT:
                self.left.discard(room)
                for known in (self.states, self._told, self._claims):
                    known.pop(room, None)

    def retell(self) -> None:
        """What was told was not kept: it is told again."""
        self._told.clear()

    def _news_of(self, room: str, state: RoomState) -> RoomNews:
        news = state.news(self.me, followed=room in self.replaced)
        if room in self.left and news.standing is RoomStanding.JOINED:
            news = replace(news, standing=RoomStanding.LEFT)
        named = [name for name, found in self.names.items() if found == room]
        # Who has power in a room can let it claim any address; another room may be bound to that.
        claimed = [name for name in state.names if self.names.get(name, room) == room]
        names = tuple(dict.fromkeys([*named, *claimed]))
        return replace(news, names=names, person=self.direct_with(room) or "")


def _claims(state: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """The addresses that a room gives itself in its invitation."""
    found = [fields(one.get("content")) for one in state if one.get("type") == "m.room.canonical_alias"]
    return tuple(
        _strings([each for one in found for each in (one.get("alias"), *_strings(one.get("alt_aliases")))])
    )


def _events(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
