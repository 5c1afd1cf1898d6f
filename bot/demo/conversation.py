"""What the demo shows at the end, and the conversation in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from sqlalchemy import select

from bot.app import App, Channels
from bot.channels.terminal import TerminalRooms
from bot.clock import SetClock
from bot.errors import NavetteError
from bot.store.tables import Body, OutboxRow


async def recaps(app: App) -> list[tuple[str, Body]]:
    """The recaps that went to the list: (day, what was said)."""
    async with app.store.read() as session:
        rows = await session.execute(
            select(OutboxRow, Body)
            .join(Body, Body.id == OutboxRow.body_id)
            .where(OutboxRow.list_name.is_not(None), OutboxRow.sent_at.is_not(None))
            .order_by(OutboxRow.id)
        )
        return [(f"{row.sent_at:%Y-%m-%d}", body) for row, body in rows]


def write_pages(sent: Sequence[tuple[str, Body]], folder: Path) -> list[Path]:
    """Each recap as a page, as a mail program shows it."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for day, body in sent:
        page = folder / f"recap-{day}.html"
        page.write_text(body.html, "utf-8")
        pages.append(page)
    if not pages:
        raise NavetteError("Aucun récap n'est parti : la démonstration est incomplète.")
    return pages


async def talk(
    outside: Channels, before: App, clock: SetClock, key: str, reader: TextIO, writer: TextIO
) -> None:
    """Let somebody type as the member ``key``, on the database of ``before``, until their text ends."""
    chat = next(one.chat[0] for one in before.settings.people.members if one.key == key)
    terminal = TerminalRooms(chat, reader, writer, clock)
    app = App(before.settings, clock, Channels(outside.mailbox, outside.mail, terminal))
    try:
        await app.start()
        await app.settle()
        assert app.events is not None  # noqa: S101 - rooms were given
        while await app.events.step(timeout=1.0) or not terminal.ended.is_set():
            await app.settle()
    finally:
        await app.store.close()
