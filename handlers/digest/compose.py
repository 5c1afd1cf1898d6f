"""An edition as one mail: plain text, HTML, a subject; and short for the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.outbox import Content
from bot.work import Work
from handlers.digest.order import place
from handlers.digest.tables import Edition, Item


@dataclass(frozen=True)
class Shown:
    """One section as it is read."""

    name: str
    items: tuple[Item, ...]


def sections(items: Sequence[Item]) -> list[Shown]:
    """The items by section, in reading order (``items`` are by rank); empty sections vanish."""
    ordered = sorted(items, key=place)
    return [Shown(name, tuple(here)) for name, here in groupby(ordered, key=lambda item: item.section)]


def compose(
    work: Work, edition: Edition, items: Sequence[Item], *, numbered: bool = False, language: str = ""
) -> Content:
    """The whole edition, in the network's language unless told: its headings, what people wrote stays.

    ``numbered``: for coordination, who answers by the numbers.
    """
    zone = work.settings.network.zone
    day = edition.send_at.astimezone(zone).date()
    values = {
        "edition": edition,
        "day": day,
        "since": edition.since.astimezone(zone).date(),
        "sections": sections(items),
        "numbered": numbered,
        "circles": {key: circle.name for key, circle in work.settings.circles.items()},
        "home": work.settings.lists[work.settings.digest.list].circle if work.settings.lists else "",
    }
    renderer = work.house.renderer
    subject = work.render("digest.subject", {"day": day}, language).text
    text = renderer.typeset(renderer.document("digest.txt.j2", values, language), language).strip() + "\n"
    html = renderer.document("digest.html.j2", values | {"subject": subject}, language)
    return Content(text, html, subject, language=language)
