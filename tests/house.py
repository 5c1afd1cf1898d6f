"""The whole bot over fakes, in one process: a house on a network where everybody writes mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from bot import outbox, resources
from bot.app import App, Channels
from bot.channels.fake import Sent
from bot.errors import ChannelError
from bot.outbox import Content, Destination, Terms
from bot.play.letters import Letter, open_letter
from bot.play.stage import Stage
from bot.settings import load, override
from bot.store.people_tables import Person
from bot.store.tables import InboxRow, OutboxRow

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)  # a Monday: no recap falls due for days
ALICE = "alice@lisieres.example"  # coordination


class House(Stage):
    """The demo network without its rooms, so that coordination is Alice's mailbox.

    ``at``: when it begins.  ``gates``: settings that differ from the demo's.  Without ``recap``,
    nothing falls due by itself.  Time stands still between two actions.
    """

    def __init__(self, folder: Path, *, recap: bool = True, at: dt.datetime = NOON, **gates: object) -> None:
        settings = load(resources.config() / "demo.toml")
        if not recap:
            settings = override(settings, "capabilities", ["help", "gates"])
        for name, value in gates.items():
            settings = override(settings, f"gates.{name}", value)
        super().__init__(settings, folder, at)

    @property
    def bot(self) -> App:
        """The bot that runs."""
        assert self.app is not None
        return self.app

    async def settle(self) -> None:
        """Let the bot do all that there is to do."""
        await self.bot.settle()

    async def look_again(self) -> None:
        """Connect to the mailbox anew after the connection was lost, and go on."""
        assert self.bot.mails is not None
        await self.bot.mails.pause_after(ChannelError("lost"))
        await self.settle()

    def mend_mail_server(self) -> None:
        """Whatever trouble it was told to make, it makes no more."""
        self.network.transport._troubles.clear()

    async def wait_hours(self, hours: float) -> None:
        """Let time pass, with all that falls due on the way."""
        await self.pass_until(self.clock.now() + dt.timedelta(hours=hours))

    async def enqueue(self, key: str, to: Destination, terms: Terms, text: str = "Bonjour.") -> int:
        """Something to send, as a handler would; nothing leaves yet."""
        async with self.bot.store.write() as session:
            sender = self.bot.house.sender(self.clock.now())
            return await outbox.enqueue(session, sender, key, to, Content(text, subject=key), terms)

    async def enqueue_many(self, prefix: str, addresses: Sequence[str], terms: Terms) -> None:
        """One text to many."""
        async with self.bot.store.write() as session:
            body = await outbox.add_body(session, Content("Bonjour à chacun.", subject=prefix))
            to = [Destination("mail", address) for address in addresses]
            sender = self.bot.house.sender(self.clock.now())
            await outbox.enqueue_many(session, sender, prefix, to, body, terms)

    async def person(self, key: str) -> Destination:
        """Somebody's mailbox, as handlers write to it."""
        async with self.bot.store.read() as session:
            number = await session.scalar(select(Person.id).where(Person.key == key))
        return Destination("mail", self.cast.writer(key).address, number)

    async def outbox(self) -> dict[str, OutboxRow]:
        """Every row of the outbox, by effect key."""
        async with self.bot.store.read() as session:
            return {row.effect_key: row for row in await session.scalars(select(OutboxRow))}

    async def inbox(self) -> list[InboxRow]:
        """Every row of the inbox."""
        async with self.bot.store.read() as session:
            return list(await session.scalars(select(InboxRow).order_by(InboxRow.id)))

    def mails(self, address: str = "") -> list[Letter]:
        """What the bot sent (to ``address``), as people read it."""
        return [
            open_letter(one.data)
            for one in self.network.sent
            if isinstance(one, Sent) and address in ("", one.recipient)
        ]

    def reached(self, beginning: str) -> list[str]:
        """The recipients whose address begins so, once for each mail that the bot sent them."""
        mails = [one for one in self.network.sent if isinstance(one, Sent)]
        return [one.recipient for one in mails if one.recipient.startswith(beginning)]

    def _channels(self) -> Channels:
        return Channels(self.network.mailbox(), self.network.transport)
