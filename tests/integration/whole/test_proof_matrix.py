"""What each way of coming in proves: straight to us, through a real list, through one that hides authors."""

from __future__ import annotations

import datetime as dt
import secrets
import smtplib
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from sqlite3 import connect as open_database

import pytest

from bot.app import App
from bot.clock import SetClock
from bot.live.connect import connect
from bot.settings import load, override
from tests.crash.world import ALICE, DAYS, SETTINGS, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MEMBERS, MailboxUser
from tests.servers.sympa import DOMAIN, Sympa
from tests.servers.wait import until

MX = "mx.membres.example"
EMILE = "emile@membres.example"
MALLORY = "mallory@evil.example"
HOP = f"Received: from relais.example by {MX}; Mon, 23 Nov 2026 10:00:00 +0100\r\n"
WAYS = ("direct", "list", "munged")
PROOFS = ("pass", "fail", "none", "forged", "other")


@dataclass(frozen=True)
class Place:
    """A bot on real servers, and what is needed to write to it in every way."""

    app: App
    sympa: Sympa
    dovecot: Dovecot
    bot: MailboxUser
    twin: MailboxUser  # gets the lists' copies as the bot would
    lists: dict[str, str]

    async def settles(self) -> None:
        """The bot does all that there is to do."""
        while await self.app.step():
            pass

    def asks(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What the database says."""
        with closing(open_database(self.app.settings.store.path)) as connection:
            return connection.execute(query, values).fetchall()

    async def copy(self, way: str, mail: EmailMessage) -> bytes:
        """What the real list makes of a post."""
        with smtplib.SMTP(self.sympa.relay.host, self.sympa.relay.port) as client:
            client.send_message(mail, EMILE, [self.lists[way]])
        token = str(mail["X-Test"]).encode()
        found = await until(
            lambda: [raw for raw in self.dovecot.mails(self.twin.address) if token in raw], 30, "the copy"
        )
        return found[0]


@pytest.fixture
async def place(
    sympa: Sympa, dovecot: Dovecot, mailbox_user: MailboxUser, list_owner: MailboxUser, tmp_path: Path
) -> AsyncIterator[Place]:
    twin = MailboxUser(f"jumelle{secrets.token_hex(4)}@{MEMBERS}", secrets.token_urlsafe(12))
    for address in (twin.address, EMILE, ALICE):
        dovecot.add_user(address, twin.password)
    lists = {}
    for way in ("list", "munged"):
        name = f"{way}{secrets.token_hex(3)}"
        lists[way] = await sympa.create_list(name, list_owner.address)
        await sympa.add(name, twin.address, EMILE)
    sympa.hide_authors(lists["munged"].partition("@")[0])
    now = dt.datetime.now(dt.UTC)
    file = tmp_path / "settings.toml"
    file.write_text(
        SETTINGS.format(
            bot=mailbox_user.address,
            password=mailbox_user.password,
            mx=MX,
            imap=dovecot.port,
            smtp=sympa.relay.port,
            list=lists["list"],
            alice=ALICE,
            draft=DAYS[(now.weekday() + 3) % 7],
            day=DAYS[(now.weekday() + 4) % 7],
        )
        + f'\n[lists.cachee]\naddress = "{lists["munged"]}"\n'
    )
    app = App(override(load(file), "mail.subaddressing", ""), SetClock(now), connect(load(file)))
    await app.start()
    made = Place(app, sympa, dovecot, mailbox_user, twin, lists)
    await made.settles()
    yield made
    await app.stop()


def letter(to: str, token: str) -> EmailMessage:
    """Émile leaves a line for the recap, wherever he writes it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Émile Varèse <{EMILE}>", to, f"Visite {token}"
    mail["Message-ID"] = f"<{token}@{MEMBERS}>"
    mail["X-Test"] = token
    mail.set_content(f"Pour le récap : visite {token} le 4 décembre à 14 h.\n")
    return mail


def stamp(way: str, proof: str) -> str:
    """What stands above a mail when our server has taken it."""
    domain = MEMBERS if way == "direct" else DOMAIN
    method = "dmarc" if way == "direct" else "dkim"
    key = "header.from" if way == "direct" else "header.d"
    passed = f"Authentication-Results: {MX}; {method}=pass {key}={domain}\r\n"
    return {
        "pass": passed + HOP,
        "fail": f"Authentication-Results: {MX}; {method}=fail {key}={domain}; spf=fail\r\n{HOP}",
        "none": HOP,
        # Whoever wrote it put our server's words below, where they came with the mail.
        "forged": f"Authentication-Results: {MX}; spf=pass smtp.mailfrom={MALLORY}\r\n{HOP}{passed}",
        "other": f"{passed.replace(MX, 'mx.evil.example')}{HOP}",
    }[proof]


async def test_only_what_our_own_server_proves_acts(place: Place) -> None:
    """Fifteen ways to say « I am Émile »: one of them acts, and two are believed to come from a list."""
    tokens = {(way, proof): secrets.token_hex(6) for way in WAYS for proof in PROOFS}
    for way in ("list", "munged"):
        await place.dovecot.deliver(
            place.bot.address,
            stamp(way, "pass").encode()
            + await place.copy(way, letter(place.lists[way], tokens[way, "pass"])),
        )
        await place.settles()
    for (way, proof), token in tokens.items():
        if way == "direct":
            raw = letter(place.bot.address, token).as_bytes()
        elif proof == "pass":
            continue
        else:
            raw = await place.copy(way, letter(place.lists[way], token))
        await place.dovecot.deliver(place.bot.address, stamp(way, proof).encode() + raw, sender=MALLORY)
        await place.settles()
    lines = " ".join(str(text) for (text,) in place.asks("SELECT text FROM digest_lines"))
    assert [cell for cell, token in tokens.items() if token in lines] == [("direct", "pass")]
    archived = " ".join(str(text) for (text,) in place.asks("SELECT text FROM messages"))
    assert [cell for cell, token in tokens.items() if token in archived] == [
        ("list", "pass"),
        ("munged", "pass"),
    ]
    # Both know who is behind: one from its From, one from what the list keeps of it.
    assert place.asks("SELECT DISTINCT author_address FROM messages") == [(EMILE,)]
    states = dict(place.asks("SELECT state, count(*) FROM inbox WHERE NOT past GROUP BY state"))
    assert states == {"applied": 3, "held": 8, "waiting": 4}
    asked = [one for one in place.sympa.relay.accepted(EMILE) if one.sender == place.bot.address]
    words = [text_of(one.raw) for one in asked]
    assert len([text for text in words if "Noté" in text]) == 1
    assert len(words) == 2, "one acknowledgement and one confirmation"
    assert not place.sympa.relay.accepted(MALLORY)
