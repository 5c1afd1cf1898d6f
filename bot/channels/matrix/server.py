"""A homeserver, asked over HTTP (client-server API): every trouble is a ChannelError, every wait ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.channels.matrix import shallow
from bot.channels.matrix.fields import text
from bot.errors import ChannelError, LoginRefused

CLIENT = "/_matrix/client/v3"
STEP_SECONDS = 30.0
MOST_BYTES = 64 * 2**20  # of one answer: more is no sync of ours
# The server does not know our session any more: only a person can help.
UNKNOWN = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED")


Content = Mapping[str, Any] | bytes | None


class ServerError(ChannelError):
    """The server answered with an error.  ``code`` is its ``errcode``, ``status`` the HTTP status."""

    def __init__(self, what: str, status: int, code: str, detail: str) -> None:
        super().__init__(f"{what}: {status} {code} {_line(detail)}".strip())
        self.status, self.code = status, code

    @property
    def final(self) -> bool:
        """Whether the same request would be refused again.

        What has no code of Matrix was said by whatever stands before the server: a page for a maintenance,
        say, or a path that is led elsewhere for a while.
        """
        return self.status in (400, 403, 404, 405, 413) and self.code not in ("", "M_UNRECOGNIZED")


class Limited(ServerError):
    """Too many requests; ``seconds`` from now there may be another."""

    def __init__(self, what: str, status: int, seconds: float) -> None:
        super().__init__(what, status, "M_LIMIT_EXCEEDED", f"for {seconds:.1f} s")
        self.seconds = seconds


class Revoked(LoginRefused):
    """The server knows our session no more.  ``soft``: the device lives, and may log in again."""

    def __init__(self, text: str, *, soft: bool) -> None:
        super().__init__(text)
        self.soft = soft


class Server:
    """One homeserver.  ``token`` is our session's, once there is one."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base, self.token = base.rstrip("/"), token
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def get(
        self, path: str, query: Mapping[str, str] | None = None, *, timeout: float = STEP_SECONDS
    ) -> dict[str, Any]:
        """GET; see ``call``."""
        return await self.call("GET", path, query=query, timeout=timeout)

    async def put(self, path: str, content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """PUT; see ``call``."""
        return await self.call("PUT", path, content, **more)

    async def post(self, path: str, content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """POST; see ``call``."""
        return await self.call("POST", path, content, **more)

    async def call(self, method: str, path: str, content: Content = None, **more: Any) -> dict[str, Any]:
        """The object that answers one request.  ``path`` begins with a slash; ``path()`` quotes its steps.

        ``query``: what follows the path.  ``timeout`` in seconds.  ``mime``: of ``content``, if it is bytes.
        Raises Revoked, Limited, ServerError, or ChannelError when there is no (sensible) answer in time.
        """
        answer, body, what = await self._ask(method, path, content, **more)
        if answer.status >= 300 or not isinstance(body, dict):
            raise _error(what, answer, body)
        return body

    async def get_list(self, path: str) -> list[dict[str, Any]]:
        """The objects of a list that answers a GET; see ``call``."""
        answer, body, what = await self._ask("GET", path)
        if answer.status >= 300 or not isinstance(body, list):
            raise _error(what, answer, body)
        return [one for one in body if isinstance(one, dict)]

    async def _ask(
        self,
        method: str,
        path: str,
        content: Content = None,
        *,
        query: Mapping[str, str] | None = None,
        timeout: float = STEP_SECONDS,
        mime: str = "application/json",
    ) -> tuple[aiohttp.ClientResponse, Any, str]:
        what = f"{method} {path.split('?')[0].rsplit('/_matrix', 1)[-1][:60]}"
        data = content if isinstance(content, bytes) or content is None else json.dumps(content).encode()
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if data is not None:
            headers["Content-Type"] = mime
        request = self._http().request(
            method,
            self.base + path,
            params=query,
            data=data,
            headers=headers,
            allow_redirects=not self.token,  # it would go to whoever the server names
        )
        try:
            async with asyncio.timeout(timeout), request as answer:
                return answer, await _body(answer), what
        except TimeoutError:
            raise ChannelError(f"{what}: no answer in {timeout:.0f} s") from None
        except (AssertionError, RuntimeError):
            if not self._closed:
                raise
            raise ChannelError(f"{what}: the connection was closed") from None  # aiohttp's way to say it
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ChannelError(f"{what}: {type(error).__name__} {_line(error)}") from None

    async def close(self) -> None:
        """Let go of the connections, for good: whoever still asks gets a ChannelError."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _http(self) -> aiohttp.ClientSession:
        if self._closed:
            raise ChannelError("matrix: the connection was closed")
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=15), trust_env=True
            )
        return self._session


def path(*steps: str) -> str:
    """A path of the client-server API, each step quoted."""
    return CLIENT + "".join(f"/{quote(step, safe='', errors='replace')}" for step in steps)


async def _body(answer: aiohttp.ClientResponse) -> Any:
    """The JSON of an answer; None when it is none."""
    raw = bytearray()
    async for chunk in answer.content.iter_any():
        raw += chunk
        if len(raw) > MOST_BYTES:
            return None
    try:
        return shallow.load(raw)
    except ValueError:
        return None


def _error(what: str, answer: aiohttp.ClientResponse, body: Any) -> ChannelError:
    fields = body if isinstance(body, dict) else {}
    code, detail = text(fields.get("errcode")), text(fields.get("error"))
    if code in UNKNOWN:
        return Revoked(f"{what}: {code} {_line(detail)}".strip(), soft=fields.get("soft_logout") is True)
    if answer.status == 429 or code == "M_LIMIT_EXCEEDED":
        return Limited(what, answer.status, _pause(fields, answer))
    return ServerError(what, answer.status, _line(code), detail or "no sensible answer")


def _line(told: object) -> str:
    """One line of what others say."""
    return " ".join(str(told).split())[:200]


def _pause(fields: Mapping[str, Any], answer: aiohttp.ClientResponse) -> float:
    """How long to wait, in seconds: the header of today, the field of before."""
    after = answer.headers.get("Retry-After", "")
    if after.isascii() and after.isdigit() and len(after) < 10:
        return float(after)
    told = fields.get("retry_after_ms")
    return told / 1000 if isinstance(told, int | float) and 0 < told < 3_600_000 else 5.0
