"""`!annuaire`, and « qui est … ? » in plain words."""

from __future__ import annotations

from sqlalchemy import select

from bot import circles, territories
from bot.authority import Role
from bot.naming import Named, called
from bot.router.declare import Context, Reply
from bot.router.parameters import SameLine
from bot.store.people_tables import Place
from handlers.directory import cards, lookup, places, roles, zones
from handlers.directory.acts import acts, capability
from handlers.directory.rules import MOST, matches, query_words, role_in, without_links

WHO = (
    r"(?:bonjour|salut|hello)?[ ,]*(?:qui (?:est|sont|s'occupe|represente|facilite|coordonne|est-ce qui)\b"
    r"|c'est qui\b|who (?:is|are|runs|leads)\b)"
)


@acts.command("annuaire", "directory")
async def search(ctx: Context, words: SameLine | None = None) -> Reply:
    """Cherche des membres : un nom, un lieu, une commune, un département, une filière, un rôle, un groupe.

    Chacun·e n'y montre que ce qu'il ou elle a choisi. La réponse est toujours privée.
    """
    wanted = query_words(words or "")
    if not wanted:
        return Reply("directory.how_to_search")
    seen = cards.seen_by(await lookup.everybody(ctx), ctx.settings, ctx.me)
    found = [card for card in seen if matches(wanted, card.haystack())]
    values = {"said": words, "cards": found[:MOST], "more": max(0, len(found) - MOST)}
    return Reply("directory.found", values, private=True)


@capability.phrase(WHO)
async def who(ctx: Context, words: str) -> Reply | None:
    """« Qui est référente du 05 ? », « qui s'occupe du GT Animation ? »."""
    said = role_in(words)
    if said is not None and said.role in (Role.COORDINATION, Role.TREASURER):
        return await roles.holders(ctx, said.role)
    if said is not None and said.role is Role.REFERENT and said.of:
        return await zones.show(ctx, name=said.of)
    tail = words.rstrip(" ?!.").split()
    named = [said.of] if said is not None else [" ".join(tail[at:]) for at in range(1, len(tail))]
    for name in named:
        reply = await _of(ctx, without_links(name))
        if reply is not None:
            return reply
    return None


async def _of(ctx: Context, name: str) -> Reply | None:
    """Who is in, or answers for, whatever bears exactly this name: a circle, a territory, a place."""
    circle = circles.named(ctx.settings.circles, name)
    if circle is not None:
        return await roles.show(ctx, circle=circle)
    zone = territories.named(await lookup.zones(ctx), name)
    if zone is not None:
        return await zones.show(ctx, name=zone.key)
    there = await ctx.session.scalars(select(Place).where(Place.left_at.is_(None)))
    keys = called(name, [Named(row.key, row.name) for row in there])
    return await places.show(ctx, name=keys[0]) if len(keys) == 1 else None
