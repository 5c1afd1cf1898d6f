"""``navette restore``: a copy put back, without anything being sent a second time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.cli.base import command, settings_of
from bot.clock import SystemClock
from bot.french.typography import typeset


@command("restore")
@click.argument("path", type=click.Path(path_type=Path), metavar="CHEMIN")
@click.pass_context
def restore(ctx: click.Context, path: Path) -> None:
    """Remet une sauvegarde en place ; Navette doit être arrêtée.

    La base remplacée est gardée à côté. Rien n'est renvoyé de soi-même : ce qui a pu partir ou être fait
    depuis la sauvegarde est signalé à la coordination au prochain démarrage.
    """
    settings = settings_of(ctx)
    from bot.restore import restore as put_back
    from bot.store.backup import put_identity_back

    found = asyncio.run(put_back(settings, path, SystemClock().now()))
    again = put_identity_back(path, settings.matrix.folder / "signing.json")
    copied = found.copied_at.astimezone(settings.network.zone)
    lines = [f"Sauvegarde du {copied:%d/%m/%Y à %H:%M} remise en place : {settings.store.path}."]
    if found.kept is not None:
        lines.append(f"La base remplacée est gardée : {found.kept}.")
    if found.uncertain:
        lines.append(f"Envois peut-être déjà partis, qui ne repartent pas d'eux-mêmes : {found.uncertain}.")
    if found.due:
        lines.append(f"Échéances passées entre-temps, peut-être déjà faites : {', '.join(found.due)}.")
    if again:
        lines.append(f"L'identité de Navette dans Matrix est remise dans {settings.matrix.folder}.")
    if found.erased:
        lines.append(f"Personnes effacées depuis cette sauvegarde, et effacées de nouveau : {found.erased}.")
    for line in lines:
        click.echo(typeset(line))
