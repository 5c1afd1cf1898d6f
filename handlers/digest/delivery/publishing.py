"""An edition on its way: to the list or to each person, in short to its room."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from bot.outbox import Content, Terms
from bot.store.tables import Doubt, Klass
from bot.work import Work
from handlers.digest import editions
from handlers.digest.delivery.apart import gather_apart, tell_rooms
from handlers.digest.delivery.monthly import send_monthly
from handlers.digest.delivery.personal import each, send_copies
from handlers.digest.load import measure as load
from handlers.digest.page.compose import compose, for_mail, sections
from handlers.digest.tables import Edition, EditionState, Item, Line, LineState


async def publish(work: Work, edition: Edition) -> None:
    """Put the edition on its way to the list, or to each person, and shortly to its room."""
    await editions.refresh(work, edition)
    await load.measure(work, edition)
    items = await editions.items_of(work, edition, kept=True)
    await work.close_prompts("digest", "draft")
    if not items and work.settings.digest.empty == "nothing":
        edition.state, edition.sent_at = EditionState.EMPTY.value, work.now
        await send_monthly(work, edition, None)
        return
    content = compose(work, edition, items)
    edition.state, edition.sent_at = EditionState.SENT.value, work.now
    edition.subject, edition.text, edition.html = content.subject, content.text, content.html
    post = None if each(work) else await _to_the_list(work, edition, content)
    parts = await gather_apart(work, edition)
    await send_copies(work, edition, content, post, parts)
    await send_monthly(work, edition, post)
    await _tell_room(work, edition, items, post)
    if not each(work):
        await tell_rooms(work, edition, parts, post)
    await work.session.execute(
        update(Line)
        .where(Line.state == LineState.WAITING.value, Line.at <= edition.until)
        .values(state=LineState.TOLD.value, edition_id=edition.id)
    )
    work.fact("digest.sent", circle=work.settings.lists[work.settings.digest.list].circle, number=len(items))


async def _to_the_list(work: Work, edition: Edition, content: Content) -> int:
    mailing_list = work.house.the_list(work.settings.digest.list)
    terms = Terms(Klass.NEWS, Doubt.ASK, planned=True, approved_by=edition.approved_by)
    return await work.send(f"digest:{edition.period}", mailing_list, for_mail(content), terms)


async def _tell_room(work: Work, edition: Edition, items: Sequence[Item], post: int | None) -> None:
    room = await work.room_of(work.settings.lists[work.settings.digest.list].circle)
    if room is None or not items:
        return
    values = {
        "edition": edition,
        "count": len(items),
        "sections": sections(work, edition, items),
        "each": each(work),
    }
    terms = Terms(Klass.NEWS, Doubt.DROP, planned=True, depends_on=post)
    await work.send(f"digest-room:{edition.period}", room, work.render("digest.room", values), terms)
