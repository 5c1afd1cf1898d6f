"""`!lier`, `!moi`, and the plain words for them."""

from __future__ import annotations

from sqlalchemy import select

from bot import linking
from bot.authority import Act, Role
from bot.errors import UserError
from bot.router.declare import Context, Reply
from bot.router.parameters import SameLine
from bot.store.people_tables import Place
from handlers.identity import proofs
from handlers.identity.capability import capability
from handlers.identity.rules import BARE_PLACE, PLACE_SAID, read_place, shown_roles

# As much as tells that it may be a code; whether it is one, ``linking.read_code`` says.
MAYBE_CODE = (
    r"(?=[^\n]*[2-9][^\n]*[2-9])(?:[^\n]{0,60}\bcode\b[^\n]{0,30}?[^0-9a-z\n])?"
    r"[0-9a-z](?:[ .-]*[0-9a-z]){7}[ .!\"')]*(?:\n|$)"
)


@capability.command("lier", "link", role=Role.STRANGER, act=Act.PEOPLE)
async def link(ctx: Context, place: SameLine | None = None) -> Reply:
    """Relie une adresse ou un compte Matrix : `lier lea@lisieres.example`, `lier @lea:lisieres.example`.

    Un code part là-bas ; recopié ici, il montre que c'est la même personne. « annule » revient en arrière.
    """
    if place is None:
        raise UserError("identity.how_to_link")
    code = linking.read_code(place) or linking.read_code(f"code {place}")
    if code is not None:
        reply = await proofs.redeem(ctx, code, asked=True)
        assert reply is not None  # noqa: S101 - something was asked, so something is answered
        return reply
    target = read_place(place)
    if target is None:
        raise UserError("identity.how_to_link")
    return await proofs.ask(ctx, target)


@capability.phrase(PLACE_SAID, role=Role.STRANGER, act=Act.PEOPLE)
async def place_said(ctx: Context, text: str) -> Reply | None:
    """« mon adresse est lea@… », « je suis lea@… »."""
    target = read_place(text)
    return None if target is None else await proofs.ask(ctx, target)


@capability.phrase(BARE_PLACE, role=Role.STRANGER, act=Act.PEOPLE)
async def place_alone(ctx: Context, text: str) -> Reply | None:
    """An address and nothing else, from somebody unknown: what else could they mean?"""
    return await place_said(ctx, text) if ctx.incoming.author is None else None


@capability.phrase(MAYBE_CODE, role=Role.STRANGER, act=Act.PEOPLE, everywhere=True)
async def code_typed(ctx: Context, text: str) -> Reply | None:
    """A code alone, or « le code est … »; in a room by mistake, it is still good for whoever asked alone."""
    code = linking.read_code(text)
    return None if code is None else await proofs.redeem(ctx, code, asked=False)


@capability.command("moi", "whoami", role=Role.STRANGER)
async def who_am_i(ctx: Context) -> Reply:
    """Dit en privé qui tu es pour moi : nom, lieu, adresses, comptes, rôles, groupes, langue."""
    author = ctx.incoming.author
    if author is None:
        return Reply("identity.unknown", {"place": proofs.here(ctx).value}, private=True)
    roles = [one for one in shown_roles(author, ctx.settings.circles) if one["role"] != Role.MEMBER.value]
    groups = [
        circle.name
        for key, circle in ctx.settings.circles.items()
        if any(one.circle == key for one in author.roles)
    ]
    place = await ctx.session.scalar(select(Place.name).where(Place.key == author.place))
    values = {"roles": roles, "groups": groups, "place": place or "", "here": proofs.here(ctx).value}
    return Reply("identity.who", values, private=True)
