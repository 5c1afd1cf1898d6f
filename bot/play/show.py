"""What the bot sent, as blocks that people read, and as JSON."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import Any

from bot.channels.base import NativePoll
from bot.channels.fake import Sent
from bot.channels.fake_rooms import Said
from bot.play.cast import Cast
from bot.play.letters import Letter, open_letter

INDENT = "    "


@dataclass(frozen=True)
class Block:
    """One thing that the bot sent.  ``channel`` and ``whom`` as expectations say them."""

    channel: str  # mail, dm, room
    whom: str  # address, person, room
    thing: Sent | Said

    @property
    def is_mail(self) -> bool:
        """A mail, but no command to a list's server."""
        return isinstance(self.thing, Sent) and not self.thing.command

    @cached_property
    def letter(self) -> Letter | None:
        """The mail, opened."""
        return open_letter(self.thing.data) if isinstance(self.thing, Sent) else None

    @cached_property
    def text(self) -> str:
        """What is said, without the subject."""
        if isinstance(self.thing, Sent):
            files = [f"[{name}]" for name in self.letter.files] if self.letter else []
            return "\n".join([self.letter.text if self.letter else "", *files])
        post = self.thing.post
        if post.reaction is not None:
            return post.reaction
        files = [f"[{file.name}]" for file in post.files]
        return "\n".join([post.text if post.poll is None else _poll(post.poll), *files])

    @property
    def searched(self) -> str:
        """What expectations look at."""
        if self.letter is not None:
            return f"{self.letter.subject}\n{self.text}"
        said = self.thing.post.text if isinstance(self.thing, Said) and not self.thing.post.reaction else ""
        return self.text if said in self.text else f"{self.text}\n{said}"

    def shown(self) -> str:
        """``-> mail bruno@lisieres.example « Subject »``, and the text indented."""
        whom = self.whom if self.channel == "room" else f"{self.channel} {self.whom}"
        subject = f" «\u00a0{self.letter.subject}\u00a0»" if self.letter is not None else ""
        return f"-> {whom}{subject}{self._kind()}\n" + textwrap.indent(self.text.rstrip(), INDENT)

    def as_dict(self) -> dict[str, Any]:
        """The same, for machines."""
        at = self.thing.at.isoformat()
        told: dict[str, Any] = {"at": at, "channel": self.channel, "to": self.whom}
        if isinstance(self.thing, Sent):
            told |= {"subject": self.letter.subject if self.letter else ""}
        elif self.thing.post.reaction is not None:
            told |= {"reaction": self.thing.post.reaction}
        elif self.thing.post.poll is not None:
            poll = self.thing.post.poll
            told |= {"question": poll.question, "answers": [text for _, text in poll.answers]}
        return told | {"text": self.text}

    def _kind(self) -> str:
        if not isinstance(self.thing, Said):
            return ""
        post = self.thing.post
        if post.reaction is not None:
            return " (réaction)"
        if post.edits is not None:
            return " (corrigé)"
        return " (sondage)" if post.poll is not None else ""


def block_of(thing: Sent | Said, cast: Cast) -> Block:
    """What was sent, with the names of the play."""
    if isinstance(thing, Sent):
        return Block("mail", thing.recipient, thing)
    if thing.room.startswith("dm:"):
        return Block("dm", cast.name_of_chat(thing.room.removeprefix("dm:")), thing)
    return Block("room", cast.name_of_room(thing.room), thing)


def _poll(poll: NativePoll) -> str:
    letters = zip(ascii_uppercase, poll.answers, strict=False)
    return "\n".join([poll.question, *(f"{letter}. {text}" for letter, (_, text) in letters)])
