"""Types of parameters of this capability: an address, a status, an end, and what stands between commas."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from bot.clock import local
from bot.errors import UserError
from bot.french import dates
from bot.french.fold import aligned
from bot.router.parameters import MISSING, Kind
from handlers.directory.rules import UNTIL, status_of

MAIL = re.compile(r"<?(?:mailto:)?([^\s<>,;:@\"]{1,64}@[^\s<>,;:@\"]{1,190}\.[^\s<>,;:@\".]{2,24})>?")
SEPARATOR = re.compile(r"[,;\n]")
LAST_MINUTE = dt.time(23, 59)


def _segments(text: str) -> list[str]:
    return [part.strip() for part in SEPARATOR.split(text) if part.strip()]


def _first(text: str) -> tuple[Any, str]:
    """The first piece that is neither an address nor a status; what else stands in it stays."""
    parts = _segments(text)
    for at, part in enumerate(parts):
        bare = MAIL.sub("", part).strip()
        if bare and status_of(bare) is None:
            address = MAIL.search(part)
            return bare, "\n".join([*parts[:at], *([address[0]] if address else []), *parts[at + 1 :]])
    return MISSING, text


def _address(text: str) -> tuple[Any, str]:
    found = MAIL.search(text)
    return (MISSING, text) if found is None else (found[1].lower(), text.replace(found[0], "\n", 1))


def _status(text: str) -> tuple[Any, str]:
    parts = _segments(text)
    for at, part in enumerate(parts):
        status = status_of(part)
        if status is not None:
            return status.value, "\n".join(parts[:at] + parts[at + 1 :])
    if parts:
        raise UserError("directory.no_status", said=parts[0])
    return MISSING, text


def _until(text: str, now: dt.datetime) -> tuple[Any, str]:
    found = UNTIL.search(aligned(text))
    if found is None:
        return MISSING, text
    said = text[found.end() :].partition("\n")[0].strip()
    read = dates.parse_deadline(said, now)
    if read is None:
        raise UserError("directory.no_date", said=said)
    day, zone = read[0].date(), now.tzinfo
    end = local(day, LAST_MINUTE, zone)  # type: ignore[arg-type]  # the network's zone
    if end <= now:
        raise UserError("common.deadline_past", said=said, deadline=end)
    return end, text[: found.start()] + text[found.end() :].replace(read[1], " ", 1)


NAME = Kind("person_name", lambda text, _now: _first(text))
PLACE = Kind("place_name", lambda text, _now: _first(text))
DEPARTMENT = Kind("department", lambda text, _now: _first(text))
ADDRESS = Kind("address", lambda text, _now: _address(text))
STATUS = Kind("status", lambda text, _now: _status(text))
UNTIL_DAY = Kind("until", _until)

Name = Annotated[str, NAME]
PlaceName = Annotated[str, PLACE]
Department = Annotated[str, DEPARTMENT]
Address = Annotated[str, ADDRESS]
StatusWord = Annotated[str, STATUS]
Until = Annotated[dt.datetime, UNTIL_DAY]  # the last minute of the day that is said
