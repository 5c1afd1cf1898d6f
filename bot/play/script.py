"""A play's text -> what happens in it, line by line.  Nothing of the network is known here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from bot.errors import NavetteError
from bot.play.deeds import (
    At,
    Choose,
    Deed,
    Deliver,
    Expect,
    Line,
    Pass,
    React,
    Respond,
    Restart,
    Reword,
    Say,
    Script,
    Setting,
    Unsay,
    Write,
)
from bot.play.folding import plain

HOME = "#reseau"  # where things are said unless the play says otherwise
FORMS = (
    "NOM:, NOM #salon:, NOM dm:, NOM mail:, NOM mail LISTE:, NOM reply:, NOM reply cc NOM:, "
    "NOM answer #salon:, NOM react #salon:, NOM react NOM #salon:, NOM choose #salon:, NOM edit #salon:, "
    "NOM unsay #salon, ADRESSE as NOM mail:, ADRESSE as NOM reply:"
)


class ScriptError(NavetteError):
    """A play that cannot be played: the line, and why."""

    def __init__(self, name: str, number: int, line: str, reason: str) -> None:
        super().__init__(f"{name}, ligne {number} : {line.strip()}\n  {reason}")
        self.number, self.reason = number, reason


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
    words = source.split()
    if words[1:2] == ["unsay"] and len(words) < 4 and not source.endswith(":"):
        if any(continued):
            raise ValueError("cette ligne n'a pas de suite")
        return Unsay(words[0], _place(words[2]) if len(words) == 3 else HOME)
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
    return At(_moment(rest))


def _moment(rest: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(rest, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - the network's zone comes later
    except ValueError:
        raise ValueError("un moment s'écrit 2026-11-23 09:00") from None


def _raw(rest: str) -> Deliver:
    if not rest:
        raise ValueError("quel fichier ?")
    return Deliver(rest)


def _restart(rest: str) -> Restart:
    return Restart(_moment(rest) if rest else None)


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
        case [who, "reply", "cc", other]:
            return Respond(who, text, copies=other)
        case [who, "as", other, "reply"]:
            return Respond(who, text, pretends=other)
        case [who, ("answer" | "react" | "choose" | "edit") as verb, *places] if len(places) < 2:
            place = _place(places[0] if places else HOME)
            if verb == "answer":
                return Say(who, place, text, answer=True)
            if verb == "edit":
                return Reword(who, place, text)
            return React(who, place, text) if verb == "react" else Choose(who, place, text)
        case [who, "react", other, place]:
            return React(who, _place(place), text, other)
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
