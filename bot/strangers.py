"""Mail of people whom nobody knows: no answer but at the open addresses, one note a day to coordination."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot import inbox
from bot.router.declare import Context, StrangerHook
from bot.schedule import Daily, Job
from bot.store.tables import DueRow, InboxRow, InboxState
from bot.work import Work

NOTE_AT = dt.time(17)


async def receive(ctx: Context, row: InboxRow, hooks: Sequence[StrangerHook]) -> None:
    """End a stranger's mail."""
    ctx.fact("mail.stranger")
    inbox.end(row, InboxState.REJECTED, "a stranger's mail: no answer", ctx.now)


async def tell(work: Work, due: DueRow) -> None:
    """One note to coordination of the strangers' mails since the last one, if there were any."""


JOB = Job("strangers", tell, rule=lambda _settings: Daily(NOTE_AT))
