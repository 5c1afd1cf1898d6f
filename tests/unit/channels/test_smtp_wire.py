"""A mail's body as it travels, and replies as they come."""

from __future__ import annotations

import asyncio
import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.smtp_wire import ConnectionGone, Reply, Wire, body_on_wire


def received(wire: bytes) -> bytes:
    """What a server makes of it (RFC 5321 §4.5.2)."""
    assert wire.endswith(b".\r\n")
    lines = wire.split(b"\r\n")[:-2]
    return b"".join((line[1:] if line.startswith(b".") else line) + b"\r\n" for line in lines)


@given(st.lists(st.sampled_from([b".", b"\r\n", b"a", b"..", b"\xff", b" "])).map(b"".join))
def test_a_body_with_crlf_arrives_as_it_is(data: bytes) -> None:
    wire = body_on_wire(data)
    assert received(wire) == (data if data.endswith(b"\r\n") else data + b"\r\n")
    assert wire.find(b"\r\n.\r\n") in (-1, len(wire) - 5)


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"a", b"\0"])).map(b"".join))
def test_no_lone_line_end_leaves(data: bytes) -> None:
    """A server that takes ``LF . LF`` for the end could be made to see a second mail in the first."""
    wire = body_on_wire(data)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", wire)
    assert received(wire).replace(b"\r\n", b"\n").rstrip(b"\n") == re.sub(rb"\r\n?", b"\n", data).rstrip(
        b"\n"
    )


def test_an_empty_body_is_an_empty_line() -> None:
    assert body_on_wire(b"") == b"\r\n.\r\n"


async def connected() -> tuple[Wire, socket.socket]:
    """A wire, and the other end of it."""
    ours, theirs = socket.socketpair()
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    return Wire(transport), theirs


async def test_replies_in_any_pieces() -> None:
    wire, server = await connected()
    for piece in (b"250-un\r\n25", b"0-deux\r", b"\n250 trois\r\n354 allez\r\n550\r\n"):
        server.sendall(piece)
    assert [await wire.reply(5) for _ in range(3)] == [
        Reply(250, "un deux trois"),
        Reply(354, "allez"),
        Reply(550, ""),
    ]
    assert wire.quiet
    wire.drop()
    server.close()


@pytest.mark.parametrize("nonsense", [b"hello\r\n", b"999 x\r\n", b"25\r\n", b"\xff\xfe\r\n", b"x" * 70_000])
async def test_nonsense_ends_the_connection(nonsense: bytes) -> None:
    wire, server = await connected()
    server.sendall(nonsense)
    with pytest.raises(ConnectionGone):
        await wire.reply(5)
    assert not wire.quiet
    server.close()


async def test_endless_lines_end_the_connection() -> None:
    wire, server = await connected()
    server.setblocking(False)
    waiting = asyncio.create_task(wire.reply(20))
    line = b"250-" + b"x" * 500 + b"\r\n"
    with pytest.raises(ConnectionError):
        await asyncio.get_running_loop().sock_sendall(server, line * 100_000)
    with pytest.raises(ConnectionGone, match="no end"):
        await waiting
    server.close()


async def test_an_answer_before_the_end_of_the_connection_counts() -> None:
    wire, server = await connected()
    server.sendall(b"250 kept\r\n")
    server.close()
    assert (await wire.reply(5)).code == 250
    with pytest.raises(ConnectionGone, match="lost"):
        await wire.reply(5)


async def test_silence_ends() -> None:
    wire, server = await connected()
    with pytest.raises(ConnectionGone, match="silent"):
        await wire.reply(0.05)
    assert server.recv(10) == b""
    server.close()


async def test_a_body_that_nobody_reads_ends() -> None:
    wire, server = await connected()
    with pytest.raises(ConnectionGone, match="silent"):
        await wire.write_body(b"x" * 20_000_000, 0.2)
    server.close()


async def test_a_body_has_left_when_the_kernel_has_it() -> None:
    """What a crash after that makes uncertain, the server can have."""
    wire, server = await connected()
    body = b"x" * 1_000_000
    writing = asyncio.create_task(wire.write_body(body, 20))
    await asyncio.wait({writing}, timeout=0.1)
    server.setblocking(False)
    assert not writing.done()
    got = 0
    while not writing.done():
        got += len(await asyncio.get_running_loop().sock_recv(server, 50_000))
        await asyncio.sleep(0)
    assert wire._transport.get_write_buffer_size() == 0
    assert got > len(body) / 2
    wire.drop()
    server.close()


async def test_an_answer_in_the_middle_of_a_body_ends_it() -> None:
    wire, server = await connected()
    writing = asyncio.create_task(wire.write_body(b"x" * 20_000_000, 20))
    server.sendall(b"552 5.3.4 too much\r\n")
    async with asyncio.timeout(10):
        assert await writing is False
    assert (await wire.reply(5)).code == 552
    wire.drop()
    server.close()
