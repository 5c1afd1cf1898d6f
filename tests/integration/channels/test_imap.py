"""The mailbox by IMAP on a real Dovecot, with everything that goes wrong between the two."""

from __future__ import annotations

import asyncio
import logging
import ssl
import tracemalloc
from typing import Any

import pytest

from bot.channels.imap import ImapMailbox
from bot.errors import ChannelError, LoginRefused
from tests.integration.channels.imap_place import ImapPlace
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.unit.channels.mailbox_contract import MailboxContract, letter, read_all, subjects


class TestMailbox(MailboxContract):
    """By TLS."""


class TestMailboxInClear(MailboxContract):
    """Without encryption."""

    @pytest.fixture
    def place(self, dovecot: Dovecot, mailbox_user: MailboxUser, tls_context: ssl.SSLContext) -> ImapPlace:
        class Clear(ImapPlace):
            def mailbox(self, **options: Any) -> ImapMailbox:
                return super().mailbox(tls="none", port=dovecot.port, **options)

        return Clear(dovecot, mailbox_user, tls_context)


async def test_a_wrong_password_is_for_a_person_to_mend(place: ImapPlace) -> None:
    with pytest.raises(LoginRefused) as caught:
        await place.mailbox(password="pas la bonne").open()
    assert place.user.address in str(caught.value)
    assert "pas la bonne" not in str(caught.value)


@pytest.mark.parametrize("password", ['avec "guillemets" et \\', "accentué é", "espace devant"])
async def test_any_password(place: ImapPlace, password: str) -> None:
    place.dovecot.add_user(place.user.address, password)
    box = place.mailbox(password=password)
    assert (await box.open()).uidnext == 1
    await box.close()


async def test_a_folder_that_is_not_there(place: ImapPlace) -> None:
    with pytest.raises(ChannelError, match="SELECT") as caught:
        await place.mailbox(folder="Nulle part").open()
    assert not isinstance(caught.value, LoginRefused)


@pytest.mark.parametrize(
    "folder", ["Réseau/Fêtes & œuvres", 'dit "le four"', "日本語", "plus+moins (a) {3}", "&"]
)
async def test_any_folder(place: ImapPlace, folder: str) -> None:
    place.append(folder, letter(1))
    box = place.mailbox(folder=folder)
    await box.open()
    assert subjects(await box.fetch(0)) == ["n1"]
    assert box.name == f"imap:{folder}"
    await box.close()


async def test_a_certificate_that_we_do_not_trust(place: ImapPlace) -> None:
    with pytest.raises(ChannelError, match="certificate"):
        await place.mailbox(ssl_context=None).open()


async def test_a_server_that_is_not_there(place: ImapPlace) -> None:
    with pytest.raises(ChannelError):
        await place.mailbox(port=9).open()


async def test_the_servers_own_date(place: ImapPlace) -> None:
    place.append("Vieux", letter(1), date='" 5-Mar-2024 23:30:00 -0200"')
    box = place.mailbox(folder="Vieux")
    await box.open()
    assert (await box.fetch(0))[0].received.isoformat() == "2024-03-06T01:30:00+00:00"
    await box.close()


async def test_fifteen_hundred_at_once(place: ImapPlace) -> None:
    """aioimaplib alone ends in a RecursionError at about 1,100 lines, and never returns."""
    await place.deliver(*map(letter, range(1500)))
    box = place.mailbox()
    await box.open()
    got = await read_all(box)
    assert subjects(got) == [f"n{number}" for number in range(1500)]
    await box.mark_seen([mail.uid for mail in got])
    assert len(await place.seen()) == 1500
    await box.close()


async def test_sixteen_hundred_deleted_by_somebody_else(place: ImapPlace, mailbox: ImapMailbox) -> None:
    """One EXPUNGE line each, all in one answer."""
    await place.deliver(*map(letter, range(100)))

    def multiply() -> None:
        with place.connected() as client:
            for _ in range(4):
                client.copy("1:*", "INBOX")

    def delete() -> None:
        with place.connected() as client:
            client.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()

    await asyncio.to_thread(multiply)
    assert len(await read_all(mailbox)) == 1600
    await asyncio.to_thread(delete)
    await place.deliver(letter(7))
    assert subjects(await read_all(mailbox)) == ["n7"]


async def test_thirty_megabytes(place: ImapPlace) -> None:
    """The beginning of it comes, its neighbours come whole, and our memory does not hold it."""
    await place.deliver(letter(1), letter(2, 30_000_000), letter(3))
    box = place.mailbox()
    await box.open()
    tracemalloc.start()
    got = await read_all(box)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert subjects(got) == ["n1", "n2", "n3"]
    assert [mail.truncated for mail in got] == [False, True, False]
    assert len(got[1].raw) == 256 * 1024
    assert peak < 5_000_000
    await box.close()


async def test_a_large_mail_that_is_allowed(place: ImapPlace) -> None:
    await place.deliver(letter(1, 20_000_000), letter(2))
    box = place.mailbox(timeout=5)
    await box.open()
    got = await read_all(box)
    assert [len(mail.raw) > 20_000_000 for mail in got] == [True, False]
    await box.close()


async def test_another_uidvalidity_shows_after_the_connection_is_lost(place: ImapPlace) -> None:
    await place.deliver(letter(1), letter(2))
    box = place.mailbox()
    before = await box.open()
    assert len(await box.fetch(0)) == 2
    await place.dovecot.recreate_inbox(place.user.address)
    with pytest.raises(ChannelError):
        await box.fetch(0)
    after = await box.open()
    assert after.uidvalidity != before.uidvalidity
    assert subjects(await box.fetch(0)) == ["n1", "n2"]
    await box.close()


async def test_expunged_between_search_and_fetch(
    place: ImapPlace, mailbox: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.deliver(*map(letter, range(4)))
    whole = ImapMailbox._fetch_bodies
    taken: list[int] = []

    async def late(self: ImapMailbox, *arguments: Any) -> Any:
        if not taken:
            taken.append(1)
            await place.take_away("n1")
        return await whole(self, *arguments)

    monkeypatch.setattr(ImapMailbox, "_fetch_bodies", late)
    assert subjects(await mailbox.fetch(0)) == ["n0", "n2", "n3"]


async def test_a_folder_that_is_read_only_keeps_its_flags(
    place: ImapPlace, mailbox: ImapMailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Marking is cosmetic: a server that refuses it is heard in the log and nowhere else."""
    await place.deliver(letter(1))
    got = await mailbox.fetch(0)
    monkeypatch.setattr("bot.channels.imap._uid_set", lambda uids: "1 +FLAGS.SILENT (nonsense")
    await mailbox.mark_seen([got[0].uid])
    assert "could not be marked" in caplog.text
    monkeypatch.undo()
    assert subjects(await mailbox.fetch(0)) == ["n1"]


@pytest.mark.parametrize("action", ["reset", "full"])
async def test_failing_right_after_a_fetch(
    place: ImapPlace, mailbox: ImapMailbox, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    await place.deliver(letter(1))
    monkeypatch.setenv("NAVETTE_FAILPOINTS", f"mail.fetched={action}")
    with pytest.raises(ChannelError, match=r"mail\.fetched"):
        await mailbox.fetch(0)
    await mailbox.open()
    assert subjects(await mailbox.fetch(0)) == ["n1"]


async def test_neither_mails_nor_passwords_are_logged(
    place: ImapPlace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await place.deliver(letter(1))
    box = place.mailbox()
    await box.open()
    await box.fetch(0)
    await box.wait(0.01)
    await box.close()
    assert "Bonjour" not in caplog.text
    assert place.user.password not in caplog.text
