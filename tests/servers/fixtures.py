"""The real servers as pytest fixtures.  Servers live as long as the session, users as long as a test.

Every worker of pytest-xdist has its own instances on free ports.
"""

from __future__ import annotations

import secrets
import shutil
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.servers.certificate import Certificate, make_certificate
from tests.servers.dovecot import Dovecot
from tests.servers.element import Element
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.postfix import SmtpSink
from tests.servers.presence import require
from tests.servers.process import make_folder
from tests.servers.proxy import FaultProxy
from tests.servers.relay import Relay
from tests.servers.sympa import Sympa
from tests.servers.synapse import Synapse, make_matrix_folder

MEMBERS = "membres.example"  # the domain of mailboxes


@dataclass(frozen=True)
class MailboxUser:
    """A person with a mailbox in Dovecot."""

    address: str
    password: str


@pytest.fixture(scope="session")
def certificate() -> Iterator[Certificate]:
    """The certificate that every server shows."""
    require("openssl")
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


@pytest.fixture(scope="session")
def list_owner(dovecot_of_session: Dovecot) -> MailboxUser:
    """The bot's mailbox of this session: it owns Sympa's two lists, and hears of who comes and goes."""
    user = MailboxUser(f"navette@{MEMBERS}", secrets.token_urlsafe(12))
    dovecot_of_session.add_user(user.address, user.password)
    return user


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sympa_of_session(
    dovecot_of_session: Dovecot, list_owner: MailboxUser, certificate: Certificate
) -> AsyncIterator[Sympa]:
    """The one Sympa of this worker, with a relay of its own; tests take ``sympa``."""
    require("sympa")
    relay = Relay(make_folder("sympa-relay"), certificate)
    relay.route(MEMBERS, f"lmtp:{dovecot_of_session.lmtp_port}")
    server = Sympa(make_folder("sympa"), relay)
    try:
        await relay.start()
        await server.prepare()
        await server.create_list("reseau", list_owner.address)
        await server.create_list("modere", list_owner.address, moderated=True)
        await server.start()
        yield server
    finally:
        await server.stop()
        await relay.stop()
        shutil.rmtree(server.folder)
        shutil.rmtree(relay.folder)


@pytest_asyncio.fixture
async def sympa(sympa_of_session: Sympa, dovecot: Dovecot) -> Sympa:
    """A running Sympa with the lists ``reseau`` and ``modere``, into Dovecot's mailboxes.

    The lists keep their subscribers from test to test; a test that counts makes its own list.
    """
    sympa_of_session.relay.forget(keep_routes=True)
    await sympa_of_session.relay.ensure_running()
    return sympa_of_session


@pytest_asyncio.fixture
async def fault_proxy() -> AsyncIterator[Callable[[int], Awaitable[FaultProxy]]]:
    """``await fault_proxy(port)``: a proxy before that port on loopback, which can misbehave."""
    proxies: list[FaultProxy] = []

    async def make(port: int) -> FaultProxy:
        proxies.append(FaultProxy(port))
        await proxies[-1].start()
        return proxies[-1]

    yield make
    for proxy in proxies:
        await proxy.stop()


@pytest_asyncio.fixture
async def smtp_sink() -> AsyncIterator[Callable[..., Awaitable[SmtpSink]]]:
    """``await smtp_sink(dump=True, …)``: a running smtp-sink; the options are SmtpSink's."""
    require("postfix")
    sinks: list[SmtpSink] = []

    async def make(**options: Any) -> SmtpSink:
        sinks.append(SmtpSink(make_folder("sink"), **options))
        await sinks[-1].start()
        return sinks[-1]

    yield make
    for sink in sinks:
        await sink.stop()
        shutil.rmtree(sink.folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def synapse_of_session() -> AsyncIterator[Synapse]:
    """The one Synapse of this worker; tests take ``synapse``."""
    require("synapse")
    server = Synapse(make_matrix_folder("synapse"))
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        shutil.rmtree(server.folder)


@pytest_asyncio.fixture
async def synapse(synapse_of_session: Synapse) -> Synapse:
    """A running Synapse, whatever the test before did to it."""
    await synapse_of_session.ensure_running()
    return synapse_of_session


@pytest_asyncio.fixture
async def matrix_user(synapse: Synapse) -> MatrixUser:
    """The bot's account: known to no other test, and in no room."""
    return await synapse.register_anybody("navette")


@pytest_asyncio.fixture
async def matrix_member(synapse: Synapse) -> AsyncIterator[Callable[..., Awaitable[Member]]]:
    """``await matrix_member("alice", encrypted=False)``: somebody new who is logged in and listens.

    With ``user`` an account that there is already; the other options are those of ``Member.log_in``.
    """
    members: list[Member] = []

    async def make(name: str = "membre", *, user: MatrixUser | None = None, **options: Any) -> Member:
        account = user or await synapse.register_anybody(name)
        members.append(await Member.log_in(synapse.base_url, account, **options))
        return members[-1]

    yield make
    for member in members:
        await member.close()


@pytest_asyncio.fixture
async def element(synapse: Synapse) -> AsyncIterator[Callable[..., Awaitable[Element]]]:
    """``await element("alice")``: somebody new, with Element.

    With ``user`` an account that there is already; the other options are those of ``Element.log_in``.
    """
    require("element")
    people: list[Element] = []

    async def make(name: str = "membre", *, user: MatrixUser | None = None, **options: Any) -> Element:
        account = user or await synapse.register_anybody(name)
        people.append(await Element.log_in(synapse.base_url, account, **options))
        return people[-1]

    yield make
    for person in people:
        await person.close()
