"""The live service: one lock, one clock, and a loop for each door, until it is told to stop."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import gates
from bot.app import App
from bot.channels.base import Mailbox
from bot.clock import UTC, Clock, SystemClock
from bot.errors import ChannelError, LoginRefused
from bot.live.connect import connect
from bot.live.loops import BACKOFF, Loop, Troubles, until
from bot.live.report import report
from bot.mailwatch import MailWatch
from bot.roomwatch import RoomWatch
from bot.settings import Settings, differences
from bot.store.failures import is_of_store
from bot.store.lock import Lock
from bot.worker import BATCH

log = logging.getLogger(__name__)

TICK_SECONDS = 20.0
HEAR_SECONDS = 30.0  # one look at the rooms waits so long for news
GRACE_SECONDS = 5.0  # what is being sent or handled when we are told to stop may take so long


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Serve until SIGTERM or SIGINT, as a standby for as long as another instance serves.

    Raises StoreError when the database cannot be used at all, SettingsError for a setting found wrong.
    """
    stop, lock = asyncio.Event(), Lock(settings.store.path)
    with _signals(stop):
        if not await lock.wait(stop):
            return
        try:
            began = time.perf_counter()
            app = App(settings, clock or SystemClock(), connect(settings))
            await Service(app, stop).live(began)
        finally:
            lock.release()


async def run_once(settings: Settings, clock: Clock | None = None) -> None:
    """One pass: take what came, handle it, send what may leave.

    Raises ChannelError when a server could not be reached (the rest was done), StoreError when another
    instance works on the database.
    """
    with Lock(settings.store.path):
        app = App(settings, clock or SystemClock(), connect(settings))
        await Service(app, asyncio.Event()).once()


class Service:
    """One app made live."""

    def __init__(self, app: App, stop: asyncio.Event, tick_seconds: float = TICK_SECONDS) -> None:
        self.app, self.stop = app, stop
        self.troubles = Troubles(app.clock)
        self._inside, self._outside, self._aloud = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._ticking = asyncio.Lock()
        self._interrupted = False  # the last delivery did not come to its end
        self._broken = False  # nor the last look at what is to be said
        # Its own clock is the machine's; what is due is decided by ours, in the tables.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._job = self._scheduler.add_job(self._tick, IntervalTrigger(seconds=tick_seconds, timezone=UTC))
        self._noticed: tuple[dict[str, str], str] = ({}, "")

    async def live(self, began: float | None = None) -> None:
        """Serve until ``stop``.  ``began``: ``time.perf_counter()`` when we were started."""
        began = time.perf_counter() if began is None else began
        try:
            if not await self._start():
                return
            listeners = [asyncio.create_task(loop.run()) for loop in self._listeners()]
            for listener in listeners:
                # One whose password is refused ends.
                listener.add_done_callback(lambda _: self._notice())
            hands = [asyncio.create_task(loop.run()) for loop in self._hands()]
            self._scheduler.start()
            log.info("ready (prête) in %.2f s", time.perf_counter() - began)
            await self._tick()
            await self.stop.wait()
            await self._finish(listeners, hands)
        finally:
            await self.app.stop()
            log.info("stopped")

    async def once(self) -> None:
        """Everything that there is to do now.  Raises ChannelError after having done what was possible."""
        problems: dict[str, ChannelError] = {}
        try:
            await self.app.start()
            while await self._look_once(problems):
                pass
            for name, error in problems.items():
                if isinstance(error, LoginRefused):
                    self.troubles.give_up(name, str(error))
            await self._report()
            await self.app.posting.step()
            await self.app.delivery.step()
        finally:
            await self.app.stop()
        for error in problems.values():
            raise error

    async def _look_once(self, problems: dict[str, ChannelError]) -> int:
        """One look at every door, but for those with a problem, and at what is inside; how much moved."""
        moved = 0
        for name, look in self._doors():
            if name not in problems:
                try:
                    moved += await look()
                except ChannelError as error:
                    problems[name] = error
        return moved + await self.app.work()

    def _doors(self) -> Iterator[tuple[str, Callable[[], Awaitable[int]]]]:
        mails, events = self.app.mails, self.app.events
        if mails is not None and self.app.channels.mailbox is not None:
            yield self.app.channels.mailbox.name, mails.step
        if events is not None:
            yield events.rooms.name, partial(events.step, 0)

    async def _start(self) -> bool:
        """Bring up the database, however long its disk is full; False if told to stop meanwhile."""
        failures = 0
        while True:
            try:
                await self.app.start()
                break
            except Exception as error:
                if not is_of_store(error):
                    raise
                failures += 1
                self.troubles.store_failed("start", error)
                if await until(self.stop, BACKOFF[min(failures, len(BACKOFF)) - 1]):
                    return False
        self.troubles.store_works("start")
        await self._introduce()
        return True

    async def _introduce(self) -> None:
        settings = self.app.settings
        async with self.app.store.read() as session:
            standing = await gates.standing(session, settings.gates, self.app.clock.now())
        log.info(
            "navette %s for %s: shadow %s, pause %s, breaker %s, approval of lists %s",
            version("navette-bot"),
            settings.network.name,
            *(
                "on" if on else "off"
                for on in (standing.shadow, standing.paused, standing.breaker, standing.approval)
            ),
        )
        for line in differences(settings):
            log.info("setting %s", line)

    def _listeners(self) -> Iterator[Loop]:
        app = self.app
        if app.mails is not None and app.channels.mailbox is not None:
            yield self._mail_loop(app.mails, app.channels.mailbox)
        if app.events is not None:
            yield self._room_loop(app.events)

    def _mail_loop(self, watch: MailWatch, mailbox: Mailbox) -> Loop:
        async def turn() -> None:
            if await watch.step():
                self._inside.set()  # what comes of it rings the others
            self._notice()

        # IDLE is a hint: whether or not it speaks, we look again after that long.
        async def rest() -> None:
            await mailbox.wait(self.app.settings.mail.inbox.poll_seconds)

        return Loop(mailbox.name, turn, rest, self.troubles, self.stop, watch.pause_after)

    def _room_loop(self, watch: RoomWatch) -> Loop:
        async def turn() -> None:
            if await watch.step(HEAR_SECONDS):
                self._inside.set()  # what comes of it rings the others
            self._notice()

        async def rest() -> None:
            """To hear is to wait."""

        return Loop(watch.rooms.name, turn, rest, self.troubles, self.stop, watch.pause_after)

    def _hands(self) -> Iterator[Loop]:
        async def handle() -> None:
            self._inside.clear()
            while handled := await self.app.worker.step():
                self._outside.set()
                self._aloud.set()
                # Fewer than it takes at once: there is no more until the bell rings.
                if handled < BATCH or self.stop.is_set():
                    return

        async def deliver() -> None:
            self._outside.clear()
            if self._interrupted:
                # An error left rows that are being sent by nobody.
                await self.app.delivery.recover()
            self._interrupted = True
            while await self.app.delivery.step() and not self.stop.is_set():
                pass
            self._interrupted = False
            self._notice()

        async def speak() -> None:
            self._aloud.clear()
            if self._broken:
                await self.app.posting.recover()
            self._broken = True
            await self.app.posting.begin()
            self._broken = False

        async def listen() -> None:
            await self.app.posting.rest(self._aloud)

        yield Loop("posting", speak, listen, self.troubles, self.stop)
        yield Loop("worker", handle, self._inside.wait, self.troubles, self.stop)
        yield Loop("delivery", deliver, self._outside.wait, self.troubles, self.stop)

    def _ring(self) -> None:
        """Something may have come in, or may leave."""
        for bell in (self._inside, self._outside, self._aloud):
            bell.set()

    def _notice(self) -> None:
        """Have it told soon that something is connected, or is not any more."""
        now = dict(self.app.house.connections.problems), self.app.delivery.refused_login
        if now != self._noticed and not self.stop.is_set():
            self._noticed = now
            self._job.modify(next_run_time=dt.datetime.now(UTC))

    async def _tick(self) -> None:
        async with self._ticking:
            for name, step in (("clock", self.app.tick), ("report", self._report)):
                try:
                    await step()
                    self.troubles.store_works(name)
                except Exception as error:
                    # A job that raises would end the clock.
                    if is_of_store(error):
                        self.troubles.store_failed(name, error)
                    else:
                        log.exception("%s failed, and goes on", name)
        self._ring()

    async def _ticked(self) -> None:
        async with self._ticking:
            pass

    async def _report(self) -> None:
        await report(self.app, self.troubles)

    async def _finish(self, listeners: list[asyncio.Task[None]], hands: list[asyncio.Task[None]]) -> None:
        """Stop listening at once, and let what is being handled or sent come to its end."""
        log.info("stopping")
        self._scheduler.pause()
        self.app.delivery.stopping = True
        said = asyncio.create_task(self.app.posting.finish())
        self._ring()
        for task in listeners:
            task.cancel()
        ticked = asyncio.create_task(self._ticked())
        _, late = await asyncio.wait({*hands, ticked, said}, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*listeners, *late, return_exceptions=True)
        self._scheduler.shutdown(wait=False)


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set ``stop``."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
