"""The proxy that spoils conversations: what a client behind it sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from tests.servers.ports import HOST, free_port
from tests.servers.proxy import FaultProxy

MakeProxy = Callable[[int], Awaitable[FaultProxy]]


@pytest_asyncio.fixture
async def echo() -> AsyncIterator[int]:
    """The port of a server that says everything back."""

    async def say_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1000):
                writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()

    port = free_port()
    server = await asyncio.start_server(say_back, HOST, port)
    yield port
    server.close()


class Client:
    """A client that says things and reads answers of known length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, proxy: FaultProxy) -> Client:
        return cls(*await asyncio.open_connection(proxy.host, proxy.port))

    async def says(self, data: bytes, hears: int | None = None) -> bytes:
        self.writer.write(data)
        return await asyncio.wait_for(self.reader.readexactly(hears or len(data)), 5)


async def test_it_passes_both_ways_and_counts_connections(echo: int, fault_proxy: MakeProxy) -> None:
    proxy = await fault_proxy(echo)
    for _ in range(2):
        assert await (await Client.connect(proxy)).says(b"bonjour") == b"bonjour"
    assert proxy.connections == 2


async def test_the_end_of_one_side_reaches_the_other(echo: int, fault_proxy: MakeProxy) -> None:
    client = await Client.connect(await fault_proxy(echo))
    client.writer.write_eof()
    assert await asyncio.wait_for(client.reader.read(), 5) == b""


async def test_it_cuts_after_so_many_bytes_to_the_client(echo: int, fault_proxy: MakeProxy) -> None:
    proxy = await fault_proxy(echo)
    client = await Client.connect(proxy)
    await client.says(b"avant")
    proxy.cut_after(to_client=4)
    assert await client.says(b"bonjour", hears=4) == b"bonj"
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await client.says(b"x")


async def test_it_cuts_after_so_many_bytes_to_the_server(echo: int, fault_proxy: MakeProxy) -> None:
    proxy = await fault_proxy(echo)
    proxy.cut_after(to_server=10)
    client = await Client.connect(proxy)
    assert await client.says(b"bonjour") == b"bonjour"
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await client.says(b"au revoir")


async def test_a_stall_holds_back_and_lets_go(echo: int, fault_proxy: MakeProxy) -> None:
    proxy = await fault_proxy(echo)
    client = await Client.connect(proxy)
    proxy.stall()
    client.writer.write(b"bonjour")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.reader.read(7), 0.1)
    await proxy.behave()
    assert await asyncio.wait_for(client.reader.readexactly(7), 5) == b"bonjour"


async def test_it_talks_nonsense_for_the_server(echo: int, fault_proxy: MakeProxy) -> None:
    proxy = await fault_proxy(echo)
    client = await Client.connect(proxy)
    proxy.garble()
    client.writer.write(b"bonjour")
    assert b"nonsense" in await asyncio.wait_for(client.reader.readline(), 5)
    proxy.inject(b"* BYE\r\n")
    assert await asyncio.wait_for(client.reader.readline(), 5) == b"* BYE\r\n"


async def test_it_refuses_and_welcomes_again_on_the_same_port(echo: int, fault_proxy: MakeProxy) -> None:
    proxy = await fault_proxy(echo)
    client = await Client.connect(proxy)
    await proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        await Client.connect(proxy)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.says(b"bonjour")
    await proxy.behave()
    assert await (await Client.connect(proxy)).says(b"bonjour") == b"bonjour"


async def test_a_drop_spares_new_connections(echo: int, fault_proxy: MakeProxy) -> None:
    proxy = await fault_proxy(echo)
    client = await Client.connect(proxy)
    await client.says(b"bonjour")
    proxy.drop()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.says(b"bonjour")
    assert await (await Client.connect(proxy)).says(b"bonjour") == b"bonjour"


async def test_a_server_that_is_not_there_is_a_connection_that_ends(fault_proxy: MakeProxy) -> None:
    client = await Client.connect(await fault_proxy(free_port()))
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.says(b"bonjour")
