"""A live service over fakes: a mailbox, a mail server, one member, one coordinator."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from bot import resources
from bot.app import App, Channels
from bot.channels.base import Envelope, MailboxState
from bot.channels.fake_mail import FakeBox, FakeMailbox, FakeTransport
from bot.clock import SetClock
from bot.live.service import Service
from bot.settings import Settings, load

NOW = dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)
SETTINGS = """
capabilities = ["help", "gates"]
[network]
name = "Réseau des Lisières"
[bot]
address = "navette@lisieres.example"
[store]
path = "navette.sqlite3"
backups = "backups"
synchronous = "off"
[mail]
authserv_id = "mx.lisieres.example"
[gates]
shadow = false
approval = false
[lists.reseau]
address = "reseau@listes.lisieres.example"
[[people.members]]
key = "alice"
name = "Alice Rovère"
addresses = ["alice@lisieres.example"]
roles = ["coordination"]
[[people.members]]
key = "emile"
name = "Émile Varèse"
addresses = ["emile@lisieres.example"]
"""


class CountedMailbox(FakeMailbox):
    """A mailbox that counts how often somebody knocked."""

    def __init__(self, world: World) -> None:
        super().__init__(world.box)
        self._world = world

    async def open(self) -> MailboxState:
        """Connect, counted."""
        self._world.opened += 1
        return await super().open()


@dataclass
class World:
    """Everything outside the bot, which lives on when the bot is stopped."""

    settings: Settings
    clock: SetClock
    box: FakeBox
    sent: list[Envelope] = field(default_factory=list)
    transport: FakeTransport = field(init=False)
    opened: int = 0

    def __post_init__(self) -> None:
        self.transport = FakeTransport(self.sent.append)

    def app(self) -> App:
        """The bot, not started."""
        return App(self.settings, self.clock, Channels(CountedMailbox(self), self.transport))

    @asynccontextmanager
    async def live(self, app: App | None = None) -> AsyncIterator[Service]:
        """The bot served until the block ends; a tick every 50 ms."""
        stop = asyncio.Event()
        service = Service(app or self.app(), stop, tick_seconds=0.05)
        task = asyncio.create_task(service.live())
        try:
            yield service
        finally:
            stop.set()
            async with asyncio.timeout(10):
                await task

    def write(self, text: str, number: int, *, by: str = "emile@lisieres.example", at: str = "") -> None:
        """A mail from ``by`` to the bot, for which its server vouches."""
        self.box.deliver(
            "Authentication-Results: mx.lisieres.example; dmarc=pass\r\n"
            f"From: {by}\r\nTo: {at or 'navette@lisieres.example'}\r\nSubject: Question\r\n"
            f"Message-ID: <m{number}@lisieres.example>\r\nDate: Wed, 18 Nov 2026 10:00:00 +0100\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
        )

    def to(self, recipient: str) -> list[Message]:
        """What reached somebody."""
        return [message_from_bytes(one.data) for one in self.sent if one.recipient == recipient]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A Wednesday morning."""
    file = tmp_path / "navette.toml"
    file.write_text(SETTINGS, "utf-8")
    clock = SetClock(NOW)
    return World(load(file), clock, FakeBox(clock))


@pytest.fixture(autouse=True)
def _templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The templates, with the blocks that they may still lack."""
    folder = tmp_path / "templates"
    shutil.copytree(resources.templates(), folder)
    gates = folder / "fr" / "gates.md"
    text = gates.read_text("utf-8")
    for block, words in {
        "store_failed": "Base absente de {{ since|moment }} à {{ until|moment }} ({{ detail }}).",
        "restored": "Restauration : {{ copied_at|moment }}, {{ at|moment }}, {{ uncertain }}, "
        "{{ posts|join(', ') }}, {{ due|join(', ') }}.",
    }.items():
        if f"block {block} " not in text:
            text += f"\n{{% block {block} %}}\nSujet : {block}\n{words}\n{{% endblock %}}\n"
    gates.write_text(text, "utf-8")
    monkeypatch.setattr(resources, "templates", lambda: folder)
