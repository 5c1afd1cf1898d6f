"""A mailbox on Dovecot."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.channels.imap import ImapMailbox
from tests.integration.channels.imap_place import ImapPlace
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser


@pytest.fixture
def place(dovecot: Dovecot, mailbox_user: MailboxUser, tls_context: ssl.SSLContext) -> ImapPlace:
    return ImapPlace(dovecot, mailbox_user, tls_context)


@pytest_asyncio.fixture
async def mailbox(place: ImapPlace) -> AsyncIterator[ImapMailbox]:
    """Open, with short times."""
    box = place.mailbox(timeout=2)
    await box.open()
    yield box
    await box.close()
