"""Floods: nobody is answered without end, be it a person in a hurry or a machine that answers us.

Beyond so many answers in an hour, what somebody says waits its turn, in order; nothing is done meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, cast, func, or_, select

from bot import inbox
from bot.channels.base import EventKind, RoomEvent
from bot.outbox import Destination, Terms
from bot.router.declare import Context, Reply
from bot.store.tables import Doubt, InboxRow, InboxState, Klass, OutboxRow, OutboxState
from bot.work import content_of

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WAITS = "answered enough in an hour"  # the reason of a row that waits
MOST_WAITING = 100  # of one person
STRANGERS = 20  # answers an hour to an account that nobody knows: three codes, and five tries of each
TOO_MANY = f"{MOST_WAITING} of the same author wait already"
STRANGER = "a stranger who was answered enough in an hour"
TOLD = "slow:"  # how the effect keys of what we say of it begin: not counted as answers
# What else people do in rooms (edits, what they take back) is not held: it concerns what they said before.
SPOKEN = (EventKind.MESSAGE, EventKind.REACTION, EventKind.POLL_RESPONSE)
OF_ROW = "answer:"  # how the effect keys of answers begin; the inbox row's number follows
LOST = frozenset({"common.not_understood", "common.unknown_command"})
LOST_IN_A_ROW = 5  # such answers to one person in a day; who goes on is no person, or needs one
LEAVING = (OutboxState.PENDING.value, OutboxState.HELD.value, OutboxState.SENDING.value)


async def holds_back(ctx: Context, row: InboxRow) -> bool:
    """Whether a row must not be handled now: its author had enough answers in the last hour.

    It then waits and they are told, once an hour; or, when too much of theirs waits, it is ended.
    """
    if row.reason.startswith(inbox.TAKEN_UP):
        return False
    event = ctx.incoming.event
    if event is not None:
        return event.kind in SPOKEN and await _in_room(ctx, row, event)
    return await _by_mail(ctx, row)


async def talks_past_us(ctx: Context, reply: Reply) -> bool:
    """Whether a mail is one more of many that nobody could understand: a machine answers our answers."""
    if ctx.incoming.mail is None or reply.message not in LOST:
        return False
    number = func.substr(OutboxRow.effect_key, len(OF_ROW) + 1)
    latest = (
        select(InboxRow.reason)
        .select_from(OutboxRow)
        .join(InboxRow, InboxRow.id == cast(number, InboxRow.id.type))
        .where(OutboxRow.person_id == ctx.me.id, OutboxRow.klass == Klass.ANSWER.value)
        .where(OutboxRow.created_at > ctx.now - DAY, OutboxRow.channel == "mail")
        .where(OutboxRow.effect_key.startswith(OF_ROW))
        .order_by(OutboxRow.created_at.desc(), OutboxRow.id.desc())
        .limit(LOST_IN_A_ROW)
    )
    reasons = (await ctx.session.scalars(latest)).all()
    return len(reasons) == LOST_IN_A_ROW and LOST.issuperset(reasons)


async def _by_mail(ctx: Context, row: InboxRow) -> bool:
    limit = ctx.settings.gates.answers_per_hour
    queue = _Queue(ctx, row, limit, (*ctx.me.addresses, ctx.incoming.author_address))
    earlier = await queue.earlier()
    answers = await _answers_by_mail(ctx, limit)
    if len(answers) < limit and not earlier:
        return False
    await queue.hold(answers, earlier)
    return True


async def _in_room(ctx: Context, row: InboxRow, event: RoomEvent) -> bool:
    """As by mail; but nothing is asked of the database until somebody comes near the limit."""
    pace, gates, author = ctx.house.pace, ctx.settings.gates, event.sender
    known = ctx.incoming.author is not None
    limit = gates.chat_answers_per_hour if known else min(gates.answers_per_hour, STRANGERS)
    if not pace.known:
        await _remember(ctx)
    if pace.count(author, ctx.now) >= limit:
        pace.correct(author, await _answers_in_rooms(ctx, author))
    if pace.count(author, ctx.now) < limit and author not in pace.held:
        pace.add(author, ctx.now)
        return False
    if ctx.incoming.author is None:
        inbox.end(row, InboxState.REJECTED, STRANGER, ctx.now)
        return True
    queue = _Queue(ctx, row, limit, (author,))
    earlier = await queue.earlier()
    answers = await _answers_in_rooms(ctx, author)
    pace.correct(author, answers)
    if len(answers) < limit and not earlier:
        if not await queue.later():
            pace.held.discard(author)
        pace.add(author, ctx.now)
        return False
    pace.held.add(author)
    await queue.hold(answers, earlier)
    return True


@dataclass(frozen=True)
class _Queue:
    """What waits of one author, and the row that joins it."""

    ctx: Context
    row: InboxRow
    limit: int
    addresses: Sequence[str]

    async def earlier(self) -> list[Row[int, dt.datetime | None]]:
        """Number and next look of those that stand before the row, in order."""
        return [one for one in await self._waiting() if one.id < self.row.id]

    async def later(self) -> bool:
        """Whether any stands behind it."""
        return any(one.id > self.row.id for one in await self._waiting())

    async def _waiting(self) -> Sequence[Row[int, dt.datetime | None]]:
        waiting = (
            select(InboxRow.id, InboxRow.retry_at)
            .where(InboxRow.state == InboxState.WAITING.value, InboxRow.reason == WAITS)
            .where(InboxRow.author.in_(self.addresses), InboxRow.kind == self.row.kind)
            .order_by(InboxRow.id)
        )
        return (await self.ctx.session.execute(waiting)).all()

    async def hold(
        self, answers: Sequence[dt.datetime], earlier: Sequence[Row[int, dt.datetime | None]]
    ) -> None:
        """Let the row wait for its turn; it is ended if too many wait.  ``answers``: of the last hour."""
        if len(earlier) >= MOST_WAITING:
            inbox.end(self.row, InboxState.REJECTED, TOO_MANY, self.ctx.now)
            await self._tell_coordination()
            return
        again = _turn(self.ctx.now, answers, self.limit, len(earlier))
        last = earlier[-1].retry_at if earlier else None
        self.row.retry_at = again if last is None else max(again, last)
        self.row.state, self.row.reason = InboxState.WAITING.value, WAITS
        await self._tell_author(self.row.retry_at)

    async def _tell_author(self, again: dt.datetime) -> None:
        """One sentence, once an hour at most."""
        ctx, me, begins = self.ctx, self.ctx.me, f"{TOLD}{self.row.kind}:"
        told = (
            select(OutboxRow.id)
            .where(OutboxRow.person_id == me.id, OutboxRow.klass == Klass.ANSWER.value)
            .where(OutboxRow.created_at > ctx.now - HOUR)
            .where(OutboxRow.effect_key.startswith(begins, autoescape=True))
        )
        if await ctx.session.scalar(told.limit(1)) is not None:
            return
        event = ctx.incoming.event
        to = Destination("mail", ctx.incoming.author_address, me.id)
        if event is not None:
            to = Destination("room", event.sender, me.id)
        values = {"answers": self.limit, "again": again}
        rendered = ctx.render("strangers.slow", values, me.language)
        terms = Terms(Klass.ANSWER, Doubt.DROP)
        await ctx.send(f"{begins}{self.row.id}", to, content_of(rendered), terms)

    async def _tell_coordination(self) -> None:
        """Once a day that somebody writes without end."""
        me, day = self.ctx.me, f"{self.ctx.now:%Y-%m-%d}"
        values = {"name": me.name, "waiting": MOST_WAITING}
        await self.ctx.tell_coordination(f"flood:{me.id}:{day}", "strangers.overflow", values)


def _turn(now: dt.datetime, answers: Sequence[dt.datetime], limit: int, before: int) -> dt.datetime:
    """When a row may be handled that has ``before`` others before it, if each gets an answer at its turn."""
    latest = sorted(answers)[-limit:]
    turns = [now] * (limit - len(latest)) + [one + HOUR for one in latest]
    rounds, place = divmod(before, limit)
    return turns[place] + rounds * HOUR


async def _answers_by_mail(ctx: Context, limit: int) -> list[dt.datetime]:
    """The moments of the latest answers that the person had by mail in the last hour, at most ``limit``."""
    answers = (
        select(OutboxRow.created_at)
        .where(OutboxRow.person_id == ctx.me.id, OutboxRow.klass == Klass.ANSWER.value)
        .where(OutboxRow.created_at > ctx.now - HOUR, OutboxRow.channel == "mail")
        .where(~OutboxRow.effect_key.startswith(TOLD, autoescape=True))
        .order_by(OutboxRow.created_at.desc())
        .limit(limit)
    )
    return list(await ctx.session.scalars(answers))


async def _answers_in_rooms(ctx: Context, author: str) -> list[dt.datetime]:
    """The moments of the answers to what somebody said in rooms in the last hour."""
    return [at for who, at in await _all_answers_in_rooms(ctx) if who == author]


async def _all_answers_in_rooms(ctx: Context) -> Sequence[Row[str, dt.datetime]]:
    """Authors and moments; by the indexes of what was sent lately and of what is leaving."""
    since, number = ctx.now - HOUR, func.substr(OutboxRow.effect_key, len(OF_ROW) + 1)
    answers = (
        select(InboxRow.author, OutboxRow.created_at)
        .join(InboxRow, InboxRow.id == cast(number, InboxRow.id.type))
        .where(or_(OutboxRow.sent_at > since, OutboxRow.state.in_(LEAVING)))
        .where(OutboxRow.created_at > since, OutboxRow.channel == "room")
        .where(OutboxRow.effect_key.startswith(OF_ROW), InboxRow.kind == "room")
    )
    return (await ctx.session.execute(answers)).all()


async def _remember(ctx: Context) -> None:
    """Once after each start: who was answered in the last hour, and of whom something waits."""
    pace = ctx.house.pace
    answers: dict[str, list[dt.datetime]] = {}
    for author, at in await _all_answers_in_rooms(ctx):
        answers.setdefault(author, []).append(at)
    for author, moments in answers.items():
        pace.correct(author, moments)
    held = select(InboxRow.author).where(
        InboxRow.state == InboxState.WAITING.value, InboxRow.reason == WAITS, InboxRow.kind == "room"
    )
    pace.held.update(await ctx.session.scalars(held.distinct()))
    pace.known = True
