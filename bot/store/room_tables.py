"""The tables of the rooms: how each stands, as the channel told it, and which circle's room it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, short


class RoomRow(Base):
    """A room as it stood when the channel last told of it."""

    __tablename__ = "rooms"
    id: Mapped[str] = mapped_column(Text, primary_key=True)  # the channel's own
    standing: Mapped[str] = mapped_column(short(10))
    names: Mapped[list[Any]] = mapped_column(server_default="[]")  # its addresses
    title: Mapped[str] = mapped_column(Text, server_default="")
    person: Mapped[str] = mapped_column(Text, server_default="")  # the only other one, in direct messages
    successor: Mapped[str] = mapped_column(Text, server_default="", index=True)
    encrypted: Mapped[bool] = mapped_column(server_default=false())
    writable: Mapped[bool] = mapped_column(server_default=true())
    told_at: Mapped[dt.datetime]
    __table_args__ = (CheckConstraint("standing IN ('joined', 'left', 'replaced')", name="standing_known"),)


class Visit(Base):
    """A direct room into which somebody whom nobody knew asked us: see ``bot/visits.py``."""

    __tablename__ = "visits"
    room: Mapped[str] = mapped_column(Text, primary_key=True)
    person: Mapped[str] = mapped_column(Text)  # their chat id
    at: Mapped[dt.datetime] = mapped_column(index=True)


class RoomBinding(Base):
    """A circle's room as a person said it: it wins over the setting.  Without a room: the circle has none."""

    __tablename__ = "room_bindings"
    circle: Mapped[str] = mapped_column(short(100), primary_key=True)
    room: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime]
    __table_args__ = (UniqueConstraint("room", name="uq_room_bindings_one_circle"),)
