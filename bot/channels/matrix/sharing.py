"""The keys of what we say in encrypted rooms, in the hands of whoever is there, and of nobody else.

nio's own sharing holds a key for shared although the server did not take it, and dies of one malformed
device.  Its machine of keys is used here without its ideas of rooms and requests.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import vodozemac
from nio.crypto import OutboundGroupSession
from nio.crypto.olm_machine import Olm
from nio.exceptions import EncryptionError
from nio.responses import KeysClaimResponse, KeysQueryResponse

from bot import failpoints
from bot.channels.matrix.canonical import canonical_json
from bot.channels.matrix.fields import fields, identifier, items, text
from bot.channels.matrix.server import Limited, Server, ServerError, path
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

ENCRYPTED = "m.room.encrypted"
TURNS = 5  # times that people may come and go while they are given a key
PRESENT = ("join", "invite")
Device = tuple[str, str]  # user id, device id


class Sharing:
    """``claim_again``: seconds until a device that had no one-time keys left is asked for one again."""

    def __init__(self, olm: Olm, server: Server, claim_again: float = 600.0) -> None:
        self.olm, self.server, self.claim_again = olm, server, claim_again
        self._people: dict[str, frozenset[str]] = {}  # to whom the present key of a room was given
        self._missed: dict[
            str, tuple[set[Device], float]
        ] = {}  # who could not have it, and when to try again
        self._locks: dict[str, asyncio.Lock] = {}

    async def encrypt(self, room: str, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The encrypted content of an event, once everybody in the room who can have its key has it.

        Raises ChannelError when the server did not bring it to them: then nothing may be sent.
        """
        async with self._locks.setdefault(room, asyncio.Lock()):
            for _ in range(TURNS):
                session = await self._shared(room)
                if self.olm.outbound_group_sessions.get(room) is session:
                    break
            else:
                raise ChannelError(f"matrix: people come and go too fast in {room}")
            try:
                sealed = dict(self.olm.group_encrypt(room, {"type": kind, "content": dict(content)}))
            except EncryptionError as error:
                raise ChannelError(f"matrix: a message cannot be encrypted: {error}") from error
        failpoints.hit("matrix.key.used")
        # Servers and threads need it in clear (client-server API, "m.room.encrypted").
        return sealed | ({"m.relates_to": content["m.relates_to"]} if "m.relates_to" in content else {})

    def member(self, room: str, person: str, membership: str) -> None:
        """Somebody came or went: the next key is for who is there then."""
        people = self._people.get(room)
        if people is not None and (membership in PRESENT) != (person in people):
            self.forget(room)

    def forget(self, room: str) -> None:
        """The next thing that is said in this room is said under a new key."""
        self.olm.outbound_group_sessions.pop(room, None)
        self._people.pop(room, None)
        self._missed.pop(room, None)

    def devices_changed(self, changed: set[str], left: set[str]) -> None:
        """What a sync tells of other people's devices."""
        self.olm.add_changed_users(changed & self.olm.tracked_users)
        self.olm.tracked_users.difference_update(left)

    async def query(self) -> None:
        """Ask for the devices whose keys we need to know (anew).  Raises ChannelError."""
        asked = set(self.olm.users_for_key_query)
        told = await self._post("keys", "query", {"device_keys": {user: [] for user in sorted(asked)}})
        found = {
            user: {
                name: kept for name, keys in fields(devices).items() if (kept := _device(user, name, keys))
            }
            for user, devices in fields(told.get("device_keys")).items()
            if user in asked
        }
        answer = KeysQueryResponse(found, {})
        self.olm.handle_response(answer)
        # Of those whose server is away: with the next key, not before each message.
        silent = asked - found.keys()
        self.olm.users_for_key_query.difference_update(silent)
        self.olm.tracked_users.difference_update(silent)
        for room, people in list(self._people.items()):
            if not people.isdisjoint(answer.changed):
                self.forget(room)

    async def claim(self, missing: Mapping[str, list[str]]) -> None:
        """Begin an encrypted conversation with devices, as far as they have keys for that left."""
        if not missing:
            return
        asked = {user: dict.fromkeys(devices, "signed_curve25519") for user, devices in missing.items()}
        told = await self._post("keys", "claim", {"one_time_keys": asked})
        for user, devices in fields(told.get("one_time_keys")).items():
            for device, keys in fields(devices).items():
                try:
                    self.olm.handle_response(KeysClaimResponse({user: {device: keys}}, {}))
                except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
                    why = type(error).__name__
                    log.warning("matrix: a one-time key of %s is no key: %s", identifier(user), why)

    async def _shared(self, room: str) -> OutboundGroupSession:
        """The session in whose key everybody has a share; another one may have taken its place since."""
        sessions = self.olm.outbound_group_sessions
        if not self.olm.users_for_key_query.isdisjoint(self._people.get(room, ())):
            await self.query()
        session = sessions.get(room)
        if session is not None and session.shared and not session.expired and not self._may_reach_more(room):
            return session
        people = await self._members(room)
        self.olm.users_for_key_query.update(people - self.olm.tracked_users)
        if not self.olm.users_for_key_query.isdisjoint(people):
            await self.query()
        await self.claim(self.olm.get_missing_sessions(sorted(people)))
        session = sessions.get(room)
        if session is None or session.expired or not self._all_present(session, people):
            self.olm.create_outbound_group_session(room)
            session = sessions[room]
        self._people[room] = people
        session.shared = False
        shares = self.olm.share_group_session_parallel(room, sorted(people), ignore_unverified_devices=True)
        for reached, messages in shares:
            await self._send(messages)
            failpoints.hit("matrix.key.sent")
            session.users_shared_with.update(reached)
        session.shared = True
        self._note_missed(room, session, people)
        return session

    async def _members(self, room: str) -> frozenset[str]:
        """Who is there or invited, by the server's word of now."""
        told = await self.server.get(path("rooms", room, "members"), {"not_membership": "leave"})
        return frozenset(
            identifier(event.get("state_key"))
            for event in items(told.get("chunk"))
            if isinstance(event, dict) and fields(event.get("content")).get("membership") in PRESENT
        ) - {""}

    def _all_present(self, session: OutboundGroupSession, people: frozenset[str]) -> bool:
        """Whether nobody has the key who should not have what is said next."""
        return all(
            user in people and (user, name) in self._devices(user) for user, name in session.users_shared_with
        )

    def _devices(self, user: str) -> set[Device]:
        return {(user, device.id) for device in self.olm.device_store.active_user_devices(user)}

    def _note_missed(self, room: str, session: OutboundGroupSession, people: frozenset[str]) -> None:
        reached = session.users_shared_with | session.users_ignored
        missed = {device for user in people for device in self._devices(user)} - reached
        if missed:
            log.info("matrix: %d devices in %s cannot have our key yet", len(missed), room)
            self._missed[room] = missed, time.monotonic() + self.claim_again
        else:
            self._missed.pop(room, None)

    def _may_reach_more(self, room: str) -> bool:
        if room not in self._missed:
            return False
        missed, again = self._missed[room]
        devices = (self.olm.device_store[user].get(name) for user, name in missed)
        return time.monotonic() >= again or any(
            device is not None and self.olm.session_store.get(device.curve25519) for device in devices
        )

    async def _send(self, messages: Mapping[str, Any]) -> None:
        where = path("sendToDevice", ENCRYPTED, uuid4().hex)
        try:
            await self.server.put(where, messages)
        except (LoginRefused, Limited):
            raise
        except ServerError as error:
            raise ChannelError(f"matrix: a room's key reached nobody: {error}") from error

    async def _post(self, *steps: Any) -> dict[str, Any]:
        """A request about keys: what is refused may be asked again, since people's devices change."""
        *where, content = steps
        try:
            return await self.server.post(path(*where), content)
        except (LoginRefused, Limited):
            raise
        except ServerError as error:
            raise ChannelError(str(error)) from error


def _device(user: str, name: str, keys: Any) -> dict[str, Any] | None:
    """The keys of a device as nio can take them; None for what is none, of which nio would refuse all."""
    told = dict(fields(keys))
    try:
        if (told["user_id"], told["device_id"]) != (user, name):
            return None
        vodozemac.Ed25519PublicKey.from_base64(told["keys"][f"ed25519:{name}"])
        vodozemac.Curve25519PublicKey.from_base64(told["keys"][f"curve25519:{name}"])
        vodozemac.Ed25519Signature.from_base64(told["signatures"][user][f"ed25519:{name}"])
        canonical_json(told)
    except (KeyError, TypeError, ValueError, RecursionError):
        log.warning("matrix: a device of %s has no sound keys", identifier(user))
        return None
    shown = text(fields(told.get("unsigned")).get("device_display_name"))
    return told | {"unsigned": {"device_display_name": shown}}
