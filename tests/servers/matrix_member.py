"""A person in Matrix rooms: a nio client that says, sees, invites and votes as people do."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Self
from urllib.parse import quote

import nio
from nio.crypto.attachments import decrypt_attachment
from nio.store.database import SqliteMemoryStore

from tests.servers import matrix_words as words
from tests.servers.matrix_admin import Event, MatrixUser, call
from tests.servers.matrix_follower import Follower, accepted
from tests.servers.wait import until

_CLIENT = "/_matrix/client/v3"
_TIMEOUT = 30  # seconds for any one thing that a member does


class Member:
    """Somebody who is logged in and listens.  Made by ``log_in``, ended by ``close``.

    Their device is not signed by them: strict clients refuse it.  Their keys live in memory.
    Everything raises MatrixError when the server refuses, TimeoutError after half a minute.
    """

    def __init__(
        self, base_url: str, user: MatrixUser, *, encrypted: bool = True, device_id: str = ""
    ) -> None:
        self.user, self._base_url = user, base_url
        self.client = nio.AsyncClient(base_url, user.user_id, device_id or None, config=_config(encrypted))
        self._follower = Follower(self.client)

    @classmethod
    async def log_in(
        cls, base_url: str, user: MatrixUser, *, encrypted: bool = True, device_id: str = ""
    ) -> Self:
        """Log ``user`` in on a new device.  Without ``encrypted``: for plain rooms only, and quicker."""
        member = cls(base_url, user, encrypted=encrypted, device_id=device_id)
        try:
            async with asyncio.timeout(_TIMEOUT):
                accepted(await member.client.login(user.password))
                await member._follower.start()
        except BaseException:
            await member.client.close()
            raise
        return member

    async def close(self) -> None:
        """Go, without logging out."""
        await self._follower.close()
        await self.client.close()

    async def stops_listening(self) -> None:
        """See nothing until ``listens``, which then brings what was missed."""
        await self._follower.close()

    async def listens(self) -> None:
        """Listen again."""
        await self._follower.start()

    @property
    def user_id(self) -> str:
        """Their Matrix id."""
        return self.user.user_id

    @property
    def device_id(self) -> str:
        """The device that they are logged in on."""
        return str(self.client.device_id)

    # What they see

    def heard(self, room: str) -> list[Event]:
        """See ``Follower.heard``."""
        return self._follower.heard(room)

    async def sees(
        self, room: str, wanted: Callable[[Event], Any], timeout: float = 20, what: str = "an event"
    ) -> Event:
        """See ``Follower.sees``."""
        return await self._follower.sees(room, wanted, timeout, what)

    async def hears(self, room: str, part: str, *, sender: str = "", timeout: float = 20) -> Event:
        """The first message with ``part`` in its text, of ``sender`` or anybody."""
        return await self.sees(
            room,
            lambda e: part in e["content"]["body"] and sender in ("", e["sender"]),
            timeout,
            f"a message with {part!r}",
        )

    # Rooms

    async def make_room(
        self,
        name: str = "",
        *,
        version: str = "11",
        encrypted: bool = False,
        alias: str = "",
        invite: Sequence[str] = (),
        public: bool = False,
    ) -> str:
        """Make a room and return its id.  ``alias`` is its localpart; a ``public`` one can be joined."""
        preset = "public_chat" if public else "private_chat"
        return await self._make(version, encrypted, preset=preset, name=name, alias=alias, invite=invite)

    async def make_direct(self, person: str, *, version: str = "11", encrypted: bool = True) -> str:
        """Make a room of direct messages with ``person``, as Element does when one writes to somebody."""
        room = await self._make(
            version, encrypted, preset="trusted_private_chat", invite=[person], is_direct=True
        )
        path = f"{_CLIENT}/user/{quote(self.user_id)}/account_data/m.direct"
        await self.calls("PUT", path, {person: [room]})
        return room

    async def _make(self, version: str, encrypted: bool, **options: Any) -> str:
        sealed = {"type": "m.room.encryption", "state_key": "", "content": words.ENCRYPTION}
        body = {
            "room_version": version,
            "preset": options["preset"],
            "invite": list(options.get("invite", ())),
            "is_direct": options.get("is_direct", False),
            "initial_state": [sealed] if encrypted else [],
        }
        body |= {"name": options["name"]} if options.get("name") else {}
        body |= {"room_alias_name": options["alias"]} if options.get("alias") else {}
        room = str((await self.calls("POST", f"{_CLIENT}/createRoom", body))["room_id"])
        await self._is_in(room)
        return room

    async def invite(self, room: str, person: str) -> None:
        """Ask ``person`` into ``room``."""
        await self._in_room("invite", room, user_id=person)

    async def invited(self, room: str, timeout: float = 20) -> None:
        """Return when the invitation into ``room`` has come."""
        await until(lambda: room in self.client.invited_rooms, timeout, f"the invitation into {room}")

    async def join(self, room: str) -> str:
        """Enter ``room``, by its id or one of its names, and return its id once it is seen from within."""
        joined = str((await self.calls("POST", f"{_CLIENT}/join/{quote(room)}", {}))["room_id"])
        await self._is_in(joined)
        return joined

    async def leave(self, room: str) -> None:
        """Leave ``room``, or decline its invitation."""
        await self._in_room("leave", room)

    async def kick(self, room: str, person: str, reason: str = "") -> None:
        """Send ``person`` away."""
        await self._in_room("kick", room, user_id=person, reason=reason)

    async def ban(self, room: str, person: str) -> None:
        """Send ``person`` away for good."""
        await self._in_room("ban", room, user_id=person)

    async def upgrade(self, room: str, version: str = "12") -> str:
        """Replace ``room`` by one of another version, and return that one's id."""
        answer = await self._in_room("upgrade", room, new_version=version)
        await self._is_in(answer["replacement_room"])
        return str(answer["replacement_room"])

    async def sets(self, room: str, kind: str, content: words.Content, key: str = "") -> str:
        """Set a state event of ``room``; returns its event id."""
        path = f"{_CLIENT}/rooms/{quote(room)}/state/{kind}/{quote(key)}"
        return str((await self.calls("PUT", path, content))["event_id"])

    async def state(self, room: str, kind: str, key: str = "") -> words.Content:
        """The content of a state event of ``room``.  MatrixError when there is none."""
        return await self.calls("GET", f"{_CLIENT}/rooms/{quote(room)}/state/{kind}/{quote(key)}")

    async def members(self, room: str) -> set[str]:
        """Who is in ``room``."""
        return set((await self.calls("GET", f"{_CLIENT}/rooms/{quote(room)}/joined_members"))["joined"])

    # What they say; each returns the event id

    async def says(self, room: str, body: str, *, txn: str | None = None, **how: Any) -> str:
        """Say something; ``how``: see ``matrix_words.text`` (html, notice, replies_to, thread, mentions)."""
        return await self.sends(room, "m.room.message", words.text(body, **how), txn=txn)

    async def mentions(self, room: str, person: str, body: str, *, name: str = "") -> str:
        """Say something to ``person``, whose name was chosen from the list."""
        content = words.mention(person, name or person, body)
        return await self.sends(room, "m.room.message", content)

    async def edits(self, room: str, event_id: str, body: str, **how: Any) -> str:
        """Change what was said in ``event_id``."""
        return await self.sends(room, "m.room.message", words.edit(event_id, words.text(body, **how)))

    async def reacts(self, room: str, event_id: str, sign: str) -> str:
        """Put a sign under an event."""
        return await self.sends(room, "m.reaction", words.reaction(event_id, sign))

    async def redacts(self, room: str, event_id: str) -> str:
        """Take an event back."""
        path = f"{_CLIENT}/rooms/{quote(room)}/redact/{quote(event_id)}/{secrets.token_hex(8)}"
        return str((await self.calls("PUT", path, {}))["event_id"])

    async def asks(
        self, room: str, question: str, *answers: tuple[str, str], prefix: str = words.UNSTABLE, **how: Any
    ) -> str:
        """Open a native poll; ``answers`` are (id, text)."""
        content = words.poll_start(question, answers, prefix=prefix, **how)
        return await self.sends(room, f"{prefix}.start", content)

    async def votes(self, room: str, poll: str, *answers: str, prefix: str = words.UNSTABLE) -> str:
        """Answer a native poll, by the ids of the answers."""
        return await self.sends(room, f"{prefix}.response", words.poll_response(poll, answers, prefix=prefix))

    async def closes(self, room: str, poll: str, body: str, *, prefix: str = words.UNSTABLE) -> str:
        """End a native poll."""
        return await self.sends(room, f"{prefix}.end", words.poll_end(poll, body, prefix=prefix))

    async def sends_file(self, room: str, name: str, data: bytes, mime: str = "text/plain") -> str:
        """Upload a file and show it in ``room``, encrypted where the room is."""
        encrypt = self._sealed(room)
        uploaded, keys = await self.client.upload(
            lambda *_: _chunks(data),
            "application/octet-stream" if encrypt else mime,
            name,
            encrypt,
            filesize=len(data),
        )
        uri = accepted(uploaded).content_uri
        content: words.Content = {"msgtype": "m.file", "body": name, "filename": name}
        content["info"] = {"mimetype": mime, "size": len(data)}
        content |= {"file": {**keys, "url": uri}} if keys else {"url": uri}
        return await self.sends(room, "m.room.message", content)

    async def reads_file(self, event: Event) -> bytes:
        """The content of the file that ``event`` shows, decrypted where it is encrypted."""
        content = event["content"]
        sealed = content.get("file")
        async with asyncio.timeout(_TIMEOUT):
            answer = accepted(await self.client.download(sealed["url"] if sealed else content["url"]))
        if not sealed:
            return bytes(answer.body)
        opened = decrypt_attachment(answer.body, sealed["key"]["k"], sealed["hashes"]["sha256"], sealed["iv"])
        return bytes(opened)

    async def sends(self, room: str, kind: str, content: words.Content, *, txn: str | None = None) -> str:
        """Send any event, encrypted where the room is; the same ``txn`` again gives the same event."""
        async with asyncio.timeout(_TIMEOUT):
            if self._sealed(room) and self.client.should_query_keys:
                accepted(await self.client.keys_query())
            sent = await self.client.room_send(room, kind, content, txn, ignore_unverified_devices=True)
        return str(accepted(sent).event_id)

    async def calls(self, method: str, path: str, body: words.Content | None = None) -> words.Content:
        """Any request in their name."""
        return await call(self._base_url, method, path, self.client.access_token, body)

    def _sealed(self, room: str) -> bool:
        return bool(self.client.olm) and room in self.client.rooms and self.client.rooms[room].encrypted

    async def _in_room(self, what: str, room: str, **body: Any) -> words.Content:
        return await self.calls("POST", f"{_CLIENT}/rooms/{quote(room)}/{what}", body)

    async def _is_in(self, room: str) -> None:
        await until(
            lambda: room in self.client.rooms and self.heard(room), 20, f"{room} to be seen from within"
        )


def _config(encrypted: bool) -> nio.AsyncClientConfig:
    return nio.AsyncClientConfig(
        store=SqliteMemoryStore,
        encryption_enabled=encrypted,
        request_timeout=15,
        max_timeout_retry_wait_time=0.5,  # seconds: come back soon after a restart of the server
    )


async def _chunks(data: bytes) -> Any:
    yield data
