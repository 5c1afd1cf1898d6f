"""A room as its state events tell it."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import RoomNews, RoomStanding
from bot.channels.matrix.state import RoomState, fold
from tests.unit.channels.matrix import samples as s
from tests.unit.channels.matrix.any_json import ANY_JSON, UNHURRIED, nested, spoilt_events

FANNY = "@fanny:lisieres.example"
NAME = s.state("m.room.name", {"name": " Le   salon "})
ALIAS = s.state(
    "m.room.canonical_alias", {"alias": "#b:x.example", "alt_aliases": ["#a:x.example", "#b:x.example", 3]}
)
ENCRYPTION = s.state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
TWO = (s.member(s.ALICE, "join"), s.member(s.US, "join", "invite"))
INVITED_DIRECTLY = s.member(s.US, "invite", sender=s.ALICE, is_direct=True)
TOMBSTONE = s.state("m.room.tombstone", {"replacement_room": "!apres:x.example"})


def room(*events: dict[str, Any], start: RoomState | None = None) -> RoomState:
    return reduce(fold, events, start or RoomState(s.ROOM))


def test_all_that_a_room_tells() -> None:
    state = room(s.CREATE_11, s.LEVELS, NAME, ALIAS, ENCRYPTION, *TWO, s.member(FANNY, "invite"))
    assert (state.name, state.names, state.encrypted) == ("Le salon", ("#b:x.example", "#a:x.example"), True)
    assert (state.create, state.levels, state.predecessor) == (
        s.CREATE_11,
        s.LEVELS,
        "!avant:lisieres.example",
    )
    assert state.joined == {s.ALICE, s.US}
    assert state.members == {s.ALICE: "join", s.US: "join", FANNY: "invite"}


def test_what_comes_later_counts() -> None:
    state = room(NAME, ALIAS, ENCRYPTION, *TWO)
    state = room(
        s.state("m.room.name", {}),
        s.state("m.room.canonical_alias", {}),
        s.state("m.room.encryption", {}),
        s.member(s.ALICE, "leave", "join"),
        start=state,
    )
    assert (state.name, state.names, state.joined) == ("", (), {s.US})
    assert state.encrypted, "nobody turns encryption off"


@pytest.mark.parametrize(
    "event",
    [
        s.event("m.room.name", {"name": "autre"}),
        s.event("m.room.name", {"name": "autre"}, state_key="x"),
        s.state("m.room.topic", {"topic": "autre"}),
        s.event("m.room.member", {"membership": "join"}),
        s.event("m.room.member", {}, state_key=FANNY),
        s.message("autre"),
    ],
)
def test_what_is_no_state_of_a_room_changes_nothing(event: dict[str, Any]) -> None:
    state = room(NAME, *TWO)
    assert fold(state, event) is state


DIRECT = {
    "no name, no address": (TWO, False, s.ALICE),
    "they are only invited": ((s.member(s.US, "join"), s.member(s.ALICE, "invite")), False, s.ALICE),
    "named": ((NAME, *TWO), False, None),
    "with an address": ((ALIAS, *TWO), False, None),
    "named, but marked": ((NAME, *TWO), True, s.ALICE),
    "named, but invited so": ((NAME, s.member(s.ALICE, "join"), INVITED_DIRECTLY, TWO[1]), False, s.ALICE),
    "named, but invited so, told afterwards": (
        (
            NAME,
            s.member(s.ALICE, "join"),
            {**TWO[1], "unsigned": {"prev_content": INVITED_DIRECTLY["content"]}},
        ),
        False,
        s.ALICE,
    ),
    "three": ((*TWO, s.member(FANNY, "join")), True, None),
    "a third invited": ((INVITED_DIRECTLY, *TWO, s.member(FANNY, "invite")), True, None),
    "a third knocks": ((*TWO, s.member(FANNY, "knock")), False, s.ALICE),
    "a third left": ((*TWO, s.member(FANNY, "join"), s.member(FANNY, "leave", "join")), False, s.ALICE),
    "alone": ((TWO[1],), True, None),
    "without us": ((TWO[0], s.member(FANNY, "join")), True, None),
    "banned": ((*TWO, s.member(s.ALICE, "ban", "join")), True, None),
}


@pytest.mark.parametrize(("events", "marked", "person"), DIRECT.values(), ids=DIRECT)
def test_direct_messages(events: tuple[dict[str, Any], ...], marked: bool, person: str | None) -> None:
    state = room(*events)
    assert state.direct_with(s.US, marked=marked) == person
    assert state.news(s.US, [s.ROOM] if marked else []).person == (person or "")


def test_news_of_a_room() -> None:
    state = room(s.CREATE_11, NAME, ALIAS, *TWO, s.member(FANNY, "join"))
    names = ("#b:x.example", "#a:x.example")
    assert state.news(s.US) == RoomNews(s.ROOM, RoomStanding.JOINED, names, "Le salon")


@pytest.mark.parametrize("now", ["leave", "ban"])
def test_news_of_a_room_that_we_are_no_more_in(now: str) -> None:
    state = room(*TWO, s.member(s.US, now, "join", sender=s.ALICE))
    news = state.news(s.US)
    assert (news.standing, news.writable, news.person) == (RoomStanding.LEFT, False, "")


def test_who_may_write_depends_on_encryption() -> None:
    state = room(s.CREATE_11, s.LEVELS, *TWO)
    assert state.news(s.US).writable
    encrypted = fold(state, ENCRYPTION)  # where m.room.encrypted takes 30, and we have 20
    assert (encrypted.news(s.US).encrypted, encrypted.news(s.US).writable) == (True, False)


def test_an_upgrade_is_followed_when_both_rooms_say_so() -> None:
    old = room(TOMBSTONE, *TWO)
    link = {"room_version": "12", "predecessor": {"room_id": s.ROOM}}
    new = fold(RoomState("!apres:x.example"), s.state("m.room.create", link))
    assert new.replaces(old)
    assert not new.replaces(room(*TWO))
    assert not fold(RoomState("!ailleurs:x.example"), s.state("m.room.create", link)).replaces(old)
    assert not fold(RoomState("!apres:x.example"), s.CREATE_11).replaces(old)
    assert old.news(s.US).standing is RoomStanding.JOINED
    followed = old.news(s.US, followed=True)
    assert (followed.standing, followed.successor) == (RoomStanding.REPLACED, "!apres:x.example")


def test_a_closed_room_without_successor() -> None:
    state = room(s.state("m.room.tombstone", {"replacement_room": 3}))
    assert (state.tombstoned, state.successor) == (True, "")
    assert not RoomState("").replaces(state)


def test_a_large_room() -> None:
    people = [f"@p{number}:x.example" for number in range(5_000)]
    state = room(*(s.member(person, "join") for person in people))
    assert state.joined == frozenset(people)


def test_states_can_be_kept_however_deep_their_events() -> None:
    state = room(s.state("m.room.create", nested(5_000)), s.state("m.room.power_levels", nested(5_000)))
    json.dumps([state.create, state.levels])
    assert state.predecessor == ""


@UNHURRIED
@given(st.lists(ANY_JSON | spoilt_events(s.STATE), max_size=6))
def test_any_json_is_survived(events: list[Any]) -> None:
    state = room(*events)
    news = state.news(s.US, followed=True)
    for each in (news.room, news.title, news.person, news.successor, *news.names, *state.members):
        each.encode()
    assert isinstance(state.may_send(s.US, "m.room.message"), bool)
