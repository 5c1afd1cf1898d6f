"""A mail that says that it comes from the list, and does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.mail.compose import compose
from bot.store.archive_tables import Message
from bot.store.tables import InboxRow
from tests.house import ALICE, NOON, House

LIST = "reseau@listes.lisieres.example"
OURS = "mx.lisieres.example"
PROVEN = f"Authentication-Results: {OURS}; dkim=pass header.d=listes.lisieres.example\r\n"
OTHER_SERVER = "Authentication-Results: mx.evil.example; dkim=pass header.d=listes.lisieres.example\r\n"
CHECKED = f"Authentication-Results: {OURS}; spf=pass smtp.mailfrom=mallory@evil.example; dmarc=fail\r\n"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path, recap=False)
    await made.open()
    yield made
    await made.kill()


def post(number: int, proof: str, *, again: str = "") -> bytes:
    """A mail with the fields of a list's post."""
    raw = compose(
        sender=("Fanny Serrault", "fanny@lisieres.example"),
        recipient=LIST,
        subject=f"[reseau] Sujet {number}",
        message_id=f"post.{number}@lisieres.example",
        date=NOON,
        text="Bonjour, rendez-vous le 4 décembre.",
        headers={"List-Id": "<reseau.listes.lisieres.example>", "List-Post": f"<mailto:{LIST}>"},
    )
    return f"{proof}{again}".encode() + raw


async def archived(house: House) -> int:
    async with house.bot.store.read() as session:
        return len(list(await session.scalars(select(Message.id))))


async def held(house: House) -> list[str]:
    async with house.bot.store.read() as session:
        return list(await session.scalars(select(InboxRow.reason).where(InboxRow.state == "held")))


@pytest.mark.parametrize("proof", ["", OTHER_SERVER, CHECKED], ids=["nothing", "other server", "checked"])
async def test_once_a_list_is_proven_what_only_says_so_is_held(house: House, proof: str) -> None:
    await house.deliver(post(1, PROVEN))
    assert await archived(house) == 1
    for number in range(2, 6):
        await house.deliver(post(number, proof))
    assert await archived(house) == 1
    assert len(await held(house)) == 4
    # One notice for all of them.
    [notice] = house.mails(ALICE)
    assert "pas passé par son serveur" in notice.text


async def test_coordination_takes_one_up(house: House) -> None:
    await house.deliver(post(1, PROVEN))
    await house.deliver(post(2, CHECKED))
    async with house.bot.store.read() as session:
        number = (await session.scalars(select(InboxRow.id).where(InboxRow.state == "held"))).one()
    await house.write("alice", "", f"!retenu {number} reprendre")
    assert await archived(house) == 2
    assert await held(house) == []


async def test_a_list_that_never_was_proven_is_believed(house: House) -> None:
    await house.deliver(post(1, CHECKED))
    assert await archived(house) == 1


async def test_another_list_of_the_same_server_does_not_prove_ours(house: House) -> None:
    """Many networks' lists stand on one server: its own List-Id comes on top of the forged one."""
    await house.deliver(post(1, PROVEN, again="List-Id: <pirates.listes.lisieres.example>\r\n"))
    assert await archived(house) == 0
    assert len(await held(house)) == 1
