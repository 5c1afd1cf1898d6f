"""What every MailTransport does.  A test class inherits from TransportContract and has a fixture ``post``."""

from __future__ import annotations

from typing import Any, Protocol

from bot.channels.base import Envelope, MailTransport, Status

BOT = "navette@reseau.example"
TRICKY = (
    b"From: navette@reseau.example\r\nSubject: points\r\n\r\n"
    b".\r\n..\r\n. seul\r\n.\r\nMAIL FROM:<x@y.example>\r\n\r\n...\r\n" + b"y" * 900 + b"\r\n.fin\r\n\r\n"
)


def mail_to(recipient: str, size: int = 0) -> Envelope:
    """An invented mail."""
    head = f"From: {BOT}\r\nTo: {recipient}\r\nMessage-ID: <{recipient}>\r\nSubject: Le fil\r\n\r\n"
    return Envelope(BOT, recipient, head.encode() + b"Bonjour.\r\n" * max(1, size // 10))


class Post(Protocol):
    """Where the mails of one test go."""

    def transport(self, **options: Any) -> MailTransport:
        """A transport to it."""
        ...

    def received(self, recipient: str) -> list[bytes]:
        """What arrived for ``recipient``, with CRLF line ends."""
        ...


class TransportContract:
    """The tests."""

    async def test_each_recipient_gets_their_mail_once(self, post: Post) -> None:
        transport = post.transport()
        batch = [mail_to(f"p{number}@membres.example") for number in range(transport.width)]
        outcomes = await transport.send(batch)
        await transport.close()
        assert [outcome.status for outcome in outcomes] == [Status.ACCEPTED] * transport.width
        for envelope in batch:
            assert post.received(envelope.recipient) == [envelope.data]

    async def test_every_byte_arrives(self, post: Post) -> None:
        transport = post.transport()
        large = mail_to("grande@membres.example", 3_000_000)
        odd = Envelope(BOT, "etrange@membres.example", TRICKY)
        accents = Envelope(BOT, "accents@membres.example", "Subject: x\r\n\r\nœuvre «\xa0é\xa0»\r\n".encode())
        outcomes = await transport.send([large, odd, accents])
        await transport.close()
        assert [outcome.status for outcome in outcomes] == [Status.ACCEPTED] * 3
        for envelope in (large, odd, accents):
            assert post.received(envelope.recipient) == [envelope.data]

    async def test_batch_after_batch(self, post: Post) -> None:
        transport = post.transport()
        for number in range(3):
            assert (await transport.send([mail_to(f"l{number}@membres.example")]))[0].status == "accepted"
        await transport.close()
        assert (await transport.send([mail_to("l9@membres.example")]))[0].status == "accepted"
        await transport.close()
        await transport.close()
        assert len(post.received("l9@membres.example")) == 1

    async def test_nothing_to_send(self, post: Post) -> None:
        transport = post.transport()
        assert await transport.send([]) == []
        await transport.close()

    async def test_an_impossible_address_is_refused_and_harms_no_other(self, post: Post) -> None:
        transport = post.transport()
        outcomes = await transport.send(
            [mail_to("ok@membres.example"), Envelope(BOT, "", b"Subject: x\r\n\r\n")]
        )
        await transport.close()
        assert [outcome.status for outcome in outcomes] == [Status.ACCEPTED, Status.REFUSED]
        assert len(post.received("ok@membres.example")) == 1
