"""Handles what came in: each row is understood, answered and ended in one transaction."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import failpoints, inbox
from bot.attention import Attention
from bot.channels.base import EventKind
from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.errors import NeverByMail, Unproven, UserError
from bot.guard import confirming, harmless, restraint, strangers, tokens
from bot.mail.message import Kind, Mail
from bot.postroom import Postroom, hold
from bot.replying import answer
from bot.roomdesk import Place, Roomdesk, keep, taken_back
from bot.router.declare import Context, Incoming, Reply
from bot.store.engine import Store
from bot.store.failures import is_of_store
from bot.store.tables import Act, InboxRow, InboxState
from bot.understand import from_event, from_mail, read_mail
from bot.work import House, Work

log = logging.getLogger(__name__)

BATCH = 20
LARGE = 1 << 20  # bytes; larger mails are read in a thread, so that the others go on


class Worker:
    """Takes the inbox's rows in order, and ends each."""

    def __init__(
        self,
        house: House,
        store: Store,
        clock: Clock,
        dispatcher: Dispatcher,
        postroom: Postroom,
        attention: Attention,
    ) -> None:
        self.house, self.store, self.clock = house, store, clock
        self.dispatcher, self.postroom, self.attention = dispatcher, postroom, attention
        capabilities = dispatcher.registry.capabilities.values()
        self.roomdesk = Roomdesk(capabilities)
        self.strangers = [hook for capability in capabilities for hook in capability.strangers]

    async def step(self) -> int:
        """Handle what is there now, at most ``BATCH``; returns how many."""
        async with self.store.read() as session:
            ids = await inbox.due_rows(session, self.clock.now(), BATCH)
            # One alone is not the taking back of another.
            gone = await taken_back(session) if len(ids) > 1 else frozenset()
        for row_id in ids:
            await self._one(row_id, gone)
        return len(ids)

    async def _one(self, row_id: int, gone: frozenset[Place]) -> None:
        try:
            async with self.store.write() as session:
                row = await session.get_one(InboxRow, row_id)
                if row.state in inbox.OPEN:
                    await self._handle(session, row, gone)
                    await session.flush()
                    failpoints.hit("handled")
        except Exception as error:
            # The database itself (disk full, locked): the row stays as it is, the service backs off.
            if is_of_store(error):
                raise
            # A defect in one handler must not stop the service: the row is held.
            await self._hold(row_id)
        failpoints.hit("handled.after_commit")

    async def _handle(self, session: AsyncSession, row: InboxRow, gone: frozenset[Place]) -> None:
        now = self.clock.now()
        work = Work(self.house, session, now)
        if confirming.is_over(row):
            inbox.end(row, InboxState.REJECTED, "never confirmed", now)
            return
        if row.kind == "mail":
            assert row.raw is not None  # noqa: S101 - only ended rows lose their bytes
            raw, settings = row.raw, self.house.settings
            if len(raw) > LARGE:
                mail = await asyncio.to_thread(read_mail, raw, settings)
            else:
                mail = read_mail(raw, settings)
            row.author = mail.author.address
            if not row.past:
                await tokens.revoke_shared(session, settings, mail, now)
            if await self.postroom.sort(work, row, mail):
                return
            incoming = await self._from_mail(session, row, mail)
        else:
            assert row.raw is not None  # noqa: S101 - only ended rows lose their bytes
            event = inbox.load_event(row.raw)
            if await self.roomdesk.sort(work, row, event, gone):
                return
            incoming = await from_event(session, self.house, row, event, now)
        if not await self._once(session, row, incoming):
            return
        if row.reason == inbox.ECHO:
            await self._look_at_echo(session, row, incoming)
        else:
            async with self.attention.to(incoming.event):
                await self._answer(session, row, incoming)

    async def _from_mail(self, session: AsyncSession, row: InboxRow, mail: Mail) -> Incoming:
        incoming = await from_mail(session, self.house, row, mail, self.clock.now())
        if confirming.is_confirmed(row, incoming.author):
            return replace(incoming, certain=True, confirmed=True)
        return incoming

    async def _once(self, session: AsyncSession, row: InboxRow, incoming: Incoming) -> bool:
        """Write down that this acts; False (and the row ended) if the same message acted already.

        What may never be confirmed is not written down: it must not stand before the genuine one.
        """
        now = self.clock.now()
        content = incoming.mail.content_hash if incoming.mail else row.raw_hash
        there = await session.scalar(
            select(Act).where(
                Act.author == incoming.author_address,
                Act.origin_id == incoming.origin_id,
                Act.action == "say",
            )
        )
        if there is None and not (incoming.certain or incoming.proof):
            return True
        if there is None:
            session.add(
                Act(
                    author=incoming.author_address,
                    origin_id=incoming.origin_id,
                    action="say",
                    content_hash=content,
                    inbox_id=row.id,
                )
            )
            return True
        if there.inbox_id == row.id or row.reason.startswith(inbox.TAKEN_UP):
            return True
        if there.content_hash == content:
            inbox.end(row, InboxState.SUPERSEDED, f"the same message as {there.inbox_id}", now)
        else:
            work = Work(self.house, session, now)
            await hold(work, row, f"same Message-ID as {there.inbox_id}, other words")
        return False

    async def _answer(self, session: AsyncSession, row: InboxRow, incoming: Incoming) -> None:
        now = self.clock.now()
        ctx = Context(self.house, session, now, incoming, self.dispatcher.registry)
        if incoming.author is None and incoming.mail is not None:
            await strangers.receive(ctx, row, self.strangers)
            return
        if not (incoming.certain or incoming.proof):
            await self._doubt(ctx, row)
            return
        if not incoming.confirmed and await restraint.holds_back(ctx, row):
            return
        try:
            async with session.begin_nested():
                reply = await self.dispatcher.dispatch(ctx)
            state, reason = InboxState.APPLIED, "" if reply is None else reply.message
            if reply is None and incoming.confirmed:
                reply = Reply("proof.done")
            elif reply is None:
                state, reason = InboxState.ARCHIVED, "nothing to do"
        except Unproven:
            await self._doubt(ctx, row)
            return
        except UserError as error:
            # A sign or a vote that is refused concerns nobody else.
            aside = incoming.event is not None and incoming.event.kind is not EventKind.MESSAGE
            reply = Reply(error.message, error.values, private=aside)
            state, reason = InboxState.REJECTED, error.message
        if reply is not None and await restraint.talks_past_us(ctx, reply):
            inbox.end(row, InboxState.REJECTED, f"{strangers.MARKED}again and again not understood", now)
            return
        await keep(ctx, answered=reply is not None)
        if reply is not None and reply.message:
            await answer(ctx, row, reply)
        inbox.end(row, state, reason, now)

    async def _doubt(self, ctx: Context, row: InboxRow) -> None:
        """A mail that nobody vouches for: it waits for its author's yes if it would do or get anything."""
        refusal = await confirming.refusal(ctx)
        if refusal:
            inbox.end(row, InboxState.REJECTED, refusal, ctx.now)
            row.raw = None  # nobody will ask for it, and a forger could fill the disk with more
            return
        try:
            would_act = await self._try(ctx)
        except NeverByMail:
            await confirming.refuse(ctx, row)
            return
        if would_act:
            await confirming.wait(ctx, row)
        else:
            inbox.end(row, InboxState.ARCHIVED, "nothing to do", ctx.now)

    async def _try(self, ctx: Context) -> bool:
        """Whether something would do or get anything, were it certain; nothing of it stays."""
        sure = replace(ctx.incoming, certain=True, confirmed=True, proof=None)
        trial = Context(ctx.house, ctx.session, ctx.now, sure, ctx.catalogue)
        savepoint = await ctx.session.begin_nested()
        try:
            reply = await self.dispatcher.dispatch(trial)
        except NeverByMail:
            raise
        except UserError:
            return True
        finally:
            await savepoint.rollback()
        return reply is not None or bool(trial.acts)

    async def _look_at_echo(self, session: AsyncSession, row: InboxRow, incoming: Incoming) -> None:
        """Hold what asks for something: nothing of it is done or said, since it may have been before."""
        now = self.clock.now()
        ctx = Context(self.house, session, now, incoming, self.dispatcher.registry)
        try:
            asks = await self._try(ctx)
        except NeverByMail:
            asks = True
        if asks and incoming.author is not None:
            row.state, row.reference = InboxState.HELD.value, f"N{row.id}"
        else:
            await keep(ctx, answered=asks)
            inbox.end(row, InboxState.ARCHIVED, "nothing to do", now)

    async def _hold(self, row_id: int) -> None:
        """A defect: nothing of the handler was kept, the row is held, and its author gets a reference."""
        reference = f"N{row_id}"
        log.exception("inbox row %s is held, reference %s", row_id, reference)
        async with self.store.write() as session:
            now = self.clock.now()
            row = await session.get_one(InboxRow, row_id)
            row.state, row.reference = InboxState.HELD.value, reference
            row.attempts += 1
            try:
                async with session.begin_nested():
                    await self._tell_held(session, row, now)
            except Exception as error:
                if is_of_store(error):
                    raise
                # The same defect may be in what tells of it: the row is held all the same.
                log.exception("nobody could be told of %s", reference)
            row.reason = "a defect of ours"  # only now: it said whether the author confirmed it

    async def _tell_held(self, session: AsyncSession, row: InboxRow, now: dt.datetime) -> None:
        values = {"reference": row.reference, "author": harmless.address(row.author)}
        await Work(self.house, session, now).tell_coordination(f"held:{row.id}", "common.held", values)
        if row.kind != "mail" or row.raw is None:
            return
        mail = read_mail(row.raw, self.house.settings)
        incoming = await self._from_mail(session, row, mail)
        known = mail.kind is Kind.PERSON and incoming.author is not None
        if known and (incoming.certain or incoming.proof):
            ctx = Context(self.house, session, now, incoming, self.dispatcher.registry)
            await answer(ctx, row, Reply("common.defect", {"reference": row.reference}))
