"""Checks of what is on this machine: files, folders, people, and settings that deserve a word."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot import resources
from bot.cli.findings import Finding, failure, ok, warning
from bot.cli.reasons import reason
from bot.settings import Settings
from bot.settings.environment import variable_of


def check_here(settings: Settings) -> Iterator[Finding]:
    """Everything that needs no network."""
    yield _store(settings.store.path)
    yield _templates(settings)
    yield from _capabilities(settings.capabilities)
    yield from _people(settings)
    yield from _kit(settings.kit.folder)
    yield from _lists(settings)
    yield from _gates(settings)
    yield from _secrets(settings)


def writable(folder: Path) -> str | None:
    """Why nothing can be written in a folder that may not exist yet, or None.  Leaves nothing behind."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            return None
    except OSError as error:
        return reason(error)


def _store(path: Path) -> Finding:
    if why := writable(path.parent):
        return failure(
            "store",
            f"La base ne peut pas être écrite dans « {path.parent} » ({why}).",
            "Donnez ce dossier au compte qui lance Navette, ou changez [store] path.",
        )
    if not path.exists():
        return ok("store", f"La base sera créée : {path}.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return failure(
            "store",
            f"La base « {path} » ne peut pas être lue ({error}).",
            "Vérifiez que c'est bien le fichier de Navette, ou restaurez une copie : navette restore.",
        )
    return ok("store", f"La base est lisible et son dossier accepte l'écriture : {path}.")


def _templates(settings: Settings) -> Finding:
    folder = resources.templates() / settings.network.language
    if any(folder.glob("*.md")):
        return ok("templates", "Les textes des messages sont là.")
    return failure(
        "templates",
        f"Les textes des messages manquent ({folder}).",
        "Réinstallez Navette, ou choisissez une autre langue dans [network] language.",
    )


def _capabilities(names: list[str]) -> Iterator[Finding]:
    missing = [name for name in names if importlib.util.find_spec(f"handlers.{name}") is None]
    if missing:
        known = ", ".join(sorted(path.parent.name for path in _handlers().glob("*/__init__.py")))
        yield failure(
            "capabilities",
            f"Ces fonctions n'existent pas : {', '.join(missing)}.",
            f"Corrigez « capabilities » ; fonctions connues : {known or 'aucune'}.",
        )
    else:
        yield ok("capabilities", f"Fonctions : {', '.join(names)}.")


def _handlers() -> Path:
    spec = importlib.util.find_spec("handlers")
    return Path(spec.origin).parent if spec and spec.origin else Path()


def _people(settings: Settings) -> Iterator[Finding]:
    file = settings.people.file
    if file is not None and not file.is_file():
        yield failure(
            "people",
            f"Le fichier de personnes « {file} » n'existe pas.",
            "Corrigez [people] file, ou retirez ce réglage.",
        )
    elif file is None and not any("coordination" in person.roles for person in settings.people.members):
        yield warning(
            "people",
            "Personne n'a le rôle « coordination » : personne ne recevra les brouillons ni les alertes.",
            'Ajoutez roles = ["coordination"] à une personne de [[people.members]].',
        )
    else:
        yield ok("people", f"Personnes dans les réglages : {len(settings.people.members)}.")


def _kit(folder: Path) -> Iterator[Finding]:
    messages = len(list(folder.glob("*.md"))) if folder.is_dir() else 0
    if messages:
        yield ok("kit", f"Le kit d'arrivée a {messages} message(s).")
    else:
        yield warning(
            "kit",
            f"Le kit d'arrivée est vide ou absent ({folder}).",
            "Mettez-y des messages en Markdown, ou changez [kit] folder.",
        )


def _lists(settings: Settings) -> Iterator[Finding]:
    if not settings.lists:
        yield warning(
            "lists", "Aucune liste : le récap n'a pas où aller.", "Ajoutez une section [lists.reseau]."
        )
    for key, entry in settings.lists.items():
        yield ok(f"lists.{key}", f"Liste « {key} » : {entry.address}, cercle {entry.circle}.")
    if settings.bot.address == type(settings.bot)().address:
        yield warning(
            "bot.address",
            "L'adresse de Navette est celle d'exemple.",
            "Écrivez la sienne dans [bot] address.",
        )


def _gates(settings: Settings) -> Iterator[Finding]:
    if settings.gates.shadow:
        yield warning(
            "gates.shadow",
            "Le mode essai est en marche : tout va à la coordination seule.",
            "Quand les brouillons conviennent, mettez [gates] shadow = false.",
        )
    # In a real mailbox the mails themselves tell (``check_proof``).
    if not settings.mail.authserv_id and settings.mail.inbox.kind != "imap":
        yield warning(
            "mail.authserv_id",
            "Le nom du serveur qui authentifie n'est pas donné : aucun expéditeur ne sera tenu pour vérifié.",
            "Copiez dans [mail] authserv_id le premier mot d'Authentication-Results d'un courriel reçu.",
        )


def _secrets(settings: Settings) -> Iterator[Finding]:
    inbox, outbox, matrix = settings.mail.inbox, settings.mail.outbox, settings.matrix
    for path, secret in (
        (("mail", "inbox", "password"), inbox.password),
        (("mail", "outbox", "password"), outbox.password),
        (("matrix", "password"), matrix.password),
        (("matrix", "token"), matrix.token),
    ):
        if variable_of(path, os.environ) is not None or not secret.get_secret_value():
            continue
        section, name = ".".join(path[:-1]), path[-1]
        what = "jeton" if name == "token" else "mot de passe"
        file = "" if name == "token" else " ou un fichier (password_file)"
        yield warning(
            ".".join(path),
            f"Le {what} de [{section}] est écrit dans le fichier de réglages.",
            f"Mettez-le dans NAVETTE_{'__'.join(path).upper()}{file}.",
        )
