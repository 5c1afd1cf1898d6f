"""Replays the demo's mails at their hour, with what coordination answers to the drafts."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.app import App
from bot.channels.base import EventKind
from bot.clock import SetClock
from bot.demo.world import DemoWorld
from bot.mail.read import read
from bot.play.moments import pass_until
from bot.settings import Settings

COORDINATOR, ROOM = "alice", "#coordination"
# What the coordinator says of the drafts: (when, words).  By the network's clocks.
CORRECTIONS = (
    ("2026-11-05 16:20", "aperçu"),
    ("2026-11-05 16:25", "ajoute en tête : Bonne lecture, et merci à Fanny pour l'organisation de Gap !"),
    ("2026-11-12 16:30", "remonte la 2, enlève la 8 et enlève la 9"),
    ("2026-11-12 16:32", "annule"),
    ("2026-11-12 16:40", "enlève la 9"),
    ("2026-11-12 16:41", "OK"),
)


@dataclass(frozen=True)
class Moment:
    """One thing that happens outside: a mail arrives, or the coordinator speaks."""

    at: dt.datetime
    raw: bytes = b""
    words: str = ""


def moments(mails: Path, settings: Settings) -> list[Moment]:
    """Everything that happens, in order."""
    zone = settings.network.zone
    found = [
        Moment(_date(raw), raw=raw) for raw in (file.read_bytes() for file in sorted(mails.glob("*.eml")))
    ]
    for at, words in CORRECTIONS:
        found.append(Moment(dt.datetime.fromisoformat(at).replace(tzinfo=zone), words=words))
    return sorted(found, key=lambda moment: moment.at)


def _date(raw: bytes) -> dt.datetime:
    head = raw.split(b"\n\n", 1)[0].decode("latin-1")
    line = next(line for line in head.splitlines() if line.lower().startswith("date:"))
    return email.utils.parsedate_to_datetime(line.partition(":")[2].strip())


async def replay(
    app: App, world: DemoWorld, clock: SetClock, happening: list[Moment], tell: Callable[[str], None]
) -> None:
    """Let it all happen, telling a line for each thing."""
    zone = app.settings.network.zone
    chat = next(one.chat[0] for one in app.settings.people.members if one.key == COORDINATOR)
    for moment in happening:
        await pass_until(app, clock, moment.at.astimezone(dt.UTC))
        when = f"{moment.at.astimezone(zone):%d/%m %H:%M}"
        if moment.raw:
            world.deliver(moment.raw, moment.at)
            mail = read(moment.raw)
            tell(f"{when}  {_short(mail.author.name or mail.author.address, 22)}  {mail.subject}")
        else:
            world.rooms.happen(EventKind.MESSAGE, ROOM, chat, moment.words)
            tell(f"{when}  {_short(COORDINATOR + ' ' + ROOM, 22)}  « {moment.words} »")
        await app.settle()


def _short(text: str, width: int) -> str:
    return text[: width - 1].ljust(width - 1) + ("…" if len(text) >= width else " ")


def said_in_rooms(world: DemoWorld, since: int) -> Iterator[str]:
    """What the bot said in the rooms after the first ``since`` things."""
    for said in world.rooms.said[since:]:
        yield f"→ {said.room} : {said.post.text}"
