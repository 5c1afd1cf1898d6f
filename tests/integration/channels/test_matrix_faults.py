"""Faults between us and Synapse at every step: an error in bounded time, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.base import PostFile, Status
from bot.channels.matrix import hearing as hearing_module
from bot.channels.matrix import keystore, signing
from bot.channels.matrix.server import Server
from bot.errors import ChannelError
from tests.integration.channels.matrix_hall import MakeMember
from tests.integration.channels.matrix_place import (
    Ears,
    Gate,
    Manner,
    Place,
    answers,
    changes,
    cuts,
    hangs,
    loses,
    post,
    words,
)
from tests.servers.proxy import FaultProxy
from tests.servers.synapse import Synapse
from tests.servers.wait import until

HASTE = 1.5  # seconds instead of half a minute and a minute

MANNERS: dict[str, Manner] = {
    "cut": cuts,
    "lost": loses,
    "502": answers(502, "<html>Bad Gateway</html>"),
    "503-empty": answers(503, ""),
    "500": answers(500, '{"errcode": "M_UNKNOWN", "error": "Internal server error"}'),
    "empty": answers(200, ""),
    "no-fields": answers(200, "{}"),
    "null": answers(200, "null"),
    "html": answers(200, "<html>Bienvenue</html>"),
    "truncated": changes(lambda body: body[: len(body) // 2]),
    "invalid-utf-8": changes(lambda body: body.replace(b'"', b'"\xff\xfe', 3)),
    "429": answers(429, '{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 300}'),
    "429-bare": answers(429, ""),
    "hang": hangs,
}
STEPS = {
    "login": ("POST", "/login"),
    "first sync": ("GET", "/sync"),
    "sync": ("GET", "since="),
    "gap": ("GET", "/messages"),
    "join": ("POST", "/join/"),
    "send": ("PUT", "/send/"),
    "keys": ("POST", "/keys/upload"),
    "upload": ("POST", "/media/v3/upload"),
    "direct": ("POST", "/createRoom"),
}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for answers are short."""
    asked = Server._ask

    async def ask(self: Server, *what: Any, timeout: float = 30.0, **more: Any) -> Any:
        return await asked(self, *what, timeout=min(timeout, HASTE), **more)

    monkeypatch.setattr(Server, "_ask", ask)
    monkeypatch.setattr(hearing_module, "STEP_SECONDS", HASTE)
    for module in (keystore, signing):
        monkeypatch.setattr(module, "REQUEST_SECONDS", HASTE)


@pytest_asyncio.fixture
async def place(
    synapse: Synapse, matrix_member: MakeMember, tmp_path: Path, hasty: None
) -> AsyncIterator[Place]:
    bot = await synapse.register_anybody("navette")
    alice = await matrix_member("alice", encrypted=False)
    async with Gate(synapse.base_url) as gate:
        place = Place(synapse, bot, alice, tmp_path, gate)
        yield place
        await place.close()


# Those that only a single step can tell apart are tried on it, below.
OF_A_DAY = [one for one in MANNERS if one not in ("500", "503-empty", "null")]


@pytest.mark.parametrize("manner", OF_A_DAY)
async def test_a_day_survives_a_fault_at_every_step(place: Place, manner: str) -> None:
    """Each step of a conversation goes wrong twice, or hangs once; the oracle counts what came of it."""
    times = 1 if manner == "hang" else 2
    for step, (method, part) in STEPS.items():
        # A login that gives nothing is for a person to see; keys that were taken are not asked for again.
        if (step, manner) not in (("login", "no-fields"), ("keys", "no-fields")):
            place.gate.treat(method, part, MANNERS[manner], times=times)
    ears = place.listen()
    async with asyncio.timeout(100):
        room, bodies, outcomes = await _day(place, ears)
    assert {one.status for one in outcomes} == {Status.ACCEPTED}
    assert ears.bodies(room) == bodies
    assert words(await place.said(room)) == ["un", "deux", "relevé.txt"]
    direct = set(await place.server.admin.rooms_of(place.bot.user_id)) - {room}
    assert len(direct) == 1
    assert len(await place.said(direct.pop())) == 1
    assert len(await place.server.admin.devices(place.bot.user_id)) <= (3 if manner in _MADE else 1)
    assert len(place.gate.asked) < 400


# The login was done and its answer lost: the device that it made is nobody's.
_MADE = ("lost", "truncated", "invalid-utf-8")


async def _day(place: Place, ears: Ears) -> tuple[str, list[str], list[Any]]:
    await ears.until(lambda: ears.cursor is not None)
    room = await place.alice.make_room("salon", invite=[place.bot.user_id])
    await ears.until(lambda: room in ears._invited())
    while not ears.stands(room):
        try:
            await ears.rooms.enter(room)
        except ChannelError:
            ears.troubles += 1
        await ears.until(lambda: ears.stands(room) or room in ears._invited())
    bodies = await place.floods(room, 115)
    await ears.hears(bodies[-1])
    file = PostFile("relevé.txt", "text/plain", b"1 2 3")
    outcomes = [
        await ears.insist(post(room, "un", txn="t1")),
        await ears.insist(post(room, "deux", txn="t2", files=(file,))),
        await ears.insist(post("", "entre nous", txn="t3", person=place.alice.user_id)),
    ]
    return room, bodies, outcomes


@pytest.mark.parametrize("manner", [one for one in MANNERS if one not in ("lost", "cut")])
async def test_a_sync_that_stays_broken_is_told_each_time_and_asked_once_each_time(
    place: Place, manner: str
) -> None:
    """matrix-nio asks 1,400 to 2,400 times a second, or ends."""
    ears = place.listen()
    await ears.look()
    room = await place.room(ears)
    cursor = ears.cursor
    await place.alice.says(room, "pendant la panne")
    place.gate.treat("GET", "since=", MANNERS[manner])
    asked = len(place.gate.asked)
    for _ in range(3):
        async with asyncio.timeout(3 * HASTE):
            with pytest.raises(ChannelError):
                await ears.look()
    assert len(place.gate.asked) - asked <= 6
    assert ears.cursor == cursor
    place.gate.behave()
    await ears.hears("pendant la panne")
    assert ears.bodies() == ["pendant la panne"]


@pytest.mark.parametrize("at", [1, 300, 4000])
@pytest.mark.parametrize("way", ["to_server", "to_client"])
async def test_a_connection_cut_at_any_byte(place: Place, way: str, at: int) -> None:
    proxy = FaultProxy(place.server.port)
    await proxy.start()
    try:
        ears = place.listen(base=f"http://{proxy.host}:{proxy.port}")
        await ears.look()
        room = await place.room(ears)
        bodies = await place.floods(room, 112)
        proxy.cut_after(**{way: at})
        for _ in range(2):
            await _tries(ears.look())
        saying = [await _tries(ears.rooms.say(post(room, "un", txn="t1"))) for _ in range(1)]
        await proxy.behave()
        await ears.hears(bodies[-1])
        outcomes = [await ears.insist(post(room, text, txn=f"t{n}")) for n, text in ((1, "un"), (2, "deux"))]
        assert {one.status for one in [*filter(None, saying), *outcomes]} == {Status.ACCEPTED}
        assert ears.bodies() == bodies
        assert words(await place.said(room)) == ["un", "deux"]
    finally:
        await ears.rooms.close()
        await proxy.stop()


async def _tries(something: Any) -> Any:
    """What came of it, None for a ChannelError; it ends."""
    try:
        async with asyncio.timeout(30):
            return await something
    except ChannelError:
        return None


async def test_a_server_that_is_suspended_is_told_in_bounded_time(place: Place) -> None:
    ears = place.listen(base=place.server.base_url)
    await ears.look()
    room = await place.room(ears)
    place.server.suspend()
    async with asyncio.timeout(60):
        for _ in range(2):
            with pytest.raises(ChannelError):
                await ears.look()
        with pytest.raises(ChannelError):
            await ears.rooms.say(post(room, "un", txn="t1"))
        await ears.rooms.attend(room, "$x", busy=True)  # never raises, never for long
    place.server.resume()
    assert (await ears.insist(post(room, "un", txn="t1"))).status is Status.ACCEPTED
    await place.alice.says(room, "de retour")
    await ears.hears("de retour")
    assert words(await place.said(room)) == ["un"]


@pytest.mark.parametrize("how", ["restart", "kill"])
async def test_a_server_that_goes_and_comes_back_while_we_talk(place: Place, how: str) -> None:
    ears = place.listen(base=place.server.base_url)
    await ears.look()
    room = await place.room(ears)
    heard = await place.floods(room, 60, "avant")
    said = [f"mot {number}" for number in range(40)]

    async def talk() -> None:
        for number, text in enumerate(said):
            outcome = await ears.insist(post(room, text, txn=f"t{number}"))
            assert outcome.status is Status.ACCEPTED

    async def spoil() -> None:
        await until(lambda: _some_are_said(place, room), 60)
        if how == "kill":
            await place.server.kill()
            await place.server.start()
        else:
            await place.server.restart()

    talking = asyncio.create_task(talk())
    await asyncio.gather(talking, spoil(), ears.until(talking.done))
    heard += await place.floods(room, 10, "après")
    await ears.hears(heard[-1])
    assert ears.bodies() == heard
    assert words(await place.said(room)) == said


async def _some_are_said(place: Place, room: str) -> bool:
    return len(await place.said(room)) >= 10


async def test_nothing_of_us_outlives_the_end(
    place: Place, recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither tasks nor connections, when it ends in the middle of everything."""
    before = asyncio.all_tasks()
    ears = place.listen("!nulle-part:ailleurs.example")
    place.gate.treat("POST", "/join/!nulle-part", hangs)
    await ears.look()
    room = await place.room(ears)
    place.gate.treat("PUT", "/send/", hangs)
    under_way = [
        asyncio.create_task(ears.rooms.say(post(room, "un"))),
        asyncio.create_task(ears.rooms.hear(ears.cursor, 30)),
    ]
    asked = place.gate.count
    await until(lambda: asked("PUT", "/send/") and asked("POST", "/join/!nulle-part"), 20)
    await ears.rooms.close()
    await ears.rooms.close()
    ended = await asyncio.wait_for(asyncio.gather(*under_way, return_exceptions=True), 20)
    assert [isinstance(one, ChannelError) for one in ended] == [True, True], ended
    for coroutine in (ears.rooms.say(post(room, "après")), ears.rooms.enter(room), ears.rooms.leave(room)):
        with pytest.raises(ChannelError):
            await asyncio.wait_for(coroutine, 60)
    assert await _ours(before) == []
    del ears, under_way, ended
    gc.collect()
    assert [one for one in recwarn if issubclass(one.category, ResourceWarning)] == []
    assert "Unclosed" not in caplog.text
    assert "never retrieved" not in caplog.text


async def _ours(before: set[Any]) -> list[str]:
    for _ in range(5):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before
    return [repr(one) for one in left if "bot/channels" in repr(one) or "nio" in repr(one)]


async def test_neither_words_nor_tokens_stand_in_the_log(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    for method, part in STEPS.values():
        for manner in ("502", "truncated", "cut"):
            place.gate.treat(method, part, MANNERS[manner], times=1)
    ears = place.listen("#absent:ailleurs.example")
    room, bodies, _ = await _day(place, ears)
    token = ears.rooms._account.server.token  # type: ignore[union-attr]
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert room in told
    assert not [
        secret for secret in [token, place.bot.password, bodies[-1], "entre nous", "relevé"] if secret in told
    ]
