"""Keys of one device without a server: whatever a sync, an event or an answer holds is survived."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.matrix.heard import NAME, Heard
from bot.channels.matrix.keystore import STORE, load_keys
from bot.channels.matrix.sealing import KeysRefused, Sealing
from bot.channels.matrix.server import Server, ServerError
from bot.channels.matrix.sharing import ENCRYPTED
from bot.channels.matrix.vault import Session, Vault
from bot.errors import ChannelError
from tests.unit.channels.matrix.any_json import ANY_JSON, UNHURRIED


@pytest.fixture(autouse=True, scope="module")
def nio_is_quiet() -> Iterator[None]:
    """It quotes strangers, whose half characters no report of a test can hold; so it is in the service."""
    logger = logging.getLogger("nio")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


ROOM, ME, ALICE = "!salon:membres.example", "@navette:membres.example", "@alice:membres.example"
ENCRYPTION = {"type": "m.room.encryption", "state_key": ""}
SHARED = settings(UNHURRIED, suppress_health_check=list(HealthCheck), max_examples=25)


class Answers(Server):
    """A server of which only the answers are told."""

    def __init__(self) -> None:
        super().__init__("http://serveur.example")
        self.told: dict[str, Any] = {}
        self.asked: list[str] = []

    async def call(self, method: str, path: str, content: Any = None, **more: Any) -> dict[str, Any]:
        """The answer whose name the path ends with, an empty one otherwise."""
        self.asked.append(path)
        found: Any = next((value for end, value in self.told.items() if path.endswith(end)), {})
        if isinstance(found, Exception):
            raise found
        return dict(found) if isinstance(found, Mapping) else {}


@pytest.fixture
def server() -> Answers:
    return Answers()


@pytest.fixture
def sealing(tmp_path: Path, server: Answers) -> Iterator[Sealing]:
    vault, session = Vault(tmp_path), Session(ME, "APPAREIL", "jeton", server.base)
    heard = Heard(vault.store_path(session))
    sealing = Sealing(load_keys(vault, session, server.base), server, heard)
    sealing.olm.account.shared = True
    yield sealing
    sealing.close()


def member(person: str, membership: str = "join") -> dict[str, Any]:
    return {"type": "m.room.member", "state_key": person, "content": {"membership": membership}}


def sealed(sealing: Sealing, content: Any, **more: Any) -> dict[str, Any]:
    olm = sealing.olm
    if ROOM not in olm.outbound_group_sessions:
        olm.create_outbound_group_session(ROOM)
        olm.outbound_group_sessions[ROOM].shared = True
    inside = {"type": "m.room.message", "content": content}
    event = {"type": ENCRYPTED, "event_id": "$a", "sender": ME, "origin_server_ts": 1}
    return {**event, "content": olm.group_encrypt(ROOM, inside), **more}


@SHARED
@given(ANY_JSON, ANY_JSON, ANY_JSON)
def test_any_sync_is_survived(sealing: Sealing, one: Any, other: Any, name: Any) -> None:
    letter = {"type": ENCRYPTED, "sender": ALICE, "content": one}
    for answer in (
        {"to_device": one, "rooms": other, "device_lists": name, "device_one_time_keys_count": one},
        {"to_device": {"events": [one, letter]}, "rooms": {"join": {str(name): one, ROOM: other}}},
        {"rooms": {"join": {ROOM: {"state": {"events": [one, member(ALICE) | {"content": other}]}}}}},
        {
            "rooms": {
                "join": {str(name): {"state": {"events": [{"type": "m.room.encryption", "state_key": ""}]}}}
            }
        },
        {"device_lists": {"changed": [one, name], "left": other}},
        {"device_one_time_keys_count": {"signed_curve25519": one}},
    ):
        asyncio.run(sealing.learn(answer))


@SHARED
@given(ANY_JSON, st.sampled_from(["ciphertext", "session_id", "sender_key", "algorithm", "device_id"]))
def test_any_encrypted_event_is_survived(sealing: Sealing, value: Any, place: str) -> None:
    event = sealed(sealing, {"body": "bonjour"})
    opened = sealing.open({**event, "content": {**event["content"], place: value}}, ROOM)
    assert (opened is None) or place in ("sender_key", "device_id")
    for spoilt in ({"content": value}, {"event_id": value}):
        assert sealing.open({**event, **spoilt}, ROOM) is None or value == "$a"
    # A key that is nobody's as far as we know may be of whoever the server names.
    named = isinstance(value, str) and value != ""
    assert sealing.open({**event, "sender": value}, ROOM) is None or named


@SHARED
@given(ANY_JSON, ANY_JSON)
def test_any_answer_about_keys_is_survived(sealing: Sealing, server: Answers, one: Any, other: Any) -> None:
    device = {"user_id": ALICE, "device_id": "A", "keys": one, "signatures": other, "algorithms": one}
    for devices in (one, {ALICE: one}, {ALICE: {"A": device}}):
        server.told = {"query": {"device_keys": devices}, "claim": {"one_time_keys": devices}}
        sealing.olm.users_for_key_query.add(ALICE)
        asyncio.run(sealing.sharing.query())
        asyncio.run(sealing.sharing.claim({ALICE: ["A"]}))
    assert sealing.olm.users_for_key_query == set()


async def test_encrypted_once_encrypted_for_ever(sealing: Sealing) -> None:
    assert await sealing.seal(ROOM, "m.room.message", {"body": "a"}) == ("m.room.message", {"body": "a"})
    for content in ({"algorithm": "autre"}, {}):
        event = {"type": "m.room.encryption", "state_key": "", "content": content}
        await sealing.learn({"rooms": {"join": {ROOM: {"timeline": {"events": [event]}}}}})
        kind, secret = await sealing.seal(ROOM, "m.room.message", {"body": "a"})
        assert kind == ENCRYPTED
        assert "body" not in secret
    assert await sealing.seal(ROOM, "m.reaction", {"a": 1}) == ("m.reaction", {"a": 1})
    assert sealing.store.load_encrypted_rooms() == {ROOM}


async def test_what_relates_stays_in_clear(sealing: Sealing, server: Answers) -> None:
    sealing.client.encrypted_rooms.add(ROOM)
    relates = {"rel_type": "m.thread", "event_id": "$racine"}
    _, content = await sealing.seal(ROOM, "m.room.message", {"body": "a", "m.relates_to": relates})
    assert content["m.relates_to"] == relates


async def test_said_once(sealing: Sealing, tmp_path: Path) -> None:
    event = sealed(sealing, {"body": "une fois"})
    assert sealing.open(event, ROOM) is not None
    assert sealing.open(event, ROOM) is not None
    assert sealing.open({**event, "event_id": "$b"}, ROOM) is None
    assert sealing.open(event, "!autre:membres.example") is None
    opened = sealing.open(event, ROOM)
    assert opened is not None
    assert opened["content"]["body"] == "une fois"


async def test_who_comes_and_goes_changes_the_key(sealing: Sealing, server: Answers) -> None:
    sealing.client.encrypted_rooms.add(ROOM)
    server.told = {"members": {"chunk": [member(ME), member(ALICE, "invite")]}}

    async def session() -> str:
        await sealing.seal(ROOM, "m.room.message", {"body": "a"})
        return str(sealing.olm.outbound_group_sessions[ROOM].id)

    first = await session()
    for same in (member(ALICE), member(ME), member("@bruno:membres.example", "leave")):
        await sealing.learn({"rooms": {"join": {ROOM: {"timeline": {"events": [same]}}}}})
        assert await session() == first
    await sealing.learn({"rooms": {"join": {ROOM: {"timeline": {"events": [member(ALICE, "ban")]}}}}})
    second = await session()
    assert second != first
    sealing.forget(ROOM)
    assert await session() != second


async def test_who_comes_while_the_key_is_given(sealing: Sealing, server: Answers) -> None:
    """The list of members was asked for too early: it is asked for again, and the key is another one."""
    sealing.client.encrypted_rooms.add(ROOM)
    server.told = {"members": {"chunk": [member(ME), member(ALICE)]}}
    bruno, made = "@bruno:membres.example", []
    share = sealing.olm.share_group_session_parallel

    def meanwhile(room: str, people: list[str], **more: Any) -> Any:
        made.append((people, sealing.olm.outbound_group_sessions[ROOM].id))
        if len(made) == 1:
            server.told = {"members": {"chunk": [member(ME), member(bruno)]}}
            sealing.sharing.member(ROOM, bruno, "join")
        return share(room, people, **more)

    sealing.olm.share_group_session_parallel = meanwhile
    _, content = await sealing.seal(ROOM, "m.room.message", {"body": "a"})
    assert [people for people, _ in made] == [[ALICE, ME], [bruno, ME]]
    assert content["session_id"] == made[1][1] != made[0][1]
    made.clear()

    def always(room: str, *_: Any, **__: Any) -> tuple[()]:
        sealing.forget(room)
        return ()

    sealing.olm.share_group_session_parallel = always
    sealing.forget(ROOM)
    with pytest.raises(ChannelError, match="come and go"):
        await sealing.seal(ROOM, "m.room.message", {"body": "a"})


async def test_keys_that_the_server_refuses(sealing: Sealing, server: Answers) -> None:
    server.told = {"upload": ServerError("POST", 400, "M_UNKNOWN", "One time key already exists")}
    sealing.olm.account.shared = False
    with pytest.raises(KeysRefused):
        await sealing.prepare()
    await sealing.upkeep()  # a running service goes on with what it has
    server.told = {"upload": ServerError("POST", 502, "", "")}
    with pytest.raises(ChannelError) as told:
        await sealing.prepare()
    assert not isinstance(told.value, KeysRefused)


async def test_keys_that_the_server_did_not_answer_are_the_same_again(
    sealing: Sealing, server: Answers
) -> None:
    server.told = {"upload": ServerError("POST", 502, "", "")}
    sealing.olm.uploaded_key_count = 0
    await sealing.upkeep()
    unsent = sealing._unsent
    await sealing.upkeep()
    assert sealing._unsent is unsent
    server.told = {"upload": {"one_time_key_counts": {"signed_curve25519": 50}}}
    await sealing.upkeep()
    assert sealing._unsent == {}
    asked = len(server.asked)
    await sealing.upkeep()
    assert len(server.asked) == asked


def test_a_damaged_memory_of_what_was_heard(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"nonsense " * 500)
    with pytest.raises(ChannelError, match="ne peut pas être lu"):
        Heard(tmp_path)


def test_the_store_bears_one_name(sealing: Sealing, tmp_path: Path) -> None:
    assert [path.name for path in tmp_path.rglob("*.db")] == [STORE]
