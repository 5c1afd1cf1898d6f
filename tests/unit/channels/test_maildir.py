"""The Maildir, in and out."""

from __future__ import annotations

import asyncio
import mailbox as stdlib_mailbox
import os
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Envelope, Status
from bot.channels.maildir import MaildirMailbox, MaildirTransport
from bot.channels.maildir_uids import FILE_NAME
from bot.errors import ChannelError
from tests.unit.channels.mailbox_contract import MailboxContract, letter, subjects
from tests.unit.channels.transport_contract import TransportContract, mail_to


class MaildirPlace:
    """A folder, filled and looked at by Python's own Maildir."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._maildir = stdlib_mailbox.Maildir(path)

    def mailbox(self, **options: Any) -> MaildirMailbox:
        return MaildirMailbox(self.path, **options)

    async def deliver(self, *mails: bytes) -> None:
        for mail in mails:
            self._maildir.add(mail)

    async def take_away(self, subject: str) -> None:
        for key, message in self._maildir.items():
            if message["Subject"] == subject:
                self._maildir.remove(key)

    async def seen(self) -> list[str]:
        return sorted(message["Subject"] for message in self._maildir if "S" in message.get_flags())


@pytest.fixture
def place(tmp_path: Path) -> MaildirPlace:
    return MaildirPlace(tmp_path / "courrier")


class TestMailbox(MailboxContract):
    """The Mailbox, and what is special to it."""

    async def test_a_missing_folder_is_made(self, tmp_path: Path) -> None:
        box = MaildirMailbox(tmp_path / "a" / "b")
        await box.open()
        assert sorted(entry.name for entry in (tmp_path / "a" / "b").iterdir() if entry.is_dir()) == [
            "cur",
            "new",
            "tmp",
        ]

    async def test_a_folder_that_cannot_be_made_is_a_channel_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ChannelError):
            await MaildirMailbox(tmp_path / "file" / "box").open()

    async def test_half_a_line_from_a_crash_is_no_number(self, place: MaildirPlace) -> None:
        await place.deliver(letter(1), letter(2))
        box = place.mailbox()
        state = await box.open()
        last = (await box.fetch(0))[-1].uid
        with (place.path / FILE_NAME).open("ab") as file:
            file.write(b"%d 17" % (last + 1))
        await place.deliver(letter(3))
        again = place.mailbox()
        assert (await again.open()).uidvalidity == state.uidvalidity
        assert subjects(await again.fetch(last)) == ["n3"]
        third = place.mailbox()
        await third.open()
        assert [mail.uid for mail in await third.fetch(0)] == [mail.uid for mail in await again.fetch(0)]

    async def test_numbers_that_were_not_written_are_not_given_out(
        self, place: MaildirPlace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A full disk: ChannelError, and the next look, with room again, misses nothing."""
        await place.deliver(letter(1))
        box = place.mailbox()
        await box.open()
        await place.deliver(letter(2))

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(ChannelError, match="No space"):
            await box.fetch(0)
        monkeypatch.undo()
        assert subjects(await box.fetch(0)) == ["n1", "n2"]
        again = place.mailbox()
        await again.open()
        assert [mail.uid for mail in await again.fetch(0)] == [1, 2]

    @pytest.mark.parametrize(
        "content", [b"", b"other\n1 a\n", b"uidvalidity x\n", b"uidvalidity 5\n2 a\n2 b\n"]
    )
    async def test_a_damaged_file_begins_another_uidvalidity(
        self, place: MaildirPlace, content: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        await place.deliver(letter(1))
        box = place.mailbox()
        state = await box.open()
        (place.path / FILE_NAME).write_bytes(content)
        again = place.mailbox()
        assert (await again.open()).uidvalidity != state.uidvalidity
        assert subjects(await again.fetch(0)) == ["n1"]
        assert "damaged" in caplog.text
        assert len(list(place.path.glob(f"{FILE_NAME}.damaged-*"))) == 1

    async def test_odd_names_are_known_again(self, place: MaildirPlace) -> None:
        place.mailbox()
        names = ["a b", "é", "x%20", "un\nretour"]
        for number, name in enumerate(names):
            path = place.path / "new" / name
            path.write_bytes(letter(number))
            os.utime(path, (number, number))
        (place.path / "cur" / "latin-\udce9:2,RS").write_bytes(letter(9))
        (place.path / "new" / ".hidden").write_bytes(letter(10))
        first, second = place.mailbox(), place.mailbox()
        await first.open()
        got = await first.fetch(0)
        assert subjects(got) == ["n0", "n1", "n2", "n3", "n9"]
        assert got[0].received.timestamp() == 0
        await second.open()
        assert [mail.uid for mail in await second.fetch(0)] == [mail.uid for mail in got]

    async def test_a_reader_that_gives_flags_meanwhile_hides_nothing(
        self, place: MaildirPlace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await place.deliver(letter(1))
        box = place.mailbox()
        await box.open()
        look = MaildirMailbox._scan
        found: list[str] = []

        def stale(self: MaildirMailbox) -> dict[str, Path]:
            names = look(self)
            if not found:
                for base, path in names.items():
                    path.rename(place.path / "cur" / f"{base}:2,F")
                    found.append(base)
            return names

        monkeypatch.setattr(MaildirMailbox, "_scan", stale)
        assert subjects(await box.fetch(0)) == ["n1"]
        await box.mark_seen([1])
        assert [path.name.partition(":")[2] for path in (place.path / "cur").iterdir()] == ["2,FS"]


class MaildirPost:
    """Mail that is written into folders."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def transport(self, **options: Any) -> MaildirTransport:
        return MaildirTransport(self.path, **options)

    def received(self, recipient: str) -> list[bytes]:
        folder = MaildirTransport(self.path).folder_of(recipient)
        return [path.read_bytes().replace(b"\n", b"\r\n") for path in (folder / "new").iterdir()]


@pytest.fixture
def post(tmp_path: Path) -> MaildirPost:
    return MaildirPost(tmp_path / "sortie")


class TestTransport(TransportContract):
    """The MailTransport, and what is special to it."""

    @pytest.mark.parametrize(
        "recipient", ["../evil", "/etc/x@y", "a/../../b@c.example", "..", "a\0b@c.example"]
    )
    async def test_no_address_leads_out_of_the_folder(self, post: MaildirPost, recipient: str) -> None:
        await post.transport().send([Envelope("", recipient, b"Subject: x\r\n\r\nx\r\n")])
        outside = [path for path in post.path.parent.rglob("*") if post.path not in (path, *path.parents)]
        assert outside == []

    async def test_an_address_too_long_for_a_folder_is_refused(self, post: MaildirPost) -> None:
        outcomes = await post.transport().send([mail_to("x" * 300 + "@membres.example")])
        assert outcomes[0].status is Status.REFUSED

    async def test_a_full_disk_is_for_later_and_leaves_nothing(
        self, post: MaildirPost, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        outcomes = await post.transport().send([mail_to("a@membres.example")])
        assert outcomes[0].status is Status.LATER
        assert [path for path in post.path.rglob("*") if path.is_file()] == []

    async def test_what_one_side_writes_the_other_reads(self, post: MaildirPost) -> None:
        box = MaildirMailbox(post.transport().folder_of("alix@membres.example"))
        await box.open()
        await box.fetch(0)
        waiting = asyncio.create_task(box.wait(60))
        await post.transport().send([mail_to("alix@membres.example") for _ in range(3)])
        async with asyncio.timeout(20):
            await waiting
        assert len(await box.fetch(0)) == 3
