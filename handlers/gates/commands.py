"""`!état`, `!pause`, `!reprendre`, `!essai`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from bot import gates
from bot.authority import Act, Role
from bot.gates import Gate
from bot.router.declare import Capability, Context, Reply
from bot.store.tables import OutboxRow, OutboxState
from handlers.gates.state import survey

capability = Capability("gates")


@capability.command("état", "etat", "status", role=Role.COORDINATION, act=Act.STEER)
async def show_state(ctx: Context) -> Reply:
    """Dit ce qui est connecté, ce qui attend, ce qui est retenu, et quelles portes sont fermées."""
    return Reply("gates.state", await survey(ctx, ctx.incoming.inbox_id))


@capability.command("pause", role=Role.COORDINATION, act=Act.STEER)
async def pause(ctx: Context) -> Reply:
    """Arrête tout envoi ; ce qui arrive est gardé. « reprendre » pour repartir."""
    if not await _move(ctx, Gate.PAUSE, on=True):
        return Reply("gates.already")
    return Reply("gates.paused")


@capability.command("reprendre", "reprends", "resume", role=Role.COORDINATION, act=Act.STEER)
async def resume(ctx: Context) -> Reply:
    """Laisse repartir ce que la pause retenait."""
    if not await _move(ctx, Gate.PAUSE, on=False):
        return Reply("gates.already")
    waiting = await ctx.session.scalar(
        select(func.count()).select_from(OutboxRow).where(OutboxRow.state == OutboxState.PENDING.value)
    )
    return Reply("gates.resumed", {"waiting": waiting or 0})


@capability.command("essai commencer", "shadow on", role=Role.COORDINATION, act=Act.STEER)
async def shadow_on(ctx: Context) -> Reply:
    """Essai à blanc : tout est montré à la coordination, rien ne part ailleurs."""
    return Reply("gates.shadow_on" if await _move(ctx, Gate.SHADOW, on=True) else "gates.already")


@capability.command("essai terminer", "shadow off", role=Role.COORDINATION, act=Act.STEER)
async def shadow_off(ctx: Context) -> Reply:
    """Termine l'essai à blanc : ce que j'écris atteint vraiment les gens."""
    return Reply("gates.shadow_off" if await _move(ctx, Gate.SHADOW, on=False) else "gates.already")


async def _move(ctx: Context, gate: Gate, *, on: bool) -> bool:
    before = await gates.standing(ctx.session, ctx.settings.gates, ctx.now)
    if {Gate.PAUSE: before.paused, Gate.SHADOW: before.shadow, Gate.BREAKER: before.breaker}[gate] == on:
        return False
    await gates.move(ctx.session, gate, on=on, by=ctx.me.key, now=ctx.now)
    ctx.undoable(ctx.me, "gates", "move", {"gate": gate.value, "on": not on})
    ctx.fact(f"gate.{gate.value}", number=int(on))
    return True


@capability.undo("move")
async def move_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Put a gate back where it was."""
    gate, on = Gate(data["gate"]), bool(data["on"])
    await gates.move(ctx.session, gate, on=on, by=ctx.me.key, now=ctx.now, reason="annule")
    messages = {
        (Gate.PAUSE, True): "gates.paused",
        (Gate.SHADOW, True): "gates.shadow_on",
        (Gate.SHADOW, False): "gates.shadow_off",
    }
    if (gate, on) in messages:
        return Reply(messages[gate, on])
    return Reply("gates.resumed", {"waiting": 0})
