"""`!lieux`, `!lieu`, `!adhésion`, `!siège`: the places, their years as *adhérents*, their seats."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from bot import circles
from bot.authority import Act, Role
from bot.errors import UserError
from bot.french.fold import aligned
from bot.naming import Named, called
from bot.router.declare import Context, Reply
from bot.router.parameters import Everything, SameLine
from bot.store.people_tables import Membership, Place, Seat, Source
from handlers.directory import lookup
from handlers.directory.acts import acts
from handlers.directory.cards import RoleHeld
from handlers.directory.changes import Changes
from handlers.directory.parameters import Department, PlaceName, Until
from handlers.directory.rules import is_nothing, key_of, without_links

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
PAID = {
    "payee": True,
    "payees": True,
    "paye": True,
    "paid": True,
    "due": False,
    "dues": False,
    "impayee": False,
}
END = re.compile(r"[\s,;:]+(?:fin|finie?|termine\w*|retir\w*|end|over)\s*$")


@dataclass(frozen=True)
class SeatLine:
    """A place's seat as it is told."""

    circle: str
    until: dt.datetime | None
    delegates: tuple[str, ...]


@acts.command("lieux", "places")
async def show_all(ctx: Context) -> Reply:
    """Les lieux du réseau, par département."""
    rows = await ctx.session.scalars(
        select(Place).where(Place.left_at.is_(None)).order_by(Place.department, Place.name)
    )
    by_department: dict[str, list[Place]] = {}
    for row in rows:
        by_department.setdefault(row.department, []).append(row)
    return Reply("directory.places", {"departments": by_department})


@acts.command("lieu", "place")
async def show(ctx: Context, name: SameLine) -> Reply:
    """Un lieu : où il est, ses filières, ses adhésions, ses sièges et qui l'y représente."""
    place = await lookup.place(ctx, name)
    years = list(
        await ctx.session.scalars(
            select(Membership).where(Membership.place_id == place.id).order_by(Membership.year.desc())
        )
    )
    seats = await open_seats(ctx, place)
    everybody = [one for one in await lookup.everybody(ctx) if one.place and one.place.id == place.id]
    lines = [
        SeatLine(
            ctx.settings.circles[seat.circle].name,
            seat.until,
            tuple(one.person.name for one in everybody if _represents(one.roles, seat.circle)),
        )
        for seat in seats
        if seat.circle in ctx.settings.circles and circles.sees(ctx.settings.circles, ctx.me, seat.circle)
    ]
    treasury = ctx.me.has(Role.COORDINATION) or ctx.me.has(Role.TREASURER)
    values = {"place": place, "years": years, "seats": lines, "paid_shown": treasury and not ctx.overheard}
    return Reply("directory.place", values)


def _represents(roles: Sequence[RoleHeld], circle: str) -> bool:
    return any((one.role, one.circle) == (Role.DELEGATE.value, circle) for one in roles)


@acts.command("lieu ajouter", "place add", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def add(ctx: Context, name: PlaceName, department: Department, town: Everything | None = None) -> Reply:
    """Ajoute un lieu : `lieu ajouter Le Moulin, 84, Apt` (nom, département, commune)."""
    known = ctx.settings.network.departments
    if known and department not in known:
        raise UserError("directory.no_department", said=department, departments=known)
    rows = list(await ctx.session.scalars(select(Place)))
    there = [row for row in rows if circles.bare(row.name) == circles.bare(name) and row.left_at is None]
    if there:
        raise UserError("directory.place_there", place=there[0])
    changes = Changes(ctx)
    place = Place(
        key=key_of(name, [row.key for row in rows]),
        name=name,
        department=department,
        town=town or "",
        sectors=[],
    )
    await changes.make(place)
    changes.fact("place.added", place=place.key)
    changes.undoable()
    return Reply("directory.place_added", {"place": place})


@acts.command("adhésion", "membership", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def membership(ctx: Context, text: SameLine) -> Reply:
    """L'adhésion d'un lieu pour une année : `adhésion La Ruche 2026 payée` (ou « due », ou « aucune »)."""
    found = YEAR.search(text)
    if found is None:
        raise UserError("directory.which_year")
    year, state = int(found[1]), circles.bare(text[found.end() :])
    if state and state not in PAID and not is_nothing(state):
        raise UserError("directory.no_fee_state", said=text[found.end() :].strip())
    place = await lookup.place(ctx, without_links(text[: found.start()]) or text[: found.start()])
    row = await ctx.session.scalar(
        select(Membership).where(Membership.place_id == place.id, Membership.year == year)
    )
    changes = Changes(ctx)
    named = ctx.settings.places.get(place.key)
    in_file = named is not None and year in (*named.paid_years, *named.due_years)
    values = {"place": place, "year": year, "paid": PAID.get(state, False), "in_file": in_file}
    if is_nothing(state):
        if row is None:
            raise UserError("directory.no_membership", place=place, year=year)
        await changes.remove(row)
        changes.undoable()
        return Reply("directory.membership_removed", values)
    if row is None:
        row = Membership(
            place_id=place.id, year=year, paid=values["paid"], source=Source.COMMAND.value, at=ctx.now
        )
        await changes.make(row)
        changes.fact("membership.set", place=place.key)
    else:
        changes.set(row, paid=values["paid"], at=ctx.now)
    changes.undoable()
    return Reply("directory.membership_set", values)


@acts.command("siège", "seat", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def seat(ctx: Context, text: SameLine, until: Until | None = None) -> Reply:
    """Le siège d'un lieu dans un cercle : `siège La Ruche, CAC, jusqu'au 30 juin`, ou « fin »."""
    ends = END.search(aligned(text))
    said = text[: ends.start()] if ends else text
    place_said, circle = _place_and_circle(ctx, said)
    place = await lookup.place(ctx, place_said)
    rows = [row for row in await open_seats(ctx, place) if row.circle == circle]
    changes = Changes(ctx)
    named = ctx.settings.circles[circle]
    values = {"place": place, "circle": named.name, "until": until, "in_file": place.key in named.seats}
    if ends is not None:
        if not rows:
            raise UserError("directory.no_seat", place=place, circle=named.name)
        changes.end(rows)
        changes.fact("seat.ended", circle=circle, place=place.key)
        await _tell_delegates(changes, place, circle, "directory.seat_over_news", values)
        changes.undoable()
        return Reply("directory.seat_ended", values)
    if rows:
        changes.set(rows[0], until=until)
    else:
        source = Source.COMMAND.value
        await changes.make(Seat(circle=circle, place_id=place.id, since=ctx.now, until=until, source=source))
        changes.fact("seat.given", circle=circle, place=place.key)
    await _tell_delegates(changes, place, circle, "directory.seat_news", values)
    changes.undoable()
    return Reply("directory.seat_given", values)


async def _tell_delegates(
    changes: Changes, place: Place, circle: str, message: str, values: Mapping[str, Any]
) -> None:
    for one in await lookup.everybody(changes.ctx):
        if one.place is not None and one.place.id == place.id and _represents(one.roles, circle):
            await changes.tell(one.person.id, message, values)


def _place_and_circle(ctx: Context, text: str) -> tuple[str, str]:
    """The place, as typed, and the circle whose seats are places; the only one need not be said."""
    seated = {key: one for key, one in ctx.settings.circles.items() if one.seats}
    known = [Named(key, one.name) for key, one in seated.items()]
    parts = text.split()
    for at in range(1, len(parts)):
        meant = called(without_links(" ".join(parts[at:])), known)
        if len(meant) == 1:
            return without_tail(" ".join(parts[:at])), meant[0]
    if len(seated) == 1:
        return without_tail(text), next(iter(seated))
    raise UserError("directory.which_seats", circles=[one.name for one in seated.values()])


def without_tail(text: str) -> str:
    """A name without the sign or the little word that led to what followed it."""
    return re.sub(r"[\s,;:]*(?:\s(?:au|du|dans le|dans la|in the))?[\s,;:]*$", "", text)


async def open_seats(ctx: Context, place: Place) -> list[Seat]:
    """The seats that a place has now."""
    rows = await ctx.session.scalars(
        select(Seat)
        .where(Seat.place_id == place.id, or_(Seat.until.is_(None), Seat.until > ctx.now))
        .order_by(Seat.circle, Seat.id)
    )
    return list(rows)
