"""A room's state as we follow it, folded from its state events one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.base import RoomNews, RoomStanding
from bot.channels.matrix.fields import fields, identifier, items, plain, text
from bot.channels.matrix.levels import may_send

_THERE = ("join", "invite")


@dataclass(frozen=True)
class RoomState:
    """What state events have told of one room.  ``create`` and ``levels`` are whole events."""

    room: str
    create: Mapping[str, Any] | None = None
    levels: Mapping[str, Any] | None = None
    name: str = ""
    names: tuple[str, ...] = ()  # its addresses (#name:server), the canonical one first
    encrypted: bool = False
    join_rule: str = "invite"
    successor: str = ""
    tombstoned: bool = False
    meant_direct: bool = False  # an invitation said that the room is for direct messages
    members: Mapping[str, str] = field(default_factory=dict)  # user id -> "join" or "invite"

    @property
    def predecessor(self) -> str:
        """The room that this one goes on from, as its creator says."""
        return identifier(fields(_content(self.create).get("predecessor")).get("room_id"))

    @property
    def joined(self) -> frozenset[str]:
        """Who is in it."""
        return frozenset(user for user, membership in self.members.items() if membership == "join")

    def replaces(self, other: RoomState) -> bool:
        """Whether this room goes on from that one, as both say: a tombstone alone could send us anywhere."""
        return bool(other.successor) and other.successor == self.room and self.predecessor == other.room

    def direct_with(self, me: str, *, marked: bool = False) -> str | None:
        """The only other person in it, None if it is not for direct messages.

        That takes exactly two people, joined or invited, and that our ``m.direct`` (``marked``) or an
        invitation says so, or that the room has neither name nor address.
        """
        if len(self.members) != 2 or me not in self.members:
            return None
        if not (marked or self.meant_direct or not (self.name or self.names)):
            return None
        return next(user for user in self.members if user != me)

    def may_send(self, user: str, event_type: str, *, state: bool = False) -> bool:
        """Whether a member may send events of a type."""
        return self.members.get(user) == "join" and may_send(
            self.create, self.levels, user, event_type, state=state
        )

    def news(self, me: str, direct_ids: Collection[str] = (), *, followed: bool = False) -> RoomNews:
        """How the room stands for us.

        ``direct_ids`` are the rooms of our ``m.direct``.  ``followed``: we are in its successor, which
        links back.
        """
        standing = RoomStanding.JOINED if self.members.get(me) == "join" else RoomStanding.LEFT
        if followed and self.successor:
            standing = RoomStanding.REPLACED
        return RoomNews(
            room=self.room,
            standing=standing,
            names=self.names,
            title=self.name,
            person=self.direct_with(me, marked=self.room in direct_ids) or "",
            successor=self.successor if standing is RoomStanding.REPLACED else "",
            encrypted=self.encrypted,
            writable=self.may_send(me, "m.room.encrypted" if self.encrypted else "m.room.message"),
        )


def fold(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    """The state after a state event; what is no state event, or broken, changes nothing."""
    event = fields(event)
    kind, key = text(event.get("type")), event.get("state_key")
    if kind == "m.room.member":
        return _fold_member(state, event)
    folder = _FOLDERS.get(kind)
    return folder(state, event) if folder and key == "" else state


def _content(event: object) -> Mapping[str, Any]:
    return fields(fields(event).get("content"))


def _fold_member(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    person, content = identifier(event.get("state_key")), _content(event)
    membership = text(content.get("membership"))
    if not person or not membership:
        return state
    # After joining, the invitation's word is only found in what the membership was before.
    unsigned = fields(event.get("unsigned"))
    before = fields(unsigned.get("prev_content")) or fields(event.get("prev_content"))
    direct = content.get("is_direct") is True or before.get("is_direct") is True
    kept = membership if membership in _THERE else None
    if state.members.get(person) == kept and (state.meant_direct or not direct):
        return state
    members = {**state.members}
    if kept:
        members[person] = kept
    else:
        members.pop(person, None)
    return replace(state, members=members, meant_direct=state.meant_direct or direct)


def _fold_create(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    return replace(state, create=plain(event))


def _fold_levels(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    return replace(state, levels=plain(event))


def _fold_name(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    return replace(state, name=" ".join(text(_content(event).get("name")).split()))


def _fold_aliases(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    content = _content(event)
    told = (content.get("alias"), *items(content.get("alt_aliases")))
    aliases = (identifier(each) for each in told)
    return replace(state, names=tuple(dict.fromkeys(each for each in aliases if each.startswith("#"))))


def _fold_encryption(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    """Once encrypted, for ever: else whoever holds enough power could make us speak in the open."""
    return replace(state, encrypted=True)


def _fold_join_rules(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    return replace(state, join_rule=text(_content(event).get("join_rule")) or "invite")


def _fold_tombstone(state: RoomState, event: Mapping[str, Any]) -> RoomState:
    content = _content(event)
    return replace(state, tombstoned=True, successor=identifier(content.get("replacement_room")))


_FOLDERS: dict[str, Callable[[RoomState, Mapping[str, Any]], RoomState]] = {
    "m.room.create": _fold_create,
    "m.room.power_levels": _fold_levels,
    "m.room.name": _fold_name,
    "m.room.canonical_alias": _fold_aliases,
    "m.room.encryption": _fold_encryption,
    "m.room.join_rules": _fold_join_rules,
    "m.room.tombstone": _fold_tombstone,
}
