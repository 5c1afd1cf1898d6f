"""``navette pause`` and ``navette resume``: the gate that stops everything, moved from the machine itself."""

from __future__ import annotations

import asyncio
import getpass

import click

from bot.cli.base import command, settings_of
from bot.cli.store import existing
from bot.clock import SystemClock
from bot.french.typography import typeset
from bot.settings import Settings


@command("pause")
@click.pass_context
def pause(ctx: click.Context) -> None:
    """Arrête tout envoi ; ce qui arrive est gardé.

    Le service n'a pas besoin d'être redémarré : il le voit à l'envoi suivant.
    """
    moved, waiting = asyncio.run(_move(settings_of(ctx), on=True))
    said = (
        f"Navette est en pause : {_waiting(waiting)}, rien ne part."
        if moved
        else "Navette était déjà en pause."
    )
    click.echo(typeset(said))


@command("resume")
@click.pass_context
def resume(ctx: click.Context) -> None:
    """Laisse repartir ce que la pause retenait."""
    moved, waiting = asyncio.run(_move(settings_of(ctx), on=False))
    said = f"Navette reprend : {_waiting(waiting)}." if moved else "Navette n'était pas en pause."
    click.echo(typeset(said))


async def _move(settings: Settings, *, on: bool) -> tuple[bool, int]:
    """Whether that changed anything, and how many mails and messages wait."""
    from bot import gates, status

    now = SystemClock().now()
    async with existing(settings) as store, store.write() as session:
        found = await status.look(session, settings.store.path, settings.gates, now)
        moved = found.standing.paused != on
        if moved:
            await gates.move(session, gates.Gate.PAUSE, on=on, by=f"cli:{getpass.getuser()}", now=now)
    return moved, found.to_send


def _waiting(count: int) -> str:
    if count == 0:
        return "aucun envoi n'attend"
    return f"{count} envois attendent" if count > 1 else "un envoi attend"
