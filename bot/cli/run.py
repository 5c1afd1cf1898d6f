"""``navette run``: the service."""

from __future__ import annotations

import asyncio
import sys

import click

from bot.cli.base import command, settings_of


@command("run")
@click.option("--once", is_flag=True, help="Traite ce qui attend, envoie ce qui peut partir, et s'arrête.")
@click.pass_context
def run(ctx: click.Context, once: bool) -> None:
    """Lance le service, jusqu'à ce qu'on l'arrête.

    Une seconde instance sur la même base attend que la première s'en aille. Le journal va sur la sortie
    d'erreur, une ligne par fait.
    """
    settings = settings_of(ctx)
    from bot.live import log, service

    log.set_up(sys.stderr, log.secrets_of(settings))
    asyncio.run(service.run_once(settings) if once else service.run(settings))
