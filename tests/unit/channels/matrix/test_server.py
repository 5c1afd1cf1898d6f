"""Asking a homeserver: whatever comes back is a ChannelError in bounded time, without a token in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.channels.matrix.server import Limited, Revoked, Server, ServerError, path
from bot.errors import ChannelError, LoginRefused
from tests.servers.ports import HOST

TOKEN = "syt_secret_token"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@asynccontextmanager
async def speaking(answer: bytes | None, *, end: bool = True) -> AsyncIterator[Server]:
    """A server that says these bytes to whatever is asked; None: it never says anything."""
    asked = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        if answer is None or not end:
            writer.write(answer or b"")
            await writer.drain()
            await reader.read()
        else:
            writer.write(answer)
            await writer.drain()
        writer.close()

    listener = await asyncio.start_server(talk, HOST, 0)
    server = Server(f"http://{HOST}:{listener.sockets[0].getsockname()[1]}", TOKEN)
    try:
        yield server
    finally:
        await server.close()
        listener.close()


def answer(status: int, body: bytes, headers: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff\xfe{]% nonsense\r\n\r\n", id="no-http"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", id="truncated"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="broken-chunks"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", id="gzip"),
        pytest.param(answer(200, b""), id="empty"),
        pytest.param(answer(200, b"<html>maintenance</html>"), id="html"),
        pytest.param(answer(200, b'{"a": "\xff\xfe"}'), id="invalid-utf-8"),
        pytest.param(answer(200, b"[1, 2]"), id="a-list"),
        pytest.param(answer(200, b'{"a": ' + b"9" * 5000 + b"}"), id="a-giant-number"),
        pytest.param(answer(204, b""), id="204"),
        pytest.param(answer(302, b"", "Location: https://ailleurs.example/\r\n"), id="elsewhere"),
        pytest.param(answer(502, b"<html>Bad Gateway</html>"), id="502"),
        pytest.param(answer(500, b'{"errcode": ["M"], "error": {"a": 1}}'), id="odd-error"),
        pytest.param(answer(429, b"slow down", "Retry-After: \xc2\xb2\r\n"), id="odd-pause"),
        pytest.param(answer(429, b"{}", "Retry-After: " + "9" * 400 + "\r\n"), id="endless-pause"),
    ],
)
async def test_whatever_comes_back_is_a_channel_error(said: bytes) -> None:
    async with speaking(said) as server:
        with pytest.raises(ChannelError) as told:
            await server.get(path("sync"), timeout=5)
    assert not isinstance(told.value, LoginRefused)
    assert TOKEN not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("begun", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"])
async def test_a_hang_ends(begun: bytes | None) -> None:
    async with speaking(begun, end=False) as server:
        with pytest.raises(ChannelError, match="no answer"):
            await server.get(path("sync"), timeout=0.2)


async def test_nobody_there_is_a_channel_error() -> None:
    server = Server(f"http://{HOST}:1")
    with pytest.raises(ChannelError):
        await server.get(path("sync"), timeout=5)
    await server.close()


async def test_a_token_does_not_follow_a_redirection() -> None:
    asked: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    elsewhere = await asyncio.start_server(listen, HOST, 0)
    port = elsewhere.sockets[0].getsockname()[1]
    async with speaking(answer(307, b"", f"Location: http://{HOST}:{port}/\r\n")) as server:
        with pytest.raises(ChannelError):
            await server.get(path("sync"), timeout=5)
    elsewhere.close()
    assert asked == []


@pytest.mark.parametrize(("soft", "said"), [(False, "false"), (True, "true"), (False, '"true"')])
async def test_an_unknown_token_is_told_in_one_sentence(soft: bool, said: str) -> None:
    body = f'{{"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid token", "soft_logout": {said}}}'
    async with speaking(answer(401, body.encode())) as server:
        with pytest.raises(Revoked) as told:
            await server.get(path("sync"))
    assert (told.value.soft, str(told.value)) == (soft, "GET /client/v3/sync: M_UNKNOWN_TOKEN Invalid token")


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ("Retry-After: 7\r\n", "{}", 7),
        ("", '{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500}', 1.5),
        ("", '{"errcode": "M_LIMIT_EXCEEDED"}', 5),
        ("Retry-After: Sun, 22 Nov 2026 04:00:00 GMT\r\n", '{"retry_after_ms": 250}', 0.25),
        ("Retry-After: -3\r\n", '{"retry_after_ms": -250}', 5),
        ("", '{"retry_after_ms": "bientôt"}', 5),
    ],
)
async def test_how_long_to_wait(headers: str, body: str, seconds: float) -> None:
    async with speaking(answer(429, body.encode(), headers)) as server:
        with pytest.raises(Limited) as told:
            await server.put(path("x"), {})
    assert told.value.seconds == seconds
    assert not told.value.final


@pytest.mark.parametrize(
    ("status", "body", "final"),
    [
        (403, '{"errcode": "M_FORBIDDEN"}', True),
        (404, '{"errcode": "M_NOT_FOUND"}', True),
        (413, '{"errcode": "M_TOO_LARGE"}', True),
        (400, '{"errcode": "M_BAD_JSON"}', True),
        (404, '{"errcode": "M_UNRECOGNIZED"}', False),
        (404, "<html>404</html>", False),
        (403, "<html>Forbidden</html>", False),
        (405, "", False),
        (500, '{"errcode": "M_UNKNOWN"}', False),
    ],
)
async def test_only_matrix_itself_refuses_for_good(status: int, body: str, final: bool) -> None:
    """A page of a proxy under maintenance has buried what was to be said."""
    async with speaking(answer(status, body.encode())) as server:
        with pytest.raises(ServerError) as told:
            await server.put(path("x"), {})
    assert told.value.final is final


async def test_what_is_nested_too_deep_is_read_without_its_depths() -> None:
    """Anybody can send it: without, every sync that holds it would be no JSON."""
    deep = '{"a":[' * 5000 + '"]}\\""' + "]}" * 5000
    body = f'{{"before": 1, "events": [{{"type": "x", "content": {deep}}}], "after": "é"}}'
    with pytest.raises(RecursionError):
        json.loads(body)
    async with speaking(answer(200, body.encode())) as server:
        told = await server.get(path("sync"))
    assert (told["before"], told["after"], told["events"][0]["type"]) == (1, "é", "x")


async def test_what_is_too_large_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.matrix.server.MOST_BYTES", 1000)
    async with speaking(answer(200, b'{"a": "' + b"x" * 2000 + b'"}')) as server:
        with pytest.raises(ChannelError):
            await server.get(path("sync"))


async def test_after_the_end_nothing_is_asked_and_no_connection_is_left() -> None:
    async with speaking(answer(200, b"{}")) as server:
        await server.get(path("sync"))
        await server.close()
        with pytest.raises(ChannelError, match="closed"):
            await server.get(path("sync"))


async def test_cancelling_is_not_an_error_of_the_server() -> None:
    async with speaking(None) as server:
        task = asyncio.create_task(server.get(path("sync")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_each_step_of_a_path_is_quoted() -> None:
    assert path("rooms", "!a/b:c", "state", "é?#%", "") == (
        "/_matrix/client/v3/rooms/%21a%2Fb%3Ac/state/%C3%A9%3F%23%25/"
    )
    assert path("rooms", "\ud800") == "/_matrix/client/v3/rooms/%3F"
