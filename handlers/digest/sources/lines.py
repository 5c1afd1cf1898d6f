"""The lines that members left for the recap, and those that put right what it told of their own mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from bot.french.gist.scoring import Said
from bot.protocols import DigestItem, Span
from bot.store.people_tables import Person
from bot.work import Work
from handlers.digest.keys import thread_in
from handlers.digest.phrases import Phrases
from handlers.digest.sources.archive import reserved
from handlers.digest.sources.calendar import About, dated_items, line_item
from handlers.digest.sources.concerns import circle_of, without_opening
from handlers.digest.sources.earlier import TOLD
from handlers.digest.tables import Edition, Item, Line, LineState


@dataclass(frozen=True)
class Words:
    """What a member wants told; ``about``: the item that it puts right, which ``was_told`` or not yet."""

    line: Line
    name: str
    about: Item | None
    was_told: bool


async def waiting(work: Work, span: Span) -> list[Words]:
    """The lines that no edition has told yet."""
    rows = (
        await work.session.execute(
            select(Line, Person.name)
            .join(Person, Person.id == Line.person_id)
            .where(Line.state == LineState.WAITING.value, Line.at <= span.until)
            .order_by(Line.id)
        )
    ).all()
    about = await _items(work, [line.about for line, _ in rows if line.about])
    found = []
    for line, name in rows:
        item, was_told = about.get(line.about, (None, bool(line.about)))
        found.append(Words(line, name, item, was_told))
    return found


async def _items(work: Work, numbers: Sequence[str]) -> Mapping[str, tuple[Item, bool]]:
    if not numbers:
        return {}
    rows = await work.session.execute(
        select(Item, Edition.state)
        .join(Edition, Edition.id == Item.edition_id)
        .where(Item.id.in_(int(number) for number in numbers))
    )
    return {str(item.id): (item, state in TOLD) for item, state in rows}


def items_of_lines(
    work: Work, lines: Sequence[Words], phrases: Phrases, places: Sequence[str]
) -> list[DigestItem]:
    """The lines as items; those that put right what is not told yet are for ``put_right``."""
    zone = work.settings.network.zone
    items = []
    for one in lines:
        line, key = one.line, f"line:{one.line.id}"
        if one.was_told:
            title = one.about.title if one.about else ""
            items.append(
                DigestItem(key, "announcements", phrases.correction(one.name, title), line.text, line.circle)
            )
        elif one.about is None:
            circles = work.settings.circles
            circle = circle_of(circles, line.text, line.circle, reserved(work))
            text = without_opening(circles, line.text, circle)
            about = About(0, "", circle, phrases.day, places)
            items.append(line_item(key, text, one.name, line.at.astimezone(zone), about))
    return items


def put_right(
    work: Work,
    items: Sequence[DigestItem],
    lines: Sequence[Words],
    phrases: Phrases,
    places: Sequence[str],
) -> list[DigestItem]:
    """The items of exchanges, those that their author put right in the author's words alone."""
    found = list(items)
    for one in lines:
        if one.about is None or one.was_told:
            continue
        number = thread_in(one.about.key)
        there = [item for item in found if number is not None and thread_in(item.key) == number]
        if there:
            at = found.index(there[0])
            found = [item for item in found if item not in there]
            found[at:at] = _in_own_words(work, one, number or 0, phrases, places)
    return found


def _in_own_words(
    work: Work, one: Words, number: int, phrases: Phrases, places: Sequence[str]
) -> list[DigestItem]:
    """What is told of an exchange instead: the author's words, and the days that these name."""
    assert one.about is not None  # noqa: S101 - ``put_right`` looked
    line, kept = one.line, one.about
    title = kept.title
    about = About(number, title, kept.circle, phrases.day, places)
    said = [Said(one.name, line.at.astimezone(work.settings.network.zone), line.text)]
    dated = [
        replace(item, text="") for item in dated_items(replace(about, title=_bare(title)), [], said).items
    ]
    section = "exchanges" if kept.section in ("todo", "agenda", "dates", "decisions") else kept.section
    key = f"thread:{number}"
    if kept.key.startswith("room-"):
        key, dated = (
            f"room-{key}",
            [replace(item, key=f"room-{item.key}", version=kept.version) for item in dated],
        )
    text = f"{line.text[:1].upper()}{line.text[1:]}\n— {one.name}"
    main = DigestItem(key, section, title, text, kept.circle, version=kept.version, links=tuple(kept.links))
    return [*dated, main]


def _bare(title: str) -> str:
    """A title without the names behind it."""
    return title.rpartition(" (")[0] or title
