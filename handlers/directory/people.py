"""`!personne`: what coordination reads and writes of somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot import circles, people, territories
from bot.authority import Act, Role
from bot.errors import UserError
from bot.french.fold import aligned
from bot.router.declare import Context, Reply
from bot.router.parameters import Everything, SameLine
from bot.store.people_tables import Contact, Person, RoleRow, Source, Status
from handlers.directory import cards, lookup
from handlers.directory.acts import acts, room_circle
from handlers.directory.cards import Card, RoleHeld
from handlers.directory.changes import Changes
from handlers.directory.parameters import Address, Name, PlaceName, StatusWord
from handlers.directory.rules import AWAY, is_nothing, key_of, status_of

FIELDS: Mapping[str, str] = {
    "nom": "name",
    "name": "name",
    "lieu": "place",
    "place": "place",
    "commune": "town",
    "ville": "town",
    "town": "town",
    "departement": "department",
    "department": "department",
    "langue": "language",
    "language": "language",
    "statut": "status",
    "status": "status",
}
FIELD = re.compile(r"(?:^|[\s,;])(?P<field>" + "|".join(FIELDS) + r")\b\s*[:=]?\s*")
LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}


@dataclass(frozen=True)
class RoleLine:
    """A role that somebody has or had."""

    role: RoleHeld
    row: RoleRow
    over: bool


@acts.command("personne", "person", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def show(ctx: Context, who: SameLine) -> Reply:
    """Dit tout ce que les tables disent d'une personne, à la coordination seule.

    Dans le salon de la coordination, sans ce qui est réservé à d'autres cercles.
    """
    card = await lookup.person(ctx, who, former=True)
    contacts = await ctx.session.scalars(
        select(Contact).where(Contact.person_id == card.person.id).order_by(Contact.channel, Contact.rank)
    )
    roles = await ctx.session.scalars(
        select(RoleRow).where(RoleRow.person_id == card.person.id).order_by(RoleRow.since, RoleRow.id)
    )
    zones = await lookup.zones(ctx)
    names = {zone.key: zone.name for zone in zones}
    held = await territories.referents(ctx.session, ctx.now)
    town = (card.place.town if card.place else "") or card.person.town
    lines = [
        RoleLine(cards.told(ctx.settings, names, row), row, _is_over(ctx, row))
        for row in roles
        if cards.may_tell(ctx.settings, ctx.me, row.role, row.circle, room_circle(ctx))
    ]
    covering = territories.referents_of(held, zones, card.department, town)
    return Reply(
        "directory.person",
        {"card": card, "contacts": list(contacts), "roles": lines, "zones": covering},
    )


def _is_over(ctx: Context, row: RoleRow) -> bool:
    return row.until is not None and row.until <= ctx.now


@acts.command("personne ajouter", "person add", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def add(
    ctx: Context,
    name: Name,
    address: Address,
    place: PlaceName,
    status: StatusWord,
    more: Everything | None = None,
) -> Reply:
    """Ajoute une personne : prénom et nom, adresse, lieu (ou « aucun »), statut, séparés par des virgules.

    Le statut est « membre », « nouvelle » (personne accueillie) ou « partenaire ». Ce qui manque est demandé.
    La personne ne reçoit que l'information sur ses données.
    """
    if more is not None:
        raise UserError("directory.too_much", said=more)
    await _refuse_known(ctx, address)
    where = None if is_nothing(place) else await lookup.place(ctx, place)
    changes = Changes(ctx)
    taken = await ctx.session.scalars(select(Person.key))
    person = Person(
        key=key_of(name, taken),
        name=name,
        place_id=where.id if where else None,
        department=where.department if where else "",
        status=status,
        language=ctx.settings.network.language,
        source=Source.COMMAND.value,
        entered_at=ctx.now,
    )
    await changes.make(person)
    common = {"source": Source.COMMAND.value, "verified_at": ctx.now}
    await changes.make(Contact(person_id=person.id, channel="mail", value=address, **common))
    changes.fact("person.added", place=where.key if where else "")
    changes.undoable()
    others = [one for one in await lookup.everybody(ctx) if _is_namesake(one.person, person)]
    values = {"person": person, "place": where, "address": address, "namesakes": others}
    return Reply("directory.person_added", values)


def _is_namesake(one: Person, other: Person) -> bool:
    return one.id != other.id and circles.bare(one.name) == circles.bare(other.name)


async def _refuse_known(ctx: Context, address: str) -> None:
    if address in ctx.house.own_addresses() | ctx.house.list_addresses():
        raise UserError("directory.not_a_person", address=address)
    row = await ctx.session.scalar(select(Contact).where(Contact.channel == "mail", Contact.value == address))
    if row is not None:
        owner = await ctx.session.get_one(Person, row.person_id)
        raise UserError("directory.address_taken", address=address, owner=owner)


@acts.command("personne modifier", "person change", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def change(ctx: Context, text: Everything) -> Reply:
    """Change ce qui est dit d'une personne : `personne modifier Léa Toscan, commune : Menton`.

    Les champs : nom, lieu, commune, département, langue, statut ; « aucun » efface un lieu ou une commune.
    """
    who, said = _fields_of(text)
    if not said:
        raise UserError("directory.which_field")
    card = await lookup.person(ctx, who, former=True)
    values: dict[str, Any] = {}
    for field, value in said:
        values |= await _value(ctx, card, field, value)
    changes = Changes(ctx)
    changes.set(card.person, **values)
    await ctx.session.flush()
    changed = await lookup.person(ctx, card.person.key, former=True)
    changes.fact("person.changed")
    await changes.tell(card.person.id, "directory.person_news", {"card": changed})
    changes.undoable()
    return Reply("directory.person_changed", {"card": changed})


def _fields_of(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Whom it is about, and each field with its new value."""
    found = list(FIELD.finditer(aligned(text)))
    if not found:
        return text, []
    ends = [one.start() for one in found[1:]] + [len(text)]
    said = [
        (FIELDS[one["field"]], AWAY.sub("", text[one.end() : end]).strip())
        for one, end in zip(found, ends, strict=True)
    ]
    return AWAY.sub("", text[: found[0].start()]).strip(), said


async def _value(ctx: Context, card: Card, field: str, said: str) -> dict[str, Any]:
    """The columns that a field changes.  Raises UserError for a value that it cannot have."""
    if field == "place":
        place = None if is_nothing(said) else await lookup.place(ctx, said)
        return {"place_id": place.id if place else None}
    if field == "department":
        known = ctx.settings.network.departments
        if not is_nothing(said) and known and said not in known:
            raise UserError("directory.no_department", said=said, departments=known)
        return {"department": "" if is_nothing(said) else said}
    if field == "language":
        if circles.bare(said) not in LANGUAGES:
            raise UserError("directory.no_language", said=said)
        return {"language": LANGUAGES[circles.bare(said)]}
    if field == "status":
        status = status_of(said)
        if status is None:
            raise UserError("directory.no_status", said=said)
        back = {} if card.person.left_at is None else {"left_at": None}
        return {"status": status.value, **back}
    if not said:
        raise UserError("directory.which_field")
    return {field: "" if field == "town" and is_nothing(said) else said}


@acts.command("personne partie", "person left", role=Role.COORDINATION, act=Act.PEOPLE, private=True)
async def leave(ctx: Context, who: SameLine) -> Reply:
    """Quelqu'un quitte le réseau : ses rôles s'arrêtent, rien n'est effacé."""
    card = await lookup.person(ctx, who)
    await keep_a_coordinator(ctx, card.person.id)
    changes = Changes(ctx)
    rows = list(await ctx.session.scalars(select(RoleRow).where(RoleRow.person_id == card.person.id)))
    ending = [row for row in rows if row.until is None or row.until > ctx.now]
    changes.own_role = card.person.id == ctx.me.id
    changes.end(ending)
    changes.end(await cards.current_referents(ctx.session, ctx.now, card.person.id))
    changes.set(card.person, status=Status.FORMER.value, left_at=ctx.now)
    changes.fact("person.left", place=card.place.key if card.place else "")
    changes.undoable()
    named = any(row.key == card.person.key for row in ctx.settings.people.members)
    ended = cards.told_here(card.roles, ctx.settings, ctx.me, room_circle(ctx))
    return Reply("directory.person_left", {"card": card, "ended": ended, "in_file": named})


async def keep_a_coordinator(ctx: Context, person_id: int) -> None:
    """Raise UserError if the network would be without coordination when this person no longer has it."""
    holders = await people.with_role(ctx.session, Role.COORDINATION, ctx.now)
    if [one.id for one in holders] == [person_id]:
        raise UserError("directory.last_coordinator")
