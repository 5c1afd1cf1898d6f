"""`!aide`."""

from __future__ import annotations

from bot.authority import Role
from bot.router.declare import Capability, Context, Reply
from bot.router.parameters import SameLine

capability = Capability("help")


@capability.command("aide", "help", role=Role.STRANGER, taught=True)
async def show_help(ctx: Context, word: SameLine | None = None) -> Reply:
    """Dit ce que je sais faire ; avec un mot, explique cette commande."""
    if word:
        return _explain(ctx, word.removeprefix(ctx.settings.bot.prefix))
    author = ctx.incoming.author
    usable = [
        command
        for command in ctx.catalogue.commands
        if command.need.role is Role.STRANGER
        or (author and author.has(command.need.role, command.need.circle))
    ]
    return Reply(
        "help.overview",
        {
            "taught": [command for command in usable if command.taught],
            "others": [command for command in usable if not command.taught],
        },
    )


def _explain(ctx: Context, word: str) -> Reply:
    commands = ctx.catalogue.named(word)
    if not commands:
        return Reply("help.unknown", {"word": word, "suggestions": ctx.catalogue.suggest(word)})
    return Reply("help.one", {"commands": commands})
