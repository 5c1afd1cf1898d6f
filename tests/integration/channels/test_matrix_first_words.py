"""What somebody says to us alone before we have come in, as their application lets them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.channels.base import EventKind, RoomEvent
from tests.integration.channels.matrix_hall import MakeMember, MatrixHall
from tests.servers.element import Element
from tests.servers.synapse import Synapse
from tests.unit.play.rooms_hall import ALICE, until


async def words_before_entry(hall: MatrixHall, room: str) -> list[RoomEvent]:
    """What we hear people say in a room that we are asked into, from our entry on."""
    rooms = hall.matrix()
    batch, cursor = await until(rooms, (await rooms.hear(None, 0)).cursor, lambda one: bool(one.invites))
    assert [invite.room for invite in batch.invites] == [room]
    await rooms.enter(room)
    heard: list[RoomEvent] = []
    while not any(event.kind is EventKind.MESSAGE for event in heard):
        batch, cursor = await until(rooms, cursor, lambda one: bool(one.events))
        heard += batch.events
        for event in batch.events:
            if event.kind is EventKind.UNREADABLE and (read := await rooms.reread(event)):
                heard.append(read)
    await rooms.close()
    return heard


async def test_the_first_words_of_a_conversation_are_heard(
    synapse: Synapse, matrix_member: MakeMember, tmp_path: Path
) -> None:
    hall = await MatrixHall.make(synapse, matrix_member, tmp_path)
    alice = hall.members[ALICE]
    room = await alice.make_direct(hall.bot.user_id, encrypted=False)
    await alice.says(room, "aide")
    heard = await words_before_entry(hall, room)
    said = [event for event in heard if event.kind is EventKind.MESSAGE]
    assert [(event.body, event.direct) for event in said] == [("aide", True)]


async def test_what_was_said_in_a_room_of_many_before_we_came_is_its_past(
    synapse: Synapse, matrix_member: MakeMember, tmp_path: Path
) -> None:
    hall = await MatrixHall.make(synapse, matrix_member, tmp_path)
    alice = hall.members[ALICE]
    room = await alice.make_room("ailleurs", invite=[hall.bot.user_id])
    await alice.says(room, "!pause")
    rooms = hall.matrix()
    _, cursor = await until(rooms, (await rooms.hear(None, 0)).cursor, lambda one: bool(one.invites))
    await rooms.enter(room)
    await alice.says(room, "!aide")
    batch, _ = await until(
        rooms, cursor, lambda one: any(event.kind is EventKind.MESSAGE for event in one.events)
    )
    assert [event.body for event in batch.events if event.kind is EventKind.MESSAGE] == ["!aide"]
    await rooms.close()


@pytest.mark.timeout(90)
async def test_the_first_encrypted_words_of_element_are_read(
    synapse: Synapse,
    matrix_member: MakeMember,
    element: Callable[..., Awaitable[Element]],
    tmp_path: Path,
) -> None:
    """Its first message leaves with the invitation, before we are there."""
    hall = await MatrixHall.make(synapse, matrix_member, tmp_path)
    first = hall.matrix()
    await first.hear(None, 0)  # our device is known before anybody writes to it
    await first.close()
    dalila = await element("dalila")
    room = await dalila.make_direct(hall.bot.user_id)
    await dalila.says(room, "aide")
    heard = await words_before_entry(hall, room)
    assert [event.body for event in heard if event.kind is EventKind.MESSAGE] == ["aide"]
