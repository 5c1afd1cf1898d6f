"""The second door: what is to be said, one row a recipient, written in the transaction that decides it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.guard import tokens
from bot.mail.kinds.unanswerable import MARK
from bot.reach import is_tellable
from bot.store.tables import Body, Doubt, Klass, Meta, OutboxRow, OutboxState

OPEN = (OutboxState.PENDING.value, OutboxState.HELD.value)
WEEK = dt.timedelta(days=7)
MESSAGE_ID_BYTES = 16  # 128 bits: answering it proves as much as a token
ROWS_AT_ONCE = 500  # more at once take more memory, and no less time
# What was never asked of anybody.
NOT_ASKED = (
    OutboxState.FOLDED.value,
    OutboxState.CANCELLED.value,
    OutboxState.EXPIRED.value,
    OutboxState.DEAD.value,
)
AGAIN = "again, "  # how the reason for a second sending begins


@dataclass(frozen=True)
class Destination:
    """Where something goes: an address, a list, a room, or a person's chat."""

    channel: str  # mail, room
    recipient: str
    person_id: int | None = None
    list_name: str | None = None


@dataclass(frozen=True)
class Content:
    """What is said: a subject (mail), text, HTML, files, a native poll."""

    text: str
    html: str = ""
    subject: str = ""
    attachments: tuple[dict[str, str], ...] = ()
    poll: dict[str, Any] | None = None
    language: str = ""  # empty: the network's


@dataclass(frozen=True)
class Terms:
    """How and when something may leave."""

    klass: Klass = Klass.ANSWER
    doubt: Doubt = Doubt.AGAIN
    planned: bool = False  # a burst that coordination knows of: not counted by the breaker
    approved_by: str | None = None
    not_before: dt.datetime | None = None
    not_after: dt.datetime | None = None
    depends_on: int | None = None
    prompt_id: int | None = None
    params: Mapping[str, Any] = field(
        default_factory=dict
    )  # in_reply_to, references, replies_to, thread, edits …


ANSWER = Terms()
# Made once: each answer asks for these.
OF_KEY = select(OutboxRow.id).where(OutboxRow.effect_key == bindparam("key"))
EPOCH = select(Meta.value).where(Meta.name == "epoch")


@dataclass(frozen=True)
class Sender:
    """What every row of one transaction shares: the moment, our domain, the installation's epoch."""

    now: dt.datetime
    domain: str
    asks_per_week: int
    token_lasts: dt.timedelta = dt.timedelta(days=60)
    untold: frozenset[str] = frozenset()  # circles of which the recap tells nothing


async def add_body(session: AsyncSession, content: Content) -> int:
    """Keep what is said, once; returns its number."""
    body = Body(
        subject=content.subject,
        text=content.text,
        html=content.html,
        language=content.language,
        attachments=list(content.attachments),
        poll=content.poll,
    )
    session.add(body)
    await session.flush()
    return body.id


async def enqueue(
    session: AsyncSession,
    sender: Sender,
    key: str,
    to: Destination,
    content: Content | int,
    terms: Terms = ANSWER,
) -> int:
    """Write one thing to send; the same ``key`` again changes nothing.  Returns the row's number.

    ``content`` may be the number of a body that is already kept.  An ask beyond what its person accepts
    in a week is folded: kept, never sent, and told in the recap by what ``params["recap"]`` lets everybody
    read of it (key, title, text, circle), once for all whom the same key asks.  One of which the recap may
    tell nothing waits for its turn instead.
    """
    there = await session.scalar(OF_KEY, {"key": key})
    if there is not None:
        return there
    body_id = content if isinstance(content, int) else await add_body(session, content)
    state, reason = OutboxState.PENDING, ""
    if terms.klass is Klass.ASK and to.person_id is not None:
        asked = await asks_in_week(session, to.person_id, sender.now)
        if asked >= sender.asks_per_week and is_tellable(terms.params, sender.untold):
            state, reason = OutboxState.FOLDED, f"{asked} asks in the last seven days"
    row = OutboxRow(
        **_shared(sender, to, terms, await epoch(session)),
        effect_key=key,
        body_id=body_id,
        message_id=new_message_id(sender.domain),
        state=state.value,
        reason=reason,
    )
    session.add(row)
    await session.flush()
    if tokens.CARRIED in row.params:
        session.add(tokens.made_for(row, sender.token_lasts))
    return row.id


async def enqueue_many(
    session: AsyncSession, sender: Sender, prefix: str, to: Sequence[Destination], body_id: int, terms: Terms
) -> int:
    """The same for many recipients of one body, without a look at each; keys are ``prefix:recipient``."""
    there = set(
        await session.scalars(
            select(OutboxRow.effect_key).where(OutboxRow.effect_key.startswith(f"{prefix}:", autoescape=True))
        )
    )
    current = await epoch(session)
    missing = [one for one in to if f"{prefix}:{one.recipient}" not in there]
    for start in range(0, len(missing), ROWS_AT_ONCE):
        rows = [
            _shared(sender, one, terms, current)
            | {
                "effect_key": f"{prefix}:{one.recipient}",
                "body_id": body_id,
                "message_id": new_message_id(sender.domain),
            }
            for one in missing[start : start + ROWS_AT_ONCE]
        ]
        await session.execute(insert(OutboxRow), rows)
    if any(one.person_id is not None for one in missing):
        await tokens.make_many(session, f"{prefix}:", sender.now, sender.token_lasts)
    return len(missing)


def _shared(sender: Sender, to: Destination, terms: Terms, current: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "channel": to.channel,
        "recipient": to.recipient,
        "list_name": to.list_name,
        "person_id": to.person_id,
        "klass": terms.klass.value,
        "doubt": (Doubt.ASK if to.list_name else terms.doubt).value,
        "planned": terms.planned,
        "approved_by": terms.approved_by,
        "not_before": terms.not_before,
        "not_after": terms.not_after,
        "depends_on": terms.depends_on,
        "prompt_id": terms.prompt_id,
        "params": dict(terms.params),
        "epoch": current,
        "created_at": sender.now,
    }
    if tokens.carries_one(values):
        values["params"][tokens.CARRIED] = tokens.new_token()
    return values


def new_message_id(domain: str) -> str:
    """A Message-ID that nobody can guess, without its angle brackets (RFC 5322 §3.6.4).

    Its mark tells other Navettes who wrote it: see ``bot/mail/kinds/unanswerable.py``.
    """
    return f"{secrets.token_hex(MESSAGE_ID_BYTES)}{MARK}@{domain}"


async def epoch(session: AsyncSession) -> int:
    """Which life of the database this is: a restore begins a new one."""
    value = await session.scalar(EPOCH)
    return int(value or 1)


async def asks_in_week(session: AsyncSession, person_id: int, now: dt.datetime) -> int:
    """How many asks this person was sent in the seven days up to ``now``, or will be sent."""
    lately = (OutboxRow.created_at > now - WEEK) | (OutboxRow.sent_at > now - WEEK)
    count = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.person_id == person_id, OutboxRow.klass == Klass.ASK.value)
        .where(OutboxRow.state.not_in(NOT_ASKED), OutboxRow.state.in_(OPEN) | lately)
    )
    return count or 0


def note(row: OutboxRow, reason: str) -> None:
    """Write down why a row is where it is.  Why it was sent again, if it was, stays written."""
    row.reason = f"{row.reason}; {reason}" if row.reason.startswith(AGAIN) else reason


async def cancel(session: AsyncSession, keys: Iterable[str], reason: str) -> int:
    """Take back what has not left yet; returns how many rows."""
    result = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.effect_key.in_(list(keys)), OutboxRow.state.in_(OPEN))
        .values(state=OutboxState.CANCELLED.value, reason=reason)
    )
    return int(getattr(result, "rowcount", 0))


async def release(session: AsyncSession, ids: Sequence[int], by: str) -> int:
    """Let held rows go, approved by ``by``."""
    result = await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.state == OutboxState.HELD.value)
        .values(state=OutboxState.PENDING.value, reason="", approved_by=by)
    )
    return int(getattr(result, "rowcount", 0))


async def find_answered(session: AsyncSession, ids: Sequence[str]) -> OutboxRow | None:
    """The row whose Message-ID or event id comes first in ``ids`` (most specific first)."""
    if not ids:
        return None
    rows = await session.scalars(
        select(OutboxRow).where(OutboxRow.message_id.in_(ids) | OutboxRow.external_id.in_(ids))
    )
    by_id: dict[str, OutboxRow] = {}
    for row in rows:
        by_id[row.message_id] = row
        if row.external_id:
            by_id[row.external_id] = row
    return next((by_id[one] for one in ids if one in by_id), None)
