"""The safety net: days to come that were written on the list and that nothing else in the edition shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.french import format as french
from bot.french.dates import Found, find
from bot.protocols import DigestItem
from handlers.digest.keys import thread_in
from handlers.digest.phrases import Phrases
from handlers.digest.sources.archive import Exchange
from handlers.digest.sources.calendar import is_exact, near, one_line
from handlers.digest.sources.gatherings import concerns_others, together
from handlers.digest.sources.matters import matter

MOST = 3  # lines of one exchange; how many others there are is said in one
AROUND = 60  # characters before and behind a day that are told with it
Shown = Mapping[dt.date, Sequence[tuple[int | None, frozenset[str]]]]


def cited(
    exchanges: Iterable[Exchange], items: Iterable[DigestItem], phrases: Phrases, written: dt.datetime
) -> list[DigestItem]:
    """One short line for each exact day to come that an exchange of a list names and no item shows.

    A day is shown by an item of the same exchange, or of another one that is about the same thing.
    """
    shown = _shown(items, written)
    found: dict[str, DigestItem] = {}
    for exchange in exchanges:
        if exchange.where:
            continue
        # Of two sentences that name a day, the later one holds.
        by_day = {
            date.start: (text, date)
            for text, date in _named(exchange)
            if date.end >= phrases.day and is_exact(date) and not _is_shown(shown, date, exchange, text)
        }
        lines = list(by_day.values())
        for text, date in lines[:MOST]:
            item = _item(
                f"cited:{exchange.thread.id}:{date.start.isoformat()}", exchange, text, date, phrases
            )
            found.setdefault(item.key, item)
        if len(lines) > MOST:
            more = _more(exchange, [date for _, date in lines[MOST:]], phrases)
            found[more.key] = more
    return sorted(found.values(), key=lambda item: item.last_day or dt.date.max)


def _named(exchange: Exchange) -> Iterator[tuple[str, Found]]:
    """Each sentence that names days with the first of them; not what its author alone will do then."""
    known = len(exchange.before)
    for sentence in exchange.sentences:
        if sentence.message >= known and not sentence.thanks:
            days = [date for date in sentence.dates if concerns_others(sentence.text, date)]
            yield from ((sentence.text, date) for date in list(together(sentence.text, days))[:1])
    if not exchange.before:
        title, date = exchange.title, exchange.said[0].date
        days = [found for found in find(title, date) if any(sign.isdigit() for sign in found.text)]
        yield from ((title, found) for found in list(together(title, days))[:1])


def _more(exchange: Exchange, dates: Sequence[Found], phrases: Phrases) -> DigestItem:
    """The other days of an exchange that names many: how many they are."""
    return DigestItem(
        key=f"cited:{exchange.thread.id}:more",
        section="dates",
        title=phrases.more_days(len(dates), exchange.title),
        text="",
        circle=exchange.circle,
        last_day=max(date.end for date in dates),
    )


def _shown(items: Iterable[DigestItem], written: dt.datetime) -> Shown:
    days: dict[dt.date, list[tuple[int | None, frozenset[str]]]] = {}
    for item in items:
        text = f"{item.title}\n{item.text}"
        told = {date for found in find(text, written) for date in (found.start, found.end)}
        told |= {item.last_day} if item.last_day else set()
        told |= {item.event.start} if item.event else set()
        about = thread_in(item.key), matter(text)
        for day in told:
            days.setdefault(day, []).append(about)
    return days


def _is_shown(shown: Shown, date: Found, exchange: Exchange, text: str) -> bool:
    around = matter(f"{exchange.title} {_words(text, date)}")
    return any(
        number == exchange.thread.id or not about.isdisjoint(around)
        for day in (date.start, date.end)
        for number, about in shown.get(day, ())
    )


def _item(key: str, exchange: Exchange, text: str, date: Found, phrases: Phrases) -> DigestItem:
    when = near(french.span(date.start, date.end), date.end, phrases.day)
    return DigestItem(
        key=key,
        section="dates",
        title=phrases.cited(when, _words(text, date)),
        text="" if text == exchange.title else exchange.title,
        circle=exchange.circle,
        last_day=date.end,
    )


def _words(text: str, date: Found) -> str:
    """The words of its line around a day, cut between words."""
    begin = text.rfind("\n", 0, date.position) + 1
    end = text.find("\n", date.position + len(date.text))
    end = len(text) if end < 0 else end
    first, last = date.position - AROUND, date.position + len(date.text) + AROUND
    before, after = text[max(begin, first) : date.position], text[date.position : min(end, last)]
    before = re.split(r"(?<=[.!?;])\s", before)[-1]
    if first > begin and len(before) == AROUND:
        before = f"… {before.partition(' ')[2]}"
    tail = re.split(r"(?<=[.!?;])\s", after[len(date.text) :])[0]
    after = after[: len(date.text)] + tail
    if last < end and len(after) == len(date.text) + AROUND:
        after = f"{after.rpartition(' ')[0]} …"
    return one_line(f"{before}{after}")
