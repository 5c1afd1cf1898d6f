"""A day's conversation in real rooms: members on a Synapse, the bot as a process of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.crash.rooms_oracle import judge, quiet
from tests.crash.rooms_world import MakeMember, RoomsWorld
from tests.servers import matrix_words as words
from tests.servers.matrix_admin import Event
from tests.servers.wait import until

VERSIONS = [("11", False), ("12", True)]


def answers(event_id: str) -> Callable[[Event], bool]:
    """What is said in answer to an event."""
    return lambda e: bool(e["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == event_id)


def signs(event_id: str) -> Callable[[Event], bool]:
    """A reaction to an event."""
    return lambda e: bool(e["type"] == "m.reaction" and e["content"]["m.relates_to"]["event_id"] == event_id)


@pytest.mark.parametrize(("version", "encrypted"), VERSIONS)
async def test_a_day_in_a_room(rooms_world: RoomsWorld, version: str, encrypted: bool) -> None:
    world, bruno, chloe = rooms_world, rooms_world.bruno, rooms_world.chloe
    await world.start()
    room = await world.room(chloe, by=bruno, version=version, encrypted=encrypted)
    await world.entered(room)

    asked = await chloe.says(room, "!aide")
    answer = await chloe.sees(room, answers(asked))
    assert (answer["content"]["msgtype"], answer["encrypted"]) == ("m.notice", encrypted)
    assert answer["content"]["m.mentions"] == {"user_ids": [chloe.user_id]}
    named = await bruno.mentions(room, world.user.user_id, "dis bonjour", name="Navette")
    assert (await bruno.sees(room, answers(named)))["content"]["body"].endswith("bonjour")

    line = await bruno.says(room, "Pour le récap : on repeint la Filature samedi")
    assert (await bruno.sees(room, signs(line)))["content"]["m.relates_to"]["key"] == "✓"
    alone = await world.direct(bruno, version=version, encrypted=encrypted)
    await world.entered(alone)
    await bruno.says(alone, "récap aperçu")
    await bruno.hears(alone, "Filature", sender=world.user.user_id)
    await bruno.redacts(room, line)
    await bruno.hears(alone, "ne sera pas dans", sender=world.user.user_id)

    wrong = await chloe.says(room, "!dis bonsoir à tout le monde")
    await chloe.sees(room, answers(wrong))
    for words_now in ("!dis bonne nuit", "!dis à demain"):
        await chloe.edits(room, wrong, words_now)
    # Another bot's words wait for no answer: the next question has the next one.
    await chloe.says(room, "!dis que je suis une machine", notice=True)
    last = await chloe.says(room, "!dis fini")
    await chloe.sees(room, answers(last))
    read = world.read(chloe, room)
    assert [part for part in ("nuit", "demain", "machine") if any(part in text for text in read)] == []
    assert len(await world.said(room)) == 7  # a greeting, five answers with the hint, a sign
    await quiet(world)
    await judge(world)


async def test_a_stranger_asks_in_vain(rooms_world: RoomsWorld, matrix_member: MakeMember) -> None:
    world = rooms_world
    stranger = await matrix_member("inconnue")
    before = await stranger.make_room(invite=[world.user.user_id])
    await world.start()
    after = await stranger.make_direct(world.user.user_id)
    for room in (before, after):
        await stranger.sees(
            room, lambda e: (e["state_key"], e["content"]["membership"]) == (world.user.user_id, "leave")
        )
        assert await world.said(room) == []


async def test_alone_with_a_member(rooms_world: RoomsWorld) -> None:
    """Encrypted both ways, and no prefix; two people at once have each their own answer."""
    world = rooms_world
    rooms = {one: await world.direct(one) for one in (world.bruno, world.chloe)}
    await world.start()
    for member, room in rooms.items():
        await world.entered(room)
        await member.says(room, f"dis {member.user_id}")
    for member, room in rooms.items():
        heard = await member.hears(room, member.user_id, sender=world.user.user_id)
        assert heard["encrypted"]
        assert "m.relates_to" not in heard["content"]
        assert len(await world.said(room)) == 2
    await quiet(world)
    await judge(world)


async def test_a_room_is_bound_to_its_circle(rooms_world: RoomsWorld) -> None:
    """By coordination only, with words, or by a vote in the poll that is shown."""
    world, alice, bruno = rooms_world, rooms_world.alice, rooms_world.bruno
    await world.start()
    first = await world.room(bruno)
    second = await world.room(bruno, version="12", encrypted=True)
    await world.entered(first, second)
    refused = await bruno.says(first, "!lier-salon CAC")
    assert "Alice Rovère" in (await bruno.sees(first, answers(refused)))["content"]["body"]
    bound = await alice.says(first, "!lier-salon cac")
    assert "celui de" in (await alice.sees(first, answers(bound)))["content"]["body"]

    await alice.says(second, "!lier-salon")
    start = f"{words.UNSTABLE}.start"
    poll = await alice.sees(second, lambda e: e["type"] == start)
    ids = {one["org.matrix.msc1767.text"]: one["id"] for one in poll["content"][start]["answers"]}
    await bruno.votes(second, poll["event_id"], ids["CAC"])
    await alice.votes(second, poll["event_id"], ids["Tout le réseau"])
    await alice.sees(second, lambda e: e["type"] == f"{words.UNSTABLE}.end")
    await quiet(world)
    bindings = dict(world.rows("SELECT circle, room FROM room_bindings"))
    assert bindings == {"cac": first, "reseau": second}
    await judge(world)


@pytest.mark.parametrize(("version", "encrypted"), VERSIONS)
async def test_something_that_takes_long_is_seen_to_be_at_work(
    rooms_world: RoomsWorld, version: str, encrypted: bool
) -> None:
    world, bruno = rooms_world, rooms_world.bruno
    await world.start()
    room = await world.room(bruno, version=version, encrypted=encrypted)
    await world.entered(room)
    busy = world.folder / "busy"
    busy.touch()
    asked = await bruno.says(room, f"!tisse {busy}")
    seen = bruno.client.rooms[room]
    await until(lambda: world.user.user_id in seen.typing_users, 20, "the bot to be seen typing")
    receipts = seen.read_receipts
    await until(lambda: world.user.user_id in receipts, 20, "a read receipt")
    assert receipts[world.user.user_id].event_id == asked
    busy.unlink()
    await bruno.sees(room, answers(asked))
    await until(lambda: world.user.user_id not in seen.typing_users, 20, "the bot to type no more")
