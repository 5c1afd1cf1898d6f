"""``navette check`` against real servers: what works is said, what does not is said with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.check_mail import check_mail
from bot.cli.findings import Finding, State
from bot.settings import Settings
from tests.servers.certificate import Certificate
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.relay import Relay

NAME = "localhost"


async def _check(section: str, **values: Any) -> Finding:
    settings = Settings(mail={section: values})
    return next(finding for finding in await check_mail(settings.mail) if finding.about == section)


@pytest.fixture
def inbox(dovecot: Dovecot, mailbox_user: MailboxUser) -> dict[str, Any]:
    """The settings of a mailbox that works, in the clear."""
    return {
        "kind": "imap",
        "host": NAME,
        "port": dovecot.port,
        "tls": "none",
        "user": mailbox_user.address,
        "password": mailbox_user.password,
    }


async def test_a_mailbox_that_works(inbox: dict[str, Any]) -> None:
    found = await _check("inbox", **inbox)
    assert (found.state, found.advice) == (State.OK, "")
    assert "« INBOX »" in found.sentence


async def test_a_wrong_password(inbox: dict[str, Any]) -> None:
    found = await _check("inbox", **inbox | {"password": "faux"})
    assert found.state is State.FAILURE
    assert f"refuse le compte « {inbox['user']} »" in found.sentence
    assert "NAVETTE_MAIL__INBOX__PASSWORD" in found.advice
    assert "faux" not in found.sentence + found.advice


async def test_a_folder_that_does_not_exist(inbox: dict[str, Any]) -> None:
    found = await _check("inbox", **inbox | {"folder": "Réseau"})
    assert found.state is State.FAILURE
    assert "folder" in found.advice


async def test_certificates_are_checked(
    inbox: dict[str, Any], dovecot: Dovecot, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypted = inbox | {"port": dovecot.tls_port, "tls": "tls"}
    found = await _check("inbox", **encrypted)
    assert found.state is State.FAILURE
    assert "certificate" in found.sentence.casefold()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    assert (await _check("inbox", **encrypted)).state is State.OK


async def test_sending_with_starttls_and_an_account(
    relay: Relay, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    relay.require_login("navette", "sésame")
    outbox = {"kind": "smtp", "host": NAME, "port": relay.port, "user": "navette", "password": "sésame"}
    found = await _check("outbox", **outbox)
    assert found.state is State.OK
    assert "STARTTLS" in found.sentence
    assert relay.accepted() == []
    refused = await _check("outbox", **outbox | {"password": "faux"})
    assert refused.state is State.FAILURE
    assert "NAVETTE_MAIL__OUTBOX__PASSWORD" in refused.advice
    relay.offer_starttls(False)
    assert (await _check("outbox", **outbox)).state is State.FAILURE


async def test_who_vouches_for_mails_is_read_in_them(
    inbox: dict[str, Any], dovecot: Dovecot, mailbox_user: MailboxUser
) -> None:
    async def said(authserv_id: str) -> Finding:
        settings = Settings(mail={"inbox": inbox, "authserv_id": authserv_id})
        return next(one for one in await check_mail(settings.mail) if one.about == "authserv")

    assert "Aucun mail encore" in (await said("")).sentence
    stamp = b"Authentication-Results: mx.membres.example; dmarc=pass header.from=membres.example\r\n"
    mail = b"From: fanny@membres.example\r\nSubject: Bonjour\r\n\r\nBonjour.\r\n"
    await dovecot.deliver(mailbox_user.address, stamp + mail, stamp + mail)
    assert 'authserv_id = "mx.membres.example"' in (await said("")).advice
    assert (await said("mx.membres.example")).state is State.OK
