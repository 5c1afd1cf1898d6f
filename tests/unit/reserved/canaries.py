"""Words that nobody else uses, each planted in one reserved circle by one way in, and who may read them."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from bot import resources
from bot.app import App
from bot.channels.base import EventKind, RoomEvent
from bot.channels.fake import Sent
from bot.channels.fake_rooms import Said
from bot.play.stage import Stage
from bot.settings import Settings, load, override
from tests.chatting import MONDAY

ROOM, LIST = "#entraide", "entraide@listes.lisieres.example"
INSIDERS = {"entraide": frozenset({"karim", "lea"}), "coordination": frozenset({"alice", "bruno", "hana"})}
CANARY = re.compile(r"canari[a-z]+")


def settings() -> Settings:
    """The demo network with one more reserved circle, which has a list and opted for everything."""
    made = load(resources.config() / "demo.toml")
    entraide = {"name": "Entraide", "room": ROOM, "reserved": True, "chat": "all"}
    made = override(made, "circles.entraide", entraide)
    made = override(made, "circles.coordination.chat", "all")
    made = override(made, "lists.entraide", {"address": LIST, "circle": "entraide"})
    people = [entry.model_dump() for entry in made.people.members]
    for entry in people:
        entry["roles"] = [*entry["roles"], *(["member:entraide"] if entry["key"] in ("karim", "lea") else [])]
    return override(made, "people.members", people)


@dataclass
class Aviary:
    """Every word that was planted, and whose it is: a circle's, or those of some people alone."""

    owners: dict[str, str | frozenset[str]] = field(default_factory=dict)

    def plant(self, way: str, owner: str | frozenset[str] = "entraide") -> str:
        """A new word for a way in."""
        word = f"canari{way}"
        assert CANARY.fullmatch(word)
        assert word not in self.owners
        self.owners[word] = owner
        return word

    def heard_in(self, text: str) -> set[str]:
        """The words that a text holds."""
        return set(CANARY.findall(text.lower())) & self.owners.keys()

    def escaped(self, text: str, circle: str, readers: frozenset[str]) -> set[str]:
        """Those of a text that is read in the room (or list) of ``circle`` ("" elsewhere), by ``readers``."""
        return {word for word in self.heard_in(text) if not self._at_home(word, circle, readers)}

    def _at_home(self, word: str, circle: str, readers: frozenset[str]) -> bool:
        owner = self.owners[word]
        if isinstance(owner, frozenset):
            return bool(readers) and readers <= owner
        return circle == owner or (bool(readers) and readers <= INSIDERS[owner])


class Reserved(Stage):
    """The network of ``settings``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(settings(), folder, MONDAY)

    @property
    def bot(self) -> App:
        """The bot that runs."""
        return self._running()

    async def happens(
        self, kind: EventKind, who: str, room: str, body: str = "", on: str | None = None
    ) -> RoomEvent:
        """Somebody does something in a room, perhaps to what was said before."""
        event = self.network.rooms.happen(
            kind, self.cast.room(room), self.cast.chatter(who).chat, body, replies_to=on
        )
        await self.bot.settle()
        return event

    async def post(self, who: str, to: str, subject: str, text: str, **more: str) -> None:
        """Somebody's mail; ``more``: its Message-ID, the name of a file."""
        mail = EmailMessage()
        writer = self.cast.writer(who)
        mail["From"], mail["To"], mail["Subject"] = f"{writer.name} <{writer.address}>", to, subject
        mail["Date"] = email.utils.format_datetime(self.clock.now())
        mail["Message-ID"] = more.get("message_id") or email.utils.make_msgid(domain="lisieres.example")
        mail.set_content(text)
        if "file" in more:
            mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=more["file"])
        raw = mail.as_bytes(policy=email.policy.SMTP)
        self.network.post(raw, to, writer.address)
        await self.bot.settle()

    def leaks(self, aviary: Aviary) -> list[tuple[str, set[str], str]]:
        """What left for anybody who should not read it: to whom, which words, the whole text."""
        found = []
        for one in self.network.sent:
            where, circle, readers = self._audience(one)
            text = whole(one)
            if escaped := aviary.escaped(text, circle, readers):
                found.append((where, escaped, text))
        return found

    def _audience(self, one: Sent | Said) -> tuple[str, str, frozenset[str]]:
        """Where it was said, of which circle that is, and who reads it (nobody in particular: a circle)."""
        if isinstance(one, Said):
            if one.room.startswith("dm:"):
                person = self.cast.name_of_chat(one.room.removeprefix("dm:"))
                return f"dm {person}", "", frozenset({person})
            rooms = {circle.room: key for key, circle in self.settings.circles.items()}
            return one.room, rooms.get(one.room, "?"), frozenset()
        lists = {made.address: made.circle for made in self.settings.lists.values()}
        if one.recipient in lists:
            return one.recipient, lists[one.recipient], frozenset()
        keys = {address: entry.key for entry in self.settings.people.members for address in entry.addresses}
        return one.recipient, "", frozenset({keys.get(one.recipient, one.recipient.partition(".")[0])})


def whole(one: Sent | Said) -> str:
    """Everything that whoever gets it can read, headers, HTML and files included."""
    if isinstance(one, Said):
        post = one.post
        return "\n".join([post.text, post.html, repr(post.poll), str(post.reaction)])
    message = email.message_from_bytes(one.data, policy=email.policy.default)
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *_parts(message)])


def _parts(message: Any) -> Iterator[str]:
    for part in message.walk():
        yield str(part.get_filename() or "")
        if not part.is_multipart():
            content = part.get_content()
            yield content if isinstance(content, str) else content.decode("utf-8", "replace")
