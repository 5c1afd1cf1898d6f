"""Where a mail is when something goes wrong, with a server that answers word for word as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from bot.channels import smtp
from bot.channels.base import Envelope, Outcome, Status
from bot.channels.smtp import SmtpTransport
from bot.errors import LoginRefused
from tests.servers.wait import until
from tests.unit.channels.smtp_script import DROP, STALL, SmtpScript, serving
from tests.unit.channels.transport_contract import BOT, mail_to

ALIX, BACHIR = mail_to("alix@membres.example"), mail_to("bachir@membres.example")

Make = Callable[..., SmtpTransport]


@pytest_asyncio.fixture(params=[("PIPELINING", "SIZE 40000", "8BITMIME"), ("8BITMIME",), ()])
async def script(request: pytest.FixtureRequest) -> AsyncIterator[SmtpScript]:
    """A server with PIPELINING, one without, and one without anything."""
    async with serving(SmtpScript(*request.param)) as each:
        yield each


@pytest_asyncio.fixture
async def make() -> AsyncIterator[Make]:
    made: list[SmtpTransport] = []

    def transport(script: SmtpScript, **options: Any) -> SmtpTransport:
        given: dict[str, Any] = {"tls": "none", "timeout": 5, "local_hostname": "bot.example", **options}
        made.append(SmtpTransport("127.0.0.1", script.port, **given))
        return made[-1]

    yield transport
    for each in made:
        await each.close()


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [str(outcome.status) for outcome in outcomes]


@pytest.mark.parametrize(
    ("verb", "answer", "status"),
    [
        ("MAIL", "550 5.1.0 non", Status.REFUSED),
        ("MAIL", "451 4.3.0 plus tard", Status.LATER),
        ("MAIL", "421 4.3.2 fermeture", Status.LATER),
        ("MAIL", DROP, Status.LATER),
        ("MAIL", "garbage", Status.LATER),
        ("MAIL", "354 quoi", Status.LATER),
        ("RCPT", "550 5.1.1 inconnue", Status.REFUSED),
        ("RCPT", "452 4.2.2 pleine", Status.LATER),
        ("RCPT", "421 4.3.2 fermeture", Status.LATER),
        ("RCPT", DROP, Status.LATER),
        ("DATA", "554 5.5.1 non", Status.REFUSED),
        ("DATA", "451 4.3.0 plus tard", Status.LATER),
        ("DATA", "421 4.3.2 fermeture", Status.LATER),
        ("DATA", "250 quoi", Status.LATER),
        ("DATA", DROP, Status.LATER),
        ("BODY", "554 5.7.1 indésirable", Status.REFUSED),
        ("BODY", "552-5.3.4 trop\r\n552 grand", Status.REFUSED),
        ("BODY", "451 4.3.0 plus tard", Status.LATER),
        ("BODY", "421 4.3.2 fermeture", Status.LATER),
        ("BODY", "354 quoi", Status.UNCERTAIN),
        ("BODY", "garbage", Status.UNCERTAIN),
        ("BODY", DROP, Status.UNCERTAIN),
        ("CONNECT", "554 non", Status.LATER),
        ("CONNECT", "421 trop de monde", Status.LATER),
        ("CONNECT", "garbage", Status.LATER),
        ("CONNECT", DROP, Status.LATER),
    ],
)
async def test_each_answer_means(
    script: SmtpScript, make: Make, verb: str, answer: str, status: Status
) -> None:
    script.answers = {verb: [answer]}
    transport = make(script)
    outcome = (await transport.send([ALIX]))[0]
    assert outcome.status is status
    assert outcome.detail
    # Whatever it was, the next mail goes through.
    assert statuses(await transport.send([BACHIR])) == ["accepted"]


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("CONNECT", "later"),
        ("EHLO", "later"),
        ("MAIL", "later"),
        ("RCPT", "later"),
        ("DATA", "later"),
        ("BODY", "uncertain"),
    ],
)
async def test_a_server_that_never_answers(script: SmtpScript, make: Make, verb: str, status: str) -> None:
    script.answers = {verb: [STALL] * 3}
    async with asyncio.timeout(20):
        outcome = (await make(script, timeout=0.2, final_timeout=0.2).send([ALIX]))[0]
    assert outcome.status == status


async def test_a_refused_recipient_harms_no_other(script: SmtpScript, make: Make) -> None:
    """One connection: a refusal must not leave the server in the middle of a transaction."""
    script.answers = {"RCPT": ["550 5.1.1 inconnue", "250 ok", "451 plus tard", "250 ok"]}
    transport = make(script, width=1)
    assert statuses(await transport.send([ALIX, BACHIR, ALIX, BACHIR])) == [
        "refused",
        "accepted",
        "later",
        "accepted",
    ]
    assert script.connections == 1
    assert len([body for body in script.bodies if body != b".\r\n"]) == 2


async def test_a_data_let_in_for_nobody_is_ended_empty(make: Make) -> None:
    """With PIPELINING, DATA is on its way before RCPT is refused; some servers answer 354 (RFC 2920 §3.1)."""
    async with serving(SmtpScript("PIPELINING")) as script:
        script.answers = {"RCPT": ["550 5.1.1 inconnue"], "BODY": ["554 5.5.1 personne"]}
        transport = make(script, width=1)
        assert statuses(await transport.send([ALIX, BACHIR])) == ["refused", "accepted"]
        assert script.bodies[0] == b".\r\n"
        assert script.connections == 1


async def test_a_refused_data_is_followed_by_a_reset(make: Make) -> None:
    async with serving(SmtpScript("PIPELINING")) as script:
        script.answers = {"RCPT": ["550 5.1.1 inconnue"], "DATA": ["554 5.5.1 personne"]}
        assert statuses(await make(script, width=1).send([ALIX, BACHIR])) == ["refused", "accepted"]
        assert [command[:4] for command in script.commands] == [
            "EHLO",
            "MAIL",
            "RCPT",
            "DATA",
            "RSET",
            "MAIL",
            "RCPT",
            "DATA",
        ]


async def test_pipelining_only_where_it_is_announced(script: SmtpScript, make: Make) -> None:
    await make(script).send([ALIX])
    together = any(b"MAIL" in group and b"DATA" in group for group in script.groups)
    assert together == ("PIPELINING" in script.extensions)


async def test_size_is_told_and_heeded(make: Make) -> None:
    async with serving(SmtpScript("SIZE 40000")) as script:
        transport = make(script)
        assert statuses(await transport.send([ALIX])) == ["accepted"]
        assert f"SIZE={len(ALIX.data)}" in script.commands[1]
        outcome = (await transport.send([mail_to("alix@membres.example", 50_000)]))[0]
        assert outcome.status is Status.REFUSED
        assert "40000" in outcome.detail
        assert len(script.bodies) == 1


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE beaucoup"])
async def test_a_size_without_a_limit_limits_nothing(make: Make, size: str) -> None:
    async with serving(SmtpScript(size)) as script:
        assert statuses(await make(script).send([ALIX])) == ["accepted"]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "a b@c.example",
        "<a@b.example>",
        "a@b.example\0",
        "a\r\n@b.example",
    ],
)
async def test_an_address_is_never_a_command(script: SmtpScript, make: Make, address: str) -> None:
    transport = make(script)
    assert statuses(await transport.send([Envelope(BOT, address, b"x\r\n")])) == ["refused"]
    assert statuses(await transport.send([Envelope(address, "a@b.example", b"x\r\n")])) == ["refused"]
    assert script.bodies == []


async def test_no_sender_is_a_sender(script: SmtpScript, make: Make) -> None:
    """An automatic answer has an empty return path (RFC 3834 §3.3)."""
    assert statuses(await make(script).send([Envelope("", "a@b.example", b"x\r\n")])) == ["accepted"]
    assert script.commands[1].startswith("MAIL FROM:<>")


async def test_accents_in_addresses(make: Make) -> None:
    domain, local = mail_to("alix@été.example"), mail_to("zoé@membres.example")
    async with serving(SmtpScript("8BITMIME")) as script:
        assert statuses(await make(script).send([domain, local])) == ["accepted", "refused"]
        assert "RCPT TO:<alix@xn--t-9fab.example>" in script.commands
        assert not any("SMTPUTF8" in command for command in script.commands)
    async with serving(SmtpScript("SMTPUTF8")) as script:
        assert statuses(await make(script, width=1).send([ALIX, local])) == ["accepted", "accepted"]
        assert ["SMTPUTF8" in command for command in script.commands if command.startswith("MAIL")] == [
            False,
            True,
        ]
        assert "RCPT TO:<zoé@membres.example>" in script.commands


async def test_eight_bits_are_announced_only_when_there_are(make: Make) -> None:
    async with serving(SmtpScript("8BITMIME")) as script:
        await make(script, width=1).send([ALIX, Envelope(BOT, "a@b.example", "é\r\n".encode())])
        mails = [command for command in script.commands if command.startswith("MAIL")]
        assert ["BODY=8BITMIME" in command for command in mails] == [False, True]


async def test_connections_are_kept_and_no_more_than_needed(script: SmtpScript, make: Make) -> None:
    transport = make(script, width=3)
    await transport.send([ALIX])
    assert script.connections == 1
    for _ in range(3):
        assert statuses(await transport.send([ALIX] * 3)) == ["accepted"] * 3
    assert script.connections == 3
    assert statuses(await transport.send([ALIX] * 7)) == ["accepted"] * 7
    assert script.connections == 3


async def test_a_kept_connection_found_dead_is_not_an_attempt(script: SmtpScript, make: Make) -> None:
    transport = make(script)
    await transport.send([ALIX])
    script.answers = {"MAIL": [DROP]}
    assert statuses(await transport.send([BACHIR])) == ["accepted"]
    script.answers = {"MAIL": ["421 4.4.2 trop long"]}
    assert statuses(await transport.send([BACHIR])) == ["accepted"]
    assert script.connections == 3


async def test_a_kept_connection_closed_meanwhile(script: SmtpScript, make: Make) -> None:
    transport = make(script)
    await transport.send([ALIX])
    script.writers[0].write(b"421 4.4.2 inactif\r\n")
    script.writers[0].close()
    assert statuses(await transport.send([BACHIR])) == ["accepted"]
    assert len([body for body in script.bodies if body != b".\r\n"]) == 2


async def test_a_kept_connection_lost_after_mail_is_for_later(script: SmtpScript, make: Make) -> None:
    transport = make(script)
    await transport.send([ALIX])
    script.answers = {"RCPT": [DROP]}
    assert statuses(await transport.send([BACHIR])) == ["later"]


async def test_idle_connections_are_closed(
    script: SmtpScript, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.05)
    transport = make(script)
    await transport.send([ALIX])
    await until(lambda: "QUIT" in script.commands, what="QUIT")
    assert statuses(await transport.send([ALIX])) == ["accepted"]
    assert script.connections == 2


async def test_fewer_connections_than_wanted_do(script: SmtpScript, make: Make) -> None:
    """A server that allows two connections is not asked for more at every batch."""
    script.answers = {"CONNECT": ["220 ok", "220 ok", "421 trop", "421 trop"]}
    transport = make(script, width=4)
    for _ in range(3):
        assert statuses(await transport.send([ALIX] * 4)) == ["accepted"] * 4
    assert script.connections == 4


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "BODY"])
async def test_a_421_ends_the_connection(script: SmtpScript, make: Make, verb: str) -> None:
    script.answers = {verb: ["421 4.3.2 fermeture"]}
    transport = make(script)
    assert statuses(await transport.send([ALIX])) == ["later"]
    await until(lambda: script.ended == 1)
    assert statuses(await transport.send([ALIX])) == ["accepted"]
    assert script.connections == 2


async def test_one_mail_lost_leaves_the_others_alone(script: SmtpScript, make: Make) -> None:
    script.answers = {"BODY": [DROP]}
    outcomes = await make(script, width=4).send([ALIX] * 4)
    assert sorted(statuses(outcomes)) == ["accepted"] * 3 + ["uncertain"]


async def test_a_server_that_is_not_there(script: SmtpScript, make: Make) -> None:
    transport = make(script)
    transport = SmtpTransport("127.0.0.1", 9, tls="none", timeout=1)
    outcomes = await transport.send([ALIX, BACHIR])
    assert statuses(outcomes) == ["later", "later"]


async def test_no_login_without_auth_and_no_clear_text_instead_of_tls(script: SmtpScript, make: Make) -> None:
    assert statuses(await make(script, tls="starttls").send([ALIX])) == ["later"]
    with pytest.raises(LoginRefused):
        await make(script, user="navette", password="x").send([ALIX])
    assert script.bodies == []
    await until(lambda: script.ended == script.connections)


async def test_a_server_that_wants_a_login_refuses_us_and_no_mail(script: SmtpScript, make: Make) -> None:
    """A forgotten password in the settings must not make every mail of the recap dead."""
    script.answers = {"MAIL": ["530 5.7.0 Authentication required"] * 4}
    with pytest.raises(LoginRefused):
        await make(script).send([ALIX, BACHIR])


async def test_what_left_is_told_even_if_another_login_is_refused(script: SmtpScript, make: Make) -> None:
    script.answers = {"MAIL": ["250 ok", "530 5.7.0 Authentication required"]}
    assert statuses(await make(script, width=1).send([ALIX, BACHIR])) == ["accepted", "later"]


@pytest.mark.parametrize(
    ("point", "status"),
    [("smtp.rcpt", "later"), ("smtp.data_sent", "uncertain"), ("smtp.accepted", "accepted")],
)
async def test_failpoints(
    script: SmtpScript, make: Make, monkeypatch: pytest.MonkeyPatch, point: str, status: str
) -> None:
    transport = make(script)
    await transport.send([BACHIR])
    monkeypatch.setenv("NAVETTE_FAILPOINTS", f"{point}=reset")
    assert statuses(await transport.send([ALIX])) == [status]
    assert statuses(await transport.send([BACHIR])) == ["accepted"]
    full = [body for body in script.bodies if b"alix" in body]
    assert len(full) == (0 if point == "smtp.rcpt" else 1)


async def test_a_send_that_is_cancelled_leaves_no_half_conversation(script: SmtpScript, make: Make) -> None:
    script.answers = {"BODY": [STALL]}
    transport = make(script)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(transport.send([ALIX]), 0.2)
    assert statuses(await transport.send([BACHIR])) == ["accepted"]
    assert script.connections == 2
