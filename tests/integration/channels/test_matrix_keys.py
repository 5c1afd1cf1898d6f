"""Room keys on Synapse: kept through a kill at any moment, given to whoever is there and to nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.channels.base import EventKind
from bot.errors import ChannelError
from tests.integration.channels.matrix_place import Gate, answers, cuts, loses, passes
from tests.integration.channels.sealed_place import BEFORE_THE_KEY, SealedBot, sealed_bot
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_late_keys import LateKeys
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse

pytestmark = pytest.mark.needs("synapse")
Members = Callable[..., Awaitable[Member]]
JOIN, LEAVE = EventKind.JOIN, EventKind.LEAVE
GIVE = "/sendToDevice/"
BAD_GATEWAY = answers(502, "<html>")


@pytest_asyncio.fixture
async def gate(synapse: Synapse) -> AsyncIterator[Gate]:
    async with Gate(synapse.base_url) as gate:
        yield gate


@pytest_asyncio.fixture
async def navette(gate: Gate, matrix_user: MatrixUser, tmp_path: Path) -> AsyncIterator[SealedBot]:
    async with sealed_bot(gate.url, matrix_user, tmp_path / "matrix") as bot:
        yield bot


@pytest_asyncio.fixture
async def alice(matrix_member: Members) -> Member:
    return await matrix_member("alice")


@pytest_asyncio.fixture
async def bruno(matrix_member: Members) -> Member:
    return await matrix_member("bruno")


async def said(synapse: Synapse, navette: SealedBot, room: str) -> int:
    return await synapse.oracle.count(room, sender=navette.user.user_id, kind="m.room.encrypted")


class Letters:
    """What passes the gate to people's devices."""

    def __init__(self, gate: Gate) -> None:
        self.to: list[set[tuple[str, str]]] = []
        gate.treat("PUT", GIVE, self._pass)

    async def _pass(self, request: web.Request, gate: Gate) -> web.StreamResponse:
        messages = (await request.json())["messages"]
        self.to.append({(user, device) for user, devices in messages.items() for device in devices})
        return await passes(request, gate)


# Killed at any moment


@pytest.mark.parametrize("point", [BEFORE_THE_KEY, "matrix.letters.read", "matrix.letters.kept"])
@pytest.mark.parametrize("known", [False, True], ids=["first-letter", "known-device"])
async def test_killed_with_a_key_in_hand(navette: SealedBot, alice: Member, point: str, known: bool) -> None:
    """The server gives the letter again; what opened it once must not have been kept without the key."""
    room = await navette.met(alice)
    if known:
        await alice.says(room, "avant")
        await navette.hears("avant")
    await navette.stop()
    alice.client.invalidate_outbound_session(room)
    await alice.says(room, "dit juste avant")
    await navette.dies(point)
    await navette.start()
    await navette.hears("dit juste avant")
    await navette.tells(room, "compris")
    await alice.hears(room, "compris")


async def test_killed_with_the_key_that_was_waited_for(navette: SealedBot, alice: Member) -> None:
    """What waits is tried again although the key is no news to us any more."""
    room = await navette.met(alice)
    late = await LateKeys.hold(alice, room)
    await alice.says(room, "attendu")
    await navette.hears(lambda e: e.room == room, EventKind.UNREADABLE)
    await navette.stop()
    await late.give()
    await navette.dies("matrix.letters.kept")
    await navette.start()
    await navette.hears("attendu")


@pytest.mark.parametrize("point", ["matrix.key.sent", "matrix.key.used"])
async def test_killed_between_the_key_and_the_word(
    navette: SealedBot, alice: Member, bruno: Member, synapse: Synapse, point: str
) -> None:
    room = await navette.met(alice, bruno)
    await navette.stop()
    await navette.dies(point, room, "jamais dit")
    assert await said(synapse, navette, room) == 0
    await navette.start()
    await navette.tells(room, "dit")
    for reader in (alice, bruno):
        await reader.hears(room, "dit")
    assert await said(synapse, navette, room) == 1


async def test_killed_when_the_server_has_our_keys(
    gate: Gate, matrix_user: MatrixUser, tmp_path: Path, matrix_member: Members
) -> None:
    """Those that it gives away must open: at the first start, and when it needs more."""
    navette = SealedBot(gate.url, matrix_user, tmp_path / "matrix")
    await navette.dies("matrix.keys.uploaded")
    alice, bruno = await matrix_member("alice"), await matrix_member("bruno")
    try:
        await navette.start()
        device = navette.device_id
        room = await navette.met(alice, bruno)
        await alice.says(room, "un")
        await navette.hears("un")
        await navette.stop()
        for _ in range(50):  # all that the server has: more are made at the next start
            asked = {"one_time_keys": {navette.user.user_id: {device: "signed_curve25519"}}}
            await alice.calls("POST", "/_matrix/client/v3/keys/claim", asked)
        await navette.dies("matrix.keys.uploaded")
        await navette.start()
        await bruno.says(room, "deux")
        await navette.hears("deux")
        assert (navette.device_id, navette.account.news) == (device, [])
    finally:
        await navette.stop()


# What the server does not bring


@pytest.mark.parametrize("manner", [cuts, loses, BAD_GATEWAY], ids=["cut", "lost", "502"])
async def test_no_word_goes_without_its_key(
    navette: SealedBot, gate: Gate, alice: Member, synapse: Synapse, manner: Any
) -> None:
    """nio holds a key for shared whose sending failed, and then says what nobody can read."""
    room = await navette.met(alice)
    gate.treat("PUT", GIVE, manner)
    for _ in range(2):
        with pytest.raises(ChannelError):
            await navette.tells(room, "une bonne nouvelle")
    assert await said(synapse, navette, room) == 0
    gate.behave()
    await navette.tells(room, "une bonne nouvelle")
    seen = await alice.hears(room, "une bonne nouvelle")
    assert seen["encrypted"]
    assert await said(synapse, navette, room) == 1


async def test_a_key_that_reached_one_of_two(
    navette: SealedBot, gate: Gate, alice: Member, bruno: Member, synapse: Synapse
) -> None:
    room = await navette.met(alice, bruno)
    navette.sealing.olm._maxToDeviceMessagesPerRequest = 1
    gate.treat("PUT", GIVE, BAD_GATEWAY)
    gate.treat("PUT", GIVE, passes, times=1)
    with pytest.raises(ChannelError):
        await navette.tells(room, "pour tous")
    assert await said(synapse, navette, room) == 0
    gate.behave()
    letters = Letters(gate)
    await navette.tells(room, "pour tous")
    for reader in (alice, bruno):
        await reader.hears(room, "pour tous")
    assert len(letters.to) == 1  # the other one had it


async def test_who_left_with_half_a_key_gets_another_one_made(
    navette: SealedBot, gate: Gate, alice: Member, bruno: Member
) -> None:
    """nio keeps a key that was not shared with all, even when one who has it goes."""
    room = await navette.met(alice, bruno)
    olm = navette.sealing.olm
    olm._maxToDeviceMessagesPerRequest = 1
    gate.treat("PUT", GIVE, BAD_GATEWAY)
    gate.treat("PUT", GIVE, passes, times=1)
    with pytest.raises(ChannelError):
        await navette.tells(room, "pour tous")
    session = olm.outbound_group_sessions[room]
    ((holder, _),) = session.users_shared_with
    gone, stays = (alice, bruno) if holder == alice.user_id else (bruno, alice)
    await gone.leave(room)
    gate.behave()
    letters = Letters(gate)
    await navette.tells(room, "entre nous")
    await stays.hears(room, "entre nous")
    assert olm.outbound_group_sessions[room].id != session.id
    assert {user for to in letters.to for user, _ in to} == {stays.user_id}


@pytest.mark.parametrize("part", ["/keys/claim", "/keys/query", "/members"])
async def test_what_must_be_asked_before(
    navette: SealedBot, gate: Gate, alice: Member, synapse: Synapse, part: str
) -> None:
    room = await navette.met(alice)
    for method in ("GET", "POST"):
        gate.treat(method, part, BAD_GATEWAY)
    with pytest.raises(ChannelError):
        await navette.tells(room, "bonjour")
    assert await said(synapse, navette, room) == 0
    gate.behave()
    await navette.tells(room, "bonjour")
    await alice.hears(room, "bonjour")


async def test_a_device_without_one_time_keys(
    navette: SealedBot, gate: Gate, alice: Member, bruno: Member
) -> None:
    """The others are not kept waiting; it reads what follows once it can be given the key."""
    room = await navette.met(alice, bruno)

    async def exhausted(request: web.Request, gate: Gate) -> web.StreamResponse:
        status, body, kind = await gate.forward(request)
        told = json.loads(body)
        told["one_time_keys"].pop(bruno.user_id)
        return web.Response(status=status, text=json.dumps(told), content_type=kind)

    gate.treat("POST", "/keys/claim", exhausted)
    await navette.tells(room, "un")
    await navette.tells(room, "deux")
    await alice.hears(room, "deux")
    assert gate.count("POST", "/keys/claim") == 1
    gate.behave()
    # He writes: so begins an encrypted conversation, with no one-time key of his.
    await bruno.says(room, "je ne vous lis pas")
    await navette.hears("je ne vous lis pas")
    await navette.tells(room, "trois")
    await bruno.hears(room, "trois")
    await alice.hears(room, "trois")
    assert not any(e["content"].get("body") == "un" for e in bruno.heard(room))


async def test_a_device_is_asked_again_for_one_time_keys(
    navette: SealedBot, gate: Gate, alice: Member
) -> None:
    room = await navette.met(alice)
    gate.treat("POST", "/keys/claim", answers(200, '{"one_time_keys": {}, "failures": {}}'))
    await navette.tells(room, "un")
    gate.behave()
    navette.sealing.sharing._missed[room] = (navette.sealing.sharing._missed[room][0], 0.0)
    await navette.tells(room, "deux")
    await alice.hears(room, "deux")


@pytest.mark.parametrize("key", ["AAAA", "garbage", "", 7])
async def test_a_device_with_keys_that_are_none(
    navette: SealedBot, alice: Member, bruno: Member, key: Any
) -> None:
    """One person's nonsense must not silence us for all."""
    junk = {
        "user_id": bruno.user_id,
        "device_id": bruno.device_id,
        "algorithms": ["m.megolm.v1.aes-sha2"],
        "keys": {f"ed25519:{bruno.device_id}": key, f"curve25519:{bruno.device_id}": key},
        "signatures": {bruno.user_id: {f"ed25519:{bruno.device_id}": "A" * 86}},
    }
    room = await navette.met(alice, bruno)
    gate_answer = {"device_keys": {bruno.user_id: {bruno.device_id: junk}}}
    olm = navette.sealing.olm
    olm.users_for_key_query.add(bruno.user_id)
    post = navette.account.server.post

    async def spoilt(where: str, content: Any, **more: Any) -> dict[str, Any]:
        told = await post(where, content, **more)
        if where.endswith("/keys/query") and bruno.user_id in content["device_keys"]:
            told["device_keys"] |= gate_answer["device_keys"]
        return told

    navette.account.server.post = spoilt  # type: ignore[method-assign,assignment]
    await navette.tells(room, "bonjour")
    await alice.hears(room, "bonjour")


# Who has the key


async def test_who_comes_later_reads_what_follows(navette: SealedBot, alice: Member, bruno: Member) -> None:
    room = await navette.met(alice)
    await navette.tells(room, "avant vous")
    await alice.hears(room, "avant vous")
    await alice.invite(room, bruno.user_id)
    await bruno.join(room)
    await navette.hears(lambda e: e.person == bruno.user_id, kind=JOIN)
    await navette.tells(room, "bienvenue")
    await bruno.hears(room, "bienvenue")
    past = [e for e in bruno.heard(room) if e["type"] == "m.room.encrypted"]
    assert len(past) == 1
    assert not past[0]["readable"]


async def test_who_left_and_what_was_deleted_get_no_key(
    navette: SealedBot,
    gate: Gate,
    alice: Member,
    bruno: Member,
    synapse: Synapse,
    matrix_member: Members,
) -> None:
    second = await matrix_member(user=alice.user)
    room = await navette.met(alice, bruno)
    letters = Letters(gate)
    await navette.tells(room, "à vous trois")
    everybody = {(m.user_id, m.device_id) for m in (alice, bruno, second)}
    assert set().union(*letters.to) == everybody
    letters.to.clear()

    await bruno.leave(room)
    await navette.hears(lambda e: e.person == bruno.user_id, kind=LEAVE)
    await navette.tells(room, "à vous deux")
    assert set().union(*letters.to) == {(m.user_id, m.device_id) for m in (alice, second)}
    letters.to.clear()

    before = navette.sealing.olm.outbound_group_sessions[room].id
    await second.stops_listening()
    await synapse.admin.delete_device(alice.user_id, second.device_id)
    await alice.says(room, "j'ai perdu mon téléphone")
    await navette.hears("j'ai perdu mon téléphone")
    await navette.tells(room, "à toi seule")
    await alice.hears(room, "à toi seule")
    assert navette.sealing.olm.outbound_group_sessions[room].id != before
    assert set().union(*letters.to) == {(alice.user_id, alice.device_id)}


async def test_many_words_at_once_share_one_key(navette: SealedBot, gate: Gate, alice: Member) -> None:
    room = await navette.met(alice)
    letters = Letters(gate)
    await asyncio.gather(*(navette.tells(room, f"mot {n}") for n in range(10)))
    for n in range(10):
        await alice.hears(room, f"mot {n}")
    assert len(letters.to) == 1


async def test_a_room_that_becomes_encrypted(navette: SealedBot, alice: Member, synapse: Synapse) -> None:
    room = await alice.make_room("salon", invite=[navette.user.user_id])
    await navette.is_in(room)
    await navette.tells(room, "en clair")
    await alice.sets(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    await alice.says(room, "désormais à l'abri")
    await navette.hears("désormais à l'abri")
    await navette.tells(room, "à l'abri aussi")
    assert (await alice.hears(room, "à l'abri aussi"))["encrypted"]
    # Whatever is set afterwards, and whatever the server shows us at the next start.
    await alice.sets(room, "m.room.encryption", {})
    await navette.restart()
    await navette.tells(room, "toujours")
    assert await said(synapse, navette, room) == 2


async def test_our_last_one_time_key(navette: SealedBot, alice: Member) -> None:
    """nio overlooks a count of zero: nobody could begin to write to us any more."""
    await navette.deafen()
    count = {"next_batch": "x", "device_one_time_keys_count": {"signed_curve25519": 0}}
    await navette.sealing.learn(count)
    assert navette.sealing.olm.should_upload_keys
