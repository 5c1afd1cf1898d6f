"""Encrypting and decrypting with nio's machine of keys, through crashes and whatever strangers send."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from nio import AsyncClient
from nio.crypto import InboundGroupSession
from nio.crypto.olm_machine import Olm
from nio.events import ToDeviceEvent
from nio.exceptions import EncryptionError, LocalProtocolError
from nio.responses import KeysUploadResponse, ToDeviceError
from nio.store import MatrixStore

from bot import failpoints
from bot.channels.matrix.fields import fields, identifier, items, text, whole
from bot.channels.matrix.heard import Heard
from bot.channels.matrix.server import Limited, Server, ServerError, path
from bot.channels.matrix.sharing import ENCRYPTED, Sharing
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

MEGOLM = "m.megolm.v1.aes-sha2"
# Never encrypted: clients and servers must see what they are about.
OPEN_TYPES = ("m.reaction", "m.room.redaction")
# What servers judge, they must see: inside of an encrypted event it is worth nothing.
EMPTY_INSIDE = (ENCRYPTED, "m.room.redaction")
OUTSIDE = ("event_id", "sender", "origin_server_ts", "unsigned")
# What nio raises at malformed messages, and Python at JSON that is made to hurt.
ODD = (KeyError, TypeError, ValueError, AttributeError, RecursionError, AssertionError, EncryptionError)


class KeysRefused(ChannelError):
    """The server has other one-time keys of our device: an older copy of its key store was put back."""


class Sealing:
    """The keys of one device."""

    def __init__(self, client: AsyncClient, server: Server, heard: Heard) -> None:
        self.client, self.server, self.heard = client, server, heard
        self.sharing = Sharing(self.olm, server)
        self._unsent: dict[str, Any] = {}  # keys that were made for the server, which did not take them yet

    @property
    def olm(self) -> Olm:
        """nio's machine of keys."""
        assert self.client.olm is not None  # noqa: S101 - encryption is never off
        return self.client.olm

    @property
    def store(self) -> MatrixStore:
        """Where it keeps them."""
        assert self.client.store is not None  # noqa: S101 - encryption is never off
        return self.client.store

    def close(self) -> None:
        """Let go of the files."""
        self.store.database.close()
        self.heard.close()

    async def learn(self, answer: Mapping[str, Any]) -> bool:
        """Take from a sync what concerns keys.  Returns whether keys may have come for what people say.

        All is kept, or nothing if we are killed in between: a message to our device that is given again
        does not open a second time, and its key may be here already.
        """
        events = items(fields(answer.get("to_device")).get("events"))
        letters = [one for one in events if fields(one).get("type") == ENCRYPTED]
        with self.store.database.atomic():
            for letter in letters:
                self._take(letter)
            if letters:
                self.olm.save_account()  # without the one-time keys that were used up
            for room, told in fields(fields(answer.get("rooms")).get("join")).items():
                timeline = fields(fields(told).get("timeline"))
                state = items(fields(fields(told).get("state")).get("events"))
                if identifier(room):
                    self._learn_state(room, [*state, *items(timeline.get("events"))])
            failpoints.hit("matrix.letters.read")
        failpoints.hit("matrix.letters.kept")
        lists = fields(answer.get("device_lists"))
        self.sharing.devices_changed(_names(lists.get("changed")), _names(lists.get("left")))
        count = whole(fields(answer.get("device_one_time_keys_count")).get("signed_curve25519"))
        if count is not None:
            self.olm.uploaded_key_count = count  # nio overlooks a zero
        return bool(letters)

    async def learn_room(self, room: str, state: list[dict[str, Any]]) -> None:
        """Take the state of a room that we just made."""
        self._learn_state(room, state)

    def forget(self, room: str) -> None:
        """We are no longer in this room."""
        self.sharing.forget(room)

    async def prepare(self) -> None:
        """Let the server have our keys; ask it how many are left.  Raises KeysRefused, ChannelError."""
        if self.olm.account.shared:
            told = await self.server.post(path("keys", "upload"), {})
            self.olm.uploaded_key_count = _count(told)
        await self._upload()

    async def upkeep(self) -> None:
        """What is to be done between syncs: our keys uploaded, broken conversations mended."""
        try:
            await self._upload()
            if self.client.should_query_keys:
                await self.sharing.query()
            if self.client.should_claim_keys:
                await self.sharing.claim(self.client.get_users_for_key_claiming())
                self.olm.wedged_devices.clear()  # who has no keys left is not asked at every look
            await self._send_letters()
        except LoginRefused:
            raise
        except ChannelError as error:
            # Tried again after the next sync, and before what needs it is sent.
            log.warning("matrix: keys: %s", error)

    async def seal(self, room: str, kind: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Type and content to send instead, once everybody in the room who can have the key has it.

        A room that was encrypted once is so for ever.  Raises ChannelError when the key did not get there.
        """
        if kind in OPEN_TYPES or room not in self.client.encrypted_rooms:
            return kind, content
        return ENCRYPTED, await self.sharing.encrypt(room, kind, content)

    def open(self, sealed: Mapping[str, Any], room: str) -> dict[str, Any] | None:
        """The decrypted event of an encrypted one, or None without its key."""
        content = fields(sealed.get("content"))
        event_id, ciphertext = identifier(sealed.get("event_id")), content.get("ciphertext")
        session = self._session_of(identifier(sealed.get("sender")), room, content)
        if session is None or not event_id or not isinstance(ciphertext, str):
            return None
        try:
            plaintext, index = session.decrypt(ciphertext)
            inside = fields(json.loads(plaintext))
        except ODD as error:
            log.warning("matrix: %s cannot be decrypted: %s", event_id, type(error).__name__)
            return None
        kind, said = text(inside.get("type")), dict(fields(inside.get("content")))
        if not kind or inside.get("room_id", room) != room:
            return None
        if self.heard.first(session.id, index, event_id) != event_id:
            log.error("matrix: %s in %s repeats what was said before: it is not read", event_id, room)
            return None
        if kind in EMPTY_INSIDE:
            said = {}
        elif "m.relates_to" in content:
            said.setdefault("m.relates_to", content["m.relates_to"])
        # Of the event, only what its sender could seal: that it is state, or taken back, the server tells.
        outside = {key: sealed[key] for key in OUTSIDE if key in sealed}
        return {"type": kind, "content": said, "room_id": room} | outside

    def _session_of(self, sender: str, room: str, content: Mapping[str, Any]) -> InboundGroupSession | None:
        """The session under which ``sender`` may have said this.

        Clients need not say whose key it is (spec v1.3), and what they say proves nothing: a session of
        another person's device does not speak for them.
        """
        wanted = content.get("session_id")
        if content.get("algorithm") != MEGOLM or not sender or not isinstance(wanted, str):
            return None
        found: InboundGroupSession | None = None
        for key, sessions in self.olm.inbound_group_store[room].items():
            if wanted not in sessions:
                continue
            if self._is_of(key, sender):
                return sessions[wanted]
            if any(device.curve25519 == key for device in self.olm.device_store):
                log.error("matrix: a message of %s in %s has another person's key", sender, room)
                continue
            found = sessions[wanted]
            if sender not in self.olm.tracked_users:
                self.olm.users_for_key_query.add(sender)  # the next time we know whose it is
        return found

    def _is_of(self, key: str, user: str) -> bool:
        """Whether a Curve25519 key is of a device that ``user`` has or had."""
        if user == self.client.user_id and key == self.olm.account.identity_keys["curve25519"]:
            return True
        return any(device.curve25519 == key for device in self.olm.device_store[user].values())

    def _take(self, letter: Any) -> None:
        """Handle a message to our device.  One that is malformed costs no other."""
        try:
            event = ToDeviceEvent.parse_event(letter)
            if event is not None:
                self.olm.handle_to_device_event(event)
        except ODD as error:
            log.warning("matrix: a message to our device is unreadable: %s", type(error).__name__)

    def _learn_state(self, room: str, events: list[Any]) -> None:
        for event in map(fields, events):
            key = event.get("state_key")
            if event.get("type") == "m.room.encryption" and key == "":
                if room not in self.client.encrypted_rooms:
                    self.client.encrypted_rooms.add(room)
                    self.store.save_encrypted_rooms([room])
            elif event.get("type") == "m.room.member" and isinstance(key, str):
                self.sharing.member(room, key, text(fields(event.get("content")).get("membership")))

    async def _upload(self) -> None:
        if not self._unsent:
            if not self.olm.should_upload_keys:
                return
            self._unsent = self.olm.share_keys()
            # Before the server has them: what it gives away must open after a crash.
            self.olm.mark_keys_as_published()
            self.olm.save_account()
        try:
            told = await self.server.post(path("keys", "upload"), self._unsent)
        except Limited:
            raise
        except ServerError as error:
            if error.status == 400:
                raise KeysRefused(f"matrix: our keys are refused: {error}") from error
            raise
        if "one_time_key_counts" not in told:
            raise ChannelError("matrix: the server does not say that it took our keys")
        failpoints.hit("matrix.keys.uploaded")
        self._unsent = {}
        self.olm.handle_response(KeysUploadResponse(0, _count(told)))

    async def _send_letters(self) -> None:
        if not self.client.outgoing_to_device_messages:
            return
        try:
            answers = await self.client.send_to_device_messages()
        except (*ODD, OSError, TimeoutError, LocalProtocolError) as error:
            raise ChannelError(f"messages to devices: {type(error).__name__} {error}") from error
        for answer in answers:
            if isinstance(answer, ToDeviceError):
                raise ChannelError(f"messages to devices: {answer.message[:200]}")


def _count(told: Mapping[str, Any]) -> int:
    """How many one-time keys the server has of us."""
    return whole(fields(told.get("one_time_key_counts")).get("signed_curve25519")) or 0


def _names(value: Any) -> set[str]:
    return {name for name in map(identifier, items(value)) if name}
