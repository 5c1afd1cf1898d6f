"""An edition on its way: to the list, to those who want a copy of their own, in short to its room."""

from __future__ import annotations

from sqlalchemy import update

from bot.outbox import Terms
from bot.store.tables import Doubt, Klass
from bot.work import Work
from handlers.digest import editions
from handlers.digest.compose import compose, sections
from handlers.digest.personal import send_copies
from handlers.digest.tables import Edition, EditionState, Line, LineState


async def publish(work: Work, edition: Edition) -> None:
    """Put the edition on its way to the list, and shortly in its room."""
    await editions.refresh(work, edition)
    items = await editions.items_of(work, edition, kept=True)
    await work.close_prompts("digest", "draft")
    if not items and work.settings.digest.empty == "nothing":
        edition.state, edition.sent_at = EditionState.EMPTY.value, work.now
        return
    content = compose(work, edition, items)
    edition.state, edition.sent_at = EditionState.SENT.value, work.now
    edition.subject, edition.text, edition.html = content.subject, content.text, content.html
    mailing_list = work.house.the_list(work.settings.digest.list)
    terms = Terms(Klass.NEWS, Doubt.ASK, planned=True, approved_by=edition.approved_by)
    row = await work.send(f"digest:{edition.period}", mailing_list, content, terms)
    await send_copies(work, edition, row)
    await _tell_room(work, edition, len(items), row, sections(items))
    await work.session.execute(
        update(Line)
        .where(Line.state == LineState.WAITING.value, Line.at <= edition.until)
        .values(state=LineState.TOLD.value, edition_id=edition.id)
    )
    work.fact("digest.sent", circle=work.settings.lists[work.settings.digest.list].circle, number=len(items))


async def _tell_room(work: Work, edition: Edition, count: int, row: int, shown: object) -> None:
    room = await work.room_of(work.settings.lists[work.settings.digest.list].circle)
    if room is None or not count:
        return
    message = work.render("digest.room", {"edition": edition, "count": count, "sections": shown})
    terms = Terms(Klass.NEWS, Doubt.DROP, planned=True, depends_on=row)
    await work.send(f"digest-room:{edition.period}", room, message, terms)
