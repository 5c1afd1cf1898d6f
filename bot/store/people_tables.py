"""The tables of who is who: places, people and what proves them, roles, territories, preferences."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, one_of, short


class Status(enum.StrEnum):
    """What somebody is to the network.  Roles, and being a place's delegate, are told elsewhere."""

    SUBSCRIBER = "subscriber"  # inscrit·e: on the list, a member
    NEWCOMER = "newcomer"  # being welcomed, not a member yet
    PARTNER = "partner"  # told, never voting
    FORMER = "former"  # left; kept as long as retention says


class Source(enum.StrEnum):
    """Who said so: what one source says is not undone by another."""

    SETTINGS = "settings"
    IMPORT = "import"
    LIST = "list"  # the list server
    COMMAND = "command"
    CODE = "code"  # proven by a code that came back


class Recap(enum.StrEnum):
    """How somebody gets the weekly recap."""

    LIST = "list"  # as everybody, by the list
    PERSONAL = "personal"  # a copy of their own, and no ask or news besides: « récap seul »
    NO = "no"  # none, and all else as before: « récap non »
    NONE = "none"  # nothing but answers and duties: « plus rien »


class Rhythm(enum.StrEnum):
    """How often somebody gets a recap of their own."""

    WEEK = "week"
    MONTH = "month"  # with the last edition of a month, all that is still worth telling


class Shown(enum.StrEnum):
    """What the directory shows of somebody to members, only if they chose so.

    Name, place, département and roles are always shown to members, since one acts in the network's name.
    """

    MAIL = "mail"
    CHAT = "chat"
    TOWN = "town"


class Place(Base):
    """A member organisation."""

    __tablename__ = "places"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(short(100), unique=True)
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(short(5), server_default="")
    town: Mapped[str] = mapped_column(Text, server_default="")
    sectors: Mapped[list[Any]] = mapped_column(server_default="[]")
    rural: Mapped[bool | None]
    left_at: Mapped[dt.datetime | None]


class Membership(Base):
    """A place is an *adhérent* for one calendar year, its fee paid or not."""

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    year: Mapped[int]
    paid: Mapped[bool] = mapped_column(server_default=false())
    source: Mapped[str] = mapped_column(short(10))
    at: Mapped[dt.datetime]
    __table_args__ = (
        UniqueConstraint("place_id", "year", name="uq_memberships_one_a_year"),
        one_of("source", Source),
    )


class Seat(Base):
    """A place sits in a circle whose seats are places (the board), from and until."""

    __tablename__ = "seats"
    id: Mapped[int] = mapped_column(primary_key=True)
    circle: Mapped[str] = mapped_column(short(100), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
    source: Mapped[str] = mapped_column(short(10))
    __table_args__ = (
        one_of("source", Source),
        Index("uq_seats_open", "circle", "place_id", unique=True, sqlite_where=text("until IS NULL")),
    )


class Person(Base):
    """Somebody, whatever the channel."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(short(100), unique=True)
    name: Mapped[str] = mapped_column(Text)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    department: Mapped[str] = mapped_column(short(5), server_default="")
    town: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(short(10))
    language: Mapped[str] = mapped_column(short(2), server_default="fr")
    source: Mapped[str] = mapped_column(short(10), server_default=Source.SETTINGS.value)
    entered_at: Mapped[dt.datetime | None]
    notice_at: Mapped[dt.datetime | None]  # when they were told what is held on them
    left_at: Mapped[dt.datetime | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    __table_args__ = (one_of("status", Status), one_of("source", Source))


class Contact(Base):
    """An address or a chat id of a person; nobody shares one.  Only a verified one tells who somebody is."""

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str] = mapped_column(short(10))  # mail, room
    value: Mapped[str] = mapped_column(Text)  # lower case
    rank: Mapped[int] = mapped_column(server_default="0")  # 0 is where we write first
    source: Mapped[str] = mapped_column(short(10), server_default=Source.SETTINGS.value)
    verified_at: Mapped[dt.datetime | None]
    __table_args__ = (
        UniqueConstraint("channel", "value", name="uq_contacts_one_person"),
        CheckConstraint("channel IN ('mail', 'room')", name="channel_known"),
        one_of("source", Source),
    )


class RoleRow(Base):
    """A role that somebody holds, in a circle (a territory, for a referent) or everywhere, from and until."""

    __tablename__ = "roles"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(short(20))
    circle: Mapped[str] = mapped_column(short(100), server_default="")
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
    source: Mapped[str] = mapped_column(short(10), server_default=Source.SETTINGS.value)
    __table_args__ = (one_of("source", Source),)


class Territory(Base):
    """A named zone; zones may overlap.

    It covers the places (and people without a place) of ``departments``, but those of ``except_towns``, and
    those of ``towns``.
    """

    __tablename__ = "territories"
    key: Mapped[str] = mapped_column(short(100), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    departments: Mapped[list[Any]] = mapped_column(server_default="[]")
    towns: Mapped[list[Any]] = mapped_column(server_default="[]")
    except_towns: Mapped[list[Any]] = mapped_column(server_default="[]")


class Referent(Base):
    """Who a territory turns to: a person, a place or a collective, from and until; several make a pair.

    None that is open: vacant.
    """

    __tablename__ = "referents"
    id: Mapped[int] = mapped_column(primary_key=True)
    territory: Mapped[str] = mapped_column(ForeignKey("territories.key"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    collective: Mapped[str | None] = mapped_column(Text)
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
    source: Mapped[str] = mapped_column(short(10))
    __table_args__ = (
        CheckConstraint(
            "(person_id IS NOT NULL) + (place_id IS NOT NULL) + (collective IS NOT NULL) = 1", name="one_kind"
        ),
        one_of("source", Source),
    )


class Preference(Base):
    """What somebody wants to receive, when and where.  No row: what the settings say of everybody."""

    __tablename__ = "preferences"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(
        short(10), server_default=""
    )  # mail, room; empty: chat if there is one
    recap: Mapped[str] = mapped_column(short(10), server_default=Recap.LIST.value)
    rhythm: Mapped[str] = mapped_column(
        short(10), server_default=Rhythm.WEEK.value
    )  # of their own copy of the recap
    reminders: Mapped[bool] = mapped_column(server_default=true())
    quiet_from: Mapped[str] = mapped_column(short(5), server_default="")  # "20:00"; empty: the settings'
    quiet_until: Mapped[str] = mapped_column(short(5), server_default="")
    paused_until: Mapped[dt.datetime | None]  # no ask and no news before
    shown: Mapped[list[Any]] = mapped_column(server_default="[]")  # what the directory shows: Shown
    distrusted_until: Mapped[dt.datetime | None]  # mail that nobody vouches for is not asked about before
    __table_args__ = (
        CheckConstraint("channel IN ('', 'mail', 'room')", name="channel_known"),
        one_of("recap", Recap),
        one_of("rhythm", Rhythm),
    )


class LinkCode(Base):
    """A code on its way: whoever brings it back has both places."""

    __tablename__ = "link_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(short(64))  # of the code; the code itself is not kept
    from_channel: Mapped[str] = mapped_column(short(10))  # where it was asked, and must come back
    from_value: Mapped[str] = mapped_column(Text)
    to_channel: Mapped[str] = mapped_column(short(10))  # where it was sent
    to_value: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[dt.datetime | None]
    __table_args__ = (
        Index("ix_link_codes_from", "from_channel", "from_value"),
        Index("ix_link_codes_to", "to_channel", "to_value", "created_at"),
    )


class ReplyToken(Base):
    """What proves that an answer comes from whom we asked: 128 random bits in the reply address.

    ``prompt_id``: the question that it may answer; without one it only takes back (« annule ») what the mail
    told was done.
    """

    __tablename__ = "reply_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(short(26), unique=True)  # lower-case base32
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), unique=True)
    prompt_id: Mapped[int | None] = mapped_column(ForeignKey("prompts.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class Merge(Base):
    """Two that were one person: what moved, so that it can be undone."""

    __tablename__ = "merges"
    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    by: Mapped[str] = mapped_column(short(100))  # a person's key
    at: Mapped[dt.datetime]
    moved: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    split_at: Mapped[dt.datetime | None]
    __table_args__ = (CheckConstraint("kept_id <> gone_id", name="two_people"),)


class Erasure(Base):
    """Somebody was erased: they are « ancien·ne membre » of this number.

    ``mark`` is the same in the ledger beside the database, so that an older copy put back erases again.
    """

    __tablename__ = "erasures"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    mark: Mapped[str] = mapped_column(short(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    at: Mapped[dt.datetime]
    seals: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # see ``bot/store/ledger.py``
