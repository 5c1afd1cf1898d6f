"""A personal copy of the recap: the list's own edition, when it left, once a person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest_asyncio
from sqlalchemy import update

from bot.channels.base import Status
from bot.channels.fake import Sent
from bot.store.people_tables import Preference, ReplyToken
from bot.store.tables import OutboxState
from tests.house import ALICE, House

LIST = "reseau@listes.lisieres.example"
EMILE, LEA = "emile@lisieres.example", "lea@lisieres.example"
FRIDAY = dt.datetime(2026, 11, 27, 8, 0, tzinfo=dt.UTC)  # when the recap leaves


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Emile and Lea (who has two addresses) want the recap alone, and there is one line to tell."""
    house = House(tmp_path, at=FRIDAY - dt.timedelta(hours=18))  # an hour before the draft
    await house.open()
    async with house.bot.store.write() as session:
        for key in ("emile", "lea"):
            number = (await house.person(key)).person_id
            session.add(Preference(person_id=number, recap="personal"))
    await house.write("karim", "", "Pour le récap : la serre est finie.")
    await house.pass_until(FRIDAY - dt.timedelta(minutes=1))
    yield house
    await house.kill()


async def choice(house: House, key: str) -> str:
    """Which recap somebody wants."""
    async with house.bot.store.read() as session:
        return (await session.get_one(Preference, (await house.person(key)).person_id)).recap


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
    await house.wait_hours(2)
    (post,) = house.mails(LIST)
    assert copies(house) == [EMILE, LEA]
    for address in (EMILE, LEA):
        (copy,) = [mail for mail in house.mails(address) if "récap directement" in mail.text]
        reason, _, rest = copy.text.partition("\n\n")
        assert "récap non" in reason.replace("\u00a0", " ")
        assert (copy.subject, rest.strip()) == (post.subject, post.text.strip())


def headers_of(house: House, address: str) -> dict[str, list[str]]:
    """The fields of the last mail there, by their names in lower case."""
    data = [one.data for one in house.network.sent if isinstance(one, Sent) and one.recipient == address][-1]
    mail = message_from_bytes(data, policy=policy.default)
    return {name.lower(): mail.get_all(name) or [] for name in mail.keys()}  # noqa: SIM118 - a message


def unsubscribing(house: House, address: str) -> tuple[str, str]:
    """Where the mail goes that List-Unsubscribe has ready, and its subject (RFC 2369, RFC 6068)."""
    (header,) = headers_of(house, address)["list-unsubscribe"]
    assert header.startswith("<mailto:")
    assert header.endswith(">")
    link = urlsplit(header[1:-1])
    return unquote(link.path), parse_qs(link.query)["subject"][0]


async def gesture(
    house: House, who: str, to: str, subject: str, body: str = "", *, vouched: bool = False
) -> None:
    """What a mail program sends when its button is pressed; our server may vouch for nothing."""
    raw = house._pen(house.cast.writer(who)).letter(to, f"Sujet : {subject}\n{body}")
    house.network.post(raw, to, house.cast.writer(who).address, genuine=vouched)
    await house.settle()


async def test_a_mail_program_is_told_how_to_stop_it(house: House) -> None:
    """RFC 2369 with a mailto; RFC 8058 wants an https address for List-Unsubscribe-Post: none is promised."""
    await house.pass_until(FRIDAY)
    of_emile, of_lea = unsubscribing(house, EMILE), unsubscribing(house, LEA)
    assert of_emile[1] == of_lea[1] == "recap non"
    assert of_emile[0] != of_lea[0]
    for where, _ in (of_emile, of_lea):
        assert re.fullmatch(r"navette\+[a-z2-7]{26}@lisieres\.example", where)
    assert "list-unsubscribe-post" not in headers_of(house, EMILE)
    assert "list-unsubscribe" not in headers_of(house, LIST)


async def test_one_gesture_stops_it_and_says_so_once(house: House) -> None:
    """Although no server vouches for the mail, since the token is that of this very copy."""
    await house.pass_until(FRIDAY)
    before = len(house.mails(EMILE))
    to, subject = unsubscribing(house, EMILE)
    await gesture(house, "emile", to, subject)
    await gesture(house, "emile", to, subject, "This message was automatically generated by a program.\n")
    await gesture(house, "emile", to, subject, vouched=True)
    (told,) = house.mails(EMILE)[before:]
    assert "tu ne reçois plus de récap" in told.text.replace("\u00a0", " ")
    await house.write("karim", "", "Pour le récap : la serre est pleine.")
    await house.wait_hours(24 * 7)
    assert copies(house) == [EMILE, LEA, LEA]


async def test_it_is_undone_by_an_answer(house: House) -> None:
    await house.pass_until(FRIDAY)
    await gesture(house, "emile", *unsubscribing(house, EMILE))
    await gesture(house, "lea", house.mails(EMILE)[-1].answer_to, "Re", "annule")
    assert await choice(house, "emile") == "none"
    await gesture(house, "emile", house.mails(EMILE)[-1].answer_to, "Re", "annule")
    assert "comme avant" in house.mails(EMILE)[-1].text
    assert await choice(house, "emile") == "personal"


async def test_whoever_was_forwarded_a_copy_stops_nothing_for_its_reader(house: House) -> None:
    """Nor does a mail in their own name that carries somebody else's token."""
    await house.pass_until(FRIDAY)
    to, subject = unsubscribing(house, EMILE)
    for who in ("mallory@evil.example", "lea"):
        await gesture(house, who, to, subject)
    assert (await choice(house, "emile"), await choice(house, "lea")) == ("personal", "personal")


async def test_other_words_to_a_copy_are_no_gesture(house: House) -> None:
    """What nobody vouches for, and is not that one wish, is asked about first, as ever."""
    await house.pass_until(FRIDAY)
    to, _ = unsubscribing(house, EMILE)
    await gesture(house, "emile", to, "Re: récap", "Pour le récap : la vitrine est là.")
    assert house.mails(EMILE)[-1].subject.startswith("Ce message est-il de toi")
    for words in ("Récap non reçu la semaine dernière.", "récap non ?"):
        await gesture(house, "emile", to, "Re: récap", words, vouched=True)
    assert await choice(house, "emile") == "personal"


async def test_a_refusal_above_the_recap_quoted_stops_it(house: House) -> None:
    """Whatever reason follows; and only the recap: who had it alone still is asked nothing."""
    await house.pass_until(FRIDAY)
    to, _ = unsubscribing(house, EMILE)
    quoted = "\n".join(f"> {line}" for line in house.mails(EMILE)[-1].text.splitlines())
    await gesture(house, "emile", to, "Re: Récap", f"récap non merci mais bravo\n\n{quoted}")
    assert await choice(house, "emile") == "none"


async def test_what_is_over_stops_nothing(house: House) -> None:
    """The token of a mail that has expired proves nothing: its author is asked first."""
    await house.pass_until(FRIDAY)
    to, subject = unsubscribing(house, EMILE)
    async with house.bot.store.write() as session:
        await session.execute(update(ReplyToken).values(expires_at=FRIDAY))
    await gesture(house, "emile", to, subject)
    assert await choice(house, "emile") == "personal"
    assert house.mails(EMILE)[-1].subject.startswith("Ce message est-il de toi")


async def test_the_field_is_one_line_that_every_program_reads(house: House) -> None:
    """RFC 2369: one address in angle brackets, nothing encoded; RFC 5322: no line over 998 bytes."""
    await house.pass_until(FRIDAY)
    data = [one.data for one in house.network.sent if isinstance(one, Sent) and one.recipient == EMILE][-1]
    head = data.partition(b"\r\n\r\n")[0]
    (field,) = [one for one in re.split(rb"\r\n(?![ \t])", head) if one.startswith(b"List-Unsubscribe:")]
    assert re.fullmatch(
        rb"List-Unsubscribe:(?:\r\n)? <mailto:navette\+[a-z2-7]{26}@lisieres\.example\?subject=recap%20non>",
        field,
    )


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
    await house.wait_hours(3)
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


async def test_whoever_answers_another_s_copy_chooses_for_themselves(house: House) -> None:
    await house.pass_until(FRIDAY)
    to, subject = unsubscribing(house, LEA)
    await gesture(house, "emile", to, subject)
    assert house.mails(EMILE)[-1].subject.startswith("Ce message est-il de toi")
    await gesture(house, "emile", to, subject, vouched=True)
    assert "plus ni récap" in house.mails(EMILE)[-1].text.replace("\u00a0", " ")
    assert (await choice(house, "emile"), await choice(house, "lea")) == ("none", "personal")


async def test_a_copy_in_another_language_has_the_same_items_once(house: House) -> None:
    await house.write("lea", "", "write to me in English")
    await house.pass_until(FRIDAY)
    (copy,) = [mail for mail in house.mails(LEA) if "recap directly" in mail.text]
    assert copy.text.count("serre") == 1
    assert copies(house) == [EMILE]
