"""One bot as a process, its mailbox in Dovecot, its relay, and the people and the list who write to it."""

from __future__ import annotations

import datetime as dt
import itertools
import multiprocessing
import re
import sqlite3
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from bot.channels.fake_list import FakeList
from tests.crash.driver import main
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.ledger import Accepted
from tests.servers.relay import Relay
from tests.servers.wait import until

LIST = "reseau@listes.example"
MX = "mx.membres.example"
ALICE = "alice@membres.example"  # coordination
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ROOT = Path(__file__).resolve().parents[2]
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.crash.driver", "tests.crash.warm", "bot.channels.imap", "bot.channels.smtp"]
)

SETTINGS = """
[network]
name = "Réseau des Lisières"
timezone = "UTC"
[bot]
address = "{bot}"
[store]
path = "navette.sqlite3"
[mail]
authserv_id = "{mx}"
[mail.inbox]
kind = "imap"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{bot}"
password = "{password}"
poll_seconds = 1.0
[mail.outbox]
kind = "smtp"
host = "127.0.0.1"
port = {smtp}
tls = "none"
connections = 2
[lists.reseau]
address = "{list}"
[digest]
draft_day = "{draft}"
draft_time = 12:00:00
day = "{day}"
time = 12:00:00
silent = "send"
[gates]
shadow = false
approval = false
[[people.members]]
key = "alice"
name = "Alice Rovère"
addresses = ["{alice}"]
roles = ["coordination"]
[[people.members]]
key = "emile"
name = "Émile Varèse"
addresses = ["emile@membres.example"]
"""


class World:
    """Everything outside the bot, and the bot's process.

    The draft of the recap falls due in the day after tomorrow's noon, the recap a day later.
    """

    def __init__(self, folder: Path, dovecot: Dovecot, relay: Relay, user: MailboxUser) -> None:
        self.folder, self.dovecot, self.relay, self.user = folder, dovecot, relay, user
        self.database = folder / "navette.sqlite3"
        self.list = FakeList(LIST, [ALICE])
        self.delivered: list[str] = []  # the Message-ID of each mail that was put into the mailbox
        self._numbers = itertools.count(1)
        self._clock = folder / "clock"
        self._clock.write_text("0")
        today = dt.datetime.now(dt.UTC)
        self.noon = today.replace(hour=12, minute=0, second=0, microsecond=0) + dt.timedelta(days=2)
        (folder / "settings.toml").write_text(
            SETTINGS.format(
                bot=user.address,
                password=user.password,
                mx=MX,
                imap=dovecot.port,
                smtp=relay.port,
                list=LIST,
                alice=ALICE,
                draft=DAYS[self.noon.weekday()],
                day=DAYS[(self.noon.weekday() + 1) % 7],
            )
        )
        self.process = PROCESSES.Process()

    async def start(self, failpoints: str = "", *, meets: bool = True) -> None:
        """Start the bot, with these failpoints; returns when it is ready and, the first time, has met us."""
        before = self.log().count("ready (")
        words = (self.folder / "settings.toml", self._clock, self.folder / "log", failpoints)
        self.process = PROCESSES.Process(target=main, args=words, daemon=True)
        self.process.start()
        await until(
            lambda: self.log().count("ready (") > before or not self.process.is_alive(),
            30,
            "the bot to be ready",
        )
        if meets and not self.delivered:
            await until(lambda: self.rows("SELECT 1 FROM cursors"), 20, "the bot to meet its mailbox")

    async def kill(self) -> None:
        """SIGKILL, if it still lives."""
        if self.process.pid is not None:
            self.process.kill()
            await until(lambda: not self.process.is_alive(), 5, "the bot's death")

    def change_password(self, password: str) -> None:
        """What the bot believes its mailbox's password to be."""
        file = self.folder / "settings.toml"
        file.write_text(re.sub(r'(?m)^password = ".*"$', f'password = "{password}"', file.read_text()))

    def pass_time(self, seconds: float) -> None:
        """Move the bot's clock on."""
        new = self._clock.with_suffix(".new")
        new.write_text(str(float(self._clock.read_text()) + seconds))
        new.replace(self._clock)

    def go_to(self, moment: dt.datetime) -> None:
        """Move the bot's clock on to ``moment``, if it is not there already."""
        ahead = float(self._clock.read_text())
        self.pass_time(max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds() - ahead))

    def log(self) -> str:
        """What all its processes wrote."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says, read beside the bot; nothing before there is one."""
        if not self.database.exists():
            return []
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return connection.execute(query, values).fetchall()
        except sqlite3.OperationalError:  # not made yet
            return []
        finally:
            connection.close()

    async def writes(self, author: str, text: str, subject: str = "Bonjour", answers: str = "") -> str:
        """Somebody's mail to the bot, vouched for by its server; the mail's Message-ID."""
        return await self.deliver(self.letter(author, self.user.address, text, subject, answers), author)

    async def posts(self, author: str, text: str, subject: str) -> str:
        """Somebody's post, as the list brings it to the bot."""
        copy = self.list.distribute(self.letter(author, LIST, text, subject))
        assert copy is not None
        return await self.deliver(copy)

    def letter(self, author: str, to: str, text: str, subject: str, answers: str = "") -> bytes:
        """A mail as its author's program sends it, with what the bot's server says of it on top."""
        mail = EmailMessage(policy=policy.SMTP)
        domain = author.rpartition("@")[2]
        mail["Authentication-Results"] = f"{MX}; dmarc=pass header.from={domain}"
        mail["From"], mail["To"], mail["Subject"] = author, to, subject
        mail["Message-ID"] = f"<{next(self._numbers)}.{self.user.address.partition('@')[0]}@{domain}>"
        mail["Date"] = dt.datetime.now(dt.UTC)
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content(text)
        return mail.as_bytes()

    async def deliver(self, raw: bytes, sender: str = "") -> str:
        """Put a mail into the bot's mailbox; its Message-ID.  It comes from the list without ``sender``."""
        await self.dovecot.deliver(self.user.address, raw, sender=sender or self.list.owner)
        self.delivered.append(message_id(raw))
        return self.delivered[-1]

    def bring_back(self, post: Accepted) -> bytes:
        """The list's copy of one of the bot's posts."""
        copy = self.list.distribute(post.raw)
        assert copy is not None
        return copy

    def sent(self, recipient: str = "") -> list[Accepted]:
        """What the relay accepted of this bot."""
        return [
            one
            for one in self.relay.accepted()
            if one.sender == self.user.address and recipient in ("", one.recipient)
        ]

    def answers_to(self, identifier: str) -> list[Accepted]:
        """What the relay accepted in answer to a mail."""
        return [one for one in self.sent() if headers(one)["In-Reply-To"] == identifier]

    def about(self, words: str) -> list[Accepted]:
        """What the relay accepted for Alice with these words in its text."""
        return [one for one in self.sent(ALICE) if words in text_of(one.raw)]


def headers(mail: Accepted) -> EmailMessage:
    """The header of an accepted mail."""
    return _read(mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")


def message_id(raw: bytes) -> str:
    """The Message-ID with its brackets, or nothing."""
    return str(_read(raw)["Message-ID"] or "")


def text_of(raw: bytes) -> str:
    """The plain text on one line, with plain spaces."""
    body = _read(raw).get_body(("plain",))
    return "" if body is None else " ".join(str(body.get_content()).split())  # no-break ones too


def _read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def sent_twice(mails: Sequence[Accepted]) -> dict[str, list[Accepted]]:
    """The Message-IDs that were accepted more than once."""
    by_id: dict[str, list[Accepted]] = {}
    for one in mails:
        by_id.setdefault(one.message_id, []).append(one)
    return {key: group for key, group in by_id.items() if len(group) > 1}
