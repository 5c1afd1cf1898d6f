"""`!territoires`, `!territoire`, `!référent`: the zones, and whom each turns to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from bot import territories
from bot.authority import Act, Held, Role
from bot.errors import UserError
from bot.naming import Named, called
from bot.router.declare import Context, Reply
from bot.router.parameters import SameLine
from bot.store.people_tables import Place, Referent, RoleRow, Source, Territory
from bot.territories import Zone
from handlers.directory import lookup
from handlers.directory.acts import Which, acts
from handlers.directory.cards import Card, RoleHeld
from handlers.directory.changes import Changes
from handlers.directory.parameters import Until
from handlers.directory.places import without_tail
from handlers.directory.rules import is_nothing, without_links

COLLECTIVE = re.compile(r"\s*coll?ecti(?:f|ve)\s*:\s*(?P<name>\S.*)", re.I)
KIND = re.compile(r"\s*(?:(?P<place>lieu|place)|(?P<person>personne|person))\s+(?=\S)", re.I)
AND = re.compile(r"\s*(?:,|;|&|\+|\bet\b|\band\b)\s*")


@acts.command("territoires", "territories")
async def show_all(ctx: Context) -> Reply:
    """Les territoires du réseau, et qui en est référent·e."""
    zones = await lookup.zones(ctx)
    held = await territories.referents(ctx.session, ctx.now)
    # One that the settings no longer name covers nothing.
    lines = [(zone, held.get(zone.key, [])) for zone in zones if zone.departments or zone.towns]
    return Reply("directory.territories", {"lines": lines})


@acts.command("territoire", "territory")
async def show(ctx: Context, name: SameLine) -> Reply:
    """Un territoire : ce qu'il couvre, ses lieux, et qui en est référent·e."""
    zone = await lookup.zone(ctx, name)
    held = await territories.referents(ctx.session, ctx.now)
    rows = await ctx.session.scalars(select(Place).where(Place.left_at.is_(None)).order_by(Place.name))
    places = [row for row in rows if zone.covers(row.department, row.town)]
    return Reply("directory.territory", {"zone": zone, "referents": held.get(zone.key, []), "places": places})


@dataclass(frozen=True)
class Turned:
    """Whom a territory shall turn to: somebody, a place, or a collective."""

    person: Card | None = None
    place: Place | None = None
    collective: str = ""

    @property
    def name(self) -> str:
        """How it is called."""
        if self.person is not None:
            return self.person.person.name
        return self.collective if self.place is None else self.place.name


@acts.command("référent", "référente", "referent", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def set_referents(ctx: Context, text: SameLine, until: Until | None = None) -> Reply:
    """Dit qui est référent·e d'un territoire : `référent 05 Fanny et Jules`, `référent 05 aucun`.

    Une personne, un lieu, plusieurs (« et »), un collectif (`collectif: Les Amis du col`), ou « aucun ».
    """
    zone, rest = await _zone_and_rest(ctx, text)
    wanted = [] if is_nothing(rest) else await _whom(ctx, rest)
    oneself = any(one.person is not None and one.person.person.id == ctx.me.id for one in wanted)
    if oneself and Held(Role.REFERENT, zone.key) not in ctx.me.roles:
        raise UserError("directory.not_to_oneself", role=Role.REFERENT.value)
    changes = Changes(ctx)
    if any(one.person is None for one in wanted) and await ctx.session.get(Territory, zone.key) is None:
        await changes.make(Territory(key=zone.key, name=zone.name, departments=[zone.key]))
    kept = await _end_others(changes, zone, wanted)
    for one in wanted:
        if one not in kept:
            await _begin(changes, zone, one, until)
    changes.fact("referent.set")
    changes.undoable()
    values = {"zone": zone, "names": [one.name for one in wanted], "until": until}
    return Reply("directory.referents_set", values)


async def _zone_and_rest(ctx: Context, text: str) -> tuple[Zone, str]:
    """The zone that the text begins with: the longest name that is one."""
    zones = await lookup.zones(ctx)
    words = without_links(text).split()
    for at in range(len(words) - 1, 0, -1):
        zone = territories.named(zones, " ".join(words[:at]))
        if zone is not None:
            return zone, " ".join(words[at:]).lstrip(" :,;-")
    first, _, rest = without_links(text).partition(",")
    if not rest.strip():
        raise UserError("directory.which_referent", zones=[zone.name for zone in zones])
    return await lookup.zone(ctx, without_tail(first)), rest.strip()


async def _whom(ctx: Context, text: str) -> list[Turned]:
    collective = COLLECTIVE.fullmatch(text)
    if collective is not None:
        return [Turned(collective=collective["name"].strip())]
    people = await lookup.everybody(ctx)
    rows = list(await ctx.session.scalars(select(Place).where(Place.left_at.is_(None))))
    places = [Named(row.key, row.name) for row in rows]
    known = [*(one.named for one in people), *places]
    parts = [text] if called(text, known) else [part for part in AND.split(text) if part.strip()]
    found = []
    for part in parts:
        kind = KIND.match(part)
        if kind is not None:
            part = part[kind.end() :]
        as_person = kind is None or kind["person"]
        of_people = called(part, [one.named for one in people]) if as_person else []
        of_places = called(part, places) if kind is None or kind["place"] else []
        if of_people and of_places:
            raise Which(part, _either(people, rows, of_people, of_places))
        if of_places:
            found.append(Turned(place=await lookup.place(ctx, part)))
        else:
            found.append(Turned(person=await lookup.person(ctx, part)))
    return found


def _either(
    people: Sequence[Card], rows: Sequence[Place], of_people: Sequence[str], of_places: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """People and places that one name may mean, each with what names it alone."""
    persons = [one.person for one in people if one.person.key in of_people]
    either = [(f"personne {one.key}", f"{one.name} · {one.key}") for one in persons]
    return (
        *either,
        *((f"lieu {row.key}", f"{row.name} · {row.department}") for row in rows if row.key in of_places),
    )


async def _end_others(changes: Changes, zone: Zone, wanted: list[Turned]) -> list[Turned]:
    """End what is no longer wanted, telling the people; returns what is there already."""
    ctx, kept = changes.ctx, []
    people = {one.person.person.id: one for one in wanted if one.person is not None}
    places = {one.place.id: one for one in wanted if one.place is not None}
    collectives = {one.collective: one for one in wanted if one.collective}
    roles = await ctx.session.scalars(
        select(RoleRow)
        .where(RoleRow.role == Role.REFERENT.value, RoleRow.circle == zone.key)
        .where(or_(RoleRow.until.is_(None), RoleRow.until > ctx.now))
    )
    rows = await ctx.session.scalars(
        select(Referent)
        .where(Referent.territory == zone.key)
        .where(or_(Referent.until.is_(None), Referent.until > ctx.now))
    )
    gone = set()
    for row in [*roles, *rows]:
        same = people.get(row.person_id or 0)
        if isinstance(row, Referent):
            same = same or places.get(row.place_id or 0) or collectives.get(row.collective or "")
        if same is not None:
            kept.append(same)
            continue
        changes.end([row])
        gone |= {row.person_id} - {None}
    for person_id in sorted(one for one in gone if one is not None):
        await changes.tell(person_id, "directory.role_over_news", {"role": _role(zone)})
    return kept


async def _begin(changes: Changes, zone: Zone, one: Turned, until: object) -> None:
    ctx, source = changes.ctx, Source.COMMAND.value
    common = {"since": ctx.now, "until": until, "source": source}
    if one.person is None:
        place_id = one.place.id if one.place else None
        collective = one.collective or None
        await changes.make(Referent(territory=zone.key, place_id=place_id, collective=collective, **common))
        return
    person_id = one.person.person.id
    role = RoleRow(person_id=person_id, role=Role.REFERENT.value, circle=zone.key, **common)
    await changes.make(role)
    await changes.tell(person_id, "directory.role_news", {"role": _role(zone, role)})


def _role(zone: Zone, row: RoleRow | None = None) -> RoleHeld:
    return RoleHeld(Role.REFERENT.value, zone.key, zone.name, row.until if row else None)
