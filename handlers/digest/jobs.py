"""What falls due: the draft to coordination, then the recap to the list."""

from __future__ import annotations

from sqlalchemy import update

from bot.outbox import Terms
from bot.schedule import plan
from bot.store.tables import Doubt, DueRow, Klass
from bot.work import COORDINATORS, Asking, Work
from handlers.digest import editions
from handlers.digest.compose import compose, sections
from handlers.digest.personal import send_copies
from handlers.digest.tables import Edition, EditionState, Line, LineState


async def draft(work: Work, due: DueRow) -> None:
    """Make the draft of the coming edition and show it to coordination, in its room and by mail."""
    send_at = editions.send_rule(work.settings).next(due.due_at, work.settings)
    if send_at <= work.now or not work.settings.lists:
        return  # we were down, and the sending that is due as well does it all; or there is no list
    edition = await editions.open_for(work, send_at)
    items = await editions.items_of(work, edition, kept=True)
    if not items:
        return
    await show_draft(work, edition, "digest.draft", f"digest-draft:{edition.week}")


def needs_word(work: Work) -> bool:
    """Whether the recap waits for coordination's word when nobody answers the draft."""
    return work.settings.digest.silent == "wait" or work.settings.gates.approval


async def show_draft(work: Work, edition: Edition, message: str, key: str) -> None:
    """Show coordination the numbered draft, each in their language, and wait for their word."""
    items = await editions.items_of(work, edition, kept=True)
    todo = sum(item.section == "todo" for item in items)
    values = {
        "edition": edition,
        "todo": todo,
        "news": len(items) - todo,
        "goes_anyway": not needs_word(work),
    }
    asked = await work.ask(Asking("digest", "draft", COORDINATORS, {"edition": edition.id}))
    terms = Terms(Klass.DUTY, Doubt.AGAIN, prompt_id=asked)
    for place in await work.coordination_places(everywhere=True):
        language = await work.language_of(place)
        shown = compose(work, edition, items, numbered=True, language=language)
        rendered = work.render(message, values | {"preview": shown.text}, language)
        await work.send(f"{key}:{place.recipient}", place, rendered, terms)


async def send(work: Work, due: DueRow) -> None:
    """Send the edition of that week, once; or wait for coordination's word, as set."""
    if not work.settings.lists:
        return
    edition = await editions.of_week(work, due.period) or await editions.open_for(work, due.due_at)
    if edition.state not in editions.OPEN:
        return
    if edition.send_at > work.now:  # coordination chose another moment
        await plan(
            work.session, "digest.send.later", "network", f"{edition.week}:{edition.send_at}", edition.send_at
        )
        return
    if edition.state == EditionState.DRAFT and needs_word(work):
        await _wait(work, edition)
        return
    await publish(work, edition)


async def send_later(work: Work, due: DueRow) -> None:
    """The moment that coordination chose has come."""
    edition = await editions.current(work)
    if edition is not None and edition.week == due.period.partition(":")[0] and edition.send_at <= work.now:
        await publish(work, edition)


async def _wait(work: Work, edition: Edition) -> None:
    """Nobody answered, and the recap is set to wait: remind once."""
    if not edition.reminded:
        edition.reminded = True
        await show_draft(work, edition, "digest.draft_waits", f"digest-waits:{edition.week}")


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
    row = await work.send(f"digest:{edition.week}", mailing_list, content, terms)
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
    await work.send(f"digest-room:{edition.week}", room, message, terms)
