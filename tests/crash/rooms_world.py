"""One bot as a process, its account on a Synapse, its mail in folders, and the people who talk to it."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import multiprocessing
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.crash import rooms_loom, world
from tests.crash.rooms_driver import main
from tests.servers.matrix_admin import Event, MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse
from tests.servers.wait import until

PROCESSES = multiprocessing.get_context("forkserver")
# More than the mail's tests need, for all that run together: only the first start of a server reads it.
PROCESSES.set_forkserver_preload(
    [
        "tests.crash.driver",
        "tests.crash.rooms_driver",
        "tests.crash.warm",
        "bot.channels.imap",
        "bot.channels.smtp",
    ]
)

MX = "mx.membres.example"
DAYS = world.DAYS
SETTINGS = """
capabilities = ["help", "gates", "digest", "rooms", "loom"]
[network]
name = "Réseau des Lisières"
timezone = "UTC"
[bot]
address = "navette@membres.example"
[store]
path = "navette.sqlite3"
[mail]
authserv_id = "{mx}"
[mail.inbox]
kind = "maildir"
path = "in"
poll_seconds = 0.2
[mail.outbox]
kind = "maildir"
path = "out"
[matrix]
host = "{host}"
user = "{user}"
password = "{password}"
folder = "keys"
[lists.reseau]
address = "reseau@listes.example"
[circles.reseau]
name = "Tout le réseau"
[circles.cac]
name = "CAC"
[circles.coordination]
name = "Coordination"
room = "{coordination}"
reserved = true
[digest]
draft_day = "{draft}"
draft_time = 12:00:00
day = "{day}"
time = 12:00:00
[gates]
shadow = false
approval = false
per_hour = 100000
per_day = 100000
per_person_day = 1000
"""
PERSON = """
[[people.members]]
key = "{key}"
name = "{name}"
addresses = ["{key}@membres.example"]
chat = ["{chat}"]
roles = [{roles}]
"""
PEOPLE = {"alice": "Alice Rovère", "bruno": "Bruno Castagne", "chloe": "Chloé Barbaroux"}

MakeMember = Callable[..., Awaitable[Member]]


class RoomsWorld:
    """Everything outside the bot, and its process.  Alice coordinates; Bruno and Chloé are members.

    The draft of the recap falls due in the day after tomorrow's noon, the recap a day later.
    """

    def __init__(self, folder: Path, synapse: Synapse, user: MatrixUser, people: dict[str, Member]) -> None:
        self.folder, self.synapse, self.user, self.people = folder, synapse, user, people
        self.database = folder / "navette.sqlite3"
        self.rooms: list[str] = []  # where the bot is to be
        self._mails, self._words = itertools.count(1), itertools.count(1)
        self._clock = folder / "clock"
        self._clock.write_text("0")
        today = dt.datetime.now(dt.UTC)
        self.noon = today.replace(hour=12, minute=0, second=0, microsecond=0) + dt.timedelta(days=2)
        self._templates = rooms_loom.install_words(folder)
        self.process = PROCESSES.Process()
        for part in ("tmp", "new", "cur"):
            (folder / "in" / part).mkdir(parents=True)
        self.configure()

    @classmethod
    async def make(cls, folder: Path, synapse: Synapse, make: MakeMember) -> RoomsWorld:
        """Three people and an account for the bot; it is in no room, and not started."""
        user = await synapse.register_anybody("navette")
        members = await asyncio.gather(*(make(name) for name in PEOPLE))
        return cls(folder, synapse, user, dict(zip(PEOPLE, members, strict=True)))

    @property
    def alice(self) -> Member:
        """She coordinates the network."""
        return self.people["alice"]

    @property
    def bruno(self) -> Member:
        """A member."""
        return self.people["bruno"]

    @property
    def chloe(self) -> Member:
        """A member."""
        return self.people["chloe"]

    def configure(self, *, coordination: str = "", host: str = "", more: str = "") -> None:
        """Write the settings.  ``coordination``: its room; ``host``: instead of the server's address."""
        text = SETTINGS.format(
            mx=MX,
            host=host or self.synapse.base_url,
            user=self.user.user_id,
            password=self.user.password,
            coordination=coordination,
            draft=DAYS[self.noon.weekday()],
            day=DAYS[(self.noon.weekday() + 1) % 7],
        )
        for key, name in PEOPLE.items():
            roles = '"coordination"' if key == "alice" else ""
            text += PERSON.format(key=key, name=name, chat=self.people[key].user_id, roles=roles)
        (self.folder / "settings.toml").write_text(text + more)

    # The bot

    async def start(self, failpoints: str = "") -> None:
        """Start the bot, with these failpoints; returns when it is ready and heard the rooms, or is dead."""
        before = self.log().count("ready (")
        words = (self.folder / "settings.toml", self._clock, self.folder / "log", failpoints, self._templates)
        self.process = PROCESSES.Process(target=main, args=words, daemon=True)
        self.process.start()
        await until(lambda: not self.alive or self.log().count("ready (") > before, 30, "the bot to be ready")
        await until(lambda: not self.alive or self.cursor() is not None, 20, "the bot to meet its rooms")
        assert self.alive or failpoints, self.log()

    @property
    def alive(self) -> bool:
        """Whether the bot's process lives."""
        return self.process.is_alive()

    async def kill(self) -> None:
        """SIGKILL, if it still lives."""
        if self.process.pid is not None:
            self.process.kill()
            await until(lambda: not self.alive, 5, "the bot's death")

    async def dies(self, where: str) -> None:
        """Return when a failpoint has killed it."""
        await until(lambda: not self.alive, 20, f"the bot's death at {where}")

    def log(self) -> str:
        """What all its processes wrote."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def cursor(self) -> str | None:
        """How far it heard the rooms, None before it met them."""
        found = self.rows("SELECT value FROM cursors WHERE source LIKE 'matrix:%'")
        return found[0][0] if found else None

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says, read beside the bot; nothing before there is one."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            try:
                return connection.execute(query, values).fetchall()
            except sqlite3.OperationalError:  # not made yet
                return []

    # Time

    def pass_time(self, seconds: float) -> None:
        """Move the bot's clock on."""
        new = self._clock.with_suffix(".new")
        new.write_text(str(float(self._clock.read_text()) + seconds))
        new.replace(self._clock)

    def go_to(self, moment: dt.datetime) -> None:
        """Move the bot's clock on to ``moment``, if it is not there already."""
        ahead = float(self._clock.read_text())
        self.pass_time(max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds() - ahead))

    # Rooms

    async def room(self, *others: Member, by: Member | None = None, **options: Any) -> str:
        """A room of Alice's (or ``by``) with others, into which the bot is asked; options: ``make_room``."""
        owner = by or self.alice
        people = [one.user_id for one in others]
        room = await owner.make_room(**options, invite=[*people, self.user.user_id])
        for one in others:
            await one.join(room)
        self.rooms.append(room)
        return room

    async def direct(self, member: Member, **options: Any) -> str:
        """A room of direct messages of a member with the bot, which is asked into it."""
        room = await member.make_direct(self.user.user_id, **options)
        self.rooms.append(room)
        return room

    async def entered(self, *rooms: str) -> None:
        """Return when the bot has greeted each room, and a member of it has read that."""
        for room in rooms:
            reader = next(one for one in self.people.values() if one.heard(room))
            await reader.hears(room, "Bonjour", sender=self.user.user_id)

    async def said(self, room: str) -> list[Event]:
        """What the bot said in a room, by the server's own list: messages, polls and edits, as they are."""
        said = await self.synapse.oracle.events(room, sender=self.user.user_id)
        return [one for one in said if "state_key" not in one and "redacts" not in one]

    def read(self, reader: Member, room: str) -> list[str]:
        """The texts of the bot that a member has read in a room, in their order."""
        return [
            event["content"]["body"]
            for event in reader.heard(room)
            if event["sender"] == self.user.user_id and "body" in event["content"]
        ]

    # Mails

    def mails(self, key: str, subject: str, text: str, answers: str = "") -> str:
        """Somebody writes to the bot; the Message-ID."""
        number = next(self._mails)
        mail = EmailMessage()
        mail["Authentication-Results"] = f"{MX}; dmarc=pass header.from=membres.example"
        mail["From"], mail["To"] = f"{PEOPLE[key]} <{key}@membres.example>", "navette@membres.example"
        mail["Subject"], mail["Message-ID"] = subject, f"<m{number}@membres.example>"
        mail["Date"] = dt.datetime.now(dt.UTC)
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content(text)
        (self.folder / "in" / "tmp" / f"{number}.test").write_bytes(mail.as_bytes())
        (self.folder / "in" / "tmp" / f"{number}.test").rename(self.folder / "in" / "new" / f"{number}.test")
        return str(mail["Message-ID"])

    def mailed(self, key: str, words: str = "") -> list[str]:
        """The plain texts of the mails that left for somebody, those with ``words``."""
        folder = self.folder / "out" / f"{key}@membres.example" / "new"
        texts = (
            [world.text_of(file.read_bytes()) for file in sorted(folder.glob("*"))] if folder.exists() else []
        )
        return [text for text in texts if words in text]
