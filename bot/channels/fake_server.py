"""What the server of a fake list answers and tells by mail (shapes: mails recorded from a real Sympa 6.2)."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
from email.message import EmailMessage

from bot.channels.fake_list import FakeList

MAILER = "Sympa 6.2.70"


def command_of(raw: bytes) -> str:
    """The command in a mail to the server: its subject."""
    message = email.message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=email.policy.compat32)
    return str(message.get("Subject", "")).strip()


def review(one: FakeList, to: str, now: dt.datetime) -> bytes:
    """The list of members, as REVIEW answers it."""
    lines = [
        f"{address} - {one.names.get(address, '')} - normal (réception directe des messages)"
        for address in sorted(one.members)
    ]
    text = [f"Les abonnés à la liste {one.address} sont :", "", *lines, "", ""]
    text.append(f"Nombre d'abonnés : {len(one.members)}")
    return _mail(one, f"{one.name}-request", to, f"REVIEW {one.name}", "auto-replied", "\n".join(text), now)


def refuse(one: FakeList, to: str, now: dt.datetime) -> bytes:
    """That who is on the list is not told to ``to``."""
    text = (
        f"\nLa commande a été rejetée :\n\n> REVIEW {one.name}\n"
        "  L'accès à la liste des abonnés est réservé aux propriétaires.\n\n-----------\n"
    )
    return _mail(one, "sympa", to, "Résultats de vos commandes", "auto-generated", text, now)


def subscribe(one: FakeList, recipient: str, sender: str, owner: str, now: dt.datetime) -> bytes | None:
    """Let somebody enter or leave by a mail to ``NAME-subscribe`` or ``NAME-unsubscribe``.

    The notice that the owner gets; None when it was neither, or changes nothing.
    """
    words = {f"{one.name}-subscribe": True, f"{one.name}-unsubscribe": False}
    wanted = words.get(recipient.partition("@")[0])
    if wanted is None or wanted is (sender in one.members):
        return None
    if wanted:
        one.members.append(sender)
    else:
        one.members.remove(sender)
    action = "subscribe" if wanted else "signoff"
    subject = f"Information : {action} liste {one.name} de {sender} {one.names.get(sender, '')}".strip()
    return _mail(one, "sympa", owner, subject, "auto-generated", "Sans objet.", now)


def _mail(
    one: FakeList, local: str, to: str, subject: str, automatic: str, text: str, now: dt.datetime
) -> bytes:
    domain = one.address.partition("@")[2]
    one.told += 1
    message = EmailMessage(policy=email.policy.SMTP)
    message["Message-ID"] = f"<sympa.{one.told}.{one.name}@{domain}>"
    message["Date"] = email.utils.format_datetime(now)
    message["From"] = f"{local}@{domain}"
    message["To"] = to
    message["Subject"] = subject
    message["Auto-Submitted"] = automatic
    message["X-Mailer"] = MAILER
    message.set_content(text)
    return message.as_bytes()
