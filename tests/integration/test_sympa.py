"""The real list server of the tests: posts come back to subscribers, and the owner is told."""

from __future__ import annotations

import re
import secrets
import smtplib
from email import message_from_bytes, policy

from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.sympa import Sympa
from tests.servers.wait import until


def post(sympa: Sympa, author: str, name: str) -> str:
    """A post to the list ``name``; its Message-ID."""
    message_id = f"<{secrets.token_hex(8)}@membres.example>"
    header = f"From: {author}\r\nTo: {sympa.address(name)}\r\nMessage-ID: {message_id}\r\n"
    text = header + "Subject: Salut\r\n\r\nBonjour !\r\n"
    with smtplib.SMTP(sympa.relay.host, sympa.relay.port) as client:
        client.sendmail(author, [sympa.address(name)], text)
    return message_id


def first_words(mail: bytes) -> str:
    """The first text of a mail, whatever its transfer encoding and its line lengths."""
    parts = message_from_bytes(mail, policy=policy.default).walk()
    text = next(part for part in parts if part.get_content_type() == "text/plain")
    return " ".join(str(text.get_content()).split())


async def test_a_post_reaches_the_subscriber_once(
    sympa: Sympa, dovecot: Dovecot, mailbox_user: MailboxUser
) -> None:
    await sympa.add("reseau", mailbox_user.address)
    message_id = post(sympa, mailbox_user.address, "reseau")
    [copy] = await until(lambda: dovecot.mails(mailbox_user.address), 30, "the list's copy")
    assert message_id.encode() in copy
    assert b"List-Id: <reseau.listes.example>" in copy


async def test_the_owner_is_told_who_came(sympa: Sympa, dovecot: Dovecot, mailbox_user: MailboxUser) -> None:
    name = await sympa.create_list("notices", mailbox_user.address)
    assert name == "notices@listes.example"
    await sympa.add("notices", "nouvelle@membres.example Nouvelle", notify=True)
    [notice] = await until(lambda: dovecot.mails(mailbox_user.address), 30, "the notice")
    assert b"Subject: Information : add liste notices de nouvelle@membres.example" in notice


async def test_a_moderated_post_waits_for_its_owner(
    sympa: Sympa, dovecot: Dovecot, list_owner: MailboxUser, mailbox_user: MailboxUser
) -> None:
    await sympa.add("modere", mailbox_user.address)
    message_id = post(sympa, mailbox_user.address, "modere")

    def asked() -> list[bytes]:
        return [mail for mail in dovecot.mails(list_owner.address) if message_id.encode() in mail]

    [question] = await until(asked, 30, "the request to moderate")
    # Sympa 6.2.70 gives a command for a mail, 6.2.76 an address to visit; the key is in both.
    assert re.search(r"(?i)distribute[ /]modere[ /][0-9a-f]{32}", first_words(question))
    received = [message_from_bytes(mail)["Message-ID"] for mail in dovecot.mails(mailbox_user.address)]
    assert message_id not in received
