"""The servers of the tests themselves: they do what the other tests rely on."""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.ledger import Ledger
from tests.servers.orders import Fault, Step
from tests.servers.ports import free_port
from tests.servers.postfix import SmtpSink, smtp_source
from tests.servers.presence import FILES, costs, require
from tests.servers.relay import Relay
from tests.servers.wait import until

LETTER = (
    b"From: alice@membres.example\r\nMessage-ID: <1@membres.example>\r\nSubject: Bonjour\r\n\r\n.Salut\r\n"
)


def open_inbox(dovecot: Dovecot, user: MailboxUser) -> tuple[imaplib.IMAP4, int, int]:
    """A connection, how many mails there are, and the UIDVALIDITY."""
    client = imaplib.IMAP4(dovecot.host, dovecot.port)
    client.login(user.address, user.password)
    _, count = client.select("INBOX")
    _, uidvalidity = client.response("UIDVALIDITY")
    return client, int(count[0] or b""), int(uidvalidity[0])


async def test_until_returns_the_value_and_gives_up() -> None:
    seen: list[int] = []

    async def third_time() -> int:
        seen.append(1)
        return len(seen) if len(seen) == 3 else 0

    assert await until(third_time) == 3
    with pytest.raises(AssertionError, match="a blue moon"):
        await until(lambda: False, 0.05, "a blue moon")


async def test_dovecot_takes_by_lmtp_and_gives_by_imap(dovecot: Dovecot, mailbox_user: MailboxUser) -> None:
    await dovecot.deliver(mailbox_user.address, LETTER, LETTER)
    assert open_inbox(dovecot, mailbox_user)[1] == 2
    assert [mail.endswith(b"\n\n.Salut\n") for mail in dovecot.mails(mailbox_user.address)] == [True, True]


async def test_dovecot_shows_a_certificate_that_can_be_checked(
    dovecot: Dovecot, mailbox_user: MailboxUser, tls_context: ssl.SSLContext
) -> None:
    with imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=tls_context) as client:
        assert client.login(mailbox_user.address, mailbox_user.password)[0] == "OK"
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=ssl.create_default_context())


async def test_dovecot_refuses_a_password_that_was_changed(
    dovecot: Dovecot, mailbox_user: MailboxUser
) -> None:
    """Of the same length, right after a login: Dovecot's own look at the file would miss it."""
    open_inbox(dovecot, mailbox_user)
    await dovecot.change_password(mailbox_user.address, mailbox_user.password[::-1])
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        open_inbox(dovecot, mailbox_user)


async def test_dovecot_refuses_unknown_recipients(dovecot: Dovecot) -> None:
    with pytest.raises(ValueError, match="550"):
        await dovecot.deliver("personne@membres.example", LETTER)


async def test_recreated_inbox_has_another_uidvalidity(dovecot: Dovecot, mailbox_user: MailboxUser) -> None:
    await dovecot.deliver(mailbox_user.address, LETTER)
    client, _, before = open_inbox(dovecot, mailbox_user)
    await dovecot.recreate_inbox(mailbox_user.address)
    assert b"BYE" in client.readline()
    _, count, after = open_inbox(dovecot, mailbox_user)
    assert (count, after) == (1, before + 1)
    await dovecot.recreate_inbox(mailbox_user.address, keep=False)
    assert open_inbox(dovecot, mailbox_user)[1:] == (0, before + 2)


async def test_kicked_client_reads_bye_in_idle(dovecot: Dovecot, mailbox_user: MailboxUser) -> None:
    client, _, _ = open_inbox(dovecot, mailbox_user)
    client.send(b"a IDLE\r\n")
    assert client.readline() == b"+ idling\r\n"
    await dovecot.kick(mailbox_user.address)
    assert b"BYE" in client.readline()


async def test_killed_dovecot_keeps_its_mail_and_ports(dovecot: Dovecot, mailbox_user: MailboxUser) -> None:
    await dovecot.deliver(mailbox_user.address, LETTER)
    before = open_inbox(dovecot, mailbox_user)[1:]
    await dovecot.kill()
    with pytest.raises(ConnectionRefusedError):
        imaplib.IMAP4(dovecot.host, dovecot.port)
    await dovecot.start()
    assert open_inbox(dovecot, mailbox_user)[1:] == before


async def test_suspended_dovecot_accepts_and_says_nothing(dovecot: Dovecot) -> None:
    dovecot.suspend()
    with pytest.raises(TimeoutError):
        imaplib.IMAP4(dovecot.host, dovecot.port, timeout=0.3)
    dovecot.resume()
    assert imaplib.IMAP4(dovecot.host, dovecot.port, timeout=10).welcome


def send(relay: Relay, *recipients: str) -> dict[str, tuple[int, bytes]]:
    """Send LETTER; the refused recipients."""
    with smtplib.SMTP(relay.host, relay.port, timeout=5) as client:
        return client.sendmail("alice@membres.example", recipients, LETTER)


async def test_relay_writes_down_what_it_accepts(relay: Relay) -> None:
    send(relay, "bruno@membres.example", "chloe@membres.example")
    both = relay.accepted()
    assert [each.recipient for each in both] == ["bruno@membres.example", "chloe@membres.example"]
    assert {(each.message_id, each.sender) for each in both} == {
        ("<1@membres.example>", "alice@membres.example")
    }
    assert both[0].raw == LETTER
    assert both[0].size == len(LETTER)
    assert both == Ledger(relay.folder).read()[-2:]


async def test_relay_starts_each_test_afresh(relay: Relay) -> None:
    assert relay.accepted() == []


@pytest.mark.parametrize("implicit", [True, False], ids=["tls", "starttls"])
async def test_relay_wants_the_right_login_under_tls(
    relay: Relay, tls_context: ssl.SSLContext, implicit: bool
) -> None:
    relay.require_login("navette", "mot de passe")
    client = (
        smtplib.SMTP_SSL("localhost", relay.tls_port, context=tls_context)
        if implicit
        else smtplib.SMTP("localhost", relay.port)
    )
    with client:
        if not implicit:
            client.ehlo()
            assert not client.has_extn("auth")
            client.starttls(context=tls_context)
        with pytest.raises(smtplib.SMTPSenderRefused, match="Authentication required"):
            client.sendmail("a@membres.example", ["b@membres.example"], LETTER)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("navette", "autre chose")
        client.login("navette", "mot de passe")
        client.sendmail("a@membres.example", ["b@membres.example"], LETTER)
    assert len(relay.accepted("b@membres.example")) == 1


async def test_relay_may_offer_no_starttls(relay: Relay) -> None:
    relay.offer_starttls(False)
    with smtplib.SMTP(relay.host, relay.port) as client:
        client.ehlo()
        assert not client.has_extn("starttls")


async def test_relay_refuses_on_order_and_counts(relay: Relay) -> None:
    relay.order(
        Fault("rcpt", "550 5.1.1 inconnu", recipient="bruno@*"),
        Fault("rcpt", "451 4.3.0 plus tard", recipient="chloe@*", times=1),
    )
    everybody = ["alice@membres.example", "bruno@membres.example", "chloe@membres.example"]
    assert {name: code for name, (code, _) in send(relay, *everybody).items()} == {
        "bruno@membres.example": 550,
        "chloe@membres.example": 451,
    }
    assert set(send(relay, *everybody)) == {"bruno@membres.example"}
    assert [each.recipient for each in relay.accepted()] == [everybody[0], everybody[0], everybody[2]]


@pytest.mark.parametrize("at", ["connect", "ehlo", "mail", "rcpt", "data", "body", "dot"])
async def test_relay_drops_where_it_is_told(relay: Relay, at: Step) -> None:
    relay.order(Fault(at, "drop"))
    with pytest.raises((ConnectionError, smtplib.SMTPServerDisconnected)):
        send(relay, "bruno@membres.example")
    assert relay.accepted() == []
    relay.order()
    assert send(relay, "bruno@membres.example") == {}


async def test_relay_may_keep_the_mail_and_drop_the_answer(relay: Relay) -> None:
    relay.order(Fault("dot", "drop", keep=True, times=1))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(relay, "bruno@membres.example")
    assert len(relay.accepted()) == 1


async def test_relay_may_stall_or_talk_nonsense(relay: Relay) -> None:
    before = len(relay.log())
    relay.order(Fault("dot", "garbage", times=1))
    with pytest.raises((smtplib.SMTPException, ValueError)):
        send(relay, "bruno@membres.example")
    relay.order(Fault("mail", "stall", times=1))
    reader, writer = await asyncio.open_connection(relay.host, relay.port)
    await reader.readline()
    writer.write(b"MAIL FROM:<a@membres.example>\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readline(), 0.2)
    writer.close()
    assert "Traceback" not in relay.log()[before:]


async def test_stopped_relay_refuses_connections_and_keeps_its_ledger(relay: Relay) -> None:
    send(relay, "bruno@membres.example")
    await relay.stop()
    with pytest.raises(ConnectionRefusedError):
        send(relay, "bruno@membres.example")
    await relay.start()
    send(relay, "bruno@membres.example")
    assert len(relay.accepted()) == 2


async def test_relay_takes_mail_on_to_a_mailbox(
    relay: Relay, dovecot: Dovecot, mailbox_user: MailboxUser
) -> None:
    relay.route("membres.example", f"lmtp:{dovecot.lmtp_port}")
    send(relay, mailbox_user.address)
    assert len(dovecot.mails(mailbox_user.address)) == 1


async def test_relay_puts_off_what_it_cannot_take_on_now(relay: Relay) -> None:
    relay.route("membres.example", f"lmtp:{free_port()}")
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        send(relay, "bruno@membres.example")
    assert relay.accepted() == []


async def test_relay_tells_the_sender_what_could_not_be_delivered(
    relay: Relay, dovecot: Dovecot, mailbox_user: MailboxUser
) -> None:
    relay.route("membres.example", f"lmtp:{dovecot.lmtp_port}")
    with smtplib.SMTP(relay.host, relay.port, timeout=5) as client:
        client.sendmail(mailbox_user.address, ["personne@membres.example"], LETTER)
    [notice] = dovecot.mails(mailbox_user.address)
    assert b"Final-Recipient: rfc822; personne@membres.example" in notice
    assert b"Subject: Bonjour" in notice


async def test_smtp_sink_counts_keeps_and_refuses(smtp_sink: Callable[..., Awaitable[SmtpSink]]) -> None:
    keeping, refusing = await smtp_sink(dump=True), await smtp_sink(refuse=["RCPT"])
    with smtplib.SMTP(keeping.host, keeping.port) as client:
        client.sendmail("a@membres.example", ["b@membres.example"], LETTER)
    assert keeping.count() == 1
    [mail] = keeping.mails()
    assert b"X-Rcpt-Args: <b@membres.example>" in mail
    with smtplib.SMTP(refusing.host, refusing.port) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
        client.sendmail("a@membres.example", ["b@membres.example"], LETTER)
    assert refusing.count() == 0


async def test_smtp_source_fills_the_sink(smtp_sink: Callable[..., Awaitable[SmtpSink]]) -> None:
    sink = await smtp_sink()
    assert await smtp_source(sink.port, 200) > 0
    await until(lambda: sink.count() == 200, 5, "200 mails")


def test_an_absent_server_is_a_skip_and_in_ci_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FILES, "sympa", ("/nowhere/sympa",))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="absent server: sympa") as skipped:
        require("sympa")
    report = pytest.TestReport(
        "tests/x/test_y.py::test_z", ("", 1, ""), {}, "skipped", ("test_y.py", 1, str(skipped.value)), "setup"
    )
    assert costs([report]) == {"sympa": ["test_y.py::test_z"]}
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        require("sympa")


def test_what_is_looked_for_is_what_is_installed() -> None:
    script = (Path(__file__).parents[1] / "servers" / "install.sh").read_text()
    assert all(f"{server}) echo {' '.join(files)} ;;" in script for server, files in FILES.items())
