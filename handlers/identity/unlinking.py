"""`!délier`: a place that is no longer somebody's; coordination may take it away for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import contacts, people
from bot.authority import Act, Member, Need, Role
from bot.contacts import End
from bot.dispatch import authorise
from bot.errors import UserError
from bot.french.fold import words
from bot.router.declare import Context, Reply
from bot.router.parameters import SameLine
from bot.store.people_tables import Contact
from handlers.identity import proofs
from handlers.identity.capability import capability
from handlers.identity.rules import read_place, without_place


@capability.command("délier", "unlink", role=Role.KNOWN, act=Act.PEOPLE)
async def unlink(ctx: Context, place: SameLine | None = None) -> Reply:
    """Enlève une de tes adresses ou un de tes comptes : `délier lea.perso@courriel.example`.

    La dernière reste. La coordination peut le faire pour quelqu'un (un téléphone perdu) :
    `délier Léa Toscan @lea:lisieres.example`. « annule » revient en arrière.
    """
    target = None if place is None else read_place(place)
    if place is None or target is None:
        raise UserError("identity.how_to_unlink")
    name = without_place(place)
    if not name:
        return await _take_away(ctx, ctx.me, await _row_of(ctx, ctx.me, target))
    await authorise(ctx, Need(Role.COORDINATION, act=Act.PEOPLE))
    member = await _called(ctx, name, target)
    return await _take_away(ctx, member, await _row_of(ctx, member, target))


async def _row_of(ctx: Context, member: Member, target: End) -> Contact:
    row = await contacts.contact(ctx.session, target)
    if row is None or row.person_id != member.id or row.verified_at is None:
        raise UserError("identity.not_yours", place=target.value)
    return row


async def _called(ctx: Context, name: str, target: End) -> Member:
    """Who has a place, if that is their name or their key: else it may be another one that is meant."""
    member = await contacts.holder(ctx.session, target, ctx.now)
    names = [member.key, member.name] if member is not None else []
    if member is None or words(name) not in [words(one) for one in names]:
        raise UserError("identity.not_theirs", name=name, place=target.value)
    return member


async def _take_away(ctx: Context, member: Member, row: Contact) -> Reply:
    mine, target = member.id == ctx.me.id, End(row.channel, row.value)
    left = [one for one in await contacts.verified(ctx.session, member.id) if one.id != row.id]
    if mine and not left:
        raise UserError("identity.last_place")
    data = {**await contacts.give_up(ctx.session, row), "person": member.id}
    ctx.fact("person.unlinked", place=member.place)
    ctx.undoable(ctx.me, "identity", "unlink", data)
    here = proofs.here(ctx)
    values = {"place": target.value, "by": here.value if mine else ctx.me.name, "name": member.name}
    first = proofs.firsts(End(one.channel, one.value) for one in left)
    key = f"unlinked:{ctx.incoming.inbox_id}"
    message = "identity.unlinked_told" if mine else "identity.unlinked_for"
    await proofs.tell(ctx, member.id, {target, *first} - {here}, key, message, values)
    return Reply("identity.unlinked", {**values, "mine": mine, "left": len(left)}, private=True)


@capability.undo("unlink")
async def unlink_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Give back what was taken away, unless somebody else proved meanwhile that it is theirs."""
    end, person_id = End(data["channel"], data["value"]), data["person"]
    kept = await people.by_id(ctx.session, person_id, ctx.now)
    if kept is None or not await contacts.give_back(ctx.session, kept.id, data):
        raise UserError("identity.no_longer")
    ctx.fact("person.linked", place=kept.place)
    return Reply("identity.linked", {"place": end.value, "name": kept.name, "overheard": False}, private=True)
