"""Each gate, by somebody who tries to get something past it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

from bot import outbox
from bot.outbox import Destination, Terms
from bot.store.tables import Klass, OutboxState
from tests.house import ALICE, House

Open = Callable[..., Awaitable[House]]
NEWS = Terms(Klass.NEWS)
DUTY = Terms(Klass.DUTY)
LIST = Destination("mail", "reseau@listes.lisieres.example", list_name="reseau")


def somebody(number: int = 0) -> Destination:
    return Destination("mail", f"voisin{number}@ailleurs.example")


def crowd(count: int) -> list[str]:
    return [somebody(number).recipient for number in range(count)]


async def states(house: House, prefix: str = "") -> list[str]:
    return [row.state for key, row in (await house.outbox()).items() if key.startswith(prefix)]


async def test_shadow_shows_236_mails_as_one(open_house: Open) -> None:
    """Each group of connections had its own copy shown, the later ones without a recipient."""
    house = await open_house(shadow=True)
    await house.enqueue_many("lettre", crowd(236), NEWS)
    await house.settle()
    [shown] = house.mails()
    assert len(house.mails(ALICE)) == 1
    assert "voisin0@ailleurs.example" in shown.text
    assert "233" in shown.text  # the others, counted
    assert await states(house, "lettre:") == [OutboxState.SHADOWED] * 236


async def test_shadow_lets_nothing_through(open_house: Open) -> None:
    house = await open_house(shadow=True)
    await house.enqueue("prévue", somebody(), Terms(Klass.DUTY, planned=True, approved_by="alice"))
    await house.enqueue("liste", LIST, Terms(Klass.NEWS, planned=True, approved_by="alice"))
    await house.write("emile", "", "!aide")
    shown = {mail.subject for mail in house.mails(ALICE)}
    assert shown == {"[essai] prévue", "[essai] liste", "[essai] Navette"}
    assert len(house.mails()) == 3


async def test_what_shadow_showed_never_leaves_afterwards(open_house: Open) -> None:
    house = await open_house(shadow=True)
    await house.enqueue("lettre", somebody(), NEWS)
    await house.settle()
    await house.set("gates.shadow", "false")
    await house.wait_hours(24)
    assert house.mails(somebody().recipient) == []


async def test_pause_lets_only_answers_to_coordination_out(open_house: Open) -> None:
    house = await open_house()
    await house.write("alice", "", "!pause")
    await house.enqueue("lettre", somebody(), Terms(Klass.DUTY, planned=True))
    await house.enqueue("à la coordination", Destination("mail", ALICE), DUTY)
    before = len(house.mails())
    await house.write("emile", "", "!aide")
    await house.write("alice", "", "!état")
    assert [mail.text for mail in house.mails()[before:]] == [house.mails(ALICE)[-1].text]
    await house.write("alice", "", "!reprendre")
    assert len(house.mails()) == before + 5


async def test_a_post_waits_for_approval_however_it_is_planned(open_house: Open) -> None:
    house = await open_house(approval=True)
    await house.enqueue("annonce", LIST, Terms(Klass.DUTY, planned=True), "Fête samedi.")
    await house.settle()
    [question] = house.mails()
    assert "Fête samedi." in question.text
    await house.respond("alice", "OK")
    assert len(house.mails(LIST.recipient)) == 1
    assert (await house.outbox())["annonce"].approved_by == "alice"


async def test_two_posts_each_have_their_own_question(open_house: Open) -> None:
    """The second question closed the first, whose post then waited for ever."""
    house = await open_house(approval=True)
    await house.enqueue("première", LIST, NEWS)
    await house.settle()
    await house.enqueue("seconde", LIST, NEWS)
    await house.settle()
    await house.respond("alice", "non")
    assert await states(house, "première") == [OutboxState.HELD]
    assert await states(house, "seconde") == [OutboxState.CANCELLED]
    await house.write("alice", "", "OK")
    assert [mail.subject for mail in house.mails(LIST.recipient)] == ["première"]


async def test_a_burst_is_held_and_asked_about_once(open_house: Open) -> None:
    house = await open_house(per_hour=10)
    await house.enqueue_many("lettre", crowd(50), NEWS)
    await house.settle()
    await house.enqueue("devoir", somebody(60), DUTY)
    await house.settle()
    assert len(house.mails()) == 11
    [question] = house.mails(ALICE)
    assert "envoyer" in question.text
    assert sorted(set(await states(house, "lettre:"))) == [OutboxState.HELD, OutboxState.SENT]
    assert await states(house, "devoir") == [OutboxState.HELD]


async def test_a_burst_that_is_let_go_leaves_once(open_house: Open) -> None:
    """After « envoyer » the very next mail tripped the breaker again, as the hour was still full."""
    house = await open_house(per_hour=10)
    await house.enqueue_many("lettre", crowd(50), NEWS)
    await house.settle()
    await house.respond("alice", "envoyer")
    await house.write("emile", "", "!aide")
    assert sorted(house.reached("voisin")) == sorted(crowd(50))
    assert len(house.mails("emile@lisieres.example")) == 1
    assert [mail.subject.startswith("Re:") for mail in house.mails(ALICE)] == [False, True]


async def test_a_burst_that_is_dropped_never_leaves(open_house: Open) -> None:
    house = await open_house(per_day=10)
    await house.enqueue_many("lettre", crowd(50), NEWS)
    await house.settle()
    await house.respond("alice", "jeter")
    await house.wait_hours(48)
    assert len(house.reached("voisin")) == 10
    assert (await states(house, "lettre:")).count(OutboxState.CANCELLED) == 40


async def test_the_breaker_does_not_hold_what_is_for_coordination(open_house: Open) -> None:
    house = await open_house(per_hour=10)
    await house.enqueue_many("lettre", crowd(50), NEWS)
    await house.enqueue("à alice", Destination("mail", ALICE), Terms(Klass.ANSWER))
    await house.settle()
    assert await states(house, "à alice") == [OutboxState.SENT]


async def test_what_is_planned_is_no_burst(open_house: Open) -> None:
    house = await open_house(per_hour=10)
    await house.enqueue_many("lettre", crowd(50), Terms(Klass.NEWS, planned=True))
    await house.settle()
    assert len(house.mails()) == 50
    await house.enqueue("une autre", somebody(60), NEWS)
    await house.settle()
    assert len(house.mails()) == 51


async def test_a_person_has_their_day_s_worth_and_the_rest_later(open_house: Open) -> None:
    """Those that leave together were not counted for each other."""
    house = await open_house(per_person_day=3)
    emile = await house.person("emile")
    for number in range(8):
        await house.enqueue(f"nouvelle {number}", emile, NEWS)
    await house.settle()
    assert len(house.mails(emile.recipient)) == 3
    await house.write("emile", "", "!aide")
    assert len(house.mails(emile.recipient)) == 4  # an answer is not counted
    await house.wait_hours(75)
    assert len(house.mails(emile.recipient)) == 9


async def test_what_is_too_late_never_leaves(open_house: Open) -> None:
    house = await open_house()
    await house.write("alice", "", "!pause")
    soon = house.clock.now() + dt.timedelta(hours=2)
    await house.enqueue("rappel", somebody(), Terms(Klass.NEWS, not_after=soon))
    await house.wait_hours(3)
    await house.write("alice", "", "!reprendre")
    assert await states(house, "rappel") == [OutboxState.EXPIRED]
    assert house.mails(somebody().recipient) == []


async def test_a_row_waits_for_its_cause(open_house: Open) -> None:
    house = await open_house()
    later = house.clock.now() + dt.timedelta(hours=2)
    cause = await house.enqueue("cause", somebody(1), Terms(Klass.NEWS, not_before=later))
    await house.enqueue("suite", somebody(2), Terms(Klass.NEWS, depends_on=cause))
    await house.settle()
    assert house.mails() == []
    await house.wait_hours(3)
    assert [mail.subject for mail in house.mails()] == ["cause", "suite"]


async def test_a_row_goes_with_its_cause(open_house: Open) -> None:
    house = await open_house()
    cause = await house.enqueue("cause", Destination("mail", "pas une adresse"), NEWS)
    await house.enqueue("suite", somebody(2), Terms(Klass.NEWS, depends_on=cause))
    await house.settle()
    assert await states(house, "suite") == [OutboxState.CANCELLED]
    assert house.mails(somebody(2).recipient) == []


async def test_what_is_taken_back_in_time_never_leaves(open_house: Open) -> None:
    house = await open_house()
    later = house.clock.now() + dt.timedelta(hours=2)
    await house.enqueue("relance", somebody(), Terms(Klass.NEWS, not_before=later))
    await house.enqueue("partie", somebody(1), NEWS)
    await house.settle()
    async with house.bot.store.write() as session:
        assert await outbox.cancel(session, ["relance", "partie"], "already answered") == 1
    await house.wait_hours(3)
    assert [mail.subject for mail in house.mails()] == ["partie"]


async def test_what_cannot_be_composed_holds_nobody_back(open_house: Open) -> None:
    """Its row raised at each look, and nothing left any more."""
    house = await open_house()
    await house.enqueue("mauvaise", somebody(), Terms(Klass.NEWS, params={"headers": {"Mauvais nom": "x"}}))
    await house.enqueue("sans adresse", Destination("mail", "pas une adresse"), NEWS)
    await house.enqueue("bonne", somebody(1), NEWS)
    await house.settle()
    assert [mail.subject for mail in house.mails(somebody(1).recipient)] == ["bonne"]
    assert await states(house, "mauvaise") == await states(house, "sans adresse") == [OutboxState.DEAD]
    assert len(house.mails(ALICE)) == 2  # who is told that they did not leave
