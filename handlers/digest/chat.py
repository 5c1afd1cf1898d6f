"""`!info`: a line for the recap, in the name of the circle in whose room it is said."""

from __future__ import annotations

from dataclasses import replace

from bot.router.declare import Answer, Context
from bot.router.parameters import Everything
from bot.work import Asking
from handlers.digest.commands import capability, deposit_by_command
from handlers.digest.tables import Line

NOTED = "✓"


@capability.command("info")
async def note_for_circle(ctx: Context, line: Everything) -> Answer:
    """Note une ligne pour le prochain récap, au nom du cercle de ce salon."""
    circle = ctx.incoming.circle
    reply = await deposit_by_command(ctx, line)
    if reply is None or not isinstance(reply.asking, Asking) or not circle:
        return reply
    row = await ctx.session.get_one(Line, reply.asking.state["line"])
    row.circle = circle
    return replace(reply, sign=NOTED)
