"""Plays a script on a stage, and tells what came of it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import local
from bot.errors import SettingsError
from bot.play import expectations
from bot.play.cast import Cast, Unknown
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
from bot.play.moments import Restless
from bot.play.script import ScriptError
from bot.play.show import Block
from bot.play.stage import NothingThere, Stage
from bot.settings import Settings, override

START = dt.datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - of the network's clocks; a Monday


@dataclass(frozen=True)
class Failure:
    """An expectation that did not hold: the line, and what was said instead."""

    name: str
    number: int
    source: str
    instead: str

    def __str__(self) -> str:
        return f"{self.name}, ligne {self.number} : {self.source}\n{self.instead}"


@dataclass
class Result:
    """What came of a play.  ``missing``: capabilities for want of which it was passed over."""

    script: Script
    missing: tuple[str, ...] = ()
    failures: list[Failure] = field(default_factory=list)


async def play(
    script: Script, settings: Settings, tell: Callable[[Line, Block], None] = lambda _line, _block: None
) -> Result:
    """Play a script on a fresh network.  ``tell`` hears of each thing that the bot sends.

    Raises ScriptError for what cannot be played: an unknown name, a setting refused, time going back.
    """
    before = _before(script)
    for line in before:
        if isinstance(line.deed, Setting):
            with _translated(script, line):
                settings = override(settings, line.deed.key, line.deed.value)
    missing = tuple(name for name in script.needs if not _installed(name, settings))
    if missing:
        return Result(script, missing)
    _check(script, settings)
    with tempfile.TemporaryDirectory(prefix="navette-", ignore_cleanup_errors=True) as folder:
        stage = Stage(settings, Path(folder), _start(before, settings.network.zone))
        try:
            await stage.open()
            for block in stage.sent:
                tell(script.lines[0], block)
            return await _Performance(script, stage, tell).run(script.lines[len(before) :])
        finally:
            await stage.kill()


def _before(script: Script) -> tuple[Line, ...]:
    """The lines that hold before the bot is born: settings, and the moment if it comes before any action."""
    lines: list[Line] = []
    for line in script.lines:
        born = any(isinstance(one.deed, At) for one in lines)
        if not (isinstance(line.deed, Setting) or (isinstance(line.deed, At) and not born)):
            break
        lines.append(line)
    return tuple(lines)


def _start(before: tuple[Line, ...], zone: ZoneInfo) -> dt.datetime:
    moment = next((line.deed.moment for line in before if isinstance(line.deed, At)), START)
    return local(moment.date(), moment.time(), zone)


def _installed(name: str, settings: Settings) -> bool:
    if name not in settings.capabilities:
        return False
    try:
        return importlib.util.find_spec(f"handlers.{name}") is not None
    except (ImportError, ValueError):
        return False


def _check(script: Script, settings: Settings) -> None:
    """Every name of the play, before anything happens.  Raises ScriptError."""
    cast = Cast(settings)
    for line in script.lines:
        with _translated(script, line):
            match line.deed:
                case (
                    Say(who, place)
                    | React(who, place)
                    | Choose(who, place)
                    | Reword(who, place)
                    | Unsay(who, place)
                ):
                    cast.chatter(who)
                    if place != "dm":
                        cast.room(place)
                    if isinstance(line.deed, React) and line.deed.on:
                        cast.chatter(line.deed.on)
                case Write(who, to, pretends=pretends):
                    for name in filter(None, (who, pretends)):
                        cast.writer(name)
                    if to and cast.shared_address(to) is None:
                        raise Unknown(f"il n'y a pas de liste « {to} » dans ce réseau")
                case Respond(who, _, copies, pretends):
                    for name in filter(None, (who, copies, pretends)):
                        cast.writer(name)
                case Deliver(path) if not (script.folder / path).is_file():
                    raise Unknown(f"il n'y a pas de fichier {path} à côté de la scène")
                case Expect(channel="mail", whom=whom):
                    cast.addresses(whom)
                case Expect(channel="dm", whom=whom):
                    cast.chatter(whom)
                case Expect(channel="room", whom=whom):
                    cast.room(whom)


@contextmanager
def _translated(script: Script, line: Line) -> Iterator[None]:
    try:
        yield
    except (Unknown, SettingsError) as error:
        raise ScriptError(script.name, line.number, line.source, str(error)) from None


class _Performance:
    """One play under way."""

    def __init__(self, script: Script, stage: Stage, tell: Callable[[Line, Block], None]) -> None:
        self.script, self.stage, self.tell = script, stage, tell
        self.result = Result(script)

    async def run(self, lines: tuple[Line, ...]) -> Result:
        """Play the lines; an action that cannot be done ends the play."""
        for line in lines:
            if isinstance(line.deed, Expect):
                self._look(line, line.deed)
                continue
            try:
                self.stage.act()
                with _translated(self.script, line):
                    await self._do(line.deed)
            except (NothingThere, Restless) as error:
                self._fail(line, f"{error}.")
                return self.result
            except Exception as error:
                error.add_note(f"{self.script.name}, ligne {line.number} : {line.source}")
                raise
            finally:
                for block in self.stage.sent:
                    self.tell(line, block)
        return self.result

    async def _do(self, deed: Deed) -> None:
        stage = self.stage
        match deed:
            case At(moment):
                await stage.go_to(moment)
            case Pass(days, rest):
                await stage.wait(days, rest)
            case Say(who, place, text, answer):
                await stage.say(who, place, text, answer=answer)
            case Write(who, to, text, pretends):
                await stage.write(who, to, text, pretends=pretends)
            case Respond(who, text, copies, pretends):
                await stage.respond(who, text, copies=copies, pretends=pretends)
            case React(who, place, sign, on):
                await stage.react(who, place, sign, on)
            case Choose(who, place, answer):
                await stage.choose(who, place, answer)
            case Reword(who, place, text):
                await stage.reword(who, place, text)
            case Unsay(who, place):
                await stage.unsay(who, place)
            case Deliver(path):
                await stage.deliver((self.script.folder / path).read_bytes())
            case Restart(moment):
                await stage.restart(moment)
            case Setting(key, value):
                await stage.set(key, value)

    def _look(self, line: Line, expect: Expect) -> None:
        blocks, cast = self.stage.sent, self.stage.cast
        if not expectations.holds(expect, blocks, cast):
            self._fail(line, expectations.failure(expect, blocks, cast))

    def _fail(self, line: Line, instead: str) -> None:
        self.result.failures.append(Failure(self.script.name, line.number, line.source, instead))
