"""What a person's preferences mean for one thing to send: it goes, waits for the morning, or does not go."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import local
from bot.settings.model import Settings
from bot.store.people_tables import Preference, Recap
from bot.store.tables import Klass

DAY = dt.timedelta(days=1)
# What a row's ``params`` say of it.
REMINDER = "reminder"  # of something asked before: let go where nobody wants reminders
RECAP_COPY = "recap_copy"  # the personal copy that « récap seul » asked for
RECAP = "recap"  # what the recap may say of an ask that is folded: key, title, text, circle
COMMAND = "command"  # to a machine (a list's server, another bot): no gate but the pause concerns it

# « récap non », « lettre non merci », but not « récap non reçu » nor « récap non ? ».
NO_MORE = r"(?:non|no)(?=[ \n]*(?:\Z|[.!,;:\n(-]|(?:merci|thanks|thank you)\b))"


class Fate(enum.StrEnum):
    """What becomes of one thing for one person."""

    GO = "go"
    WAIT = "wait"  # until the end of the quiet hours, or of the pause if nothing else would tell it
    FOLD = "fold"  # an ask that they do not want by itself: the recap tells it, if it may
    DROP = "drop"  # let go, with the reason


@dataclass(frozen=True)
class Course:
    """What becomes of one thing, why, and until when it waits."""

    fate: Fate
    reason: str = ""
    until: dt.datetime | None = None


GO = Course(Fate.GO)
QUIET = "quiet hours"


@dataclass(frozen=True)
class Quiet:
    """The hours of the night, or of whatever somebody calls so; from and until the same: none."""

    since: dt.time
    until: dt.time

    def covers(self, time: dt.time) -> bool:
        """Whether the clocks that show ``time`` show a quiet hour."""
        if self.since <= self.until:
            return self.since <= time < self.until
        return time >= self.since or time < self.until

    def ends(self, now: dt.datetime, settings: Settings) -> dt.datetime | None:
        """When the quiet hours in which ``now`` lies are over, in UTC; None outside of them.

        On the clocks of the network's zone: a night when they change is as many hours as it has.
        """
        zone = settings.network.zone
        if self.since == self.until:
            return None
        today = now.astimezone(zone).date()
        over_midnight = DAY if self.until <= self.since else 0 * DAY
        for day in (today - DAY, today):
            end = local(day + over_midnight, self.until, zone)
            if local(day, self.since, zone) <= now < end:
                return end
        return None


@dataclass(frozen=True)
class Wishes:
    """What somebody wants to receive, and when."""

    quiet: Quiet
    recap: Recap = Recap.LIST
    reminders: bool = True
    paused_until: dt.datetime | None = None

    def paused(self, now: dt.datetime) -> bool:
        """Whether they want no ask and no news for now."""
        return self.paused_until is not None and now < self.paused_until


def wishes(row: Preference | None, settings: Settings) -> Wishes:
    """What a row of preferences says; without one, what the settings say of everybody."""
    usual = Quiet(settings.reach.quiet_from, settings.reach.quiet_until)
    if row is None:
        return Wishes(usual)
    quiet = usual
    if row.quiet_from and row.quiet_until:
        quiet = Quiet(dt.time.fromisoformat(row.quiet_from), dt.time.fromisoformat(row.quiet_until))
    return Wishes(quiet, Recap(row.recap), row.reminders, row.paused_until)


async def wishes_of(session: AsyncSession, people: Iterable[int], settings: Settings) -> dict[int, Wishes]:
    """What these people want, by their numbers, in one question."""
    numbers = set(people)
    rows = await session.scalars(select(Preference).where(Preference.person_id.in_(numbers)))
    found = {row.person_id: row for row in rows}
    return {number: wishes(found.get(number), settings) for number in numbers}


def without_recap(recap: Recap) -> Recap:
    """What remains of a choice without the recap: what « récap seul » had let go does not come back."""
    return Recap.NO if recap in (Recap.LIST, Recap.NO) else Recap.NONE


def untold(settings: Settings) -> frozenset[str]:
    """The circles whose matters never reach the list, nor the recap."""
    circles = settings.circles.items()
    return frozenset(key for key, circle in circles if circle.reserved or not circle.concerns)


def is_tellable(params: Mapping[str, Any], circles: Collection[str]) -> bool:
    """Whether the recap may ask what an ask asks, instead of it; ``circles``: those that are ``untold``."""
    told = params.get(RECAP)
    return told is not None and told.get("circle", "") not in circles


def concerns(klass: str) -> bool:
    """Whether preferences say anything of this class: answers and duties always go."""
    return klass in (Klass.ASK.value, Klass.NEWS.value)


def course(
    wants: Wishes, klass: str, params: Mapping[str, Any], now: dt.datetime, settings: Settings
) -> Course:
    """What becomes of something of ``klass`` for somebody who ``wants`` this."""
    if not concerns(klass):
        return GO
    if params.get(REMINDER) and not wants.reminders:
        return Course(Fate.DROP, "they want no reminders")
    unwanted = _unwanted(wants, params, now)
    if unwanted and klass == Klass.ASK.value:
        if is_tellable(params, untold(settings)):
            return Course(Fate.FOLD, unwanted)
        if wants.paused(now) and wants.recap in (Recap.LIST, Recap.NO):
            return Course(Fate.WAIT, unwanted, wants.paused_until)
    if unwanted:
        return Course(Fate.DROP, unwanted)
    end = wants.quiet.ends(now, settings)
    return GO if end is None else Course(Fate.WAIT, QUIET, end)


def _unwanted(wants: Wishes, params: Mapping[str, Any], now: dt.datetime) -> str:
    """Why they do not want it at all, or ""."""
    if wants.paused(now):
        return "they paused what is sent to them"
    if wants.recap is Recap.NO and params.get(RECAP_COPY):
        return "they want no recap of their own"
    if wants.recap is Recap.NONE:
        return "they want nothing but answers and duties"
    if wants.recap is Recap.PERSONAL and not params.get(RECAP_COPY):
        return "they want the recap alone"
    return ""
