"""Letters on coordination's desk: drawn up on their day, shown, reminded of once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from bot.authority import Act
from bot.outbox import Terms
from bot.router.declare import Capability
from bot.schedule import Job, plan
from bot.store import meta
from bot.store.tables import Doubt, DueRow, DueState, Klass
from bot.work import COORDINATORS, Asking, Work
from handlers.digest.editions import items_of
from handlers.digest.letters import answers as letter_answers
from handlers.digest.letters import issues, letters
from handlers.digest.letters import page as letter_page
from handlers.digest.tables import Edition, EditionState

JOB, REMINDER = "digest.letters", "digest.letter.remind"
PATIENCE = dt.timedelta(days=3)  # then coordination is reminded, once


def declare(capability: Capability) -> None:
    """Let letters fall due, and their drafts be answered as the recap's."""
    capability.jobs += [
        Job(JOB, due, issues.rule),
        Job(REMINDER, remind),
        Job(letter_answers.LATER, send_later),
    ]
    capability.answer("letter", signs=True, act=Act.STEER)(letter_answers.answer)
    capability.undo("letter")(letter_answers.undo)


async def due(work: Work, row: DueRow) -> None:
    """Draw up each letter that fell due since we last looked; of many that were missed, its latest issue."""
    looked = await work.session.scalar(
        select(DueRow.due_at)
        .where(DueRow.kind == JOB, DueRow.state == DueState.DONE.value, DueRow.id != row.id)
        .order_by(DueRow.due_at.desc())
        .limit(1)
    )
    looked = looked or await meta.moment(work.session, meta.BORN_AT)
    for key, letter in work.settings.digest.letters.items():
        issue = issues.latest(letter, work.now, work.settings.network.zone)
        if looked is not None and issue.at <= looked:
            continue
        edition = await letters.draw_up(work, key, issue)
        if edition is not None:
            await show(work, edition, "letters.draft")
            at = work.now + PATIENCE
            await plan(work.session, REMINDER, "network", f"{edition.kind} {edition.period}", at)


async def remind(work: Work, row: DueRow) -> None:
    """Nobody answered for three days: say so once.  A letter never leaves by itself."""
    kind, _, period = row.period.rpartition(" ")
    edition = await work.session.scalar(select(Edition).where(Edition.kind == kind, Edition.period == period))
    if edition is None or edition.state != EditionState.DRAFT or edition.reminded:
        return
    edition.reminded = True
    await show(work, edition, "letters.draft_waits")


async def show(work: Work, edition: Edition, message: str) -> None:
    """Show coordination the numbered draft, each in their language, and wait for their word."""
    letter = letter_page.letter_of(work, edition)
    items = await items_of(work, edition, kept=True)
    there = await letters.partners(work)
    values = {
        "items": len(items),
        "list": work.settings.lists[letter.list].address if letter and letter.list else "",
        "partners": sum(map(len, there.values())),
    }
    await letters.close_prompts(work, edition)
    state = {"edition": edition.id}
    asked = await work.ask(Asking("digest", "letter", COORDINATORS, state, replaces=False))
    terms = Terms(Klass.DUTY, Doubt.AGAIN, prompt_id=asked)
    for place in await work.coordination_places(everywhere=True):
        language = await work.language_of(place)
        shown = letter_page.compose(work, edition, items, numbered=True, language=language)
        named = letter_page.named(work, edition, language)
        rendered = work.render(message, {**named, **values, "preview": shown.text}, language)
        key = f"{message}:{edition.kind}:{edition.period}:{place.recipient}"
        await work.send(key, place, rendered, terms)


async def send_later(work: Work, row: DueRow) -> None:
    """The moment has come that coordination chose, unless they chose another."""
    edition = await work.session.get_one(Edition, row.data["edition"])
    if edition.state == EditionState.APPROVED and edition.send_at <= work.now:
        await letters.publish(work, edition)
