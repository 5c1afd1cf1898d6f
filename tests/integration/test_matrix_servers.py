"""The Matrix servers and clients of the tests themselves: they do what the other tests rely on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse

Members = Callable[..., Awaitable[Member]]


@pytest.mark.parametrize("version", ["11", "12"])
@pytest.mark.parametrize("encrypted", [False, True])
async def test_two_members_talk(
    synapse: Synapse, matrix_member: Members, version: str, encrypted: bool
) -> None:
    alice = await matrix_member("alice", encrypted=encrypted)
    bruno = await matrix_member("bruno", encrypted=encrypted)
    room = await alice.make_room("Coordination", version=version, encrypted=encrypted, invite=[bruno.user_id])
    await bruno.invited(room)
    await bruno.join(room)
    await alice.sees(
        room,
        lambda e: (
            e["type"] == "m.room.member"
            and e["state_key"] == bruno.user_id
            and e["content"]["membership"] == "join"
        ),
    )
    said = await alice.says(room, "bonjour")
    heard = await bruno.hears(room, "bonjour", sender=alice.user_id)
    assert (heard["event_id"], heard["encrypted"], heard["readable"]) == (said, encrypted, True)
    await bruno.says(room, "salut", replies_to=said)
    answer = await alice.hears(room, "salut")
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == said
    assert (await alice.state(room, "m.room.create"))["room_version"] == version
    kept = "m.room.encrypted" if encrypted else "m.room.message"
    assert await synapse.oracle.count(room, kind=kept) == 2
    assert (":" in room) == (version == "11")
