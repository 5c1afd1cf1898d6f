"""The real servers as pytest fixtures.  Servers live as long as the session, users as long as a test.

Every worker of pytest-xdist has its own instances on free ports.
"""

from __future__ import annotations

import secrets
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.servers.certificate import Certificate, make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.presence import require
from tests.servers.process import make_folder
from tests.servers.relay import Relay

MEMBERS = "membres.example"  # the domain of mailboxes


@dataclass(frozen=True)
class MailboxUser:
    """A person with a mailbox in Dovecot."""

    address: str
    password: str


@pytest.fixture(scope="session")
def certificate() -> Iterator[Certificate]:
    """The certificate that every server shows."""
    folder = make_folder("certificate")
    yield make_certificate(folder)
    shutil.rmtree(folder)


@pytest.fixture
def tls_context(certificate: Certificate) -> ssl.SSLContext:
    """For clients: trusts the servers of the tests, by the name ``localhost``."""
    return certificate.client_context()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dovecot_of_session(certificate: Certificate) -> AsyncIterator[Dovecot]:
    """The one Dovecot of this worker; tests take ``dovecot``."""
    require("dovecot")
    server = Dovecot(make_folder("dovecot"), certificate)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        shutil.rmtree(server.folder)


@pytest_asyncio.fixture
async def dovecot(dovecot_of_session: Dovecot) -> Dovecot:
    """A running Dovecot, whatever the test before did to it."""
    await dovecot_of_session.ensure_running()
    return dovecot_of_session


@pytest.fixture
def mailbox_user(dovecot: Dovecot) -> MailboxUser:
    """A person whom no other test knows, with an empty mailbox."""
    user = MailboxUser(f"u{secrets.token_hex(5)}@{MEMBERS}", secrets.token_urlsafe(12))
    dovecot.add_user(user.address, user.password)
    return user


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def relay_of_session(certificate: Certificate) -> AsyncIterator[Relay]:
    """The one relay of this worker; tests take ``relay``."""
    server = Relay(make_folder("relay"), certificate)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        shutil.rmtree(server.folder)


@pytest_asyncio.fixture
async def relay(relay_of_session: Relay) -> Relay:
    """A well-behaved SMTP server that has accepted nothing yet."""
    relay_of_session.forget()
    await relay_of_session.ensure_running()
    return relay_of_session
