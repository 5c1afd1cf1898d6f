"""`!fusionner`, `!séparer`: two records of one person, as coordination says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot import contacts, merging
from bot.asking import Choices
from bot.authority import Act, Member, Role
from bot.errors import UserError
from bot.french.answers import yes_no
from bot.french.fold import words
from bot.outbox import Terms
from bot.router.declare import Context, Prompt, Reply
from bot.router.parameters import SameLine
from bot.store.people_tables import Merge, Person, Place
from bot.store.tables import Doubt, Klass
from bot.understand import said
from bot.work import Asking
from handlers.identity.capability import capability
from handlers.identity.proofs import here, member_now
from handlers.identity.rules import read_place, shown_roles, two_names

LONG = dt.timedelta(days=1)  # for so long a question of these waits
# What is told by name before a merge; all else is told together.
TOLD = frozenset({"contacts", "roles"})


@capability.command("fusionner", "merge", role=Role.COORDINATION, act=Act.PEOPLE)
async def unite(ctx: Context, names: SameLine | None = None) -> Reply:
    """Réunit deux fiches d'une même personne : `fusionner Léa Toscan et lea2`. La première reste.

    Je montre ce qui va bouger et demande « oui » avant. « annule » ou `séparer` défait tout.
    """
    if names is None:
        raise UserError("identity.how_to_merge")
    everybody = await _everybody(ctx)
    missing = ""
    for left, right in two_names(names):
        kept = await _there(ctx, await _called(ctx, everybody, left))
        gone = await _there(ctx, await _called(ctx, everybody, right))
        if kept and gone:
            return await _weigh_up(ctx, kept, gone)
        missing = missing or (right if kept else left)
    if not missing:
        raise UserError("identity.how_to_merge")
    raise UserError("identity.nobody_called", said=missing)


async def _everybody(ctx: Context) -> list[Person]:
    return list(await ctx.session.scalars(select(Person).order_by(Person.name, Person.id)))


async def _called(ctx: Context, everybody: Sequence[Person], name: str) -> list[Person]:
    """Whom a key, an address, a chat id or a name may mean, also those who were merged into others."""
    exact = [one for one in everybody if one.key == name.strip().lower()]
    if exact:
        return exact
    end = read_place(name)
    if end is not None:
        row = await contacts.contact(ctx.session, end)
        return [one for one in everybody if row is not None and one.id == row.person_id]
    wanted = words(name)
    return [one for one in everybody if wanted and words(one.name) == wanted]


async def _there(ctx: Context, persons: Sequence[Person]) -> list[Person]:
    """Who these are now, without those who left."""
    now = [await merging.root(ctx.session, one) for one in persons]
    return [one for at, one in enumerate(now) if one.left_at is None and one not in now[:at]]


async def _weigh_up(ctx: Context, kept: Sequence[Person], gone: Sequence[Person]) -> Reply:
    """Ask which one is meant, of several of one name; then whether to do it."""
    if len(kept) > 1:
        kept = [one for one in kept if [one.id] != _ids(gone)]
    elif len(gone) > 1:
        gone = [one for one in gone if [one.id] != _ids(kept)]
    for side, persons in (("kept", kept), ("gone", gone)):
        if len(persons) > 1:
            state = {"kept": _ids(kept), "gone": _ids(gone), "side": side}
            return await _which(ctx, persons, state)
    if kept[0].id == gone[0].id:
        raise UserError("identity.one_already", name=kept[0].name)
    return await _propose(ctx, kept[0], gone[0])


def _ids(persons: Sequence[Person]) -> list[int]:
    return [one.id for one in persons]


async def _which(ctx: Context, persons: Sequence[Person], state: dict[str, Any]) -> Reply:
    places = {row.id: row.name for row in await ctx.session.scalars(select(Place))}
    options = []
    for one in persons:
        notes = [places[one.place_id]] if one.place_id is not None else []
        options.append((str(one.id), f"{one.name} ({', '.join([*notes, one.key])})"))
    return _choose(ctx, "who", persons[0].name, options, state)


def _choose(
    ctx: Context, kind: str, name: str, options: Sequence[tuple[str, str]], state: Mapping[str, Any]
) -> Reply:
    question = ctx.render("identity.which_one", {"name": name}, ctx.me.language).text
    choices = Choices(question, tuple(options))
    asking = Asking("identity", kind, f"person:{ctx.me.key}", {**state, **choices.state()}, ctx.now + LONG)
    values = {"choices": choices, "room": ctx.incoming.event is not None}
    return Reply("common.question", values, asking, private=True)


@capability.answer("who")
async def who_is_meant(ctx: Context, prompt: Prompt) -> Reply | None:
    """Which of those of one name."""
    if ctx.choice is None:
        return None
    prompt.closed_at = ctx.now
    sides = {**prompt.state, prompt.state["side"]: [int(ctx.choice)]}
    kept, gone = await _of(ctx, sides["kept"]), await _of(ctx, sides["gone"])
    return await _weigh_up(ctx, kept, gone)


async def _of(ctx: Context, ids: Sequence[int]) -> list[Person]:
    return [await ctx.session.get_one(Person, one) for one in ids]


async def _propose(ctx: Context, kept: Person, gone: Person) -> Reply:
    """Show what would move, and ask."""
    counts = await merging.weigh(ctx.session, gone)
    going = await _member(ctx, gone)
    values = {
        "kept": await _member(ctx, kept),
        "gone": going,
        "roles": shown_roles(going, ctx.settings.circles),
        "kept_status": kept.status,
        "gone_status": gone.status,
        "kept_place": await _place_of(ctx, kept),
        "gone_place": await _place_of(ctx, gone),
        "others": sum(count for table, count in counts.items() if table not in TOLD),
    }
    state = {"kept": kept.id, "gone": gone.id}
    asking = Asking("identity", "merge", f"person:{ctx.me.key}", state, ctx.now + LONG)
    return Reply("identity.merge_ask", values, asking, private=True)


async def _place_of(ctx: Context, person: Person) -> str:
    return await ctx.session.scalar(select(Place.name).where(Place.id == person.place_id)) or ""


async def _member(ctx: Context, person: Person) -> Member:
    member = await member_now(ctx, person.id)
    if member is None:
        raise UserError("identity.no_longer")
    return member


@capability.answer("merge", signs=True)
async def merge_answered(ctx: Context, prompt: Prompt) -> Reply | None:
    """« oui » or « non » to what was shown."""
    return await _decided(ctx, prompt)


@capability.answer("same", signs=True)
async def same_answered(ctx: Context, prompt: Prompt) -> Reply | None:
    """« oui » or « non »: whether two who have the same place are one person."""
    return await _decided(ctx, prompt)


async def _decided(ctx: Context, prompt: Prompt) -> Reply | None:
    verdict = yes_no(said(ctx.incoming.text))
    if verdict is None:
        return None
    prompt.closed_at = ctx.now
    kept, gone = await _of(ctx, [prompt.state["kept"], prompt.state["gone"]])
    if not verdict:
        return Reply("identity.left_apart", {"kept": kept.name, "gone": gone.name})
    return await _merge(ctx, *[await merging.root(ctx.session, one) for one in (kept, gone)])


async def _merge(ctx: Context, kept: Person, gone: Person) -> Reply:
    both = [one for at in (kept, gone) if (one := await member_now(ctx, at.id)) is not None]
    try:
        row = await merging.merge(ctx.session, kept, gone, ctx.me.key, ctx.now)
    except merging.CannotMerge:
        return Reply("identity.no_longer")  # the question is closed all the same
    ctx.fact("person.merged", place=both[0].place)
    await _undoable(ctx, "merge", {"merge": row.id})
    values = {"kept": kept.name, "gone": gone.name, "by": ctx.me.name}
    await _tell(ctx, both, kept.id, f"merged:{row.id}", "identity.merged_told", values)
    return Reply("identity.merged", values)


async def _undoable(ctx: Context, kind: str, data: Mapping[str, Any]) -> None:
    """Let whoever says « annule » from here take it back: it may be that they were merged themselves."""
    await ctx.session.flush()
    ctx.undoable(await contacts.holder(ctx.session, here(ctx), ctx.now) or ctx.me, "identity", kind, data)


async def _tell(
    ctx: Context,
    members: Sequence[Member],
    person_id: int | None,
    key: str,
    message: str,
    values: Mapping[str, Any],
) -> None:
    """Tell each of them where they are reached first; ``person_id``: whose those places are now."""
    for member in members:
        to = ctx.to_person(member)
        if to is None or member.id == ctx.me.id:
            continue
        to = replace(to, person_id=person_id or member.id)
        content = await ctx.render_to(to, message, values)
        await ctx.send(f"{key}:{to.recipient}", to, content, Terms(Klass.DUTY, Doubt.AGAIN))


@capability.command("séparer", "split", role=Role.COORDINATION, act=Act.PEOPLE)
async def part(ctx: Context, name: SameLine | None = None) -> Reply:
    """Sépare deux fiches qui avaient été réunies : `séparer lea2`. Chacune retrouve ce qu'elle avait.

    Ce qui a été fait depuis reste à la fiche gardée. « annule » revient en arrière.
    """
    if name is None:
        raise UserError("identity.how_to_split")
    persons = await _called(ctx, await _everybody(ctx), name)
    if not persons:
        raise UserError("identity.nobody_called", said=name)
    rows = await merging.standing(ctx.session, _ids(persons))
    if not rows:
        raise UserError("identity.not_merged", name=persons[0].name)
    if len(rows) == 1:
        return await _split(ctx, rows[0])
    options = []
    for row in rows:
        kept, gone = await _sides(ctx, row)
        options.append((str(row.id), f"{gone.name} ({gone.key}), {kept.name} ({kept.key})"))
    return _choose(ctx, "which", persons[0].name, options, {})


@capability.answer("which")
async def which_merge(ctx: Context, prompt: Prompt) -> Reply | None:
    """Which of several merges is undone."""
    if ctx.choice is None:
        return None
    prompt.closed_at = ctx.now
    return await _split(ctx, await ctx.session.get(Merge, int(ctx.choice)))


async def _sides(ctx: Context, row: Merge) -> tuple[Person, Person]:
    return await ctx.session.get_one(Person, row.kept_id), await ctx.session.get_one(Person, row.gone_id)


async def _split(ctx: Context, row: Merge | None, *, undoing: bool = False) -> Reply:
    if row is None or row.split_at is not None:  # an erasure takes merges with it
        return Reply("identity.no_longer", private=True)
    kept, gone = await _sides(ctx, row)
    await merging.split(ctx.session, row, ctx.now)
    ctx.fact("person.split")
    if not undoing:
        await _undoable(ctx, "split", {"kept": kept.id, "gone": gone.id})
    members = [await member_now(ctx, (await merging.root(ctx.session, one)).id) for one in (kept, gone)]
    values = {"kept": kept.name, "gone": gone.name, "by": ctx.me.name}
    there = [one for one in members if one is not None]
    await _tell(ctx, there, None, f"split:{row.id}", "identity.split_told", values)
    return Reply("identity.split", values, private=not undoing)


@capability.undo("merge")
async def merge_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Put apart again what was just merged."""
    return await _split(ctx, await ctx.session.get(Merge, data["merge"]), undoing=True)


@capability.undo("split")
async def split_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Merge again what was just put apart."""
    kept = await ctx.session.get_one(Person, data["kept"])
    gone = await ctx.session.get_one(Person, data["gone"])
    return await _merge(ctx, await merging.root(ctx.session, kept), gone)
