"""Nothing is told twice in one edition.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from bot.protocols import DigestItem, Event
from handlers.digest.keys import thread_in
from handlers.digest.sources.matters import is_within, same

BY_DAY = ("agenda", "todo")


def once(items: Iterable[DigestItem]) -> list[DigestItem]:
    """The items, each key once, and each gathering or deadline once, however many exchanges tell it."""
    kept: dict[str, DigestItem] = {}
    of_day: dict[tuple[str, dt.date | None], list[str]] = {}
    for item in items:
        there = kept.get(item.key)
        if there is not None:
            kept[item.key] = _newer(there, item)
            continue
        there = _twin(item, (kept[key] for key in of_day.get((item.section, item.last_day), ())))
        if there is not None:
            kept[there.key] = _merged(there, item)
            continue
        kept[item.key] = item
        if item.section in BY_DAY:
            of_day.setdefault((item.section, item.last_day), []).append(item.key)
    return list(kept.values())


def _twin(item: DigestItem, others: Iterable[DigestItem]) -> DigestItem | None:
    return next((one for one in others if _is_same(one, item)), None)


def _newer(there: DigestItem, item: DigestItem) -> DigestItem:
    """Of one key, what came first: what was told before stays short unless it is told otherwise now."""
    if there.told and item.event is not None and item.event != there.event and _says_more(item, there):
        return item
    return there


def _says_more(item: DigestItem, there: DigestItem) -> bool:
    before, now = there.event, item.event
    if before is None or now is None:
        return now is not None
    moved = now.start != before.start or now.end != before.end
    return moved or (now.time is not None and now.time != before.time)


def _is_same(one: DigestItem, other: DigestItem) -> bool:
    """Whether two items tell the same gathering, or ask for the same thing by the same day."""
    if one.section == "todo":
        return one.last_day is not None and same(_what(one), _what(other))
    first, second = one.event, other.event
    if first is None or second is None or first.start != second.start:
        return False
    if first.time is None or second.time is None or first.time == second.time:
        return same(_what(one), _what(other))
    return is_within(_what(one), _what(other))


def _what(item: DigestItem) -> str:
    """What a title names, without the author behind it."""
    return item.title.rpartition(" (")[0] or item.title


def _merged(kept: DigestItem, twin: DigestItem) -> DigestItem:
    """The one that tells more; it keeps the place and the key of the first."""
    first, second = kept.event, twin.event
    if kept.told and not twin.told and twin.text:
        kept = replace(kept, title=twin.title, text=twin.text, links=twin.links, told=False)
    if first is not None and second is not None and None not in (first.time, second.time):
        return _at_new_hour(kept, first, twin, second) if first.time != second.time else kept
    more = first is not None and second is not None and first.time is None and second.time is not None
    if more and not kept.told:
        return replace(twin, key=kept.key, version=kept.version, links=kept.links or twin.links)
    if first is not None and second is not None and not first.place and second.place:
        return replace(kept, event=replace(first, place=second.place))
    return kept


def _at_new_hour(kept: DigestItem, first: Event, twin: DigestItem, second: Event) -> DigestItem:
    """A gathering of which two hours are told: the later word holds, that of the later exchange."""
    if not kept.told and (thread_in(twin.key) or 0) < (thread_in(kept.key) or 0):
        return kept
    end = second.end_time
    if end is None and first.end_time is not None and second.time is not None:
        end = first.end_time if first.end_time > second.time else None
    event = replace(first, time=second.time, end_time=end, place=second.place or first.place)
    return replace(kept, event=event, text=twin.text, told=twin.told, version=twin.version)
