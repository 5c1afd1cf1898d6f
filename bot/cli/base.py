"""What every command shares: ``--config``, French help, and one French sentence for wrong usage."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from bot.settings import Settings

_CONFIG = "navette.config"


class _Formatter(click.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        super().write_heading(f"{heading}\u00a0")


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command whose help is in French."""

    context_class = _Context

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help."""
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Usage\u00a0: "
        )

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option


class Entry(NamedTuple):
    """A command that is imported only when it is used."""

    where: str  # module:name
    help: str


class LazyGroup(Command, click.Group):
    """A group that knows its commands' names and help lines without importing them."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **more: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "COMMANDE …"} | more)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they are told."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self.entries:
            return None
        module, _, name = self.entries[cmd_name].where.partition(":")
        found = getattr(importlib.import_module(module), name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{self.entries[cmd_name].where} is not a command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name.  Raises UsageError with near misses."""
        word = args[0]
        if word not in self.entries and not word.startswith("-"):
            raise click.UsageError(f"Il n'y a pas de commande « {word} »{_near(word, self.entries)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help."""
        with formatter.section("Commandes"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])


def _remember(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.meta[_CONFIG] = value


# Taken before the command and after it; the nearer to the end wins.
config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    expose_value=False,
    is_eager=True,
    callback=_remember,
    help="Les réglages (NAVETTE_CONFIG, sinon config/navette.toml).",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Résultat lisible par une machine.")


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command that also takes ``--config``.  Its docstring is its help, in French.

    An integer that it returns is the exit code.
    """

    def wrap(function: Callable[..., Any]) -> click.Command:
        return click.command(name, cls=Command)(config_option(function))

    return wrap


def config_path(ctx: click.Context) -> Path | None:
    """The file that ``--config`` named, if it was given."""
    path: Path | None = ctx.meta.get(_CONFIG)
    return path


def settings_of(ctx: click.Context) -> Settings:
    """The settings that this call works with.  Raises SettingsError."""
    from bot.settings import load

    return load(config_path(ctx))


def usage_sentence(error: click.UsageError) -> str:
    """What is wrong with the way a command was called, in one French sentence."""
    hint = ""
    if isinstance(error, click.BadParameter) and error.param:
        hint = error.param.get_error_hint(error.ctx).strip("'")
    match error:
        case click.MissingParameter():
            said = f"Il manque « {hint} »."
        case click.NoSuchOption():
            name = error.option_name
            said = f"L'option « {name} » n'existe pas{_near(name, error.possibilities or ())}"
        case click.BadParameter() if isinstance(error.param, click.Option | click.Argument):
            said = f"La valeur de « {hint} » ne convient pas ({error.message.rstrip('.')})."
        case click.BadOptionUsage():
            said = f"L'option « {error.option_name} » n'est pas utilisée comme il faut."
        case click.BadArgumentUsage():
            said = "Il y a trop ou trop peu d'arguments."
        case _ if error.message.startswith("Got unexpected extra argument"):
            said = "Il y a un argument de trop."
        case _:
            said = error.message
    where = error.ctx.command_path if error.ctx else "navette"
    return f"{said} Voir « {where} --help »."


def _near(word: str, words: Any) -> str:
    # Imported here: only people who mistyped wait for it.
    import difflib

    close = difflib.get_close_matches(word, list(words), n=2)
    return f" ; vouliez-vous dire « {' » ou « '.join(close)} » ?" if close else "."
