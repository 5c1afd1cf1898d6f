"""Codes: what they look like, what is read as one, how often and how long they serve."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot import contacts, linking
from bot.contacts import End, end_of
from bot.linking import ALPHABET, Issued, Outcome, new_code, read_code, shown
from bot.mail.read import read
from bot.settings.model import Reach
from bot.store.engine import Store
from bot.store.people_tables import Contact, LinkCode, Person

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
REACH = Reach()
CHAT, MAIL = End("room", "@lea:ailleurs.example"), End("mail", "lea@lisieres.example")
SPELLINGS = (
    "{0}",
    "{0}.",
    "le code est {0}",
    "Le code est : {0} !",
    "mon code c'est « {0} »",
    "code {0}",
    "Bonjour,\n{0}\nLéa",
    "my code is {0}",
)
NO_CODES = (
    "bonjour!",
    "novembre",
    "merci beaucoup",
    "20261123",
    "oui",
    "ABCD-23",
    "le code de la porte est 12",
    "",
)


@given(st.sampled_from(SPELLINGS), st.integers(1, 7), st.booleans(), st.sampled_from("- ."), st.data())
def test_a_code_is_read_however_it_is_typed(
    around: str, cut: int, lower: bool, between: str, data: st.DataObject
) -> None:
    code = new_code()
    typed = shown(code)
    for sign, mistaken in (("0", "O"), ("1", data.draw(st.sampled_from("Il")))):
        typed = typed.replace(sign, mistaken) if data.draw(st.booleans()) else typed
    if "code" in around:  # where it says that it is one, any spaces will do
        typed = typed[:cut] + between + typed[cut:]
    assert read_code(around.format(typed.lower() if lower else typed)) == code


@pytest.mark.parametrize("text", NO_CODES)
def test_words_are_no_code(text: str) -> None:
    assert read_code(text) is None


def test_a_code_inside_a_sentence_is_read_where_one_is_expected() -> None:
    text = f"Bonjour,\nvoici : {shown('A2B3C4D5')}, merci !\nLéa"
    assert read_code(text) is None
    assert read_code(text, expected=True) == "A2B3C4D5"
    assert read_code("vers 2024-2025 peut-être", expected=True) is None


def test_codes_have_no_letters_to_mistake() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert set("".join(codes)) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


PLAIN = ("lea@lisieres.example", "lea+recap@lisieres.example", "l.ea_2@mail.lisieres.example")
DECEPTIVE = (
    "lеa@lisieres.example",  # a Cyrillic e
    "léa@lisieres.example",
    "lea@lisières.example",
    "lea@xn--lisires-6xa.example",
    "lea%lisieres.example@relais.example",
    "relais.example!lea@lisieres.example",
    "lea@autre.example@lisieres.example",
    '"lea"@lisieres.example',
    "lea@[192.0.2.1]",
    "lea\u200b@lisieres.example",
    "lea@lisieres.example.",
    "lea..perso@lisieres.example",
    "lea@localhost",
    "a" * 250 + "@lisieres.example",
)


def test_no_code_goes_to_a_deceptive_address() -> None:
    assert [one for one in PLAIN if not end_of("mail", one).is_plain] == []
    assert [one for one in DECEPTIVE if end_of("mail", one).is_plain] == []
    chats = ("@lea:lisieres.example", "@lea.t=2/x:lisieres.example:8448", "@lea:localhost:8008")
    assert [one for one in chats if not end_of("room", one).is_plain] == []
    odd = ("@lеa:lisieres.example", "@lea:xn--lisires-6xa.example", "@lea:", "@lea", "@l ea:lisieres.example")
    assert [one for one in odd if end_of("room", one).is_plain] == []


def test_only_case_and_composition_make_two_spellings_one() -> None:
    assert end_of("mail", " LEA@Lisieres.Example ") == MAIL
    assert end_of("room", "@le\u0301a:lisieres.example") == end_of("room", "@l\u00e9a:lisieres.example")
    different = {
        *PLAIN,
        *DECEPTIVE,
        "lea@lisieres.example.org",
        "l.e.a@lisieres.example",
        "1ea@lisieres.example",
    }
    assert len({end_of("mail", one) for one in different}) == len(different)


def test_no_sign_of_another_alphabet_writes_as_somebody() -> None:
    """The Kelvin sign has a plain k as its lower case: whoever has that mailbox is not Karim."""
    for form in (
        "{}arim@lisieres.example",
        "K <{}arim@lisieres.example>",
        "({0}) {0}arim@lisieres.example",
    ):
        sender = form.format("\u212a")
        raw = f"From: {sender}\r\nSubject: x\r\n\r\n!moi\r\n".encode()
        assert read(raw).author.address != "karim@lisieres.example"


async def _issue(
    store: Store, source: End = CHAT, target: End = MAIL, at: dt.datetime = NOW
) -> Issued | None:
    async with store.write() as session:
        issued = await linking.issue(session, REACH, source, target, at)
    return issued if isinstance(issued, Issued) else None


async def _try(store: Store, code: str, source: End = CHAT, at: dt.datetime = NOW) -> Outcome:
    async with store.write() as session:
        return (await linking.redeem(session, source, code, at)).outcome


async def test_a_code_serves_once_where_it_was_asked_while_it_lasts(store: Store) -> None:
    issued = await _issue(store)
    assert issued is not None
    assert await _try(store, issued.code, source=MAIL) is Outcome.NONE
    assert await _try(store, issued.code, at=issued.expires_at) is Outcome.EXPIRED
    assert await _try(store, new_code()) is Outcome.WRONG
    assert await _try(store, issued.code) is Outcome.RIGHT
    assert await _try(store, issued.code) is Outcome.USED
    assert await _try(store, issued.code, at=NOW + dt.timedelta(days=2)) is Outcome.NONE


async def test_only_its_digest_is_kept(store: Store) -> None:
    issued = await _issue(store)
    assert issued is not None
    async with store.read() as session:
        row = (await session.scalars(select(LinkCode))).one()
    kept = " ".join(str(getattr(row, column.name)) for column in LinkCode.__table__.columns)
    assert issued.code not in kept
    assert len(row.digest) == 64


async def test_five_tries(store: Store) -> None:
    issued = await _issue(store)
    assert issued is not None
    wrong = next(code for code in iter(new_code, "") if code != issued.code)
    outcomes = [await _try(store, wrong) for _ in range(5)]
    assert outcomes == [Outcome.WRONG] * 4 + [Outcome.TOO_MANY]
    assert await _try(store, issued.code) is Outcome.TOO_MANY


async def test_a_new_code_replaces_the_old_one(store: Store) -> None:
    old, new = await _issue(store), await _issue(store)
    assert old is not None
    assert new is not None
    assert await _try(store, old.code) is Outcome.WRONG
    assert await _try(store, new.code) is Outcome.RIGHT


async def test_so_many_codes_an_hour_to_one_place_and_from_one(store: Store) -> None:
    others = [End("mail", f"{number}@lisieres.example") for number in range(5)]
    assert [await _issue(store, target=one) is not None for one in others] == [True] * 3 + [False] * 2
    sources = [End("room", f"@{number}:ailleurs.example") for number in range(5)]
    assert [await _issue(store, source=one) is not None for one in sources] == [True] * 3 + [False] * 2
    assert await _issue(store, at=NOW + linking.HOUR) is not None


async def test_so_many_codes_a_day_to_one_place_and_from_one(store: Store) -> None:
    """Three an hour would be seventy-two mails a day to somebody's victim."""
    hours = [NOW + number * dt.timedelta(hours=1) for number in range(20)]
    sources = [End("room", f"@{number}:ailleurs.example") for number in range(20)]
    sent = [await _issue(store, source=one, at=at) for one, at in zip(sources, hours, strict=True)]
    assert [one is not None for one in sent] == [True] * REACH.codes_per_day + [False] * 14
    others = [End("mail", f"{number}@lisieres.example") for number in range(20)]
    asked = [await _issue(store, target=one, at=at) for one, at in zip(others, hours, strict=True)]
    assert [one is not None for one in asked] == [True] * REACH.codes_per_day + [False] * 14
    assert await _issue(store, at=hours[-1] + linking.DAY) is not None


async def test_brought_back_twice_at_once_it_links_once(store: Store) -> None:
    issued = await _issue(store)
    assert issued is not None
    outcomes = await asyncio.gather(*(_try(store, issued.code) for _ in range(8)))
    assert sorted(outcomes) == [Outcome.RIGHT] + [Outcome.USED] * 7


async def test_two_race_for_one_address(store: Store) -> None:
    """Whoever is first has it, the other nothing; the table would refuse a second one."""
    async with store.write() as session:
        people = [Person(key=key, name=key, status="subscriber") for key in ("lea", "mona")]
        session.add_all(people)

    async def attach(person: Person) -> bool:
        async with store.write() as session:
            return await contacts.attach(session, person.id, MAIL, NOW) is not None

    assert sorted(await asyncio.gather(*map(attach, people))) == [False, True]
    async with store.read() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == 1
