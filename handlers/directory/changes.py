"""What an act of coordination changes: « annule » can put it back, and whom it concerns is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot import outbox, people
from bot.dispatch import UNDO_MINUTES
from bot.errors import UserError
from bot.outbox import Terms
from bot.router.declare import NEEDS, Context, Reply
from bot.store.base import Base, UtcDateTime
from bot.store.people_tables import (
    Contact,
    Membership,
    Person,
    Place,
    Referent,
    RoleRow,
    Seat,
    Source,
    Status,
    Territory,
)
from bot.store.tables import Doubt, Klass, OutboxRow
from handlers.directory.acts import capability

TABLES: Mapping[str, type[Base]] = {
    table.__tablename__: table
    for table in (Place, Territory, Person, Contact, Membership, Seat, RoleRow, Referent)
}


class Changes:
    """The rows that one act makes and changes, all in the name of a command."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.made: list[list[Any]] = []
        self.before: list[list[Any]] = []
        self.removed: list[list[Any]] = []
        self.told: list[str] = []
        self.facts: list[tuple[str, str, str]] = []
        self.own_role = False  # whoever did it no longer has the role that it takes

    def fact(self, kind: str, *, circle: str = "", place: str = "") -> None:
        """Leave a fact for the evaluation; one that is put back counts for nothing."""
        self.ctx.fact(kind, circle=circle, place=place)
        self.facts.append((kind, circle, place))

    async def make(self, row: Base) -> None:
        """A new row."""
        self.ctx.session.add(row)
        await self.ctx.session.flush()
        self.made.append([row.__tablename__, _identity(row)])

    def set(self, row: Base, **values: Any) -> None:
        """New values of a row; from now on a command said so, if the row keeps who did."""
        if hasattr(row, "source"):
            values["source"] = Source.COMMAND.value
        old = {name: _kept(getattr(row, name)) for name in values}
        self.before.append([row.__tablename__, _identity(row), old])
        for name, value in values.items():
            setattr(row, name, value)

    def end(self, rows: Sequence[Any]) -> None:
        """These end now; the settings do not open them again by themselves, since a command ended them."""
        for row in rows:
            self.set(row, until=self.ctx.now)

    async def remove(self, row: Base) -> None:
        """A row that is no more."""
        columns = [column.name for column in row.__table__.columns if column.name != "id"]
        self.removed.append([row.__tablename__, {name: _kept(getattr(row, name)) for name in columns}])
        await self.ctx.session.delete(row)
        await self.ctx.session.flush()

    async def tell(self, person_id: int, message: str, values: Mapping[str, Any]) -> None:
        """Tell somebody what was done that concerns them, once it can no longer be taken back."""
        ctx = self.ctx
        member = await people.by_id(ctx.session, person_id, ctx.now)
        if member is None or member.id == ctx.me.id:
            return
        to = ctx.to_person(member)
        if to is None:
            return
        later = ctx.now + dt.timedelta(minutes=UNDO_MINUTES, seconds=1)
        key = f"directory:{ctx.incoming.inbox_id}:{member.key}"
        rendered = ctx.render(message, {**values, "by": ctx.me.name}, member.language)
        await ctx.send(key, to, rendered, Terms(klass=Klass.NEWS, doubt=Doubt.AGAIN, not_before=later))
        self.told.append(key)

    def undoable(self) -> None:
        """Let « annule » put all of it back."""
        data: dict[str, Any] = {"made": self.made, "before": self.before, "removed": self.removed}
        data |= {"told": self.told, "facts": self.facts}
        if self.own_role:
            data[NEEDS] = []
        self.ctx.undoable(self.ctx.me, "directory", "changes", data)


@capability.undo("changes")
async def put_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Put back what an act of coordination changed; nobody is told of it any more."""
    try:
        async with ctx.session.begin_nested():
            await _put_back(ctx, data)
    except IntegrityError as error:
        # Somebody else's act stands on it by now.
        raise UserError("directory.changed_since") from error
    cancelled = await outbox.cancel(ctx.session, data["told"], "annule")
    for kind, circle, place in data["facts"]:
        ctx.fact(kind, circle=circle, place=place, number=-1)
    return Reply("directory.put_back", {"told": cancelled > 0})


async def _put_back(ctx: Context, data: Mapping[str, Any]) -> None:
    for table, identity, old in reversed(data["before"]):
        row = await ctx.session.get(TABLES[table], identity)
        if row is not None:
            for name, value in old.items():
                setattr(row, name, _read(row, name, value))
    await ctx.session.flush()
    for table, identity in reversed(data["made"]):
        row = await ctx.session.get(TABLES[table], identity)
        if isinstance(row, Person) and await _was_written_to(ctx, row.id):
            row.status, row.left_at = Status.FORMER.value, ctx.now
        elif row is not None:
            await ctx.session.delete(row)
        await ctx.session.flush()
    for table, old in data["removed"]:
        made = TABLES[table]()
        for name, value in old.items():
            setattr(made, name, _read(made, name, value))
        ctx.session.add(made)
    await ctx.session.flush()


async def _was_written_to(ctx: Context, person_id: int) -> bool:
    rows = select(OutboxRow.id).where(OutboxRow.person_id == person_id).limit(1)
    return await ctx.session.scalar(rows) is not None


def _identity(row: Base) -> Any:
    return getattr(row, "id", None) or getattr(row, "key")  # noqa: B009 - territories have no number


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _read(row: Base, name: str, value: Any) -> Any:
    is_moment = isinstance(row.__table__.columns[name].type, UtcDateTime)
    return dt.datetime.fromisoformat(value) if is_moment and value is not None else value
