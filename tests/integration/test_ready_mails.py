"""The ready-made mails of « récap seul » do on a real list server what they promise, once clicked."""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.store.people_tables import Contact
from tests.house import NOON, House
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.sympa import Sympa
from tests.servers.wait import until

LINK = re.compile(r"<(mailto:[^>\s]+)>")
SIGNATURE = "Envoyé de mon téléphone\n\n-- \nZoé Garance\nLa Ruche"  # what programs add by themselves


async def house_of(folder: Path, address: str, list_address: str) -> House:
    """A bot of that list, in which Émile writes from ``address``."""
    house = House(folder)
    await house.set("lists.reseau.address", list_address)
    await house.open()
    person = (await house.person("emile")).person_id
    async with house.bot.store.write() as session:
        contact = Contact(person_id=person, channel="mail", value=address, rank=0, source="command")
        contact.verified_at = NOON
        session.add(contact)
    return house


async def prepared(house: House, address: str, words: str) -> list[str]:
    """The links in what the bot answers to these words."""
    await house.write(address, "", words)
    return LINK.findall(house.mails(address)[-1].text.replace("\u00a0", " "))


def send(sympa: Sympa, sender: str, to: str, subject: str, text: str) -> str:
    """Somebody's mail leaves; its Message-ID, without which Sympa takes nothing."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = make_msgid(domain="membres.example")
    mail.set_content(text)
    with smtplib.SMTP(sympa.relay.host, sympa.relay.port) as client:
        client.send_message(mail)
    return str(mail["Message-ID"])


def click(sympa: Sympa, sender: str, link: str, text: str = "") -> None:
    """Send what a mail program opens for a link (RFC 6068), from the person's own address."""
    parts = urlsplit(link)
    send(sympa, sender, parts.path, parse_qs(parts.query, strict_parsing=True)["subject"][0], text)


async def test_a_click_silences_the_list_opens_it_again_and_leaves_it(
    sympa: Sympa, dovecot: Dovecot, mailbox_user: MailboxUser, list_owner: MailboxUser, tmp_path: Path
) -> None:
    me = mailbox_user.address
    await sympa.add("reseau", me, list_owner.address)
    house = await house_of(tmp_path, me, sympa.address("reseau"))

    def has(address: str, identifier: str) -> bool:
        return any(identifier.encode() in mail for mail in dovecot.mails(address))

    async def becomes(reception: str | None) -> None:
        await until(
            lambda: sympa.receptions("reseau").get(me) == reception, 20, f"{reception}; {sympa.log()}"
        )

    await becomes("mail")
    [silence] = await prepared(house, me, "récap seul")
    click(sympa, me, silence, SIGNATURE)
    await becomes("nomail")
    unread = send(sympa, list_owner.address, sympa.address("reseau"), "Bonsoir", "Qui vient ?")
    await until(lambda: has(list_owner.address, unread), 20, "the list's copies")

    [again] = await prepared(house, me, "reprends les mails")
    click(sympa, me, again)
    await becomes("mail")
    stays, leave = await prepared(house, me, "plus rien")
    assert stays == silence
    click(sympa, me, leave, SIGNATURE)
    await becomes(None)
    assert not has(me, unread)
    await sympa.remove("reseau", list_owner.address)
    await house.kill()
