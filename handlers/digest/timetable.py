"""When the recap is drafted and sent: as the settings say, or as coordination set it since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from bot.schedule import Weekly
from bot.settings.model import Settings
from bot.steering import effective, since
from bot.store.tables import DueRow
from bot.work import Work
from handlers.digest import editions

MOMENT = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Drafting:
    """Every week, some hours before the sending; its period is the week of the sending that it prepares."""

    draft: Weekly
    send: Weekly

    def last(self, now: dt.datetime, settings: Settings) -> tuple[str, dt.datetime] | None:
        """The latest draft up to ``now``: the ISO week of its sending, and its moment in UTC."""
        last = self.draft.last(now, settings)
        if last is None:
            return None
        return editions.week_of(self.send.next(last[1], settings), settings), last[1]

    def next(self, now: dt.datetime, settings: Settings) -> dt.datetime:
        """The first draft after ``now``, in UTC."""
        return self.draft.next(now, settings)


def draft_rule(settings: Settings) -> Drafting:
    """When the draft is shown to coordination."""
    draft = Weekly(settings.digest.draft_day, settings.digest.draft_time, since(settings))
    return Drafting(draft, editions.send_rule(settings))


async def next_draft(work: Work, settings: Settings) -> dt.datetime:
    """When a draft is shown next: of the first sending whose draft was not shown yet."""
    at = await editions.sending_after(work, settings, work.now)
    for _ in range(editions.YEAR):
        before = drafted_at(settings, at)
        if before > work.now and not await was_drafted(work, settings, at):
            return before
        at = await editions.sending_after(work, settings, at)
    return drafted_at(settings, at)


def drafted_at(settings: Settings, send_at: dt.datetime) -> dt.datetime:
    """When the draft of a sending is shown: the latest one before it, whenever that was set."""
    return _last(Weekly(settings.digest.draft_day, settings.digest.draft_time), send_at - MOMENT, settings)


def is_usual(settings: Settings, send_at: dt.datetime) -> bool:
    """Whether something is sent at the hour of the schedule, not at one that was chosen for it."""
    return _last(Weekly(settings.digest.day, settings.digest.time), send_at, settings) == send_at


def _last(rule: Weekly, moment: dt.datetime, settings: Settings) -> dt.datetime:
    last = rule.last(moment, settings)
    assert last is not None  # noqa: S101 - without a beginning, every week has one
    return last[1]


async def was_drafted(work: Work, settings: Settings, send_at: dt.datetime) -> bool:
    """Whether the draft of a sending fell due already."""
    of_week = DueRow.kind == "digest.draft", DueRow.period == editions.week_of(send_at, settings)
    return await work.session.scalar(select(DueRow.id).where(*of_week).limit(1)) is not None


async def needs_word(work: Work) -> bool:
    """Whether the recap waits for coordination's word when nobody answers the draft."""
    settings = await effective(work.session, work.settings)
    return settings.digest.silent == "wait" or settings.gates.approval
