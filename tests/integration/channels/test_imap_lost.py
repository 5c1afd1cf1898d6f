"""IDLE, and connections to Dovecot that end, fall silent or talk nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.channels.imap import ImapMailbox
from bot.errors import ChannelError
from tests.integration.channels.imap_place import ImapPlace
from tests.servers.proxy import FaultProxy
from tests.unit.channels.mailbox_contract import letter, subjects

Proxies = Callable[[int], Awaitable[FaultProxy]]


async def test_idle_ended_by_a_bye(place: ImapPlace, mailbox: ImapMailbox) -> None:
    waiting = asyncio.create_task(mailbox.wait(60))
    await asyncio.wait({waiting}, timeout=0.3)
    assert not waiting.done()
    async with asyncio.timeout(20):
        await place.dovecot.kick(place.user.address)
        with pytest.raises(ChannelError, match=r"BYE|lost"):
            await waiting
    with pytest.raises(ChannelError):
        await mailbox.fetch(0)
    await mailbox.open()
    assert await mailbox.fetch(0) == []


async def test_idle_ended_without_a_word(place: ImapPlace, fault_proxy: Proxies) -> None:
    proxy = await fault_proxy(place.dovecot.port)
    box = place.mailbox(port=proxy.port, tls="none", timeout=2)
    await box.open()
    waiting = asyncio.create_task(box.wait(60))
    await asyncio.wait({waiting}, timeout=0.3)
    proxy.drop()
    async with asyncio.timeout(20):
        with pytest.raises(ChannelError):
            await waiting
    await box.close()


async def test_idle_into_silence_ends_when_it_is_renewed(place: ImapPlace, fault_proxy: Proxies) -> None:
    """A firewall that has forgotten the connection: nothing comes any more, not even an end."""
    proxy = await fault_proxy(place.dovecot.port)
    box = place.mailbox(port=proxy.port, tls="none", timeout=0.5, idle_renew=0.5)
    await box.open()
    waiting = asyncio.create_task(box.wait(60))
    await asyncio.wait({waiting}, timeout=0.2)
    proxy.stall()
    async with asyncio.timeout(20):
        with pytest.raises(ChannelError, match="silent"):
            await waiting
    await box.close()


async def test_idle_is_renewed_and_still_hears(place: ImapPlace, fault_proxy: Proxies) -> None:
    box = place.mailbox(idle_renew=0.1)
    await box.open()
    waiting = asyncio.create_task(box.wait(60))
    await asyncio.wait({waiting}, timeout=1)
    assert not waiting.done()
    async with asyncio.timeout(20):
        await place.deliver(letter(1))
        await waiting
    await box.close()


@pytest.mark.parametrize("method", ["open", "fetch", "wait", "mark_seen"])
async def test_a_server_that_never_answers(place: ImapPlace, fault_proxy: Proxies, method: str) -> None:
    proxy = await fault_proxy(place.dovecot.port)
    box = place.mailbox(port=proxy.port, tls="none", timeout=0.5)
    await box.open()
    proxy.stall()
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "open": box.open,
        "fetch": lambda: box.fetch(0),
        "wait": lambda: box.wait(60),
        "mark_seen": lambda: box.mark_seen([1]),
    }
    async with asyncio.timeout(20):
        with pytest.raises(ChannelError):
            await calls[method]()
        await box.close()
        await proxy.behave()
        await box.open()
        assert await box.fetch(0) == []
        await box.close()


@pytest.mark.parametrize("method", ["open", "fetch", "wait"])
async def test_a_server_that_talks_nonsense(place: ImapPlace, fault_proxy: Proxies, method: str) -> None:
    await place.deliver(letter(1))
    proxy = await fault_proxy(place.dovecot.port)
    box = place.mailbox(port=proxy.port, tls="none", timeout=0.5)
    await box.open()
    proxy.garble()
    async with asyncio.timeout(20):
        with pytest.raises(ChannelError):
            await (box.open() if method == "open" else box.fetch(0) if method == "fetch" else box.wait(60))
        await box.close()
        await proxy.behave()
        await box.open()
        assert subjects(await box.fetch(0)) == ["n1"]
        await box.close()


async def test_cut_at_any_byte_nothing_is_made_up(place: ImapPlace, fault_proxy: Proxies) -> None:
    """Whatever part of the conversation came through: the whole truth or a ChannelError."""
    await place.deliver(letter(1), letter(2, 2_000), letter(3))
    proxy = await fault_proxy(place.dovecot.port)
    box = place.mailbox(port=proxy.port, tls="none", timeout=5)
    ends = set()
    for cut in range(150, 5_500, 130):
        proxy.cut_after(to_client=cut)
        try:
            await box.open()
            got = subjects(await box.fetch(0))
            assert got == ["n1", "n2", "n3"]
            ends.add("whole")
        except ChannelError:
            ends.add("error")
        await box.close()
    assert ends == {"whole", "error"}


async def test_news_between_commands_end_the_next_wait(place: ImapPlace, mailbox: ImapMailbox) -> None:
    """Dovecot may tell of a new mail in its answer to STORE, and would not tell again in IDLE."""
    await place.deliver(letter(1))
    got = await mailbox.fetch(0)
    await place.deliver(letter(2))
    await mailbox.mark_seen([got[0].uid])
    async with asyncio.timeout(20):
        await mailbox.wait(60)
    assert subjects(await mailbox.fetch(got[0].uid)) == ["n2"]
