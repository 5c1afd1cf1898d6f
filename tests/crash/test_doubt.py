"""Nobody knows whether a mail left: what then happens is a policy of each, and is written down."""

from __future__ import annotations

import datetime as dt

from bot.channels.base import Status
from bot.outbox import Destination, Terms
from bot.store.tables import Doubt, Klass, OutboxState
from tests.house import ALICE, House

LIST = Destination("mail", "reseau@listes.lisieres.example", list_name="reseau")
NEWS = Terms(Klass.NEWS)
EMILE = "emile@lisieres.example"


async def post(house: House, key: str = "récap") -> None:
    await house.enqueue(key, LIST, NEWS)
    await house.settle()


async def state(house: House, key: str = "récap") -> tuple[str, str]:
    row = (await house.outbox())[key]
    return row.state, row.reason


def left(house: House, recipient: str = LIST.recipient) -> list[str]:
    return [mail.message_id for mail in house.mails(recipient)]


async def test_a_post_that_the_list_brings_back_is_certain(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN, kept=True)
    await post(house)
    await house.wait_hours(48)
    assert (await state(house))[0] == OutboxState.SENT
    assert len(left(house)) == 1
    assert house.mails(ALICE) == []


async def test_a_post_that_never_comes_back_is_sent_again_when_coordination_says_so(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN)
    await post(house)
    await house.wait_hours(24)
    assert left(house) == []
    [question] = house.mails(ALICE)
    assert "« renvoie »" in question.text.replace("\u00a0", " ")
    await house.respond("alice", "renvoie")
    assert len(left(house)) == 1
    told, reason = await state(house)
    assert told == OutboxState.SENT  # the list brought it back
    assert reason.startswith("again, asked by alice")


async def test_a_post_that_is_left_alone_never_leaves(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN)
    await post(house)
    await house.wait_hours(1)
    await house.respond("alice", "laisse")
    await house.restart()
    await house.wait_hours(48)
    assert left(house) == []
    assert await state(house) == (OutboxState.UNCERTAIN, "left as it is by alice")
    assert len(house.mails(ALICE)) == 2  # the question and the answer


async def test_a_post_that_the_list_swallows_is_asked_about(house: House) -> None:
    """Accepted, and never brought back: moderated perhaps."""
    house.network.lists[0].had.update(f"<{number}>" for number in range(3))
    house.network.box.hold()
    await post(house)
    await house.wait_hours(5)
    assert house.mails(ALICE) == []
    await house.wait_hours(2)
    assert len(house.mails(ALICE)) == 1
    house.network.box.release()
    await house.settle()
    assert (await state(house))[0] == OutboxState.SENT
    await house.respond("alice", "renvoie")
    assert len(left(house)) == 1


async def test_two_posts_in_doubt_each_have_their_own_question(house: House) -> None:
    """The second question closed the first."""
    house.network.transport.trouble(Status.UNCERTAIN, 2)
    await post(house, "première")
    await post(house, "seconde")
    await house.wait_hours(1)
    assert len(house.mails(ALICE)) == 2
    await house.respond("alice", "laisse")
    await house.write("alice", "", "renvoie")
    assert [mail.subject for mail in house.mails(LIST.recipient)] == ["première"]


async def test_an_acknowledgement_is_sent_again_and_its_row_says_why(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN, kept=True)
    await house.write("emile", "", "!aide")
    await house.wait_hours(1)
    assert len(left(house, EMILE)) == 2
    assert len(set(left(house, EMILE))) == 1
    [row] = (await house.outbox()).values()
    assert row.state == OutboxState.SENT
    assert row.reason.startswith("again, same Message-ID: ")


async def test_an_acknowledgement_is_not_sent_again_for_ever(house: House) -> None:
    """A server that keeps every mail and never says so filled a mailbox."""
    house.network.transport.trouble(Status.UNCERTAIN, 100, kept=True)
    await house.write("emile", "", "!aide")
    await house.wait_hours(24 * 7)
    assert len(left(house, EMILE)) == 4
    [row] = (await house.outbox()).values()
    assert row.state == OutboxState.UNCERTAIN


async def test_a_reminder_in_doubt_is_let_go(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN)
    await house.enqueue("relance", Destination("mail", EMILE), Terms(Klass.ASK, Doubt.DROP))
    await house.wait_hours(48)
    assert left(house, EMILE) == []
    assert await state(house, "relance") == (OutboxState.UNCERTAIN, "let go: fake: as it was told")


async def test_a_server_that_is_away_gets_it_when_it_is_back(house: House) -> None:
    house.network.transport.trouble(Status.LATER, 5)
    await house.write("emile", "", "!aide")
    assert left(house, EMILE) == []
    await house.wait_hours(24)
    assert len(left(house, EMILE)) == 1


async def test_a_server_that_is_away_for_days_is_given_up_and_told(house: House) -> None:
    house.network.transport.trouble(Status.LATER, 100, recipients=[EMILE])
    await house.write("emile", "", "!aide")
    await house.wait_hours(24 * 4)
    [row] = [one for one in (await house.outbox()).values() if one.recipient == EMILE]
    assert row.state == OutboxState.DEAD
    assert EMILE in house.mails(ALICE)[0].text


async def test_a_refused_address_is_told_once(house: House) -> None:
    house.network.transport.trouble(Status.REFUSED, recipients=[EMILE])
    await house.write("emile", "", "!aide")
    await house.wait_hours(24)
    assert left(house, EMILE) == []
    [told] = house.mails(ALICE)
    assert EMILE in told.text


async def test_bytes_that_may_have_left_are_never_replaced_by_others(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN, kept=True)
    await house.write("emile", "", "!aide")
    await house.set("bot.name", "Autre nom")
    await house.wait_hours(1)
    assert len(left(house, EMILE)) == 1
    [row] = [one for one in (await house.outbox()).values() if one.recipient == EMILE]
    assert row.state == OutboxState.DEAD
    assert EMILE in house.mails(ALICE)[0].text  # who can write to him


async def test_bytes_that_certainly_did_not_leave_may_change(house: House) -> None:
    """After an update that composes otherwise, all that waited for a server was held for ever."""
    house.network.transport.trouble(Status.LATER)
    await house.write("emile", "", "!aide")
    await house.set("bot.name", "Autre nom")
    await house.wait_hours(1)
    assert [mail.sender for mail in house.mails(EMILE)] == ["Autre nom <navette@lisieres.example>"]


async def test_what_depends_on_a_post_waits_for_it(house: House) -> None:
    house.network.transport.trouble(Status.UNCERTAIN, recipients=[LIST.recipient])
    number = await house.enqueue("récap", LIST, NEWS)
    soon = house.clock.now() + dt.timedelta(hours=12)
    await house.enqueue(
        "annonce", Destination("mail", EMILE), Terms(Klass.NEWS, depends_on=number, not_after=soon)
    )
    await house.settle()
    await house.wait_hours(1)
    assert left(house, EMILE) == []
    await house.respond("alice", "renvoie")
    assert len(left(house, EMILE)) == 1


async def test_what_depends_on_a_reminder_that_was_let_go_goes_with_it(house: House) -> None:
    """Nobody would ever know whether its cause left: it waited for ever."""
    house.network.transport.trouble(Status.UNCERTAIN)
    number = await house.enqueue("relance", Destination("mail", EMILE), Terms(Klass.NEWS, Doubt.DROP))
    await house.settle()
    await house.enqueue("suite", Destination("mail", EMILE), Terms(Klass.NEWS, depends_on=number))
    await house.settle()
    assert (await state(house, "suite"))[0] == OutboxState.CANCELLED
