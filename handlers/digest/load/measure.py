"""The load told: what a recap spares whoever reads it, and what we ourselves asked of people meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, or_, select

from bot.archive import chat
from bot.reach import RECAP_COPY, untold
from bot.store.archive_tables import Message
from bot.store.tables import Klass, OutboxRow
from bot.work import Work
from handlers.digest.editions import items_of
from handlers.digest.sources.archive import LATE
from handlers.digest.sources.outside import is_out, taken_out
from handlers.digest.tables import RECAP, Edition

WORDS_A_MINUTE = 238
SECONDS_TO_OPEN = 10
MOST_WORDS = 1_000  # of one message: nobody reads the rest of a report pasted into a mail


async def measure(work: Work, edition: Edition) -> None:
    """Set what a recap covers and spares, and what we asked and sent since the one before it.

    ``messages``: those of the lists and of the rooms that feed it.  ``minutes``: what one person needs to
    read them, less what the recap itself takes; an estimate.  238 words a minute is the mean of silent
    reading of non-fiction in English (Brysbaert 2019, doi 10.1016/j.jml.2019.104047, 190 studies).  The
    same study says that other languages go by the number of words that they need for the same message:
    French needs more of them, is read at no more than this rate, and so takes more time than we say.  The
    ten seconds that opening a mail takes are an assumption of ours; messages of rooms are given none.
    ``asks``: those that reached one person.  ``mails``: those that one person had without having written
    to us, but copies of the recap, which they had instead of the list's.

    Only of the weekly recap: letters tell again what it told.
    """
    if edition.kind != RECAP:
        return
    posts = await _covered(work, edition)
    edition.messages = len(posts)
    items = await items_of(work, edition, kept=True)
    own = _minutes(f"{item.title} {item.text}" for item in items)
    opening = sum(not in_room for _, in_room in posts) * SECONDS_TO_OPEN / 60
    edition.minutes = max(0, round(_minutes(text for text, _ in posts) + opening - own))
    edition.asks = await _sent(work, edition, OutboxRow.klass == Klass.ASK.value)
    edition.mails = await _sent(
        work,
        edition,
        OutboxRow.channel == "mail",
        OutboxRow.klass != Klass.ANSWER.value,
        OutboxRow.params[RECAP_COPY].as_boolean().is_not(True),
    )


def _minutes(texts: Iterable[str]) -> float:
    """What reading takes at the usual rate."""
    return sum(min(len(text.split()), MOST_WORDS) for text in texts) / WORDS_A_MINUTE


async def _covered(work: Work, edition: Edition) -> list[tuple[str, bool]]:
    """The words of each message that the edition covers, and whether it was said in a room."""
    spoken, marked = chat.spoken(), chat.marked()
    rows = await work.session.execute(
        select(Message, spoken, marked)
        .where(Message.id > edition.after_message, Message.id <= edition.last_message)
        .where(Message.ours.is_(False), Message.circle.not_in(untold(work.settings)))
        .where(or_(Message.at > edition.since - LATE, spoken))  # not an imported past
    )
    taken = await taken_out(work)
    return [
        (message.text, in_room)
        for message, in_room, is_marked in rows
        if not is_out(message, taken)
        and (not in_room or chat.is_told(work.settings, message.circle, marked=is_marked))
    ]


async def _sent(work: Work, edition: Edition, *which: ColumnElement[bool]) -> int:
    """How many rows of a kind left for one person since the previous edition."""
    count = await work.session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.person_id.is_not(None), *which)
        .where(OutboxRow.sent_at > edition.since, OutboxRow.sent_at <= edition.until)
    )
    return count or 0
