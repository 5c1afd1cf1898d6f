"""Who may send what in a room: power levels (client-server API, "m.room.power_levels"), all versions."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from bot.channels.matrix.fields import fields, identifier, items, text, whole

_STATE = 50
_CREATOR = 100
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,15}\s*", re.ASCII)
# From version 12 on, creators stand above all levels (MSC4289); it was tried out under the second name.
_ABOVE = 12
_TRIED = "org.matrix.hydra.11"


def may_send(
    create: Mapping[str, Any] | None,
    levels: Mapping[str, Any] | None,
    user: str,
    event_type: str,
    *,
    state: bool = False,
) -> bool:
    """Whether ``user`` may send events of a type, in a room with these ``m.room.create`` and
    ``m.room.power_levels`` events (None where there is none)."""
    return power_of(create, levels, user) >= level_for(levels, event_type, state=state)


def power_of(create: Mapping[str, Any] | None, levels: Mapping[str, Any] | None, user: str) -> float:
    """The power of a user: ``math.inf`` for creators of version 12 rooms, a whole number otherwise."""
    creators = creators_of(create)
    if user in creators and creators_stand_above(create):
        return math.inf
    if levels is None:
        return _CREATOR if user in creators else 0
    content = fields(fields(levels).get("content"))
    given = _level(fields(content.get("users")).get(user))
    return given if given is not None else _level(content.get("users_default")) or 0


def level_for(levels: Mapping[str, Any] | None, event_type: str, *, state: bool = False) -> int:
    """The power that it takes to send events of a type."""
    if levels is None:
        return 0  # ibid.: without the event everybody may do this
    content = fields(fields(levels).get("content"))
    own = _level(fields(content.get("events")).get(event_type))
    if own is not None:
        return own
    default = _level(content.get("state_default" if state else "events_default"))
    return default if default is not None else (_STATE if state else 0)


def creators_of(create: Mapping[str, Any] | None) -> frozenset[str]:
    """Who made the room: its ``creator`` up to version 10, the sender since, from 12 on those named too."""
    event = fields(create)
    content = fields(event.get("content"))
    sender = identifier(event.get("sender"))
    if creators_stand_above(create):
        others = (identifier(each) for each in items(content.get("additional_creators")))
        return frozenset(each for each in (sender, *others) if each)
    creator = sender if (_version(create) or 0) >= 11 else identifier(content.get("creator")) or sender
    return frozenset((creator,)) if creator else frozenset()


def creators_stand_above(create: Mapping[str, Any] | None) -> bool:
    """Whether the room's version gives its creators power without limit."""
    version = _version(create)
    told = text(fields(fields(create).get("content")).get("room_version"))
    return told == _TRIED or (version is not None and version >= _ABOVE)


def _version(create: Mapping[str, Any] | None) -> int | None:
    """The room version; 1 when the event tells none, None for an experimental one."""
    told = fields(fields(create).get("content")).get("room_version", "1")
    return (
        int(told) if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 6 else None
    )


def _level(value: object) -> int | None:
    """A level; up to version 9 rooms could hold it as a string, and servers refuse that in later ones."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    return whole(value)
