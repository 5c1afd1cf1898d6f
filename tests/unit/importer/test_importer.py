"""What an import takes, leaves, holds, and knows again."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import archive
from bot.importing import files as import_files
from bot.importing.files import find
from bot.importing.importer import Tally
from bot.mail.read import read
from bot.store import search
from bot.store.archive_tables import Message
from bot.store.engine import Store
from bot.store.people_tables import Person
from bot.store.tables import InboxRow, OutboxRow
from tests.unit.importer.build import DAY_ZERO, LIST, letter, mbox, put

Bring = Callable[..., Awaitable[Tally]]


async def archived(store: Store) -> dict[str, Message]:
    """The archive, by the local part of the Message-ID."""
    async with store.read() as session:
        return {row.message_id.partition("@")[0]: row for row in await session.scalars(select(Message))}


async def inbox_rows(store: Store) -> list[InboxRow]:
    async with store.read() as session:
        return list(await session.scalars(select(InboxRow).order_by(InboxRow.id)))


async def test_a_post_of_our_list_goes_to_its_circle_with_its_author_and_is_found(
    store: Store, bring: Bring, tmp_path: Path
) -> None:
    files = put(tmp_path / "old", a=letter("a", "Le chantier du préau.", subject="[reseau] Préau", day=2))

    tally = await bring(files)

    post = (await archived(store))["a"]
    assert (tally.imported, tally.known, tally.held, tally.passed) == (1, 0, 0, {})
    assert (post.circle, post.at) == ("reseau", DAY_ZERO + dt.timedelta(days=2))
    async with store.read() as session:
        assert await session.scalar(select(Person.key).where(Person.id == post.person_id)) == "alice"
        hits = await search.find(session, "preau", ["reseau"])
        assert await session.scalar(select(func.count()).select_from(OutboxRow)) == 0
    assert [hit.ref for hit in hits] == [post.id]


async def test_what_is_no_post_of_ours_is_passed_over_and_counted(
    store: Store, bring: Bring, tmp_path: Path
) -> None:
    files = put(
        tmp_path / "old",
        person=letter("p", through=None),
        other=letter("o", through="voisins@listes.autre.example"),
        machine=letter("m", through=None, more=("Auto-Submitted: auto-replied",)),
        nothing=b"\n \n",
    )

    tally = await bring(files)

    assert tally.passed == {"direct": 1, "other_list": 1, "automatic": 1, "empty": 1}
    assert tally.imported == 0
    assert await archived(store) == {}


async def test_all_takes_persons_and_other_lists_but_no_machines(
    store: Store, bring: Bring, tmp_path: Path
) -> None:
    """What an import without --all passed over is not known for that, and can still be taken."""
    files = put(
        tmp_path / "old",
        ours=letter("l"),
        person=letter("p", through=None, subject="Devis"),
        other=letter("o", through="voisins@listes.autre.example", subject="Fête"),
        machine=letter("m", through=None, more=("Auto-Submitted: auto-replied",)),
    )
    await bring(files)

    tally = await bring(files, "archives")

    assert (tally.imported, tally.known, tally.passed) == (2, 1, {"automatic": 1})
    circles = {name: post.circle for name, post in (await archived(store)).items()}
    assert circles == {"l": "reseau", "p": "archives", "o": "archives"}


async def test_the_same_import_again_changes_nothing(store: Store, bring: Bring, tmp_path: Path) -> None:
    files = put(tmp_path / "old", a=letter("a"), b=letter("b", subject="Autre"), bad=b"pas un courriel")
    await bring(files)
    before = [vars(post)["id"] for post in (await archived(store)).values()]

    tally = await bring(files)

    assert (tally.imported, tally.known, tally.held) == (0, 3, 0)
    assert [post.id for post in (await archived(store)).values()] == before
    assert len(await inbox_rows(store)) == 1


async def test_a_message_that_came_by_mail_is_not_doubled(store: Store, bring: Bring, tmp_path: Path) -> None:
    async with store.write() as session:
        await archive.add_mail(session, read(letter("a"), lists=[LIST]), "reseau", DAY_ZERO)

    # Another server's copy: other bytes, the same words.
    tally = await bring(put(tmp_path / "old", a=letter("a", more=("X-Spam-Score: 0",))))

    assert (tally.imported, tally.known, tally.held) == (0, 1, 0)
    assert len(await archived(store)) == 1


async def test_a_message_that_waits_in_the_inbox_is_left_to_the_service(
    store: Store, bring: Bring, tmp_path: Path
) -> None:
    """Archived by the import first, it would be superseded, and no capability would ever see it."""
    async with store.write() as session:
        session.add(
            InboxRow(
                source="maildir",
                position="1:1",
                kind="mail",
                received=DAY_ZERO,
                raw=letter("a"),
                size=1,
                raw_hash="x",
                origin_id="a@lisieres.example",
            )
        )

    tally = await bring(put(tmp_path / "old", a=letter("a"), b=letter("b")))

    assert (tally.imported, tally.known) == (1, 1)
    assert set(await archived(store)) == {"b"}


async def test_one_message_id_twice_the_same_words_once_other_words_held(
    store: Store, bring: Bring, tmp_path: Path
) -> None:
    first = letter("a", "Rendez-vous lundi.")
    again = letter("a", "Rendez-vous lundi.", more=("X-Copy: 2",))
    other = letter("a", "Rendez-vous mardi.")

    tally = await bring(mbox(tmp_path / "old.mbox", first, again, other, first))

    assert (tally.imported, tally.known, tally.held) == (1, 2, 1)
    assert (await archived(store))["a"].text == "Rendez-vous lundi."
    (held,) = await inbox_rows(store)
    assert (held.state, held.raw, held.past) == ("held", other.rstrip(b"\n") + b"\n", True)
    assert "other words" in held.reason


async def test_what_cannot_be_read_is_held_with_its_bytes(store: Store, bring: Bring, tmp_path: Path) -> None:
    tally = await bring(put(tmp_path / "old", bad=b"\x00\xff pas un courriel"))

    assert tally.held == 1
    (held,) = await inbox_rows(store)
    assert (held.state, held.source, held.raw) == ("held", "import", b"\x00\xff pas un courriel")


@pytest.mark.parametrize(
    ("date", "received", "expected"),
    [
        ("Mon, 03 Mar 2025 10:00:00 +0100", "Mon, 3 Mar 2025 10:05:00 +0100", "2025-03-03T09:00"),
        ("Mon, 03 Mar 2122 10:00:00 +0100", "Mon, 3 Mar 2025 10:05:00 +0100", "2025-03-03T09:05"),
        # A year that has not come when it was received, though it has now.
        ("Tue, 03 Mar 2026 10:00:00 +0100", "Mon, 3 Mar 2025 10:05:00 +0100", "2025-03-03T09:05"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", "Mon, 3 Mar 2025 10:05:00 +0100", "2025-03-03T09:05"),
        ("hier", "", "2025-01-02T03:04"),
        ("Mon, 03 Mar 2122 10:00:00 +0100", "", "2025-01-02T03:04"),
    ],
)
async def test_its_time_is_its_date_if_it_can_be_believed(
    store: Store, bring: Bring, tmp_path: Path, date: str, received: str, expected: str
) -> None:
    more = (f"Received: from a.example by b.example; {received}",) if received else ()
    files = put(tmp_path / "old", a=letter("a", date=date, more=more))
    written = dt.datetime(2025, 1, 2, 3, 4, tzinfo=dt.UTC).timestamp()
    os.utime(files / "a.eml", (written, written))

    await bring(files)

    assert (await archived(store))["a"].at.isoformat()[:16] == expected


async def test_a_maildir_with_subfolders_gives_what_was_delivered(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Liste.2024/cur", ".Liste.2024/new"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("cur/1.a:2,S", "new/2.b", "tmp/3.c", ".Liste.2024/cur/4.d:2,", "dovecot-uidlist", "cur/.x"):
        (tmp_path / name).write_bytes(b"x")

    listing = find(tmp_path)

    names = [str(path.relative_to(tmp_path)) for path, _ in listing.files]
    assert (sorted(names), listing.other) == ([".Liste.2024/cur/4.d:2,", "cur/1.a:2,S", "new/2.b"], 0)


async def test_a_folder_gives_its_messages_at_any_depth_and_counts_the_rest(tmp_path: Path) -> None:
    put(tmp_path / "2024/mars", a=letter("a"))
    mbox(tmp_path / "Liste", letter("b"))
    (tmp_path / "12").write_bytes(letter("c"))
    (tmp_path / "LISEZMOI").write_text("Ces messages viennent de l'ancien serveur.")
    (tmp_path / "affiche.png").write_bytes(b"\x89PNG")
    (tmp_path / ".git").mkdir()
    put(tmp_path / ".git", hidden=letter("d"))

    listing = find(tmp_path)

    assert sorted(path.name for path, _ in listing.files) == ["12", "Liste", "a.eml"]
    assert listing.other == 2


async def test_a_file_that_went_away_meanwhile_is_counted(store: Store, tmp_path: Path) -> None:
    files = put(tmp_path / "old", a=letter("a"), b=letter("b"))
    listing = find(files)
    (files / "a.eml").unlink()

    ((raws, gone),) = import_files.batches(listing)

    assert ([Path(raw.name).name for raw in raws], gone) == (["b.eml"], 1)
