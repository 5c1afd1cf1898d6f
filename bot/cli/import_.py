"""``navette import``: an old mailbox or list archive into ours."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.base import command, json_option, settings_of
from bot.french.format import count
from bot.french.typography import typeset

if TYPE_CHECKING:
    from bot.importing.importer import Progress, Tally
    from bot.settings import Settings

# Why a message is not a post of ours, for one and for many.
_REASONS = {
    "direct": ("écrit à une personne", "écrits à des personnes"),
    "other_list": ("d'une autre liste", "d'autres listes"),
    "automatic": ("automatique", "automatiques"),
    "bounce": ("échec de distribution", "échecs de distribution"),
    "delay": ("distribution retardée", "distributions retardées"),
    "list_notice": ("avis du serveur de listes", "avis du serveur de listes"),
    "empty": ("vide", "vides"),
    "gone": ("déplacé pendant la lecture", "déplacés pendant la lecture"),
    "not_mail": ("fichier d'une autre sorte", "fichiers d'une autre sorte"),
}


@command("import")
@json_option
@click.option("--all", "everything", is_flag=True, help="Prend aussi ce qui n'est pas passé par une liste.")
@click.option("--circle", metavar="CERCLE", help="Le cercle auquel --all donne ces messages.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), metavar="CHEMIN")
@click.pass_context
def import_(ctx: click.Context, path: Path, as_json: bool, everything: bool, circle: str | None) -> None:
    """Verse d'anciens messages dans les archives, sans agir sur aucun.

    CHEMIN est un mbox, un Maildir ou un dossier de messages. Seuls les messages de vos listes sont pris,
    chacun dans le cercle de sa liste. Recommencer ne double rien ; interrompu, l'import reprend.
    """
    settings = settings_of(ctx)
    everything_to = _circle(settings, circle) if everything else None
    if circle and not everything:
        raise click.UsageError("« --circle » ne va qu'avec « --all »", ctx)
    began = time.monotonic()
    tally = _run(settings, path, everything_to, shown=not as_json)
    seconds = time.monotonic() - began
    if as_json:
        fields = {"imported": tally.imported, "known": tally.known, "held": tally.held}
        click.echo(json.dumps(fields | {"passed": dict(tally.passed), "seconds": round(seconds, 2)}))
    else:
        click.echo(typeset(_tell(tally, seconds)))


def _circle(settings: Settings, named: str | None) -> str:
    known = list(settings.circles) or sorted({one.circle for one in settings.lists.values()})
    if named is None:
        raise click.UsageError(f"« --all » demande « --circle » ({', '.join(known)})")
    if known and named not in known:
        raise click.UsageError(f"Il n'y a pas de cercle « {named} » ({', '.join(known)})")
    return named


def _run(settings: Settings, path: Path, everything_to: str | None, *, shown: bool) -> Tally:
    from bot.clock import SystemClock
    from bot.importing import importer
    from bot.importing.files import find
    from bot.store.engine import Store

    clock = SystemClock()

    async def run(progress: Progress) -> Tally:
        store = Store(settings.store.path, synchronous=settings.store.synchronous)
        try:
            await importer.prepare(store, settings, clock)
            reader = importer.reader_of(settings, clock, everything_to)
            return await importer.Importer(store, reader, progress).run(listing)
        finally:
            await store.close()

    listing = find(path)
    with _bar(listing.size, shown=shown) as progress:
        return asyncio.run(run(progress))


@contextmanager
def _bar(size: int, *, shown: bool) -> Iterator[Any]:
    """A bar on a terminal, on standard error: what is told at the end stays clean."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _: None
        return
    with click.progressbar(length=size, label="Import", file=sys.stderr, show_eta=True) as bar:
        yield bar.update


def _tell(tally: Tally, seconds: float) -> str:
    counts = [
        count(tally.imported, "message importé", "messages importés"),
        count(tally.known, "déjà là", "déjà là"),
        count(tally.held, "retenu (à regarder)", "retenus (à regarder)"),
    ]
    line = f"{', '.join(counts)}, en {f'{seconds:.1f}'.replace('.', ',')} s."
    if tally.passed:
        reasons = [count(number, *_REASONS[reason]) for reason, number in tally.passed.most_common()]
        line += f" Laissés de côté : {', '.join(reasons)}."
    return line
