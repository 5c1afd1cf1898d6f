"""What is wrong with a mail stops nothing, is kept, and is told to whoever must act."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from bot.channels.fake_mail import FIRST_PART_BYTES
from bot.dispatch import Dispatcher
from bot.router.declare import Context, Reply
from tests.house import ALICE, House

EMILE = "emile@lisieres.example"
LIST = "reseau@listes.lisieres.example"


def letter(
    text: str = "Pour le récap : visite du Hangar samedi.",
    *,
    identifier: str = "<1@lisieres.example>",
    author: str = EMILE,
    to: str = "navette@lisieres.example",
    charset: str = "utf-8",
) -> bytes:
    named = f"Message-ID: {identifier}\r\n" if identifier else ""
    head = f"From: {author}\r\nTo: {to}\r\n{named}Subject: Bonjour\r\n"
    kind = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n"
    return (head + kind + f"\r\n{text}\r\n").encode()


async def states(house: House) -> Counter[str]:
    return Counter(row.state for row in await house.inbox())


async def deposited(house: House) -> int:
    """How many lines were acknowledged to Émile."""
    return sum("Noté pour" in mail.text for mail in house.mails(EMILE))


async def arrive(house: House, raw: bytes, sender: str = EMILE) -> None:
    house.network.post(raw, house.settings.bot.address, sender)
    await house.settle()


async def test_what_is_no_mail_is_held_and_told(house: House) -> None:
    """It was held, and nobody heard of it."""
    for raw in (
        b"",
        b"\x00\xff\xfe" * 500,
        b"From nobody\r\n\r\n",
        b"Subject: sans auteur\r\n\r\nBonjour.\r\n",
    ):
        house.network.box.deliver(raw)
    await arrive(house, letter())
    assert await states(house) == {"held": 4, "applied": 1}
    assert await deposited(house) == 1
    [told] = house.mails(ALICE)  # once a day
    assert "N1" in told.text


async def test_an_unknown_charset_and_a_broken_structure_are_read_as_far_as_they_go(house: House) -> None:
    await arrive(house, letter(charset="x-inconnu"))
    mixed = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
    head = b"From: emile@lisieres.example\r\nMessage-ID: <2@lisieres.example>\r\n"
    await arrive(house, head + mixed + b"Pour le recap : sans fin")
    assert await deposited(house) == 2


async def test_without_message_id_the_words_tell_it_from_another(house: House) -> None:
    await arrive(house, letter(identifier=""))
    await arrive(house, letter(identifier=""))
    await arrive(house, letter("Pour le récap : autre chose.", identifier=""))
    assert await states(house) == {"applied": 2, "superseded": 1}
    assert await deposited(house) == 2


async def test_one_message_id_with_the_same_words_acts_once(house: House) -> None:
    await arrive(house, letter())
    await arrive(house, letter())
    assert await states(house) == {"applied": 1, "superseded": 1}
    assert await deposited(house) == 1


async def test_one_message_id_with_other_words_is_held_and_told(house: House) -> None:
    """It was held, and nobody heard of it."""
    await arrive(house, letter())
    await arrive(house, letter("Pour le récap : de l'argent pour tout le monde."))
    assert await states(house) == {"applied": 1, "held": 1}
    assert await deposited(house) == 1
    [told] = house.mails(ALICE)
    assert EMILE in told.text
    assert "N2" in told.text


async def test_another_author_does_not_take_somebody_s_message_id(house: House) -> None:
    await arrive(house, letter(author="inconnue@ailleurs.example"), "inconnue@ailleurs.example")
    await arrive(house, letter())
    assert await deposited(house) == 1
    assert house.mails("inconnue@ailleurs.example") == []


async def test_directly_and_by_the_list_it_acts_once(house: House) -> None:
    raw = letter("Qui a un camion vendredi ?", to=f"{LIST}, navette@lisieres.example")
    house.network.post(raw, LIST, EMILE)
    await arrive(house, raw)
    assert await states(house) == {"applied": 1, "archived": 1}
    assert house.mails() == []


async def test_too_large_is_read_as_far_as_it_is_kept_and_told(house: House) -> None:
    """Nobody heard that the rest was not kept."""
    mixed = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text"
    head = letter().replace(b"Content-Type: text", mixed)
    await arrive(house, head + b"--x\r\nContent-Type: image/png\r\n\r\n" + b"A" * (26 * 2**20))
    [row] = await house.inbox()
    assert (row.state, row.truncated, row.size) == ("applied", True, FIRST_PART_BYTES)
    assert await deposited(house) == 1
    [told] = house.mails(ALICE)
    assert "25 Mo" in told.text.replace("\u00a0", " ")


async def test_renumbered_mails_are_known_again(house: House) -> None:
    await arrive(house, letter())
    house.network.box.renumber()
    await house.look_again()
    assert await states(house) == {"applied": 1, "superseded": 1}
    assert await deposited(house) == 1


async def test_renumbered_and_rewritten_mails_are_known_again(house: House) -> None:
    """A server that moved: each mail has one more header field."""
    await arrive(house, letter())
    for one in house.network.box.messages:
        one.raw = b"X-Moved: yes\r\n" + one.raw
    house.network.box.renumber()
    await house.look_again()
    await arrive(house, letter("Pour le récap : du neuf.", identifier="<2@lisieres.example>"))
    assert await states(house) == {"applied": 2, "archived": 1}
    assert await deposited(house) == 2


async def test_renumbered_in_the_middle_of_the_first_meeting(tmp_path: Path) -> None:
    """What had not been archived yet was acted on."""
    house = House(tmp_path)
    house.network.box.deliver(letter())
    house.clock.set(house.clock.now() + dt.timedelta(days=2))
    house.network.box.hold()  # the connection is lost before the mail was fetched
    await house.open()
    house.network.box.renumber()
    house.network.box.release()
    await house.look_again()
    await arrive(house, letter("Pour le récap : du neuf.", identifier="<2@lisieres.example>"))
    assert await states(house) == {"archived": 1, "applied": 1}
    assert await deposited(house) == 1
    await house.kill()


async def test_a_defect_holds_one_message_and_its_author_has_a_reference(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _break_help(monkeypatch)
    await arrive(house, letter("!aide"))
    await arrive(house, letter(identifier="<2@lisieres.example>"))
    assert await states(house) == {"held": 1, "applied": 1}
    assert "N1" in house.mails(EMILE)[0].text
    assert "N1" in house.mails(ALICE)[0].text
    assert await deposited(house) == 1


async def test_a_defect_in_what_tells_of_a_defect_holds_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row raised at each look, and nothing behind it was handled any more."""
    await _break_help(monkeypatch)
    monkeypatch.setattr("bot.worker.answer", _raise)
    await arrive(house, letter("!aide"))
    monkeypatch.undo()
    await arrive(house, letter(identifier="<2@lisieres.example>"))
    assert await states(house) == {"held": 1, "applied": 1}
    assert await deposited(house) == 1


async def _break_help(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Dispatcher.dispatch

    async def dispatch(self: Dispatcher, ctx: Context) -> Reply | None:
        if ctx.incoming.text.startswith("!aide"):
            raise ZeroDivisionError("a defect")
        return await real(self, ctx)

    monkeypatch.setattr(Dispatcher, "dispatch", dispatch)


async def _raise(*_: object) -> None:
    raise ZeroDivisionError("a defect")
