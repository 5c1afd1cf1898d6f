"""When something will happen by itself next: what lets a play jump over the time in between."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from bot import copies, inbox
from bot.app import App
from bot.clock import SetClock
from bot.store.tables import InboxRow, OutboxRow, OutboxState

MOST = 20_000  # moments in one jump; more is something that falls due again and again


class Restless(RuntimeError):
    """Time does not pass: something falls due again and again."""


async def next_moment(app: App) -> dt.datetime | None:
    """The first moment after now at which something falls due, may be tried again, or is missed."""
    now = app.clock.now()
    waits = (
        (OutboxRow.not_before, OutboxRow.state == OutboxState.PENDING.value),
        (OutboxRow.copy_due_at, OutboxRow.state.in_(copies.WAITING)),
        (InboxRow.retry_at, InboxRow.state.in_(inbox.OPEN)),
    )
    firsts = [select(func.min(at)).where(held, at > now).scalar_subquery() for at, held in waits]
    async with app.store.read() as session:
        moments = [*(await session.execute(select(*firsts))).one(), await app.schedule.next_moment()]
    return min((one for one in moments if one is not None and one > now), default=None)


async def pass_until(app: App, clock: SetClock, target: dt.datetime) -> None:
    """Let time pass until ``target``; all that falls due on the way happens at its moment, in order."""
    for _ in range(MOST):
        moment = await next_moment(app)
        if moment is None or moment >= target:
            clock.set(target)
            await app.settle()
            return
        clock.set(moment)
        await app.settle()
    raise Restless(f"more than {MOST} things fall due before {target}")
