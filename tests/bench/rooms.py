"""Commands in a room of a real Synapse: ``navette run`` beside the least bot that answers, in one run."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import aiohttp

from tests.bench.figures import ROOT, tell
from tests.bench.idling import IDLE_SECONDS, READY
from tests.servers.matrix_admin import MatrixUser
from tests.servers.synapse import Synapse, make_matrix_folder

CLIENT = "/_matrix/client/v3"
COMMANDS, SENDERS = 500, 5
TRIPS = 60
ROUNDS = 1
LIMIT_SECONDS = 100

_SETTINGS = """
[bot]
address = "navette@lisieres.example"
[store]
path = "base.sqlite3"
[mail.inbox]
kind = "maildir"
path = "recu"
[mail.outbox]
kind = "maildir"
path = "envoye"
[matrix]
host = "{base}"
user = "{user}"
password = "{password}"
folder = "matrix"
[lists.reseau]
address = "reseau@listes.lisieres.example"
[circles.reseau]
name = "Réseau"
room = "{room}"
[gates]
shadow = false
per_hour = 1000000
per_day = 1000000
"""
_PERSON = """
[[people.members]]
key = "p{number}"
name = "Personne {number}"
chat = ["{user}"]
"""


def run() -> None:
    """The ratios of the rates and of the medians of the round trips; the memory that is resident."""
    asyncio.run(_run())


async def _run() -> None:
    server = Synapse(make_matrix_folder("bench"))
    await server.start()
    try:
        people = [Person(server.base_url, await server.register_anybody()) for _ in range(SENDERS)]
        rates: dict[str, list[float]] = {"bare": [], "navette": []}
        trips: dict[str, list[float]] = {"bare": [], "navette": []}
        for _ in range(ROUNDS):
            for name, start in (("navette", _navette), ("bare", _bare)):
                async with _company(server, people) as (bot, room), start(server, bot, room, people):
                    trips[name] += await _round_trips(people[0], room, bot.user_id)
                    rates[name].append(await _burst(people, room, bot.user_id))
        idle, after = await _memory(server, people)
    finally:
        await server.stop()
        shutil.rmtree(server.folder)
    bare, ours = statistics.mean(rates["bare"]), statistics.mean(rates["navette"])
    tell("rooms_bare_rate", bare, "answers/s")
    tell("rooms_rate", ours, "answers/s")
    tell("rooms_rate_over_bare", ours / bare, "(target: 0.9 or more)")
    bare, ours = statistics.median(trips["bare"]), statistics.median(trips["navette"])
    tell("rooms_bare_trip_ms", bare * 1000, "ms")
    tell("rooms_trip_ms", ours * 1000, "ms")
    tell("rooms_trip_over_bare", ours / bare, "(target: 1.1 or less)")
    tell("rooms_idle_memory_mb", idle, "MB (target: 100 or less)")
    tell("rooms_memory_after_burst_mb", after, "MB")


class Person:
    """A bare client: sends, and listens for the answers of one bot."""

    def __init__(self, base: str, user: MatrixUser) -> None:
        self.base, self.user = base, user
        self.token = ""
        self._http: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, content: object = None, **query: str) -> dict[str, object]:
        """One request, answered."""
        if self._http is None:
            self._http = aiohttp.ClientSession(self.base)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self._http.request(
            method, CLIENT + path, json=content, params=query, headers=headers
        ) as answer:
            answer.raise_for_status()
            told: dict[str, object] = await answer.json()
            return told

    async def log_in(self) -> None:
        """Have a token, once."""
        if not self.token:
            identifier = {"type": "m.id.user", "user": self.user.user_id}
            asked = {"type": "m.login.password", "identifier": identifier, "password": self.user.password}
            self.token = str((await self.call("POST", "/login", asked))["access_token"])

    async def say(self, room: str, number: int) -> str:
        """One command; its event id."""
        path = f"/rooms/{quote(room)}/send/m.room.message/{time.monotonic_ns()}.{number}"
        return str((await self.call("PUT", path, {"msgtype": "m.text", "body": "!aide"}))["event_id"])

    async def close(self) -> None:
        """Let go."""
        if self._http is not None:
            await self._http.close()
            self._http = None


@dataclass
class Answers:
    """What a bot said in a room, heard by somebody's own sync."""

    person: Person
    room: str
    bot: str
    since: str = ""

    async def more(self) -> list[str]:
        """The events that were answered, in the order of the answers."""
        # Synapse answers the same first question for two minutes as it did before: each asks another.
        nobody = (
            f"@{id(self)}.{time.monotonic_ns()}:nowhere.example"
            if not self.since
            else "@nobody:nowhere.example"
        )
        kept = {
            "presence": {"types": []},
            "room": {"rooms": [self.room], "timeline": {"limit": 500, "not_senders": [nobody]}},
        }
        query = {"timeout": "30000" if self.since else "0", "filter": json.dumps(kept)}
        query |= {"since": self.since} if self.since else {}
        told = await self.person.call("GET", "/sync", **query)
        begun, self.since = not self.since, str(told["next_batch"])
        if begun:
            return []
        rooms: dict[str, dict] = told.get("rooms", {}).get("join", {})  # type: ignore[attr-defined, type-arg]
        timeline = rooms.get(self.room, {}).get("timeline", {})
        events = timeline.get("events", [])
        if timeline.get("limited"):
            events = await self._left_out(timeline["prev_batch"], query.get("since", "")) + events
        return [
            event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"]
            for event in events
            if event["sender"] == self.bot and "m.relates_to" in event["content"]
        ]

    async def _left_out(self, start: str, since: str) -> list[dict]:  # type: ignore[type-arg]
        """What a sync left out, in order."""
        query = {"dir": "b", "from": start, "to": since, "limit": "1000"}
        told = await self.person.call("GET", f"/rooms/{quote(self.room)}/messages", **query)
        return list(reversed(told["chunk"]))  # type: ignore[call-overload]


@asynccontextmanager
async def _company(server: Synapse, people: list[Person]) -> AsyncIterator[tuple[MatrixUser, str]]:
    """A bot's account, and a room of its people where it is asked in."""
    bot = await server.register_anybody("navette")
    for person in people:
        await person.log_in()
    first, *others = people
    invited = [bot.user_id, *(person.user.user_id for person in others)]
    made = await first.call("POST", "/createRoom", {"preset": "private_chat", "invite": invited})
    room = str(made["room_id"])
    for person in others:
        await person.call("POST", f"/join/{quote(room)}", {})
    try:
        yield bot, room
    finally:
        for person in people:
            await person.close()


async def _burst(people: list[Person], room: str, bot: str) -> float:
    """Answers a second, from the first command to the last answer; each sender's come in order."""
    listener = Answers(people[0], room, bot)
    await listener.more()
    sent: dict[str, list[str]] = {}
    answered: list[str] = []

    async def send(person: Person) -> None:
        for number in range(COMMANDS // SENDERS):
            sent.setdefault(person.user.user_id, []).append(await person.say(room, number))

    begun = time.perf_counter()
    async with asyncio.timeout(LIMIT_SECONDS):
        sending = asyncio.gather(*(send(person) for person in people))
        while len(answered) < COMMANDS:
            answered += await listener.more()
        await sending
    seconds = time.perf_counter() - begun
    for events in sent.values():
        mine = [event for event in answered if event in set(events)]
        if mine != events:
            lost, twice = set(events) - set(mine), len(mine) - len(set(mine))
            raise RuntimeError(f"{len(lost)} answers are missing, {twice} twice, or they are out of order")
    return COMMANDS / seconds


async def _round_trips(person: Person, room: str, bot: str) -> list[float]:
    """Seconds from a command to its answer, one at a time."""
    listener = Answers(person, room, bot)
    await listener.more()
    trips = []
    for number in range(TRIPS):
        begun = time.perf_counter()
        saying = asyncio.create_task(person.say(room, number))
        answered: list[str] = []
        async with asyncio.timeout(LIMIT_SECONDS):
            while not answered:
                answered = await listener.more()
        trips.append(time.perf_counter() - begun)
        await saying
    return trips


@asynccontextmanager
async def _bare(server: Synapse, bot: MatrixUser, room: str, people: list[Person]) -> AsyncIterator[int]:
    account = Person(server.base_url, bot)
    await account.log_in()
    await account.call("POST", f"/join/{quote(room)}", {})
    await account.close()
    words = [sys.executable, "-m", "tests.bench.bare_bot", server.base_url, account.token, bot.user_id]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        await asyncio.to_thread(process.stdout.readline)
        yield process.pid
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def _navette(server: Synapse, bot: MatrixUser, room: str, people: list[Person]) -> AsyncIterator[int]:
    with tempfile.TemporaryDirectory(prefix="navette-bench-") as name:
        settings = Path(name) / "navette.toml"
        text = _SETTINGS.format(
            base=server.base_url, user=bot.user_id, password=bot.password, room=room
        ) + "".join(_PERSON.format(number=n, user=one.user.user_id) for n, one in enumerate(people))
        settings.write_text(text, "utf-8")
        for folder in ("cur", "new", "tmp"):
            (Path(name) / "recu" / folder).mkdir(parents=True)
        with (Path(name) / "log").open("w+") as log:
            process = subprocess.Popen(
                [str(Path(sys.executable).with_name("navette")), "run", "--config", str(settings)],
                env=dict(os.environ),
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
            try:
                await _until_in(people[0], room, bot.user_id, Path(name) / "log")
                yield process.pid
            finally:
                process.kill()
                process.wait()


async def _until_in(person: Person, room: str, user: str, log: Path) -> None:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                members = await person.call("GET", f"/rooms/{quote(room)}/joined_members")
                if user in members["joined"] and READY in log.read_text():  # type: ignore[operator]
                    return
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise RuntimeError(log.read_text()) from None


async def _memory(server: Synapse, people: list[Person]) -> tuple[float, float]:
    """What is resident of an idle service that is in a room, and some time after many commands."""
    async with _company(server, people) as (bot, room), _navette(server, bot, room, people) as pid:
        await asyncio.sleep(IDLE_SECONDS)
        idle = _resident(pid)
        await _burst(people, room, bot.user_id)
        await asyncio.sleep(IDLE_SECONDS)
        return idle, _resident(pid)


def _resident(pid: int) -> float:
    """Megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024
