"""One person's mailbox on Dovecot, as the contract of mailboxes wants it."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from typing import Any

from bot.channels.imap import ImapMailbox
from bot.channels.utf7 import encode_folder
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser


class ImapPlace:
    """One person's INBOX, or another folder of theirs."""

    def __init__(self, dovecot: Dovecot, user: MailboxUser, context: ssl.SSLContext) -> None:
        self.dovecot, self.user = dovecot, user
        self._context = context

    def mailbox(self, **options: Any) -> ImapMailbox:
        given: dict[str, Any] = {
            "port": self.dovecot.tls_port,
            "user": self.user.address,
            "password": self.user.password,
            "timeout": 10,
            "ssl_context": self._context,
            **options,
        }
        return ImapMailbox("localhost", **given)

    async def deliver(self, *mails: bytes) -> None:
        await self.dovecot.deliver(self.user.address, *(mail.replace(b"\n", b"\r\n") for mail in mails))

    async def take_away(self, subject: str) -> None:
        await asyncio.to_thread(self._take_away, subject)

    async def seen(self) -> list[str]:
        return await asyncio.to_thread(self._seen)

    def append(self, folder: str, *mails: bytes, date: str = "") -> None:
        """Put mails into a folder, which is made."""
        with self.connected() as client:
            name = quoted(encode_folder(folder))
            client.create(name)
            for mail in mails:
                code, _ = client.append(name, "", date, mail)
                assert code == "OK"

    @contextlib.contextmanager
    def connected(self) -> Iterator[imaplib.IMAP4]:
        """Another client of the same person."""
        client = imaplib.IMAP4(self.dovecot.host, self.dovecot.port)
        client.login(self.user.address, self.user.password)
        client.select("INBOX")
        yield client
        client.logout()

    def _take_away(self, subject: str) -> None:
        with self.connected() as client:
            for number in client.search(None, f"SUBJECT {subject}")[1][0].split():
                client.store(number.decode(), "+FLAGS", r"(\Deleted)")
            client.expunge()

    def _seen(self) -> list[str]:
        with self.connected() as client:
            numbers = client.search(None, "SEEN")[1][0].split()
            heads = [
                client.fetch(each.decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0] for each in numbers
            ]
            return sorted(head[1].split()[1].decode() for head in heads)  # type: ignore[index, union-attr]


def quoted(text: str) -> str:
    """As an IMAP string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
