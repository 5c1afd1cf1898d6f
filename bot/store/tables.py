"""The tables of the house: the three doors, the gates, the facts, people, conversations, the archive."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store import archive_tables, people_tables, room_tables  # noqa: F401 - part of the house's schema
from bot.store.base import Base, one_of, short


class InboxState(enum.StrEnum):
    """The one state that each thing received is in."""

    NEW = "new"
    WAITING = "waiting"  # for a key or an id that is on its way: retried by itself
    HELD = "held"  # a person must look
    APPLIED = "applied"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    ARCHIVED = "archived"


class OutboxState(enum.StrEnum):
    """Where one thing to send stands."""

    PENDING = "pending"
    HELD = "held"  # a gate keeps it until coordination decides
    SENDING = "sending"
    SENT = "sent"
    AWAITING_COPY = "awaiting_copy"  # the list took it and has not brought it back yet
    UNCERTAIN = "uncertain"  # the server may have it
    DEAD = "dead"  # refused for good
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FOLDED = "folded"  # an ask too many: told in the recap instead
    SHADOWED = "shadowed"  # shown to coordination instead


class Klass(enum.StrEnum):
    """The four kinds of thing that reach a person."""

    ANSWER = "answer"
    ASK = "ask"
    NEWS = "news"
    DUTY = "duty"


class Doubt(enum.StrEnum):
    """What to do when nobody knows whether it left."""

    AGAIN = "again"  # same bytes, same Message-ID: an acknowledgement
    DROP = "drop"  # a reminder
    ASK = "ask"  # to the list: look for its copy, wait, then ask coordination


class DueState(enum.StrEnum):
    """Where one thing that falls due stands."""

    WAITING = "waiting"
    DONE = "done"
    COALESCED = "coalesced"  # missed while we were down; a later period did its work
    CANCELLED = "cancelled"


class InboxRow(Base):
    """One thing received, raw, with its position."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(short())
    position: Mapped[str] = mapped_column(short())
    kind: Mapped[str] = mapped_column(short(10))  # mail, room
    received: Mapped[dt.datetime]
    past: Mapped[bool] = mapped_column(server_default=false())  # there before us: archived, never acted on
    truncated: Mapped[bool] = mapped_column(server_default=false())
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    size: Mapped[int]
    raw_hash: Mapped[str] = mapped_column(short(64))
    origin_id: Mapped[str] = mapped_column(Text, index=True)  # Message-ID or event id
    author: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(short(12), server_default=InboxState.NEW.value)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    reference: Mapped[str | None] = mapped_column(short(12))
    attempts: Mapped[int] = mapped_column(server_default="0")
    retry_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    __table_args__ = (
        UniqueConstraint("source", "position", name="uq_inbox_position"),
        one_of("state", InboxState),
        Index("ix_inbox_open", "state", "id", sqlite_where=text("state IN ('new', 'waiting', 'held')")),
        Index("ix_inbox_raw_hash", "source", "raw_hash"),
    )


class Cursor(Base):
    """How far one source was read; committed together with what was read."""

    __tablename__ = "cursors"
    source: Mapped[str] = mapped_column(short(), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    met_at: Mapped[dt.datetime]
    moved_at: Mapped[dt.datetime]


class Act(Base):
    """What one thing received did: once for each author, Message-ID or event id, and action."""

    __tablename__ = "acts"
    id: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(Text)
    origin_id: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(short(20))
    content_hash: Mapped[str] = mapped_column(short(64))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    __table_args__ = (UniqueConstraint("author", "origin_id", "action", name="uq_acts_once"),)


class Body(Base):
    """What is said, once, whoever it goes to."""

    __tablename__ = "bodies"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text, server_default="")
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, server_default="")
    language: Mapped[str] = mapped_column(short(2), server_default="")  # empty: the network's
    attachments: Mapped[list[Any]] = mapped_column(server_default="[]")  # name, type, base64
    poll: Mapped[dict[str, Any] | None]


class OutboxRow(Base):
    """One thing to send to one recipient or room."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    effect_key: Mapped[str] = mapped_column(short())
    channel: Mapped[str] = mapped_column(short(10))  # mail, room
    recipient: Mapped[str] = mapped_column(Text)  # address; room id; chat id of a person
    list_name: Mapped[str | None] = mapped_column(short())  # when the recipient is one of our lists
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    klass: Mapped[str] = mapped_column(short(10))
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"))
    params: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    message_id: Mapped[str] = mapped_column(Text, index=True)
    hash: Mapped[str] = mapped_column(short(64), server_default="")
    state: Mapped[str] = mapped_column(short(14), server_default=OutboxState.PENDING.value)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    doubt: Mapped[str] = mapped_column(short(6), server_default=Doubt.DROP.value)
    planned: Mapped[bool] = mapped_column(server_default=false())
    approved_by: Mapped[str | None] = mapped_column(Text)
    prompt_id: Mapped[int | None] = mapped_column(ForeignKey("prompts.id"))
    depends_on: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    epoch: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[dt.datetime]
    not_before: Mapped[dt.datetime | None]
    not_after: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    dated_at: Mapped[dt.datetime | None]  # the Date header: set once, at the first try
    sent_at: Mapped[dt.datetime | None]
    copy_due_at: Mapped[dt.datetime | None]
    external_id: Mapped[str | None] = mapped_column(Text, index=True)
    __table_args__ = (
        UniqueConstraint("effect_key", name="uq_outbox_effect"),
        one_of("state", OutboxState),
        one_of("klass", Klass),
        one_of("doubt", Doubt),
        Index("ix_outbox_open", "state", "id"),
        Index("ix_outbox_sent", "sent_at"),
        Index("ix_outbox_person", "person_id", "klass", "created_at"),
    )


class DueRow(Base):
    """One thing that falls due, once for each kind, audience and period."""

    __tablename__ = "due"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(short(60))
    audience: Mapped[str] = mapped_column(short(100))
    period: Mapped[str] = mapped_column(short(60))
    due_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(short(10), server_default=DueState.WAITING.value)
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    done_at: Mapped[dt.datetime | None]
    note: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (
        UniqueConstraint("kind", "audience", "period", name="uq_due_once"),
        one_of("state", DueState),
        Index("ix_due_open", "state", "due_at"),
    )


class FactRow(Base):
    """Something that happened, for the evaluation.  Append-only (a trigger refuses changes)."""

    __tablename__ = "facts"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    kind: Mapped[str] = mapped_column(short(60), index=True)
    circle: Mapped[str] = mapped_column(short(100), server_default="")
    place: Mapped[str] = mapped_column(short(100), server_default="")
    number: Mapped[int] = mapped_column(server_default="1")


class Switch(Base):
    """A gate moved by a person: it wins over the setting."""

    __tablename__ = "switches"
    name: Mapped[str] = mapped_column(short(30), primary_key=True)
    on: Mapped[bool]
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text, server_default="")


class Meta(Base):
    """Single values of the installation: epoch, heartbeat."""

    __tablename__ = "meta"
    name: Mapped[str] = mapped_column(short(30), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Prompt(Base):
    """A question of ours that waits for an answer: a conversation that survives a restart."""

    __tablename__ = "prompts"
    id: Mapped[int] = mapped_column(primary_key=True)
    capability: Mapped[str] = mapped_column(short(30))
    kind: Mapped[str] = mapped_column(short(30))
    audience: Mapped[str] = mapped_column(short(120), index=True)  # see ``asking.audiences_of``
    state: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    opened_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]


class UndoRow(Base):
    """Something that can be taken back for ten minutes."""

    __tablename__ = "undos"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    capability: Mapped[str] = mapped_column(short(30))
    kind: Mapped[str] = mapped_column(short(30))
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]
