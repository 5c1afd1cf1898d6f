"""Nothing is kept longer than the settings say."""

from __future__ import annotations

import datetime as dt

from bot.schedule import Daily, Job
from bot.store.tables import DueRow
from bot.work import Work

AT = dt.time(4)


async def expire(work: Work, due: DueRow) -> None:
    """Let every owner let go of what was kept long enough."""
    for owner in work.house.contributions.owners:
        await owner.expire(work)


JOB = Job("retention", expire, rule=lambda _settings: Daily(AT))
