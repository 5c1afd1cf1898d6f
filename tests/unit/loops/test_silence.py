"""What gets no answer: machines, lists, null senders, ourselves under any name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.guard.restraint import LOST_IN_A_ROW
from bot.mail.compose import compose
from bot.mail.kinds.unanswerable import is_within
from tests.house import ALICE

Open = Callable[..., Awaitable[Any]]
EMILE = "emile@lisieres.example"
DESK = "guichet@lisieres.example"
OURS = "navette@lisieres.example"
STRANGER = "qui@ailleurs.example"


MARKED = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-replied (vacation)"},
    {"Auto_Submitted": "AUTO-GENERATED; owner=x"},
    {"X_Autoreply": "yes"},
    {"X_Auto_Reply_From": "emile@lisieres.example"},
    {"X_Mail_Autoreply": "1"},
    {"X_Autosubmitted": "1"},
    {"X_Auto_Responder": "2.0"},
    {"Precedence": "bulk"},
    {"Precedence": "junk"},
    {"Precedence": "list"},
    {"Precedence": "auto_reply"},
    {"List_Unsubscribe": "<mailto:fin@lettre.example>"},
    {"List_Id": "<autre.ailleurs.example>"},
    {"Mailing_List": "list autre@ailleurs.example"},
    {"X_Navette": "answer"},
    {"User_Agent": "Mozilla Thunderbird", "X_Envelope_From": "<>"},
]
PROGRAMS = [
    "no-reply@lisieres.example",
    "noreply+1234@lisieres.example",
    "compte.ne-pas-repondre@lisieres.example",
    "mailer-daemon@lisieres.example",
    "sympa@listes.lisieres.example",
    "reseau-request@listes.lisieres.example",
    "reseau@listes.lisieres.example",
    "bounces@lisieres.example",
]
OUR_NAMES = [
    OURS,
    "Navette@Lisieres.example",
    "navette+abcdefghijklmnopqrstuvwxyz@lisieres.example",
    DESK,
    "guichet+x@lisieres.example",
]


@pytest.mark.parametrize("to", [OURS, DESK])
async def test_what_a_machine_marked_gets_no_answer(open_town: Open, to: str) -> None:
    town = await open_town()
    for headers in MARKED:
        await town.arrives(EMILE, to=to, settles=False, **headers)
    await town.settle()
    assert town.mails(EMILE) == []
    for row in await town.inbox():
        assert row.state in ("archived", "rejected")
        assert row.reason
    await town.arrives(EMILE, to=to)
    assert len(town.mails(EMILE)) == 1


async def test_a_program_gets_no_answer_at_an_open_address_either(open_town: Open) -> None:
    town = await open_town()
    for program in PROGRAMS:
        await town.arrives(program, "Bonjour, voici le formulaire.", to=DESK, settles=False)
    await town.settle()
    assert {mail.recipient for mail in town.network.sent} <= {ALICE}
    await town.arrives(STRANGER, "Bonjour.", to=DESK)
    assert len(town.mails(STRANGER)) == 1


async def test_a_null_sender_gets_no_answer_even_from_a_program_in_which_people_write(
    open_town: Open,
) -> None:
    town = await open_town()
    await town.arrives(EMILE, envelope="", User_Agent="Mozilla Thunderbird")
    assert town.mails(EMILE) == []
    await town.arrives(EMILE, User_Agent="Mozilla Thunderbird")
    assert len(town.mails(EMILE)) == 1


@pytest.mark.parametrize("genuine", [True, False])
async def test_we_never_answer_ourselves(open_town: Open, genuine: bool) -> None:
    town = await open_town()
    for name in OUR_NAMES:
        for to in (OURS, DESK, "navette+x@lisieres.example"):
            await town.arrives(name, to=to, genuine=genuine, settles=False)
    await town.settle()
    assert len(await town.inbox()) == 3 * len(OUR_NAMES)
    assert town.mails() == []


async def test_a_mail_of_ours_that_comes_back_under_another_name_is_ours(open_town: Open) -> None:
    """A mailbox that sends on all it gets, under its owner's name, to the address that wrote."""
    town = await open_town()
    await town.arrives(EMILE)
    [answer] = town.mails(EMILE)
    raw = compose(
        sender=("", EMILE),
        recipient=OURS,
        subject=answer.subject,
        message_id=answer.message_id,
        date=town.clock.now(),
        text=answer.text,
    )
    town.network.post(raw, OURS, EMILE)
    await town.settle()
    assert len(town.mails()) == 1


def test_a_subaddress_is_within_its_address_and_a_longer_name_is_not() -> None:
    own = {OURS}
    assert is_within("navette+x@lisieres.example", own)
    assert is_within("navette-x@lisieres.example", own, "+-")
    assert not is_within("navette-x@lisieres.example", own)
    assert not is_within("navettes@lisieres.example", own, "+-")
    assert not is_within("navette+x@ailleurs.example", own)


VACATION = "Bonjour, je serai loin jusqu'à lundi. Bonne semaine. Réponse {}"


@pytest.mark.parametrize("marked", [True, False])
async def test_a_storm_of_absences_brings_no_more_than_the_cap(open_town: Open, marked: bool) -> None:
    """From one person twenty, and one from each of many; some machines write no header and odd words."""
    town = await open_town(answers_per_hour=5)
    headers = {"Auto_Submitted": "auto-replied"} if marked else {}
    for number in range(20):
        await town.arrives(EMILE, VACATION.format(number), settles=False, **headers)
    people = ("bruno", "chloe", "david", "fanny", "gaston", "hana", "jules", "karim")
    for key in people:
        await town.arrives(f"{key}@lisieres.example", VACATION.format(key), settles=False, **headers)
    await town.settle()
    answers = [mail for mail in town.mails(EMILE) if mail.subject != "La suite dans un moment"]
    assert len(answers) == (0 if marked else 5)
    assert len(town.mails(EMILE)) <= len(answers) + 1
    for key in people:
        assert len(town.mails(f"{key}@lisieres.example")) <= 1


async def test_strangers_absences_are_never_answered(open_town: Open) -> None:
    town = await open_town()
    for number in range(30):
        await town.arrives(f"s{number}@ailleurs.example", VACATION.format(number), settles=False)
    await town.settle()
    assert town.mails() == []
    await town.wait_hours(24)
    assert [mail.subject for mail in town.mails()] == ["30\u00a0mails restés sans réponse"]
    assert len(town.mails(ALICE)) == 1


async def test_a_ticket_system_that_writes_no_header_is_answered_five_times(open_town: Open) -> None:
    """Each of our mails gets a ticket of its own; each ticket would get an answer of ours."""
    town = await open_town()
    await town.arrives(EMILE, "!aide")
    tickets = 0
    while len(town.mails(EMILE)) > tickets:
        tickets = len(town.mails(EMILE))
        assert tickets < 20, "they do not stop"
        town.clock.set(town.clock.now() + dt.timedelta(minutes=1))
        text = f"Votre demande est enregistrée sous le numéro {tickets}."
        await town.arrives(EMILE, text, Subject=f"[Ticket {tickets}] Demande")
    assert tickets == 1 + LOST_IN_A_ROW
    await town.arrives(EMILE, "!aide")
    assert len(town.mails(EMILE)) == tickets + 1, "whoever is understood is answered"
    await town.wait_hours(24)
    assert any("ressemble" in mail.text for mail in town.mails(ALICE))
