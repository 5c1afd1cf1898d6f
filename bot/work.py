"""What a handler is given: one transaction, the moment, and ways to say things, ask, and count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import facts, outbox, people, rooms
from bot.authority import Member, Role
from bot.guard.pace import Pace
from bot.mail.kinds.unanswerable import is_within
from bot.outbox import ANSWER, Content, Destination, Sender, Terms
from bot.protocols import Connections, DataOwner, DigestItem, Recurrence, Span
from bot.reach import untold
from bot.render import Rendered, Renderer
from bot.settings.model import Settings
from bot.store.people_tables import Person
from bot.store.tables import Doubt, Klass, Prompt, UndoRow

COORDINATION = "coordination"
COORDINATORS = "role:coordination"
# Made once: whatever goes to one person asks for it.
LANGUAGE_OF = select(Person.language).where(Person.id == bindparam("id"))

DigestSource = Callable[["Work", Span], Awaitable[Sequence[DigestItem]]]
StateLines = Callable[["Work"], Awaitable[Sequence[str]]]


@dataclass(frozen=True)
class Contributions:
    """What the installed capabilities add to others."""

    rules: tuple[Callable[[Settings], Recurrence], ...] = ()
    digest: tuple[DigestSource, ...] = ()
    states: tuple[StateLines, ...] = ()
    owners: tuple[DataOwner, ...] = ()
    news: tuple[Callable[[Work], Awaitable[None]], ...] = ()  # called when a room said what a recap may tell


@dataclass(frozen=True)
class House:
    """What stays the same while the service runs."""

    settings: Settings
    renderer: Renderer
    has_rooms: bool
    connections: Connections = field(default_factory=Connections)
    contributions: Contributions = field(default_factory=Contributions)
    own_chat: str = ""  # our own chat id
    pace: Pace = field(default_factory=Pace)

    def sender(self, now: dt.datetime) -> Sender:
        """What the rows of one transaction share."""
        domain = self.settings.bot.address.partition("@")[2]
        lasts = dt.timedelta(days=self.settings.mail.token_days)
        return Sender(now, domain, self.settings.gates.asks_per_week, lasts, untold(self.settings))

    def the_list(self, name: str) -> Destination:
        """One of our lists, as a place to write to."""
        return Destination("mail", self.settings.lists[name].address, list_name=name)

    def own_addresses(self) -> frozenset[str]:
        """Every address that is ours: that of the bot, and the open ones."""
        opened = self.settings.mail.open_addresses.values()
        return frozenset(one.lower() for one in (self.settings.bot.address, *opened))

    def is_own(self, address: str) -> bool:
        """Whether an address is ours, also with a token in it."""
        return is_within(address.lower(), self.own_addresses(), f"+{self.settings.mail.subaddressing}")

    def list_addresses(self) -> frozenset[str]:
        """The addresses of our lists."""
        return frozenset(one.address.lower() for one in self.settings.lists.values())


def content_of(rendered: Rendered) -> Content:
    """What was rendered, as what is sent."""
    return Content(rendered.text, rendered.html, rendered.subject, language=rendered.language)


@dataclass(frozen=True)
class Asking:
    """A question that goes with a message: the answer comes back to ``capability``'s handler ``kind``."""

    capability: str
    kind: str
    audience: str
    state: Mapping[str, Any] = field(default_factory=dict)
    expires_at: dt.datetime | None = None
    replaces: bool = True  # an open one of the same kind to the same people


@dataclass
class Work:
    """One transaction of one handler or job."""

    house: House
    session: AsyncSession
    now: dt.datetime

    @property
    def settings(self) -> Settings:
        """The network's settings."""
        return self.house.settings

    @property
    def language(self) -> str:
        """The language of who reads what this work says, unless it goes to somebody else."""
        return self.settings.network.language

    def render(self, message: str, values: Mapping[str, Any], language: str = "") -> Rendered:
        """The message ``capability.block`` as it will be read, in the network's language unless told."""
        return self.house.renderer.message(message, values, language or self.settings.network.language)

    async def language_of(self, to: Destination) -> str:
        """The language of the person whom something reaches alone; else the network's."""
        language = None
        if to.person_id is not None:
            language = await self.session.scalar(LANGUAGE_OF, {"id": to.person_id})
        return language or self.settings.network.language

    async def render_to(self, to: Destination, message: str, values: Mapping[str, Any]) -> Rendered:
        """The message as it will be read there."""
        return self.render(message, values, await self.language_of(to))

    async def send(
        self, key: str, to: Destination, content: Content | Rendered | int, terms: Terms = ANSWER
    ) -> int:
        """Write one thing to send; the same key again changes nothing.  Returns the outbox row's number."""
        if isinstance(content, Rendered):
            content = content_of(content)
        return await outbox.enqueue(self.session, self.house.sender(self.now), key, to, content, terms)

    def fact(self, kind: str, *, circle: str = "", place: str = "", number: int = 1) -> None:
        """Leave a fact for the evaluation."""
        facts.record(self.session, self.now, kind, circle=circle, place=place, number=number)

    def to_person(self, member: Member) -> Destination | None:
        """Where we write to somebody first: their chat if there is one, else their mailbox."""
        by_chat = self.house.has_rooms and member.chats
        if by_chat and not (member.prefers == "mail" and member.addresses):
            return Destination("room", member.chats[0], member.id)
        return self.mailbox_of(member)

    def mailbox_of(self, member: Member) -> Destination | None:
        """Somebody's first address."""
        return Destination("mail", member.addresses[0], member.id) if member.addresses else None

    async def room_of(self, circle: str) -> Destination | None:
        """The room that is bound to a circle, if there is one."""
        room = await rooms.room_of(self.session, self.settings, circle) if self.house.has_rooms else None
        return None if room is None else Destination("room", room)

    async def coordinators(self) -> list[Member]:
        """Who coordinates the network now."""
        return await people.with_role(self.session, Role.COORDINATION, self.now)

    async def coordination_places(self, *, everywhere: bool = False) -> list[Destination]:
        """Coordination's room, or else each coordinator's mailbox; both when ``everywhere``."""
        room = await self.room_of(COORDINATION)
        places = [] if room is None else [room]
        if everywhere or not places:
            boxes = [self.mailbox_of(member) for member in await self.coordinators()]
            places += [box for box in boxes if box is not None]
        return places

    async def tell_coordination(
        self,
        key: str,
        message: str,
        values: Mapping[str, Any],
        asking: Asking | None = None,
        *,
        everywhere: bool = False,
        terms: Terms | None = None,
    ) -> None:
        """Tell (and ask) coordination something, once for each ``key``."""
        prompt_id = None if asking is None else await self.ask(asking)
        terms = terms or Terms(klass=Klass.DUTY, doubt=Doubt.AGAIN, prompt_id=prompt_id)
        for place in await self.coordination_places(everywhere=everywhere):
            rendered = await self.render_to(place, message, values)
            await self.send(f"{key}:{place.recipient}", place, rendered, terms)

    async def ask(self, asking: Asking) -> int:
        """Open a question; it may replace an open one of the same kind to the same people."""
        if asking.replaces:
            await self.close_prompts(asking.capability, asking.kind, asking.audience)
        prompt = Prompt(
            capability=asking.capability,
            kind=asking.kind,
            audience=asking.audience,
            state=dict(asking.state),
            opened_at=self.now,
            expires_at=asking.expires_at,
        )
        self.session.add(prompt)
        await self.session.flush()
        return prompt.id

    async def close_prompts(self, capability: str, kind: str, audience: str | None = None) -> None:
        """Close the open questions of a kind."""
        for prompt in await self.open_prompts(None if audience is None else [audience]):
            if (prompt.capability, prompt.kind) == (capability, kind):
                prompt.closed_at = self.now

    async def open_prompts(self, audiences: Sequence[str] | None = None) -> list[Prompt]:
        """The questions that wait for an answer, the latest first."""
        query = select(Prompt).where(Prompt.closed_at.is_(None)).order_by(Prompt.id.desc())
        if audiences is not None:
            query = query.where(Prompt.audience.in_(audiences))
        rows = await self.session.scalars(query)
        return [row for row in rows if row.expires_at is None or row.expires_at > self.now]

    def undoable(self, member: Member, capability: str, kind: str, data: Mapping[str, Any]) -> UndoRow:
        """Let ``member`` take this back by « annule » for ten minutes."""
        row = UndoRow(person_id=member.id, capability=capability, kind=kind, data=dict(data), at=self.now)
        self.session.add(row)
        return row
