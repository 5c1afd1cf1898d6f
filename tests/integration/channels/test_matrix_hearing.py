"""Hearing on a real Synapse: everything, in order, once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.channels.base import EventKind, RoomStanding
from bot.errors import LoginRefused
from tests.integration.channels.matrix_hall import MakeMember
from tests.integration.channels.matrix_place import Gate, Place, answers, hangs, post
from tests.servers.matrix_admin import MatrixError
from tests.servers.synapse import Synapse

BURST = 250  # more than twice what the server gives at once


@pytest_asyncio.fixture
async def place(synapse: Synapse, matrix_member: MakeMember, tmp_path: Path) -> AsyncIterator[Place]:
    bot = await synapse.register_anybody("navette")
    alice = await matrix_member("alice", encrypted=False)
    async with Gate(synapse.base_url) as gate:
        place = Place(synapse, bot, alice, tmp_path, gate)
        yield place
        await place.close()


async def test_a_burst_while_we_are_away_comes_whole_in_order_and_once(place: Place) -> None:
    """matrix-nio fills no gap: 34 of 500 quick commands got an answer from a plain nio bot."""
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    bodies = await place.floods(room, BURST)
    await ears.restart()
    await ears.hears(bodies[-1])
    assert ears.bodies() == bodies
    assert place.gate.count("GET", "/messages") > 1


async def test_a_burst_while_we_listen_comes_whole_in_order_and_once(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    bodies = [f"m{number}" for number in range(BURST)]
    _, listening = await asyncio.gather(
        place.floods(room, BURST), ears.hears(bodies[-1], room=room), return_exceptions=True
    )
    assert listening is None
    assert ears.bodies() == bodies


async def test_an_old_cursor_gives_the_same_events_again(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    cursor = ears.cursor
    bodies = await place.floods(room, 130)
    await ears.hears(bodies[-1])
    first = list(ears.heard)
    ears.heard, ears.cursor = [], cursor
    await ears.hears(bodies[-1])
    assert ears.heard == first[-len(ears.heard) :]
    assert ears.bodies() == bodies


async def test_what_was_said_before_we_came_in_is_not_heard(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.alice.make_room("salon", invite=[place.bot.user_id])
    await place.floods(room, 120, "avant")
    await ears.enters(room)
    await place.alice.says(room, "après")
    await ears.hears("après")
    assert ears.bodies() == ["après"]


async def test_a_room_entered_and_flooded_at_once_is_heard_from_our_entry_on(place: Place) -> None:
    """More than a sync holds happens between our entry and the next look."""
    ears = place.listen()
    await ears.look()
    room = await place.alice.make_room("salon", invite=[place.bot.user_id])
    await place.floods(room, 30, "avant")
    await ears.until(lambda: room in ears._invited())
    await ears.rooms.enter(room)
    bodies = await place.floods(room, 150)
    await ears.hears(bodies[-1])
    assert ears.bodies() == bodies
    assert [one.kind for one in ears.heard[:1]] == [EventKind.JOIN]


async def test_sent_away_and_back_in_the_middle_of_a_gap(place: Place) -> None:
    """What was said while we were in comes, before and after; what was said without us does not."""
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    other = place.listen(cursor=ears.cursor)
    before = await place.floods(room, 120, "avant")
    await place.alice.kick(room, place.bot.user_id)
    await place.floods(room, 10, "sans")
    await place.alice.invite(room, place.bot.user_id)
    # Another of our devices goes back in: these ears hear nothing of it.
    await ears.rooms.enter(room)
    after = await place.floods(room, 120, "après")
    await ears.rooms.close()
    await other.hears(after[-1])
    assert other.bodies() == before + after
    ours = [one.kind for one in other.heard if one.person == place.bot.user_id]
    assert ours == [EventKind.LEAVE, EventKind.JOIN]


async def test_the_first_look_is_a_watermark_and_tells_of_all_rooms(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.room(ears, name="Le salon")
    await place.alice.says(room, "passé")
    fresh = place.listen()
    await ears.rooms.close()
    batch = await fresh.look()
    assert (batch.first, batch.whole, batch.events) == (True, True, ())
    assert [(one.room, one.title) for one in batch.rooms] == [(room, "Le salon")]


async def test_a_restart_knows_its_rooms_again(place: Place) -> None:
    """Without full_state nothing would be known of rooms where nothing happened."""
    ears = place.listen()
    await ears.look()
    room = await place.room(ears, name="Le salon")
    direct = await place.alice.make_direct(place.bot.user_id, encrypted=False)
    await ears.enters(direct)
    await ears.restart()
    batch = await ears.look()
    assert batch.whole
    assert not batch.first
    known = {one.room: one for one in batch.rooms}
    assert known[room].title == "Le salon"
    assert known[direct].person == place.alice.user_id
    await place.alice.says(direct, "entre nous")
    await ears.hears("entre nous")
    assert [one.direct for one in ears.heard if one.body == "entre nous"] == [True]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(502, "<html>Bad Gateway</html>", id="502"),
        pytest.param(403, "<html>Forbidden</html>", id="somebody-before-the-server"),
        pytest.param(429, '{"errcode": "M_LIMIT_EXCEEDED"}', id="429"),
    ],
)
async def test_a_room_that_cannot_be_read_for_a_while_loses_nothing_and_holds_up_no_other(
    place: Place, status: int, body: str
) -> None:
    ears = place.listen()
    await ears.look()
    room, other = await place.room(ears, "malade"), await place.room(ears, "sain")
    bodies = await place.floods(room, 130)
    await place.alice.says(other, "ailleurs")
    place.gate.treat("GET", f"{room}/messages", answers(status, body))
    await ears.hears("ailleurs")
    await place.alice.says(room, "la suite")
    await place.alice.says(other, "encore")
    await ears.hears("encore")
    assert ears.bodies(room) == []
    await ears.restart()  # what is owed stands in the cursor
    await ears.look()
    place.gate.behave()
    await ears.hears("la suite")
    assert ears.bodies(room) == [*bodies, "la suite"]
    assert ears.bodies(other) == ["ailleurs", "encore"]


async def test_a_room_that_cannot_be_read_is_asked_ever_more_rarely(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    room, other = await place.room(ears, "malade"), await place.room(ears, "sain")
    await place.floods(room, 110)
    place.gate.treat("GET", f"{room}/messages", answers(500, '{"errcode": "M_UNKNOWN"}'))
    asked = place.gate.count("GET", "/messages")
    began = asyncio.get_running_loop().time()
    for number in range(20):
        await place.alice.says(other, f"a{number}")
        await ears.hears(f"a{number}")
    took = asyncio.get_running_loop().time() - began
    assert place.gate.count("GET", "/messages") - asked <= 2 + took / 2


async def test_a_gap_that_is_forbidden_is_given_up_and_the_room_goes_on(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    bodies = await place.floods(room, 130)
    refusal = '{"errcode": "M_FORBIDDEN", "error": "You don\'t have permission"}'
    place.gate.treat("GET", f"{room}/messages", answers(403, refusal))
    await ears.hears(bodies[-1])
    assert ears.bodies() == bodies[30:]
    assert "cannot be read" in caplog.text
    assert bodies[-1] not in caplog.text.split()


async def test_pages_of_nothing_are_not_the_end_of_a_gap(place: Place) -> None:
    """Synapse gives empty pages with an ``end`` where all of a page may not be seen by us."""
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    bodies = await place.floods(room, 130)

    async def empty(request: Any, gate: Gate) -> Any:
        return await answers(200, json.dumps({"chunk": [], "end": request.query["from"] + " "}))(
            request, gate
        )

    async def stripped(request: Any, gate: Gate) -> Any:
        request = request.clone(rel_url=str(request.rel_url).replace("%20", "").replace("+&", "&"))
        status, body, _ = await gate.forward(request)
        return await answers(status, body)(request, gate)

    place.gate.treat("GET", f"{room}/messages", stripped)
    place.gate.treat("GET", f"{room}/messages", empty, times=1)
    await ears.hears(bodies[-1])
    assert ears.bodies() == bodies


async def test_a_revoked_session_is_one_sentence(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    await place.server.admin.log_out(place.bot.user_id)
    with pytest.raises(LoginRefused) as told:
        await ears.look()
    assert "M_UNKNOWN_TOKEN" in str(told.value)
    assert "\n" not in str(told.value)


async def test_after_a_soft_logout_the_same_device_logs_in_again(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    devices = await place.server.admin.devices(place.bot.user_id)
    said = (await ears.rooms.say(post(room, "avant", txn="t1"))).external_id
    gone = answers(401, '{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true, "error": "expired"}')
    place.gate.treat("GET", "/sync", gone, times=1)
    place.gate.treat("GET", "/whoami", gone, times=1)
    await place.alice.says(room, "toujours là ?")
    await ears.hears("toujours là ?")
    assert await place.server.admin.devices(place.bot.user_id) == devices
    assert place.gate.count("POST", "/login") == 2
    assert (await ears.insist(post(room, "avant", txn="t1"))).external_id == said
    assert len(await place.said(room)) == 1


async def test_a_locked_out_soft_logout_ends_in_one_refusal(place: Place) -> None:
    """A soft logout whose login is refused too is told, not tried for ever."""
    ears = place.listen()
    await ears.look()
    gone = answers(401, '{"errcode": "M_UNKNOWN_TOKEN", "soft_logout": true, "error": "expired"}')
    place.gate.treat("GET", "/sync", gone)
    place.gate.treat("GET", "/whoami", gone)
    place.gate.treat(
        "POST", "/login", answers(403, '{"errcode": "M_FORBIDDEN", "error": "Invalid password"}')
    )
    with pytest.raises(LoginRefused):
        await ears.look()
    assert place.gate.count("POST", "/login") == 2


HOSTILE: list[tuple[str, Any]] = [
    ("m.room.message", {}),
    ("m.room.message", {"msgtype": 7, "body": ["liste"]}),
    ("m.room.message", {"msgtype": "m.text", "body": None, "m.relates_to": [1, 2]}),
    ("m.room.message", {"msgtype": "m.text", "body": "x", "m.relates_to": {"m.in_reply_to": "non"}}),
    ("m.room.message", {"msgtype": "m.text", "body": "", "m.new_content": 3, "m.mentions": "@room"}),
    ("m.room.message", {"msgtype": "m.text", "body": "@" * 60_000}),
    ("m.room.message", {"msgtype": "m.text", "body": "> " * 30_000}),
    ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": 5, "key": {}}}),
    ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "n'importe quoi"}),
    (
        "m.room.encrypted",
        {
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": "AwgAEnACgAkLmt6q",
            "sender_key": "x",
            "session_id": "y",
            "device_id": "Z",
        },
    ),
    ("m.room.encrypted", {"algorithm": "m.olm.v1.curve25519-aes-sha2", "ciphertext": {"x": {"type": "y"}}}),
    ("m.room.encrypted", {"algorithm": ["m"], "ciphertext": {"a": 1}, "session_id": 9}),
    ("org.matrix.msc3381.poll.start", {"org.matrix.msc3381.poll.start": {"answers": {"a": 1}}}),
    ("org.matrix.msc3381.poll.response", {"m.relates_to": {"rel_type": "m.reference", "event_id": []}}),
    ("m.poll.end", {"m.relates_to": None}),
    ("example.inconnu", {"quoi": {"que": ["ce", "soit"]}}),
]
ODD_STATE: list[tuple[str, str, Any]] = [
    ("m.room.name", "", {"name": ["pas", "un", "nom"]}),
    ("m.room.name", "une-clé", {"name": "ailleurs"}),
    ("m.room.topic", "", {"topic": {"a": 1}}),
    ("m.room.encryption", "une-clé", {"algorithm": 5}),
    ("m.room.tombstone", "une-clé", {"replacement_room": 7}),
    ("m.room.tombstone", "", {"replacement_room": {"a": 1}}),
    ("m.room.pinned_events", "", {"pinned": 3}),
    ("m.room.history_visibility", "étrange", {"history_visibility": []}),
    ("example.état", "@alice", {"deep": {"er": {}}}),
]


async def test_whatever_members_send_the_batch_goes_on(place: Place) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    ears.troubles, taken = 0, 0
    for number, (kind, content) in enumerate(HOSTILE):
        taken += await _sends_raw(place, room, kind, json.dumps(content), f"h{number}") == 200
    for kind, key, content in ODD_STATE:
        with contextlib.suppress(MatrixError):  # other servers take what ours refuses
            await place.alice.sets(room, kind, content, key)
            taken += 1
    assert taken > len(HOSTILE + ODD_STATE) * 0.7
    await place.alice.says(room, "voilà")
    await ears.hears("voilà")
    assert ears.troubles == 0
    await ears.restart()
    await place.alice.says(room, "encore")
    await ears.hears("encore")
    assert ears.troubles == 0
    assert ears.standing(room) is RoomStanding.JOINED


@pytest.mark.parametrize("kind", ["example.profond", "m.room.message", "m.room.encrypted", "m.room.member"])
async def test_what_is_nested_as_deep_as_the_server_takes_is_heard_past(place: Place, kind: str) -> None:
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    ears.troubles, deepest = 0, 0
    for depth in (100, 150, 200, 250, 300):
        nested = '{"a":' * depth + "1" + "}" * depth
        raw = '{"msgtype":"m.text","body":"profond","membership":"join","profond":' + nested + "}"
        if await _sends_raw(place, room, kind, raw, f"d{depth}") == 200:
            deepest = depth
    assert deepest >= 100
    await place.alice.says(room, "toujours là")
    await ears.hears("toujours là")
    assert ears.troubles == 0


async def _sends_raw(place: Place, room: str, kind: str, raw: str, txn: str) -> int:
    what = f"state/{kind}/{place.alice.user_id}" if kind == "m.room.member" else f"send/{kind}/{txn}"
    headers = {"Authorization": f"Bearer {place.alice.client.access_token}"}
    url = f"{place.server.base_url}/_matrix/client/v3/rooms/{room}/{what}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.put(url, data=raw.encode()) as answer,
    ):
        return answer.status


async def test_a_server_that_says_nothing_at_once_is_not_asked_without_pause(place: Place) -> None:
    """A proxy's cache gives the same empty answer for ever: matrix-nio asks 2,000 times a second."""
    ears = place.listen()
    await ears.look()
    place.gate.treat("GET", "/sync", answers(200, json.dumps({"next_batch": ears.cursor})))
    asked = place.gate.count("GET", "/sync")
    began = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() < began + 2.5:
        await ears.look(30)
    assert place.gate.count("GET", "/sync") - asked <= 4


async def test_a_hang_of_one_gap_does_not_hang_the_others(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.matrix.server.STEP_SECONDS", 1.0)
    ears = place.listen()
    await ears.look()
    rooms = [await place.room(ears, f"salon {number}") for number in range(4)]
    for room in rooms:
        await place.floods(room, 105)
    # The default of a keyword is bound early: the wait is shortened where it is asked.
    get = ears.rooms._account.server.get  # type: ignore[union-attr]

    async def hasty(path: str, query: Any = None, *, timeout: float = 1.0) -> Any:
        return await get(path, query, timeout=timeout)

    monkeypatch.setattr(ears.rooms._account.server, "get", hasty)  # type: ignore[union-attr]
    place.gate.treat("GET", "/messages", hangs)
    began = asyncio.get_running_loop().time()
    await ears.look()
    assert asyncio.get_running_loop().time() - began < 3.5
    place.gate.behave()
    await ears.until(lambda: len(ears.bodies()) == 420)
    assert max(Counter(ears.bodies()).values()) == 4
