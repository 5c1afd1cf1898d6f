"""The whole way round, with a real list server: a post, the draft, the recap, and its copy."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select

from bot.app import App
from bot.clock import SetClock
from bot.live.connect import connect
from bot.live.service import Service
from bot.settings import load, override
from bot.store.archive_tables import Message
from bot.store.tables import Cursor, OutboxRow
from tests.crash.world import ALICE, DAYS, SETTINGS, message_id, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MEMBERS, MailboxUser
from tests.servers.sympa import Sympa
from tests.servers.wait import until

NOON = dt.time(12, tzinfo=dt.UTC)


def post(sympa: Sympa, author: str, to: str) -> str:
    """Somebody asks for a lorry; the post's Message-ID."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Fanny Serrault <{author}>", to, "Un camion vendredi ?"
    mail["Message-ID"] = f"<{secrets.token_hex(8)}@{MEMBERS}>"
    mail.set_content("Bonjour,\nquelqu'un aurait-il un camion vendredi pour porter des chaises ?\nFanny\n")
    with smtplib.SMTP(sympa.relay.host, sympa.relay.port) as client:
        client.send_message(mail, author, [to])
    return str(mail["Message-ID"]).strip("<>")


@asynccontextmanager
async def live(app: App) -> AsyncIterator[None]:
    """The service, looking at its clock five times a second."""
    stop = asyncio.Event()
    task = asyncio.create_task(Service(app, stop, tick_seconds=0.2).live())
    try:
        yield
    finally:
        stop.set()
        await task


async def test_a_post_comes_back_to_the_list_in_the_recap(
    sympa: Sympa, dovecot: Dovecot, mailbox_user: MailboxUser, tmp_path: Path
) -> None:
    fanny = f"fanny{secrets.token_hex(4)}@{MEMBERS}"
    for person in (fanny, ALICE):
        dovecot.add_user(person, secrets.token_urlsafe(12))
    address = await sympa.create_list(f"ronde{secrets.token_hex(3)}", ALICE)
    await sympa.add(address.partition("@")[0], fanny, mailbox_user.address)
    clock = SetClock(dt.datetime.now(dt.UTC))
    draft = dt.datetime.combine(clock.now().date() + dt.timedelta(days=2), NOON)
    app = bot(tmp_path, sympa, dovecot, mailbox_user, address, draft, clock)

    async def found(table: type[Cursor | Message | OutboxRow], *conditions: object) -> list[object]:
        async with app.store.read() as session:
            return list(await session.scalars(select(table).where(*conditions)))  # type: ignore[arg-type]

    async with live(app):
        await until(
            lambda: app.mails and app.house.connections.problems.get("imap:INBOX") == "", 20, "the bot"
        )
        asked = post(sympa, fanny, address)
        # Long before the next look at the mailbox: IDLE told.
        await until(lambda: found(Message, Message.message_id == asked), 30, "the post in the archive")
        clock.set(draft)
        await until(lambda: [m for m in dovecot.mails(ALICE) if "camion" in text_of(m)], 30, "the draft")
        clock.set(draft + dt.timedelta(days=1))
        await until(lambda: found(Message, Message.ours), 30, "the recap's copy")
        [row] = await found(OutboxRow, OutboxRow.list_name == "reseau")
        assert isinstance(row, OutboxRow)
        assert (row.state, row.reason, row.copy_due_at) == ("sent", "the list brought it back", None)
        clock.set(draft + dt.timedelta(days=2))
        await until(lambda: recaps(dovecot, fanny, row.message_id), 30, "the recap in Fanny's mailbox")
    [recap] = recaps(dovecot, fanny, row.message_id)
    assert "camion" in text_of(recap)
    assert len(sympa.relay.accepted(address)) == 2  # the post and the recap
    assert not [mail for mail in dovecot.mails(ALICE) if "renvoie" in text_of(mail)]


def recaps(dovecot: Dovecot, address: str, identifier: str) -> list[bytes]:
    """The recap's copies in somebody's mailbox."""
    return [mail for mail in dovecot.mails(address) if message_id(mail) == f"<{identifier}>"]


def bot(
    folder: Path,
    sympa: Sympa,
    dovecot: Dovecot,
    user: MailboxUser,
    address: str,
    draft: dt.datetime,
    clock: SetClock,
) -> App:
    """The bot, subscribed to the list; its mailbox is looked at every ten minutes if nothing tells it to."""
    file = folder / "settings.toml"
    file.write_text(
        SETTINGS.format(
            bot=user.address,
            password=user.password,
            mx="mx.membres.example",
            imap=dovecot.port,
            smtp=sympa.relay.port,
            list=address,
            alice=ALICE,
            draft=DAYS[draft.weekday()],
            day=DAYS[(draft.weekday() + 1) % 7],
        )
    )
    settings = override(load(file), "mail.inbox.poll_seconds", 600.0)
    return App(settings, clock, connect(settings))
