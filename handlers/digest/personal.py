"""A copy of the recap for each person who asked for it (« récap seul »), with the list's, once."""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy import select

from bot import failpoints, outbox, people
from bot.outbox import Content, Destination, Terms
from bot.reach import RECAP_COPY
from bot.store.people_tables import Person, Preference, Recap
from bot.store.tables import Doubt, Klass
from bot.work import Work
from handlers.digest.compose import compose
from handlers.digest.editions import items_of
from handlers.digest.tables import Edition


async def send_copies(work: Work, edition: Edition, post: int) -> int:
    """Write a copy for everybody who wants one; it leaves when ``post``, the list's own, did.  How many."""
    readers = await _readers(work)
    params = {RECAP_COPY: True, "headers": {"List-Unsubscribe": f"<{_no_more(work)}>"}}
    terms = Terms(Klass.NEWS, Doubt.AGAIN, planned=True, depends_on=post, params=params)
    sender, count = work.house.sender(work.now), 0
    for language, places in sorted(readers.items()):
        failpoints.hit("copies.half")
        body = await outbox.add_body(work.session, await _with_reason(work, edition, language))
        prefix = f"digest-copy:{edition.period}"
        count += await outbox.enqueue_many(work.session, sender, prefix, places, body, terms)
    return count


async def _readers(work: Work) -> dict[str, list[Destination]]:
    """Where the copies go, by the language of their first line: by mail, in chat to who has no address."""
    ids = await work.session.scalars(
        select(Preference.person_id)
        .join(Person, Person.id == Preference.person_id)
        .where(Preference.recap == Recap.PERSONAL.value, Person.merged_into.is_(None))
    )
    found: dict[str, list[Destination]] = {}
    for member in await people.by_ids(work.session, ids.all(), work.now):
        place = work.mailbox_of(member) or work.to_person(member)
        if place is not None:
            found.setdefault(member.language, []).append(place)
    return found


async def _with_reason(work: Work, edition: Edition, language: str) -> Content:
    """The edition with its headings in somebody's language, its first line saying why they get it."""
    reason = work.render("preferences.copy_line", {}, language)
    text, html, subject = edition.text, edition.html, edition.subject
    if language != work.settings.network.language:
        items = await items_of(work, edition, kept=True)
        own = compose(work, edition, items, language=language)
        text, html, subject = own.text, own.html, own.subject
    html = html.replace("<main>", f"<main>{reason.html}", 1)
    return Content(f"{reason.text}\n\n{text}", html, subject, language=language)


def _no_more(work: Work) -> str:
    """The mail that ends the copies (RFC 2369): plain words, which whoever reads mail understands."""
    return f"mailto:{work.settings.bot.address}?subject={quote('récap non')}"
