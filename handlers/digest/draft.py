"""Coordination's answers to the draft: read, applied, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from bot.authority import Held, Role
from bot.errors import Refused
from bot.router.declare import Context, Reply
from bot.schedule import plan
from bot.store.tables import Prompt
from bot.understand import said
from handlers.digest import editions
from handlers.digest.compose import compose
from handlers.digest.publishing import publish
from handlers.digest.rules import Do, Edit, understand
from handlers.digest.tables import Edition, EditionState, Item, ItemState

STATES = {Do.DROP: ItemState.DROPPED, Do.POSTPONE: ItemState.POSTPONED, Do.RESTORE: ItemState.KEPT}
END_OF_DAY = dt.time(23, 59)


async def answer(ctx: Context, prompt: Prompt) -> Reply | None:
    """An answer to the draft; None when it says nothing about it."""
    edition = await ctx.session.get_one(Edition, prompt.state["edition"])
    zone = ctx.settings.network.zone
    edits, lost = understand(said(ctx.incoming.text), ctx.now.astimezone(zone))
    if not edits:
        return None if not ctx.incoming.answers else Reply("digest.not_understood", {"lost": lost})
    if Held(Role.COORDINATION) not in ctx.me.roles:
        raise Refused("common.role_needed", role=Role.COORDINATION.value, circle="")
    if edition.state not in editions.ANSWERABLE:
        return Reply("digest.too_late", {"edition": edition})
    return await _apply(ctx, edition, edits, lost)


async def _apply(ctx: Context, edition: Edition, edits: Sequence[Edit], lost: list[str]) -> Reply:
    items = await editions.items_of(ctx, edition)
    before = editions.snapshot(edition, items)
    by_number = {item.number: item for item in items}
    unknown: list[int] = []
    for edit in edits:
        unknown += [number for number in edit.numbers if number not in by_number]
        await _one(ctx, edition, edit, [by_number[n] for n in edit.numbers if n in by_number], items)
    await ctx.session.flush()
    asked = {edit.do for edit in edits}
    if asked != {Do.PREVIEW}:
        ctx.undoable(ctx.me, "digest", "draft", before)
    if Do.NOW in asked:
        edition.approved_by = ctx.me.key
        await publish(ctx, edition)
        return Reply("digest.sent_now", {"edition": edition, "lost": lost})
    kept = await editions.items_of(ctx, edition, kept=True)
    preview = compose(ctx, edition, kept, numbered=True, language=ctx.language).text
    values = {"edition": edition, "lost": lost, "unknown": unknown, "preview": preview}
    changed = bool(asked - {Do.APPROVE, Do.PREVIEW, Do.STOP, Do.MOVE})
    return Reply("digest.corrected", values | {"changed": changed, "asked": asked})


async def _one(
    ctx: Context, edition: Edition, edit: Edit, chosen: Sequence[Item], items: Sequence[Item]
) -> None:
    if edit.do in STATES:
        for item in chosen:
            item.state = STATES[edit.do].value
    elif edit.do is Do.FIRST:
        low = min((item.rank for item in items), default=0)
        for offset, item in enumerate(chosen):
            item.rank = low - len(chosen) + offset
    elif edit.do is Do.LAST:
        high = max((item.rank for item in items), default=0)
        for offset, item in enumerate(chosen, start=1):
            item.rank = high + offset
    elif edit.do in (Do.TITLE, Do.TEXT):
        for item in chosen:
            item.edited = True
            setattr(item, "title" if edit.do is Do.TITLE else "text", edit.words)
    elif edit.do is Do.MERGE:
        _merge(chosen)
    elif edit.do is Do.INTRO:
        edition.intro = edit.words
    elif edit.do is Do.ADD:
        _add(ctx, edition, edit.words, items)
    else:
        await _decide(ctx, edition, edit)


async def _decide(ctx: Context, edition: Edition, edit: Edit) -> None:
    if edit.do is Do.APPROVE:
        edition.state, edition.approved_by = EditionState.APPROVED.value, ctx.me.key
        if edition.send_at <= ctx.now:
            await publish(ctx, edition)
    elif edit.do is Do.STOP:
        edition.state = EditionState.STOPPED.value
    elif edit.do is Do.MOVE and edit.at is not None:
        at = edit.at
        if at.timetz().replace(tzinfo=None) >= END_OF_DAY:  # no hour was said: the usual one
            usual = ctx.settings.digest.time
            at = at.replace(hour=usual.hour, minute=usual.minute, second=0, microsecond=0)
        edition.send_at, edition.state = at.astimezone(dt.UTC), EditionState.APPROVED.value
        edition.approved_by = ctx.me.key
        period = f"{edition.period}:{edition.send_at}"
        await plan(ctx.session, "digest.send.later", "network", period, edition.send_at)


def _merge(chosen: Sequence[Item]) -> None:
    """The first one tells the others as well."""
    if len(chosen) < 2:
        return
    first, *others = chosen
    first.edited = True
    for item in others:
        first.text = "\n".join(
            part for part in (first.text, f"{item.title} : {item.text}".strip(" :")) if part
        )
        first.links = [*first.links, *(link for link in item.links if link not in first.links)]
        item.state = ItemState.DROPPED.value


def _add(ctx: Context, edition: Edition, words: str, items: Sequence[Item]) -> None:
    number = max((item.number for item in items), default=0) + 1
    ctx.session.add(
        Item(
            edition_id=edition.id,
            number=number,
            rank=number * 10,
            key=f"added:{ctx.incoming.inbox_id}:{number}",
            section="announcements",
            title=words,
            text="",
            edited=True,
        )
    )


async def undo(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule » after a correction."""
    edition = await ctx.session.get_one(Edition, data["edition"])
    if edition.state in (EditionState.SENT.value, EditionState.EMPTY.value):
        return Reply("digest.too_late", {"edition": edition})
    editions.put_back(edition, await editions.items_of(ctx, edition), dict(data))
    await ctx.session.flush()
    kept = await editions.items_of(ctx, edition, kept=True)
    preview = compose(ctx, edition, kept, numbered=True, language=ctx.language).text
    return Reply("digest.undone", {"edition": edition, "preview": preview})
