"""`!rôles`, `!rôle`: who holds what, and coordination giving and ending it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from bot import circles
from bot.authority import Act, Held, Role
from bot.errors import UserError
from bot.router.declare import Context, Reply
from bot.router.parameters import SameLine
from bot.store.people_tables import Referent, RoleRow, Source, Status
from bot.work import COORDINATION
from handlers.directory import cards, lookup
from handlers.directory.acts import Which, acts, room_circle
from handlers.directory.cards import Card, RoleHeld, may_tell
from handlers.directory.changes import Changes
from handlers.directory.parameters import Until
from handlers.directory.people import keep_a_coordinator
from handlers.directory.places import open_seats
from handlers.directory.rules import RoleSaid, split_given

OF_NETWORK = (Role.COORDINATION, Role.TREASURER)
OF_CIRCLE = (Role.FACILITATOR, Role.SECRETARY, Role.DELEGATE, Role.MEMBER)


@dataclass(frozen=True)
class Line:
    """One role and who holds it now, each with the end of it; nobody: vacant."""

    role: str
    of: str
    holders: tuple[tuple[str, dt.datetime | None], ...]


@acts.command("rôles", "roles")
async def show(ctx: Context, circle: SameLine | None = None) -> Reply:
    """Dit qui tient quel rôle, et jusqu'à quand ; avec un cercle, qui y est."""
    everybody = await lookup.everybody(ctx)
    if circle is not None:
        return _of_one(ctx, everybody, lookup.circle(ctx, circle), circle)
    lines = [_line(everybody, role, "", "") for role in OF_NETWORK]
    told = room_circle(ctx)
    for key, one in ctx.settings.circles.items():
        if may_tell(ctx.settings, ctx.me, Role.MEMBER.value, key, told):
            found = [_line(everybody, role, key, one.name) for role in OF_CIRCLE]
            alive = any(line.holders for line in found)
            lines += [line for line in found if alive and _is_told(ctx, line, key, members=False)]
    return Reply("directory.roles", {"lines": lines, "circle": None})


async def holders(ctx: Context, role: Role) -> Reply:
    """Who holds a role of the whole network."""
    line = _line(await lookup.everybody(ctx), role, "", "")
    return Reply("directory.roles", {"lines": [line], "circle": None})


def _is_told(ctx: Context, line: Line, key: str, *, members: bool = True) -> bool:
    """A vacancy is only told where a circle needs somebody: a working group, its facilitation."""
    if line.role == Role.MEMBER.value and not members:
        return False
    group = key != COORDINATION and not ctx.settings.circles[key].seats
    return bool(line.holders) or (group and line.role == Role.FACILITATOR.value)


def _of_one(ctx: Context, everybody: Sequence[Card], key: str, said: str) -> Reply:
    name = ctx.settings.circles[key].name
    lines = [_line(everybody, role, "", "") for role in OF_NETWORK if key == COORDINATION == role.value]
    if circles.sees(ctx.settings.circles, ctx.me, key):
        found = [_line(everybody, role, key, name) for role in OF_CIRCLE]
        lines += [line for line in found if _is_told(ctx, line, key)]
        reserved = ctx.settings.circles[key].reserved and ctx.incoming.circle != key
        return Reply("directory.roles", {"lines": lines, "circle": name}, private=reserved)
    if not lines:
        holders = [one.person.name for one in everybody if _holds(one, Role.COORDINATION, "")]
        raise UserError("directory.reserved_circle", said=said, holders=holders)
    return Reply("directory.roles", {"lines": lines, "circle": None})


def _holds(card: Card, role: Role, circle: str) -> bool:
    return any((one.role, one.circle) == (role.value, circle) for one in card.roles)


def _line(everybody: Sequence[Card], role: Role, circle: str, name: str) -> Line:
    holders = [
        (card.person.name, one.until)
        for card in everybody
        for one in card.roles
        if (one.role, one.circle) == (role.value, circle)
    ]
    return Line(role.value, name, tuple(holders))


@acts.command("rôle donner", "role give", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def give(ctx: Context, text: SameLine, until: Until | None = None) -> Reply:
    """Donne un rôle : `rôle donner Léa Toscan, facilitation du GT Formation, jusqu'au 30 juin`.

    Les rôles : coordination, trésorerie, secrétariat, facilitation, délégation, référence d'un territoire,
    membre d'un cercle.
    """
    card, role, of = await _understand(ctx, text)
    if card.person.id == ctx.me.id and Held(role, of) not in ctx.me.roles:
        raise UserError("directory.not_to_oneself", role=role.value)
    if card.person.status != Status.SUBSCRIBER.value:
        raise UserError("directory.not_a_member", card=card)
    rows = await _open_rows(ctx, card.person.id, role, of)
    if rows and [row.until for row in rows] == [until]:
        held = await _told(ctx, role, of, until)
        return Reply("directory.role_held", {"card": card, "role": held}, private=_is_secret(ctx, held))
    if until is not None and role is Role.COORDINATION:
        await keep_a_coordinator(ctx, card.person.id)
    changes = Changes(ctx)
    if rows:
        changes.set(rows[0], until=until)
        changes.end(rows[1:])
    else:
        common = {"since": ctx.now, "until": until, "source": Source.COMMAND.value}
        await changes.make(RoleRow(person_id=card.person.id, role=role.value, circle=of, **common))
        changes.fact("role.given", circle=of)
    told = await _told(ctx, role, of, until)
    await changes.tell(card.person.id, "directory.role_news", {"role": told})
    changes.undoable()
    values = {
        "card": card,
        "role": told,
        "unseated": role is Role.DELEGATE and not await _has_seat(ctx, card, of),
    }
    return Reply("directory.role_given", values, private=_is_secret(ctx, told))


async def _has_seat(ctx: Context, card: Card, circle: str) -> bool:
    """Whether somebody's place sits in a circle: without a seat a delegate represents nobody."""
    seats = [] if card.place is None else await open_seats(ctx, card.place)
    return any(seat.circle == circle for seat in seats)


@acts.command("rôle retirer", "role remove", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def take(ctx: Context, text: SameLine) -> Reply:
    """Met fin à un rôle : `rôle retirer Léa Toscan, facilitation du GT Formation`."""
    card, role, of = await _understand(ctx, text)
    rows: list[RoleRow | Referent] = [*await _open_rows(ctx, card.person.id, role, of)]
    if role is Role.REFERENT:
        named_too = await cards.current_referents(ctx.session, ctx.now, card.person.id)
        rows += [row for row in named_too if row.territory == of]
    if not rows:
        raise UserError("directory.role_not_held", card=card, role=role.value)
    if role is Role.COORDINATION and not of:
        await keep_a_coordinator(ctx, card.person.id)
    told = await _told(ctx, role, of)
    changes = Changes(ctx)
    changes.own_role = role is Role.COORDINATION and card.person.id == ctx.me.id
    changes.end(rows)
    changes.fact("role.ended", circle=of)
    await changes.tell(card.person.id, "directory.role_over_news", {"role": told})
    changes.undoable()
    text_of_role = role.value + (f":{of}" if of else "")
    named = [row for row in ctx.settings.people.members if row.key == card.person.key]
    in_file = any(text_of_role in row.roles for row in named)
    values = {"card": card, "role": told, "in_file": in_file}
    return Reply("directory.role_taken", values, private=_is_secret(ctx, told))


def _is_secret(ctx: Context, role: RoleHeld) -> bool:
    """Whether a role is one of a reserved circle that is not that of this room."""
    return not may_tell(ctx.settings, ctx.me, role.role, role.circle, room_circle(ctx))


async def _told(ctx: Context, role: Role, of: str, until: dt.datetime | None = None) -> RoleHeld:
    names = {zone.key: zone.name for zone in await lookup.zones(ctx)}
    return RoleHeld(role.value, of, cards.name_of(ctx.settings, names, role.value, of), until)


async def _understand(ctx: Context, text: str) -> tuple[Card, Role, str]:
    """Whom, which role, and the key of what it is the role of.  Raises Which, UserError."""
    split = split_given(text)
    if split is None:
        raise UserError("directory.which_role", said=text)
    who, said = split
    card = await lookup.person(ctx, who)
    return card, said.role, await role_of(ctx, said)


async def role_of(ctx: Context, said: RoleSaid) -> str:
    """The key of the circle or territory that a role is of, "" for the network.  Raises Which, UserError."""
    if said.role is Role.COORDINATION and circles.bare(said.of) in ("", "reseau", "network"):
        return ""
    if said.role in OF_NETWORK:
        if said.of:
            raise UserError("directory.role_of_network", role=said.role.value, said=said.of)
        return ""
    if said.role is Role.REFERENT:
        return (await lookup.zone(ctx, said.of)).key
    if said.of:
        return lookup.circle(ctx, said.of)
    there = ctx.settings.circles
    fit = {key: one.name for key, one in there.items() if said.role is not Role.DELEGATE or one.seats}
    if len(fit) == 1:
        return next(iter(fit))
    raise Which(said.words, tuple((f"{said.role.value}:{key}", name) for key, name in fit.items()))


async def _open_rows(ctx: Context, person_id: int, role: Role, of: str) -> list[RoleRow]:
    rows = await ctx.session.scalars(
        select(RoleRow)
        .where(RoleRow.person_id == person_id, RoleRow.role == role.value, RoleRow.circle == of)
        .where(or_(RoleRow.until.is_(None), RoleRow.until > ctx.now))
        .order_by(RoleRow.id)
    )
    return list(rows)
