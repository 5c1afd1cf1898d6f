"""Events of the client-server API (v1.11) as what people did: nothing that a stranger sends raises."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.base import EventKind, RoomEvent
from bot.channels.matrix import markup, polls
from bot.channels.matrix.fields import fields, identifier, plain, text, whole
from bot.channels.matrix.mentions import Me, address

__all__ = ["Me", "read_event"]

EARLIEST = dt.datetime(2014, 1, 1, tzinfo=dt.UTC)  # Matrix did not exist
LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
_SPOKEN = {
    "m.text": EventKind.MESSAGE,
    "m.emote": EventKind.MESSAGE,
    "m.notice": EventKind.NOTICE,
    "m.image": EventKind.FILE,
    "m.file": EventKind.FILE,
    "m.video": EventKind.FILE,
    "m.audio": EventKind.FILE,
    "m.location": EventKind.FILE,
}
_PRESENT = ("join",)
_ABSENT = ("leave", "ban")
_QUOTE = re.compile(r"\A> (?:\* )?<@[^\s>]++>[^\n]*+\n(?:>[^\n]*+\n)*+(?:\n|\Z)")


@dataclass(frozen=True)
class _Relation:
    """How an event relates to others."""

    kind: str = ""  # rel_type
    target: str = ""
    answers: str | None = None  # what a person chose to reply to


def read_event(source: Mapping[str, Any], room: str, me: Me, *, direct: bool) -> RoomEvent | None:
    """What somebody did in ``room``, from the event as the server gave it, decrypted where it could be.

    None for what Navette has no ear for: state other than comings and goings, what we did ourselves, what
    was taken back, types that it does not know, and what is too broken to be any of these.  The shape of
    ``source`` is trusted in nothing.
    """
    source = fields(source)
    event_id, sender = identifier(source.get("event_id")), identifier(source.get("sender"))
    kind = text(source.get("type"))
    if not (event_id and sender and kind):
        return None
    event = RoomEvent(event_id, room, sender, _moment(source), EventKind.MESSAGE, direct=direct)
    if "state_key" in source:
        return _membership(event, source) if kind == "m.room.member" else None
    if sender == me.user_id or fields(source.get("unsigned")).get("redacted_because"):
        return None
    reader = _READERS.get(kind)
    return reader(event, source, me) if reader else None


def _moment(source: Mapping[str, Any]) -> dt.datetime:
    """``origin_server_ts``, which any server may invent, within years that make sense."""
    stamp = whole(source.get("origin_server_ts"))
    if stamp is None or stamp < EARLIEST.timestamp() * 1000:
        return EARLIEST
    if stamp > LATEST.timestamp() * 1000:
        return LATEST
    return dt.datetime.fromtimestamp(stamp / 1000, dt.UTC)


def _membership(event: RoomEvent, source: Mapping[str, Any]) -> RoomEvent | None:
    """Who came or went.  A change of name, an invitation and its refusal move nobody."""
    person = identifier(source.get("state_key"))
    now = text(fields(source.get("content")).get("membership"))
    unsigned = fields(source.get("unsigned"))
    before = fields(unsigned.get("prev_content")) or fields(source.get("prev_content"))
    was = text(before.get("membership"))
    if not person:
        return None
    if now in _PRESENT and was not in _PRESENT:
        return replace(event, kind=EventKind.JOIN, person=person)
    left = was in _PRESENT or (not was and now == "leave")
    if now in _ABSENT and left:
        return replace(event, kind=EventKind.LEAVE, person=person)
    return None


def _relation(content: Mapping[str, Any]) -> _Relation:
    relates = fields(content.get("m.relates_to"))
    kind, target = text(relates.get("rel_type")), identifier(relates.get("event_id"))
    answered: str | None = identifier(fields(relates.get("m.in_reply_to")).get("event_id")) or None
    if kind == "m.thread" and relates.get("is_falling_back") is True:
        answered = None  # only there for clients without threads
    return _Relation(kind, target, answered)


def _placed(event: RoomEvent, relation: _Relation) -> RoomEvent:
    """The event with its thread and what it answers."""
    thread = relation.target if relation.kind == "m.thread" and relation.target else None
    return replace(event, thread=thread, replies_to=relation.answers)


def _message(event: RoomEvent, source: Mapping[str, Any], me: Me) -> RoomEvent | None:
    content = fields(source.get("content"))
    relation = _relation(content)
    if relation.kind == "m.replace":
        return _edit(event, content, relation, me)
    kind = _SPOKEN.get(text(content.get("msgtype")))
    if kind is None:
        return None
    return _spoken(replace(_placed(event, relation), kind=kind), content, me)


def _edit(event: RoomEvent, content: Mapping[str, Any], relation: _Relation, me: Me) -> RoomEvent | None:
    """New words for an earlier message.  A bot that corrects itself stays a bot."""
    new = fields(content.get("m.new_content"))
    kinds = [_SPOKEN.get(text(each.get("msgtype"))) for each in (content, new) if each]
    if not relation.target or None in kinds:
        return None
    kind = EventKind.NOTICE if EventKind.NOTICE in kinds else EventKind.EDIT
    event = replace(event, kind=kind, replies_to=relation.target)
    if new:
        return _spoken(event, new, me)
    return _spoken(event, {**content, "body": text(content.get("body")).removeprefix("* ")}, me)


def _spoken(event: RoomEvent, content: Mapping[str, Any], me: Me) -> RoomEvent:
    """The event with its words, without what they quote and without our name."""
    body = _QUOTE.sub("", text(content.get("body")), count=1)
    if not body.strip() and content.get("format") == "org.matrix.custom.html":
        body = markup.to_text(text(content.get("formatted_body")))
    if not body.strip() and event.kind is EventKind.FILE:
        body = text(content.get("filename"))
    if event.kind is EventKind.NOTICE:
        return replace(event, body=body.strip())
    said = address(body.strip(), content, me)
    return replace(event, body=said.body, mention=said.ours)


def _reaction(event: RoomEvent, source: Mapping[str, Any], me: Me) -> RoomEvent | None:
    content = fields(source.get("content"))
    relation = _relation(content)
    key = text(fields(content.get("m.relates_to")).get("key"))
    if relation.kind != "m.annotation" or not relation.target or not key:
        return None
    return replace(event, kind=EventKind.REACTION, body=key, replies_to=relation.target)


def _redaction(event: RoomEvent, source: Mapping[str, Any], me: Me) -> RoomEvent | None:
    """Room version 11 moved ``redacts`` into the content; servers give both to older clients."""
    target = identifier(fields(source.get("content")).get("redacts")) or identifier(source.get("redacts"))
    return replace(event, kind=EventKind.REDACTION, replies_to=target) if target else None


def _poll(event: RoomEvent, source: Mapping[str, Any], me: Me) -> RoomEvent | None:
    content = fields(source.get("content"))
    relation = _relation(content)
    edited = relation.kind == "m.replace"
    poll = polls.poll_of(fields(content.get("m.new_content")) if edited else content)
    if poll is None or (edited and not relation.target):
        return None
    if edited:
        return replace(event, kind=EventKind.EDIT, body=poll.question, poll=poll, replies_to=relation.target)
    return replace(_placed(event, relation), kind=EventKind.POLL, body=poll.question, poll=poll)


def _vote(event: RoomEvent, source: Mapping[str, Any], me: Me) -> RoomEvent | None:
    content = fields(source.get("content"))
    relation = _relation(content)
    if relation.kind != "m.reference" or not relation.target:
        return None
    choices = polls.choices_of(content)
    return replace(event, kind=EventKind.POLL_RESPONSE, replies_to=relation.target, choices=choices)


def _poll_end(event: RoomEvent, source: Mapping[str, Any], me: Me) -> RoomEvent | None:
    content = fields(source.get("content"))
    relation = _relation(content)
    if relation.kind != "m.reference" or not relation.target:
        return None
    return replace(event, kind=EventKind.POLL_END, body=polls.words_of(content), replies_to=relation.target)


def _unreadable(event: RoomEvent, source: Mapping[str, Any], me: Me) -> RoomEvent | None:
    """What waits for its key.  Relations stay outside the encryption, so its thread is known already."""
    content = fields(source.get("content"))
    if not content:
        return None
    kept: dict[str, Any] = plain(source)
    return replace(_placed(event, _relation(content)), kind=EventKind.UNREADABLE, sealed=kept)


_READERS: dict[str, Callable[[RoomEvent, Mapping[str, Any], Me], RoomEvent | None]] = {
    "m.room.message": _message,
    "m.room.encrypted": _unreadable,
    "m.room.redaction": _redaction,
    "m.reaction": _reaction,
    **dict.fromkeys(polls.STARTS, _poll),
    **dict.fromkeys(polls.RESPONSES, _vote),
    **dict.fromkeys(polls.ENDS, _poll_end),
}
