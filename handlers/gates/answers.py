"""Coordination's answers to what the gates asked."""

from __future__ import annotations

import re

from sqlalchemy import select

from bot import gates, outbox
from bot.authority import Act
from bot.french.answers import yes_no
from bot.french.fold import fold
from bot.gates import Gate
from bot.router.declare import Capability, Context, Reply
from bot.store.tables import Doubt, OutboxRow, OutboxState, Prompt
from bot.understand import said

SEND = re.compile(r"(?:envoyer|envoie|envoyez|laisse partir|laissez partir|send|let (?:them|it) go)\b")
DROP = re.compile(r"(?:jeter|jette|jetez|ne (?:pas envoyer|rien envoyer)|discard|drop|throw away)\b")
AGAIN = re.compile(r"(?:renvoie|renvoyer|renvoyez|encore|resend|send (?:it )?again)\b")
LEAVE = re.compile(r"(?:laisse|laisser|laissez|tant pis|rien|leave|never mind|nothing)\b")


def declare(capability: Capability) -> None:
    """Let the capability read these answers."""
    capability.answer("approval", signs=True, act=Act.STEER)(approve)
    capability.answer("breaker", act=Act.STEER)(settle_burst)
    capability.answer("no_copy", act=Act.STEER)(settle_copy)


async def approve(ctx: Context, prompt: Prompt) -> Reply | None:
    """« OK » or « non » to what waits for the list."""
    verdict = yes_no(ctx.incoming.text)
    if verdict is None:
        return None
    prompt.closed_at = ctx.now
    if verdict:
        released = await outbox.release(ctx.session, prompt.state["rows"], ctx.me.key)
        return Reply("gates.approved" if released else "gates.too_late")
    await _drop(ctx, prompt.state["rows"], f"refused by {ctx.me.key}")
    return Reply("gates.refused")


async def settle_burst(ctx: Context, prompt: Prompt) -> Reply | None:
    """« envoyer » or « jeter » to a burst that the breaker holds."""
    words = fold(said(ctx.incoming.text))
    if not (SEND.match(words) or DROP.match(words)):
        return None
    prompt.closed_at = ctx.now
    ids = list(
        await ctx.session.scalars(
            select(OutboxRow.id).where(
                OutboxRow.state == OutboxState.HELD.value, OutboxRow.reason == gates.Verdict.BREAKER.value
            )
        )
    )
    await gates.move(ctx.session, Gate.BREAKER, on=False, by=ctx.me.key, now=ctx.now)
    if SEND.match(words):
        number = await outbox.release(ctx.session, ids, ctx.me.key)
        return Reply("gates.breaker_released", {"number": number})
    await _drop(ctx, ids, f"dropped by {ctx.me.key}")
    return Reply("gates.breaker_dropped", {"number": len(ids)})


async def settle_copy(ctx: Context, prompt: Prompt) -> Reply | None:
    """« renvoie » or « laisse » to a post that the list did not bring back."""
    words = fold(said(ctx.incoming.text))
    if not (AGAIN.match(words) or LEAVE.match(words)):
        return None
    prompt.closed_at = ctx.now
    row = await ctx.session.get_one(OutboxRow, prompt.state["row"])
    if row.state not in (OutboxState.UNCERTAIN.value, OutboxState.AWAITING_COPY.value):
        return Reply("gates.copy_there")
    if AGAIN.match(words):
        row.state, row.reason = OutboxState.PENDING.value, f"again, asked by {ctx.me.key}"
        row.approved_by = row.approved_by or ctx.me.key
        return Reply("gates.copy_again")
    row.reason = f"left as it is by {ctx.me.key}"
    row.doubt = Doubt.DROP.value  # what waits for it need not wait any longer
    return Reply("gates.copy_left")


async def _drop(ctx: Context, ids: list[int], reason: str) -> None:
    rows = await ctx.session.scalars(
        select(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state == OutboxState.HELD.value)
    )
    for row in rows:
        row.state, row.reason = OutboxState.CANCELLED.value, reason
