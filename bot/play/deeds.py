"""What can happen in a play, and be expected of it: one class a form of line."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class At:
    """Set the clock to a moment of the network's clocks."""

    moment: dt.datetime  # naive


@dataclass(frozen=True)
class Pass:
    """Let time pass: days of the calendar, hours and minutes that last."""

    days: int
    rest: dt.timedelta


@dataclass(frozen=True)
class Say:
    """Somebody speaks in a room (``#cac``) or to the bot alone (``dm``); perhaps in answer to the bot."""

    who: str
    place: str
    text: str
    answer: bool = False


@dataclass(frozen=True)
class Write:
    """Somebody writes a mail to the bot, or to a list.  ``pretends``: whom the mail says that it is from."""

    who: str
    to: str
    text: str
    pretends: str = ""


@dataclass(frozen=True)
class Respond:
    """Somebody answers the last mail that they had from the bot.

    ``copies``: who else gets it; ``pretends``: whose mail they answer, in their name.
    """

    who: str
    text: str
    copies: str = ""
    pretends: str = ""


@dataclass(frozen=True)
class React:
    """Somebody reacts to the bot's last message in a room."""

    who: str
    place: str
    sign: str
    on: str = ""  # whose last message there; empty: the bot's


@dataclass(frozen=True)
class Choose:
    """Somebody picks an answer of the last native poll of a room."""

    who: str
    place: str
    answer: str


@dataclass(frozen=True)
class Reword:
    """Somebody edits their own last message of a room."""

    who: str
    place: str
    text: str


@dataclass(frozen=True)
class Unsay:
    """Somebody takes back their own last message of a room."""

    who: str
    place: str


@dataclass(frozen=True)
class Deliver:
    """A raw message arrives for the bot."""

    path: str


@dataclass(frozen=True)
class Restart:
    """The bot dies and is started again: at once, or at ``moment``; until then nothing falls due.

    ``moment`` is naive, by the network's clocks.
    """

    moment: dt.datetime | None = None


@dataclass(frozen=True)
class Setting:
    """A setting gets another value."""

    key: str
    value: str


@dataclass(frozen=True)
class Expect:
    """What must (or must not) have been sent since the last action.

    ``channel``: ``mail``, ``dm``, ``room`` or empty (anywhere); ``whom`` the person, list or room there;
    ``text`` None: anything at all.  ``count``: so many mails.
    """

    positive: bool = True
    channel: str = ""
    whom: str = ""
    text: str | None = None
    regex: re.Pattern[str] | None = None
    count: int | None = None


Deed = (
    At | Pass | Say | Write | Respond | React | Choose | Reword | Unsay | Deliver | Restart | Setting | Expect
)


@dataclass(frozen=True)
class Line:
    """One line of a play, with what continues it."""

    number: int
    source: str
    deed: Deed


@dataclass(frozen=True)
class Script:
    """A whole play."""

    name: str
    folder: Path
    lines: tuple[Line, ...]
    needs: tuple[str, ...]
