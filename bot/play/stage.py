"""The stage of a play: a fresh network, the whole bot on it, and what people do there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from string import ascii_uppercase

from bot.app import App, Channels
from bot.channels.base import EventKind, NativePoll
from bot.channels.fake import FakeNetwork
from bot.channels.fake_list import FakeList
from bot.channels.fake_rooms import Said, direct_room
from bot.clock import SetClock, local
from bot.play import moments
from bot.play.cast import Cast, Player, Unknown
from bot.play.folding import folded
from bot.play.letters import Pen, open_letter
from bot.play.show import Block, block_of
from bot.settings import Settings, override

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
FOOTER = "_______________________________________________\nListe {address}\nSe désabonner : https://{domain}/sympa/signoff/{name}"


class NothingThere(Exception):
    """Somebody would answer the bot, which has not said anything there.  The text says it in French."""


class Stage:
    """A network of its own in ``folder``.  Each thing that people do is followed by all that it causes."""

    def __init__(self, settings: Settings, folder: Path, at: dt.datetime) -> None:
        settings = override(settings, "store.path", folder / "navette.sqlite3")
        self.settings = override(settings, "store.synchronous", "off")
        self.cast = Cast(self.settings)
        self.clock = SetClock(at)
        self.network = FakeNetwork(
            self.clock,
            self.settings.bot.address,
            _lists(self.settings),
            self._authserv_id(),
            self.settings.mail.open_addresses.values(),
        )
        self.app: App | None = None
        self._mark = 0  # what was sent before the last action
        self._letters = 0
        self._own: dict[tuple[str, str], str] = {}  # (chat id, room) → their last message there

    async def open(self) -> None:
        """Start the bot."""
        self.app = App(self.settings, self.clock, self._channels())
        await self.app.start()
        await self.app.settle()

    async def kill(self) -> None:
        """End the bot as a power cut does: nothing is said, nothing is put away, its files stay."""
        if self.app is not None:
            await self.app.store.close()
            self.app = None

    def act(self) -> None:
        """An action begins: what was sent before it is no longer looked at."""
        self._mark = len(self.network.sent)

    @property
    def sent(self) -> list[Block]:
        """What the bot sent since the last action."""
        return [block_of(one, self.cast) for one in self.network.sent[self._mark :]]

    async def restart(self, moment: dt.datetime | None = None) -> None:
        """Kill the bot, and start it on the same database; at ``moment`` (naive), off until then."""
        await self.kill()
        if moment is not None:
            at = local(moment.date(), moment.time(), self.settings.network.zone)
            if at < self.clock.now():
                raise Unknown("le temps ne recule pas")
            self.clock.set(at)
        await self.open()

    async def set(self, key: str, value: str) -> None:
        """Another value for a setting; the bot, if it is there, is started again with it."""
        self.settings = override(self.settings, key, value)
        self.cast = Cast(self.settings)
        if self.app is not None:
            await self.restart()

    async def go_to(self, moment: dt.datetime) -> None:
        """Let time pass until the network's clocks show ``moment`` (naive)."""
        await self.pass_until(local(moment.date(), moment.time(), self.settings.network.zone))

    async def wait(self, days: int, rest: dt.timedelta) -> None:
        """Let time pass: to the same hour so many days later, and ``rest`` more."""
        here = self.clock.now().astimezone(self.settings.network.zone)
        day = here.date() + dt.timedelta(days=days)
        start = local(day, here.time(), self.settings.network.zone) if days else self.clock.now()
        await self.pass_until(start + rest)

    async def pass_until(self, moment: dt.datetime) -> None:
        """Let time pass until ``moment``; all that falls due on the way happens, in order."""
        if moment < self.clock.now():
            raise Unknown("le temps ne recule pas")
        await moments.pass_until(self._running(), self.clock, moment)

    async def say(self, who: str, place: str, text: str, *, answer: bool = False) -> None:
        """Somebody speaks in a room or to the bot alone; ``answer``: in reply to the bot's last message.

        Where the bot last put a sign on a message of theirs, that message is what they answer.
        """
        player, room = self._there(who, place)
        text = self._filled(text)
        target = self._answered(player, room, place) if answer else None
        event = self.network.rooms.happen(
            EventKind.MESSAGE,
            room,
            player.chat,
            text,
            replies_to=target[0] if target else None,
            thread=target[1] if target else None,
            direct=place == "dm",
        )
        self._own[player.chat, room] = event.event_id
        await self._running().settle()

    async def reword(self, who: str, place: str, text: str) -> None:
        """Somebody edits their own last message of a room."""
        await self._amend(EventKind.EDIT, who, place, text)

    async def unsay(self, who: str, place: str) -> None:
        """Somebody takes back their own last message of a room."""
        await self._amend(EventKind.REDACTION, who, place)

    async def _amend(self, kind: EventKind, who: str, place: str, text: str = "") -> None:
        player, room = self._there(who, place)
        event_id = self._own_last(who, room, place)
        self.network.rooms.happen(kind, room, player.chat, text, replies_to=event_id, direct=place == "dm")
        await self._running().settle()

    async def react(self, who: str, place: str, sign: str, on: str = "") -> None:
        """Somebody reacts to the last message in a room of the bot, or of ``on``."""
        player, room = self._there(who, place)
        event_id = self._own_last(on, room, place) if on else self._last(room, place).event_id
        self.network.rooms.happen(
            EventKind.REACTION, room, player.chat, sign, replies_to=event_id, direct=place == "dm"
        )
        await self._running().settle()

    async def choose(self, who: str, place: str, answer: str) -> None:
        """Somebody picks an answer of the room's last native poll: by letter, number or text."""
        player, room = self._there(who, place)
        said = self._last(room, place, poll=True)
        assert said.post.poll is not None  # noqa: S101 - a poll was asked for
        self.network.rooms.happen(
            EventKind.POLL_RESPONSE,
            room,
            player.chat,
            replies_to=said.event_id,
            choices=(_picked(said.post.poll, answer),),
            direct=place == "dm",
        )
        await self._running().settle()

    async def write(self, who: str, to: str, text: str, *, pretends: str = "") -> None:
        """Somebody writes to the bot (``to`` empty), to a list or to an open address.

        ``pretends``: in whose name.
        """
        writer = self.cast.writer(who)
        recipient, text = self._recipient(to), self._filled(text)
        raw = self._pen(self.cast.writer(pretends) if pretends else writer).letter(recipient, text)
        self.network.post(raw, recipient, writer.address, genuine=not pretends)
        await self._running().settle()

    async def respond(self, who: str, text: str, *, copies: str = "", pretends: str = "") -> None:
        """Somebody answers the last mail that they had from the bot, from where they had it.

        ``copies``: who else gets it; ``pretends``: in whose name, by whose mail, without their server's word.
        """
        writer = self.cast.writer(pretends or who)
        held = [one for one in self.network.held if one.from_bot and one.address in writer.addresses]
        if not held:
            raise NothingThere(f"« {who} » n'a reçu aucun courriel de {self.settings.bot.name}")
        address = writer.address if "@" in (pretends or who) else held[-1].address
        letter = open_letter(held[-1].data)
        pen = self._pen(Player(writer.name, address, writer.addresses))
        copy = self.cast.writer(copies).address if copies else ""
        raw = pen.answer(letter, self._filled(text), self.settings.network.zone, copy)
        sender = self.cast.writer(who).address if pretends else address
        for recipient in filter(None, (letter.answer_to, copy)):
            self.network.post(raw, recipient, sender, genuine=not pretends)
        await self._running().settle()

    async def deliver(self, raw: bytes) -> None:
        """A raw message arrives for the bot."""
        self.network.box.deliver(raw)
        await self._running().settle()

    def _filled(self, text: str) -> str:
        """What somebody says, with the last code that the bot sent in place of ``{code}``."""
        if "{code}" not in text:
            return text
        texts = (block_of(one, self.cast).searched for one in reversed(self.network.sent))
        found = next((match for one in texts if (match := CODE.search(one))), None)
        if found is None:
            raise NothingThere("aucun code n'a été envoyé")
        return text.replace("{code}", found[0])

    def _running(self) -> App:
        if self.app is None:
            raise RuntimeError("the stage is not open")
        return self.app

    def _channels(self) -> Channels:
        return Channels(self.network.mailbox(), self.network.transport, self.network.rooms)

    def _authserv_id(self) -> str:
        return self.settings.mail.authserv_id or "mx.lisieres.example"

    def _recipient(self, to: str) -> str:
        if not to:
            return self.settings.bot.address
        address = self.cast.shared_address(to)
        if address is None:
            raise Unknown(f"il n'y a pas de liste « {to} » dans ce réseau")
        return address

    def _there(self, who: str, place: str) -> tuple[Player, str]:
        player = self.cast.chatter(who)
        return player, direct_room(player.chat) if place == "dm" else self.cast.room(place)

    def _answered(self, player: Player, room: str, place: str) -> tuple[str, str | None]:
        """The message that somebody answers, and its thread."""
        own = self._own.get((player.chat, room))
        latest = next((one for one in reversed(self.network.rooms.said) if one.room == room), None)
        if latest is not None and latest.post.reaction is not None and latest.post.replies_to == own:
            return str(own), None
        said = self._last(room, place)
        return said.event_id, said.post.thread

    def _own_last(self, who: str, room: str, place: str) -> str:
        event_id = self._own.get((self.cast.chatter(who).chat, room))
        if event_id is None:
            raise NothingThere(f"« {who} » n'a rien dit dans {place}")
        return event_id

    def _last(self, room: str, place: str, *, poll: bool = False) -> Said:
        said = self.network.rooms.last_said(room, poll=poll)
        if said is None:
            what = "n'a montré aucun sondage" if poll else "n'a rien dit"
            raise NothingThere(f"{self.settings.bot.name} {what} dans {place}")
        return said

    def _pen(self, player: Player) -> Pen:
        self._letters += 1
        now = self.clock.now().astimezone(self.settings.network.zone)
        return Pen(player.name, player.address, now, self._letters)


def _lists(settings: Settings) -> Sequence[FakeList]:
    names = {
        entry.addresses[0].lower(): entry.name
        for entry in Cast(settings).everybody
        if entry.member and entry.addresses
    }
    lists = []
    for one in settings.lists.values():
        name, _, domain = one.address.partition("@")
        footer = FOOTER.format(address=one.address, domain=domain, name=name)
        lists.append(FakeList(one.address.lower(), list(names), one.tag, footer, names=dict(names)))
    return lists


def _picked(poll: NativePoll, answer: str) -> str:
    """The id of the answer that a letter, a number or a text means."""
    wanted, ids = folded(answer), [one for one, _ in poll.answers]
    names = [
        (letter.casefold(), str(number), folded(text))
        for number, (letter, (_, text)) in enumerate(zip(ascii_uppercase, poll.answers, strict=False), 1)
    ]
    exact = [at for at, said in enumerate(names) if wanted in said]
    begun = [at for at, said in enumerate(names) if said[2].startswith(wanted)]
    for found in (exact, begun):
        if len(found) == 1:
            return ids[found[0]]
    shown = ", ".join(f"{letter.upper()} {text}" for letter, _, text in names)
    raise NothingThere(f"« {answer} » n'est pas une réponse de ce sondage ({shown})")
