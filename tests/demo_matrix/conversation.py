"""What members say to each other and to Navette: in rooms, and alone with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bot.french.format import day
from tests.demo_matrix.town import COORDINATOR, ENCRYPTED, UNBOUND, Town, matrix_id
from tests.servers.matrix_admin import Event
from tests.servers.matrix_member import Member

NAVETTE = matrix_id("navette")
SPEAKERS = (COORDINATOR, "bruno", "hana", "karim", "lea")
_PATIENCE = 30  # seconds for an answer
_POLL = "poll.start"
Tell = Callable[[str, str, str], None]  # where, who, what


class Conversation:
    """One afternoon in the rooms of ``town``; ``tell`` hears of every line."""

    def __init__(self, town: Town, tell: Tell) -> None:
        self._town, self._tell = town, tell
        self._names = {person.key: person.name for person in town.settings.people.members}

    async def play(self) -> None:
        """Play it; every question waits for its answer.  AssertionError when one does not come."""
        for circle, room in self._town.rooms.items():
            await self._from_navette(self._town.people[COORDINATOR], circle, room, 0)
        await self._bind_the_room()
        await self._working_group()
        await self._asks("bruno", "reseau", "!récap")
        await self._asks(COORDINATOR, ENCRYPTED, "!salons")
        await self._alone()

    async def _bind_the_room(self) -> None:
        alice, room = self._town.people[COORDINATOR], self._town.rooms[UNBOUND]
        poll = await self._asks(COORDINATOR, UNBOUND, "!lier-salon")
        await alice.votes(room, poll["event_id"], UNBOUND)
        self._tell(f"#{UNBOUND}", self._names[COORDINATOR], f"(vote) {self._circle(UNBOUND)}")
        await alice.hears(room, "maintenant celui de", sender=NAVETTE, timeout=_PATIENCE)
        await self._from_navette(alice, UNBOUND, room, self._index(alice, room, poll["event_id"]))

    async def _working_group(self) -> None:
        """Two things for the recap: one marked by a sign, one by ``!info``."""
        room, soon = self._town.rooms[UNBOUND], _saturday(3)
        question = await self._says(
            "karim",
            UNBOUND,
            "Bonjour ! La Ruche cherche quelqu'un pour animer une initiation à la comptabilité associative, "
            f"{day(soon)} à 14 h. Une idée ?",
        )
        await self._says(
            "lea", UNBOUND, "Odile l'a fait pour Le Port, c'était très bien : je vous présente.", question
        )
        await self._reacts("hana", UNBOUND, question, "📌")
        line = await self._says(
            "lea",
            UNBOUND,
            f"!info Il reste deux places pour « Accueillir du public », {day(_saturday(5))} à 9 h, au Port.",
        )
        lea = self._town.people["lea"]
        sign = await lea.sees(
            room, lambda event: _sign_on(line, event), _PATIENCE, "the sign that a line was noted"
        )
        self._tell(f"#{UNBOUND}", "Navette", sign["content"]["m.relates_to"]["key"])
        await self._asks("karim", UNBOUND, "!aide")

    async def _alone(self) -> None:
        """An encrypted room of two, where nothing needs to stand before a command."""
        bruno = self._town.people["bruno"]
        room = await bruno.make_direct(NAVETTE)
        await self._from_navette(bruno, "", room, 0)
        await self._asks("bruno", "", "récap aperçu", room)

    async def _says(self, key: str, circle: str, words: str, replies_to: str | None = None) -> str:
        member, room = self._town.people[key], self._town.rooms[circle]
        said = await member.says(room, words, replies_to=replies_to)
        self._tell(f"#{circle}", self._names[key], words)
        return said

    async def _reacts(self, key: str, circle: str, event_id: str, sign: str) -> None:
        await self._town.people[key].reacts(self._town.rooms[circle], event_id, sign)
        self._tell(f"#{circle}", self._names[key], sign)

    async def _asks(self, key: str, circle: str, words: str, room: str = "") -> Event:
        """Say something to Navette, and what it answers."""
        member, room = self._town.people[key], room or self._town.rooms[circle]
        said = await member.says(room, words)
        self._tell(_place(circle), self._names[key], words)
        await member.sees(room, lambda event: event["event_id"] == said, _PATIENCE, words)
        return await self._from_navette(member, circle, room, self._index(member, room, said))

    async def _from_navette(self, member: Member, circle: str, room: str, after: int) -> Event:
        """The first thing that Navette said, as ``member`` heard it, after the first ``after`` events."""

        def is_said(event: Event) -> bool:
            words = event["type"] == "m.room.message" or event["type"].endswith(_POLL)
            late = self._index(member, room, event["event_id"]) > after
            return late and words and event["sender"] == NAVETTE

        event = await member.sees(room, is_said, _PATIENCE, "an answer of Navette")
        self._tell(_place(circle), "Navette", _words(event))
        return event

    def _index(self, member: Member, room: str, event_id: str) -> int:
        return [event["event_id"] for event in member.heard(room)].index(event_id)

    def _circle(self, key: str) -> str:
        return self._town.settings.circles[key].name


def _place(circle: str) -> str:
    return f"#{circle}" if circle else "message direct"


def _words(event: Event) -> str:
    content = event["content"]
    return str(content.get("body") or content.get("org.matrix.msc1767.text", ""))


def _sign_on(event_id: str, event: Event) -> bool:
    on = event["content"]["m.relates_to"]["event_id"]
    return bool(event["type"] == "m.reaction" and event["sender"] == NAVETTE and on == event_id)


def _saturday(weeks: int) -> dt.date:
    """The Saturday after so many weeks."""
    today = dt.datetime.now(dt.UTC).date()
    return today + dt.timedelta(days=(5 - today.weekday()) % 7, weeks=weeks)
