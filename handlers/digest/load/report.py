"""`!récap bilan`: what the recaps of the last weeks spared, and what they cost, in words and as a chart."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bot.plots import Chart, Panel, Series, draw
from bot.roster import listed
from bot.router.declare import Context, Reply
from bot.store.archive_tables import Message
from bot.store.tables import OutboxRow
from bot.work import Work
from handlers.digest import editions
from handlers.digest.commands import capability
from handlers.digest.load.measure import SECONDS_TO_OPEN, WORDS_A_MINUTE
from handlers.digest.tables import RECAP, Edition, EditionState, Item, ItemState, Line, LineState

SPAN = dt.timedelta(weeks=12)
PUNCTUAL = dt.timedelta(hours=1)  # later than that after its hour, a recap is late
BAR, LONGEST_BAR = "▇", 12
NEITHER = (EditionState.DRAFT.value, EditionState.APPROVED.value)  # sent nor given up


@dataclass(frozen=True)
class Week:
    """One edition: since when it tells, when it was to leave, whether it did, and the load it tells of."""

    since: dt.date
    day: dt.date
    sent: bool
    on_time: bool
    messages: int
    minutes: int
    asks: int
    mails: int

    @property
    def label(self) -> str:
        """Its day, short."""
        return f"{self.day.day}/{self.day.month}"

    def bar(self, most: int) -> str:
        """Its minutes, beside the most of any week, for where no picture is shown."""
        return BAR * -(-self.minutes * LONGEST_BAR // max(most, 1))


@capability.command("récap bilan", "recap bilan", "digest load")
async def show_load(ctx: Context) -> Reply:
    """Dit ce que le récap a épargné ces douze dernières semaines, et ce que Navette a demandé."""
    weeks = await _weeks(ctx)
    if not any(week.sent for week in weeks):
        return Reply("load.none_yet", {"next_at": await editions.next_sending(ctx)})
    values = _summed(weeks) | await _beside(ctx)
    drawn = await draw(_chart(ctx, weeks)) if len(values["weeks"]) > 1 else None
    if drawn is None:
        return Reply("load.report", values)
    name = ctx.render("load.file_name", {}, ctx.language).text
    kept = {"name": name, "type": "image/png", "base64": base64.b64encode(drawn).decode()}
    return Reply("load.report", values, files=(kept,))


def _summed(weeks: Sequence[Week]) -> dict[str, Any]:
    most = max(week.minutes for week in weeks)
    return {
        "since": weeks[0].since,
        "sent": sum(week.sent for week in weeks),
        "late": sum(week.sent and not week.on_time for week in weeks),
        "silent": sum(not week.sent for week in weeks),
        "messages": sum(week.messages for week in weeks),
        "minutes": sum(week.minutes for week in weeks),
        "asks": sum(week.asks for week in weeks),
        "mails": sum(week.mails for week in weeks),
        # One alone, or some that spared nothing, show no more than the sum says.
        "weeks": [
            {"label": week.label, "bar": week.bar(most), "minutes": week.minutes, "sent": week.sent}
            for week in weeks
            if most and len(weeks) > 1
        ],
        "rate": WORDS_A_MINUTE,
        "opening": SECONDS_TO_OPEN,
    }


async def _weeks(work: Work) -> list[Week]:
    """The editions of the last weeks, in order; those that are under way are left out."""
    rows = await work.session.execute(
        select(Edition, OutboxRow.sent_at)
        .outerjoin(OutboxRow, OutboxRow.effect_key == "digest:" + Edition.period)
        .where(Edition.kind == RECAP, Edition.state.not_in(NEITHER), Edition.send_at <= work.now)
        .where(Edition.send_at > work.now - SPAN)
        .order_by(Edition.send_at)
    )
    zone = work.settings.network.zone
    weeks = []
    for edition, left_at in rows:
        at = left_at or edition.sent_at
        weeks.append(
            Week(
                since=edition.since.astimezone(zone).date(),
                day=edition.send_at.astimezone(zone).date(),
                sent=edition.state == EditionState.SENT.value,
                on_time=at is not None and at <= edition.send_at + PUNCTUAL,
                messages=edition.messages,
                minutes=edition.minutes,
                asks=edition.asks,
                mails=edition.mails,
            )
        )
    return weeks


async def _beside(work: Work) -> dict[str, Any]:
    """Lines, corrections, readers by way, questions: counts, of nobody by name."""
    rows = await work.session.execute(
        select(Line.about != "", func.count())
        .where(Line.at > work.now - SPAN, Line.state != LineState.WITHDRAWN.value)
        .group_by(Line.about != "")
    )
    lines = {bool(corrects): count for corrects, count in rows}
    told, waiting = await _questions(work)
    on_list = await listed.last(work, work.settings.digest.list)
    return {
        "lines": lines.get(False, 0),
        "corrections": lines.get(True, 0),
        "on_list": len(on_list.people) if on_list else 0,
        "each": work.settings.digest.delivery == "each",
        "copies": await _copies(work),
        "questions": told,
        "waiting": waiting,
    }


async def _copies(work: Work) -> int:
    """How many had a copy of their own of the latest recap."""
    last = await editions.last_sent(work)
    if last is None:
        return 0
    count = await work.session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.effect_key.startswith(f"digest-copy:{last.period}:"))
    )
    return count or 0


async def _questions(work: Work) -> tuple[int, int]:
    """How many questions the recaps told as unanswered, and to how many of these nobody wrote since."""
    rows = await work.session.execute(
        select(Item.key, Item.version)
        .join(Edition, Edition.id == Item.edition_id)
        .where(Edition.kind == RECAP, Edition.state == EditionState.SENT.value)
        .where(Edition.send_at > work.now - SPAN)
        .where(Item.section == "unanswered", Item.state == ItemState.KEPT.value)
        .order_by(Item.id)
    )
    # By exchange, its last message when it was told last.
    told = {int(key.rpartition(":")[2]): int(version) for key, version in rows if version.isdigit()}
    posts = await work.session.execute(
        select(Message.thread_id, Message.id, Message.author_address)
        .where(Message.thread_id.in_(told))
        .order_by(Message.at, Message.id)
    )
    asked_by: dict[int, str] = {}
    waiting = set(told)
    for thread, number, author in posts:
        if author != asked_by.setdefault(thread, author) and number > told[thread]:
            waiting.discard(thread)
    return len(told), len(waiting)


def _chart(ctx: Context, weeks: Sequence[Week]) -> Chart:
    def said(message: str) -> str:
        return ctx.render(message, {}, ctx.language).text

    spared = Series("", tuple(week.minutes for week in weeks))
    asks = Series(said("load.asks"), tuple(week.asks for week in weeks))
    mails = Series(said("load.mails"), tuple(week.mails for week in weeks))
    panels = Panel(said("load.spared"), (spared,)), Panel(said("load.ours"), (asks, mails))
    return Chart(tuple(week.label for week in weeks), panels)
