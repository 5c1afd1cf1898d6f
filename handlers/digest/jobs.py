"""What falls due: the draft to coordination, then the recap to the list."""

from __future__ import annotations

from bot.outbox import Terms
from bot.schedule import plan
from bot.store.tables import Doubt, DueRow, Klass
from bot.work import COORDINATORS, Asking, Work
from handlers.digest import editions
from handlers.digest.compose import compose
from handlers.digest.publishing import publish
from handlers.digest.tables import Edition, EditionState


async def draft(work: Work, due: DueRow) -> None:
    """Make the draft of the coming edition and show it to coordination, in its room and by mail."""
    send_at = editions.send_rule(work.settings).next(due.due_at, work.settings)
    if send_at <= work.now or not work.settings.lists:
        return  # we were down, and the sending that is due as well does it all; or there is no list
    edition = await editions.open_for(work, send_at)
    items = await editions.items_of(work, edition, kept=True)
    if not items:
        return
    await show_draft(work, edition, "digest.draft", f"digest-draft:{edition.period}")


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
            work.session,
            "digest.send.later",
            "network",
            f"{edition.period}:{edition.send_at}",
            edition.send_at,
        )
        return
    if edition.state == EditionState.DRAFT and needs_word(work):
        await _wait(work, edition)
        return
    await publish(work, edition)


async def send_later(work: Work, due: DueRow) -> None:
    """The moment that coordination chose has come."""
    edition = await editions.current(work)
    if edition is not None and edition.period == due.period.partition(":")[0] and edition.send_at <= work.now:
        await publish(work, edition)


async def _wait(work: Work, edition: Edition) -> None:
    """Nobody answered, and the recap is set to wait: remind once."""
    if not edition.reminded:
        edition.reminded = True
        await show_draft(work, edition, "digest.draft_waits", f"digest-waits:{edition.period}")
