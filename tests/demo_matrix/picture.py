"""``python -m tests.demo_matrix.picture``: the picture of a conversation in the README.

The conversation is that of the demo, as a member read it on the Synapse of the demo; only the page around
it is ours.  Needs Chromium.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tests.demo_matrix.__main__ import show
from tests.demo_matrix.conversation import NAVETTE
from tests.demo_matrix.png import shrink
from tests.servers.matrix_admin import Event
from tests.servers.matrix_words import UNSTABLE

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "conversation.png"
WIDTH, SCALE = 900, 2  # CSS pixels, and how many of the picture for each
_TEXT = "org.matrix.msc1767.text"
_COLOURS = ("#8a4f2d", "#2f6f6b", "#5b4b8a", "#7d6a1c", "#94405f")


@dataclass(frozen=True)
class Person:
    """Somebody in the room."""

    name: str
    colour: str
    bot: bool

    @property
    def initials(self) -> str:
        """As clients show who has no picture."""
        return "".join(word[0] for word in self.name.split()[:2])


@dataclass(frozen=True)
class Bar:
    """One answer of a poll."""

    text: str
    votes: int
    share: int  # percent


@dataclass
class Bubble:
    """One thing that was said, with what came to it later."""

    person: Person
    first: bool  # not by whoever spoke just before
    words: Markup
    answers: str = ""  # what it answers, in short
    bars: Sequence[Bar] = ()
    ended: bool = False
    signs: Counter[str] = field(default_factory=Counter)

    @property
    def votes(self) -> int:
        """How many voted."""
        return sum(bar.votes for bar in self.bars)


def main() -> int:
    """Play the demo, and photograph what was said in the room that gets its circle."""
    events = asyncio.run(show(wait=False))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(page_of(events), "utf-8")
        photograph = Path(folder) / "page.png"
        _photograph(page, photograph)
        PICTURE.write_bytes(shrink(photograph.read_bytes()))
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1000} kB")
    return 0


def page_of(events: Sequence[Event]) -> str:
    """The room as a page."""
    templates = FileSystemLoader(Path(__file__).parent)
    page = Environment(autoescape=True, loader=templates, undefined=StrictUndefined).get_template(
        "picture.html.j2"
    )
    title = next(event["content"]["name"] for event in events if event["type"] == "m.room.name")
    people = _people(events)
    return page.render(
        title=title, people=people.values(), bubbles=list(_bubbles(events, people)), width=WIDTH
    )


def _people(events: Sequence[Event]) -> dict[str, Person]:
    names = {
        event["state_key"]: event["content"]["displayname"]
        for event in events
        if event["type"] == "m.room.member" and event["content"]["membership"] == "join"
    }
    colours = iter(_COLOURS)
    return {key: Person(name, next(colours), key == NAVETTE) for key, name in names.items()}


def _bubbles(events: Sequence[Event], people: dict[str, Person]) -> Iterator[Bubble]:
    """What was said, in order; signs, votes and ends of polls go to what they are about."""
    said: dict[str, Bubble] = {}
    before = ""
    for event in events:
        if event["type"] not in ("m.room.message", f"{UNSTABLE}.start"):
            continue
        content = event["content"]
        relation = content.get("m.relates_to", {}).get("m.in_reply_to", {})
        answered = said.get(relation.get("event_id", ""))
        bubble = Bubble(people[event["sender"]], event["sender"] != before, _words(content))
        if answered is not None:
            bubble.answers = f"{answered.person.name} : {answered.words.striptags()}"
        about = [one for one in events if _about(one) == event["event_id"]]
        bubble.signs = Counter(
            one["content"]["m.relates_to"]["key"] for one in about if one["type"] == "m.reaction"
        )
        if event["type"] == f"{UNSTABLE}.start":
            bubble.bars = _bars(content[event["type"]]["answers"], about)
            bubble.ended = any(one["type"] == f"{UNSTABLE}.end" for one in about)
        said[event["event_id"]], before = bubble, event["sender"]
        yield bubble


def _about(event: Event) -> str:
    relation = event["content"].get("m.relates_to", {})
    return str(relation.get("event_id", "")) if "rel_type" in relation else ""


def _words(content: dict[str, Any]) -> Markup:
    poll = content.get(f"{UNSTABLE}.start")
    if poll:
        return escape(poll["question"][_TEXT])
    if "formatted_body" in content:
        return Markup(nh3.clean(content["formatted_body"]))
    return Markup("<br>").join(content["body"].splitlines())


def _bars(answers: Sequence[dict[str, str]], about: Sequence[Event]) -> list[Bar]:
    last = {
        one["sender"]: one["content"][one["type"]]["answers"]
        for one in about
        if one["type"] == f"{UNSTABLE}.response"
    }
    votes = Counter(answer for chosen in last.values() for answer in chosen)
    return [
        Bar(one[_TEXT], votes[one["id"]], round(100 * votes[one["id"]] / max(1, votes.total())))
        for one in answers
    ]


def _photograph(page: Path, picture: Path) -> None:
    """Twice: a tall page first tells its height, which a picture without an empty end needs."""
    told = subprocess.run(
        [*_CHROMIUM, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True
    )
    height = int(told.stdout.partition('data-height="')[2].partition('"')[0])
    subprocess.run(
        [
            *_CHROMIUM,
            f"--screenshot={picture}",
            f"--window-size={WIDTH},{height}",
            f"--force-device-scale-factor={SCALE}",
            page.as_uri(),
        ],
        capture_output=True,
        check=True,
    )


_CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")

if __name__ == "__main__":
    sys.exit(main())
