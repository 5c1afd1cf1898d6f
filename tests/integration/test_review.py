"""A real list server says who is subscribed, and who leaves; only to an owner of the list."""

from __future__ import annotations

import re
import smtplib
from email import message_from_bytes, policy
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import select

from bot.store.people_tables import Contact, Person
from tests.house import ALICE, House
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.sympa import DOMAIN, Sympa
from tests.servers.wait import until

SERVER = f"sympa@{DOMAIN}"


async def bot_of(folder: Path, address: str, list_address: str) -> House:
    """A bot of that address that belongs to the list, whose own server says who wrote what it receives."""
    house = House(folder, recap=False)
    house.network.bot_address = address
    for key, value in (
        ("bot.address", address),
        ("lists.reseau.address", list_address),
        ("lists.reseau.review", "true"),
    ):
        await house.set(key, value)
    await house.open()
    return house


async def hand_over(house: House, raw: bytes) -> None:
    """What the real server sent arrives for the bot, dated as in the house's own time."""
    date = format_datetime(house.clock.now()).encode()
    raw = re.sub(rb"(?m)^Date: [^\r\n]*", b"Date: " + date, raw, count=1)
    proof = f"dkim=pass header.d={DOMAIN}"
    await house.deliver(house.network._vouched(raw, SERVER, genuine=True, proof=proof) + raw)


async def people_of(house: House) -> dict[str, tuple[str, str, bool]]:
    """Name, source and whether they are here, of each address."""
    async with house.bot.store.read() as session:
        rows = await session.execute(
            select(Contact.value, Person.name, Person.source, Person.left_at)
            .join(Person, Person.id == Contact.person_id)
            .where(Contact.channel == "mail", Contact.verified_at.is_not(None))
        )
        return {row.value: (row.name, row.source, row.left_at is None) for row in rows}


async def test_a_real_refusal_a_real_review_and_a_real_departure(
    sympa: Sympa, dovecot: Dovecot, mailbox_user: MailboxUser, tmp_path: Path
) -> None:
    owner = mailbox_user.address
    address = await sympa.create_list("revue", owner)
    await sympa.add(
        "revue",
        "amelie@membres.example Amélie Poulain-Éluard de la Très Longue Maison Bleue Adossée",
        "sans.nom@membres.example",
        "bob@membres.example Bob O'Brien",
        owner,
    )
    house = await bot_of(tmp_path, owner, address)
    await house.wait_hours(24)
    [asked] = [one for one in house.network.held if one.address == SERVER]
    nobody = f"not-an-owner.{owner}"
    dovecot.add_user(nobody, mailbox_user.password)
    with smtplib.SMTP(sympa.relay.host, sympa.relay.port) as client:
        client.sendmail(owner, [SERVER], asked.data)
        again = asked.data.replace(owner.encode(), nobody.encode())
        again = again.replace(b"Message-ID: <", b"Message-ID: <2")
        client.sendmail(nobody, [SERVER], again)

    def answers(beginning: str, whose: str = owner) -> list[bytes]:
        mails = [(message_from_bytes(one, policy=policy.default), one) for one in dovecot.mails(whose)]
        return [raw for mail, raw in mails if str(mail["Subject"]).startswith(beginning)]

    [refusal] = await until(lambda: answers("Résultats", nobody), 30, f"the refusal; {sympa.log()}")
    await hand_over(house, refusal)
    assert [mail.subject for mail in house.mails(ALICE)] == ["La liste reseau ne me dit pas qui est là"]
    [answer] = await until(lambda: answers("REVIEW revue"), 30, f"the answer; {sympa.log()}")
    await hand_over(house, answer)
    found = await people_of(house)
    assert found["amelie@membres.example"] == (
        "Amélie Poulain-Éluard de la Très Longue Maison Bleue Adossée",
        "list",
        True,
    )
    assert found["sans.nom@membres.example"] == ("sans.nom", "list", True)
    assert found["bob@membres.example"] == ("Bob O'Brien", "list", True)
    assert owner not in found
    assert found["bruno@lisieres.example"] == ("Bruno Castagne", "settings", True)

    await sympa.remove("revue", "bob@membres.example", notify=True)
    [notice] = await until(lambda: answers("Information"), 30, f"the notice; {sympa.log()}")
    await hand_over(house, notice)
    found = await people_of(house)
    assert found["bob@membres.example"] == ("Bob O'Brien", "list", False)
    assert found["amelie@membres.example"][2]
    await house.kill()
