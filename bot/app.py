"""Builds the parts from the settings, starts them, stops them: all the wiring, in one place."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot import copies, resources, roster
from bot.attention import Attention
from bot.channels.base import Mailbox, MailTransport, Rooms
from bot.clock import Clock
from bot.composing import Composer
from bot.delivery import Delivery
from bot.dispatch import Dispatcher
from bot.errors import SettingsError
from bot.guard import confirming, strangers
from bot.mailwatch import MailWatch
from bot.personal import erasure, holdings, notice, retention, returning
from bot.posting import Posting
from bot.postroom import Postroom
from bot.render import Renderer, shared_values
from bot.roomwatch import RoomWatch
from bot.roster import review
from bot.roster.sync import sync_if_changed
from bot.router.declare import Capability
from bot.router.find import Registry
from bot.schedule import Schedule
from bot.settings import Settings
from bot.store import lifecycle
from bot.store.engine import Store
from bot.work import Contributions, House, Work
from bot.worker import Worker

HOUSE_JOBS = (
    confirming.JOB,
    strangers.JOB,
    retention.JOB,
    retention.FORMER_JOB,
    erasure.JOB,
    returning.JOB,
)
SCRUB_AGAIN = dt.timedelta(minutes=1)
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


def house_of(settings: Settings, capabilities: Sequence[Capability], rooms: str | None = None) -> House:
    """What stays the same over one database; ``rooms``: the name of the channel, None without one."""
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
        rules=tuple(job.rule for one in capabilities for job in one.jobs if job.rule is not None),
        news=tuple(run for one in capabilities for run in one.news),
        owners=(*(owner for one in capabilities for owner in one.owners), *holdings.OWNERS),
    )
    return House(
        settings,
        renderer,
        rooms is not None,
        contributions=contributions,
        own_chat="" if rooms is None else rooms.partition(":")[2],
    )


class App:
    """The whole bot over one database.  ``service.py`` makes it live; plays step through it."""

    def __init__(self, settings: Settings, clock: Clock, channels: Channels) -> None:
        self.settings, self.clock, self.channels = settings, clock, channels
        capabilities = load_capabilities(settings.capabilities)
        self.registry = Registry(capabilities)
        self.store = Store(settings.store.path, synchronous=settings.store.synchronous)
        bot = settings.bot
        rooms = channels.rooms
        self.house = house_of(settings, capabilities, None if rooms is None else rooms.name)
        dispatcher = Dispatcher(self.registry, bot.prefix, bot.name)
        postroom, attention = Postroom(self.house, capabilities), Attention(rooms)
        self.worker = Worker(self.house, self.store, clock, dispatcher, postroom, attention)
        jobs = [*self.registry.jobs, *HOUSE_JOBS, *review.jobs(settings)]
        self.schedule = Schedule(self.house, self.store, clock, jobs)
        self.delivery = Delivery(self.house, self.store, clock, channels.mail)
        self.posting = Posting(
            self.house, self.store, clock, Composer(self.house, self.store), channels.rooms
        )
        self._scrub_at = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.mails: MailWatch | None = None
        self.events: RoomWatch | None = None
        if channels.mailbox is not None:
            self.mails = MailWatch(self.store, clock, channels.mailbox, self.house.connections)
        if channels.rooms is not None:
            key_wait = dt.timedelta(minutes=settings.matrix.unreadable_minutes)
            reach = settings.reach if any(one.meets_strangers for one in capabilities) else None
            self.events = RoomWatch(
                self.store, clock, channels.rooms, self.house.connections, key_wait, reach
            )

    async def start(self) -> None:
        """Bring the database up to date, and take up what a crash left."""
        await lifecycle.prepare(self.store, self.clock.now())
        async with self.store.write() as session:
            work = Work(self.house, session, self.clock.now())
            await returning.start(work, self.store)
            named = await returning.without_erased(work, roster.entries(self.settings))
            await sync_if_changed(session, self.settings, named, work.now)
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
        """What is due, copies that did not come back, people to give the notice, a file to write anew."""
        moved = await self.schedule.step()
        now = self.clock.now()
        async with self.store.read() as session:
            overdue = await copies.overdue(session, now)
            untold = await notice.waiting(Work(self.house, session, now))
            erased = now >= self._scrub_at and await erasure.is_wanted(session)
        if overdue or untold:
            async with self.store.write() as session:
                work = Work(self.house, session, now)
                moved += await copies.look(work) + await notice.step(work)
        if erased and not await erasure.settle(self.store):
            self._scrub_at = now + SCRUB_AGAIN
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
