"""What falls due: the draft to coordination, then the recap to the list."""

from __future__ import annotations

from bot.schedule import plan
from bot.steering import effective, skipped
from bot.store.tables import DueRow
from bot.work import Work
from handlers.digest import editions, timetable
from handlers.digest.delivery.publishing import publish
from handlers.digest.desk.showing import bring_in, hold_back, question_of, show_draft
from handlers.digest.tables import Edition, EditionState


async def draft(work: Work, due: DueRow) -> None:
    """Make the draft of the coming edition and show it to coordination, in its room and by mail."""
    settings = await effective(work.session, work.settings)
    send_at = editions.send_rule(settings).next(due.due_at, settings)
    week = editions.week_of(send_at, settings)
    if send_at <= work.now or not work.settings.lists or week in skipped(settings):
        return  # we were down, and the sending that is due as well does it all; or there is none
    edition = await editions.open_for(work, send_at)
    items = await editions.items_of(work, edition, kept=True)
    if not items or edition.state not in editions.OPEN:
        return
    await show_draft(work, edition, "draft.ready", f"digest-draft:{edition.period}")


async def send(work: Work, due: DueRow) -> None:
    """Send the edition of that week, once; or wait for coordination's word, as set."""
    settings = await effective(work.session, work.settings)
    if not work.settings.lists or due.period in skipped(settings):
        return
    edition = await editions.of_week(work, due.period)
    if edition is None:
        moved = await editions.current(work)
        if moved is not None and moved.send_at > work.now:
            return  # coordination put it off to another week
        edition = await editions.open_for(work, due.due_at)
    await _send_or_wait(work, edition)


async def send_later(work: Work, due: DueRow) -> None:
    """The moment that coordination chose has come, unless they chose yet another."""
    edition = await work.session.get_one(Edition, due.data["edition"])
    if edition.send_at <= work.now:
        await _send_or_wait(work, edition)


async def _send_or_wait(work: Work, edition: Edition) -> None:
    if edition.state not in editions.OPEN:
        return
    if edition.send_at > work.now:  # coordination chose another moment
        period = f"{edition.id}:{edition.send_at}"
        await plan(
            work.session, "digest.send.later", "network", period, edition.send_at, {"edition": edition.id}
        )
        return
    if edition.state == EditionState.DRAFT and await timetable.needs_word(work):
        await _wait(work, edition)
        return
    fresh = await bring_in(work, edition, await question_of(work, edition))
    if edition.state == EditionState.APPROVED:
        await hold_back(work, fresh)
    await publish(work, edition)


async def _wait(work: Work, edition: Edition) -> None:
    """Nobody answered, and the recap is set to wait: remind once."""
    if not edition.reminded:
        edition.reminded = True
        await editions.refresh(work, edition)
        await show_draft(work, edition, "draft.waits", f"digest-waits:{edition.period}")
