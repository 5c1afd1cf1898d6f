"""Whether our own server tells who wrote a mail: read in the latest mails, without keeping any."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from bot.channels.base import Mailbox
from bot.cli.findings import Finding, ok, warning
from bot.errors import ChannelError, SettingsError
from bot.mail.author import servers_of
from bot.mail.mime.parts import parse_head
from bot.settings.model import Mail

ABOUT = "authserv"
LATEST = 20  # mails that are looked at
MOST_BYTES = 1 << 18  # of each: its header stands at the top
SECONDS = 20.0


async def check_proof(mail: Mail) -> list[Finding]:
    """One sentence; none where there is no mailbox, or it does not open (another check says why)."""
    try:
        mailbox = _mailbox(mail)
        if mailbox is None:
            return []
        async with asyncio.timeout(SECONDS):
            heads = await _latest(mailbox)
    except (ChannelError, SettingsError, TimeoutError, OSError):
        return []
    return [judge(heads, mail.authserv_id)]


def _mailbox(mail: Mail) -> Mailbox | None:
    """A real mailbox; a folder is nobody's server, and looking into it would number its mails."""
    inbox = mail.inbox
    if inbox.kind != "imap":
        return None
    from bot.channels.imap import ImapMailbox

    return ImapMailbox(
        inbox.host,
        inbox.port,
        inbox.user,
        inbox.secret(),
        inbox.folder,
        inbox.tls,
        max_size=MOST_BYTES,
        timeout=SECONDS / 2,
    )


async def _latest(mailbox: Mailbox) -> list[bytes]:
    """The latest mails, or at least their beginnings."""
    state = await mailbox.open()
    try:
        found = await mailbox.fetch(max(0, state.uidnext - 1 - LATEST), LATEST)
    finally:
        await mailbox.close()
    return [one.raw for one in found]


def judge(mails: Sequence[bytes], authserv_id: str) -> Finding:
    """What these mails say of the server that received them."""
    if not mails:
        return ok(ABOUT, "Aucun mail encore pour voir si votre serveur vérifie les expéditeurs.")
    named = Counter(name for raw in mails for name in set(servers_of(parse_head(raw))))
    ours = named[authserv_id.lower()]
    if authserv_id and ours:
        return ok(
            ABOUT, f"Votre serveur ({authserv_id}) dit qui écrit : {ours} des {len(mails)} derniers mails."
        )
    usual = next((name for name, count in named.most_common(1) if 2 * count >= len(mails)), "")
    if usual:
        wrong = f"et non « {authserv_id} » " if authserv_id else ""
        return warning(
            ABOUT,
            f"Le serveur qui reçoit vos mails signe ses vérifications « {usual} » {wrong}: sans ce nom, "
            "chaque demande par mail doit être confirmée.",
            f'Si c\'est bien le nom de votre fournisseur, écrivez authserv_id = "{usual}" dans [mail].',
        )
    return warning(
        ABOUT,
        f"Aucun des {len(mails)} derniers mails ne porte de vérification de votre serveur : "
        "chaque demande par mail doit être confirmée, une fois par jour et par personne au plus.",
        "Demandez à votre fournisseur s'il peut ajouter Authentication-Results (RFC 8601). Les réponses aux "
        "questions de Navette, elles, comptent tout de suite.",
    )
