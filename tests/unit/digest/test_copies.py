"""A personal copy of the recap: the list's own edition, when it left, once a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest_asyncio

from bot.channels.base import Status
from bot.channels.fake import Sent
from bot.store.people_tables import Preference
from bot.store.tables import OutboxState
from tests.house import ALICE, House

LIST = "reseau@listes.lisieres.example"
EMILE, LEA = "emile@lisieres.example", "lea@lisieres.example"
FRIDAY = dt.datetime(2026, 11, 27, 8, 0, tzinfo=dt.UTC)  # when the recap leaves


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Emile and Lea (who has two addresses) want the recap alone, and there is one line to tell."""
    house = House(tmp_path)
    await house.open()
    async with house.bot.store.write() as session:
        for key in ("emile", "lea"):
            number = (await house.person(key)).person_id
            session.add(Preference(person_id=number, recap="personal"))
    await house.write("karim", "", "Pour le récap : la serre est finie.")
    await house.pass_until(FRIDAY - dt.timedelta(minutes=1))
    yield house
    await house.kill()


def copies(house: House) -> list[str]:
    """Who had a copy, once for each."""
    mails = [
        one for one in house.network.sent if isinstance(one, Sent) and one.recipient not in (LIST, ALICE)
    ]
    return sorted(one.recipient for one in mails if "récap directement" in _text(one.data))


def _text(data: bytes) -> str:
    body = message_from_bytes(data, policy=policy.default).get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content()).replace("\u00a0", " ")


async def test_one_each_with_the_list_s(house: House) -> None:
    await house.pass_until(FRIDAY)
    await house.restart()
    await house.wait_hours(24 * 7)
    (post,) = house.mails(LIST)
    assert copies(house) == [EMILE, LEA]
    for address in (EMILE, LEA):
        (copy,) = [mail for mail in house.mails(address) if "récap directement" in mail.text]
        reason, _, rest = copy.text.partition("\n\n")
        assert "récap non" in reason.replace("\u00a0", " ")
        assert (copy.subject, rest.strip()) == (post.subject, post.text.strip())


async def test_a_mail_program_is_told_how_to_stop_it(house: House) -> None:
    """RFC 2369: what the header writes is understood, whatever the program adds."""
    await house.pass_until(FRIDAY)
    (data,) = [one.data for one in house.network.sent if isinstance(one, Sent) and one.recipient == EMILE][
        -1:
    ]
    header = message_from_bytes(data, policy=policy.default)["List-Unsubscribe"]
    assert header == "<mailto:navette@lisieres.example?subject=r%C3%A9cap%20non>"
    await house.write("emile", "", "Sujet : récap non\nCeci a été écrit par un programme.")
    await house.write("karim", "", "Pour le récap : la serre est pleine.")
    await house.wait_hours(24 * 7)
    assert copies(house) == [EMILE, LEA, LEA]


async def test_copies_wait_for_the_list_s_own(house: House) -> None:
    """Nobody knows whether the list has it: what coordination may still stop reaches nobody before."""
    house.network.transport.trouble(Status.UNCERTAIN, kept=False, recipients=[LIST])
    await house.pass_until(FRIDAY + dt.timedelta(minutes=20))
    assert copies(house) == []
    await house.respond("alice", "renvoie")
    assert copies(house) == [EMILE, LEA]
    assert len(house.mails(LIST)) == 1


async def test_a_recap_that_coordination_stops_reaches_nobody(house: House) -> None:
    await house.write("alice", "", "n'envoie pas")
    await house.wait_hours(48)
    assert (house.mails(LIST), copies(house)) == ([], [])


async def test_one_in_doubt_is_sent_again_with_the_reason(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN, kept=True, recipients=[EMILE])
    await house.pass_until(FRIDAY + dt.timedelta(hours=1))
    assert copies(house) == [EMILE, EMILE, LEA]
    (row,) = [
        row for key, row in (await house.outbox()).items() if key.endswith(f":{EMILE}") and "copy" in key
    ]
    assert row.state == OutboxState.SENT
    assert row.reason.startswith("again, same Message-ID")


async def unsubscribe(house: House, who: str, to: str, *, pretends: str = "") -> None:
    """A program's mail to a reply address of ours; ``pretends``: in whose name, with no server's word."""
    raw = house._pen(house.cast.writer(pretends or who)).letter(to, "Sujet : récap non")
    house.network.post(raw, to, house.cast.writer(who).address, genuine=not pretends)
    await house.settle()


async def test_the_token_of_somebody_else_chooses_nothing_for_them(house: House) -> None:
    """Whoever answers to it chooses for themselves; without their server's word, they are asked first."""
    await house.pass_until(FRIDAY)
    of_lea = next(mail.answer_to for mail in house.mails(LEA) if "récap directement" in mail.text)
    assert "+" in of_lea
    await unsubscribe(house, "emile", of_lea, pretends="lea")
    assert house.mails(LEA)[-1].subject.startswith("Ce message est-il de toi")
    await unsubscribe(house, "emile", of_lea)
    assert "plus ni récap" in house.mails(EMILE)[-1].text.replace("\u00a0", " ")
    await house.write("karim", "", "Pour le récap : la serre est pleine.")
    await house.wait_hours(24 * 7)
    assert copies(house) == [EMILE, LEA, LEA]


async def test_a_copy_in_another_language_has_the_same_items_once(house: House) -> None:
    await house.write("lea", "", "write to me in English")
    await house.pass_until(FRIDAY)
    (copy,) = [mail for mail in house.mails(LEA) if "recap directly" in mail.text]
    assert copy.text.count("serre") == 1
    assert copies(house) == [EMILE]
