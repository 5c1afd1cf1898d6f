"""``navette demo``: the main job on an invented network, then a conversation in the terminal."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import sys
import webbrowser
from pathlib import Path

import click

from bot import resources
from bot.app import App
from bot.cli.base import command
from bot.clock import SetClock
from bot.demo import conversation, replay
from bot.demo.world import DemoWorld
from bot.errors import NavetteError
from bot.play.moments import pass_until
from bot.settings import Settings, load

START = dt.datetime(2026, 11, 2, 7, 30)  # noqa: DTZ001 - of the network's clocks
END = dt.datetime(2026, 11, 20, 9, 5)  # noqa: DTZ001 - of the network's clocks
MEMBER = "bruno"
INVITATION = """
À vous : écrivez à Navette comme si vous étiez Bruno, membre du réseau. Par exemple :
  aide
  récap aperçu
  Pour le récap : la Filature ouvre un atelier vélo le 12 décembre à 14 h
  annule
(Ctrl-D pour finir.)
"""
MARK = ".navette-demo"  # the demo only ever empties a folder that it made


@command("demo")
@click.option("--no-wait", is_flag=True, help="Tout montrer sans rien demander, puis finir.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    metavar="DOSSIER",
    help="Où la démonstration écrit.",
)
def demo(no_wait: bool, folder: Path) -> None:
    """Montre trois semaines d'un réseau inventé, et le récap de chacune.

    À la fin on peut parler à Navette dans le terminal, comme membre du réseau.
    """
    folder = folder.resolve()
    _empty(folder)
    settings = load(
        resources.config() / "demo.toml",
        {
            "store.path": str(folder / "navette.sqlite3"),
            "store.backups": str(folder / "sauvegardes"),
            "store.synchronous": "off",
            "mail.inbox.path": str(folder / "recu"),
            "mail.outbox.path": str(folder / "envoye"),
        },
    )
    asyncio.run(_show(settings, folder, wait=not no_wait))


def _empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise NavetteError(f"{folder} contient autre chose que la démonstration : choisissez --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Ce dossier est vidé à chaque démonstration.\n", "utf-8")


async def _show(settings: Settings, folder: Path, *, wait: bool) -> None:
    zone = settings.network.zone
    clock = SetClock(START.replace(tzinfo=zone))
    world = DemoWorld(settings, clock)
    app = App(settings, clock, world.channels())
    try:
        await app.start()
        await app.settle()
        click.echo(f"{settings.network.name}, du 2 au 20 novembre 2026 : le courrier arrive.\n")
        happening = replay.moments(resources.config() / "demo" / "mails", settings)
        await replay.replay(app, world, clock, happening, click.echo)
        await pass_until(app, clock, END.replace(tzinfo=zone))
        sent = await conversation.recaps(app)
        pages = conversation.write_pages(sent, folder / "pages")
        click.echo(f"\n{'=' * 72}\n{sent[-1][1].text}{'=' * 72}\n")
        click.echo("Écrit ici :")
        for what, where in (
            ("les récaps, en pages", pages[-1].parent),
            ("le courrier reçu", settings.mail.inbox.path),
            ("le courrier envoyé", settings.mail.outbox.path),
            ("la base", settings.store.path),
        ):
            click.echo(f"  {what} : {where}")
        if wait:
            if sys.stdout.isatty():
                webbrowser.open(pages[-1].as_uri())
            click.echo(INVITATION)
            await conversation.talk(world.channels(), app, clock, MEMBER, sys.stdin, sys.stdout)
    finally:
        await app.stop()
