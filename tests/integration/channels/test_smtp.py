"""The SMTP transport on a real relay: TLS, logins, refusals, and connections that end at the wrong moment."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.channels.base import Status
from bot.channels.smtp import SmtpTransport
from bot.errors import LoginRefused
from tests.servers.orders import Fault
from tests.servers.postfix import SmtpSink
from tests.servers.proxy import FaultProxy
from tests.servers.relay import Relay
from tests.unit.channels.transport_contract import TransportContract, mail_to

ALIX, BACHIR = mail_to("alix@membres.example"), mail_to("bachir@membres.example")


class RelayPost:
    """The relay, by STARTTLS unless told otherwise."""

    def __init__(self, relay: Relay, context: ssl.SSLContext) -> None:
        self.relay = relay
        self._context = context

    def transport(self, **options: Any) -> SmtpTransport:
        given: dict[str, Any] = {"port": self.relay.port, "timeout": 10, **options}
        context = self._context if given.get("tls") != "none" else None
        return SmtpTransport("localhost", ssl_context=context, local_hostname="bot.example", **given)

    def received(self, recipient: str) -> list[bytes]:
        return [each.raw for each in self.relay.accepted(recipient)]


@pytest.fixture
def post(relay: Relay, tls_context: ssl.SSLContext) -> RelayPost:
    return RelayPost(relay, tls_context)


class TestTransport(TransportContract):
    """By STARTTLS."""


class TestTransportInClear(TransportContract):
    """Without encryption."""

    @pytest.fixture
    def post(self, relay: Relay, tls_context: ssl.SSLContext) -> RelayPost:
        class Clear(RelayPost):
            def transport(self, **options: Any) -> SmtpTransport:
                return super().transport(tls="none", **options)

        return Clear(relay, tls_context)


async def test_tls_from_the_first_byte(post: RelayPost) -> None:
    transport = post.transport(port=post.relay.tls_port, tls="tls")
    assert (await transport.send([mail_to("a@membres.example", 3_000_000)]))[0].status is Status.ACCEPTED
    await transport.close()
    assert len(post.received("a@membres.example")) == 1


async def test_a_login(post: RelayPost) -> None:
    post.relay.require_login("navette", "clé secrète")
    good = post.transport(user="navette", password="clé secrète")
    assert (await good.send([ALIX]))[0].status is Status.ACCEPTED
    await good.close()
    wrong = post.transport(user="navette", password="autre")
    with pytest.raises(LoginRefused) as caught:
        await wrong.send([BACHIR])
    assert "autre" not in str(caught.value)
    none = post.transport()
    with pytest.raises(LoginRefused):
        await none.send([BACHIR])
    clear = post.transport(tls="none", user="navette", password="clé secrète")
    with pytest.raises(LoginRefused):
        await clear.send([BACHIR])
    assert post.received("bachir@membres.example") == []


async def test_a_login_that_cannot_be_checked_now_is_for_later(post: RelayPost) -> None:
    post.relay.require_login("navette", "x")
    post.relay.order(Fault("auth", "454 4.7.0 Temporary authentication failure"))
    outcomes = await post.transport(user="navette", password="x").send([ALIX])
    assert outcomes[0].status is Status.LATER


async def test_a_certificate_that_we_do_not_trust(relay: Relay) -> None:
    transport = SmtpTransport("localhost", relay.port, ssl_context=ssl.create_default_context(), timeout=10)
    outcomes = await transport.send([ALIX])
    assert outcomes[0].status is Status.LATER
    assert "certificate" in outcomes[0].detail.lower()
    assert relay.accepted() == []


async def test_no_clear_text_where_starttls_is_missing(post: RelayPost) -> None:
    post.relay.offer_starttls(False)
    assert (await post.transport().send([ALIX]))[0].status is Status.LATER
    assert post.relay.accepted() == []


@pytest.mark.parametrize(
    ("fault", "status", "kept"),
    [
        (Fault("connect", "drop", times=1), Status.LATER, False),
        (Fault("mail", "drop", times=1), Status.LATER, False),
        (Fault("rcpt", "drop", times=1), Status.LATER, False),
        (Fault("rcpt", "550 5.1.1 inconnue", times=1), Status.REFUSED, False),
        (Fault("rcpt", "450 4.2.0 plus tard", times=1), Status.LATER, False),
        (Fault("data", "drop", times=1), Status.LATER, False),
        (Fault("body", "drop", times=1), Status.UNCERTAIN, False),
        (Fault("dot", "drop", times=1), Status.UNCERTAIN, False),
        (Fault("dot", "drop", times=1, keep=True), Status.UNCERTAIN, True),
        (Fault("dot", "stall", times=1, keep=True), Status.UNCERTAIN, True),
        (Fault("dot", "garbage", times=1, keep=True), Status.UNCERTAIN, True),
        (Fault("dot", "451 4.3.0 plus tard", times=1), Status.LATER, False),
        (Fault("dot", "554 5.7.1 non", times=1), Status.REFUSED, False),
        (Fault("dot", "421 4.3.2 fermeture", times=1), Status.LATER, False),
    ],
)
@pytest.mark.parametrize("tls", ["starttls", "none"])
async def test_each_fault_is_told_as_what_it_is(
    post: RelayPost, fault: Fault, status: Status, kept: bool, tls: str
) -> None:
    """And what is told as not taken was not taken: the oracle is the relay's own ledger."""
    post.relay.order(fault)
    transport = post.transport(tls=tls, width=1, timeout=1, final_timeout=1)
    outcome = (await transport.send([ALIX]))[0]
    assert outcome.status is status
    assert len(post.received("alix@membres.example")) == kept
    assert (await transport.send([BACHIR]))[0].status is Status.ACCEPTED
    assert len(post.received("bachir@membres.example")) == 1
    await transport.close()


async def test_refused_recipients_among_others(post: RelayPost) -> None:
    post.relay.order(
        Fault("rcpt", "550 5.1.1 inconnue", "mauvais*"), Fault("rcpt", "450 4.2.0 pleine", "plein*")
    )
    names = ["a", "mauvais1", "b", "plein1", "mauvais2", "c", "plein2", "d"]
    transport = post.transport(width=3)
    outcomes = await transport.send([mail_to(f"{name}@membres.example") for name in names])
    await transport.close()
    expected = {"m": "refused", "p": "later"}
    assert [outcome.status for outcome in outcomes] == [expected.get(name[0], "accepted") for name in names]
    assert sorted(each.recipient[0] for each in post.relay.accepted()) == ["a", "b", "c", "d"]


async def test_a_body_cut_on_its_way(
    post: RelayPost, fault_proxy: Callable[[int], Awaitable[FaultProxy]]
) -> None:
    proxy = await fault_proxy(post.relay.port)
    proxy.cut_after(to_server=100_000)
    transport = post.transport(port=proxy.port, tls="none")
    assert (await transport.send([mail_to("a@membres.example", 1_000_000)]))[0].status is Status.UNCERTAIN
    await proxy.behave()
    assert (await transport.send([ALIX]))[0].status is Status.ACCEPTED
    await transport.close()
    assert post.received("a@membres.example") == []


async def test_a_server_that_hangs_while_the_body_leaves(
    post: RelayPost, fault_proxy: Callable[[int], Awaitable[FaultProxy]]
) -> None:
    proxy = await fault_proxy(post.relay.port)
    transport = post.transport(port=proxy.port, tls="none", timeout=1, final_timeout=1)
    assert (await transport.send([ALIX]))[0].status is Status.ACCEPTED
    proxy.stall()
    async with asyncio.timeout(20):
        outcome = (await transport.send([mail_to("b@membres.example", 30_000_000)]))[0]
    assert outcome.status is Status.LATER
    await transport.close()


async def test_a_restarted_server_is_found_again(post: RelayPost) -> None:
    transport = post.transport()
    assert (await transport.send([ALIX]))[0].status is Status.ACCEPTED
    await post.relay.stop()
    assert (await transport.send([BACHIR]))[0].status is Status.LATER
    await post.relay.start()
    assert (await transport.send([BACHIR]))[0].status is Status.ACCEPTED
    await transport.close()
    assert len(post.relay.accepted()) == 2


async def test_a_mail_above_the_servers_size_does_not_leave(post: RelayPost) -> None:
    transport = post.transport()
    outcome = (await transport.send([mail_to("a@membres.example", 53_000_000)]))[0]
    await transport.close()
    assert outcome.status is Status.REFUSED
    assert "SIZE" in outcome.detail


async def test_postfix_takes_five_hundred(smtp_sink: Callable[..., Awaitable[SmtpSink]]) -> None:
    sink = await smtp_sink(dump=True)
    transport = SmtpTransport("127.0.0.1", sink.port, tls="none", width=10, local_hostname="bot.example")
    people = [f"p{number}@membres.example" for number in range(500)]
    for start in range(0, 500, 10):
        outcomes = await transport.send([mail_to(person) for person in people[start : start + 10]])
        assert {outcome.status for outcome in outcomes} == {Status.ACCEPTED}
    await transport.close()
    kept = [mail.partition(b"Message-ID: <")[2].partition(b">")[0].decode() for mail in sink.mails()]
    assert sorted(kept) == sorted(people)
