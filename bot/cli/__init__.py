"""What an administrator types.  Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from bot.cli.base import Entry, LazyGroup, config_option, usage_sentence
from bot.cli.reasons import reason
from bot.errors import NavetteError, SettingsError

WRONG_USAGE = 2
INTERRUPTED = 130  # as a shell says it of SIGINT

# The order is that of the help.  The text is the first line of the command's own docstring.
COMMANDS = {
    "check": Entry("bot.cli.check:check", "Essaie les réglages et chaque connexion, en une phrase chacun."),
    "run": Entry("bot.cli.run:run", "Lance le service, jusqu'à ce qu'on l'arrête."),
    "status": Entry("bot.cli.status:status", "Dit où en est Navette, qu'elle tourne ou non."),
    "pause": Entry("bot.cli.pause:pause", "Arrête tout envoi ; ce qui arrive est gardé."),
    "resume": Entry("bot.cli.pause:resume", "Laisse repartir ce que la pause retenait."),
    "backup": Entry("bot.cli.backup:backup", "Copie la base, même en service, et vérifie la copie."),
    "restore": Entry("bot.cli.restore:restore", "Remet une sauvegarde en place ; Navette doit être arrêtée."),
    "demo": Entry("bot.cli.demo:demo", "Montre trois semaines d'un réseau inventé, et le récap de chacune."),
    "play": Entry(
        "bot.cli.play:play_files", "Joue des conversations avec Navette, sans serveur et sans attendre."
    ),
    "import": Entry(
        "bot.cli.import_:import_", "Verse d'anciens messages dans les archives, sans agir sur aucun."
    ),
    "people": Entry("bot.cli.people:people", "Les personnes du réseau : reprend un tableau."),
    "commands": Entry("bot.cli.commands:commands", "Montre toutes les commandes, et qui peut faire quoi."),
    "read": Entry("bot.cli.read:read", "Montre comment des courriels sont compris."),
    "dates": Entry("bot.cli.dates:dates", "Montre les dates trouvées dans un texte."),
    "digest": Entry("bot.cli.digest:digest", "Montre le récap tel qu'il partirait maintenant."),
}


@click.group(cls=LazyGroup, entries=COMMANDS, no_args_is_help=True)
@config_option
@click.version_option(
    package_name="navette-bot",
    prog_name="navette",
    message="%(prog)s %(version)s",
    help="Affiche la version.",
)
def navette() -> None:
    """Navette relie la liste de diffusion d'un réseau et ses salons."""


def main(args: Sequence[str] | None = None) -> int:
    """Run a command.  Exit code: 0, 1 with a sentence on standard error, 2 for wrong usage or settings."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show an accent must not stop a command.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        result = navette.main(args=args, prog_name="navette", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        return _refuse(error.format_message(), WRONG_USAGE)
    except click.UsageError as error:
        return _refuse(usage_sentence(error), WRONG_USAGE)
    except SettingsError as error:
        return _refuse(str(error), WRONG_USAGE)
    except (NavetteError, click.ClickException) as error:
        return _refuse(str(error), 1)
    except OSError as error:
        named = f"« {error.filename} » : " if error.filename else ""
        return _refuse(f"{named}{reason(error)}.", 1)
    except click.Abort:
        return _refuse("Interrompu.", INTERRUPTED)
    return result if isinstance(result, int) else 0


def _refuse(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code
