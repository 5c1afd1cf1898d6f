"""Speaking on a real Synapse: each thing once, in order, whatever becomes of the answers."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import secrets
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.base import Outcome, PostFile, Status
from bot.channels.matrix.content import MARK
from bot.clock import SetClock
from bot.errors import ChannelError
from tests.integration.channels.matrix_hall import MakeMember
from tests.integration.channels.matrix_place import Ears, Gate, Place, answers, loses, post, words
from tests.servers.synapse import Synapse

NOW = dt.datetime.now(dt.UTC)


@pytest_asyncio.fixture
async def place(synapse: Synapse, matrix_member: MakeMember, tmp_path: Path) -> AsyncIterator[Place]:
    bot = await synapse.register_anybody("navette")
    alice = await matrix_member("alice")
    async with Gate(synapse.base_url) as gate:
        place = Place(synapse, bot, alice, tmp_path, gate)
        yield place
        await place.close()


@pytest_asyncio.fixture
async def ears(place: Place) -> Ears:
    """Listening already, by a clock that stands at the present."""
    ears = place.listen(clock=SetClock(NOW))
    await ears.look()
    return ears


async def says(ears: Ears, room: str, text: str, **more: Any) -> str:
    """The event id of something that was accepted."""
    outcome: Outcome = await ears.insist(post(room, text, **more))
    assert outcome.status is Status.ACCEPTED, outcome
    assert outcome.external_id
    return outcome.external_id


# Once


async def test_the_same_transaction_is_one_event_through_restarts_and_logins(
    place: Place, ears: Ears
) -> None:
    room = await place.room(ears)
    one = await says(ears, room, "une fois", txn="t1")
    assert await says(ears, room, "autre chose", txn="t1") == one
    await ears.restart()
    await ears.look()
    assert await says(ears, room, "une fois", txn="t1") == one
    gone = answers(401, '{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true}')
    place.gate.treat("GET", "/whoami", gone, times=1)
    await ears.restart()
    await ears.look()
    assert place.gate.count("POST", "/login") == 2
    assert await says(ears, room, "une fois", txn="t1") == one
    assert words(await place.said(room)) == ["une fois"]


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_a_lost_answer_is_asked_for_again(place: Place, ears: Ears, encrypted: bool) -> None:
    room = await place.room(ears, encrypted=encrypted)
    place.gate.treat("PUT", "/send/m.room", loses, times=2)
    outcome = await ears.rooms.say(post(room, "une fois", txn="t1"))
    assert outcome.status is Status.ACCEPTED
    (event,) = await place.said(room)
    assert event["event_id"] == outcome.external_id


async def test_an_answer_that_never_comes_is_told_and_nothing_is_said_twice(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    place.gate.treat("PUT", "/send/", loses)
    with pytest.raises(ChannelError):
        await ears.rooms.say(post(room, "une fois", txn="t1"))
    assert place.gate.count("PUT", "/send/") <= 10  # aiohttp asks once more by itself
    place.gate.behave()
    await says(ears, room, "une fois", txn="t1")
    assert words(await place.said(room)) == ["une fois"]


async def test_the_same_transaction_after_the_server_was_killed(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    one = await says(ears, room, "une fois", txn="t1")
    await place.server.kill()
    with pytest.raises(ChannelError):
        await ears.rooms.say(post(room, "pendant", txn="t2"))
    await place.server.start()
    assert await says(ears, room, "une fois", txn="t1") == one
    await says(ears, room, "pendant", txn="t2")
    assert words(await place.said(room)) == ["une fois", "pendant"]


# What the server may have forgotten


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_what_is_older_than_the_servers_memory_is_looked_for(
    place: Place, ears: Ears, encrypted: bool
) -> None:
    """Synapse keeps transaction ids for a day; another id stands for one that was forgotten."""
    room = await place.room(ears, encrypted=encrypted)
    one = await says(ears, room, "une fois", txn="t1")
    for number in range(120):
        await place.alice.says(room, f"bruit {number}")
    await _forgets(place, room)
    later = place.listen(clock=SetClock(NOW + dt.timedelta(hours=30)), cursor=ears.cursor)
    await ears.rooms.close()
    await later.look()
    assert await says(later, room, "une fois", txn="t1", first_at=NOW) == one
    assert len(await place.said(room)) == 1
    # What nobody said is said.
    await says(later, room, "jamais dit", txn="t2", first_at=NOW)
    assert len(await place.said(room)) == 2


async def test_where_it_cannot_be_looked_for_it_is_not_said(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    place.gate.treat("GET", "/messages", answers(200, "{}"))
    with pytest.raises(ChannelError):
        await ears.rooms.say(post(room, "une fois", first_at=NOW - dt.timedelta(hours=30)))
    assert await place.said(room) == []


async def test_of_what_was_said_in_part_the_rest_is_said(place: Place, ears: Ears) -> None:
    """The first of three pieces was there: it counted for all of them."""
    room = await place.room(ears)
    text = "\n".join(f"{number} {'mot ' * 40}" for number in range(600))
    broken = post(room, text, txn="t1", files=(PostFile("a.txt", "text/plain", b"a"),))
    place.gate.treat("PUT", "t1.1", answers(502, "<html>"))
    with pytest.raises(ChannelError):
        await ears.rooms.say(broken)
    place.gate.behave()
    (first,) = await place.said(room)
    await _forgets(place, room)
    later = place.listen(clock=SetClock(NOW + dt.timedelta(hours=30)), cursor=ears.cursor)
    await ears.rooms.close()
    await later.look()
    assert await says(later, room, text, txn="t1", first_at=NOW, files=broken.files) == first["event_id"]
    said = await place.said(room)
    assert len(said) > 3
    assert len({one["content"]["body"] for one in said}) == len(said)
    assert "".join("\n".join(words(said)[:-1]).split()) == "".join(text.split())
    assert said[-1]["content"]["msgtype"] == "m.file"


# Order and limits


async def test_a_rate_limit_keeps_the_order_and_holds_up_no_other_room(
    place: Place, ears: Ears, synapse: Synapse
) -> None:
    room, other = await place.room(ears), await place.room(ears, "autre")
    await synapse.limit(place.bot.user_id, 3, 4)
    done: list[str] = []

    async def talk(where: str, *bodies: str) -> None:
        for body in bodies:
            await says(ears, where, body)
            done.append(body)

    long = [f"a{number}" for number in range(12)]
    await asyncio.gather(talk(room, *long), talk(other, "b0", "b1"))
    await synapse.unlimit(place.bot.user_id)
    assert words(await place.said(room)) == long
    assert words(await place.said(other)) == ["b0", "b1"]
    assert done.index("b1") < done.index("a11")


async def test_what_is_asked_at_once_is_said_in_the_order_of_asking(place: Place, ears: Ears) -> None:
    """matrix-nio's concurrent sends arrive out of order under a limit."""
    room = await place.room(ears)
    place.gate.treat(
        "PUT", "/send/", answers(429, '{"errcode": "M_LIMIT_EXCEEDED"}', **{"Retry-After": "0"}), 2
    )
    bodies = [f"m{number}" for number in range(10)]
    await asyncio.gather(*(says(ears, room, body) for body in bodies))
    assert words(await place.said(room)) == bodies


async def test_a_limit_without_a_time_is_no_reason_to_hurry(
    place: Place, ears: Ears, monkeypatch: Any
) -> None:
    monkeypatch.setattr("bot.channels.matrix.speaking.PATIENCE", 2.0)
    room = await place.room(ears)
    limit = answers(429, '{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1}', **{"Retry-After": "0"})
    place.gate.treat("PUT", "/send/", limit)
    with pytest.raises(ChannelError):
        await asyncio.wait_for(ears.rooms.say(post(room, "patience")), 20)
    assert place.gate.count("PUT", "/send/") <= 6


async def test_a_limit_longer_than_our_patience_is_told(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    limit = answers(429, '{"errcode": "M_LIMIT_EXCEEDED"}', **{"Retry-After": "3600"})
    place.gate.treat("PUT", "/send/", limit)
    with pytest.raises(ChannelError, match="M_LIMIT_EXCEEDED"):
        await asyncio.wait_for(ears.rooms.say(post(room, "patience")), 10)
    assert place.gate.count("PUT", "/send/") == 1


# Refusals


async def test_who_may_not_speak_is_refused_and_others_go_on(place: Place, ears: Ears) -> None:
    room, other = await place.room(ears), await place.room(ears, "autre")
    levels = await place.alice.state(room, "m.room.power_levels")
    await place.alice.sets(room, "m.room.power_levels", {**levels, "events_default": 50})
    refused = await ears.insist(post(room, "non"))
    assert refused.status is Status.REFUSED
    assert "M_FORBIDDEN" in refused.detail
    await ears.until(lambda: not ears.news[room].writable)
    await says(ears, other, "oui")
    await place.alice.sets(room, "m.room.power_levels", levels)
    await ears.until(lambda: ears.news[room].writable)
    await says(ears, room, "maintenant oui")


async def test_what_is_too_large_is_refused(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    outcome = await ears.insist(post(room, "court", replies_to="$" + "x" * 70_000))
    assert outcome.status is Status.REFUSED
    refusal = answers(413, '{"errcode": "M_TOO_LARGE", "error": "Upload too large"}')
    place.gate.treat("POST", "/media/v3/upload", refusal)
    file = PostFile("gros.bin", "application/octet-stream", b"gros")
    outcome = await ears.insist(post(room, "avec un fichier", files=(file,)))
    assert (outcome.status, place.gate.count("POST", "/media/v3/upload")) == (Status.REFUSED, 1)
    await says(ears, room, "la suite")


async def test_a_proxy_under_maintenance_refuses_nothing_for_good(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    for status in (403, 404, 405):
        place.gate.treat("PUT", "/send/", answers(status, "<html>maintenance</html>"), times=1)
        with pytest.raises(ChannelError):
            await ears.rooms.say(post(room, "bonjour", txn="t1"))
    await says(ears, room, "bonjour", txn="t1")


async def test_the_same_reaction_again_is_accepted(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    event = await place.alice.says(room, "une question")
    await says(ears, room, "", reaction="✓", replies_to=event)
    outcome = await ears.rooms.say(post(room, "", reaction="✓", replies_to=event))
    assert outcome.status is Status.ACCEPTED
    assert len(await place.said(room)) == 1


# What is said


async def test_a_long_text_comes_whole_in_pieces(place: Place, ears: Ears) -> None:
    room = await place.room(ears, encrypted=True)
    text = "\n".join(f"{number} {'é' * 60}" for number in range(1700))
    assert len(text.encode()) > 200_000
    await says(ears, room, text)
    last = await place.alice.hears(room, "1699 ", sender=place.bot.user_id)
    assert last
    bodies = words(
        [
            one
            for one in place.alice.heard(room)
            if one["sender"] == place.bot.user_id and "state_key" not in one
        ]
    )
    assert "".join("\n".join(bodies).split()) == "".join(text.split())


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_a_member_reads_our_files(place: Place, ears: Ears, encrypted: bool) -> None:
    room = await place.room(ears, encrypted=encrypted)
    picture = _png()
    await says(
        ears,
        room,
        "",
        files=(
            PostFile("courbe.png", "image/png", picture),
            PostFile("relevé.pdf", "application/pdf", b"%PDF-1.4"),
        ),
    )
    image = await place.alice.sees(room, lambda e: e["content"].get("msgtype") == "m.image")
    document = await place.alice.sees(room, lambda e: e["content"].get("msgtype") == "m.file")
    assert await place.alice.reads_file(image) == picture
    assert await place.alice.reads_file(document) == b"%PDF-1.4"
    assert (image["content"]["info"]["w"], image["content"]["info"]["mimetype"]) == (3, "image/png")
    assert ("url" in image["content"]) is not encrypted
    assert ("file" in image["content"]) is encrypted


async def test_nobody_is_woken_but_whom_it_is_for(
    place: Place, ears: Ears, matrix_member: MakeMember
) -> None:
    """Even where our power would let us wake the whole room."""
    bruno = await matrix_member("bruno")
    room = await place.room(ears)
    await place.alice.invite(room, bruno.user_id)
    await bruno.join(room)
    levels = await place.alice.state(room, "m.room.power_levels")
    users = {**levels["users"], place.bot.user_id: 100}
    await place.alice.sets(room, "m.room.power_levels", {**levels, "users": users})
    await says(
        ears, room, f"@room venez, et toi aussi {bruno.user_id}", mentions=(place.alice.user_id,), wakes=True
    )
    await says(ears, room, "@room discret")
    (loud, quiet) = await place.said(room)
    assert loud["content"]["m.mentions"] == {"user_ids": [place.alice.user_id]}
    assert quiet["content"]["m.mentions"] == {}
    assert (loud["content"]["msgtype"], quiet["content"]["msgtype"]) == ("m.text", "m.notice")
    assert await _woken(place.alice, room) == [loud["event_id"]]
    assert await _woken(bruno, room) == []


async def test_an_edit_of_an_edit_changes_the_first(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    one = await says(ears, room, "mardi")
    await says(ears, room, "jeudi", edits=one)
    await says(ears, room, "vendredi", edits=one)
    shown = await place.alice.calls("GET", f"/_matrix/client/v3/rooms/{room}/event/{one}")
    latest = shown["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"]
    assert latest == "vendredi"
    events = await place.said(room)
    assert [event["content"].get("m.relates_to", {}).get("event_id") for event in events] == [None, one, one]


async def test_each_event_bears_its_mark(place: Place, ears: Ears) -> None:
    room = await place.room(ears)
    event = await place.alice.says(room, "une question")
    await says(ears, room, "texte", txn="t1", files=(PostFile("a.txt", "text/plain", b"a"),))
    await says(ears, room, "", txn="t2", reaction="✓", replies_to=event)
    assert [one["content"][MARK] for one in await place.said(room)] == ["t1", "t1", "t2"]


async def test_what_is_cut_short_by_the_end_can_be_said_again(place: Place, ears: Ears) -> None:
    """Closing while something is on its way is a ChannelError, not a defect that would bury it."""
    room = await place.room(ears)
    place.gate.treat("PUT", "/send/", answers(429, '{"errcode": "M_LIMIT_EXCEEDED"}', **{"Retry-After": "1"}))
    saying = asyncio.create_task(ears.rooms.say(post(room, "au revoir", txn="t1")))
    async with asyncio.timeout(20):
        while not place.gate.count("PUT", "/send/"):
            await ears.look()
    await ears.rooms.close()
    with pytest.raises(ChannelError):
        await saying
    place.gate.behave()
    ears.rooms = ears._make()
    await ears.look()
    await says(ears, room, "au revoir", txn="t1")
    assert words(await place.said(room)) == ["au revoir"]


async def _forgets(place: Place, room: str) -> None:
    """From now on the server knows no transaction of before: each has another id there."""
    salt = secrets.token_hex(2)

    async def renamed(request: Any, gate: Gate) -> Any:
        url = str(request.rel_url).replace("/t", f"/{salt}-t")
        status, body, _ = await gate.forward(request.clone(rel_url=url))
        return await answers(status, body)(request, gate)

    place.gate.treat("PUT", "/send/", renamed)


async def _woken(member: Any, room: str) -> list[str]:
    found = await member.calls("GET", "/_matrix/client/v3/notifications?only=highlight")
    return [one["event"]["event_id"] for one in found["notifications"] if one["room_id"] == room]


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    out = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    out.seek(0, io.SEEK_END)
    out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)))
    out.write(chunk(b"IDAT", zlib.compress(b"\x00\x01\x02\x03" * 2)))
    out.write(chunk(b"IEND", b""))
    return out.getvalue()
