"""What somebody tries who has seen a mail of ours, or who is not who they were."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot import merging
from bot.store.people_tables import Contact, Person, RoleRow, Status
from bot.store.tables import Switch
from handlers.digest.tables import Line
from tests.house import ALICE, House
from tests.unit.proof.letters import BOT, UNVOUCHED, VOUCHED, letter, plain_house

EMILE, LEA, OTHER = "emile@lisieres.example", "lea@lisieres.example", "lea.perso@courriel.example"
DEPOSIT = "Pour le récap : la serre est finie"
EVIL = "Delivered-To: {0}\r\nX-Original-To: {0}\r\n"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = plain_house(tmp_path)
    await made.open()
    yield made
    await made.kill()


async def arrives(house: House, text: str, **fields: str) -> None:
    house.network.box.deliver(letter(text, **fields))
    await house.settle()


async def lines(house: House) -> list[str]:
    async with house.bot.store.read() as session:
        return list(await session.scalars(select(Line.text)))


async def asked(house: House, author: str, recipient: str = "") -> str:
    """A mail in somebody's name waits; the address to which the question wants its answer."""
    await arrives(house, DEPOSIT, author=author, identifier="deposit")
    [question] = house.mails(recipient or author)
    return question.answer_to


async def test_a_token_counts_only_where_its_owner_wrote_it(house: House) -> None:
    """Not where servers note how they delivered it, nor beside another's."""
    to = await asked(house, EMILE)
    await arrives(house, DEPOSIT, author="hana@lisieres.example", identifier="hana")
    another = house.mails("hana@lisieres.example")[0].answer_to
    tries = [
        {"results": UNVOUCHED + EVIL.format(to)},
        {"to": f"{to}, {another}"},
        {"to": another, "cc": to},
        {"to": to.replace("@", "%lisieres.example@")},
        {"to": to.replace("navette+", "navette+x+")},
        {"to": f"{BOT}, quelquun@ailleurs.example", "cc": to},
    ]
    for number, fields in enumerate(tries):
        await arrives(house, "oui", author=EMILE, identifier=f"try.{number}", **fields)
        assert await lines(house) == [], fields


@pytest.mark.parametrize("written", ["upper", "quoted", "twice", "in copy"])
async def test_however_a_program_writes_the_address_the_token_counts(house: House, written: str) -> None:
    to = await asked(house, EMILE)
    local, _, domain = to.partition("@")
    fields = {
        "upper": {"to": to.upper()},
        "quoted": {"to": f'"{local}"@{domain}'},
        "twice": {"to": f"{to}, Navette <{to}>"},
        "in copy": {"to": BOT, "cc": to},
    }[written]
    await arrives(house, "oui", author=EMILE, identifier="yes", **fields)
    assert await lines(house) == ["la serre est finie"]


async def test_the_other_verified_address_of_the_same_person_counts(house: House) -> None:
    to = await asked(house, LEA)
    await arrives(house, "oui", author=OTHER, to=to, identifier="yes")
    assert await lines(house) == ["la serre est finie"]


@pytest.mark.parametrize("how", ["unverified", "taken away", "former"])
async def test_who_lost_the_address_or_left_confirms_nothing(house: House, how: str) -> None:
    to = await asked(house, LEA)
    async with house.bot.store.write() as session:
        if how == "unverified":
            await session.execute(update(Contact).where(Contact.value == OTHER).values(verified_at=None))
        elif how == "taken away":
            await session.execute(delete(Contact).where(Contact.value == OTHER))
        else:
            left = {"left_at": house.clock.now(), "status": Status.FORMER.value}
            await session.execute(update(Person).where(Person.key == "lea").values(**left))
    sent = len(house.mails())
    await arrives(house, "oui", author=OTHER, to=to, identifier="yes")
    assert await lines(house) == []
    assert len(house.mails()) == sent


async def test_who_was_merged_meanwhile_still_confirms(house: House) -> None:
    to = await asked(house, EMILE)
    async with house.bot.store.write() as session:
        people = {one.key: one for one in await session.scalars(select(Person))}
        await merging.merge(session, people["hana"], people["emile"], "alice", house.clock.now())
    await arrives(house, "oui", author=EMILE, to=to, identifier="yes")
    assert await lines(house) == ["la serre est finie"]


async def test_a_role_that_ended_meanwhile_is_missed(house: House) -> None:
    await arrives(house, "!pause", author=ALICE, identifier="pause")
    [question] = house.mails(ALICE)
    async with house.bot.store.write() as session:
        alice = select(Person.id).where(Person.key == "alice").scalar_subquery()
        await session.execute(
            update(RoleRow).where(RoleRow.person_id == alice).values(until=house.clock.now())
        )
    await arrives(house, "oui", author=ALICE, to=question.answer_to, identifier="yes")
    assert "coordination" in house.mails(ALICE)[-1].text
    async with house.bot.store.read() as session:
        assert (await session.scalars(select(Switch))).all() == []


async def test_forwarded_to_a_colleague_it_lets_them_confirm_nothing(house: House) -> None:
    to = await asked(house, EMILE)
    fields = {"author": "hana@lisieres.example", "to": to, "results": VOUCHED}
    await arrives(house, "oui", identifier="colleague", **fields)
    assert await lines(house) == []
    await arrives(house, "oui", author=EMILE, to=to, identifier="yes")
    assert await lines(house) == ["la serre est finie"]


@pytest.mark.parametrize(
    "words", ["oui, mais pas encore", "oui ?", "non merci", "oui et non", "oui peut-être"]
)
async def test_less_than_a_yes_is_none(house: House, words: str) -> None:
    to = await asked(house, EMILE)
    await arrives(house, words, author=EMILE, to=to, identifier="less")
    assert await lines(house) == []


async def test_a_mail_that_waits_keeps_its_bytes_however_long_that_is_allowed(house: House) -> None:
    house.settings.retention.__dict__["raw_days"] = 1
    to = await asked(house, EMILE)
    await house.wait_hours(60)
    await arrives(house, "oui", author=EMILE, to=to, identifier="yes")
    assert await lines(house) == ["la serre est finie"]


async def test_what_was_confirmed_does_not_wait_in_the_queue_of_a_flood(house: House) -> None:
    to = await asked(house, EMILE)
    limit = house.settings.gates.answers_per_hour
    for number in range(limit + 3):
        house.network.box.deliver(letter("!aide", author=EMILE, identifier=f"q{number}", results=VOUCHED))
    await house.settle()
    assert [row.state for row in await house.inbox()].count("waiting") == 4
    await arrives(house, "oui", author=EMILE, to=to, identifier="yes")
    await house.wait_hours(2)
    assert await lines(house) == ["la serre est finie"]


async def test_whoever_answered_is_asked_again_the_same_day_and_nobody_else(house: House) -> None:
    """Somebody whose server vouches for nothing writes three times on one day."""
    for number in range(3):
        await arrives(house, f"{DEPOSIT} {number}", author=EMILE, identifier=f"l{number}")
        question = house.mails(EMILE)[-1]
        assert "est-il de toi" in question.subject
        await arrives(house, "oui", author=EMILE, to=question.answer_to, identifier=f"y{number}")
    assert len(await lines(house)) == 3
    await arrives(house, DEPOSIT, author=EMILE, identifier="forged.1")
    sent = len(house.mails(EMILE))
    await arrives(house, DEPOSIT, author=EMILE, identifier="forged.2")
    assert len(house.mails(EMILE)) == sent
