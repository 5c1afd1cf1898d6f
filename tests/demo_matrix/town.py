"""The demo's Matrix: a Synapse on loopback, the people of config/demo.toml, the rooms of their circles."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bot import resources
from bot.settings import Settings
from bot.settings.model import PersonEntry
from tests.servers.matrix_admin import call
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse

DOMAIN = "lisieres.example"
PASSWORD = "essai-navette"  # everybody's: this server is of this machine, and gone afterwards
COORDINATOR, UNBOUND = "alice", "gt-formation"  # the circle that gets its room by « !lier-salon »
ENCRYPTED = "coordination"
_CLIENT = "/_matrix/client/v3"
_ROOM = re.compile(r'^room = "(#[\w-]+)"$', re.MULTILINE)


def matrix_id(key: str) -> str:
    """The Matrix id of somebody, as the settings have it."""
    return f"@{key}:{DOMAIN}"


class DemoSynapse(Synapse):
    """A Synapse for the domain of the demo's people."""

    server_name = DOMAIN

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        file = folder / "homeserver.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"server_name": DOMAIN}))


def write_settings(folder: Path, base_url: str) -> Path:
    """The settings of ``navette demo``, with rooms on that server; paths are below ``folder``."""
    text = (resources.config() / "demo.toml").read_text("utf-8")
    text = _ROOM.sub(rf'room = "\1:{DOMAIN}"', text)
    # Its room is bound by the conversation, and what people mark there goes into the recap.
    text = text.replace(f'room = "#{UNBOUND}:{DOMAIN}"', 'chat = "marked"')
    text += f'\n[kit]\nfolder = "{resources.config() / "kit"}"\n'
    text += f'\n[matrix]\nhost = "{base_url}"\nuser = "@navette:{DOMAIN}"\n'
    file = folder / "config" / "navette.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return file


@dataclass
class Town:
    """Who is there, and where they meet.  ``people`` are those who speak, logged in."""

    synapse: DemoSynapse
    settings: Settings
    rooms: dict[str, str] = field(default_factory=dict)  # circle → room id
    people: dict[str, Member] = field(default_factory=dict)

    async def settle(self, speakers: Collection[str]) -> None:
        """Accounts for all, with the names that people see; ``speakers`` log in."""
        await self.synapse.register("navette", PASSWORD)
        await self._name("navette", self.settings.bot.name)
        for person in self._chatting():
            user = await self.synapse.register(person.key, PASSWORD)
            await self._name(person.key, person.name)
            if person.key in speakers:
                self.people[person.key] = await Member.log_in(self.synapse.base_url, user)

    async def make_rooms(self) -> None:
        """A room for each circle, of the version that the server prefers; Navette is invited into all."""
        owner = self.people[COORDINATOR]
        able = await owner.calls("GET", f"{_CLIENT}/capabilities")
        version = able["capabilities"]["m.room_versions"]["default"]
        for circle, settings in self.settings.circles.items():
            others = [key for key in self.insiders(circle) if key != COORDINATOR]
            room = await owner.make_room(
                settings.name,
                version=version,
                encrypted=circle == ENCRYPTED,
                alias=circle,
                invite=[matrix_id(key) for key in (*others, "navette")],
            )
            self.rooms[circle] = room
            for key in others:
                if key in self.people:
                    await self.people[key].join(room)
                else:
                    await self._as(key, "POST", f"join/{quote(room)}")

    async def close(self) -> None:
        """Everybody who spoke logs out: their accounts are free for whoever comes to look."""
        for member in self.people.values():
            await member.stops_listening()
            await member.calls("POST", f"{_CLIENT}/logout", {})
            await member.close()
        self.people.clear()

    def insiders(self, circle: str) -> list[str]:
        """The keys of who is in a circle's room: by their roles, and everybody in the network's."""
        return [
            person.key
            for person in self._chatting()
            if circle == "reseau"
            or person.key == COORDINATOR
            or any(role.partition(":")[2] == circle for role in person.roles)
        ]

    def _chatting(self) -> list[PersonEntry]:
        return [person for person in self.settings.people.members if person.chat]

    async def _name(self, key: str, name: str) -> None:
        await self._as(key, "PUT", f"profile/{quote(matrix_id(key))}/displayname", displayname=name)

    async def _as(self, key: str, method: str, path: str, **body: str) -> None:
        """One request in somebody's name, by a session that is gone afterwards."""
        base, identifier = self.synapse.base_url, {"type": "m.id.user", "user": matrix_id(key)}
        asked = {"type": "m.login.password", "identifier": identifier, "password": PASSWORD}
        token = (await call(base, "POST", f"{_CLIENT}/login", "", asked))["access_token"]
        await call(base, method, f"{_CLIENT}/{path}", token, body)
        await call(base, "POST", f"{_CLIENT}/logout", token, {})
