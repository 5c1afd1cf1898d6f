"""The same gathering, told by several exchanges or by an earlier edition, stands once.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.protocols import DigestItem, Event
from handlers.digest.sources.once import once

DAY = dt.date(2026, 11, 26)


def event(key: str, title: str, time: int | None, end: int | None = None) -> DigestItem:
    hours = (dt.time(time) if time else None, dt.time(end) if end else None)
    return DigestItem(key, "agenda", title, "", last_day=DAY, event=Event(DAY, DAY, *hours))


FIRST = event("date:1:1", "Rencontre des lieux de montagne à Gap", 9, 16)
MOVED = event("date:28:1", "Rencontre de Gap", 10)


def test_a_gathering_whose_hour_changed_stands_once_at_its_new_hour() -> None:
    (item,) = once([replace(FIRST, told=True), MOVED])
    assert (item.key, item.title, item.told) == (FIRST.key, FIRST.title, False)
    assert item.event == Event(DAY, DAY, dt.time(10), dt.time(16))


def test_the_later_exchange_has_the_last_word_whichever_is_told_first() -> None:
    for items in ([FIRST, MOVED], [MOVED, FIRST]):
        (item,) = once(items)
        assert item.event is not None
        assert item.event.time == dt.time(10)


def test_two_things_of_one_day_and_place_stay_two() -> None:
    morning, evening = (
        event("date:1:1", "Atelier vélo à Gap", 10),
        event("date:2:1", "Atelier couture à Gap", 14),
    )
    assert once([morning, evening]) == [morning, evening]


def test_what_is_new_of_something_told_is_told() -> None:
    """It was kept as a reminder, whose text no page shows: the news was lost."""
    news = replace(event("date:9:1", "Projection-débat à L'Atelier", 20), text="Il reste quinze places.")
    (item,) = once([replace(event("date:3:1", "Projection-débat", 20), told=True), news])
    assert (item.key, item.text, item.told) == ("date:3:1", "Il reste quinze places.", False)


def test_what_moved_to_another_day_is_told_at_the_new_one() -> None:
    now = replace(
        FIRST, last_day=dt.date(2026, 11, 28), event=Event(dt.date(2026, 11, 28), dt.date(2026, 11, 28))
    )
    assert once([replace(FIRST, told=True), now]) == [now]
