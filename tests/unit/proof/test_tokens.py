"""A token proves its person, for its mail, for a time; with any part of it swapped it proves nothing."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import outbox
from bot.channels.fake import Sent
from bot.guard import tokens
from bot.guard.tokens import Proof
from bot.outbox import Content, Destination, Terms
from bot.play.letters import open_letter
from bot.settings import override
from bot.store.people_tables import ReplyToken
from bot.store.tables import OutboxRow, UndoRow
from bot.understand import read_mail
from handlers.digest.tables import Line
from tests.house import ALICE, House
from tests.unit.proof.letters import BOT, VOUCHED, addresses, asked, letter, plain_house

EMILE = "emile@lisieres.example"
OWNERS = ("emile", "emile", "lea", "hana")


@dataclass(frozen=True)
class Given:
    """A personal mail of ours as its owner has it."""

    key: str
    token: str
    message_id: str
    proof: Proof
    expires_at: dt.datetime


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = plain_house(tmp_path)
    await made.open()
    yield made
    await made.kill()


@pytest.fixture
async def mails(house: House) -> list[Given]:
    given = []
    for number, key in enumerate(OWNERS):
        row = await asked(house, key, number, question=number != 3)
        async with house.bot.store.read() as session:
            one = (await session.scalars(select(ReplyToken).where(ReplyToken.outbox_id == row.id))).one()
        proof = Proof(row.prompt_id, None)
        given.append(Given(key, one.token, row.message_id, proof, one.expires_at))
    return given


def test_a_token_is_128_random_bits_in_lower_case_base32() -> None:
    made = {tokens.new_token() for _ in range(200)}
    assert len(made) == 200
    for token in made:
        assert re.fullmatch("[a-z2-7]{26}", token)
        assert len(base64.b32decode(token.upper() + "======")) == 16


OTHER_AUTHORS = {"emile": "bruno", "lea": "emile", "hana": "lea"}
SWAPS = ("nothing", "author", "letter", "length", "mail", "copy", "time", "name", "place", "server")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 3),
    upper=st.booleans(),
    at=st.integers(0, 25),
    days=st.integers(60, 900),
    copied=st.sampled_from(["bruno@lisieres.example", "quelquun@ailleurs.example", "reseau@listes.example"]),
)
async def test_with_one_part_swapped_it_proves_nothing(
    house: House, mails: list[Given], which: int, upper: bool, at: int, days: int, copied: str
) -> None:
    people = {key: number for number, key in await addresses(house)}
    for by, swap in itertools.product(("address", "in-reply-to", "both"), SWAPS):
        mine, author, token, now = mails[which], mails[which].key, mails[which].token, house.clock.now()
        answered = mine.message_id
        if swap == "author":
            author = OTHER_AUTHORS[author]
        elif swap == "letter":
            token = token[:at] + ("b" if token[at] != "b" else "c") + token[at + 1 :]
            answered = token if by == "in-reply-to" else answered
        elif swap == "length":
            token, answered = token[:at], answered[:at]
        elif swap == "mail" and by == "both":
            answered = mails[(which + 1) % 4].message_id
        elif swap == "time":
            now += dt.timedelta(days=days)
        elif swap == "place":
            answered = ""
        to, domain = BOT, "evil.example" if swap == "server" else "lisieres.example"
        if by != "in-reply-to" and swap != "place":
            to = f"navette+{token}@{domain}"
        name = f"{author}@lisieres.example"
        raw = letter(
            "oui",
            author=f"alice@lisieres.example <{name}>" if swap == "name" else name,
            to=to.upper() if upper else to,
            cc=copied if swap == "copy" else "",
            answers="" if by == "address" else answered,
            references=mine.message_id,  # which says nothing: others may have it
        )
        async with house.bot.store.read() as session:
            mail = read_mail(raw, house.settings)
            proof = await tokens.proof_of(session, house.settings, mail, people[author], now)
        # Of these nothing was swapped.
        whole = swap == "nothing" or (swap, by) in (
            ("mail", "address"),
            ("mail", "in-reply-to"),
            ("server", "in-reply-to"),
        )
        assert proof == (mine.proof if whole else None), (by, swap)


async def test_revoked_it_proves_nothing_and_the_others_still_do(house: House, mails: list[Given]) -> None:
    people = {key: number for number, key in await addresses(house)}
    async with house.bot.store.write() as session:
        await tokens.revoke(session, ReplyToken.token == mails[0].token, house.clock.now())
    found = []
    for one in mails[:2]:
        for to, answers in ((BOT.replace("@", f"+{one.token}@"), ""), (BOT, one.message_id)):
            mail = read_mail(
                letter("oui", author="emile@lisieres.example", to=to, answers=answers), house.settings
            )
            async with house.bot.store.read() as session:
                found.append(
                    await tokens.proof_of(session, house.settings, mail, people["emile"], house.clock.now())
                )
    assert found == [None, None, mails[1].proof, mails[1].proof]


async def test_only_personal_mails_carry_one_and_lists_never(house: House) -> None:
    await asked(house, "emile", 1)
    await house.enqueue("to-list", house.bot.house.the_list("reseau"), Terms())
    await house.enqueue("to-nobody", Destination("mail", "inconnue@ailleurs.example"), Terms())
    own = {"headers": {"reply-to": "guichet@lisieres.example"}}
    await house.enqueue("elsewhere", await house.person("hana"), Terms(params=own))
    await house.settle()
    answer_to = {
        one.recipient: open_letter(one.data).answer_to for one in house.network.sent if isinstance(one, Sent)
    }
    [token] = [row.params["token"] for key, row in (await house.outbox()).items() if key == "asked:1"]
    assert answer_to == {
        "emile@lisieres.example": f"navette+{token}@lisieres.example",
        "reseau@listes.lisieres.example": BOT,
        "inconnue@ailleurs.example": BOT,
        "hana@lisieres.example": "guichet@lisieres.example",
    }
    async with house.bot.store.read() as session:
        assert len((await session.scalars(select(ReplyToken))).all()) == 2


async def test_many_at_once_have_one_each(house: House) -> None:
    to = [await house.person(key) for key in ("alice", "bruno", "emile")]
    to += [Destination("mail", f"{number}@ailleurs.example") for number in range(1_200)]
    async with house.bot.store.write() as session:
        body = await outbox.add_body(session, Content("Bonjour."))
        sender = house.bot.house.sender(house.clock.now())
        for _ in range(2):  # the same again changes nothing
            await outbox.enqueue_many(session, sender, "recap", to, body, Terms())
    rows = await house.outbox()
    async with house.bot.store.read() as session:
        made = {one.outbox_id: one for one in await session.scalars(select(ReplyToken))}
    assert {rows[f"recap:{key}@lisieres.example"].id for key in ("alice", "bruno", "emile")} == made.keys()
    one = rows[f"recap:{ALICE}"]
    assert made[one.id].token == one.params["token"]
    assert made[one.id].person_id == one.person_id
    assert made[one.id].expires_at == house.clock.now() + dt.timedelta(days=house.settings.mail.token_days)


@pytest.mark.parametrize("sign", ["+", "-"])
def test_the_sign_before_the_token_is_a_setting(sign: str) -> None:
    made = override(House(Path()).settings, "mail.subaddressing", sign)
    token = tokens.new_token()
    address = tokens.reply_address(made, token)
    assert address == f"navette{sign}{token}@lisieres.example"
    assert tokens.token_of(made, address.upper()) == token
    for wrong in (address.replace("navette", "autre"), address.replace("lisieres", "evil"), address[1:]):
        assert tokens.token_of(made, wrong) == ""
    other = override(made, "mail.subaddressing", {"+": "-", "-": "+"}[sign])
    assert tokens.token_of(other, address) == ""


def test_without_subaddresses_nothing_is_added() -> None:
    made = override(House(Path()).settings, "mail.subaddressing", "")
    assert tokens.reply_address(made, tokens.new_token()) == ""
    assert tokens.token_of(made, BOT) == ""


async def test_composed_again_it_is_the_same_bytes(house: House) -> None:
    """A mail in doubt leaves again with the token that it had."""
    row = await asked(house, "emile", 1)
    assert row.hash
    before = next(one.data for one in house.network.sent if isinstance(one, Sent))
    async with house.bot.store.write() as session:
        again = await session.get_one(OutboxRow, row.id)
        again.state = "pending"
    await house.restart()
    sent = [one.data for one in house.network.sent if isinstance(one, Sent)]
    assert sent == [before, before]


async def test_a_closed_question_takes_no_answer_and_passes_it_on_to_no_other(house: House) -> None:
    for number, line in enumerate(("un four", "une remorque")):
        raw = letter(f"Pour le récap : {line}", author=EMILE, identifier=f"line.{number}", results=VOUCHED)
        house.network.box.deliver(raw)
    await house.settle()
    first = next(mail for mail in house.mails(EMILE) if "un four" in mail.text)
    for number in range(2):
        raw = letter("retire", author=EMILE, to=first.answer_to, identifier=f"back.{number}")
        house.network.box.deliver(raw)
        await house.settle()
    texts = [mail.text for mail in house.mails(EMILE)][2:]
    assert ["retiré" in text for text in texts] == [True, False]
    assert "n’attend plus ta réponse" in texts[1]
    async with house.bot.store.read() as session:
        lines = {line.text: line.state for line in await session.scalars(select(Line))}
    assert lines == {"un four": "withdrawn", "une remorque": "waiting"}


@pytest.mark.parametrize("by_id", [True, False])
async def test_shown_to_others_it_is_worth_nothing_any_more(house: House, by_id: bool) -> None:
    """A reply with CC: whoever was copied could have answered in their name."""
    house.network.box.deliver(letter("Pour le récap : un four", author=EMILE, results=VOUCHED))
    await house.settle()
    [told] = house.mails(EMILE)
    to = BOT if by_id else told.answer_to
    answers = told.message_id.strip("<>") if by_id else ""
    for number, cc in enumerate(["bruno@lisieres.example", ""]):
        raw = letter("retire", author=EMILE, to=to, answers=answers, cc=cc, identifier=f"back.{number}")
        house.network.box.deliver(raw)
        await house.settle()
    assert not any("retiré" in mail.text for mail in house.mails(EMILE))


async def test_a_post_to_a_list_that_answers_our_mail_revokes_it_as_well(house: House) -> None:
    """Our Message-ID stands in it, where everybody reads it."""
    house.network.box.deliver(letter("Pour le récap : un four", author=EMILE, results=VOUCHED))
    await house.settle()
    [told] = house.mails(EMILE)
    shown = told.message_id.strip("<>")
    to_list = letter(
        "Voyez", author=EMILE, to="reseau@listes.lisieres.example", references=shown, identifier="p"
    )
    house.network.box.deliver(to_list)
    house.network.box.deliver(letter("retire", author=EMILE, answers=shown, identifier="back"))
    await house.settle()
    assert not any("retiré" in mail.text for mail in house.mails(EMILE))


async def test_what_a_mail_told_is_taken_back_by_its_token_and_nothing_else_is(house: House) -> None:
    for number, text in enumerate(("!pause", "!reprendre")):
        house.network.box.deliver(letter(text, author=ALICE, identifier=f"{number}", results=VOUCHED))
        await house.settle()
    paused, _resumed = house.mails(ALICE)
    house.network.box.deliver(letter("annule", author=ALICE, to=paused.answer_to, identifier="a"))
    await house.settle()
    async with house.bot.store.read() as session:
        undone = [row.undone_at is not None for row in await session.scalars(select(UndoRow))]
    assert undone == [True, False]
