"""Mail out by SMTP: a few kept connections, one mail at a time on each (RFC 5321, RFC 2920)."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Iterator, Sequence

from bot.channels.base import Envelope, Outcome, Status
from bot.channels.smtp_session import Relay, Session, Stale, Tls, open_session
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

IDLE_SECONDS = 30.0
# A server that allows fewer connections than ``width`` is not asked for more at every batch.
NARROW_SECONDS = 60.0


class SmtpTransport:
    """A MailTransport.  ``timeout`` in seconds, for each step.

    ``final_timeout`` is how long the answer to the final dot may take, by default ten times
    ``timeout`` (RFC 5321 §4.5.3.2.6 asks for ten minutes): giving up there leaves the mail uncertain.
    Without ``ssl_context``, certificates are checked against the system's authorities.
    """

    def __init__(
        self,
        host: str,
        port: int,
        user: str | None = None,
        password: str | None = None,
        tls: Tls = "starttls",
        ssl_context: ssl.SSLContext | None = None,
        width: int = 4,
        timeout: float = 60.0,
        local_hostname: str | None = None,
        final_timeout: float | None = None,
    ) -> None:
        final = timeout * 10 if final_timeout is None else final_timeout
        self._relay = Relay(host, port, user, password, tls, ssl_context, timeout, final, local_hostname)
        self._width = width
        self._idle: list[Session] = []
        self._lock = asyncio.Lock()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._narrow_until = 0.0

    @property
    def width(self) -> int:
        """How many connections it uses."""
        return self._width

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Send the mails, one outcome each in order.

        Raises LoginRefused if the server refuses us and no mail of the batch has left, nothing else.
        """
        if not batch:
            return []
        async with self._lock:
            return await self._send(batch)

    async def close(self) -> None:
        """Let go of the connections; never raises."""
        self._close_idle()

    async def _send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        try:
            # All connections first: a refused login is then known before anything has left.
            await self._open_connections(min(len(batch), self._width))
        except ChannelError as error:
            if isinstance(error, LoginRefused):
                raise
            return [Outcome(Status.LATER, str(error))] * len(batch)
        outcomes: list[Outcome | None] = [None] * len(batch)
        work = _Work(iter(enumerate(batch)), outcomes)
        lanes = [self._idle.pop() for _ in range(min(len(self._idle), len(batch)))]
        try:
            await asyncio.gather(*(self._run_lane(lane, work) for lane in lanes))
        finally:
            loop = asyncio.get_running_loop()
            self._idle_timer = loop.call_later(IDLE_SECONDS, self._close_idle)
        results = [outcome for outcome in outcomes if outcome is not None]
        if work.login_refused and all(outcome.status is Status.LATER for outcome in results):
            raise work.login_refused
        return results

    async def _open_connections(self, wanted: int) -> None:
        """Have ``wanted`` usable connections if the server lets us, and at least one or ChannelError."""
        self._idle = [session for session in self._idle if self._still_usable(session)]
        loop = asyncio.get_running_loop()
        missing = wanted - len(self._idle)
        if missing <= 0 or (self._idle and loop.time() < self._narrow_until):
            return
        results = await asyncio.gather(*(self._open_idle() for _ in range(missing)), return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        for failure in failures:
            if isinstance(failure, LoginRefused) or not isinstance(failure, ChannelError):
                raise failure
        if failures and not self._idle:
            raise failures[0]
        if failures:
            self._narrow_until = loop.time() + NARROW_SECONDS
            log.info("smtp: %d connections instead of %d: %s", len(self._idle), wanted, failures[0])

    async def _open_idle(self) -> None:
        self._idle.append(await open_session(self._relay))

    async def _run_lane(self, session: Session, work: _Work) -> None:
        """Take mails one after the other, over one connection and its successors."""
        try:
            for index, envelope in work.jobs:
                try:
                    if not session.usable:
                        session = await self._successor(session)
                    try:
                        outcome = await session.deliver(envelope)
                    except Stale:
                        session = await self._successor(session)
                        outcome = await session.deliver(envelope)
                except LoginRefused as error:
                    work.login_refused = error
                    outcome = Outcome(Status.LATER, str(error))
                except ChannelError as error:
                    outcome = Outcome(Status.LATER, str(error))
                work.outcomes[index] = outcome
        finally:
            if self._still_usable(session):
                self._idle.append(session)

    async def _successor(self, session: Session) -> Session:
        session.drop()
        return await open_session(self._relay)

    def _still_usable(self, session: Session) -> bool:
        if not session.usable:
            session.drop()
        return session.usable

    def _close_idle(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        while self._idle:
            self._idle.pop().drop()


class _Work:
    """What the lanes of one batch share."""

    def __init__(self, jobs: Iterator[tuple[int, Envelope]], outcomes: list[Outcome | None]) -> None:
        self.jobs = jobs
        self.outcomes = outcomes
        self.login_refused: LoginRefused | None = None
