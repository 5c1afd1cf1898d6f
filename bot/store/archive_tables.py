"""The tables of the archive: exchanges and their messages, who mentioned whom, what was imported."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, short


class Thread(Base):
    """An exchange: messages that answer each other."""

    __tablename__ = "threads"
    id: Mapped[int] = mapped_column(primary_key=True)
    circle: Mapped[str] = mapped_column(short(100))
    subject: Mapped[str] = mapped_column(Text)
    base_subject: Mapped[str] = mapped_column(Text)
    started_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    # How often words of it were taken back or changed: what was made of it before is stale.
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    __table_args__ = (Index("ix_threads_subject", "circle", "base_subject", "last_at"),)


class Message(Base):
    """The archive: what people wrote, kept to read again, to search and to summarise."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), index=True)
    circle: Mapped[str] = mapped_column(short(100))
    author_name: Mapped[str] = mapped_column(Text)
    author_address: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    subject: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(index=True)  # when our server took it
    text: Mapped[str] = mapped_column(Text)
    links: Mapped[list[Any]] = mapped_column(server_default="[]")
    attachments: Mapped[list[Any]] = mapped_column(server_default="[]")  # names
    content_hash: Mapped[str] = mapped_column(short(64))
    ours: Mapped[bool] = mapped_column(server_default=false())


class Mention(Base):
    """A post of this thread names a message that the thread does not hold: it may still come."""

    __tablename__ = "mentions"
    message_id: Mapped[str] = mapped_column(Text, primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True, index=True)


class Imported(Base):
    """A file's message that an import has dealt with: by its bytes, so that it need not be read again.

    It stays when the message is erased, which therefore does not come back with the next import.
    """

    __tablename__ = "imported"
    raw_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # SHA-256
