"""``navette commands``: what people can ask of Navette, and who may."""

from __future__ import annotations

import json

import click

from bot import resources
from bot.app import load_capabilities
from bot.cli.base import command, config_path, json_option, settings_of
from bot.render import Renderer, shared_values
from bot.router.find import Registry
from bot.router.table import as_list, table
from bot.settings import load
from bot.settings.model import Settings

DEMO = "demo.toml"  # without settings: all capabilities


@command("commands")
@json_option
@click.pass_context
def commands(ctx: click.Context, as_json: bool) -> None:
    """Montre toutes les commandes, et qui peut faire quoi.

    Sans --config, ce sont celles de toutes les capacités.
    """
    settings = load(resources.config() / DEMO) if config_path(ctx) is None else settings_of(ctx)
    registry = Registry(load_capabilities(settings.capabilities))
    if as_json:
        click.echo(json.dumps(as_list(registry.commands), ensure_ascii=False))
    else:
        click.echo(page(registry, settings), nl=False)


def page(registry: Registry, settings: Settings) -> str:
    """The commands as a page in Markdown, in the network's language."""
    network, bot = settings.network, settings.bot
    shared = shared_values(network.name, bot.name, bot.address, bot.prefix)
    renderer = Renderer(resources.templates(), network.zone, shared, network.language)
    values = {
        "table": table(registry.commands, renderer.manual()),
        "circles": {key: circle.name for key, circle in settings.circles.items()},
    }
    lines = renderer.document("commands.md.j2", values).splitlines()
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return renderer.typeset("\n".join(kept).strip()) + "\n"
