"""Encrypting and decrypting by nio's machine, with what it leaves out: whoever must read us has the key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from nio import AsyncClient, ErrorResponse, SyncResponse
from nio.events import BadEvent, MegolmEvent, ToDeviceEvent, UnknownBadEvent
from nio.exceptions import EncryptionError, LocalProtocolError, OlmTrustError

from bot.errors import ChannelError

log = logging.getLogger(__name__)

MEGOLM = "m.megolm.v1.aes-sha2"
ENCRYPTED = "m.room.encrypted"
# Never encrypted: clients and servers must see what they are about.
OPEN_TYPES = ("m.reaction", "m.room.redaction")
STATE_FOR_KEYS = ("m.room.member", "m.room.encryption", "m.room.create", "m.room.history_visibility")
STEP_SECONDS = 60.0


class Sealing:
    """The keys of one device."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self._sharing: dict[str, asyncio.Lock] = {}

    async def learn(self, answer: Mapping[str, Any]) -> bool:
        """Take from a sync what concerns keys: messages to our device, who is in which room, device lists.

        Returns whether keys may have come.  nio gets nothing else, since one bad event makes it refuse all.
        """
        to_device = [one for one in _list(_dict(answer.get("to_device")).get("events")) if _fit(one)]
        kept = _for_nio(answer, to_device)
        if not to_device and not kept["rooms"]["join"] and not self._tells_of_keys(answer):
            return False
        response = SyncResponse.from_dict(kept)
        if not isinstance(response, SyncResponse):
            log.error("a sync that nio cannot read: its messages to our device are taken one by one")
            response = SyncResponse.from_dict(_for_nio(answer, []) | {"rooms": {}})
            for one in to_device:
                self._take(one)
        try:
            await self.client.receive_response(response)
        except (KeyError, TypeError, ValueError, AttributeError, EncryptionError) as error:
            log.exception("keys could not be learnt from a sync: %s", type(error).__name__)
        return bool(to_device)

    async def learn_room(self, room: str, state: list[dict[str, Any]]) -> None:
        """Take the state of a room that we just made."""
        info = SyncResponse.from_dict(
            _for_nio({"next_batch": "made", "rooms": {"join": {room: {"state": {"events": state}}}}}, [])
        )
        known = self.client.next_batch
        await self.client.receive_response(info)
        self.client.next_batch = known

    def _tells_of_keys(self, answer: Mapping[str, Any]) -> bool:
        lists = _dict(answer.get("device_lists"))
        count = _dict(answer.get("device_one_time_keys_count")).get("signed_curve25519")
        known = self.client.olm.uploaded_key_count if self.client.olm else None
        return bool(lists.get("changed") or lists.get("left")) or (count is not None and count != known)

    def _take(self, one: Mapping[str, Any]) -> None:
        assert self.client.olm is not None  # noqa: S101 - encryption is never off
        try:
            event = ToDeviceEvent.parse_event(dict(one))
            if event is not None:
                self.client.olm.handle_to_device_event(event)
        except (KeyError, TypeError, ValueError, AttributeError, EncryptionError) as error:
            log.warning("a message to our device is unreadable: %s", type(error).__name__)

    def forget(self, room: str) -> None:
        """We are no longer in this room."""
        self.client.rooms.pop(room, None)

    async def upkeep(self) -> None:
        """What nio does between its own syncs: our keys uploaded, others' had, broken sessions mended."""
        client = self.client
        try:
            if client.should_upload_keys:
                await _done(client.keys_upload(), "our keys")
            if client.should_query_keys:
                await _done(client.keys_query(), "others' keys")
            if client.should_claim_keys:
                await _done(
                    client.keys_claim(client.get_users_for_key_claiming()), "keys for broken sessions"
                )
            if client.outgoing_to_device_messages:
                await _done(client.send_to_device_messages(), "messages to devices")
        except ChannelError as error:
            # Tried again after the next sync, and before what needs it is sent.
            log.warning("keys: %s", error)

    def open(self, sealed: Mapping[str, Any], room: str) -> dict[str, Any] | None:
        """The decrypted event of an encrypted one, or None without its key."""
        olm = self.client.olm
        assert olm is not None  # noqa: S101 - encryption is never off
        event = MegolmEvent.from_dict(self._with_sender_key(sealed, room))
        if not isinstance(event, MegolmEvent):
            return None
        try:
            opened = olm.decrypt_megolm_event(event, room)
        except (EncryptionError, AssertionError, KeyError, TypeError, ValueError):
            return None
        if isinstance(opened, BadEvent | UnknownBadEvent) and not opened.source.get("content"):
            return None
        inside: dict[str, Any] = dict(opened.source)
        # What the server says of an event stays: a decrypted one has only what its sender put in.
        outside = {key: sealed[key] for key in ("event_id", "sender", "origin_server_ts") if key in sealed}
        return inside | outside | {"room_id": room}

    def _with_sender_key(self, sealed: Mapping[str, Any], room: str) -> dict[str, Any]:
        """Clients need no longer say whose key it is (spec v1.3): the session tells."""
        content = sealed.get("content")
        if not isinstance(content, dict) or ("sender_key" in content and "device_id" in content):
            return dict(sealed)
        assert self.client.olm is not None  # noqa: S101 - encryption is never off
        sessions = self.client.olm.inbound_group_store._entries.get(room, {})
        wanted = content.get("session_id")
        found = next((key for key, ids in sessions.items() if wanted in ids), "")
        return dict(sealed) | {"content": {"device_id": "", "sender_key": found} | content}

    async def seal(self, room: str, kind: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """What to send instead, once everybody in the room who can have the key has it.

        Raises ChannelError when the servers did not bring it to them.
        """
        if kind in OPEN_TYPES or room not in self.client.rooms or not self.client.rooms[room].encrypted:
            return kind, content
        async with self._sharing.setdefault(room, asyncio.Lock()):
            await self._share(room)
            try:
                kind, sealed = self.client.encrypt(room, kind, content)
            except (EncryptionError, LocalProtocolError) as error:
                raise ChannelError(f"a message cannot be encrypted: {error}") from error
            return kind, sealed

    async def _share(self, room: str) -> None:
        client = self.client
        assert client.olm is not None  # noqa: S101 - encryption is never off
        if not client.rooms[room].members_synced:
            await _done(client.joined_members(room), "the members of a room")
        if client.should_query_keys:
            await _done(client.keys_query(), "others' keys")
        if not client.olm.should_share_group_session(room):
            return
        missing = client.get_missing_sessions(room)
        if missing:
            await _done(client.keys_claim(missing), "one-time keys")
        try:
            await _done(client.share_group_session(room, ignore_unverified_devices=True), "a room's key")
        except (OlmTrustError, LocalProtocolError) as error:
            raise ChannelError(f"a room's key cannot be shared: {error}") from error
        # nio holds it shared even with whom the server did not bring it to.
        session = client.olm.outbound_group_sessions[room]
        reached = session.users_shared_with | session.users_ignored
        for user in client.rooms[room].users:
            for device in client.device_store.active_user_devices(user):
                has_session = client.olm.session_store.get(device.curve25519) is not None
                if has_session and (user, device.id) not in reached:
                    session.shared = False
                    raise ChannelError(f"a room's key did not reach {user}")


async def _done(request: Awaitable[Any], what: str) -> None:
    """One of nio's requests: an error that it returns or raises is a ChannelError."""
    try:
        async with asyncio.timeout(STEP_SECONDS):
            answer = await request
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, LocalProtocolError) as error:
        raise ChannelError(f"{what}: {type(error).__name__} {error}") from error
    answers = answer if isinstance(answer, list) else [answer]
    for one in answers:
        if isinstance(one, ErrorResponse):
            raise ChannelError(f"{what}: {one.status_code or ''} {one.message[:200]}")


def _for_nio(answer: Mapping[str, Any], to_device: list[dict[str, Any]]) -> dict[str, Any]:
    rooms = {}
    for room, joined in _dict(_dict(answer.get("rooms")).get("join")).items():
        state = _list(_dict(_dict(joined).get("state")).get("events"))
        timeline = _list(_dict(_dict(joined).get("timeline")).get("events"))
        told = [one for one in (*state, *timeline) if _fit(one) and one["type"] in STATE_FOR_KEYS]
        if not told:
            continue
        rooms[str(room)] = {
            "state": {"events": told},
            "timeline": {"events": [], "limited": False, "prev_batch": ""},
            "ephemeral": {"events": []},
            "account_data": {"events": []},
            "summary": {},
            "unread_notifications": {},
        }
    kept: dict[str, Any] = {
        "next_batch": answer["next_batch"],
        "rooms": {"join": rooms, "invite": {}, "leave": {}},
        "to_device": {"events": to_device},
    }
    for name in ("device_lists", "device_one_time_keys_count"):
        if isinstance(answer.get(name), dict):
            kept[name] = answer[name]
    return kept


def _fit(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("type"), str)
        and isinstance(event.get("sender"), str)
        and isinstance(event.get("content"), dict)
    )


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
