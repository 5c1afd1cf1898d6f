"""Many left the list at once: coordination says whether they are gone."""

from __future__ import annotations

from bot.authority import Act, Need, Role
from bot.dispatch import authorise
from bot.french.answers import yes_no
from bot.roster import review
from bot.router.declare import Context, Prompt, Reply
from handlers.directory.acts import capability


async def settle(ctx: Context, prompt: Prompt) -> Reply | None:
    """« oui » or « non » to whether those whom only the list knew have left."""
    verdict = yes_no(ctx.incoming.text)
    if verdict is None:
        return None
    await authorise(ctx, Need(Role.COORDINATION, act=Act.PEOPLE))
    prompt.closed_at = ctx.now
    if not verdict:
        return Reply("roster.kept")
    return Reply("roster.departed", {"number": await review.depart(ctx, prompt.state["people"])})


capability.answer(review.DEPARTURES, signs=True)(settle)
