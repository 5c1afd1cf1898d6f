"""Coordination's answers to the draft: read, applied, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.authority import Held, Role
from bot.errors import Refused
from bot.router.declare import Context, Reply
from bot.schedule import plan
from bot.steering import effective
from bot.store.tables import Prompt
from bot.understand import said
from handlers.digest import editions, timetable
from handlers.digest.delivery.publishing import publish
from handlers.digest.desk import history, showing
from handlers.digest.desk.edits import Desk
from handlers.digest.desk.explaining import explain
from handlers.digest.desk.instructions import ASKING, DECISIONS, Do
from handlers.digest.desk.naming import things_of
from handlers.digest.desk.planning_words import is_plan
from handlers.digest.desk.rules import Edit, understand
from handlers.digest.sources.taken_back import is_taken_back
from handlers.digest.tables import RECAP, Edition, EditionState, Item, ItemState

END_OF_DAY = dt.time(23, 59)


async def answer(ctx: Context, prompt: Prompt) -> Reply | None:
    """An answer to the draft; None when it says nothing about it."""
    edition = await ctx.session.get_one(Edition, prompt.state["edition"])
    zone = ctx.settings.network.zone
    things = things_of(await editions.items_of(ctx, edition, kept=True))
    edits, lost = understand(said(ctx.incoming.text), ctx.now.astimezone(zone), things)
    coordinates = Held(Role.COORDINATION) in ctx.me.roles
    if not edits:
        explicit = ctx.incoming.answers and lost and coordinates
        return Reply("draft.not_understood", {"lost": lost, "plan": _plans(ctx, lost)}) if explicit else None
    if not coordinates:
        if not (ctx.incoming.answers or ctx.incoming.direct or any(map(_is_pointed, edits))):
            return None  # people talk in that room: a mere « OK » may be said to anybody
        raise Refused(
            "common.role_needed",
            role=Role.COORDINATION.value,
            circle="",
            holders=[one.name for one in await ctx.coordinators()],
        )
    newer = await _newer(ctx, edition)
    if newer is not None or edition.state not in editions.ANSWERABLE:
        told = edition.state in editions.TOLD
        return Reply("draft.too_late", {"edition": edition, "newer": newer, "told": told})
    return await _apply(ctx, edition, edits, lost)


def _is_pointed(edit: Edit) -> bool:
    """Whether an instruction can be about nothing but a draft."""
    return bool(edit.numbers or edit.words) and edit.do not in ASKING


async def _newer(ctx: Context, edition: Edition) -> Edition | None:
    """The recap that has taken the place of this one: the numbers of an old draft are none of its own."""
    found: Edition | None = await ctx.session.scalar(
        select(Edition)
        .where(Edition.kind == RECAP, Edition.id > edition.id)
        .order_by(Edition.id.desc())
        .limit(1)
    )
    return found


async def _apply(ctx: Context, edition: Edition, edits: Sequence[Edit], lost: list[str]) -> Reply:
    prompt = await showing.question_of(ctx, edition)
    fresh = await showing.bring_in(ctx, edition, prompt)
    items = await editions.items_of(ctx, edition)
    before = history.snapshot(edition, items)
    desk = Desk(edition, items, ctx.incoming.inbox_id)
    desk.notes.lost += lost
    for edit in edits:
        if edit.do in ASKING:
            desk.notes.unknown += [one for one in edit.numbers if one not in {it.number for it in items}]
        elif edit.do not in DECISIONS:
            desk.do(edit)
    ctx.session.add_all(desk.items)
    asked = {edit.do for edit in edits}
    if desk.notes.doubtful:
        # Whoever names what we do not find, or cannot be read, has not agreed to what we would send.
        withheld, asked = asked & {Do.APPROVE, Do.NOW}, asked - {Do.APPROVE, Do.NOW}
    else:
        withheld = set()
    for edit in edits:
        if edit.do in asked:
            await _decide(ctx, edition, edit, desk)
    await ctx.session.flush()
    change = history.difference(before, history.snapshot(edition, desk.items))
    if not history.is_nothing(change):
        ctx.undoable(ctx.me, "digest", "draft", {"edition": edition.id, **change})
    values = {"withheld": bool(withheld), "fresh": fresh, "explained": await explain(ctx, edits, items)}
    return await _told(ctx, edition, desk, asked, values, prompt)


async def _told(
    ctx: Context, edition: Edition, desk: Desk, asked: set[Do], values: dict[str, Any], prompt: Prompt | None
) -> Reply:
    """What is answered once an answer is done; it may have been the word to send."""
    held: list[Item] = []
    due = edition.state == EditionState.APPROVED.value and edition.send_at <= ctx.now
    if Do.NOW in asked or due:
        edition.approved_by = ctx.me.key
        held = await showing.hold_back(ctx, values["fresh"])
        await publish(ctx, edition)
    elif prompt is not None:
        showing.mark_seen(prompt, desk.items)
        await showing.edit_in_room(ctx, edition, prompt)
    whole = Do.PREVIEW in asked or ctx.incoming.mail is not None
    values |= {
        "edition": edition,
        "asked": asked,
        "each": ctx.settings.digest.delivery == "each",
        "changed": bool(asked - {Do.PREVIEW, Do.CANNOT, *DECISIONS, *ASKING}),
        "notes": desk.notes,
        "held": held,
        "waits": await timetable.needs_word(ctx),
        "plan": _plans(ctx, desk.notes.lost),
        "preview": await showing.shown(ctx, edition, whole=whole, language=ctx.language),
    }
    return Reply("draft.corrected", values)


async def _decide(ctx: Context, edition: Edition, edit: Edit, desk: Desk) -> None:
    if edit.do is Do.APPROVE:
        edition.state, edition.approved_by = EditionState.APPROVED.value, ctx.me.key
    elif edit.do is Do.STOP:
        edition.state = EditionState.STOPPED.value
    elif edit.do is Do.MOVE and edit.at is not None:
        await _move(ctx, edition, edit.at, desk)


async def _move(ctx: Context, edition: Edition, at: dt.datetime, desk: Desk) -> None:
    """Another moment, said by who wants it sent then.  A week has one recap: in another, it is that one's."""
    settings = await effective(ctx.session, ctx.settings)
    if at.timetz().replace(tzinfo=None) >= END_OF_DAY:  # no hour was said: the usual one
        usual = settings.digest.time
        at = at.replace(hour=usual.hour, minute=usual.minute, second=0, microsecond=0)
    at = at.astimezone(dt.UTC)
    following = await editions.sending_after(ctx, settings, max(edition.send_at, ctx.now))
    week = editions.week_of(at, settings)
    other = await editions.of_week(ctx, week)
    desk.notes.too_far = at <= ctx.now or at >= following or other not in (None, edition)
    if desk.notes.too_far:
        return
    desk.notes.moved_week = week != edition.period
    edition.send_at, edition.period = at, week
    edition.state, edition.approved_by = EditionState.APPROVED.value, ctx.me.key
    await plan(ctx.session, "digest.send.later", "network", f"{edition.id}:{at}", at, {"edition": edition.id})


async def undo(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule » after a correction: only what it did; what others did or what came in since stays."""
    edition = await ctx.session.get_one(Edition, data["edition"])
    if edition.state in editions.TOLD:
        return Reply("draft.too_late", {"edition": edition, "newer": None, "told": True})
    await showing.bring_in(ctx, edition, None)
    whole = history.revert(edition, await editions.items_of(ctx, edition), data)
    await ctx.session.flush()
    return await _undone(ctx, edition, {"whole": whole, "late": False})


async def undo_late(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule » after being told what came in since the OK: it waits for the next recap."""
    edition = await ctx.session.get_one(Edition, data["edition"])
    if edition.state in editions.TOLD:
        return Reply("draft.too_late", {"edition": edition, "newer": None, "told": True})
    for item in await editions.items_of(ctx, edition, kept=True):
        if item.id in data["items"] and not is_taken_back(item):
            item.state = ItemState.POSTPONED.value
    await ctx.session.flush()
    return await _undone(ctx, edition, {"whole": True, "late": True})


async def _undone(ctx: Context, edition: Edition, values: dict[str, Any]) -> Reply:
    prompt = await showing.question_of(ctx, edition)
    if prompt is not None:
        await showing.edit_in_room(ctx, edition, prompt)
    whole = ctx.incoming.mail is not None
    preview = await showing.shown(ctx, edition, whole=whole, language=ctx.language)
    return Reply("draft.undone", {"edition": edition, "preview": preview, **values})


def _plans(ctx: Context, lost: Sequence[str]) -> bool:
    """Whether what was not understood is about the schedule, which has a command of its own."""
    return any(is_plan(clause, ctx.now.astimezone(ctx.settings.network.zone)) for clause in lost)
