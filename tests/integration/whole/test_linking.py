"""Codes between real rooms and real mailboxes: one link each way."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import App
from bot.clock import SystemClock
from bot.live.connect import connect
from bot.live.service import Service
from bot.settings import load
from bot.store.people_tables import Contact, Person
from tests.crash.world import message_id, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MEMBERS, MailboxUser
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.relay import Relay
from tests.servers.synapse import Synapse
from tests.servers.wait import until

MX = "mx.membres.example"
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
SETTINGS = """
capabilities = ["help", "gates", "rooms", "identity"]
[network]
name = "Réseau des Lisières"
[bot]
address = "{bot}"
[store]
path = "navette.sqlite3"
[mail]
authserv_id = "{mx}"
[mail.inbox]
kind = "imap"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{bot}"
password = "{password}"
[mail.outbox]
kind = "smtp"
host = "127.0.0.1"
port = {smtp}
tls = "none"
[matrix]
host = "{matrix}"
user = "{user}"
password = "{matrix_password}"
folder = "keys"
[gates]
shadow = false
approval = false
[[people.members]]
key = "alice"
name = "Alice Rovère"
chat = ["{alice}"]
roles = ["coordination"]
[[people.members]]
key = "lea"
name = "Léa Toscan"
addresses = ["{lea}"]
"""


class Town:
    """The bot with its account and mailbox, Alice whom it knows by chat, Léa whom it knows by mail."""

    def __init__(
        self, app: App, dovecot: Dovecot, bot: MailboxUser, account: MatrixUser, lea: MailboxUser
    ) -> None:
        self.app, self.dovecot, self.bot, self.account, self.lea = app, dovecot, bot, account, lea

    async def mailed(self, words: str, *, to: str = "") -> bytes:
        """The mail with these words, in Léa's mailbox or another."""
        box = to or self.lea.address
        found = await until(
            lambda: [one for one in self.dovecot.mails(box) if words in text_of(one)], 30, f"a mail: {words}"
        )
        return bytes(found[0])

    async def writes(self, text: str, answers: str = "") -> None:
        """Léa's mail to the bot."""
        mail = EmailMessage()
        mail["Authentication-Results"] = f"{MX}; dmarc=pass header.from={MEMBERS}"
        mail["From"], mail["To"], mail["Subject"] = self.lea.address, self.bot.address, "Bonjour"
        mail["Message-ID"] = f"<{secrets.token_hex(8)}@{MEMBERS}>"
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content(text)
        await self.dovecot.deliver(self.bot.address, mail.as_bytes(), sender=self.lea.address)

    async def alone_with(self, member: Member) -> str:
        """The room that the bot opened with somebody, who goes in."""
        invited = member.client.invited_rooms
        await until(lambda: invited, 30, "the bot's invitation")
        room = next(iter(invited))
        await member.join(room)
        return room

    async def places(self) -> set[str]:
        """Where Léa is known to be."""
        async with self.app.store.read() as session:
            query = select(Contact.value).join(Person, Person.id == Contact.person_id)
            return set(await session.scalars(query.where(Person.key == "lea")))


@asynccontextmanager
async def live(app: App) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(Service(app, stop, tick_seconds=0.2).live())
    try:
        yield
    finally:
        stop.set()
        await task


@pytest.fixture
async def alice(matrix_member: Callable[..., Awaitable[Member]]) -> Member:
    """She coordinates, and asks the bot in."""
    return await matrix_member("alice")


@pytest.fixture
async def town(
    tmp_path: Path, dovecot: Dovecot, relay: Relay, mailbox_user: MailboxUser, synapse: Synapse, alice: Member
) -> AsyncIterator[Town]:
    """All of it, running."""
    relay.route(MEMBERS, f"lmtp:{dovecot.lmtp_port}")
    lea = MailboxUser(f"lea{secrets.token_hex(4)}@{MEMBERS}", secrets.token_urlsafe(12))
    dovecot.add_user(lea.address, lea.password)
    account = await synapse.register_anybody("navette")
    file = tmp_path / "settings.toml"
    file.write_text(
        SETTINGS.format(
            bot=mailbox_user.address,
            password=mailbox_user.password,
            mx=MX,
            imap=dovecot.port,
            smtp=relay.port,
            matrix=synapse.base_url,
            user=account.user_id,
            matrix_password=account.password,
            alice=alice.user_id,
            lea=lea.address,
        )
    )
    settings = load(file)
    app = App(settings, SystemClock(), connect(settings))
    async with live(app):
        problems = app.house.connections.problems
        await until(lambda: problems.get("imap:INBOX") == "" and len(problems) > 1, 30, "the bot")
        yield Town(app, dovecot, mailbox_user, account, lea)


async def test_from_a_room_by_a_code_in_the_mailbox(
    town: Town, alice: Member, matrix_member: Callable[..., Awaitable[Member]]
) -> None:
    """Nobody else in the room reads a word of it."""
    lea = await matrix_member("lea")
    room = await alice.make_room(invite=[lea.user_id, town.account.user_id])
    await lea.join(room)
    await alice.hears(room, "Bonjour", sender=town.account.user_id)
    await lea.says(room, f"!lier {town.lea.address}")
    alone = await town.alone_with(lea)
    await lea.hears(alone, "Si le réseau connaît cette adresse", sender=town.account.user_id)
    code = CODE.search(text_of(await town.mailed("Demandé par")))
    assert code is not None
    await lea.says(alone, f"le code est {code[0].lower().replace('-', ' ')}")
    await lea.hears(alone, "la même personne", sender=town.account.user_id)
    assert await town.places() == {town.lea.address, lea.user_id}
    await town.mailed("qui a montré un code")
    said = [one["content"].get("body", "") for one in alice.heard(room) if one["sender"] != lea.user_id]
    assert not [text for text in said if town.lea.address in text]


async def test_from_a_mailbox_by_a_code_in_a_room(
    town: Town, matrix_member: Callable[..., Awaitable[Member]]
) -> None:
    lea = await matrix_member("lea")
    await town.writes(f"!lier {lea.user_id}")
    told = await town.mailed("Un code est parti")
    alone = await town.alone_with(lea)
    heard = await lea.hears(alone, "Voici le code", sender=town.account.user_id)
    assert (heard["content"]["msgtype"], heard["encrypted"]) == ("m.text", True)
    code = CODE.search(heard["content"]["body"])
    assert code is not None
    await town.writes(f"Voici : {code[0]}\n\nLéa", answers=message_id(told))
    await lea.hears(alone, "est maintenant à Léa Toscan", sender=town.account.user_id)
    await town.mailed("la même personne")
    assert await town.places() == {town.lea.address, lea.user_id}


async def test_somebody_unknown_asks_the_bot_in_and_is_known_there(
    town: Town, matrix_member: Callable[..., Awaitable[Member]]
) -> None:
    """What a member who is new to chat does first: a direct message.  A room for several is declined."""
    lea = await matrix_member("lea")
    bot = town.account.user_id
    several = await lea.make_room(invite=[bot])
    alone = await lea.make_direct(bot)
    await lea.hears(alone, "je ne connais pas encore ce compte", sender=bot)
    await lea.sees(several, lambda e: (e["state_key"], e["content"]["membership"]) == (bot, "leave"))
    await lea.says(alone, f"je suis {town.lea.address}")
    await lea.hears(alone, "Si le réseau connaît cette adresse", sender=bot)
    code = CODE.search(text_of(await town.mailed("Demandé par")))
    assert code is not None
    await lea.says(alone, code[0])
    heard = await lea.hears(alone, "la même personne", sender=bot)
    assert heard["encrypted"]
    assert await town.places() == {town.lea.address, lea.user_id}
