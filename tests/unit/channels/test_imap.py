"""The mailbox by IMAP, with a server that answers word for word as it is told."""

from __future__ import annotations

import asyncio
import gc
import itertools
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.imap import MOST_ATTEMPTS, ImapMailbox
from bot.errors import ChannelError, LoginRefused
from tests.servers.wait import until
from tests.unit.channels.imap_script import DROP, STALL, ImapScript, serving

NO_IDLE = b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"
Make = Callable[..., ImapMailbox]


def found(*uids: int) -> bytes:
    """An answer to UID SEARCH."""
    return b"* SEARCH " + b" ".join(b"%d" % uid for uid in uids) + b"\r\n{tag} OK done\r\n"


def sizes(*items: tuple[int, int]) -> bytes:
    """An answer to UID FETCH of sizes."""
    date = b'INTERNALDATE "01-Feb-2026 10:00:00 +0100"'
    lines = [b"* %d FETCH (UID %d RFC822.SIZE %d %b)\r\n" % (uid, uid, size, date) for uid, size in items]
    return b"".join(lines) + b"{tag} OK done\r\n"


def bodies(*items: tuple[int, bytes]) -> bytes:
    """An answer to UID FETCH of bodies."""
    line = b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n"
    return b"".join(line % (uid, uid, len(body), body) for uid, body in items) + b"{tag} OK done\r\n"


@pytest_asyncio.fixture
async def script() -> AsyncIterator[ImapScript]:
    async with serving(ImapScript()) as each:
        yield each


@pytest_asyncio.fixture
async def make(script: ImapScript) -> AsyncIterator[Make]:
    made: list[ImapMailbox] = []

    def mailbox(**options: Any) -> ImapMailbox:
        given: dict[str, Any] = {"user": "navette", "password": "secret-1", "timeout": 2, **options}
        made.append(ImapMailbox("127.0.0.1", script.port, tls="none", **given))
        return made[-1]

    yield mailbox
    for each in made:
        await each.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"{tag} NO [AUTHENTICATIONFAILED] non\r\n", LoginRefused),
        (b"{tag} NO non\r\n", LoginRefused),
        (b"{tag} NO [UNAVAILABLE] plus tard\r\n", ChannelError),
        (b"{tag} NO [INUSE] plus tard\r\n", ChannelError),
        (b"{tag} BAD quoi\r\n", ChannelError),
        (b"* BYE trop de monde\r\n", ChannelError),
        (b"X9 OK another command's answer\r\n", ChannelError),
        (b"\xff\xfe\x00\r\n{tag} \xff\r\n", ChannelError),
        (DROP, ChannelError),
        (STALL, ChannelError),
    ],
)
async def test_what_an_answer_to_login_means(
    script: ImapScript, make: Make, caplog: pytest.LogCaptureFixture, answer: bytes, error: type[Exception]
) -> None:
    caplog.set_level(logging.DEBUG)
    script.answers["LOGIN"] = [answer]
    with pytest.raises(ChannelError) as caught:
        await make(timeout=0.3).open()
    assert type(caught.value) is error
    gc.collect()  # what asyncio has to say of tasks that nobody asked, it says now
    assert "secret-1" not in caplog.text + str(caught.value)
    assert caplog.text == ""


@pytest.mark.parametrize("greeting", [b"* BYE closed\r\n", b"220 smtp\r\n", b"* NO\r\n", DROP, STALL])
async def test_what_a_greeting_means(
    script: ImapScript, make: Make, caplog: pytest.LogCaptureFixture, greeting: bytes
) -> None:
    script.answers["GREETING"] = [greeting]
    with pytest.raises(ChannelError):
        await make(timeout=0.3).open()
    gc.collect()
    assert caplog.text == ""


async def test_a_server_that_knows_us_already(script: ImapScript, make: Make) -> None:
    script.answers["GREETING"] = [b"* PREAUTH hello\r\n"]
    await make().open()
    assert not any("LOGIN" in command for command in script.commands)


async def test_without_uidvalidity_nothing_can_be_known_again(script: ImapScript, make: Make) -> None:
    script.answers["SELECT"] = [b"{tag} OK [READ-WRITE] done\r\n"]
    with pytest.raises(ChannelError, match="UIDVALIDITY"):
        await make().open()


async def test_without_uidnext_the_last_message_tells(script: ImapScript, make: Make) -> None:
    script.answers["SELECT"] = [b"* OK [UIDVALIDITY 7] x\r\n{tag} OK done\r\n"]
    script.answers["UID SEARCH"] = [found(41)]
    assert (await make().open()).uidnext == 42


async def test_stars_within_a_line_survive(script: ImapScript, make: Make) -> None:
    """aioimaplib takes every ``* `` out of such lines; a short body may be in one."""
    script.answers["UID SEARCH"] = [found(3)]
    script.answers["UID FETCH"] = [sizes((3, 9)), b'* 1 FETCH (UID 3 BODY[] "a* b* c")\r\n{tag} OK done\r\n']
    box = make()
    await box.open()
    assert (await box.fetch(0))[0].raw == b"a* b* c"


async def test_bodies_in_odd_company(script: ImapScript, make: Make) -> None:
    body = b"* 1 FETCH (UID 99 BODY[] {3}\r\n)\r\n+ x\r\nA1 OK x\r\n"
    script.answers["UID SEARCH"] = [found(3, 4)]
    script.answers["UID FETCH"] = [
        b"* 9 EXISTS\r\n" + sizes((3, 9), (4, 9)),
        b"* 5 FETCH (FLAGS (\\Seen odd* flag{3) UID 12)\r\n* OK [ALERT] * * \r\n* 2 EXPUNGE\r\n"
        + bodies((3, body), (4, b"")),
    ]
    box = make()
    await box.open()
    assert [(mail.uid, mail.raw) for mail in await box.fetch(0)] == [(3, body), (4, b"")]


@pytest.mark.parametrize("size", [1, 7, 100, 2047, 2048, 2049])
async def test_answers_in_any_pieces(script: ImapScript, make: Make, size: int) -> None:
    mails = [(uid, b"x%d\r\n" % uid * uid) for uid in range(1, 60)]
    script.answers["UID SEARCH"] = [found(*(uid for uid, _ in mails))]
    known = sizes(*((uid, len(body)) for uid, body in mails))
    script.answers["UID FETCH"] = [known, bodies(*mails[:50]), bodies(*mails[50:])]
    box = make()
    await box.open()
    protocol = box._connection._client.protocol  # type: ignore[union-attr]
    whole = protocol.data_received

    def in_pieces(data: bytes) -> None:
        for start in range(0, len(data), size):
            whole(data[start : start + size])

    protocol.data_received = in_pieces  # type: ignore[method-assign]
    assert [(mail.uid, mail.raw) for mail in await box.fetch(0)] == mails


async def test_a_thousand_lines_of_other_news(script: ImapScript, make: Make) -> None:
    """Somebody else empties the folder: aioimaplib alone ends in a RecursionError."""
    script.answers["NOOP"] = [b"* 1 EXPUNGE\r\n" * 5000 + b"{tag} OK done\r\n"]
    box = make()
    await box.open()
    assert await box.fetch(0) == []


async def test_a_line_without_an_end_ends_the_connection(script: ImapScript, make: Make) -> None:
    script.answers["UID SEARCH"] = [b"* SEARCH " + b"123456 " * 800_000]
    box = make(timeout=30)
    await box.open()
    with pytest.raises(ChannelError, match="without an end"):
        await box.fetch(0)


async def test_two_hundred_thousand_messages(script: ImapScript, make: Make) -> None:
    script.answers["UID SEARCH"] = [found(*range(200_001))]
    script.answers["UID FETCH"] = [sizes((200_000, 4)), bodies((200_000, b"abcd"))]
    box = make(timeout=30)
    await box.open()
    assert [mail.raw for mail in await box.fetch(199_999)] == [b"abcd"]


async def test_a_whole_chunk_that_is_gone_is_not_the_end(script: ImapScript, make: Make) -> None:
    """An empty answer means that there is nothing more: the next chunk must be looked at first."""
    script.answers["UID SEARCH"] = [found(1, 2, 3), found(), found(), found(3)]
    script.answers["UID FETCH"] = [
        b"{tag} OK done\r\n",
        b"{tag} NO [EXPUNGEISSUED] gone\r\n",
        b"{tag} NO [EXPUNGEISSUED] gone\r\n",
        sizes((3, 4)),
        bodies((3, b"abcd")),
    ]
    box = make()
    await box.open()
    assert [mail.uid for mail in await box.fetch(0, limit=2)] == [3]


async def test_a_message_without_a_size_is_not_lost(script: ImapScript, make: Make) -> None:
    script.answers["UID SEARCH"] = [found(3)]
    script.answers["UID FETCH"] = [
        b"* 1 FETCH (UID 3)\r\n{tag} OK done\r\n",
        b"* 1 FETCH (UID 3 BODY[]<0> {4}\r\nabcd)\r\n{tag} OK done\r\n",
    ]
    box = make()
    await box.open()
    mail = (await box.fetch(0))[0]
    assert (mail.raw, mail.truncated, mail.received.year) == (b"abcd", False, 1970)


async def test_one_message_that_cannot_be_read_does_not_hold_back_the_others(
    script: ImapScript, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again first; then it goes on without its content: silence would lose it."""
    box = make()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        script.answers["UID SEARCH"] = [found(3, 4), found(3)]
        script.answers["UID FETCH"] = [
            sizes((3, 4), (4, 4)),
            b"* 2 FETCH (UID 4 BODY[] {4}\r\nabcd)\r\n{tag} NO [SERVERBUG] x\r\n",
            b"{tag} NO [SERVERBUG] x\r\n",
        ]
        await box.open()
        if attempt < MOST_ATTEMPTS:
            with pytest.raises(ChannelError, match="message 3"):
                await box.fetch(0)
    got = await box.fetch(0)
    assert [(mail.uid, mail.raw, mail.truncated) for mail in got] == [(3, b"", True), (4, b"abcd", False)]
    assert "message 3 cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        *itertools.product(
            ["NOOP", "UID SEARCH", "UID FETCH", "UID STORE"], [DROP, STALL, b"* BYE x\r\n", b"zz OK x\r\n"]
        ),
        ("UID SEARCH", b"{tag} BAD x\r\n"),
        ("UID FETCH", b"{tag} BAD x\r\n"),
    ],
)
async def test_any_doubt_ends_the_connection(
    script: ImapScript, make: Make, caplog: pytest.LogCaptureFixture, command: str, answer: bytes
) -> None:
    box = make(timeout=0.3)
    await box.open()
    script.answers = {"UID SEARCH": [found(3)], command: [answer]}
    with pytest.raises(ChannelError):
        await (box.mark_seen([1]) if command == "UID STORE" else box.fetch(0))
    await until(lambda: script.ended == 1)
    script.answers = {}
    with pytest.raises(ChannelError, match="not open"):
        await box.fetch(0)
    await box.open()
    assert await box.fetch(0) == []
    gc.collect()
    assert caplog.text == ""


@pytest.mark.parametrize(
    "answer", [b"* BYE closed\r\n", DROP, STALL, b"{tag} NO non\r\n", b"{tag} BAD non\r\n"]
)
async def test_idle_that_does_not_begin(
    script: ImapScript, make: Make, caplog: pytest.LogCaptureFixture, answer: bytes
) -> None:
    """aioimaplib alone hangs for ever when BYE comes instead of ``+ idling``."""
    script.answers["IDLE"] = [answer]
    box = make(timeout=0.3)
    await box.open()
    async with asyncio.timeout(20):
        with pytest.raises(ChannelError):
            await box.wait(60)
    await box.close()
    gc.collect()
    assert caplog.text == ""


@pytest.mark.parametrize(
    "push", [b"* 3 EXISTS\r\n", b"* OK Still here\r\n", b"* 1 FETCH (FLAGS (\\Seen))\r\n"]
)
async def test_any_push_ends_wait(script: ImapScript, make: Make, push: bytes) -> None:
    box = make()
    await box.open()
    waiting = asyncio.create_task(box.wait(60))
    await until(lambda: any("IDLE" in command for command in script.commands))
    script.push(push)
    async with asyncio.timeout(20):
        await waiting
    assert await box.fetch(0) == []


async def test_without_idle_wait_only_waits(script: ImapScript, make: Make) -> None:
    script.answers["CAPABILITY"] = [NO_IDLE]
    box = make()
    await box.open()
    await box.wait(0.01)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(box.wait(60), 0.05)
    assert not any("IDLE" in command for command in script.commands)
    script.push(b"* BYE x\r\n")
    async with asyncio.timeout(20):
        with pytest.raises(ChannelError):
            await box.wait(60)


async def test_a_long_wait_renews_idle(script: ImapScript, make: Make) -> None:
    box = make(idle_renew=0.05)
    await box.open()
    await box.wait(0.3)
    idles = [command for command in script.commands if command.endswith("IDLE")]
    assert len(idles) >= 3
    assert script.commands.count("DONE") == len(idles) - 1


async def test_idle_that_does_not_end(script: ImapScript, make: Make) -> None:
    script.answers["DONE"] = [STALL]
    box = make(timeout=0.3)
    await box.open()
    await box.wait(0.01)
    async with asyncio.timeout(20):
        with pytest.raises(ChannelError, match="DONE"):
            await box.fetch(0)


async def test_large_folders_are_asked_for_in_runs(script: ImapScript, make: Make) -> None:
    script.answers["UID SEARCH"] = [found(1, 2, 3, 5, 7, 8)]
    box = make()
    await box.open()
    with pytest.raises(ChannelError):
        await box.fetch(0)
    assert any("UID FETCH 1:3,5,7:8 (" in command for command in script.commands)


@pytest.mark.parametrize("field", ["user", "password", "folder"])
async def test_a_setting_is_never_a_command(script: ImapScript, make: Make, field: str) -> None:
    box = make(**{field: "x\r\nA9 DELETE INBOX"})
    if field == "folder":
        await box.open()
    else:
        with pytest.raises(ChannelError):
            await box.open()
    assert not any(command.startswith("A9") for command in script.commands)


async def test_any_name_and_password_are_quoted(script: ImapScript, make: Make) -> None:
    await make(user='la "navette"', password="a b").open()
    assert script.commands[1].endswith(r'LOGIN "la \"navette\"" "a b"')


async def test_a_refused_folder_ends_the_connection(script: ImapScript, make: Make) -> None:
    script.answers["SELECT"] = [b"{tag} NO no such folder\r\n"]
    with pytest.raises(ChannelError, match="no such folder"):
        await make().open()
    await until(lambda: script.ended == 1)
