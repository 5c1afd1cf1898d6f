"""Real servers that misbehave: the bot goes on, loses nothing, and tells whoever must act."""

from __future__ import annotations

import pytest

from tests.crash.oracle import judge
from tests.crash.world import ALICE, LIST, World, text_of
from tests.servers.orders import Fault
from tests.servers.wait import until

EMILE = "emile@membres.example"
MINUTE = 60


async def line(world: World, words: str = "visite du Hangar samedi") -> str:
    """Émile deposits a line; the Message-ID of his mail."""
    return await world.writes(EMILE, f"Pour le récap : {words}.")


async def answered(world: World, *mails: str) -> None:
    """Wait for the answers to these; tries are minutes apart, so time passes meanwhile."""

    def all_are() -> bool:
        world.pass_time(MINUTE / 4)
        left = world.rows("SELECT 1 FROM outbox WHERE state IN ('pending', 'sending')")
        return not left and all(world.answers_to(mail) for mail in mails)

    await until(all_are, 30, "the answers")


async def archived(world: World) -> None:
    """A post goes into the archive."""
    identifier = (await world.posts(EMILE, "Qui a un camion ?", "Un camion")).strip("<>")
    query = "SELECT 1 FROM messages WHERE message_id = ?"
    await until(lambda: world.rows(query, identifier), 30, "the post in the archive")


async def test_thrown_out_by_a_bye_it_comes_back(world: World) -> None:
    await world.start()
    await answered(world, await line(world))
    await world.dovecot.kick(world.user.address)
    await answered(world, await line(world, "une autre"))
    judge(world)


async def test_a_silent_mailbox_does_not_keep_the_rest_from_going_on(world: World) -> None:
    await world.start()
    await answered(world, await line(world))
    world.dovecot.suspend()
    world.go_to(world.noon)
    await until(lambda: world.about("Hangar"), 20, "the draft")
    world.dovecot.resume()
    await answered(world, await line(world, "une autre"))
    judge(world)


async def test_a_silent_mail_server_does_not_keep_us_from_reading(world: World) -> None:
    world.relay.order(Fault("connect", "stall"))
    await world.start()
    first = await line(world)
    await archived(world)
    assert world.sent() == []
    await world.kill()
    world.relay.order()
    await world.start()
    await answered(world, first)
    judge(world)


async def test_a_refused_recipient_is_told(world: World) -> None:
    world.relay.order(Fault("rcpt", "550 5.1.1 inconnu", recipient=EMILE))
    await world.start()
    await line(world)
    [told] = await until(lambda: world.about(EMILE), 20, "coordination to be told")
    assert "inconnu" in text_of(told.raw)
    assert world.sent(EMILE) == []
    world.relay.order()
    await answered(world, await line(world, "une autre"))
    assert world.rows("SELECT state FROM outbox WHERE recipient = ?", EMILE) == [("dead",), ("sent",)]


@pytest.mark.parametrize(("kept", "times"), [(True, 2), (False, 1)])
async def test_lost_after_data_an_acknowledgement_is_sent_again(world: World, kept: bool, times: int) -> None:
    world.relay.order(Fault("dot", "drop", recipient=EMILE, times=1, keep=kept))
    await world.start()
    mail = await line(world)
    await answered(world, mail)
    await until(lambda: len(world.answers_to(mail)) == times, 20, "the second sending")
    judge(world)


@pytest.mark.parametrize("kept", [True, False])
async def test_lost_after_data_the_recap_is_looked_for(world: World, kept: bool) -> None:
    await world.start()
    await answered(world, await line(world))
    world.relay.order(Fault("dot", "drop", recipient=LIST, times=1, keep=kept))
    world.go_to(world.noon)
    world.pass_time(24 * 60 * MINUTE)
    await until(lambda: world.rows("SELECT 1 FROM outbox WHERE state = 'uncertain'"), 20, "the doubt")
    if kept:
        await world.deliver(world.bring_back(world.sent(LIST)[0]))
        await until(lambda: world.rows("SELECT 1 FROM messages WHERE ours"), 20, "the copy")
    world.pass_time(20 * MINUTE)
    if not kept:
        [question] = await until(lambda: world.about("« renvoie »"), 20, "the question")
        await world.writes(ALICE, "Laisse.", "Re: récap", question.message_id)
        said = "SELECT 1 FROM outbox WHERE reason LIKE 'left as it is%'"
        await until(lambda: world.rows(said), 20, "the answer to be understood")
    await answered(world, await line(world, "une autre"))
    assert len(world.sent(LIST)) == kept
    assert len(world.about("« renvoie »")) == (not kept)
    judge(world)


async def test_a_wrong_password_of_the_mailbox_is_told(world: World) -> None:
    world.change_password("faux")
    await world.start(meets=False)
    [told] = await until(lambda: world.about("mot de passe"), 20, "coordination to be told")
    assert "IMAP" in text_of(told.raw)
    assert world.process.is_alive()
    # Killed before it is written down that it left, it would rightly leave once more.
    written = "SELECT 1 FROM outbox WHERE effect_key LIKE 'login-refused:%' AND state = 'sent'"
    await until(lambda: world.rows(written), 20, "the notice to be marked")
    await world.kill()
    world.change_password(world.user.password)
    await world.start()
    await answered(world, await line(world))
    assert len(world.about("mot de passe")) == 1


async def test_a_wrong_password_of_the_mail_server_keeps_what_is_to_be_sent(world: World) -> None:
    world.relay.require_login("navette", "secret")
    await world.start()
    first = await line(world)
    await until(lambda: "refuses our password" in world.log(), 20, "the log to say so")
    await archived(world)
    [(problems,)] = world.rows("SELECT value FROM meta WHERE name = 'connections'")
    assert "smtp" in problems
    await world.kill()
    world.relay.forget()
    await world.start()
    await answered(world, first)
    judge(world)


async def test_a_mailbox_made_anew_is_known_again(world: World) -> None:
    await world.start()
    first = await line(world)
    await answered(world, first)
    await world.dovecot.recreate_inbox(world.user.address)
    await answered(world, await line(world, "une autre"))
    assert len(world.answers_to(first)) == 1
    states = world.rows("SELECT state FROM inbox ORDER BY state")
    assert states == [("applied",), ("applied",), ("superseded",)]


async def test_thirty_megabytes_hold_nobody_back(world: World) -> None:
    await world.start()
    head = world.letter(EMILE, world.user.address, "Pour le récap : des photos.", "Photos")
    mixed = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text"
    parts = head.replace(b"Content-Type: text", mixed)
    photos = b"\r\n--x\r\nContent-Type: image/png\r\n\r\n" + b"QUFB\r\n" * (5 * 2**20)
    large = await world.deliver(parts + photos, EMILE)
    await answered(world, large, await line(world))
    assert len(world.about("25 Mo")) == 1
    judge(world)
