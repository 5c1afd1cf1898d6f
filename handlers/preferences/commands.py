"""`!préférences`, and the plain words that change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.authority import Role
from bot.errors import UserError
from bot.router.declare import SILENCE, Capability, Context, Reply
from bot.router.parameters import Everything
from bot.store.people_tables import Recap
from handlers.preferences import kept
from handlers.preferences.lists import Wish, ready
from handlers.preferences.phrases import LABELLED, RECAP_NO, SPOKEN, is_whole_house_pause
from handlers.preferences.rules import Wants, read

capability = Capability("preferences")

LESS = ("preferences", "less")  # the question that « trop de mails » asks


@capability.command("préférences", "preferences", role=Role.KNOWN)
async def preferences(ctx: Context, wishes: Everything | None = None) -> Reply:
    """Montre ce que tu reçois, quand et où, et le change : `préférences rappels non, de 21 h à 9 h`.

    En privé, les mots suffisent : « pause jusqu'au 5 janvier », « récap seul », « écris-moi par mail ».
    """
    if not (wishes or "").strip(" :\n"):
        return Reply("preferences.all", await kept.shown(ctx), private=True)
    return await _change(ctx, understood(ctx, wishes or ""))


@capability.phrase(LABELLED, role=Role.KNOWN)
async def labelled(ctx: Context, words: str) -> Reply:
    """« préférences : rappels non »."""
    return await _change(ctx, understood(ctx, words.partition(words.split()[0].rstrip(":-,"))[2]))


@capability.phrase(RECAP_NO, role=Role.KNOWN)
async def no_copy(ctx: Context, _words: str) -> Reply:
    """« récap non »: what the List-Unsubscribe of a personal copy writes, whatever a program adds below."""
    row = await kept.of(ctx, ctx.me)
    if ctx.incoming.proof is not None and row.recap in (Recap.NO.value, Recap.NONE.value):
        return SILENCE  # some programs write it twice
    return await _change(ctx, understood(ctx, "récap non"))


@capability.phrase(SPOKEN, role=Role.KNOWN)
async def spoken(ctx: Context, words: str) -> Reply | None:
    """« écris-moi plutôt par mail », « pause jusqu'au 5 janvier », « je veux tout recevoir »."""
    if is_whole_house_pause(words) and ctx.me.has(Role.COORDINATION):
        return None  # « pause » alone is the whole bot's, for who may
    wants = understood(ctx, words)
    return await _change(ctx, wants) if wants.changes or wants.troubles else None


def understood(ctx: Context, words: str) -> Wants:
    """What words want otherwise, now and here."""
    now = ctx.now.astimezone(ctx.settings.network.zone)
    return read(words, now, ctx.settings.reach.pause_days)


async def _change(ctx: Context, wants: Wants) -> Reply:
    """Do what was understood, say what was not."""
    troubles = [{"why": why.value, "said": said} for why, said in wants.troubles]
    if not wants.changes:
        raise UserError("preferences.not_done", troubles=troubles)
    changes = await apply(ctx, wants.changes)
    await ctx.close_prompts(*LESS, f"person:{ctx.me.key}")
    return await told(ctx, changes, troubles)


async def apply(ctx: Context, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the changes, and leave facts without a name.  All that was changed."""
    changes = await kept.completed(ctx, wanted)
    if changes.get("recap") == Recap.PERSONAL.value and await kept.is_partner(ctx):
        raise UserError("preferences.members_only")
    await kept.change(ctx, changes)
    for name in sorted(changes):
        ctx.fact(f"preferences.{name}.{changes['recap']}" if name == "recap" else f"preferences.{name}")
    return changes


async def told(ctx: Context, changed: Mapping[str, Any], troubles: list[dict[str, str]]) -> Reply:
    """What is said of a change: all that it means, and how to go back."""
    values = await kept.shown(ctx) | {
        "changed": sorted(changed),
        "troubles": troubles,
        "mails": [],
        "leave": [],
    }
    recap = changed.get("recap", "")
    if recap:
        wish = Wish.MAIL if recap == "list" else Wish.NOMAIL
        # Where each has the recap by themselves, the list brings none.
        values["mails"] = ready(ctx.settings, ctx.me, wish) if recap != "no" or not values["each"] else []
    if recap == "none":
        values["leave"] = ready(ctx.settings, ctx.me, Wish.LEAVE)
    return Reply("preferences.changed", values, private=True)


@capability.undo("change")
async def change_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Put back what a change changed."""
    await kept.write(ctx, data)
    return Reply("preferences.back", await kept.shown(ctx) | {"changed": sorted(data)}, private=True)
