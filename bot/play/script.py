"""A play's text -> what happens in it, line by line.  Nothing of the network is known here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import NavetteError
from bot.play.folding import plain

HOME = "#reseau"  # where things are said unless the play says otherwise
FORMS = (
    "NOM:, NOM #salon:, NOM dm:, NOM mail:, NOM mail LISTE:, NOM reply:, NOM answer #salon:, "
    "NOM react #salon:, NOM choose #salon:, ADRESSE as NOM mail:"
)


class ScriptError(NavetteError):
    """A play that cannot be played: the line, and why."""

    def __init__(self, name: str, number: int, line: str, reason: str) -> None:
        super().__init__(f"{name}, ligne {number} : {line.strip()}\n  {reason}")
        self.number, self.reason = number, reason


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
    """Somebody answers the last mail that they had from the bot."""

    who: str
    text: str


@dataclass(frozen=True)
class React:
    """Somebody reacts to the bot's last message in a room."""

    who: str
    place: str
    sign: str


@dataclass(frozen=True)
class Choose:
    """Somebody picks an answer of the last native poll of a room."""

    who: str
    place: str
    answer: str


@dataclass(frozen=True)
class Deliver:
    """A raw message arrives for the bot."""

    path: str


@dataclass(frozen=True)
class Restart:
    """The bot dies and is started again."""


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


Deed = At | Pass | Say | Write | Respond | React | Choose | Deliver | Restart | Setting | Expect


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


def read_script(path: Path) -> Script:
    """The play in a file.  Raises ScriptError."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ScriptError(
            str(path), 0, "", f"ce fichier n'est pas en UTF-8 (octet {error.start + 1})"
        ) from None
    return parse(text, str(path), path.parent)


def parse(text: str, name: str = "play", folder: Path = Path()) -> Script:
    """The play in a text.  Raises ScriptError."""
    lines: list[Line] = []
    needs: list[str] = []
    for number, source, said in _joined(text, name):
        word, _, rest = source.partition(" ")
        try:
            if word == "needs":
                needs += [one for one in re.split(r"[,\s]+", rest.strip()) if one]
                continue
            lines.append(Line(number, source, _deed(source, said)))
        except ValueError as error:
            raise ScriptError(name, number, source, str(error)) from None
    return Script(name, folder, tuple(lines), tuple(needs))


def _joined(text: str, name: str) -> Iterator[tuple[int, str, list[str]]]:
    """Each line that begins something: its number, itself, and the lines that continue it."""
    current: tuple[int, str, list[str]] | None = None
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if not line.strip():
            if current is not None:
                current[2].append("")
        elif line.startswith("  "):
            if current is None:
                raise ScriptError(name, number, line, "il n'y a rien au-dessus que cette ligne continue")
            current[2].append(line[2:].rstrip())
        elif line.startswith("#"):
            if current is not None:
                yield current
            current = None
        elif line[0] in " \t":
            raise ScriptError(name, number, line, "une suite commence par deux espaces")
        else:
            if current is not None:
                yield current
            current = (number, line.rstrip(), [])
    if current is not None:
        yield current


def _deed(source: str, continued: list[str]) -> Deed:
    if source.startswith("?"):
        return _expectation(source, continued)
    first, _, rest = source.partition(" ")
    alone = {"@": _clock, "raw": _raw, "restart": _restart, "set": _setting}
    if first in alone:
        if any(continued):
            raise ValueError("cette ligne n'a pas de suite")
        return alone[first](rest.strip())
    head, colon, begun = source.partition(":")
    if not colon:
        raise ValueError("cette ligne ne dit rien : il y manque « : »")
    return _act(head.split(), _text(begun, continued))


def _text(begun: str, continued: list[str]) -> str:
    lines = [begun.strip(), *continued]
    while lines and not lines[-1]:
        lines.pop()
    if lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines)


def _clock(rest: str) -> At | Pass:
    if rest.startswith("+"):
        match = re.fullmatch(r"\+(\d{1,4})([dhm])", rest)
        if match is None:
            raise ValueError("un délai s'écrit +3d, +2h ou +10m")
        count = int(match[1])
        if match[2] == "d":
            return Pass(count, dt.timedelta())
        return Pass(0, dt.timedelta(hours=count) if match[2] == "h" else dt.timedelta(minutes=count))
    try:
        return At(dt.datetime.strptime(rest, "%Y-%m-%d %H:%M"))  # noqa: DTZ007 - the network's zone comes later
    except ValueError:
        raise ValueError("un moment s'écrit 2026-11-23 09:00") from None


def _raw(rest: str) -> Deliver:
    if not rest:
        raise ValueError("quel fichier ?")
    return Deliver(rest)


def _restart(rest: str) -> Restart:
    if rest:
        raise ValueError("« restart » s'écrit seul")
    return Restart()


def _setting(rest: str) -> Setting:
    key, equals, value = rest.partition("=")
    if not (equals and key.strip() and value.strip()):
        raise ValueError("un réglage s'écrit set CLÉ = VALEUR")
    return Setting(key.strip(), value.strip())


def _act(words: list[str], text: str) -> Deed:
    match words:
        case [who, "mail"]:
            return Write(who, "", text)
        case [who, "mail", name]:
            return Write(who, name, text)
        case [who, "as", other, "mail"]:
            return Write(who, "", text, other)
        case [who, "as", other, "mail", name]:
            return Write(who, name, text, other)
    if not text:
        raise ValueError("il manque ce qui est dit")
    match words:
        case [who]:
            return Say(who, HOME, text)
        case [who, "reply"]:
            return Respond(who, text)
        case [who, ("answer" | "react" | "choose") as verb, *places] if len(places) < 2:
            place = _place(places[0] if places else HOME)
            if verb == "answer":
                return Say(who, place, text, answer=True)
            return React(who, place, text) if verb == "react" else Choose(who, place, text)
        case [who, place]:
            return Say(who, _place(place), text)
    raise ValueError(f"cette forme n'existe pas ; les formes : {FORMS}")


def _place(word: str) -> str:
    if word != "dm" and not re.fullmatch(r"#\S+", word):
        raise ValueError(f"« {word} » : un salon s'écrit #cac, un message direct dm")
    return word


def _expectation(source: str, continued: list[str]) -> Expect:
    match = re.match(r"\?([!~]?)\s+(.*)$", source)
    if match is None:
        raise ValueError("une attente s'écrit « ? texte », « ?! texte » ou « ?~ expression »")
    mark, text = match[1], _text(match[2], continued)
    if mark == "~":
        try:
            return Expect(regex=re.compile(plain(text), re.IGNORECASE | re.MULTILINE))
        except re.error as error:
            raise ValueError(f"expression régulière incorrecte : {error}") from None
    positive = mark != "!"
    if count := re.fullmatch(r"mails\s+(\d{1,6})", text):
        return Expect(positive, count=int(count[1]))
    there = re.fullmatch(r"(?:(mail|dm)\s+(\S+?)|(#\S+?))\s*(?::(?:\s+(.*))?)?", text, re.DOTALL)
    if there is None:
        return Expect(positive, text=text)
    return Expect(positive, there[1] or "room", there[2] or there[3], there[4])
