"""Navette and people with Element, which takes signed devices only: the same words on both sides."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.base import EventKind, NativePoll, Post, PostFile
from tests.integration.channels.sealed_place import SealedBot, sealed_bot
from tests.servers.element import Element
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse

pytestmark = pytest.mark.needs("synapse", "element")
QUESTION = NativePoll("Quel jour pour l'atelier ?", (("a", "mardi"), ("b", "jeudi")))
Elements = Callable[..., Awaitable[Element]]
Members = Callable[..., Awaitable[Member]]


@pytest_asyncio.fixture
async def navette(synapse: Synapse, matrix_user: MatrixUser, tmp_path: Path) -> AsyncIterator[SealedBot]:
    async with sealed_bot(synapse.base_url, matrix_user, tmp_path / "matrix") as bot:
        yield bot


@pytest_asyncio.fixture
async def dalila(element: Elements) -> Element:
    return await element("dalila")


async def meet(navette: SealedBot, person: Element, *, version: str = "11", direct: bool = False) -> str:
    """An encrypted room that ``person`` made, with both in it."""
    invited = navette.user.user_id
    if direct:
        room = await person.make_direct(invited, version=version)
    else:
        room = await person.make_room("jardin", version=version, invite=[invited])
    await navette.is_in(room)
    await person.sees_member(room, invited)
    return room


def clean(event: dict[str, Any]) -> bool:
    """Whether it came encrypted, was read, and has no shield beside it."""
    return bool(event["encrypted"] and event["readable"] and event["shield"] == "none")


async def both_ways(navette: SealedBot, person: Element, room: str, word: str) -> None:
    await person.says(room, f"!aide {word}")
    heard = await navette.hears(f"!aide {word}")
    assert heard.sender == person.user_id
    await navette.tells(room, f"voici {word}", replies_to=heard.event_id)
    assert clean(await person.hears(room, f"voici {word}", sender=navette.user.user_id))


@pytest.mark.parametrize(("version", "direct"), [("11", True), ("12", True), ("11", False), ("12", False)])
async def test_a_day_in_an_encrypted_room(
    navette: SealedBot, dalila: Element, version: str, direct: bool
) -> None:
    room = await meet(navette, dalila, version=version, direct=direct)
    await both_ways(navette, dalila, room, "début")
    asked = await navette.hears("!aide début")
    assert asked.direct is direct

    answer = await navette.tells(room, "La réunion est mardi.", html="La réunion est <b>mardi</b>.")
    await navette.tells(room, "La réunion est jeudi.", edits=answer)
    edit = await dalila.sees(room, lambda e: e["content"]["m.new_content"]["body"] == "La réunion est jeudi.")
    assert clean(edit)
    assert edit["relates_to"] == {"rel_type": "m.replace", "event_id": answer}

    await navette.tells(room, "", reaction="✓", replies_to=asked.event_id)
    sign = await dalila.sees(room, lambda e: e["type"] == "m.reaction")
    assert (sign["relates_to"]["event_id"], sign["relates_to"]["key"]) == (asked.event_id, "✓")

    await navette.tells(room, "dans le fil", thread=asked.event_id)
    threaded = await dalila.hears(room, "dans le fil")
    assert clean(threaded)
    assert threaded["relates_to"]["rel_type"] == "m.thread"

    await navette.tells(room, "", files=(PostFile("liste.ics", "text/calendar", b"BEGIN:VCALENDAR"),))
    file = await dalila.sees(room, lambda e: e["content"]["filename"] == "liste.ics")
    assert clean(file)
    assert "url" not in file["content"]
    assert file["content"]["file"]["url"].startswith("mxc://")

    await dalila.reacts(room, answer, "👍")
    assert (await navette.hears("👍", EventKind.REACTION)).replies_to == answer


@pytest.mark.parametrize("version", ["11", "12"])
async def test_polls_both_ways(navette: SealedBot, dalila: Element, version: str) -> None:
    room = await meet(navette, dalila, version=version)
    asked = await navette.tells(room, "", poll=QUESTION)
    await dalila.sees(room, lambda e: e["event_id"] == asked and clean(e))
    await dalila.votes(room, asked, "b")
    vote = await navette.hears(lambda e: e.replies_to == asked, EventKind.POLL_RESPONSE)
    assert (vote.sender, vote.choices) == (dalila.user_id, ("b",))
    shown = await dalila.poll(room, asked)
    assert (shown["question"], shown["votes"]) == (QUESTION.question, {dalila.user_id: ["b"]})
    await navette.tells(room, "Ce sera jeudi.", ends=asked)
    await dalila.sees(room, lambda e: e["type"].endswith("poll.end") and clean(e))

    theirs = await dalila.asks(room, "Thé ou café ?", ("t", "thé"), ("c", "café"))
    poll = await navette.hears("Thé ou café ?", EventKind.POLL)
    assert poll.event_id == theirs
    assert poll.poll is not None
    assert poll.poll.answers == (("t", "thé"), ("c", "café"))


async def test_our_first_word_in_a_fresh_direct_room(navette: SealedBot, dalila: Element) -> None:
    """Said before she has entered, and before her client knows our devices.

    matrix-js-sdk 37.5 holds such a word for one of an unknown device, from another Element just as well, and
    reads it without a warning when it tries again; what follows it reads at once.
    """
    await navette.posts(Post(navette.txn(), "", dalila.user_id, "Bonjour Dalila, une question.", ""))
    (room,) = navette.rooms._halls.direct_rooms(dalila.user_id)
    await dalila.join(room)
    await both_ways(navette, dalila, room, "ensuite")
    assert (await navette.hears("!aide ensuite")).direct
    assert [event["failure"] for event in await dalila.failures(room)] in ([], ["UNKNOWN_SENDER_DEVICE"])
    await dalila.retries(room)
    assert clean(await dalila.hears(room, "Bonjour Dalila", sender=navette.user.user_id))


async def test_restarts_of_either_side(navette: SealedBot, dalila: Element, synapse: Synapse) -> None:
    room = await meet(navette, dalila, version="12", direct=True)
    await both_ways(navette, dalila, room, "avant")
    device = navette.device_id
    await navette.stop()
    await dalila.says(room, "dit pendant ton absence")
    await navette.start()
    assert navette.device_id == device
    await navette.hears("dit pendant ton absence")
    await both_ways(navette, dalila, room, "reprise")
    await synapse.restart()
    await both_ways(navette, dalila, room, "serveur")
    assert not [event for event in navette.events if event.kind is EventKind.UNREADABLE]


async def test_our_new_device_is_as_good(navette: SealedBot, dalila: Element, tmp_path: Path) -> None:
    """Our keys were lost: the same master signs another device, and she sees no warning."""
    room = await meet(navette, dalila, direct=True)
    await both_ways(navette, dalila, room, "avant")
    device = navette.device_id
    await navette.stop()
    shutil.rmtree(tmp_path / "matrix/devices")
    await navette.start()
    assert navette.device_id != device
    assert navette.account.news == ["new_device:lost_keys"]
    judged = await dalila.device(navette.user.user_id, navette.device_id)
    assert judged is not None
    assert judged["signed"]
    await both_ways(navette, dalila, room, "après")


async def test_an_identity_that_is_not_ours(
    synapse: Synapse, matrix_user: MatrixUser, element: Elements, tmp_path: Path, dalila: Element
) -> None:
    """Somebody opened our account in Element: strict clients refuse us until it signs our device."""
    await element(user=matrix_user)
    async with sealed_bot(synapse.base_url, matrix_user, tmp_path / "matrix") as navette:
        assert navette.account.news == ["unsigned:foreign"]
        judged = await dalila.device(matrix_user.user_id, navette.device_id)
        assert judged is None or not judged["signed"]
        room = await meet(navette, dalila)
        await navette.tells(room, "me lisez-vous ?")
        refused = await dalila.sees(room, lambda e: e["encrypted"] and not e["readable"])
        assert refused["failure"] in ("UNSIGNED_SENDER_DEVICE", "UNKNOWN_SENDER_DEVICE")


async def test_every_device_reads_us(
    navette: SealedBot, synapse: Synapse, dalila: Element, element: Elements, matrix_member: Members
) -> None:
    """Dalila's second Element is not signed by her; Nora's nio neither.  We do not choose whom we answer."""
    again = await element(user=dalila.user, sign=False, strict=False)
    nora = await matrix_member("nora")
    room = await dalila.make_room("jardin", version="12", invite=[navette.user.user_id, nora.user_id])
    await navette.is_in(room)
    await nora.join(room)
    await dalila.sees_member(room, nora.user_id)
    await navette.tells(room, "bonjour à toutes")
    for reader in (dalila, again, nora):
        seen = await reader.hears(room, "bonjour à toutes")
        assert seen["encrypted"]
        assert seen["readable"]
    for writer, words in ((dalila, "du premier"), (again, "du second"), (nora, "de nora")):
        await writer.says(room, words)
        await navette.hears(words)
    # Her new Element, after that: what follows is for it too.
    third = await element(user=dalila.user, sign=False, strict=False)
    await dalila.says(room, "un troisième")
    await navette.hears("un troisième")
    await navette.tells(room, "bonjour au troisième")
    assert (await third.hears(room, "bonjour au troisième"))["readable"]
