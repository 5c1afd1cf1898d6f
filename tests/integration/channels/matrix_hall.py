"""The rooms of one test on a real Synapse: ROOM and OTHER, with Alice, Bruno and the bot in them."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.channels.base import EventKind, NativePoll, Outcome, Post, PostFile, RoomBatch, RoomEvent, Status
from bot.channels.matrix.account import Credentials
from bot.channels.matrix.events import Me, read_event
from bot.channels.matrix.rooms import MatrixRooms
from bot.clock import SystemClock
from tests.servers.matrix_admin import Event, MatrixUser, call
from tests.servers.matrix_member import Member
from tests.servers.synapse import SERVER_NAME, Synapse
from tests.servers.wait import until
from tests.unit.play.rooms_hall import ALICE, BRUNO, EVERYTHING, OTHER, ROOM, Seen

_CLIENT = "/_matrix/client/v3"
MakeMember = Callable[..., Awaitable[Member]]


class MatrixHall:
    """Made by ``make``.  Its people have other ids on the server than in the tests: see ``Renamed``."""

    abilities = EVERYTHING

    def __init__(self, server: Synapse, bot: MatrixUser, folder: Path, members: Mapping[str, Member]) -> None:
        self.server, self.bot, self.folder, self.members = server, bot, folder, dict(members)
        self.ids: dict[str, str] = {}  # room of the test → its id
        self.alias = ""
        self.said: list[tuple[str, Post]] = []  # what the bot said, with its event
        self._names = {member.user_id: name for name, member in self.members.items()}

    @classmethod
    async def make(
        cls,
        server: Synapse,
        make: MakeMember,
        folder: Path,
        *,
        version: str = "11",
        encrypted: bool = False,
    ) -> MatrixHall:
        """Two rooms of that version.  OTHER has an address, which the bot calls it by."""
        bot = await server.register_anybody("navette")
        alice, bruno = await make("alice"), await make("bruno")
        hall = cls(server, bot, folder, {ALICE: alice, BRUNO: bruno})
        local = f"cac-{secrets.token_hex(4)}"
        hall.alias = f"#{local}:{SERVER_NAME}"
        people = [bruno.user_id, bot.user_id]
        for name, alias in ((ROOM, ""), (OTHER, local)):
            room = await alice.make_room(
                name[1:], version=version, encrypted=encrypted, alias=alias, invite=people
            )
            await bruno.join(room)
            hall.ids[name] = room
        await hall.enter_as_bot(*hall.ids.values())
        return hall

    async def enter_as_bot(self, *rooms: str) -> None:
        """Let the bot's account be in rooms, by another device that is gone afterwards."""
        identifier = {"type": "m.id.user", "user": self.bot.user_id}
        asked = {"type": "m.login.password", "identifier": identifier, "password": self.bot.password}
        token = (await call(self.server.base_url, "POST", f"{_CLIENT}/login", "", asked))["access_token"]
        for room in rooms:
            await call(self.server.base_url, "POST", f"{_CLIENT}/join/{quote(room)}", token, {})
        await call(self.server.base_url, "POST", f"{_CLIENT}/logout", token, {})

    def matrix(self, *, base: str = "") -> MatrixRooms:
        """The channel itself, as after a restart.  ``base``: by way of a proxy."""
        credentials = Credentials(base or self.server.base_url, self.bot.user_id, self.bot.password)
        return MatrixRooms(credentials, self.folder, (self.ids[ROOM], self.alias), SystemClock())

    def rooms(self) -> Renamed:
        """See ``Hall``."""
        return Renamed(self.matrix(), self._names, self.said)

    async def address(self, room: str) -> str:
        """See ``Hall``."""
        return self.alias if room == OTHER else self.ids.get(room, room)

    async def does(self, sender: str, room: str, body: str, **more: Any) -> str:
        """See ``Hall``."""
        member = self.members[sender]
        kind = more.pop("kind", EventKind.MESSAGE)
        where = self.ids.get(room, room) or await self._direct(member)
        target = more.get("replies_to") or ""
        if kind is EventKind.EDIT:
            return await member.edits(where, target, body)
        if kind is EventKind.REACTION:
            return await member.reacts(where, target, body)
        if kind is EventKind.REDACTION:
            return await member.redacts(where, target)
        if kind is EventKind.POLL:
            poll: NativePoll = more["poll"]
            return await member.asks(where, poll.question, *poll.answers)
        if kind is EventKind.POLL_RESPONSE:
            return await member.votes(where, target, *more["choices"])
        if kind is EventKind.POLL_END:
            return await member.closes(where, target, body)
        return await member.says(where, body, **more)

    async def seen(self, reader: str) -> list[Seen]:
        """See ``Hall``."""
        member = self.members[reader]
        for event_id, post in self.said:
            if post.person in ("", member.user_id):
                await until(lambda e=event_id: self._has(member, e), 20, f"{event_id} to be seen")
                await until(lambda p=post: self._has_files(member, p), 20, "the files")
        await self._accept(member)
        found = [
            (event, room)
            for room in list(member.client.rooms)
            for event in member.heard(room)
            if event["sender"] == self.bot.user_id and "state_key" not in event
        ]
        found.sort(key=lambda pair: pair[0]["origin_server_ts"])
        return [await self._seen(member, event, room) for event, room in found]

    async def invites(self, sender: str, *, direct: bool = False) -> str:
        """See ``Hall``."""
        member = self.members[sender]
        if direct:
            return await member.make_direct(self.bot.user_id)
        return await member.make_room("ailleurs", invite=[self.bot.user_id])

    async def sends_away(self, room: str) -> None:
        """See ``Hall``."""
        await self.members[ALICE].kick(self.ids[room], self.bot.user_id)

    async def _direct(self, member: Member) -> str:
        """The member's room with the bot, both in it; made if there is none."""
        key = f"direct {member.user_id}"
        if key not in self.ids:
            self.ids[key] = await member.make_direct(self.bot.user_id)
            await self.enter_as_bot(self.ids[key])
            await until(
                lambda: len(member.client.rooms[self.ids[key]].users) == 2, 20, "the bot in the direct room"
            )
        return self.ids[key]

    async def _has(self, member: Member, event_id: str) -> bool:
        await self._accept(member)
        return any(
            event["event_id"] == event_id and event["readable"]
            for room in list(member.client.rooms)
            for event in member.heard(room)
        )

    def _has_files(self, member: Member, post: Post) -> bool:
        there = [
            event
            for room in list(member.client.rooms)
            for event in member.heard(room)
            if event["content"].get("org.navette.effect") == post.txn
            and event["content"].get("msgtype") in ("m.file", "m.image")
        ]
        return len(there) == len(post.files)

    async def _accept(self, member: Member) -> None:
        for room in list(member.client.invited_rooms):
            await member.join(room)

    async def _seen(self, member: Member, event: Event, room: str) -> Seen:
        names = {identifier: name for name, identifier in self.ids.items() if not name.startswith("direct")}
        shown = names.get(room, "" if len(member.client.rooms[room].users) == 2 else room)
        content = event["content"]
        read = read_event(event, room, Me("@nobody:example", "nobody"), direct=False)
        assert read is not None, event
        files: tuple[PostFile, ...] = ()
        if read.kind is EventKind.FILE:
            data = await member.reads_file(event)
            files = (PostFile(content["filename"], content["info"]["mimetype"], data),)
        about, relation = read.kind, content.get("m.relates_to", {})
        edits = relation.get("event_id") if relation.get("rel_type") == "m.replace" else None
        return Seen(
            room=shown,
            event_id=read.event_id,
            text="" if about in (EventKind.REACTION, EventKind.FILE) else read.body,
            replies_to=read.replies_to if about in (EventKind.NOTICE, EventKind.REACTION) else None,
            thread=read.thread,
            edits=edits,
            reaction=read.body if about is EventKind.REACTION else None,
            poll=read.poll,
            ends=read.replies_to if about is EventKind.POLL_END else None,
            files=files,
        )


class Renamed:
    """A MatrixRooms whose people have the names of the tests; it notes what it said."""

    def __init__(self, rooms: MatrixRooms, names: Mapping[str, str], said: list[tuple[str, Post]]) -> None:
        self._rooms, self._names, self._said = rooms, names, said
        self._ids = {name: identifier for identifier, name in names.items()}

    @property
    def name(self) -> str:
        """See ``Rooms``."""
        return self._rooms.name

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """See ``Rooms``."""
        batch = await self._rooms.hear(cursor, timeout)
        return replace(
            batch,
            events=tuple(self._renamed(one) for one in batch.events),
            invites=tuple(replace(one, sender=self._name(one.sender)) for one in batch.invites),
            rooms=tuple(replace(one, person=self._name(one.person)) for one in batch.rooms),
        )

    async def say(self, post: Post) -> Outcome:
        """See ``Rooms``."""
        post = replace(post, person=self._ids.get(post.person, post.person))
        outcome = await self._rooms.say(post)
        if outcome.status is Status.ACCEPTED and outcome.external_id:
            self._said.append((outcome.external_id, post))
        return outcome

    async def enter(self, room: str) -> None:
        """See ``Rooms``."""
        await self._rooms.enter(room)

    async def leave(self, room: str) -> None:
        """See ``Rooms``."""
        await self._rooms.leave(room)

    async def reread(self, event: RoomEvent) -> RoomEvent | None:
        """See ``Rooms``."""
        return await self._rooms.reread(event)

    async def attend(self, room: str, event_id: str, *, busy: bool) -> None:
        """See ``Rooms``."""
        await self._rooms.attend(room, event_id, busy=busy)

    async def close(self) -> None:
        """See ``Rooms``."""
        await self._rooms.close()

    def _name(self, identifier: str) -> str:
        return self._names.get(identifier, identifier)

    def _renamed(self, event: RoomEvent) -> RoomEvent:
        return replace(event, sender=self._name(event.sender), person=self._name(event.person))
