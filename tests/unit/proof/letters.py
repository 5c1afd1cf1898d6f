"""A house that asks questions, and mails as their answerers' providers make them: vouched for by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from bot.outbox import Content, Terms
from bot.settings import override
from bot.store.people_tables import Person, ReplyToken
from bot.store.tables import Klass, OutboxRow, Prompt
from bot.work import Asking, Work
from tests.house import House

BOT = "navette@lisieres.example"
VOUCHED = "Authentication-Results: mx.lisieres.example; dmarc=pass header.from=lisieres.example\r\n"
UNVOUCHED = "Authentication-Results: mx.lisieres.example; dmarc=fail header.from=lisieres.example\r\n"


def letter(
    text: str,
    *,
    author: str,
    to: str = BOT,
    identifier: str = "1",
    answers: str = "",
    references: str = "",
    cc: str = "",
    results: str = UNVOUCHED,
) -> bytes:
    """A mail in bytes.  ``author``, ``to`` and ``cc`` as they stand in its fields."""
    fields = {
        "From": author,
        "To": to,
        "Cc": cc,
        "Message-ID": f"<{identifier}@ailleurs.example>",
        "In-Reply-To": f"<{answers}>" if answers else "",
        "References": f"<{references}>" if references else "",
        "Subject": "Bonjour",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"{results}{head}\r\n{text}\r\n".encode()


def plain_house(folder: Path) -> House:
    """A house with the recap, where lines are deposited and taken back."""
    house = House(folder)
    house.settings = override(house.settings, "capabilities", ["help", "gates", "digest"])
    return house


async def asked(house: House, key: str, number: int, *, question: bool = True) -> OutboxRow:
    """A personal mail to somebody, with a question of its own or none; it has left."""
    to = await house.person(key)
    async with house.bot.store.write() as session:
        work = Work(house.bot.house, session, house.clock.now())
        asking = Asking("parrot", "what", f"person:{key}", {"number": number}, replaces=False)
        prompt_id = await work.ask(asking) if question else None
        terms = Terms(Klass.DUTY, prompt_id=prompt_id)
        row_id = await work.send(f"asked:{number}", to, Content("Quoi donc ?", subject="Quoi ?"), terms)
    await house.settle()
    async with house.bot.store.read() as session:
        return await session.get_one(OutboxRow, row_id)


async def token_row(house: House, row: OutboxRow) -> ReplyToken:
    """The token of a row."""
    async with house.bot.store.read() as session:
        return (await session.scalars(select(ReplyToken).where(ReplyToken.outbox_id == row.id))).one()


async def closed(house: House) -> set[int]:
    """The numbers of the questions that are closed."""
    async with house.bot.store.read() as session:
        return {
            one.state["number"]
            for one in await session.scalars(select(Prompt))
            if one.closed_at is not None and "number" in one.state
        }


async def addresses(house: House) -> Sequence[tuple[int, str]]:
    """Number and key of everybody."""
    async with house.bot.store.read() as session:
        return [(one.id, one.key) for one in await session.scalars(select(Person))]
