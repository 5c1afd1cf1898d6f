"""The rooms as we know them: whose word counts for an address, who asks us in, which room is for whom."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from bot.channels.base import Invite, RoomStanding
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.timeline import RoomPart
from tests.unit.channels.matrix.any_json import ANY_JSON, UNHURRIED, spoilt_events
from tests.unit.channels.matrix.samples import ALICE, STATE, US, member, state

A, B, C = "!a:lisieres.example", "!b:lisieres.example", "!c:ailleurs.example"
ALIAS = "#conseil:lisieres.example"
BRUNO = "@bruno:lisieres.example"
NAMED = state("m.room.canonical_alias", {"alias": ALIAS})


def halls(*wanted: str) -> Halls:
    found = Halls(wanted)
    found.me = US
    return found


def told(here: Halls, room: str, *events: dict[str, Any], joined: bool | None = True) -> None:
    here.take(RoomPart(room, joined, (member(US, "join"), *events), ()))


def test_an_address_that_one_room_claims_is_that_room() -> None:
    here = halls()
    told(here, A, NAMED)
    assert here.resolve(ALIAS) == A
    assert [one.names for one in here.news()] == [(ALIAS,)]


def test_an_address_that_two_rooms_claim_is_nobodys_until_the_directory_speaks() -> None:
    here = halls()
    told(here, B, NAMED)
    told(here, A, NAMED)
    assert here.resolve(ALIAS) == ALIAS
    here.names[ALIAS] = A
    assert here.resolve(ALIAS) == A
    assert {one.room: one.names for one in here.news()} == {A: (ALIAS,), B: ()}


def test_a_room_that_we_left_claims_nothing() -> None:
    here = halls()
    told(here, B, NAMED)
    told(here, A, NAMED)
    told(here, B, member(US, "leave"), joined=False)
    assert here.resolve(ALIAS) == A


def test_upgrades_are_followed_in_a_chain_and_only_when_both_sides_say_so() -> None:
    here = halls()
    told(here, A, state("m.room.tombstone", {"replacement_room": B}))
    told(here, B, state("m.room.create", {"predecessor": {"room_id": A}}))
    told(here, B, state("m.room.tombstone", {"replacement_room": C}))
    assert here.resolve(A) == B
    told(here, C)
    assert here.resolve(A) == B
    told(here, C, state("m.room.create", {"predecessor": {"room_id": B}}))
    assert here.resolve(A) == here.resolve(B) == C
    standing = {one.room: (one.standing, one.successor) for one in here.news()}
    assert standing == {
        A: (RoomStanding.REPLACED, B),
        B: (RoomStanding.REPLACED, C),
        C: (RoomStanding.JOINED, ""),
    }


def test_rooms_that_replace_each_other_do_not_turn_us_in_circles() -> None:
    here = halls()
    for one, other in ((A, B), (B, A)):
        create = state("m.room.create", {"predecessor": {"room_id": other}})
        told(here, one, create, state("m.room.tombstone", {"replacement_room": other}))
    assert here.resolve(A) in (A, B)


def test_what_was_owed_changes_nothing_of_how_a_room_stands() -> None:
    here = halls()
    told(here, A, member(US, "leave"), joined=False)
    list(here.news())
    told(here, A, joined=None)
    assert not here.is_in(A)
    assert list(here.news()) == []


def test_news_are_told_once_and_again_when_they_were_not_kept() -> None:
    here = halls()
    told(here, A)
    assert len(list(here.news())) == 1
    assert list(here.news()) == []
    here.retell()
    assert len(list(here.news())) == 1


def invitation(room: str, *events: dict[str, Any]) -> dict[str, Any]:
    state = [*events, member(US, "invite", sender=ALICE)]
    return {"rooms": {"invite": {room: {"invite_state": {"events": state}}}}}


def test_invitations_into_rooms_that_the_settings_name_are_not_asked_about() -> None:
    here = halls(A, ALIAS)
    here.take_invites(invitation(A))
    here.take_invites(invitation(B, NAMED))
    here.take_invites(invitation(C))
    assert here.asked_in() == (Invite(C, ALICE),)


def test_who_waits_for_a_wanted_room_and_who_does_not() -> None:
    here = halls(ALIAS, A)
    assert here.is_on_the_way(ALIAS)
    assert not here.is_on_the_way(B)
    here.shut.add(ALIAS)
    assert not here.is_on_the_way(ALIAS)
    told(here, A)
    assert not here.is_on_the_way(A)  # we are there
    told(here, A, member(US, "leave"), joined=False)
    assert not here.is_on_the_way(A)  # they sent us away
    here.entering.add(B)
    assert here.is_on_the_way(B)
    told(here, B)
    assert here.entering == set()


def test_a_room_of_two_is_direct_until_somebody_comes_or_goes() -> None:
    here = halls()
    told(here, A, member(ALICE, "join"))
    assert here.direct_rooms(ALICE) == [A]
    told(here, A, member(BRUNO, "invite"))
    assert here.direct_rooms(ALICE) == []
    told(here, A, member(BRUNO, "leave"))
    assert here.direct_rooms(ALICE) == [A]
    told(here, A, member(ALICE, "leave"))
    assert here.direct_rooms(ALICE) == []


def test_a_room_that_the_settings_name_is_never_direct() -> None:
    here = halls(A)
    told(here, A, member(ALICE, "join"))
    assert here.direct_with(A) is None


@UNHURRIED
@given(events=spoilt_events(STATE), answer=ANY_JSON)
def test_nothing_that_is_told_raises(events: list[dict[str, Any]], answer: Any) -> None:
    here = halls(ALIAS)
    told(here, A, *(events if isinstance(events, list) else [events]))
    rooms = {"rooms": answer, "account_data": answer}
    here.take_invites(rooms)
    here.take_invites({"rooms": {"invite": answer}})
    here.take_invites({"rooms": {"invite": {A: answer, B: {"invite_state": answer}}}})
    here.take_account(rooms)
    here.take_account({"account_data": {"events": [{"type": "m.direct", "content": answer}]}})
    list(here.news())
    here.asked_in()
