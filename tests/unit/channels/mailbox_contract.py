"""What every Mailbox does.  A test class inherits from MailboxContract and has a fixture ``place``."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any, Protocol

import pytest

from bot.channels.base import Mailbox, RawMail
from bot.errors import ChannelError

ODD = (
    b"Subject: etrange\n\n.\n..\n* 7 FETCH (UID 9)\n)\n+ ok\nA1 OK done\nabc* {3}\n"
    + "œuvre «\xa0tiers-lieu\xa0»\n".encode()
    + b"\xff\xfe latin\n"
    + b"x" * 3000
    + b"\n\n\n"
)


def letter(number: int, size: int = 0) -> bytes:
    """An invented mail with LF line ends, of at least ``size`` bytes."""
    head = f"From: camille@membres.example\nMessage-ID: <{number}@membres.example>\nSubject: n{number}\n\n"
    return head.encode() + b"Bonjour.\n" * max(1, size // 9)


class Place(Protocol):
    """Where the mails of one test are."""

    def mailbox(self, **options: Any) -> Mailbox:
        """A Mailbox on it that is not open, as after a restart."""
        ...

    async def deliver(self, *mails: bytes) -> None:
        """Let mails arrive, in this order."""
        ...

    async def take_away(self, subject: str) -> None:
        """Delete the mail with this subject behind the mailbox's back."""
        ...

    async def seen(self) -> list[str]:
        """The subjects that show as read, sorted."""
        ...


def subjects(mails: Sequence[RawMail]) -> list[str]:
    """Of each mail, in order."""
    return [mail.raw.partition(b"Subject: ")[2].split()[0].decode() for mail in mails]


async def read_all(mailbox: Mailbox, after: int = 0, limit: int = 200) -> list[RawMail]:
    """Fetch until nothing comes any more, as the inbox does."""
    mails: list[RawMail] = []
    while batch := await mailbox.fetch(mails[-1].uid if mails else after, limit):
        assert len(batch) <= limit
        mails += batch
    return mails


class MailboxContract:
    """The tests."""

    async def test_an_empty_mailbox_has_nothing_and_says_where_it_stands(self, place: Place) -> None:
        mailbox = place.mailbox()
        state = await mailbox.open()
        assert state.uidvalidity > 0
        assert state.uidnext >= 1
        assert await mailbox.fetch(0) == []
        await mailbox.close()

    async def test_mails_come_once_in_order_byte_for_byte(self, place: Place) -> None:
        before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)
        mails = [letter(1), ODD, letter(3, 20_000)]
        await place.deliver(*mails)
        mailbox = place.mailbox()
        state = await mailbox.open()
        got = await mailbox.fetch(0)
        assert [mail.uid for mail in got] == sorted({mail.uid for mail in got})
        assert state.uidnext > got[-1].uid
        for sent, mail in zip(mails, got, strict=True):
            assert mail.raw.replace(b"\r\n", b"\n").endswith(sent)
            assert mail.received.tzinfo is not None
            assert before <= mail.received <= dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
            assert not mail.truncated
        await mailbox.close()

    async def test_nothing_comes_again_after_the_last_one(self, place: Place) -> None:
        """``UID n:*`` always holds the last message: it came again and again, once a poll."""
        await place.deliver(letter(1), letter(2))
        mailbox = place.mailbox()
        await mailbox.open()
        got = await mailbox.fetch(0)
        assert await mailbox.fetch(got[-1].uid) == []
        assert subjects(await mailbox.fetch(got[0].uid)) == ["n2"]
        await mailbox.close()

    async def test_at_most_limit_and_none_is_missed(self, place: Place) -> None:
        await place.deliver(*map(letter, range(25)))
        mailbox = place.mailbox()
        await mailbox.open()
        assert subjects(await read_all(mailbox, limit=10)) == [f"n{number}" for number in range(25)]
        await mailbox.close()

    async def test_numbers_are_the_same_after_a_restart(self, place: Place) -> None:
        await place.deliver(letter(1), letter(2))
        mailbox = place.mailbox()
        state = await mailbox.open()
        got = await mailbox.fetch(0)
        await mailbox.mark_seen([mail.uid for mail in got])
        await mailbox.close()
        await place.deliver(letter(3))
        again = place.mailbox()
        assert (await again.open()).uidvalidity == state.uidvalidity
        assert [mail.uid for mail in await again.fetch(0)][:2] == [mail.uid for mail in got]
        assert subjects(await again.fetch(got[-1].uid)) == ["n3"]
        await again.close()

    async def test_a_number_is_never_given_twice(self, place: Place) -> None:
        await place.deliver(letter(1), letter(2))
        mailbox = place.mailbox()
        await mailbox.open()
        last = (await mailbox.fetch(0))[-1].uid
        await mailbox.close()
        await place.take_away("n2")
        await place.deliver(letter(3))
        again = place.mailbox()
        await again.open()
        got = await again.fetch(0)
        assert subjects(got) == ["n1", "n3"]
        assert got[-1].uid > last
        await again.close()

    async def test_what_is_gone_is_simply_absent(self, place: Place) -> None:
        await place.deliver(*map(letter, range(5)))
        mailbox = place.mailbox()
        await mailbox.open()
        first = (await mailbox.fetch(0, limit=1))[0]
        await place.take_away("n0")
        await place.take_away("n2")
        assert subjects(await read_all(mailbox, after=first.uid)) == ["n1", "n3", "n4"]
        await mailbox.close()

    async def test_wait_ends_when_a_mail_arrives(self, place: Place) -> None:
        mailbox = place.mailbox()
        await mailbox.open()
        await mailbox.fetch(0)
        waiting = asyncio.create_task(mailbox.wait(60))
        async with asyncio.timeout(20):
            await place.deliver(letter(1))
            await waiting
        assert subjects(await mailbox.fetch(0)) == ["n1"]
        await mailbox.close()

    async def test_a_mail_that_came_before_wait_ends_it_too(self, place: Place) -> None:
        mailbox = place.mailbox()
        await mailbox.open()
        await mailbox.fetch(0)
        await place.deliver(letter(1))
        async with asyncio.timeout(20):
            await mailbox.wait(60)
        assert subjects(await mailbox.fetch(0)) == ["n1"]
        await mailbox.close()

    async def test_wait_ends_by_itself(self, place: Place) -> None:
        mailbox = place.mailbox()
        await mailbox.open()
        await mailbox.fetch(0)
        async with asyncio.timeout(20):
            await mailbox.wait(0.01)
        await mailbox.close()

    async def test_a_wait_that_is_cancelled_does_no_harm(self, place: Place) -> None:
        mailbox = place.mailbox()
        await mailbox.open()
        await mailbox.fetch(0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(mailbox.wait(60), 0.2)
        await place.deliver(letter(1))
        assert subjects(await mailbox.fetch(0)) == ["n1"]
        await mailbox.close()

    async def test_people_see_what_was_read(self, place: Place) -> None:
        await place.deliver(letter(1), letter(2), letter(3))
        mailbox = place.mailbox()
        await mailbox.open()
        got = await mailbox.fetch(0)
        await mailbox.mark_seen([got[0].uid, got[2].uid])
        await mailbox.mark_seen([got[0].uid])
        await mailbox.mark_seen([])
        assert await place.seen() == ["n1", "n3"]
        assert subjects(await mailbox.fetch(0)) == ["n1", "n2", "n3"]
        await mailbox.close()

    async def test_marking_what_is_gone_does_no_harm(self, place: Place) -> None:
        await place.deliver(letter(1))
        mailbox = place.mailbox()
        await mailbox.open()
        got = await mailbox.fetch(0)
        await place.take_away("n1")
        await mailbox.mark_seen([got[0].uid, got[0].uid + 100])
        assert await mailbox.fetch(0) == []
        await mailbox.close()

    async def test_of_a_mail_that_is_too_large_the_beginning_comes(self, place: Place) -> None:
        await place.deliver(letter(1), letter(2, 50_000), letter(3))
        mailbox = place.mailbox(max_size=8_000)
        await mailbox.open()
        got = await read_all(mailbox)
        assert subjects(got) == ["n1", "n2", "n3"]
        assert [mail.truncated for mail in got] == [False, True, False]
        assert len(got[1].raw) <= 8_000
        await mailbox.close()

    async def test_one_look_brings_no_more_bytes_than_allowed(self, place: Place) -> None:
        await place.deliver(*(letter(number, 3_000) for number in range(6)))
        mailbox = place.mailbox(max_size=8_000)
        await mailbox.open()
        assert 1 <= len(await mailbox.fetch(0)) <= 3
        assert len(await read_all(mailbox)) == 6
        await mailbox.close()

    async def test_closed_is_closed(self, place: Place) -> None:
        mailbox = place.mailbox()
        with pytest.raises(ChannelError):
            await mailbox.fetch(0)
        await mailbox.close()
        await mailbox.open()
        await mailbox.close()
        await mailbox.close()
        with pytest.raises(ChannelError):
            await mailbox.fetch(0)
        await mailbox.open()
        assert await mailbox.fetch(0) == []
        await mailbox.close()
