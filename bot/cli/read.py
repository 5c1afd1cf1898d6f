"""``navette read``: how mails are understood, which is also how one finds out why one was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from bot.cli.base import command, config_path, json_option, settings_of
from bot.mail.message import Mail
from bot.mail.read import read as understand
from bot.mailfiles import messages


@command("read")
@json_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FICHIER…")
@click.pass_context
def read(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Montre comment des courriels sont compris.

    FICHIER est un message, un mbox, un Maildir ou un dossier de messages ; « - » lit l'entrée standard.
    Sans réglages, tout est reconnu à sa forme ; avec --config, les listes et le serveur qui authentifie
    sont connus aussi.
    """
    known: dict[str, Any] = {}
    if config_path(ctx) is not None:
        settings = settings_of(ctx)
        known["lists"] = [entry.address.lower() for entry in settings.lists.values()]
        known["authserv_id"] = settings.mail.authserv_id or None
        known["own_addresses"] = [settings.bot.address.lower()]
    for path in files:
        for name, raw in messages(path):
            mail = understand(raw, **known)
            click.echo(json.dumps(as_dict(mail), ensure_ascii=False) if as_json else _tell(name, mail))


def as_dict(mail: Mail) -> dict[str, Any]:
    """The mail as JSON shows it; the date in ISO 8601."""
    notice, bounce = mail.notice, mail.bounce
    return {
        "message_id": mail.message_id,
        "date": mail.date.isoformat() if mail.date else None,
        "subject": mail.subject,
        "kind": str(mail.kind),
        "reason": mail.reason,
        "list": mail.list,
        "list_trust": str(mail.list_trust),
        "author": {
            "name": mail.author.name,
            "address": mail.author.address,
            "trust": str(mail.author.trust),
        },
        "text": mail.text,
        "answers": [{"to": answer.to, "text": answer.text} for answer in mail.answers],
        "quoted": mail.quoted,
        "signature": mail.signature,
        "links": list(mail.links),
        "attachments": [{"name": a.name, "type": a.type, "size": a.size} for a in mail.attachments],
        "notice": notice
        and {
            "action": notice.action,
            "list": notice.list,
            "address": notice.address,
            "name": notice.name,
            "trusted": notice.trusted,
        },
        "bounce": bounce and {"address": bounce.address, "permanent": bounce.permanent},
        "problems": list(mail.problems),
        "unanswerable": mail.unanswerable,
    }


_KINDS = {
    "direct": "courriel d'une personne",
    "list_post": "message à la liste",
    "automatic": "réponse automatique",
    "bounce": "échec de distribution",
    "delay": "distribution retardée",
    "list_notice": "avis du serveur de listes",
    "unreadable": "illisible, à regarder",
}


_TRUST = {
    "vouched": "vérifié par notre serveur",
    "failed": "vérification en échec",
    "none": "non vérifié",
    "list": "d'après la liste",
}


def _tell(name: str, mail: Mail) -> str:
    author = " ".join(
        filter(None, (mail.author.name, f"<{mail.author.address}>" if mail.author.address else ""))
    )
    lines = [
        f"{name} : {_KINDS[mail.kind]} (règle : {mail.reason})",
        f"  De : {author or 'inconnu'} ({_TRUST[mail.author.trust]})",
        f"  Sujet : {mail.subject}",
    ]
    if mail.list:
        lines.append(f"  Liste : {mail.list}")
    if mail.notice:
        whence = "serveur connu" if mail.notice.trusted else "serveur non vérifié"
        about = " ".join(filter(None, (mail.notice.address, mail.notice.name)))
        lines.append(f"  Avis : {mail.notice.action}, liste {mail.notice.list}, {about or '-'} ({whence})")
    if mail.bounce:
        lasting = "définitif" if mail.bounce.permanent else "passager"
        lines.append(f"  Échec : {mail.bounce.address or 'destinataire inconnu'} ({lasting})")
    if mail.attachments:
        lines.append("  Pièces jointes : " + ", ".join(a.name or a.type for a in mail.attachments))
    if mail.unanswerable:
        lines.append(f"  Jamais de réponse : {mail.unanswerable}")
    if mail.problems:
        lines.append("  Anomalies : " + ", ".join(mail.problems))
    lines += ["", *(f"    {line}".rstrip() for line in mail.text.splitlines()), ""]
    lines += [f"  En réponse à « {answer.to} » : {_first(answer.text)}" for answer in mail.answers]
    left = [_count(mail.quoted, "citée"), _count(mail.signature, "de signature")]
    if any(left):
        lines.append("  Laissé de côté : " + ", ".join(filter(None, left)))
    return "\n".join([*lines, ""])


def _first(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first} …" if rest else first


def _count(text: str, what: str) -> str:
    number = sum(bool(line.strip()) for line in text.splitlines())
    if not number:
        return ""
    plural = "s" if number > 1 else ""
    return f"{number} ligne{plural} {what}{plural if what == 'citée' else ''}"
