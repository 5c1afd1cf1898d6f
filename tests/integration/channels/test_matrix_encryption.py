"""What comes encrypted on Synapse: read once, late or never, whatever strangers and servers make of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from bot.channels.base import EventKind, RoomEvent
from tests.integration.channels.sealed_place import SealedBot, sealed_bot
from tests.servers import matrix_words as words
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_late_keys import LateKeys
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse

pytestmark = pytest.mark.needs("synapse")
Members = Callable[..., Awaitable[Member]]
CLIENT = "/_matrix/client/v3"
UNREADABLE = EventKind.UNREADABLE


@pytest_asyncio.fixture
async def navette(synapse: Synapse, matrix_user: MatrixUser, tmp_path: Path) -> AsyncIterator[SealedBot]:
    async with sealed_bot(synapse.base_url, matrix_user, tmp_path / "matrix") as bot:
        yield bot


@pytest_asyncio.fixture
async def alice(matrix_member: Members) -> Member:
    return await matrix_member("alice")


@pytest_asyncio.fixture
async def bruno(matrix_member: Members) -> Member:
    return await matrix_member("bruno")


async def sealed_by(member: Member, room: str, kind: str, content: Any, **inside: Any) -> dict[str, Any]:
    """The content of an encrypted event of ``member``; ``inside``: what else they put into it."""
    if room not in member.client.olm.outbound_group_sessions:
        await member.says(room, "pour commencer")
    olm = member.client.olm
    assert olm is not None
    payload = {"type": kind, "content": content, **inside}
    return dict(olm.group_encrypt(room, payload))


async def put(member: Member, room: str, content: Any, kind: str = "m.room.encrypted") -> str:
    """Send an event as it is."""
    where = f"{CLIENT}/rooms/{quote(room)}/send/{kind}/{secrets.token_hex(8)}"
    return str((await member.calls("PUT", where, content))["event_id"])


def by_id(event_id: str) -> Callable[[RoomEvent], bool]:
    return lambda event: event.event_id == event_id


# Keys that come late


async def test_a_key_that_comes_later(navette: SealedBot, alice: Member) -> None:
    room = await navette.met(alice)
    late = await LateKeys.hold(alice, room)
    root = await alice.says(room, "!aide")
    within = await alice.says(room, "dans le fil", thread=root)
    first = await navette.hears(by_id(root), UNREADABLE)
    second = await navette.hears(by_id(within), UNREADABLE)
    assert first.sealed is not None
    assert (first.body, second.thread) == ("", root)
    assert await navette.rooms.reread(first) is None
    assert not any(batch.keys for batch in navette.batches[1:])
    await late.give()
    read = await navette.hears("!aide")
    assert (read.event_id, read.sender, read.at, read.room) == (root, alice.user_id, first.at, room)
    assert navette.batches[-1].keys
    assert (await navette.hears("dans le fil")).thread == root
    assert [event.body for event in navette.read] == ["!aide", "dans le fil"]
    await navette.tells(room, "voici", replies_to=root)
    await alice.hears(room, "voici")


async def test_a_key_that_comes_after_our_restart(navette: SealedBot, alice: Member) -> None:
    room = await navette.met(alice)
    late = await LateKeys.hold(alice, room)
    said = await alice.says(room, "!aide")
    await navette.hears(by_id(said), UNREADABLE)
    await navette.restart()
    await late.give()
    assert (await navette.hears("!aide")).event_id == said


async def test_a_key_that_never_comes(navette: SealedBot, alice: Member) -> None:
    room = await navette.met(alice)
    await LateKeys.hold(alice, room)
    said = await alice.says(room, "jamais lu")
    unread = await navette.hears(by_id(said), UNREADABLE)
    alice.client.invalidate_outbound_session(room)
    await alice.says(room, "la suite")
    await navette.hears("la suite")
    assert await navette.rooms.reread(unread) is None


# What clients and servers make of events


async def test_without_a_word_of_whose_key_it_is(navette: SealedBot, alice: Member) -> None:
    """Since v1.3 of the specification clients need say neither sender_key nor device_id."""
    room = await navette.met(alice)
    for left_out in (("sender_key", "device_id"), ("sender_key",), ("device_id",)):
        body = f"sans {left_out}"
        content = await sealed_by(alice, room, "m.room.message", words.text(body))
        await put(alice, room, {key: value for key, value in content.items() if key not in left_out})
        await navette.hears(body)
    content = await sealed_by(alice, room, "m.room.message", words.text("de travers"))
    await put(alice, room, content | {"sender_key": "x" * 43, "device_id": "AUTRE"})
    await navette.hears("de travers")


@pytest.mark.parametrize(
    "change",
    [
        {"ciphertext": "garbage"},
        {"ciphertext": "AwgAEhB" + "A" * 200},
        {"ciphertext": {"a": 1}},
        {"ciphertext": None},
        {"algorithm": "m.megolm.v2.future"},
        {"algorithm": None},
        {"session_id": "nobody's"},
        {"session_id": ["a"]},
        {"sender_key": 7, "session_id": ""},
        {"device_id": {"a": []}, "ciphertext": ""},
    ],
)
async def test_what_is_no_ciphertext(navette: SealedBot, alice: Member, change: dict[str, Any]) -> None:
    room = await navette.met(alice)
    content = await sealed_by(alice, room, "m.room.message", words.text("perdu"))
    event_id = await put(alice, room, content | change)
    unread = await navette.hears(by_id(event_id), UNREADABLE)
    assert await navette.rooms.reread(unread) is None
    await alice.says(room, "la suite")
    await navette.hears("la suite")


@pytest.mark.parametrize(
    "plaintext",
    ["", "null", "[]", "{}", '{"type": 7, "content": {}}', "\x00", "[" * 30_000, '{"content": {}}'],
)
async def test_what_is_no_event_inside(navette: SealedBot, alice: Member, plaintext: str) -> None:
    room = await navette.met(alice)
    content = await sealed_by(alice, room, "m.room.message", words.text("perdu"))
    olm = alice.client.olm
    assert olm is not None
    ciphertext = olm.outbound_group_sessions[room].encrypt(plaintext)
    event_id = await put(alice, room, content | {"ciphertext": ciphertext})
    await navette.hears(by_id(event_id), UNREADABLE)
    await alice.says(room, "la suite")
    await navette.hears("la suite")


async def test_said_once_read_once(navette: SealedBot, alice: Member, bruno: Member) -> None:
    """What was said is shown again as if it were said anew: by its server, or by somebody in the room."""
    room = await navette.met(alice, bruno)
    content = await sealed_by(alice, room, "m.room.message", words.text("!supprimer-tout"))
    first = await put(alice, room, content)
    assert (await navette.hears("!supprimer-tout")).event_id == first
    for again in range(2):
        repeated = await put(alice, room, content)
        borrowed = await put(bruno, room, content)
        for event_id in (repeated, borrowed):
            await navette.hears(by_id(event_id), UNREADABLE)
        if not again:
            await navette.restart()
    assert [event.event_id for event in navette.events if event.body == "!supprimer-tout"] == [first]


async def test_nobody_speaks_with_another_persons_key(
    navette: SealedBot, alice: Member, bruno: Member
) -> None:
    room = await navette.met(alice, bruno)
    await navette.tells(room, "bonjour")  # so we know whose devices are whose
    content = await sealed_by(alice, room, "m.room.message", words.text("je démissionne"))
    forged = await put(bruno, room, content)
    await navette.hears(by_id(forged), UNREADABLE)
    truly = await put(alice, room, content)
    assert (await navette.hears("je démissionne")).event_id == truly


async def test_what_only_the_server_may_say(navette: SealedBot, alice: Member, bruno: Member) -> None:
    """State, redactions: the server judges who may.  Inside of an encrypted event nobody did."""
    room = await navette.met(alice, bruno)
    line = await alice.says(room, "une ligne déposée")
    await navette.hears("une ligne déposée")
    before = len(navette.events)
    gone = {"membership": "leave"}
    tricks = [
        await sealed_by(bruno, room, "m.room.member", gone, state_key=alice.user_id),
        await sealed_by(bruno, room, "m.room.redaction", {"redacts": line}, redacts=line),
        await sealed_by(bruno, room, "m.room.encrypted", {"algorithm": "x"}),
    ]
    for content in tricks:
        await put(bruno, room, content)
    said = await sealed_by(
        bruno,
        room,
        "m.room.message",
        words.text("à moi"),
        sender=alice.user_id,
        event_id="$autre",
        origin_server_ts=1,
        unsigned={"redacted_because": {}},
    )
    last = await put(bruno, room, said)
    heard = await navette.hears("à moi")
    assert (heard.sender, heard.event_id) == (bruno.user_id, last)
    assert heard.at.year > 2020
    kinds = [event.kind for event in navette.events[before:] if event.body != "pour commencer"]
    assert kinds == [EventKind.MESSAGE]


async def test_said_for_another_room(navette: SealedBot, alice: Member) -> None:
    """The key of one room opens nothing in another one."""
    here, there = await navette.met(alice), await navette.met(alice)
    content = await sealed_by(alice, here, "m.room.message", words.text("pour ici"))
    moved = await put(alice, there, content)
    await navette.hears(by_id(moved), UNREADABLE)


# Messages to our device


async def test_letters_that_are_none_cost_no_key(navette: SealedBot, alice: Member, bruno: Member) -> None:
    """One sync brings nonsense and a room's key: the key counts."""
    room = await navette.met(alice)
    await navette.deafen()
    mine = navette.sealing.olm.account.identity_keys["curve25519"]
    theirs = bruno.client.olm.account.identity_keys["curve25519"]
    olm = "m.olm.v1.curve25519-aes-sha2"
    nonsense: list[Any] = [
        {"algorithm": olm, "sender_key": theirs, "ciphertext": {mine: {"type": 0, "body": "garbage"}}},
        {"algorithm": olm, "sender_key": theirs, "ciphertext": {mine: {"type": 0, "body": "AwgA" * 40}}},
        {"algorithm": olm, "sender_key": theirs, "ciphertext": {mine: {"type": 1, "body": "garbage"}}},
        {"algorithm": olm, "sender_key": "x", "ciphertext": {mine: {"type": 9, "body": ""}}},
        {"algorithm": olm, "sender_key": 7, "ciphertext": []},
        {"algorithm": "other"},
        {},
    ]

    async def send(kind: str, content: Any) -> None:
        where = f"{CLIENT}/sendToDevice/{kind}/{secrets.token_hex(8)}"
        to = {navette.user.user_id: {navette.device_id: content}}
        await bruno.calls("PUT", where, {"messages": to})

    for content in nonsense:
        await send("m.room.encrypted", content)
    for kind in ("m.room_key", "m.room_key_request", "m.key.verification.start", "m.forwarded_room_key"):
        await send(kind, {"action": "request", "transaction_id": 7})
    await alice.says(room, "vrai")
    for content in nonsense:
        await send("m.room.encrypted", content)
    batch = await navette.look()
    assert batch.keys
    assert "vrai" in [event.body for event in batch.events]
    assert not (await navette.look()).keys


async def test_a_look_at_plain_rooms_asks_nothing_of_keys(navette: SealedBot, alice: Member) -> None:
    room = await alice.make_room("salon", invite=[navette.user.user_id])
    await navette.is_in(room)
    await navette.deafen()
    asked: list[str] = []
    call = navette.account.server.call

    async def counted(method: str, where: str, *rest: Any, **more: Any) -> Any:
        asked.append(where)
        return await call(method, where, *rest, **more)

    await navette.look()
    navette.account.server.call = counted  # type: ignore[method-assign,assignment]
    await alice.says(room, "en clair")
    await navette.look()
    await navette.look()
    assert [one for one in asked if "/keys/" in one or "sendToDevice" in one] == []
    assert json.dumps(asked).count("/sync") == 2
