"""The agenda of an edition as a calendar file (iCalendar: RFC 5545; published as RFC 5546 §3.2.1 says)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.protocols import Event
from bot.settings.model import Settings
from handlers.digest.items import event_of
from handlers.digest.tables import Edition, Item

if TYPE_CHECKING:
    from icalendar import Event as CalendarEvent

FILE = "agenda.ics"
ONE_DAY = dt.timedelta(days=1)
KNOWN_BY = 32  # characters of a hash: enough that no two events ever have the same


def dated(items: Sequence[Item]) -> list[tuple[Item, Event]]:
    """The items that are to be in a calendar, in the order of their days."""
    found = [(item, event) for item in items if (event := event_of(item.event)) is not None]
    return sorted(found, key=lambda one: (one[1].start, one[1].time or dt.time.min, one[0].key))


def as_attachment(settings: Settings, edition: Edition, items: Sequence[Item]) -> tuple[dict[str, str], ...]:
    """The file as what is sent carries it; nothing where there is no date."""
    events = dated(items)
    if not events:
        return ()
    data = calendar(settings, edition, events)
    return ({"name": FILE, "type": "text/calendar", "base64": base64.b64encode(data).decode()},)


def calendar(settings: Settings, edition: Edition, events: Sequence[tuple[Item, Event]]) -> bytes:
    """The events as a file: the same bytes for the same edition.

    An event is known by the key of its item, from week to week: one that moved goes to its new day in the
    calendars that took the file in before, since each edition's word is later than the one before
    (SEQUENCE, DTSTAMP: RFC 5546 §2.1.5).
    """
    from icalendar import Calendar, vCalAddress  # one third of a second, and memory: only here

    made = Calendar()
    made.add("prodid", "-//Navette//Recap//FR")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", settings.network.name)
    organizer = vCalAddress(f"mailto:{settings.bot.address}")
    organizer.params["CN"] = settings.network.name
    for item, event in events:
        entry = _entry(settings, edition, item, event)
        entry.add("organizer", organizer)
        made.add_component(entry)
    data: bytes = made.to_ical()
    return data


def _entry(settings: Settings, edition: Edition, item: Item, event: Event) -> CalendarEvent:
    from icalendar import Event as CalendarEvent

    address = settings.bot.address
    known = hashlib.sha256(f"{address} {item.key}".encode()).hexdigest()[:KNOWN_BY]
    start, end = _times(event, settings.network.zone)
    entry = CalendarEvent()
    entry.add("uid", f"{known}@{address.partition('@')[2]}")
    entry.add("sequence", edition.id)
    entry.add("dtstamp", edition.send_at.astimezone(dt.UTC))
    entry.add("dtstart", start)
    if end is not None:
        entry.add("dtend", end)
    entry.add("summary", _plain(item.title))
    if event.place:
        entry.add("location", _plain(event.place))
    if said := "\n".join(part for part in (_plain(item.text), *map(str, item.links)) if part):
        entry.add("description", said)
    if item.circle in settings.circles:
        entry.add("categories", [settings.circles[item.circle].name])
    entry.add("transp", "TRANSPARENT")  # to be told of a date is no promise to be there
    return entry


def _times(event: Event, zone: dt.tzinfo) -> tuple[dt.date, dt.date | None]:
    """From when to when, in UTC; of whole days the end is the day after (RFC 5545 §3.6.1).

    Several days whose last hour is not known are whole days.
    """
    last = max(event.start, event.end)
    if event.time is None or (last > event.start and event.end_time is None):
        return event.start, last + ONE_DAY
    start = dt.datetime.combine(event.start, event.time, zone).astimezone(dt.UTC)
    if event.end_time is None:
        return start, None
    if last == event.start and event.end_time <= event.time:
        last += ONE_DAY  # it goes on past midnight
    return start, dt.datetime.combine(last, event.end_time, zone).astimezone(dt.UTC)


def _plain(text: str) -> str:
    """A text that a calendar file may hold: control characters are not (RFC 5545 §3.3.11)."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable()).strip()
