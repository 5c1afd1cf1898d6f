"""`!effacer`: said, asked, and done only after « oui, efface »."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from bot import people
from bot.authority import Act, Member, Role
from bot.errors import Refused, UserError
from bot.french.fold import fold
from bot.outbox import Destination, Terms
from bot.personal import erasure
from bot.router.declare import Context, Prompt, Reply
from bot.router.parameters import SameLine
from bot.store.people_tables import Contact, Person
from bot.store.tables import Klass
from bot.understand import said
from bot.work import Asking
from handlers.privacy.capability import capability
from handlers.privacy.rules import says_half, says_no, says_yes

ANSWER_WITHIN = dt.timedelta(days=2)
PHRASE = (
    r"(?:(?:je (?:veux|voudrais|souhaite) (?:que tu )?)?(?:efface|supprime)(?:r|z|s)?"
    r" (?:toutes )?mes donnees(?: personnelles)?"
    r"|(?:please )?(?:erase|delete) (?:all )?my (?:personal )?data)[ .!]*$"
)


@capability.command("effacer", "erase", role=Role.KNOWN, act=Act.PEOPLE)
async def ask(ctx: Context, name: SameLine | None = None) -> Reply:
    """Efface ce qui est gardé sur toi, après avoir dit ce qui part et ce qui reste.

    La coordination peut le faire pour quelqu'un qui le demande : `effacer NOM`.
    """
    return await _ask(ctx, name)


@capability.phrase(PHRASE, role=Role.KNOWN, act=Act.PEOPLE)
async def asked(ctx: Context, text: str) -> Reply:
    """« Efface mes données »."""
    return await _ask(ctx, None)


async def _ask(ctx: Context, name: str | None) -> Reply:
    ctx.must_be_certain()
    me = ctx.me
    target, shown = (me.id, me.name) if not name else await _named(ctx, name)
    await _refuse_last(ctx, target)
    asking = Asking("privacy", "erase", f"person:{me.key}", {"person": target}, ctx.now + ANSWER_WITHIN)
    if target == me.id:
        return Reply("privacy.erase_ask", {"has_rooms": ctx.house.has_rooms}, asking, private=True)
    return Reply("privacy.erase_other_ask", {"name": shown}, asking, private=True)


async def _named(ctx: Context, name: str) -> tuple[int, str]:
    """The person whom coordination names: by key, name, address or chat id."""
    await _coordination_only(ctx)
    wanted = name.strip().strip("«»\"' ")
    rows = (
        await ctx.session.execute(
            select(Person.id, Person.key, Person.name).where(
                Person.id.not_in(erasure.ERASED), Person.merged_into.is_(None)
            )
        )
    ).all()
    by_contact = set(
        await ctx.session.scalars(select(Contact.person_id).where(Contact.value == wanted.lower()))
    )
    found = [row for row in rows if row.key == wanted.lower() or row.id in by_contact]
    found = found or [row for row in rows if fold(row.name) == fold(wanted)]
    if not found:
        raise UserError("privacy.nobody", name=wanted)
    if len(found) > 1:
        raise UserError("privacy.which", keys=[row.key for row in found], name=wanted)
    return found[0].id, found[0].name


async def _coordination_only(ctx: Context) -> None:
    if not ctx.me.has(Role.COORDINATION):
        holders = [one.name for one in await ctx.coordinators()]
        role = Role.COORDINATION.value
        raise Refused("common.role_needed", role=role, circle="", holders=holders)


async def _refuse_last(ctx: Context, target: int) -> None:
    coordinators = await ctx.coordinators()
    if [one.id for one in coordinators] == [target]:
        raise UserError("privacy.last_coordinator")


@capability.answer("erase", act=Act.PEOPLE)
async def answered(ctx: Context, prompt: Prompt) -> Reply | None:
    """« oui, efface »; anything less does nothing."""
    words = said(ctx.incoming.text)
    if says_no(words):
        prompt.closed_at = ctx.now
        return Reply("privacy.kept", private=True)
    if not says_yes(words):
        return Reply("privacy.say_it_all", asking=prompt.id, private=True) if says_half(words) else None
    ctx.must_be_certain()
    target = prompt.state["person"]
    await _refuse_last(ctx, target)
    if target != ctx.me.id:
        await _coordination_only(ctx)
    prompt.closed_at = ctx.now
    return await _erase(ctx, target)


async def _erase(ctx: Context, target: int) -> Reply:
    member = await people.by_id(ctx.session, target, ctx.now)
    erased = await erasure.erase(ctx, target)
    if erased is None:
        return Reply("privacy.already", private=True)
    values = {"number": erased.number, "alias": erased.alias, "has_rooms": ctx.house.has_rooms}
    ctx.fact("privacy.erased")
    own = target == ctx.me.id
    if member is not None and not (own and ctx.incoming.mail is not None):
        await _say_goodbye(ctx, member, erased.number, values)
    if erased.held:
        told = {"number": erased.number, "references": [f"N{number}" for number in erased.held]}
        await ctx.tell_coordination(f"erased-held:{erased.number}", "privacy.held", told)
    return Reply("privacy.erased" if own else "privacy.erased_other", values, private=True)


async def _say_goodbye(ctx: Context, member: Member, number: int, values: dict[str, object]) -> None:
    """The last mail to them; its row forgets the address once it has left (``erasure.forget``)."""
    if member.addresses:
        rendered = ctx.render("privacy.goodbye", values, member.language)
        to = Destination("mail", member.addresses[0], member.id)
        await ctx.send(f"goodbye:{number}", to, rendered, Terms(klass=Klass.DUTY, planned=True))
