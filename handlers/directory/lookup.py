"""Whom, which place, circle or territory somebody means: one, or the question which."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot import territories
from bot.circles import bare, sees
from bot.errors import UserError
from bot.french.fold import near
from bot.naming import Named, called
from bot.router.declare import Context
from bot.store.people_tables import Place
from bot.territories import Zone
from bot.work import Work
from handlers.directory import cards
from handlers.directory.acts import Which, room_circle
from handlers.directory.cards import Card


async def zones(work: Work) -> list[Zone]:
    """Every zone that there is."""
    return await territories.zones(work.session, work.settings.network.departments)


async def everybody(work: Work, *, former: bool = False) -> list[Card]:
    """Everybody's card, with all that the tables say."""
    names = {zone.key: zone.name for zone in await zones(work)}
    return await cards.load(work.session, work.settings, names, work.now, former=former)


async def person(ctx: Context, said: str, *, former: bool = False) -> Card:
    """Whom ``said`` means; only for commands of coordination.  Raises Which, UserError."""
    known = await everybody(ctx, former=former)
    labels = {one.person.key: _label(one) for one in known}
    key = _one(said, [one.named for one in known], labels, "directory.nobody")
    return next(one for one in known if one.person.key == key)


def _label(card: Card) -> str:
    where = card.place.name if card.place else card.department
    return " · ".join(part for part in (card.person.name, where, card.person.key) if part)


async def place(ctx: Context, said: str) -> Place:
    """Which place ``said`` means.  Raises Which, UserError."""
    rows = list(await ctx.session.scalars(select(Place).where(Place.left_at.is_(None)).order_by(Place.name)))
    known = [Named(row.key, row.name) for row in rows]
    labels = {row.key: " · ".join(one for one in (row.name, row.department, row.key) if one) for row in rows}
    key = _one(said, known, labels, "directory.no_place")
    return next(row for row in rows if row.key == key)


def circle(ctx: Context, said: str, *, seated: bool = False) -> str:
    """Which circle ``said`` means, among those that its author may know of.  Raises Which, UserError.

    ``seated``: only those whose seats are places.
    """
    there = ctx.settings.circles
    known = {key: one for key, one in there.items() if not seated or one.seats}
    named = [Named(key, one.name) for key, one in known.items()]
    meant = called(said, named)
    told = {key: one.name for key, one in known.items() if sees(there, ctx.me, key)}
    here = room_circle(ctx)
    listed = [told[key] for key in told if not there[key].reserved or here in (None, key)]
    # Of one that is hidden from them, people can only name what they know by its whole name.
    whole = [key for key in meant if key in told or bare(said) in (bare(key), bare(known[key].name))]
    visible = [key for key in meant if key in told] or whole
    if len(visible) == 1:
        return visible[0]
    if visible:
        raise Which(said, tuple((key, known[key].name) for key in visible))
    raise UserError("directory.no_circle", said=said, circles=listed)


async def zone(ctx: Context, said: str) -> Zone:
    """Which territory ``said`` means.  Raises Which, UserError."""
    there = await zones(ctx)
    known = [Named(one.key, one.name) for one in there]
    key = _one(said, known, {one.key: f"{one.name} · {one.key}" for one in there}, "directory.no_territory")
    return next(one for one in there if one.key == key)


def _one(said: str, known: Sequence[Named], labels: dict[str, str], nobody: str) -> str:
    meant = called(said, known)
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise Which(said, tuple((key, labels[key]) for key in meant[:10]))
    names = {one.name: None for one in known}
    raise UserError(nobody, said=said, suggestions=near(said, names))
