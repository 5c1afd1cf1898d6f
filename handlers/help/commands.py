"""`!aide`."""

from __future__ import annotations

from bot.authority import Role
from bot.router.declare import Capability, Context, Reply
from bot.router.manual import Told, tell
from bot.router.parameters import SameLine

capability = Capability("help")


@capability.command("aide", "help", role=Role.STRANGER, taught=True)
async def show_help(ctx: Context, word: SameLine | None = None) -> Reply:
    """Dit ce que je sais faire ; avec un mot, explique cette commande."""
    if word:
        return _explain(ctx, word.removeprefix(ctx.settings.bot.prefix))
    usable = [command for command in _told(ctx) if command.usable]
    return Reply(
        "help.overview",
        {
            "taught": [command for command in usable if command.taught],
            "others": [command for command in usable if not command.taught],
        },
    )


def _explain(ctx: Context, word: str) -> Reply:
    if not ctx.catalogue.named(word):
        meant = ctx.catalogue.suggest(word, ctx.incoming.author)
        return Reply("help.unknown", {"word": word, "suggestions": meant})
    return Reply("help.one", {"commands": _told(ctx, word)})


def _told(ctx: Context, word: str = "") -> list[Told]:
    """All commands, or those of a word, in the language of who reads the answer."""
    entries = ctx.house.renderer.manual(ctx.language)
    commands = ctx.catalogue.named(word) if word else ctx.catalogue.commands
    return [tell(command, entries, ctx.incoming.author) for command in commands]
