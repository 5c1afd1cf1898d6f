"""What each person wants, at the moment when something would leave for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import event

from bot.outbox import Destination, Terms
from bot.play.stage import Stage
from bot.reach import COMMAND, REMINDER
from bot.store.people_tables import Preference
from bot.store.tables import Klass, OutboxState
from tests.house import House

Open = Callable[..., Awaitable[House]]
TOLD = {"recap": {"key": "demande", "title": "Une demande."}}
ASK, NEWS, DUTY = Terms(Klass.ASK, params=TOLD), Terms(Klass.NEWS), Terms(Klass.DUTY)
EMILE = "emile@lisieres.example"
SYMPA = Destination("mail", "sympa@listes.lisieres.example")


async def prefer(house: House, key: str, **values: Any) -> Destination:
    """Somebody's mailbox, after they chose this."""
    to = await house.person(key)
    async with house.bot.store.write() as session:
        session.add(Preference(person_id=to.person_id, **values))
    return to


def subjects(house: House, address: str = EMILE) -> list[str]:
    return [mail.subject for mail in house.mails(address)]


async def test_at_night_asks_and_news_wait_for_the_morning(open_house: Open) -> None:
    house = await open_house()
    emile = await house.person("emile")
    await house.wait_hours(10)  # eleven in the evening
    for key, terms in (("question", ASK), ("nouvelle", NEWS), ("devoir", DUTY)):
        await house.enqueue(key, emile, terms)
    await house.enqueue("à personne", Destination("mail", "voisin@ailleurs.example"), NEWS)
    await house.write("emile", "", "!aide")
    assert subjects(house) == ["devoir", "Navette"]
    assert len(house.mails("voisin@ailleurs.example")) == 1
    await house.wait_hours(8)
    assert len(subjects(house)) == 2
    await house.wait_hours(1)
    assert subjects(house)[2:] == ["question", "nouvelle"]
    assert house.clock.now().hour == 7


async def test_somebody_s_own_hours_and_none_at_all(open_house: Open) -> None:
    house = await open_house()
    emile = await prefer(house, "emile", quiet_from="12:00", quiet_until="14:00")
    mona = await prefer(house, "mona", quiet_from="00:00", quiet_until="00:00")
    await house.enqueue("midi", emile, ASK)
    await house.settle()
    assert subjects(house) == []
    await house.wait_hours(1)
    assert subjects(house) == ["midi"]
    await house.wait_hours(9)
    await house.enqueue("soir", emile, ASK)
    await house.enqueue("nuit", mona, ASK)
    await house.settle()
    assert subjects(house) == ["midi", "soir"]
    assert subjects(house, mona.recipient) == ["nuit"]


async def test_what_is_too_late_in_the_morning_expires(open_house: Open) -> None:
    house = await open_house()
    await house.wait_hours(10)
    soon = house.clock.now() + dt.timedelta(hours=3)
    await house.enqueue("ce soir", await house.person("emile"), Terms(Klass.ASK, not_after=soon))
    await house.wait_hours(12)
    row = (await house.outbox())["ce soir"]
    assert (row.state, row.reason) == (OutboxState.EXPIRED, "too late to be useful")
    assert subjects(house) == []


async def test_what_is_not_wanted_ends_with_its_reason(open_house: Open) -> None:
    house = await open_house()
    until = house.clock.now() + dt.timedelta(days=3)
    emile = await prefer(house, "emile", paused_until=until)
    mona = await prefer(house, "mona", reminders=False)
    await house.enqueue("question", emile, ASK)
    await house.enqueue("nouvelle", emile, NEWS)
    await house.enqueue("devoir", emile, DUTY)
    await house.enqueue("rappel", mona, Terms(Klass.ASK, params={REMINDER: True}))
    await house.enqueue("autre", mona, ASK)
    await house.settle()
    rows = await house.outbox()
    assert {key: (rows[key].state, bool(rows[key].reason)) for key in ("question", "nouvelle", "rappel")} == {
        "question": (OutboxState.FOLDED, True),
        "nouvelle": (OutboxState.CANCELLED, True),
        "rappel": (OutboxState.CANCELLED, True),
    }
    assert (subjects(house), subjects(house, mona.recipient)) == (["devoir"], ["autre"])
    await house.wait_hours(75)
    await house.enqueue("ensuite", emile, ASK)
    await house.settle()
    assert subjects(house) == ["devoir", "ensuite"]


async def test_what_was_let_go_counts_for_no_week(open_house: Open) -> None:
    house = await open_house()
    until = house.clock.now() + dt.timedelta(days=1)
    emile = await prefer(house, "emile", paused_until=until)
    for number in range(3):
        await house.enqueue(f"pendant {number}", emile, ASK)
        await house.settle()
    await house.wait_hours(25)
    for number in range(3):
        await house.enqueue(f"après {number}", emile, ASK)
    await house.settle()
    assert subjects(house) == ["après 0", "après 1"]


async def test_what_the_recap_may_not_tell_waits_for_its_turn(open_house: Open) -> None:
    """It was folded as any other, and nobody ever heard of it."""
    house = await open_house()
    emile = await prefer(house, "emile", paused_until=house.clock.now() + dt.timedelta(days=3))
    await house.set("circles.cac.reserved", "true")
    of_cac = {"recap": {"key": "cac", "title": "Du CAC.", "circle": "cac"}}
    for number, params in enumerate(({}, of_cac, {}, of_cac)):
        await house.enqueue(f"confidence {number}", emile, Terms(Klass.ASK, params=params))
    await house.settle()
    assert subjects(house) == []
    await house.wait_hours(75)
    assert subjects(house) == ["confidence 0", "confidence 1"]
    await house.wait_hours(24 * 6)
    assert len(subjects(house)) == 2
    await house.wait_hours(24 * 2)
    assert subjects(house)[2:] == ["confidence 2", "confidence 3"]
    assert not any("Du CAC" in mail.text for mail in house.mails())


async def test_whoever_wants_the_recap_alone_is_asked_nothing_in_private(open_house: Open) -> None:
    house = await open_house()
    emile = await prefer(house, "emile", recap="personal")
    await house.enqueue("confidence", emile, Terms(Klass.ASK))
    await house.settle()
    row = (await house.outbox())["confidence"]
    assert (row.state, row.reason) == (OutboxState.CANCELLED, "they want the recap alone")


async def test_a_command_to_a_machine_passes_all_but_the_pause(open_house: Open) -> None:
    house = await open_house(shadow=True, approval=True, per_hour=1)
    await house.write("alice", "", "!pause")
    for number in range(3):
        await house.enqueue(f"commande {number}", SYMPA, Terms(Klass.DUTY, params={COMMAND: True}))
    await house.enqueue("lettre", SYMPA, DUTY)
    await house.settle()
    assert subjects(house, SYMPA.recipient) == []
    await house.write("alice", "", "!reprendre")
    assert subjects(house, SYMPA.recipient) == ["commande 0", "commande 1", "commande 2"]


async def test_a_burst_holds_back_no_command(open_house: Open) -> None:
    house = await open_house(per_hour=1)
    for number in range(3):
        await house.enqueue(f"lettre {number}", Destination("mail", f"voisin{number}@ailleurs.example"), DUTY)
    await house.enqueue("commande", SYMPA, Terms(Klass.DUTY, params={COMMAND: True}))
    await house.settle()
    assert subjects(house, SYMPA.recipient) == ["commande"]
    assert (await house.outbox())["lettre 2"].state == OutboxState.HELD


async def test_one_look_asks_once_what_all_of_its_people_want(open_house: Open) -> None:
    """A recap to thousands, and answers in rooms, must not pay for each row."""
    house = await open_house()
    asked: list[str] = []

    def heard(_one: object, _two: object, statement: str, *_rest: object) -> None:
        if "FROM preferences" in statement:
            asked.append(statement)

    event.listen(house.bot.store._writer.sync_engine, "before_cursor_execute", heard)
    for key in ("emile", "mona", "lea", "jules"):
        await house.enqueue(f"à {key}", await house.person(key), NEWS)
    await house.settle()
    assert len(house.mails()) == 4
    assert len(asked) == 1
    await house.enqueue("devoir", await house.person("emile"), DUTY)
    await house.settle()
    assert len(asked) == 1


class Town(House):
    """A house with its rooms."""

    _channels = Stage._channels


async def test_an_ask_that_waits_holds_up_no_answer_in_its_room(tmp_path: Any) -> None:
    """It had been tried before the evening, and looked like one that fails: nothing behind it left."""
    town = Town(tmp_path, recap=False)
    await town.open()
    to = await town.person("mona")
    chat = Destination("room", "@mona:lisieres.example", to.person_id)
    await town.pass_until(dt.datetime(2026, 11, 23, 18, 59, 59, tzinfo=dt.UTC))
    town.network.rooms.limit()
    await town.enqueue("question", chat, ASK, "Une question.")
    await town.settle()
    await town.wait_hours(1)
    await town.say("mona", "dm", "!aide")
    assert [said.room for said in town.network.rooms.said] == ["dm:@mona:lisieres.example"]
    assert (await town.outbox())["question"].attempts == 1
    await town.wait_hours(13)
    assert [said.post.text for said in town.network.rooms.said][1:] == ["Une question."]
    await town.kill()
