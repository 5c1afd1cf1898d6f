"""What the demo shows at the end, and the conversation in the terminal."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.app import App
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
        return [(f"{row.sent_at:%Y-%m-%d}", body) for row, body in rows.tuples()]


async def write_pages(app: App, folder: Path) -> list[Path]:
    """Each recap as a page, as a mail program shows it."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for day, body in await recaps(app):
        page = folder / f"recap-{day}.html"
        page.write_text(body.html, "utf-8")
        pages.append(page)
    if not pages:
        raise NavetteError("Aucun récap n'est parti : la démonstration est incomplète.")
    return pages


async def last_recap(app: App) -> str:
    """The text of the latest recap."""
    return (await recaps(app))[-1][1].text
