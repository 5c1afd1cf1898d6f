"""What the recap keeps: editions, their items, the lines that members deposit."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, one_of, short


class EditionState(enum.StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    STOPPED = "stopped"  # coordination does not want it sent
    SENT = "sent"
    EMPTY = "empty"


class ItemState(enum.StrEnum):
    """What coordination decided of an item."""

    KEPT = "kept"
    DROPPED = "dropped"
    POSTPONED = "postponed"  # to the next edition


class LineState(enum.StrEnum):
    """Where a deposited line stands."""

    WAITING = "waiting"
    TOLD = "told"
    WITHDRAWN = "withdrawn"


RECAP = "recap"


class Edition(Base):
    """One issue of the weekly recap, or of a letter made from the same matter.

    Known by its ``kind`` (``RECAP``, ``letter:KEY`` of a letter in the settings, ``circle:KEY`` of what a
    reserved circle alone is told) and its ``period``: the ISO week in which it is to be sent, a month
    (2026-11), a quarter (2026-Q4).
    """

    __tablename__ = "digest_editions"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(short(110), default=RECAP, server_default=RECAP)
    period: Mapped[str] = mapped_column(short(10))
    state: Mapped[str] = mapped_column(short(10), server_default=EditionState.DRAFT.value)
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    after_message: Mapped[int]  # of the archive: what the edition before this one told last
    last_message: Mapped[int]
    send_at: Mapped[dt.datetime]
    intro: Mapped[str] = mapped_column(Text, server_default="")
    approved_by: Mapped[str | None] = mapped_column(short(100))
    reminded: Mapped[bool] = mapped_column(server_default=false())
    sent_at: Mapped[dt.datetime | None]
    subject: Mapped[str] = mapped_column(Text, server_default="")
    text: Mapped[str] = mapped_column(Text, server_default="")
    html: Mapped[str] = mapped_column(Text, server_default="")
    # The load that it tells of: messages that it covers, minutes that reading them takes, asks that we
    # ourselves made of people meanwhile, and mails that we wrote to them by ourselves.
    messages: Mapped[int] = mapped_column(server_default="0")
    minutes: Mapped[int] = mapped_column(server_default="0")
    asks: Mapped[int] = mapped_column(server_default="0")
    mails: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        UniqueConstraint("kind", "period", name="uq_digest_editions_period"),
        one_of("state", EditionState),
    )


class Item(Base):
    """One thing that an edition tells.  ``number`` is how people call it: it never changes."""

    __tablename__ = "digest_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("digest_editions.id"), index=True)
    number: Mapped[int]
    key: Mapped[str] = mapped_column(short())
    section: Mapped[str] = mapped_column(short(30))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, server_default="")
    circle: Mapped[str] = mapped_column(short(100), server_default="")
    links: Mapped[list[Any]] = mapped_column(server_default="[]")
    version: Mapped[str] = mapped_column(short(60), default="", server_default="")  # of what it is made of
    last_day: Mapped[dt.date | None]
    event: Mapped[dict[str, Any] | None]  # of the agenda: start, end, time, end_time (ISO), for calendars
    told: Mapped[bool] = mapped_column(default=False, server_default=false())  # by an earlier edition
    rank: Mapped[int]  # the reading order inside the section
    state: Mapped[str] = mapped_column(short(10), server_default=ItemState.KEPT.value)
    edited: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # by a person: kept as they wrote it
    __table_args__ = (
        UniqueConstraint("edition_id", "key", name="uq_digest_items_key"),
        UniqueConstraint("edition_id", "number", name="uq_digest_items_number"),
        one_of("state", ItemState),
    )


class Line(Base):
    """A line that a member left for the recap instead of writing to everybody."""

    __tablename__ = "digest_lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    circle: Mapped[str] = mapped_column(short(100), default="", server_default="")  # in whose name
    at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(short(10), server_default=LineState.WAITING.value)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("digest_editions.id"))
    about: Mapped[str] = mapped_column(short(), default="", server_default="")  # the item that it corrects
    __table_args__ = (one_of("state", LineState),)
