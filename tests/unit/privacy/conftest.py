"""A network in which Léa lived: she wrote, was written to, and others wrote of her."""

from __future__ import annotations

import base64
import datetime as dt
import quopri
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import select

from bot import resources
from bot.app import App
from bot.play.stage import Stage
from bot.settings import load
from bot.store.people_tables import Contact, LinkCode, Person, Preference
from bot.store.tables import Prompt
from bot.work import Work

THURSDAY = dt.datetime(2026, 11, 26, 14, 30, tzinfo=dt.UTC)  # half an hour before the recap's draft
NAME, KEY = "Léa Toscan", "lea"
ADDRESS, OTHER_ADDRESS, CHAT = "lea@lisieres.example", "lea.perso@courriel.example", "@lea:lisieres.example"
NAMED = (NAME, ADDRESS, OTHER_ADDRESS, CHAT)
OF_KARIM = (
    "From: karim@lisieres.example\r\nTo: {to}\r\nMessage-ID: <{id}@b.example>\r\nSubject: {subject}\r\n"
)


class Scene(Stage):
    """The stage, with ways to look behind it."""

    @property
    def bot(self) -> App:
        """The bot that runs."""
        assert self.app is not None
        return self.app

    @property
    def folder(self) -> Path:
        """Where the database and all beside it are."""
        return self.settings.store.path.parent

    def work(self, session: Any) -> Work:
        """A transaction's work at this moment."""
        return Work(self.bot.house, session, self.clock.now())

    async def rows(self, table: type[Any]) -> list[Any]:
        """Every row of a table."""
        async with self.bot.store.read() as session:
            return list(await session.scalars(select(table)))

    async def number_of(self, key: str) -> int:
        """The number of a person."""
        async with self.bot.store.read() as session:
            return (await session.scalars(select(Person.id).where(Person.key == key))).one()

    async def post(self, number: int, body: str, subject: str = "Bonjour", headers: str = "") -> None:
        """Karim writes to the list, which brings it to us, and to us alone, as his client made it."""
        for to in ("reseau@listes.lisieres.example", self.settings.bot.address):
            head = OF_KARIM.format(id=f"p{number}-{to[:3]}", subject=subject, to=to)
            self.network.post((head + headers + "\r\n" + body).encode(), to, "karim@lisieres.example")
        await self.bot.settle()


def forms(value: str) -> Iterator[bytes]:
    """A text as a file may hold it: in several encodings, base64 at each of three offsets."""
    for text in {value, value.lower()}:
        data = text.encode()
        yield data
        yield quopri.encodestring(data)
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in text).encode()
        for offset in range(3):
            # What of the letters depends on the neighbours is left out.
            encoded = base64.b64encode(b"\0" * offset + data).rstrip(b"=")
            yield encoded[(offset * 8 + 5) // 6 : len(encoded) - 1]


def found_in(path: Path, values: tuple[str, ...] = NAMED) -> list[tuple[str, str, bytes]]:
    """Where bytes of a file name somebody: the file, what it names, and the words around it."""
    data = path.read_bytes()
    lower, found = data.lower(), []
    for value in values:
        for form in forms(value):
            # In base64 the case of letters is part of what they say.
            at = max(data.find(form), lower.find(form.lower()) if b"@" in form or not form.isalnum() else -1)
            if at >= 0:
                found.append((path.name, value, data[max(0, at - 40) : at + 80]))
    return found


def found_beside(scene: Scene, values: tuple[str, ...] = NAMED) -> list[tuple[str, str, bytes]]:
    """The same in every file of the network's folder."""
    files = sorted(path for path in scene.folder.rglob("*") if path.is_file())
    return [hit for path in files for hit in found_in(path, values)]


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """The demo's network on a Thursday."""
    stage = Scene(load(resources.config() / "demo.toml"), tmp_path, THURSDAY)
    await stage.open()
    yield stage
    await stage.kill()


@pytest_asyncio.fixture
async def lived_in(scene: Scene) -> Scene:
    """The network after a day on which Léa and others wrote."""
    await scene.write("lea", "reseau", "Sujet : Dix chaises\nQui veut dix chaises ?\nLéa Toscan, Le Port")
    await scene.write("lea", "", "Pour le récap : le Port cherche un four, dit Léa Toscan")
    await scene.say("lea", "#reseau", "!récap")
    await scene.say("lea", "dm", "!moi")
    await scene.say("lea", "dm", "!mes-données")
    await _others_name_her(scene)
    await scene.pass_until(THURSDAY + dt.timedelta(hours=20))  # the recap left on Friday
    await scene.say("lea", "dm", "pour le récap : mon atelier rouvre")
    async with scene.bot.store.write() as session:
        number = (await session.scalars(select(Person.id).where(Person.key == KEY))).one()
        code = {"digest": "0" * 64, "from_channel": "room", "from_value": CHAT, "to_channel": "mail"}
        at = {"created_at": THURSDAY, "expires_at": THURSDAY + dt.timedelta(hours=1)}
        session.add(LinkCode(**code, to_value=OTHER_ADDRESS, **at))
        await session.merge(Preference(person_id=number, channel="room", shown=["name"]))
        state = {"who": KEY, "said": [{"by": "LÉA TOSCAN", "at": ADDRESS.upper()}], CHAT: 1}
        session.add(
            Prompt(capability="x", kind="y", audience="role:coordination", state=state, opened_at=THURSDAY)
        )
        assert await session.scalar(select(Contact.id).where(Contact.value == CHAT)) is not None
    return scene


async def _others_name_her(scene: Scene) -> None:
    await scene.post(1, "Merci à Léa Toscan pour les chaises, écrivez à lea@lisieres.example.")
    encoded = base64.encodebytes(b"Un mot de LEA TOSCAN : oui ! <lea.perso@courriel.example>").decode()
    await scene.post(2, encoded, headers="Content-Transfer-Encoding: base64\r\n")
    quoted = quopri.encodestring("À voir avec Léa Toscan, vendredi, à dix heures, au Port".encode()).decode()
    await scene.post(3, quoted, headers="Content-Transfer-Encoding: quoted-printable\r\n")
    page = "<p>L&eacute;a&nbsp;Toscan arrive, <a href='mailto:lea%40lisieres.example'>voici</a></p>"
    await scene.post(4, page, headers="Content-Type: text/html; charset=utf-8\r\n")
    await scene.post(
        5, "Rien de plus.", subject="=?utf-8?B?" + base64.b64encode(NAME.encode()).decode() + "?="
    )
    await scene.say("karim", "#gt-formation", "Toscan Léa vient aussi, @lea:lisieres.example de son compte")


async def erase(scene: Scene, who: str = KEY) -> None:
    """The person asks for it, in private, and it is all done."""
    await scene.say(who, "dm", "!effacer")
    await scene.say(who, "dm", "oui, efface")
    await scene.pass_until(scene.clock.now() + dt.timedelta(hours=1))
