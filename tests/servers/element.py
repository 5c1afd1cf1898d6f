"""A person with Element: a client that we did not write, and that accepts only signed devices."""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from tests.servers import matrix_words as words
from tests.servers.matrix_admin import Event, MatrixUser
from tests.servers.matrix_follower import fulfils
from tests.servers.process import command
from tests.servers.wait import until

_PROGRAM = Path(__file__).parent / "element-client/client.mjs"
_LINE = 1 << 24  # bytes: an answer that lists a room
_TIMEOUT = 40  # seconds for any one order


class ElementError(Exception):
    """The client could not do what it was told; the text is what it said."""


class Element:
    """matrix-js-sdk with its Rust cryptography, in a process of its own.  Made by ``log_in``.

    Every order raises ElementError when it fails, TimeoutError when no answer comes.
    """

    def __init__(self, process: asyncio.subprocess.Process, user: MatrixUser, complaints: Any) -> None:
        self.user, self.device_id, self.access_token = user, "", ""
        self._process, self._complaints = process, complaints
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def log_in(cls, base_url: str, user: MatrixUser, *, strict: bool = True, sign: bool = True) -> Self:
        """Log ``user`` in on a new device.

        ``strict``: neither write to devices that their owner has not signed nor read what they sent.
        ``sign``: make cross-signing keys and sign the own device; for a user's first device.
        """
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the client)
        process = await asyncio.create_subprocess_exec(
            *command("node", str(_PROGRAM), unprivileged=False),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            limit=_LINE,
        )
        element = cls(process, user, complaints)
        try:
            device = await element._does(
                "login",
                base_url=base_url,
                user_id=user.user_id,
                password=user.password,
                strict=strict,
                sign=sign,
            )
        except BaseException:
            await element.close()
            raise
        element.device_id, element.access_token = device["device_id"], device["access_token"]
        return element

    async def close(self) -> None:
        """End the program; nothing when it has ended."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader
        self._complaints.close()

    @property
    def user_id(self) -> str:
        """Their Matrix id."""
        return self.user.user_id

    async def heard(self, room: str) -> list[Event]:
        """The events of ``room`` that the client has, in order.

        Each has event_id, sender, type, content (decrypted), relates_to, ``encrypted``, ``readable``,
        ``failure`` (why it could not be decrypted: a DecryptionFailureCode of the library), ``shield``
        (the colour shown beside it: none, grey or red; null in clear) and ``shield_reason``.
        """
        events: list[Event] = await self._does("events", room=room)
        return events

    async def sees(
        self, room: str, wanted: Callable[[Event], Any], timeout: float = 20, what: str = "an event"
    ) -> Event:
        """The first event of ``room`` that fulfils ``wanted``, within the time; see ``Follower``."""

        async def found() -> Event | None:
            return next((event for event in await self.heard(room) if fulfils(wanted, event)), None)

        event: Event | None = await until(found, timeout, f"{what} in {room}, seen by {self.user_id}")
        assert event is not None
        return event

    async def hears(self, room: str, part: str, *, sender: str = "", timeout: float = 20) -> Event:
        """The first message with ``part`` in its text, of ``sender`` or anybody."""
        return await self.sees(
            room,
            lambda e: e["readable"] and part in e["content"]["body"] and sender in ("", e["sender"]),
            timeout,
            f"a message with {part!r}",
        )

    async def failures(self, room: str) -> list[Event]:
        """What it could not decrypt in ``room``; ``failure`` tells why."""
        return [event for event in await self.heard(room) if not event["readable"]]

    async def retries(self, room: str) -> None:
        """Try again to decrypt what could not be in ``room``, as Element does when it is opened anew."""
        await self._does("retry", room=room)

    async def device(self, user_id: str, device_id: str) -> dict[str, bool] | None:
        """How it judges a device: ``signed`` by its owner, ``verified``; None when it knows none."""
        judged: dict[str, bool] | None = await self._does("device", user_id=user_id, device_id=device_id)
        return judged

    async def make_room(
        self, name: str = "", *, version: str = "11", encrypted: bool = True, invite: Sequence[str] = ()
    ) -> str:
        """Make a room and return its id."""
        return await self._make(name=name, version=version, encrypted=encrypted, invite=invite, direct=False)

    async def make_direct(self, person: str, *, version: str = "11", encrypted: bool = True) -> str:
        """Make a room of direct messages with ``person``."""
        return await self._make(name="", version=version, encrypted=encrypted, invite=[person], direct=True)

    async def join(self, room: str) -> str:
        """Enter ``room``, by id or name; returns its id."""
        return str(await self._does("join", room=room))

    async def sees_member(self, room: str, person: str, membership: str = "join") -> None:
        """Return when the client knows that ``person`` is in ``room`` (or invited, or has left)."""
        await self._does("member", room=room, person=person, membership=membership)

    async def says(self, room: str, body: str, **how: Any) -> str:
        """Say something; ``how``: see ``matrix_words.text``.  Returns the event id, as all the next do."""
        return await self.sends(room, "m.room.message", words.text(body, **how))

    async def reacts(self, room: str, event_id: str, sign: str) -> str:
        """Put a sign under an event."""
        return await self.sends(room, "m.reaction", words.reaction(event_id, sign))

    async def asks(self, room: str, question: str, *answers: tuple[str, str], **how: Any) -> str:
        """Open a native poll; ``answers`` are (id, text), ``how``: see ``matrix_words.poll_start``."""
        content = words.poll_start(question, answers, **how)
        return await self.sends(room, f"{words.UNSTABLE}.start", content)

    async def votes(self, room: str, poll: str, *answers: str) -> str:
        """Answer a native poll, once the client shows it, by the ids of the answers."""
        return str(await self._does("vote", room=room, poll_id=poll, answers=answers))

    async def sends(self, room: str, kind: str, content: words.Content) -> str:
        """Send any event, encrypted where the room is."""
        return str(await self._does("send", room=room, type=kind, content=content))

    async def poll(self, room: str, poll: str) -> dict[str, Any]:
        """A native poll as the client shows it.

        question, answers as [id, text], max_selections, disclosed, ended, undecryptable (how many relations),
        votes: who chose which ids, as the client counts.
        """
        shown: dict[str, Any] = await self._does("poll", room=room, poll_id=poll)
        return shown

    async def _make(self, **options: Any) -> str:
        return str(await self._does("make", **options))

    async def _does(self, order: str, **options: Any) -> Any:
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        if self._process.stdin is None or self._reader.done():
            raise ElementError(self._last_words())
        line = {"id": number, "do": order, "seconds": _TIMEOUT / 2, **options}
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        try:
            return await asyncio.wait_for(answer, _TIMEOUT)
        finally:
            del self._waiting[number]

    async def _read(self) -> None:
        """Hand the answers out until the program ends; who waits then hears of it."""
        while self._process.stdout is not None and (line := await self._process.stdout.readline()):
            answer = json.loads(line)
            waiting = self._waiting.get(answer["id"])
            if waiting is None or waiting.done():
                continue
            if "error" in answer:
                waiting.set_exception(ElementError(answer["error"]))
            else:
                waiting.set_result(answer["result"])
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ElementError(self._last_words()))

    def _last_words(self) -> str:
        self._complaints.seek(0)
        return f"the client has ended: {self._complaints.read()[-2000:].decode(errors='replace')}"
