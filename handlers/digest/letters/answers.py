"""Coordination's answers to the draft of a letter: the same plain words as for the recap's.

« OK » sends it, since no hour waits for it; nothing else does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from bot.authority import Need, Role, check
from bot.outbox import find_answered
from bot.router.declare import Answer, Context, Reply
from bot.schedule import plan
from bot.store.tables import Prompt
from bot.understand import said
from handlers.digest.desk import history
from handlers.digest.desk.edits import Desk
from handlers.digest.desk.instructions import DECISIONS, Do
from handlers.digest.desk.rules import Edit, understand
from handlers.digest.editions import ANSWERABLE, items_of
from handlers.digest.letters import letters
from handlers.digest.letters import page as letter_page
from handlers.digest.tables import Edition, EditionState

LATER = "digest.letter.later"
GIVES_WORD = {Do.APPROVE, Do.NOW, Do.MOVE}
JUST_SHOWN = dt.timedelta(hours=1)  # later, a stray « ok » in the room is about something else


async def answer(ctx: Context, prompt: Prompt) -> Answer:
    """An answer to a letter's draft; None when it says nothing about it."""
    edits, lost = understand(said(ctx.incoming.text), ctx.now.astimezone(ctx.settings.network.zone))
    if not edits:
        explicit = ctx.incoming.answers and lost
        return Reply("letters.not_understood", {"lost": lost}, prompt.id) if explicit else None
    if not await _replies_to(ctx, prompt):
        if ctx.now - prompt.opened_at > JUST_SHOWN:
            return None
        if len(drafts := await letters.open_drafts(ctx)) > 1:
            return await _which(ctx, drafts)
    check(ctx.incoming.author, Need(Role.COORDINATION))
    edition = await ctx.session.get_one(Edition, prompt.state["edition"])
    if edition.state not in ANSWERABLE:
        return Reply("letters.over", _named(ctx, edition))
    return await _apply(ctx, edition, edits, lost, prompt.id)


async def _replies_to(ctx: Context, prompt: Prompt) -> bool:
    """Whether this answers the very message of the draft."""
    proof = ctx.incoming.proof
    row = await find_answered(ctx.session, ctx.incoming.answers)
    return (row is not None and row.prompt_id == prompt.id) or (
        proof is not None and proof.prompt_id == prompt.id
    )


async def _which(ctx: Context, drafts: Sequence[Prompt]) -> Reply:
    """Several drafts wait, and it is not said which is meant: nothing is guessed."""
    titles = []
    for one in drafts:
        letter = letter_page.letter_of(ctx, await ctx.session.get_one(Edition, one.state["edition"]))
        titles.append("" if letter is None else letter.title)
    return Reply("letters.which", {"titles": titles})


async def undo(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule » after a correction: only what it did."""
    edition = await ctx.session.get_one(Edition, data["edition"])
    if edition.state not in ANSWERABLE:
        return Reply("letters.over", _named(ctx, edition))
    history.revert(edition, await items_of(ctx, edition), data)
    await ctx.session.flush()
    return Reply("letters.undone", {"preview": await _preview(ctx, edition)})


async def _apply(
    ctx: Context, edition: Edition, edits: Sequence[Edit], lost: Sequence[str], asked_by: int
) -> Reply:
    items = await items_of(ctx, edition)
    before = history.snapshot(edition, items)
    desk = Desk(edition, items, ctx.incoming.inbox_id)
    desk.notes.lost += lost
    for edit in edits:
        if edit.do not in DECISIONS:
            desk.do(edit)
    ctx.session.add_all(desk.items)
    asked = {edit.do for edit in edits}
    withheld = bool(desk.notes.doubtful and asked & GIVES_WORD)
    if withheld:  # whoever names what is not there has not agreed to what would leave
        asked -= GIVES_WORD
    for edit in edits:
        if edit.do in asked:
            await _decide(ctx, edition, edit)
    await ctx.session.flush()
    if edition.state == EditionState.APPROVED and edition.send_at <= ctx.now:
        await letters.publish(ctx, edition)
    else:
        change = history.difference(before, history.snapshot(edition, desk.items))
        if not history.is_nothing(change):
            ctx.undoable(ctx.me, "digest", "letter", {"edition": edition.id, **change})
    values = {
        **_named(ctx, edition),
        "edition": edition,
        "asked": asked,
        "changed": bool(asked - set(DECISIONS) - {Do.PREVIEW}),
        "notes": desk.notes,
        "withheld": withheld,
        "preview": await _preview(ctx, edition),
    }
    # Whoever answers this answers the draft.
    return Reply("letters.corrected", values, asked_by)


async def _decide(ctx: Context, edition: Edition, edit: Edit) -> None:
    if edit.do is Do.STOP:
        edition.state = EditionState.STOPPED.value
    elif edit.do is Do.MOVE and edit.at is not None:
        at = edit.at.astimezone(dt.UTC)
        edition.send_at, edition.state = at, EditionState.APPROVED.value
        edition.approved_by = ctx.me.key
        await plan(ctx.session, LATER, "network", f"{edition.id}:{at}", at, {"edition": edition.id})
    elif edit.do in GIVES_WORD:
        # Said together with another moment, « OK » is of that moment.
        edition.state, edition.approved_by = EditionState.APPROVED.value, ctx.me.key
        edition.send_at = edition.send_at if edit.do is Do.APPROVE else ctx.now


async def _preview(ctx: Context, edition: Edition) -> str:
    kept = await items_of(ctx, edition, kept=True)
    return letter_page.compose(ctx, edition, kept, numbered=True, language=ctx.language).text


def _named(ctx: Context, edition: Edition) -> dict[str, object]:
    return letter_page.named(ctx, edition, ctx.language)
