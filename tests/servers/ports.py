"""Free ports on loopback, for servers that must know theirs before they start."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket

from tests.servers.wait import until

HOST = "127.0.0.1"

# Below the kernel's ephemeral range (32768 up): a port of a stopped server must not be taken by
# somebody's outgoing connection before it restarts, and a client must not connect to itself.
_LOWEST, _HIGHEST = 12000, 32000


def free_port() -> int:
    """A port on which nothing listens, chosen at random so that parallel runs do not meet."""
    for _ in range(200):
        port = random.randint(_LOWEST, _HIGHEST)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise RuntimeError(f"no free port between {_LOWEST} and {_HIGHEST}")


async def greets(port: int) -> bool:
    """Whether a server on ``port`` speaks first when one connects, as SMTP, LMTP and IMAP do."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    try:
        return bool(await asyncio.wait_for(reader.readline(), 2))
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()


async def listening(port: int, timeout: float = 10) -> None:
    """Return when a server greets on ``port``; AssertionError after ``timeout`` seconds."""
    await until(lambda: greets(port), timeout, f"a greeting on port {port}")
