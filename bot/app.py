"""Builds the parts from the settings, starts them, stops them: all the wiring, in one place."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot import confirming, copies, inbox, resources, retention, roster, strangers
from bot.attention import Attention
from bot.channels.base import Mailbox, MailTransport, Rooms
from bot.clock import Clock
from bot.composing import Composer
from bot.delivery import Delivery
from bot.dispatch import Dispatcher
from bot.errors import SettingsError
from bot.mailwatch import MailWatch
from bot.posting import Posting
from bot.postroom import Postroom
from bot.render import Renderer, shared_values
from bot.roomwatch import RoomWatch
from bot.roster.sync import sync_if_changed
from bot.router.declare import Capability
from bot.router.find import Registry
from bot.schedule import Schedule
from bot.settings import Settings
from bot.store import lifecycle
from bot.store.engine import Store
from bot.work import Contributions, House, Work
from bot.worker import Worker

HOUSE_JOBS = (confirming.JOB, strangers.JOB, retention.JOB)
FORGET_EVERY = dt.timedelta(hours=1)
ROUNDS = 200  # a settled house moves no more long before


@dataclass(frozen=True)
class Channels:
    """The servers' side: any of them may be absent."""

    mailbox: Mailbox | None = None
    mail: MailTransport | None = None
    rooms: Rooms | None = None


def load_capabilities(names: Sequence[str]) -> list[Capability]:
    """The capabilities that the settings name; SettingsError for one that does not exist."""
    found = []
    for name in names:
        try:
            module = importlib.import_module(f"handlers.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"handlers.{name}":
                raise
            raise SettingsError(f"capabilities : la capacité {name!r} n'existe pas") from error
        found.append(module.capability)
    return found


class App:
    """The whole bot over one database.  ``service.py`` makes it live; plays step through it."""

    def __init__(self, settings: Settings, clock: Clock, channels: Channels) -> None:
        self.settings, self.clock, self.channels = settings, clock, channels
        capabilities = load_capabilities(settings.capabilities)
        self.registry = Registry(capabilities)
        self.store = Store(settings.store.path, synchronous=settings.store.synchronous)
        bot = settings.bot
        renderer = Renderer(
            resources.templates(),
            settings.network.zone,
            shared_values(settings.network.name, bot.name, bot.address, bot.prefix),
            settings.network.language,
        )
        contributions = Contributions(
            digest=tuple(source for one in capabilities for source in one.digest),
            states=tuple(state for one in capabilities for state in one.states),
            rules=tuple(job.rule for job in self.registry.jobs if job.rule is not None),
            owners=tuple(owner for one in capabilities for owner in one.owners),
        )
        rooms = channels.rooms
        self.house = House(
            settings,
            renderer,
            rooms is not None,
            contributions=contributions,
            own_chat="" if rooms is None else rooms.name.partition(":")[2],
        )
        dispatcher = Dispatcher(self.registry, bot.prefix, bot.name)
        postroom, attention = Postroom(self.house, capabilities), Attention(rooms)
        self.worker = Worker(self.house, self.store, clock, dispatcher, postroom, attention)
        self.schedule = Schedule(self.house, self.store, clock, [*self.registry.jobs, *HOUSE_JOBS])
        self.delivery = Delivery(self.house, self.store, clock, channels.mail)
        self.posting = Posting(
            self.house, self.store, clock, Composer(self.house, self.store), channels.rooms
        )
        self._forget_at = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.mails: MailWatch | None = None
        self.events: RoomWatch | None = None
        if channels.mailbox is not None:
            self.mails = MailWatch(self.store, clock, channels.mailbox, self.house.connections)
        if channels.rooms is not None:
            key_wait = dt.timedelta(minutes=settings.matrix.unreadable_minutes)
            self.events = RoomWatch(self.store, clock, channels.rooms, self.house.connections, key_wait)

    async def start(self) -> None:
        """Bring the database up to date, and take up what a crash left."""
        await lifecycle.prepare(self.store, self.clock.now())
        async with self.store.write() as session:
            await sync_if_changed(session, self.settings, roster.entries(self.settings), self.clock.now())
        await self.delivery.recover()
        await self.posting.recover()

    async def step(self) -> int:
        """One look at every door; returns how much moved.  Raises ChannelError when a channel fails."""
        moved = 0
        if self.mails is not None:
            moved += await self.mails.step()
        if self.events is not None:
            moved += await self.events.step(timeout=0)
        return moved + await self.work()

    async def work(self) -> int:
        """One look at what is inside the house: the inbox's rows, the clock, the outbox's rows."""
        moved = await self.worker.step() + await self.tick()
        return moved + await self.posting.step() + await self.delivery.step()

    async def tick(self) -> int:
        """What the clock brings: what is due, copies that did not come back, bytes to forget."""
        moved = await self.schedule.step()
        now = self.clock.now()
        async with self.store.read() as session:
            overdue = await copies.overdue(session, now)
        if not overdue and now < self._forget_at:
            return moved
        async with self.store.write() as session:
            moved += await copies.look(Work(self.house, session, now))
            await inbox.forget_raw(session, now - dt.timedelta(days=self.settings.retention.raw_days))
        self._forget_at = now + FORGET_EVERY
        return moved

    async def settle(self) -> None:
        """Step until nothing moves: for plays, where time stands still between two actions."""
        for _ in range(ROUNDS):
            if not await self.step():
                return
        raise RuntimeError("the house does not come to rest")

    async def stop(self) -> None:
        """Let go of every channel and of the database."""
        for channel in (self.channels.mailbox, self.channels.mail, self.channels.rooms):
            if channel is not None:
                await channel.close()
        await self.store.close()
