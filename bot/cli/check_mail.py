"""Checks of the mail servers: one connection each, nothing read and nothing sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.channels.imap import ImapMailbox
from bot.channels.smtp_session import Relay, open_session
from bot.cli.check_here import writable
from bot.cli.check_proof import check_proof
from bot.cli.findings import Finding, State, failure, ok, warning
from bot.errors import ChannelError, LoginRefused, SettingsError
from bot.settings.model import Inbox, Mail, Outbox, Server

STEP_SECONDS = 10.0
WHOLE_SECONDS = 30.0  # however slowly a server answers, somebody is waiting at a terminal


async def check_mail(mail: Mail) -> list[Finding]:
    """Both ways at once, then what the mails themselves tell of the server that receives them."""
    found = list(await asyncio.gather(_inbox(mail.inbox), _outbox(mail.outbox)))
    return found if found[0].state is not State.OK else [*found, *await check_proof(mail)]


async def _inbox(inbox: Inbox) -> Finding:
    if inbox.kind == "none":
        return warning("inbox", 'Aucun courriel n\'est relevé ([mail.inbox] kind = "none").')
    if inbox.kind == "maildir":
        return _folder("inbox", inbox.path, "relevés")
    try:
        mailbox = ImapMailbox(
            inbox.host, inbox.port, inbox.user, inbox.secret(), inbox.folder, inbox.tls, timeout=STEP_SECONDS
        )
        async with asyncio.timeout(WHOLE_SECONDS):
            await mailbox.open()
            await mailbox.close()
    except (ChannelError, SettingsError, TimeoutError) as error:
        return _refused("inbox", "IMAP", inbox, error)
    return ok("inbox", f"Réception : connexion à {inbox.host}, dossier « {inbox.folder} » ouvert.")


async def _outbox(outbox: Outbox) -> Finding:
    if outbox.kind == "none":
        return warning("outbox", 'Aucun courriel ne part ([mail.outbox] kind = "none").')
    if outbox.kind == "maildir":
        return _folder("outbox", outbox.path, "écrits")
    try:
        relay = Relay(
            host=outbox.host,
            port=outbox.port,
            user=outbox.user or None,
            password=outbox.secret() if outbox.user else None,
            tls=outbox.tls,
            ssl_context=None,
            timeout=STEP_SECONDS,
            final_timeout=STEP_SECONDS,
            local_hostname=None,
        )
        async with asyncio.timeout(WHOLE_SECONDS):
            session = await open_session(relay)
            session.drop()
    except (ChannelError, SettingsError, TimeoutError) as error:
        return _refused("outbox", "SMTP", outbox, error)
    how = {"starttls": "chiffrée par STARTTLS", "tls": "chiffrée", "none": "en clair"}[outbox.tls]
    account = f", compte {outbox.user} accepté" if outbox.user else ", sans compte"
    return ok("outbox", f"Envoi : connexion à {outbox.host} {how}{account}.")


def _folder(about: str, path: Path, verb: str) -> Finding:
    if why := writable(path):
        return failure(
            about,
            f"Le dossier « {path} » n'accepte pas l'écriture ({why}).",
            f"Donnez-le au compte qui lance Navette, ou changez [mail.{about}] path.",
        )
    return ok(about, f"Les courriels sont {verb} dans le dossier {path}.")


def _refused(about: str, protocol: str, server: Server, error: Exception) -> Finding:
    variable = f"NAVETTE_MAIL__{about.upper()}__PASSWORD"
    if isinstance(error, SettingsError):
        return failure(about, str(error), f"Corrigez [mail.{about}] password_file.")
    if isinstance(error, LoginRefused):
        return failure(
            about,
            f"Le serveur {protocol} {server.host} refuse le compte « {server.user} » ({error}).",
            f"Vérifiez [mail.{about}] user, et le mot de passe ({variable} ou password_file).",
        )
    detail = "pas de réponse" if isinstance(error, TimeoutError) else str(error).rstrip(".")
    keys = "host, port, tls et folder" if about == "inbox" else "host, port et tls"
    return failure(
        about,
        f"Le serveur {protocol} {server.host} n'est pas utilisable ({detail}).",
        f"Vérifiez {keys} dans [mail.{about}], et que le réseau laisse passer.",
    )
