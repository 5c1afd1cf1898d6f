"""``navette play``: conversations against the whole bot, without a server and without waiting."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from bot import resources
from bot.cli.base import command, config_path, json_option
from bot.play.deeds import Line, Script
from bot.play.performance import Result, play
from bot.play.script import ScriptError, read_script
from bot.play.show import Block
from bot.settings import Settings, load

FAILED, WRONG = 1, 2


@command("play")
@json_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FICHIER…")
@click.pass_context
def play_files(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> int:
    """Joue des conversations avec Navette, sans serveur et sans attendre.

    Tout ce que Navette envoie est montré.  Sans --config, le réseau est celui de la démonstration.
    Code de sortie : 0 si toutes les attentes sont tenues, 1 sinon, 2 si une scène ne peut pas être jouée.
    """
    settings = load(config_path(ctx) or resources.config() / "demo.toml")
    try:
        scripts = [read_script(path) for path in files]
        results = [asyncio.run(_played(script, settings, as_json)) for script in scripts]
    except ScriptError as error:
        click.echo(str(error), err=True)
        return WRONG
    return FAILED if any(result.failures for result in results) else 0


async def _played(script: Script, settings: Settings, as_json: bool) -> Result:
    def tell(line: Line, block: Block) -> None:
        if as_json:
            told = {"play": script.name, "line": line.number, **block.as_dict()}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(block.shown())

    result = await play(script, settings, tell)
    if result.missing:
        click.echo(f"{script.name} : passé, il manque {', '.join(result.missing)}.", err=True)
    for failure in result.failures:
        click.echo(str(failure), err=True)
    return result
