"""Doors on a real Synapse: rooms found, entered, followed, lost; rooms where one person and we are alone."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.base import RoomStanding, Status
from bot.errors import ChannelError
from tests.integration.channels.matrix_hall import MakeMember
from tests.integration.channels.matrix_place import (
    Ears,
    Gate,
    Place,
    answers,
    changes,
    cuts,
    hangs,
    loses,
    post,
    words,
)
from tests.servers.matrix_member import Member
from tests.servers.synapse import SERVER_NAME, Synapse
from tests.servers.wait import until


@pytest_asyncio.fixture
async def place(synapse: Synapse, matrix_member: MakeMember, tmp_path: Path) -> AsyncIterator[Place]:
    bot = await synapse.register_anybody("navette")
    alice = await matrix_member("alice", encrypted=False)
    async with Gate(synapse.base_url) as gate:
        place = Place(synapse, bot, alice, tmp_path, gate)
        yield place
        await place.close()


@pytest_asyncio.fixture
async def ears(place: Place) -> Ears:
    """Listening already."""
    ears = place.listen()
    await ears.look()
    return ears


# Rooms that the settings name


async def test_wanted_rooms_are_found_and_entered(place: Place) -> None:
    """By id and by address, where we are asked in and where everybody may come."""
    open_alias, closed_alias = (f"#{what}-{secrets.token_hex(4)}:{SERVER_NAME}" for what in ("libre", "clos"))
    local = [alias[1:].partition(":")[0] for alias in (open_alias, closed_alias)]
    us = [place.bot.user_id]
    rooms = [
        await place.alice.make_room("par adresse", public=True, alias=local[0]),
        await place.alice.make_room("invitée par adresse", alias=local[1], invite=us),
        await place.alice.make_room("invitée", invite=us),
        await place.alice.make_room("libre", public=True),
    ]
    ears = place.listen(open_alias, closed_alias, rooms[2], rooms[3])
    await ears.until(lambda: all(ears.stands(room) for room in rooms))
    assert open_alias in ears.news[rooms[0]].names
    assert (await ears.insist(post(closed_alias, "bonjour"))).status is Status.ACCEPTED
    assert words(await place.said(rooms[1])) == ["bonjour"]


async def test_an_invitation_into_a_wanted_room_is_not_asked_about(place: Place) -> None:
    """Whoever invites us there, a stranger too: the settings want us in.  Declining would lock us out."""
    alias = f"#voulu-{secrets.token_hex(4)}:{SERVER_NAME}"
    us = [place.bot.user_id]
    named = await place.alice.make_room("voulu", alias=alias[1:].partition(":")[0], invite=us)
    by_id = await place.alice.make_room("voulu aussi", invite=us)
    other = await place.alice.make_room("non voulu", invite=us)
    ears = place.listen(alias, by_id)
    assert [one.room for one in (await ears.look()).invites] == [other]
    await ears.until(lambda: ears.stands(named) and ears.stands(by_id))


async def test_rooms_that_are_not_there_disturb_nobody(place: Place) -> None:
    missing = [
        f"#absent:{SERVER_NAME}",
        "!absent:ailleurs.example",
        "#absent:ailleurs.example",
        "n'importe quoi",
    ]
    room = await place.alice.make_room("là", public=True)
    ears = place.listen(*missing, room)
    await ears.until(lambda: ears.stands(room))
    await place.alice.says(room, "coucou")
    await ears.hears("coucou")
    await ears.until(lambda: set(missing) <= ears.rooms._halls.shut | set(ears.rooms._doors._tries))  # type: ignore[union-attr]
    outcome = await ears.insist(post(missing[0], "personne ?"))
    assert outcome.status is Status.REFUSED
    asked = place.gate.count("GET", "/directory/") + place.gate.count("POST", "/join/")
    for _ in range(20):
        await ears.look()
    assert place.gate.count("GET", "/directory/") + place.gate.count("POST", "/join/") == asked


async def test_a_door_that_does_not_answer_holds_up_neither_ears_nor_other_doors(place: Place) -> None:
    """The server of a federated room may be away: joining takes as long as the wait for it."""
    away = "!absent:ailleurs.example"
    room = await place.alice.make_room("là", public=True)
    place.gate.treat("POST", f"/join/{away}", hangs)
    ears = place.listen(away, room)
    await ears.until(lambda: ears.stands(room), 15)
    await place.alice.says(room, "coucou")
    await ears.hears("coucou")
    with pytest.raises(ChannelError, match="yet"):  # it may still let us in
        await ears.rooms.say(post(away, "plus tard"))


async def test_what_is_said_before_we_are_in_a_wanted_room_waits(place: Place) -> None:
    """It was refused, and lost, in the moment between the first look and the entry."""
    room = await place.alice.make_room("là", public=True)
    place.gate.treat("POST", f"/join/{room}", answers(502, "<html>"), times=1)
    ears = place.listen(room)
    await ears.look()
    with pytest.raises(ChannelError):
        await ears.rooms.say(post(room, "dès le début", txn="t1"))
    await ears.until(lambda: ears.stands(room))
    assert (await ears.rooms.say(post(room, "dès le début", txn="t1"))).status is Status.ACCEPTED


async def test_an_address_is_where_the_directory_says_not_where_a_room_claims(
    place: Place, ears: Ears
) -> None:
    """Who administers a room on another server can let it claim any address."""
    alias = f"#conseil-{secrets.token_hex(4)}:{SERVER_NAME}"
    room = await place.room(ears, "conseil", alias=alias[1:].partition(":")[0])
    forged = await place.room(ears, "piège")

    forgeries = []

    def claims(told: dict[str, Any]) -> dict[str, Any]:
        if told.get("content") == {"name": "piège"}:
            forgeries.append(told)
            return {**told, "type": "m.room.canonical_alias", "content": {"alias": alias}}
        return told

    def forge(body: bytes) -> bytes:
        return json.dumps(json.loads(body, object_hook=claims)).encode()

    await ears.rooms.close()
    place.gate.treat("GET", "/sync", changes(forge))
    ears = place.listen(alias, cursor=ears.cursor)
    await ears.until(lambda: room in ears.news and alias in ears.news[room].names)
    await ears.until(lambda: alias not in ears.news[forged].names)
    assert forgeries
    await ears.insist(post(alias, "entre nous"))
    assert words(await place.said(room)) == ["entre nous"]
    assert await place.said(forged) == []


# Invitations


async def test_an_invitation_from_before_our_start_is_told(place: Place, ears: Ears) -> None:
    await ears.rooms.close()
    room = await place.alice.make_room("ailleurs", invite=[place.bot.user_id])
    ears.rooms = ears._make()
    assert [one.room for one in (await ears.look()).invites] == [room]
    # Its answer was lost with us: the cursor is past it.
    await ears.restart()
    assert [one.room for one in (await ears.look()).invites] == [room]


async def test_an_invitation_that_cannot_be_answered_is_told_again_later(place: Place, ears: Ears) -> None:
    """One into a room of a dead server made us ask at every look."""
    room = await place.alice.make_room("ailleurs", invite=[place.bot.user_id])
    place.gate.treat("POST", f"/join/{room}", answers(502, "<html>"))
    await ears.until(lambda: room in ears._invited())
    with pytest.raises(ChannelError):
        await ears.rooms.enter(room)
    assert (await ears.look()).invites == ()
    place.gate.behave()
    batch = await ears.look()
    await until(lambda: ears.rooms._doors.may_try(room, asyncio.get_running_loop().time()), 10)  # type: ignore[union-attr]
    batch = await ears.look()
    assert [one.room for one in batch.invites] == [room]
    await ears.rooms.enter(room)
    await ears.until(lambda: ears.stands(room))


async def test_an_invitation_that_was_taken_back_is_told_no_more(place: Place, ears: Ears) -> None:
    room = await place.alice.make_room("ailleurs", invite=[place.bot.user_id])
    await ears.until(lambda: room in ears._invited())
    await place.alice.kick(room, place.bot.user_id)
    with pytest.raises(ChannelError):
        await ears.rooms.enter(room)
    await ears.until(lambda: room not in ears._invited())
    assert (await ears.look()).invites == ()


# Rooms that go on elsewhere, and rooms that are lost


async def test_an_upgraded_room_is_followed(place: Place, ears: Ears) -> None:
    old = await place.room(ears, "salon", public=True)
    new = await place.alice.upgrade(old)
    await ears.until(lambda: ears.standing(old) is RoomStanding.REPLACED)
    assert (ears.news[old].successor, ears.stands(new)) == (new, True)
    await ears.insist(post(old, "on continue ici"))
    await place.alice.says(new, "en effet")
    await ears.hears("en effet")
    assert words(await place.said(new)) == ["on continue ici"]
    assert await place.said(old) == []
    # After a restart it is known before anything is said.
    await ears.restart()
    await ears.look()
    await ears.insist(post(old, "toujours"))
    assert words(await place.said(new)) == ["on continue ici", "toujours"]
    assert await place.said(old) == []


async def test_what_is_said_during_an_upgrade_is_not_refused(place: Place, ears: Ears) -> None:
    """The old room lets nobody speak any more, and we are not in the new one yet."""
    old = await place.room(ears, "salon", public=True)
    place.gate.treat("POST", "/join/", answers(502, "<html>"), times=2)
    new = await place.alice.upgrade(old)
    await ears.until(lambda: ears.rooms._halls.states[old].tombstoned)
    with pytest.raises(ChannelError):
        await ears.rooms.say(post(old, "malgré tout", txn="t1"))
    await ears.until(lambda: ears.standing(old) is RoomStanding.REPLACED)
    await ears.insist(post(old, "malgré tout", txn="t1"))
    assert words(await place.said(new)) == ["malgré tout"]


async def test_a_forged_tombstone_is_not_followed(place: Place, ears: Ears) -> None:
    room = await place.room(ears, "salon")
    trap = await place.alice.make_room("piège", public=True)
    await place.alice.sets(room, "m.room.tombstone", {"body": "par ici", "replacement_room": trap})
    await ears.until(lambda: place.gate.count("POST", f"{trap}/forget"))
    for _ in range(5):
        await ears.look()
    await ears.rooms.say(post(room, "je reste"))
    assert words(await place.said(room)) == ["je reste"]
    assert ears.standing(room) is RoomStanding.JOINED
    assert trap not in await place.server.admin.rooms_of(place.bot.user_id)
    assert place.gate.count("POST", f"/join/{trap}") == 1


async def test_a_forged_tombstone_does_not_make_us_leave_the_room_that_it_names(
    place: Place, ears: Ears
) -> None:
    room = await place.room(ears, "piège")
    important = await place.room(ears, "réseau")
    await place.alice.sets(room, "m.room.tombstone", {"body": "par ici", "replacement_room": important})
    await ears.until(lambda: room in ears.rooms._halls.shut)
    assert important in await place.server.admin.rooms_of(place.bot.user_id)
    assert ears.standing(important) is ears.standing(room) is RoomStanding.JOINED


@pytest.mark.parametrize("how", ["kick", "ban", "delete"])
async def test_a_lost_room_is_told_and_refuses(place: Place, ears: Ears, how: str) -> None:
    room, other = await place.room(ears), await place.room(ears, "autre")
    if how == "delete":
        await place.server.admin.delete_room(room)
    else:
        await getattr(place.alice, how)(room, place.bot.user_id)
    # Before we heard of it, the server refuses; afterwards we know it.
    assert (await ears.rooms.say(post(room, "trop tard"))).status is Status.REFUSED
    await ears.until(lambda: ears.standing(room) is RoomStanding.LEFT)
    assert (await ears.rooms.say(post(room, "trop tard"))).status is Status.REFUSED
    assert (await ears.rooms.say(post(other, "ici"))).status is Status.ACCEPTED


async def test_a_room_that_we_leave_is_told(place: Place, ears: Ears) -> None:
    """The server says nothing any more of a room that was forgotten."""
    room = await place.room(ears)
    await ears.rooms.leave(room)
    await ears.until(lambda: ears.standing(room) is RoomStanding.LEFT)
    assert (await ears.rooms.say(post(room, "trop tard"))).status is Status.REFUSED


async def test_a_room_forgotten_by_another_device_while_away_is_not_among_ours(
    place: Place, ears: Ears, matrix_member: MakeMember
) -> None:
    room, other = await place.room(ears), await place.room(ears, "autre")
    await ears.rooms.close()
    device: Member = await matrix_member(user=place.bot, encrypted=False)
    await device.leave(room)
    await device.calls("POST", f"/_matrix/client/v3/rooms/{room}/forget", {})
    ears.rooms = ears._make()
    batch = await ears.look()
    assert batch.whole
    standing = {one.room: one.standing for one in batch.rooms}
    assert standing[other] is RoomStanding.JOINED
    assert standing.get(room) in (None, RoomStanding.LEFT)


# Alone with one person


async def test_two_words_at_once_to_somebody_new_make_one_room(place: Place, ears: Ears) -> None:
    alice = place.alice
    said = await asyncio.gather(
        *(ears.rooms.say(post("", f"n° {n}", person=alice.user_id)) for n in range(4))
    )
    assert {one.status for one in said} == {Status.ACCEPTED}
    assert place.gate.count("POST", "/createRoom") == 1
    assert len(await _direct_rooms(place)) == 1


@pytest.mark.parametrize("step", ["POST /createRoom", "GET /state", "PUT /account_data/m.direct"])
@pytest.mark.parametrize("manner", [loses, cuts], ids=["lost", "cut"])
async def test_a_direct_room_is_made_once_whatever_breaks_on_the_way(
    place: Place, ears: Ears, step: str, manner: object
) -> None:
    """The answer to its making may be lost: it is looked for before another is made."""
    method, _, part = step.partition(" ")
    place.gate.treat(method, part, manner, times=1)  # type: ignore[arg-type]
    outcome = await ears.insist(post("", "bonjour", txn="t1", person=place.alice.user_id))
    assert outcome.status is Status.ACCEPTED
    (room,) = await _direct_rooms(place)
    assert len(await place.said(room)) == 1


async def test_a_crash_after_its_making_makes_no_second_room(place: Place, ears: Ears) -> None:
    place.gate.treat("PUT", "/send/", hangs)
    saying = asyncio.create_task(ears.rooms.say(post("", "bonjour", txn="t1", person=place.alice.user_id)))
    await until(lambda: place.gate.count("PUT", "/send/"), 20)
    saying.cancel()
    await asyncio.gather(saying, return_exceptions=True)
    place.gate.behave()
    await ears.restart()
    await ears.look()
    await ears.insist(post("", "bonjour", txn="t1", person=place.alice.user_id))
    (room,) = await _direct_rooms(place)
    assert len(await place.said(room)) == 1


async def test_a_third_person_ends_a_direct_room(place: Place, ears: Ears, matrix_member: MakeMember) -> None:
    bruno: Member = await matrix_member("bruno", encrypted=False)
    await ears.rooms.say(post("", "un", person=place.alice.user_id))
    (room,) = await _direct_rooms(place)
    await place.alice.join(room)
    await ears.until(lambda: room in ears.news and ears.news[room].person == place.alice.user_id)
    await place.alice.invite(room, bruno.user_id)
    await bruno.join(room)
    await ears.until(lambda: not ears.news[room].person)
    await place.alice.says(room, "à trois")
    await ears.hears("à trois")
    assert [one.direct for one in ears.heard if one.body == "à trois"] == [False]
    await ears.rooms.say(post(room, "deux", person=place.alice.user_id))
    first, second = await _direct_rooms(place)
    assert [len(await place.said(one)) for one in (room, *({first, second} - {room}))] == [1, 1]


async def test_a_person_who_left_our_direct_room_is_asked_into_another(place: Place, ears: Ears) -> None:
    await ears.rooms.say(post("", "un", person=place.alice.user_id))
    (room,) = await _direct_rooms(place)
    await place.alice.join(room)
    await place.alice.leave(room)
    await ears.until(lambda: room in ears.news and not ears.news[room].person)
    await ears.rooms.say(post(room, "deux", person=place.alice.user_id))
    assert len(await place.said(room)) == 1
    assert len(await _direct_rooms(place)) == 2


async def test_a_person_who_is_not_there_is_refused(place: Place, ears: Ears) -> None:
    nobody = f"@personne-{secrets.token_hex(4)}:{SERVER_NAME}"
    outcome = await ears.insist(post("", "y a-t-il quelqu'un ?", person="pas un identifiant"))
    assert outcome.status is Status.REFUSED
    # Synapse lets us invite whom it does not know: the room waits for them.
    assert (await ears.insist(post("", "bonjour", person=nobody))).status in (Status.ACCEPTED, Status.REFUSED)


async def _direct_rooms(place: Place) -> list[str]:
    return await place.server.admin.rooms_of(place.bot.user_id)
