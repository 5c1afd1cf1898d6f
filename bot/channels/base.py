"""What every channel is to the rest of the house: a mailbox read, a mail sent, a room heard and spoken to."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)  # seconds between tries to reach a server again


@dataclass(frozen=True)
class RawMail:
    """One message as a mailbox holds it."""

    uid: int
    received: dt.datetime  # when our server took it (IMAP INTERNALDATE), aware
    raw: bytes
    truncated: bool = False  # larger than allowed: ``raw`` holds the header and the first part only


@dataclass(frozen=True)
class MailboxState:
    """Where a mailbox stands: UIDs are only comparable under one ``uidvalidity`` (RFC 9051 §2.3.1.1)."""

    uidvalidity: int
    uidnext: int


class Mailbox(Protocol):
    """A place where mail arrives.  Every method may raise ChannelError; after one, ``open`` starts afresh."""

    @property
    def name(self) -> str:
        """How the cursor knows it: ``imap:INBOX``, ``maildir:/path`` …"""
        ...

    async def open(self) -> MailboxState:
        """(Re)connect and select.  Raises LoginRefused when the password is refused."""
        ...

    async def fetch(self, after: int, limit: int = 200) -> list[RawMail]:
        """The messages with a UID above ``after``, in UID order, at most ``limit``."""
        ...

    async def wait(self, timeout: float) -> None:
        """Return when something may have arrived, at the latest after ``timeout`` seconds."""
        ...

    async def mark_seen(self, uids: Sequence[int]) -> None:
        """Cosmetic: tell people who look into the mailbox that we read these."""
        ...

    async def close(self) -> None:
        """Let go of the connection; never raises."""
        ...


class Status(enum.StrEnum):
    """What became of one thing that was sent."""

    ACCEPTED = "accepted"  # the server has it
    LATER = "later"  # certainly not taken; may be tried again (4xx, or lost before DATA)
    REFUSED = "refused"  # certainly not taken, and never will be (5xx)
    UNCERTAIN = "uncertain"  # lost after DATA (or after the request): the server may have it


@dataclass(frozen=True)
class Outcome:
    """What a channel reports of one sending.  ``detail`` is for the log and for coordination."""

    status: Status
    detail: str = ""
    external_id: str | None = None  # the event id, in rooms


@dataclass(frozen=True)
class Envelope:
    """One mail to one recipient, as bytes that are ready to leave (CRLF line ends)."""

    sender: str
    recipient: str
    data: bytes


class MailTransport(Protocol):
    """Sends mail.  ``width`` is how many leave at once, hence the most that a crash makes uncertain."""

    @property
    def width(self) -> int:
        """How many connections it uses."""
        ...

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Send at most ``width`` mails, one outcome each in order.  Raises LoginRefused, nothing else."""
        ...

    async def close(self) -> None:
        """Let go of the connections; never raises."""
        ...


class EventKind(enum.StrEnum):
    """What people do in a room, as far as Navette listens."""

    MESSAGE = "message"
    NOTICE = "notice"  # a bot's words: never acted on
    FILE = "file"
    EDIT = "edit"  # ``replies_to`` is what it changes, ``body`` the words as they are now
    REACTION = "reaction"  # ``body`` is the sign
    REDACTION = "redaction"  # ``replies_to`` is what was taken back
    POLL = "poll"  # a native poll of theirs
    POLL_RESPONSE = "poll_response"
    POLL_END = "poll_end"
    JOIN = "join"  # of ``person``, who may be ourselves
    LEAVE = "leave"
    UNREADABLE = "unreadable"  # encrypted, and its key is not there (yet)


@dataclass(frozen=True)
class NativePoll:
    """A poll shown by the clients themselves."""

    question: str
    answers: tuple[tuple[str, str], ...]  # (id, text)
    max_selections: int = 1
    disclosed: bool = True


@dataclass(frozen=True)
class RoomEvent:
    """Something that happened in a room.  ``position`` orders events of one channel."""

    event_id: str
    room: str  # the channel's own id; a name or this id binds it to a circle
    sender: str  # the channel's own id of the person
    at: dt.datetime
    kind: EventKind
    body: str = ""  # without the mention of us that opens or closes it, and without what it quotes
    replies_to: str | None = None  # event id answered, reacted to, edited, redacted or voted on
    thread: str | None = None  # event id of the thread's root
    choices: tuple[str, ...] = ()  # answer ids of a poll response
    direct: bool = False  # a direct message to the bot: nobody else reads that room
    mention: bool = False  # the message begins or ends with our name, or names us by its client's mention
    person: str = ""  # whose coming or going it is
    poll: NativePoll | None = None
    sealed: dict[str, Any] | None = None  # what could not be decrypted, as the server gave it


class RoomStanding(enum.StrEnum):
    """Whether we are in a room."""

    JOINED = "joined"
    LEFT = "left"  # we left, were sent away, or it is gone
    REPLACED = "replaced"  # upgraded: ``successor`` is where it goes on, and we are there


@dataclass(frozen=True)
class RoomNews:
    """How a room stands, told when it changed."""

    room: str
    standing: RoomStanding
    names: tuple[str, ...] = ()  # its addresses (#name:server)
    title: str = ""
    person: str = ""  # the only other one in it, if it is for direct messages
    successor: str = ""
    encrypted: bool = False
    writable: bool = True  # whether we may write there


@dataclass(frozen=True)
class Invite:
    """Somebody asks us into a room."""

    room: str
    sender: str
    direct: bool = False


@dataclass(frozen=True)
class RoomBatch:
    """What one look at the rooms brought, and the cursor to commit together with it."""

    events: tuple[RoomEvent, ...]
    cursor: str
    first: bool = False  # the first meeting: a watermark, acted on by nobody
    rooms: tuple[RoomNews, ...] = ()
    invites: tuple[Invite, ...] = ()  # told again at each look, until we enter or leave
    whole: bool = False  # ``rooms`` tells of every room that we are in
    notes: tuple[str, ...] = ()  # what coordination should know of our account, as codes
    keys: bool = False  # keys came: what was unreadable may be readable now


@dataclass(frozen=True)
class PostFile:
    """A file that goes with a post."""

    name: str
    type: str  # MIME
    data: bytes


@dataclass(frozen=True)
class Post:
    """One thing to say in a room, or to a person in a direct message.

    ``person`` empty: in ``room``, by its id or one of its names.  ``person`` set: to that person alone, in
    ``room`` if it is a room of direct messages with them, else in the one that we have or make.
    """

    txn: str  # unguessable; the same again gives the same event, never a second one
    room: str
    person: str
    text: str
    html: str
    replies_to: str | None = None
    thread: str | None = None
    edits: str | None = None  # event id replaced by this
    reaction: str | None = None  # instead of text: react to ``replies_to``
    poll: NativePoll | None = None
    ends: str | None = None  # event id of our native poll that this ends; ``text`` tells the result
    files: tuple[PostFile, ...] = ()
    mentions: tuple[str, ...] = ()  # chat ids of whom it is for
    wakes: bool = False  # worth a notification: bots' notices give none
    first_at: dt.datetime | None = None  # since when it may have been said: old ones are looked for first


class Rooms(Protocol):
    """Chat: rooms heard and spoken to."""

    @property
    def name(self) -> str:
        """How the cursor knows it: ``matrix:@bot:server``, ``terminal`` …"""
        ...

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """What happened after ``cursor``; waits up to ``timeout`` seconds for something.

        Raises ChannelError, after which the same cursor may be given again; LoginRefused when the server
        no longer knows us.
        """
        ...

    async def say(self, post: Post) -> Outcome:
        """Say one thing; the outcome carries the event id.  Raises ChannelError if it may be tried again."""
        ...

    async def enter(self, room: str) -> None:
        """Accept an invitation.  Raises ChannelError."""
        ...

    async def leave(self, room: str) -> None:
        """Leave a room, or decline an invitation.  Raises ChannelError."""
        ...

    async def reread(self, event: RoomEvent) -> RoomEvent | None:
        """An unreadable event as it reads with the keys of now; None if it still does not."""
        ...

    async def attend(self, room: str, event_id: str, *, busy: bool) -> None:
        """Show that we have read up to an event, and are busy with it or no more.  Never raises."""
        ...

    async def close(self) -> None:
        """Let go of the connection; never raises."""
        ...
