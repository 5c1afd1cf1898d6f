"""``navette backup``: a checked copy of the database, made while the service runs."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.base import command, settings_of
from bot.clock import SystemClock
from bot.french.typography import typeset


@command("backup")
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[CHEMIN]")
@click.pass_context
def backup(ctx: click.Context, path: Path | None) -> None:
    """Copie la base, même en service, et vérifie la copie.

    Sans CHEMIN, la copie va dans [store] backups. Là ou dans un autre dossier, son nom dit la date.
    À côté vont le registre des effacements et, s'il y en a une, l'identité de Navette dans Matrix.
    """
    settings = settings_of(ctx)
    from bot.store.backup import backup as copy

    identity = settings.matrix.folder / "signing.json"
    made = copy(settings.store.path, settings.store.backups, path, SystemClock().now(), identity)
    size = f"{made.size / 1_000_000:.1f}".replace(".", ",")
    click.echo(typeset(f"Sauvegarde faite et vérifiée : {made.path} ({made.rows} lignes, {size} Mo)."))
    if made.identity is not None:
        told = (
            f"L'identité de Navette dans Matrix est à côté, à ranger comme un mot de passe : {made.identity}."
        )
        click.echo(typeset(told))
