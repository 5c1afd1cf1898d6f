"""Two Navettes on real servers: SMTP between them, Dovecot, and a relay that takes fields away."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import secrets
import smtplib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.app import App
from bot.clock import SetClock
from bot.live.connect import connect
from bot.outbox import Content, Destination, Terms, enqueue
from bot.settings import load
from bot.store.people_tables import Person
from bot.store.tables import InboxRow, Klass, OutboxRow
from tests.crash.world import ALICE, LIST, MX, SETTINGS
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MEMBERS, MailboxUser
from tests.servers.lmtp import LmtpClient
from tests.servers.ports import HOST
from tests.servers.relay import Relay
from tests.servers.wait import until

NEIGHBOUR = """
[[people.members]]
key = "voisine"
name = "Voisine"
addresses = ["{other}"]
"""
STANDARD = re.compile(rb"(?im)^(?:Auto-Submitted|Precedence):.*\r\n")


class Gate:
    """A server between the relay and Dovecot: it says who wrote, and takes the standard's fields away."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot, self.taken_away = dovecot, 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """LMTP (RFC 2033), as far as the relay speaks it."""
        writer.write(b"220 porte.example LMTP\r\n")
        sender, recipients = "", list[str]()
        while line := (await reader.readline()).decode():
            address = re.search(r"<([^>]*)>", line)
            if line.startswith("DATA"):
                writer.write(b"354 go on\r\n")
                await self._deliver(sender, recipients, await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 2.0.0 kept\r\n" * len(recipients))
                continue
            if address and line.startswith("MAIL"):
                sender, recipients = address[1], []
            elif address:
                recipients.append(address[1])
            writer.write(b"250 2.0.0 yes\r\n")
        writer.close()

    async def _deliver(self, sender: str, recipients: list[str], data: bytes) -> None:
        data, number = STANDARD.subn(b"", data.removesuffix(b".\r\n"))
        self.taken_away += number
        proof = f"Authentication-Results: {MX}; dmarc=pass header.from={MEMBERS}\r\n".encode()
        async with LmtpClient(self.dovecot.lmtp_port) as lmtp:
            await lmtp.send(sender, recipients, proof + data)


@dataclass(frozen=True)
class Pair:
    """Both, and all that went between them."""

    here: App
    there: App
    relay: Relay
    gate: Gate
    clock: SetClock

    def go_to_noon(self) -> None:
        """The next noon: nobody is asked anything at night."""
        day = self.clock.now().date() + dt.timedelta(days=1)
        self.clock.set(dt.datetime.combine(day, dt.time(12), dt.UTC))

    async def settle(self, mails: int) -> None:
        """Both do all that there is to do, until so many mails were read by whom they are to."""

        async def read() -> bool:
            for app in (self.here, self.there):
                while await app.step():
                    pass
            ended = [row for app in (self.here, self.there) for row in await rows(app) if row.ended_at]
            return len(ended) >= mails

        await until(read, 15, f"{mails} mails to be read")

    def carried(self) -> list[str]:
        """The recipient of each mail that the relay took."""
        return [one.recipient for one in self.relay.accepted()]


async def rows(app: App) -> list[InboxRow]:
    """Everything that it received."""
    async with app.store.read() as session:
        return list(await session.scalars(select(InboxRow).order_by(InboxRow.id)))


@pytest_asyncio.fixture
async def pair(dovecot: Dovecot, relay: Relay, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two bots that know each other, with empty mailboxes."""
    gate = Gate(dovecot)
    server = await asyncio.start_server(gate.answer, HOST, 0)
    relay.route(MEMBERS, f"lmtp:{server.sockets[0].getsockname()[1]}")
    users = [MailboxUser(f"n{secrets.token_hex(5)}@{MEMBERS}", secrets.token_urlsafe(9)) for _ in range(2)]
    dovecot.add_user(ALICE, secrets.token_urlsafe(9))
    apps, clock = [], SetClock(dt.datetime.now(dt.UTC))
    for own, other in (users, reversed(users)):
        dovecot.add_user(own.address, own.password)
        folder = tmp_path / own.address
        folder.mkdir()
        file = folder / "settings.toml"
        file.write_text(
            SETTINGS.format(
                bot=own.address,
                password=own.password,
                mx=MX,
                imap=dovecot.port,
                smtp=relay.port,
                list=LIST,
                alice=ALICE,
                draft="lundi",
                day="mardi",
            )
            + NEIGHBOUR.format(other=other.address)
        )
        settings = load(file)
        apps.append(App(settings, clock, connect(settings)))
        await apps[-1].start()
        await apps[-1].step()
    yield Pair(apps[0], apps[1], relay, gate, clock)
    for app in apps:
        await app.stop()
    server.close()


def begin(pair: Pair) -> None:
    """A command in the name of the one arrives at the other, as a person there would write it."""
    mail = EmailMessage()
    mail["From"], mail["To"] = pair.there.settings.bot.address, pair.here.settings.bot.address
    mail["Subject"], mail["Message-ID"] = "Bonjour", f"<{secrets.token_hex(8)}@{MEMBERS}>"
    mail.set_content("!aide\n")
    with smtplib.SMTP(pair.relay.host, pair.relay.port) as client:
        client.send_message(mail)


@pytest.mark.needs("dovecot")
async def test_two_on_real_servers_stop_after_two_mails(pair: Pair) -> None:
    here, there = (app.settings.bot.address for app in (pair.here, pair.there))
    await asyncio.to_thread(begin, pair)
    await pair.settle(2)
    assert pair.carried() == [here, there]
    assert pair.gate.taken_away == 1  # the answer's Auto-Submitted
    pair.go_to_noon()
    async with pair.there.store.write() as session:
        person = await session.scalar(select(Person.id).where(Person.key == "voisine"))
        sender = pair.there.house.sender(pair.there.clock.now())
        for klass in (Klass.ASK, Klass.DUTY, Klass.NEWS):
            to, content = Destination("mail", here, person), Content("Je n'ai pas compris. !aide")
            await enqueue(session, sender, f"{klass}:voisine", to, content, Terms(klass, planned=True))
    await pair.settle(5)
    assert pair.carried() == [here, there, here, here, here]
    assert [row.state for row in await rows(pair.here)] == ["applied", "archived", "archived", "archived"]
    for app in (pair.here, pair.there):
        async with app.store.read() as session:
            assert set(await session.scalars(select(OutboxRow.state))) == {"sent"}
