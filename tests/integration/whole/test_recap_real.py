"""The recap on real servers: through a list to a mailbox and back, and to each person alone."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest_asyncio
from icalendar import Calendar
from sqlalchemy import select

from bot.app import App
from bot.clock import SetClock
from bot.french import format as french
from bot.live.connect import connect
from bot.live.service import Service
from bot.mail.compose import as_quoted_reply
from bot.settings import load, override
from bot.store.archive_tables import Message
from bot.store.tables import Cursor, OutboxRow
from tests.crash.world import ALICE, DAYS, MX, SETTINGS, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MEMBERS, MailboxUser
from tests.servers.sympa import Sympa
from tests.servers.wait import until

NOON = dt.time(12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
FOOTER = "Pour quitter la liste, voir https://listes.example/reseau"
PERSON = """
[[people.members]]
key = "{key}"
name = "{name}"
addresses = ["{address}"]
"""


@dataclass(frozen=True)
class Week:
    """A list with a footer, its bot, and three people with mailboxes; the draft falls due at ``draft``."""

    app: App
    clock: SetClock
    sympa: Sympa
    dovecot: Dovecot
    bot: str
    list: str
    fanny: str  # reads the list
    gaston: str  # wants the recap alone
    draft: dt.datetime

    async def rows(self, table: type[Cursor | Message | OutboxRow], *conditions: object) -> list[object]:
        async with self.app.store.read() as session:
            return list(await session.scalars(select(table).where(*conditions)))  # type: ignore[arg-type]

    def sends(self, mail: EmailMessage) -> str:
        """Somebody's program sends a mail; its Message-ID."""
        mail["Message-ID"] = f"<{secrets.token_hex(8)}@{MEMBERS}>"
        with smtplib.SMTP(self.sympa.relay.host, self.sympa.relay.port) as client:
            client.send_message(mail)
        return str(mail["Message-ID"]).strip("<>")

    def mails(self, person: str, words: str) -> list[EmailMessage]:
        """The mails in somebody's mailbox with these words in their subject or text."""
        there = [read(raw) for raw in self.dovecot.mails(person)]
        return [one for one in there if words in f"{one['Subject']} {text_of(one.as_bytes())}"]

    async def gets(self, person: str, words: str, number: int = 1) -> EmailMessage:
        """The last of somebody's mails with these words, when there are so many."""
        await until(
            lambda: len(self.mails(person, words)) >= number, 30, f"{words!r} in the mailbox of {person}"
        )
        return self.mails(person, words)[-1]

    async def vouched(self, mail: EmailMessage) -> None:
        """A mail to the bot that its own server knows to be its author's."""
        mail["Message-ID"] = f"<{secrets.token_hex(8)}@{MEMBERS}>"
        proof = f"Authentication-Results: {MX}; dmarc=pass header.from={MEMBERS}\r\n".encode()
        await self.dovecot.deliver(
            self.bot, proof + mail.as_bytes(), sender=mail["From"].addresses[0].addr_spec
        )


def read(raw: bytes) -> EmailMessage:
    """A mail as a program of ours reads it."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def letter(
    author: str, to: str, subject: str, text: str, answers: EmailMessage | None = None
) -> EmailMessage:
    """A mail as a person's program makes it; with ``answers``, what it answers stands quoted below."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = author, to, subject
    if answers is not None:
        mail["In-Reply-To"] = mail["References"] = str(answers["Message-ID"])
        body = answers.get_body(("plain",))
        assert body is not None
        date = dt.datetime.now(dt.UTC)
        text = as_quoted_reply(body.get_content().replace("\r\n", "\n"), str(answers["From"]), date, text)
    mail.set_content(text)
    return mail


@pytest_asyncio.fixture
async def week(
    sympa: Sympa, dovecot: Dovecot, mailbox_user: MailboxUser, tmp_path: Path
) -> AsyncIterator[Week]:
    fanny, gaston = (f"{name}{secrets.token_hex(4)}@{MEMBERS}" for name in ("fanny", "gaston"))
    for person in (fanny, gaston, ALICE):
        dovecot.add_user(person, secrets.token_urlsafe(12))
    name = f"ronde{secrets.token_hex(3)}"
    address = await sympa.create_list(name, ALICE)
    sympa.foot(name, FOOTER)
    await sympa.add(name, fanny, mailbox_user.address)
    clock = SetClock(dt.datetime.now(dt.UTC) - 3 * DAY)
    draft = dt.datetime.combine(clock.now().date() + 2 * DAY, NOON)
    file = tmp_path / "settings.toml"
    file.write_text(
        SETTINGS.format(
            bot=mailbox_user.address,
            password=mailbox_user.password,
            mx=MX,
            imap=dovecot.port,
            smtp=sympa.relay.port,
            list=address,
            alice=ALICE,
            draft=DAYS[draft.weekday()],
            day=DAYS[(draft.weekday() + 1) % 7],
        )
        + PERSON.format(key="fanny", name="Fanny Serrault", address=fanny)
        + PERSON.format(key="gaston", name="Gaston Brune", address=gaston)
    )
    # Its mailbox is looked at every ten minutes if nothing tells it to.
    settings = override(override(load(file), "mail.inbox.poll_seconds", 600.0), "mail.subaddressing", "+")
    app = App(settings, clock, connect(settings))
    made = Week(app, clock, sympa, dovecot, mailbox_user.address, address, fanny, gaston, draft)
    async with live(app):
        await until(
            lambda: app.mails and app.house.connections.problems.get("imap:INBOX") == "", 20, "the bot"
        )
        yield made


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


def parts(mail: EmailMessage) -> list[str]:
    """The types of all parts, the whole first."""
    return [part.get_content_type() for part in mail.walk()]


def part(mail: EmailMessage, kind: str) -> EmailMessage:
    """The first part of a type."""
    return next(one for one in mail.walk() if one.get_content_type() == kind)


def made_from(header: str) -> EmailMessage:
    """The mail that a program makes of a List-Unsubscribe with a mailto (RFC 2369, RFC 6068)."""
    address, _, fields = header.strip("<>").removeprefix("mailto:").partition("?")
    mail = EmailMessage()
    mail["To"] = unquote(address)
    for field in filter(None, fields.split("&")):
        name, _, value = field.partition("=")
        mail[name] = unquote(value)
    mail.set_content("")
    return mail


async def test_two_weeks(week: Week) -> None:
    """The recap as the list brings it, a copy and the gesture that ends it, a correction; the next one."""
    recap = await _first_recap(week)
    _is_whole(week, recap, [FOOTER])
    await _stops(week)
    await _corrects(week, recap)
    await _second_recap(week, recap)


async def _first_recap(week: Week) -> EmailMessage:
    """A post, the draft, the recap in a mailbox; our own copy of it is known."""
    await week.vouched(letter(week.gaston, week.bot, "Trop de mails", "récap seul\n"))
    await week.gets(week.gaston, "Re: Trop de mails")
    day = french.day((week.draft + 10 * DAY).date())
    what = f"Un atelier de réparation de vélos a lieu à la Filature le {day} de 14 h à 17 h."
    said = f"Bonjour,\n\n{what}\n\nFanny\n"
    asked = week.sends(letter(f"Fanny Serrault <{week.fanny}>", week.list, "Atelier vélos", said))
    # Long before the next look at the mailbox: IDLE told.
    await until(lambda: week.rows(Message, Message.message_id == asked), 30, "the post in the archive")
    week.clock.set(week.draft)
    draft = await week.gets(ALICE, "vélos")
    assert "listes.example" not in text_of(draft.as_bytes()), "what the list puts below is nobody's words"
    week.clock.set(week.draft + DAY)
    await until(lambda: week.rows(Message, Message.ours), 30, "the recap's copy")
    [row] = await week.rows(OutboxRow, OutboxRow.list_name == "reseau")
    assert isinstance(row, OutboxRow)
    assert (row.state, row.reason, row.copy_due_at) == ("sent", "the list brought it back", None)
    assert len(week.sympa.relay.accepted(week.list)) == 2  # the post and the recap
    return await week.gets(week.fanny, "Récap du")


def _is_whole(week: Week, recap: EmailMessage, behind: list[str]) -> None:
    """What we sent is what arrived, with what the list put ``behind`` it."""
    sent = read(week.sympa.relay.accepted(week.list)[-1].raw)
    kinds = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert parts(sent) == kinds
    assert parts(recap) == [*kinds, *("text/plain" for _ in behind)]
    for kind in ("text/plain", "text/html", "text/calendar"):
        assert part(recap, kind).get_content().splitlines() == part(sent, kind).get_content().splitlines()
    agenda = part(recap, "text/calendar")
    assert agenda.get_payload(decode=True) == part(sent, "text/calendar").get_payload(decode=True)
    [event] = Calendar.from_ical(agenda.get_content()).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Atelier de réparation de vélos, Filature"
    assert [one.get_content().strip() for one in list(recap.walk())[len(kinds) :]] == behind
    assert "Auto-Submitted" not in recap
    assert [week.bot in str(value) for value in recap.get_all("List-Unsubscribe", [])] == [False]
    assert recap["Reply-To"].addresses[0].addr_spec == week.bot


async def _stops(week: Week) -> None:
    """The mail that a program makes of our List-Unsubscribe ends the copies, with one word to say so."""
    copy = await week.gets(week.gaston, "Récap du")
    stop = made_from(copy["List-Unsubscribe"])
    stop["From"] = week.gaston
    week.sends(stop)
    said = await week.gets(week.gaston, "C’est arrêté")
    assert said["Auto-Submitted"] == "auto-replied"
    assert len(week.dovecot.mails(week.gaston)) == 3  # "récap seul", the copy, and this


async def _corrects(week: Week, recap: EmailMessage) -> None:
    """Fanny's program answers where the recap says, with all of it quoted below."""
    said = "Tu as mal lu mon mail : l'atelier commence à 15 h."
    await week.vouched(letter(f"Fanny <{week.fanny}>", str(recap["Reply-To"]), "Re: Récap", said, recap))
    noted = text_of((await week.gets(week.fanny, "commence à 15 h")).as_bytes())
    assert [words in noted for words in ("« Atelier vélos »", "Ce récap tient lieu")] == [True, False]


async def _second_recap(week: Week, recap: EmailMessage) -> None:
    """It tells the correction and the news, and nothing of the recap before it nor of thanks for it."""
    week.sympa.foot(week.list.partition("@")[0], f"____\n{FOOTER} (liste de diffusion)\n", "append")
    fanny = f"Fanny Serrault <{week.fanny}>"
    week.sends(letter(fanny, week.list, f"Re: {recap['Subject']}", "Merci pour ce récap !", recap))
    news = week.sends(letter(fanny, week.list, "Clé", "La clé de la Filature est chez Jules, en face."))
    await until(lambda: week.rows(Message, Message.message_id == news), 30, "the post in the archive")
    week.clock.set(week.draft + 7 * DAY)
    draft = text_of((await week.gets(ALICE, "est prêt", 2)).as_bytes())
    assert [words in draft for words in ("chez Jules", "commence à 15 h")] == [True, True]
    assert [words for words in ("Merci pour", "tient lieu", "listes.example") if words in draft] == []
    week.clock.set(week.draft + 8 * DAY)
    second = await week.gets(week.fanny, "Récap du", 3)
    sent = read(week.sympa.relay.accepted(week.list)[-1].raw)
    assert parts(second) == parts(sent)
    assert part(second, "text/calendar").get_content() == part(sent, "text/calendar").get_content()
    words, footed = text_of(sent.as_bytes()), text_of(second.as_bytes())
    assert footed.startswith(words)
    assert FOOTER in footed
    assert len(week.dovecot.mails(week.gaston)) == 3, "no copy any more"
