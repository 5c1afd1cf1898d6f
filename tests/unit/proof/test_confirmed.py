"""What waits for its author's yes is done once, whatever dies in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import failpoints
from bot.channels.fake import Sent
from bot.dispatch import Dispatcher
from bot.play.letters import open_letter
from bot.router.declare import Context, Reply
from bot.store.people_tables import Preference, ReplyToken
from handlers.digest.tables import Line
from tests.house import House
from tests.unit.proof.letters import BOT, VOUCHED, letter, plain_house

EMILE = "emile@lisieres.example"
DEPOSIT = "Pour le récap : la serre est finie"


class Dead(BaseException):
    """The process is killed: nothing of the bot may catch it."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = plain_house(tmp_path)
    await made.open()
    yield made
    await made.kill()


async def arrives(house: House, raw: bytes) -> None:
    house.network.box.deliver(raw)
    await house.settle()


async def lines(house: House) -> list[str]:
    async with house.bot.store.read() as session:
        return list(await session.scalars(select(Line.text)))


def answer(house: House, text: str, *, identifier: str) -> bytes:
    """An answer to the last mail that Émile had from us, vouched for by nobody."""
    ours = [one for one in house.network.sent if isinstance(one, Sent) and one.recipient == EMILE]
    to = open_letter(ours[-1].data).answer_to
    assert to != BOT
    return letter(text, author=EMILE, to=to, identifier=identifier)


async def states(house: House) -> list[str]:
    return [row.state for row in await house.inbox()]


async def test_it_dies_anywhere_and_the_line_is_deposited_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked, killed, confirmed, killed before and after the yes was written; and everything comes again."""
    original = letter(DEPOSIT, author=EMILE)
    await arrives(house, original)
    await house.restart()
    assert [mail.subject for mail in house.mails(EMILE)] == ["Ce message est-il de toi\u00a0?"]
    yes = answer(house, "oui", identifier="yes")
    for place in ("handled", "handled.after_commit", "inbox.after_commit"):
        dead = [False]

        def hit(name: str, place: str = place, dead: list[bool] = dead) -> None:
            if name == place and not dead[0]:
                dead[0] = True
                raise Dead

        monkeypatch.setattr(failpoints, "hit", hit)
        house.network.box.deliver(yes)
        with pytest.raises(Dead):
            await house.settle()
        await house.restart()
        assert dead[0]
    monkeypatch.undo()
    await arrives(house, original)
    await arrives(house, yes)
    await house.restart()
    assert await lines(house) == ["la serre est finie"]
    assert len(house.mails(EMILE)) == 2
    assert "Noté pour" in house.mails(EMILE)[-1].text
    assert (await states(house))[0] == "applied"
    assert "waiting" not in await states(house)


async def test_the_same_mail_that_is_vouched_for_acts_and_the_yes_adds_nothing(house: House) -> None:
    await arrives(house, letter(DEPOSIT, author=EMILE))
    yes = answer(house, "oui", identifier="yes")
    await arrives(house, letter(DEPOSIT, author=EMILE, results=VOUCHED))
    assert await lines(house) == ["la serre est finie"]
    await arrives(house, yes)
    assert await lines(house) == ["la serre est finie"]
    assert await states(house) == ["superseded", "applied", "applied"]


async def test_a_forger_cannot_use_up_the_message_id_of_a_genuine_mail(house: House) -> None:
    await arrives(house, letter("Pour le récap : achetez mes chaises", author=EMILE))
    await arrives(house, letter(DEPOSIT, author=EMILE, results=VOUCHED))
    assert await lines(house) == ["la serre est finie"]


async def test_a_yes_by_another_persons_token_or_by_no_token_is_none(house: House) -> None:
    await arrives(house, letter(DEPOSIT, author=EMILE))
    async with house.bot.store.read() as session:
        token = (await session.scalars(select(ReplyToken.token))).one()
    to = BOT.replace("@", f"+{token}@")
    for number, (author, where) in enumerate([("hana@lisieres.example", to), (EMILE, BOT)]):
        await arrives(house, letter("oui", author=author, to=where, identifier=f"try.{number}"))
    await arrives(house, letter("oui", author="quelquun@ailleurs.example", to=to, identifier="stranger"))
    vouched = letter("oui", author="hana@lisieres.example", to=to, identifier="hana", results=VOUCHED)
    await arrives(house, vouched)
    assert await lines(house) == []


async def test_a_forged_oui_that_is_confirmed_confirms_nothing_else(house: House) -> None:
    """« oui » to the question « is this "oui" yours? » says nothing of what else waits."""
    await arrives(house, letter("!aide", author=EMILE, identifier="a"))
    yes = answer(house, "1", identifier="yes")
    await arrives(house, letter(DEPOSIT, author=EMILE, identifier="b"))
    await arrives(house, letter("oui", author=EMILE, identifier="c"))
    await arrives(house, yes)  # and is shown the others
    others = next(row for key, row in (await house.outbox()).items() if key.startswith("answer:4"))
    to = BOT.replace("@", f"+{others.params['token']}@")
    await arrives(house, letter("2", author=EMILE, to=to, identifier="only-the-yes"))
    assert await lines(house) == []
    await arrives(house, letter("1", author=EMILE, to=to, identifier="the-line"))
    assert await lines(house) == ["la serre est finie"]


async def test_a_plain_yes_answers_what_else_is_asked_first(house: House) -> None:
    """A forged mail makes us ask; nobody's « oui » to another question may confirm it."""
    chat = house.network.rooms
    assert chat is not None
    await arrives(house, letter("!récap ajouter", author=EMILE, identifier="q", results=VOUCHED))
    assert "Il me manque" in house.mails(EMILE)[-1].text
    await arrives(house, letter(DEPOSIT, author=EMILE, identifier="forged"))
    await arrives(house, letter("oui", author=EMILE, identifier="plain", results=VOUCHED))
    assert await lines(house) == ["oui"]


async def test_no_stops_the_questions_for_a_week_and_not_the_tokens(house: House) -> None:
    await arrives(house, letter(DEPOSIT, author=EMILE, identifier="a"))
    no = answer(house, "non !", identifier="no")
    await arrives(house, letter(DEPOSIT, author=EMILE, identifier="b"))
    await arrives(house, no)
    assert await states(house) == ["rejected", "rejected", "applied"]
    async with house.bot.store.read() as session:
        [preference] = await session.scalars(select(Preference))
    assert preference.distrusted_until is not None
    assert (preference.distrusted_until - house.clock.now()).days == 7
    assert len(house.mails("alice@lisieres.example")) == 1  # coordination
    await house.wait_hours(30)
    before = len(house.mails())
    await arrives(house, letter(DEPOSIT, author=EMILE, identifier="c"))
    assert len(house.mails()) == before
    await arrives(house, letter("!récap ajouter", author=EMILE, identifier="d", results=VOUCHED))
    await arrives(house, answer(house, "la serre est finie", identifier="e"))
    assert await lines(house) == ["la serre est finie"]


async def test_a_defect_in_a_forged_mail_tells_its_author_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("bot.dispatch.Dispatcher.dispatch", broken)
    await arrives(house, letter("!aide", author=EMILE))
    assert await states(house) == ["held"]
    assert house.mails(EMILE) == []


async def test_a_defect_in_what_was_confirmed_is_told_to_whoever_confirmed_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrives(house, letter(DEPOSIT, author=EMILE))
    yes = answer(house, "oui", identifier="yes")
    real = Dispatcher.dispatch

    async def broken(self: Dispatcher, ctx: Context) -> Reply | None:
        if ctx.incoming.text == DEPOSIT:
            raise RuntimeError("a defect")
        return await real(self, ctx)

    monkeypatch.setattr(Dispatcher, "dispatch", broken)
    await arrives(house, yes)
    assert await states(house) == ["held", "applied"]
    assert "N1" in house.mails(EMILE)[-1].text


async def test_a_plain_no_says_nothing_of_mail_that_it_does_not_answer(house: House) -> None:
    await arrives(house, letter(DEPOSIT, author=EMILE))
    await arrives(house, letter("non", author=EMILE, identifier="plain", results=VOUCHED))
    assert (await states(house))[0] == "waiting"
    shown = house.mails(EMILE)[-1]
    assert "la serre est finie" in shown.text
    await arrives(house, letter("oui", author=EMILE, to=shown.answer_to, identifier="yes"))
    assert await lines(house) == ["la serre est finie"]
