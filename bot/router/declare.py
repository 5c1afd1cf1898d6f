"""What a capability declares: commands, plain phrases, answers, undos, jobs, and what it adds to others."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.authority import NEVER_UNPROVEN, Act, Member, Need, Role
from bot.channels.base import RoomEvent
from bot.errors import NeverByMail, Unproven
from bot.guard.tokens import Proof
from bot.mail.message import Mail
from bot.outbox import Content, Destination
from bot.protocols import DataOwner
from bot.router.parameters import Parameter, parameters_of
from bot.schedule import Job
from bot.store.archive_tables import Message
from bot.store.tables import Prompt, UndoRow
from bot.work import COORDINATION, Asking, DigestSource, StateLines, Work

NEEDS = "needs"  # in what an undo keeps: roles, circles and acts that it takes
OF_ALL = (Role.STRANGER, Role.KNOWN, Role.MEMBER)


@dataclass(frozen=True)
class Incoming:
    """One thing that somebody said to us, whatever the channel."""

    inbox_id: int
    origin_id: str  # Message-ID or event id
    text: str
    author: Member | None
    author_address: str
    certain: bool  # the channel vouches for the author, or they confirmed it
    place: Destination  # where to answer
    circle: str  # the circle of the room it was said in, or ""
    direct: bool  # said to us alone: a direct message or a mail
    answers: tuple[str, ...] = ()  # what it replies to, most specific first
    mail: Mail | None = None
    event: RoomEvent | None = None
    addressed: bool = False  # to us by name in a room that others read too
    proof: Proof | None = None  # what a mail may do, certain or not, by the token that it carries
    confirmed: bool = False  # certain only since its author said so later (or tried as if they had)


class Catalogue(Protocol):
    """Every command that is installed, for those who explain them."""

    @property
    def commands(self) -> list[Command]:
        """Each once, in the order of declaration."""
        ...

    def named(self, word: str) -> list[Command]:
        """Those whose first word this is."""
        ...

    def suggest(self, typed: str, reader: Member | None) -> list[str]:
        """Those that ``reader`` may use, and may have meant."""
        ...


@dataclass
class Context(Work):
    """The work of a handler that somebody's words started."""

    incoming: Incoming
    catalogue: Catalogue
    choices: tuple[str, ...] = ()  # what an answer picks of a question with choices: the ids
    acts: list[Act] = field(default_factory=list)  # what its author was allowed to do
    undos: list[UndoRow] = field(default_factory=list)  # what can be taken back of it
    needs: list[Need] = field(default_factory=list)  # what its author had to be for it

    @property
    def choice(self) -> str | None:
        """The one option that was picked; None when it is none, or several."""
        return self.choices[0] if len(self.choices) == 1 else None

    @property
    def language(self) -> str:
        """Of who reads the answer: its author's when it goes to them alone, else the network's."""
        author = self.incoming.author
        own = author.language if author is not None and self.incoming.direct else ""
        return own or self.settings.network.language

    @property
    def me(self) -> Member:
        """Who said it; only for commands that need somebody known."""
        assert self.incoming.author is not None  # noqa: S101 - authority was checked before the handler
        return self.incoming.author

    @property
    def overheard(self) -> bool:
        """Whether others than coordination read what is answered here."""
        event = self.incoming.event
        return event is not None and not event.direct and self.incoming.circle != COORDINATION

    def must_be_certain(self) -> None:
        """Raise Unproven unless it is certain who said this: for what no token proves."""
        if not self.incoming.certain:
            raise Unproven

    def take_on(self, act: Act) -> None:
        """Write down that an act is about to be done.  Raises NeverByMail where confirming is not enough."""
        if self.incoming.confirmed and act in NEVER_UNPROVEN:
            raise NeverByMail("proof.never_done")
        self.acts.append(act)

    def undoable(self, member: Member, capability: str, kind: str, data: Mapping[str, Any]) -> UndoRow:
        """Let ``member`` take this back by « annule » for ten minutes, if they may still do such things.

        ``data`` may say itself what that takes, by ``NEEDS``.
        """
        if NEEDS not in data:
            special = [need for need in self.needs if need.circle or need.role not in OF_ALL]
            data = {**data, NEEDS: [[need.role.value, need.circle, need.act.value] for need in special]}
        self.undos.append(super().undoable(member, capability, kind, data))
        return self.undos[-1]


@dataclass(frozen=True)
class Reply:
    """What a handler answers: a message and its values, rendered for the place where it is read.

    ``asking``: the question that it asks, or the number of the open one that an answer to it answers.
    ``sign``: where others read too, this sign on the message says enough, and no words are said.
    ``private``: what only its author should read, in a direct message when it was said in a room.
    ``once``: what it is said once for; the same again is silence.
    ``files``: what goes with it, as ``Content.attachments`` has it.
    """

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    asking: Asking | int | None = None
    sign: str = ""
    private: bool = False
    once: str = ""
    files: tuple[dict[str, str], ...] = ()


SILENCE = Reply("")  # it was for us, and what it caused says enough
Answer = Reply | None
Tool = Callable[[Work, Mapping[str, str]], Awaitable[Content]]
PostHook = Callable[[Work, Mail, Message], Awaitable[None]]
JoinHook = Callable[[Work, RoomEvent, str], Awaitable[None]]
Handler = Callable[..., Awaitable[Answer]]
RedactionHook = Callable[["Context", str], Awaitable[Answer]]
StrangerHook = Callable[["Context", str], Awaitable[Answer]]


@dataclass(frozen=True)
class Command:
    """One thing that people can type, under its names."""

    names: tuple[str, ...]  # "récap aperçu", "sondage <numero> clore"; the first is the French one
    run: Handler
    need: Need
    parameters: tuple[Parameter, ...]
    summary: str  # the first line of the docstring
    help: str  # all of it
    capability: str
    taught: bool = False


@dataclass(frozen=True)
class Phrase:
    """Plain words that mean something without a prefix, when said to us alone."""

    pattern: re.Pattern[str]
    run: Handler
    need: Need
    everywhere: bool  # in rooms too, without addressing us


class Capability:
    """One capability: its folder in ``handlers/`` makes one and calls it ``capability``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.commands: list[Command] = []
        self.phrases: list[Phrase] = []
        self.answers: dict[str, Handler] = {}
        self.answer_acts: dict[str, Act] = {}
        self.heard_late: set[str] = (
            set()
        )  # the kinds of questions whose answers are heard once they are closed
        self.by_sign: set[str] = set()  # the kinds of questions that 👍 and 👎 answer, as words would
        self.undos: dict[str, Handler] = {}
        self.jobs: list[Job] = []
        self.posts: list[PostHook] = []  # called for each post of a list
        # Called when something came that a recap may tell and that no post brought: said in a room.
        self.news: list[Callable[[Work], Awaitable[None]]] = []
        self.joined: list[JoinHook] = []  # called when we enter a room: the circle it is bound to, or ""
        # Called with the event id of what its author takes back: the first that answers has dealt with it.
        self.redactions: list[RedactionHook] = []
        # Whether it finds out who somebody unknown is: they may then ask us into a direct room.
        self.meets_strangers = False
        self.digest: list[DigestSource] = []
        self.states: list[StateLines] = []
        self.tools: dict[str, Tool] = {}  # what the command line may call
        self.owners: list[DataOwner] = []  # who knows what it holds on a person
        # Called for what a stranger writes to an open address (its role: welcome, desk); the first that
        # answers has dealt with it.
        self.strangers: list[StrangerHook] = []

    def command(
        self,
        *names: str,
        role: Role = Role.MEMBER,
        circle: str = "",
        act: Act = Act.ASK,
        taught: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare a command."""

        def declare(run: Handler) -> Handler:
            text = inspect.cleandoc(run.__doc__ or "")
            need = Need(role, circle, act)
            self.commands.append(
                Command(
                    names, run, need, parameters_of(run), text.partition("\n")[0], text, self.name, taught
                )
            )
            return run

        return declare

    def phrase(
        self,
        pattern: str,
        *,
        role: Role = Role.MEMBER,
        circle: str = "",
        act: Act = Act.ASK,
        everywhere: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare plain words; ``pattern`` is matched against the folded beginning of what was said."""

        def declare(run: Handler) -> Handler:
            need = Need(role, circle, act)
            self.phrases.append(Phrase(re.compile(pattern), run, need, everywhere))
            return run

        return declare

    def answer(
        self, kind: str, *, signs: bool = False, late: bool = False, act: Act = Act.ASK
    ) -> Callable[[Handler], Handler]:
        """Declare who reads the answers to a question of this kind: ``run(ctx, prompt) -> Reply | None``.

        ``signs``: a thumb on the question is read like its word.  Questions with choices need not say so.
        ``late``: it also hears what replies to a question that is closed, or was for others, by somebody
        known: it knows what to tell them.  ``act``: what answering does.
        """

        def declare(run: Handler) -> Handler:
            self.answers[kind] = run
            self.answer_acts[kind] = act
            if signs:
                self.by_sign.add(kind)
            if late:
                self.heard_late.add(kind)
            return run

        return declare

    def undo(self, kind: str) -> Callable[[Handler], Handler]:
        """Declare how something is taken back: ``run(ctx, data) -> Reply``."""

        def declare(run: Handler) -> Handler:
            self.undos[kind] = run
            return run

        return declare


__all__ = ["Answer", "Capability", "Command", "Context", "Incoming", "Phrase", "Prompt", "Reply"]
