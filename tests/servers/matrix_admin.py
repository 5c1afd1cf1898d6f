"""What the administrator of a Synapse does and sees: accounts, limits, devices, and every event of a room."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.servers.wait import until

_LIMIT = aiohttp.ClientTimeout(total=20)
_PAGE = 100  # events fetched at once

Event = dict[str, Any]  # as the server gives it


class MatrixError(Exception):
    """The server refused: ``code`` is the HTTP status, ``errcode`` its own word (M_FORBIDDEN …)."""

    def __init__(self, code: int, answer: Mapping[str, Any]) -> None:
        super().__init__(f"{code} {answer}")
        self.code, self.errcode, self.answer = code, str(answer.get("errcode", "")), answer


@dataclass(frozen=True)
class MatrixUser:
    """An account on the server."""

    user_id: str
    password: str

    @property
    def localpart(self) -> str:
        """The name before the server's."""
        return self.user_id[1:].partition(":")[0]


async def call(
    base_url: str,
    method: str,
    path: str,
    token: str = "",
    body: Mapping[str, Any] | None = None,
    **query: str,
) -> dict[str, Any]:
    """One request of its own, on a connection of its own.  Raises MatrixError, aiohttp.ClientError."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession(timeout=_LIMIT) as session,
        session.request(method, base_url + path, json=body, headers=headers, params=query) as answer,
    ):
        content: dict[str, Any] = await answer.json(content_type=None)
        if answer.status >= 400:
            raise MatrixError(answer.status, content)
        return content


async def register(
    base_url: str, shared_secret: str, localpart: str, password: str, admin: bool
) -> dict[str, Any]:
    """Make an account by the shared secret; the answer holds ``user_id`` and a device's ``access_token``.

    Source: https://element-hq.github.io/synapse/latest/admin_api/register_api.html
    """
    path = "/_synapse/admin/v1/register"
    nonce = (await call(base_url, "GET", path))["nonce"]
    signed = "\0".join([nonce, localpart, password, "admin" if admin else "notadmin"])
    mac = hmac.new(shared_secret.encode(), signed.encode(), hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": localpart, "password": password, "admin": admin, "mac": mac}
    return await call(base_url, "POST", path, body=body)


class Admin:
    """The administrator's calls, with an access token of theirs."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url, self._token = base_url, token

    async def limit(self, user_id: str, per_second: int, burst: int) -> None:
        """From now on the server answers 429 when ``user_id`` sends more than that."""
        await self._user(
            "POST", user_id, "v1", "override_ratelimit", messages_per_second=per_second, burst_count=burst
        )

    async def unlimit(self, user_id: str) -> None:
        """Take ``limit`` back."""
        await self._user("DELETE", user_id, "v1", "override_ratelimit")

    async def devices(self, user_id: str) -> list[str]:
        """The ids of the devices of ``user_id``."""
        answer = await self._user("GET", user_id, "v2", "devices")
        return sorted(device["device_id"] for device in answer["devices"])

    async def delete_device(self, user_id: str, device_id: str) -> None:
        """Log one device out and forget its keys."""
        await self._user("POST", user_id, "v2", "delete_devices", devices=[device_id])

    async def log_out(self, user_id: str) -> None:
        """Log out every device of ``user_id``: their access tokens are unknown from now on."""
        await self._user("POST", user_id, "v2", "delete_devices", devices=await self.devices(user_id))

    async def change_password(self, user_id: str, password: str, *, log_out: bool = True) -> None:
        """Give ``user_id`` another password."""
        path = f"/_synapse/admin/v1/reset_password/{quote(user_id)}"
        await self._call("POST", path, {"new_password": password, "logout_devices": log_out})

    async def deactivate(self, user_id: str) -> None:
        """Close the account for good."""
        await self._call("POST", f"/_synapse/admin/v1/deactivate/{quote(user_id)}", {"erase": False})

    async def rooms_of(self, user_id: str) -> list[str]:
        """The rooms that ``user_id`` is in."""
        return sorted((await self._user("GET", user_id, "v1", "joined_rooms"))["joined_rooms"])

    async def delete_room(self, room: str) -> None:
        """Throw everybody out of ``room`` and forget it; returns when that is done."""
        answer = await self._call("DELETE", f"/_synapse/admin/v2/rooms/{quote(room)}", {"purge": True})
        path = f"/_synapse/admin/v2/rooms/delete_status/{answer['delete_id']}"

        async def done() -> bool:
            status: str = (await self._call("GET", path))["status"]
            return status == "complete"

        await until(done, 20, f"the end of {room}")

    async def state(self, room: str) -> list[Event]:
        """The state events of ``room``, of now."""
        state: list[Event] = (await self._call("GET", f"/_synapse/admin/v1/rooms/{quote(room)}/state"))[
            "state"
        ]
        return state

    async def events(self, room: str) -> list[Event]:
        """Every event of ``room``, from its creation on, in the server's order.  Needs no membership."""
        path = f"/_synapse/admin/v1/rooms/{quote(room)}/messages"
        found: list[Event] = []
        query = {"dir": "f", "limit": str(_PAGE)}
        while True:
            answer = await self._call("GET", path, None, **query)
            found += answer["chunk"]
            if "end" not in answer or not answer["chunk"]:
                return found
            query["from"] = answer["end"]

    async def _user(self, method: str, user_id: str, version: str, what: str, **body: Any) -> dict[str, Any]:
        path = f"/_synapse/admin/{version}/users/{quote(user_id)}/{what}"
        return await self._call(method, path, body or None)

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: str
    ) -> dict[str, Any]:
        return await call(self._base_url, method, path, self._token, body, **query)


class Oracle:
    """Counts outside of the bot and of the members: what really is in a room, by the server's own list."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def events(self, room: str, *, sender: str = "", kind: str = "") -> list[Event]:
        """The events of ``room`` in order, all or those of a ``sender`` or of a ``kind`` (its type).

        What was encrypted stays so: its type is ``m.room.encrypted``.
        """
        return [
            event
            for event in await self._admin.events(room)
            if sender in ("", event["sender"]) and kind in ("", event["type"])
        ]

    async def count(self, room: str, *, sender: str = "", kind: str = "") -> int:
        """How many events ``events`` would list."""
        return len(await self.events(room, sender=sender, kind=kind))


def invented_name(prefix: str = "u") -> str:
    """A localpart that no other test uses."""
    return f"{prefix}{secrets.token_hex(5)}"
