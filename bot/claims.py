"""Which rows leave next: what is too late is put aside, the gates are asked, the rest is claimed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot import gates, reserved
from bot.channels.base import Envelope
from bot.gates import LEAVES, PERSON_ENOUGH, Gate, Look, Ruling, Verdict
from bot.outbox import Content, Terms, enqueue, note
from bot.reach import COMMAND, QUIET
from bot.store.tables import Body, Doubt, Klass, OutboxRow, OutboxState
from bot.work import COORDINATORS, Asking, Work

CAUSE = aliased(OutboxRow)  # what a row depends on
WAITING = (OutboxState.PENDING.value, OutboxState.HELD.value)
LEFT = (OutboxState.SENT.value, OutboxState.AWAITING_COPY.value)
LOST = (
    OutboxState.DEAD.value,
    OutboxState.CANCELLED.value,
    OutboxState.EXPIRED.value,
    OutboxState.SHADOWED.value,
    OutboxState.FOLDED.value,
)
# Built once: a recap to thousands asks this a thousand times.
READY = (
    select(OutboxRow)
    .outerjoin(CAUSE, CAUSE.id == OutboxRow.depends_on)
    .where(OutboxRow.state == OutboxState.PENDING.value, OutboxRow.channel == bindparam("channel"))
    .where(or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= bindparam("now")))
    .where(or_(OutboxRow.not_after.is_(None), OutboxRow.not_after >= bindparam("now")))
    .where(or_(OutboxRow.depends_on.is_(None), CAUSE.state.in_(LEFT)))
    .order_by(OutboxRow.id)
    .limit(bindparam("width"))
)
EARLIER = aliased(OutboxRow)  # what stands before a row in its room's queue
# A room is one queue: what failed there for now holds back what is behind it, and no other room.
READY_POSTS = READY.where(
    ~select(EARLIER.id)
    .where(
        EARLIER.recipient == OutboxRow.recipient,
        EARLIER.channel == OutboxRow.channel,
        EARLIER.state == OutboxState.PENDING.value,
        EARLIER.attempts > 0,
        EARLIER.not_before > bindparam("now"),
        EARLIER.reason.not_in([QUIET, PERSON_ENOUGH]),  # waits for its hour: nothing failed
        EARLIER.id < OutboxRow.id,
    )
    .exists(),
)
POSTS_AT_ONCE = 50  # rows of all rooms that one look takes


@dataclass(frozen=True)
class Claim:
    """A row that is ours to send, with what it says."""

    row: OutboxRow
    body: Body
    envelope: Envelope | None = None  # the bytes, for mail


async def anything(session: AsyncSession, now: dt.datetime, channel: str) -> bool:
    """Whether a row may leave now, or must be put aside: a look that costs nothing to an idle house."""
    ready = and_(
        OutboxRow.state == OutboxState.PENDING.value,
        or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= now),
    )
    late = and_(OutboxRow.state.in_(WAITING), OutboxRow.not_after < now)
    look = select(OutboxRow.id).where(OutboxRow.channel == channel, or_(ready, late)).limit(1)
    return await session.scalar(look) is not None


async def put_aside(work: Work) -> None:
    """End the rows that are too late, or whose cause never left; nobody claims them, ended or not."""
    await work.session.execute(
        update(OutboxRow)
        .where(OutboxRow.state.in_(WAITING), OutboxRow.not_after < work.now)
        .values(state=OutboxState.EXPIRED.value, reason="too late to be useful")
    )
    let_go = and_(CAUSE.state == OutboxState.UNCERTAIN.value, CAUSE.doubt != Doubt.ASK.value)
    lost = or_(CAUSE.state.in_(LOST), let_go)
    orphans = select(OutboxRow.id).join(CAUSE, CAUSE.id == OutboxRow.depends_on).where(lost)
    await work.session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.PENDING.value, OutboxRow.id.in_(orphans))
        .values(state=OutboxState.CANCELLED.value, reason="what it depended on never left")
    )


async def claim(work: Work, width: int, bodies: Mapping[int, Body]) -> list[Claim]:
    """At most ``width`` mails, in order, in state sending; the gates hold back the others.

    ``bodies``: those that are known already, by number; they never change.
    """
    look = await Look.begin(work)
    # Whoever shuts the gate still reads that it is shut.
    only = await look.coordination() if look.gates.paused else None
    # What is held back is no longer ready: those behind it have their turn at once.
    while rows := await _ready(work, READY, {"channel": "mail", "width": width}, only):
        if claimed := await _judge_all(look, rows, bodies, tuple(Klass)):
            return claimed
    return []


async def glance(work: Work, busy: Collection[str]) -> list[Claim] | None:
    """What may be said now without writing anything first: answers that no gate holds back.

    None if there is more to it, and ``claim_posts`` must look.
    """
    look = await Look.begin(work)
    query = READY_POSTS.where(OutboxRow.recipient.not_in(busy)) if busy else READY_POSTS
    claimed: list[Claim] = []
    for row in await _ready(work, query, {"channel": "room", "width": POSTS_AT_ONCE}, None):
        if row.klass != Klass.ANSWER.value or look.gates.paused:
            return None
        if await look.judge(row, released=sum(gates.counts(one.row) for one in claimed)) is not LEAVES:
            return None
        claimed.append(Claim(row, await work.session.get_one(Body, row.body_id)))
    return claimed


async def claim_posts(work: Work, busy: Collection[str], room: str | None = None) -> list[Claim]:
    """What may be said now in the rooms that are not ``busy`` (or in ``room`` alone), in order.

    An answer stays as it is, since saying it again gives the same event; what counts against somebody's
    asks is written down before it leaves.
    """
    look = await Look.begin(work)
    only = await look.coordination() if look.gates.paused else None
    query = READY_POSTS.where(OutboxRow.recipient.not_in(busy)) if busy else READY_POSTS
    if room is not None:
        query = query.where(OutboxRow.recipient == room)
    values = {"channel": "room", "width": POSTS_AT_ONCE}
    while rows := await _ready(work, query, values, only):
        if claimed := await _judge_all(look, rows, {}, (Klass.ASK, Klass.NEWS, Klass.DUTY)):
            return claimed
    return []


async def _judge_all(
    look: Look, rows: Sequence[OutboxRow], bodies: Mapping[int, Body], marked: Collection[Klass]
) -> list[Claim]:
    """Those that may go; of the classes ``marked`` it is written at once, and counts for the next."""
    work = look.work
    claimed: list[Claim] = []
    await look.know(rows)
    for row in rows:
        if row.state != OutboxState.PENDING.value:
            continue  # held back together with one before it
        ruling = await look.judge(row, released=sum(gates.counts(one.row) for one in claimed))
        if ruling is not LEAVES:
            await _hold_back(look, row, ruling)
            continue
        body = bodies.get(row.body_id)
        if body is None:
            body = await work.session.get_one(Body, row.body_id)
        if row.klass in marked:
            row.state, row.attempts = OutboxState.SENDING.value, row.attempts + 1
            row.dated_at = row.dated_at or work.now
        claimed.append(Claim(row, body))
    return claimed


async def _ready(
    work: Work, query: Select[OutboxRow], values: dict[str, Any], answers_to: frozenset[str] | None
) -> list[OutboxRow]:
    if answers_to is not None:
        query = query.where(OutboxRow.klass == Klass.ANSWER.value, OutboxRow.recipient.in_(answers_to))
    return list(await work.session.scalars(query, {"now": work.now, **values}))


async def _hold_back(look: Look, row: OutboxRow, ruling: Ruling) -> None:
    work, verdict = look.work, ruling.verdict
    if verdict is Verdict.SHADOW:
        await _show_instead(work, row)
    elif verdict is Verdict.APPROVAL:
        row.state, row.reason = OutboxState.HELD.value, verdict.value
        content = await _shown(work, row)
        await work.tell_coordination(
            f"approval:{row.id}",
            "gates.approval",
            {"list": row.list_name, "subject": content.subject, "text": content.text},
            Asking("gates", "approval", COORDINATORS, {"rows": [row.id]}, replaces=False),
        )
    elif verdict in (Verdict.PERSON, Verdict.QUIET):
        row.not_before = ruling.until
        note(row, ruling.reason)
    elif verdict in (Verdict.FOLD, Verdict.DROP):
        ended = OutboxState.FOLDED if verdict is Verdict.FOLD else OutboxState.CANCELLED
        row.state = ended.value
        note(row, ruling.reason)
    else:
        await _break(look)


async def _break(look: Look) -> None:
    """The breaker: hold the burst, and ask coordination once."""
    work, standing = look.work, await look.standing()
    unplanned = and_(
        OutboxRow.state == OutboxState.PENDING.value,
        OutboxRow.planned.is_(False),
        OutboxRow.approved_by.is_(None),
        OutboxRow.recipient.not_in(await look.coordination()),
        OutboxRow.params[COMMAND].as_boolean().is_not(True),
    )
    await work.session.flush()
    ids = list(await work.session.scalars(select(OutboxRow.id).where(unplanned)))
    await work.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids))
        .values(state=OutboxState.HELD.value, reason=Verdict.BREAKER.value)
        .execution_options(synchronize_session="fetch")
    )
    if await gates.move(work.session, Gate.BREAKER, on=True, by="navette", now=work.now, reason="burst"):
        await work.tell_coordination(
            f"breaker:{work.now:%Y%m%d%H%M%S}",
            "gates.breaker",
            {"held": len(ids), "hour": standing.sent_hour, "day": standing.sent_day},
            Asking("gates", "breaker", COORDINATORS),
        )


async def _shown(work: Work, row: OutboxRow) -> Content:
    """What coordination reads of a row: what it says, unless it is a matter of another reserved circle."""
    circle = await reserved.of_post(work, row)
    if circle is not None:
        rendered = reserved.in_place_of(work, circle)
        return Content(rendered.text, rendered.html, rendered.subject)
    body = await work.session.get_one(Body, row.body_id)
    return Content(body.text, body.html, body.subject, tuple(body.attachments))


async def _show_instead(work: Work, row: OutboxRow) -> None:
    """Shadow: everything that says the same is shown once to coordination, marked with whom it missed."""
    await work.session.flush()
    alike = list(
        await work.session.scalars(
            select(OutboxRow).where(
                OutboxRow.body_id == row.body_id,
                OutboxRow.state == OutboxState.PENDING.value,
            )
        )
    )
    for one in alike:
        one.state, one.reason = OutboxState.SHADOWED.value, "shadow"
    body = await _shown(work, row)
    recipients = [one.recipient for one in alike]
    marked = work.render(
        "gates.shadow",
        {"recipients": recipients[:3], "others": max(0, len(recipients) - 3), "channel": row.channel},
    )
    html = body.html.replace("<main>", f"<main>{marked.html}<hr>", 1)
    if body.html and html == body.html:
        html = f"{marked.html}<hr>{body.html}"
    content = Content(
        f"{marked.text}\n\n{body.text}",
        html,
        f"{marked.subject} {body.subject}".strip(),
        # What is somebody's alone (all that is held on them) is for nobody to open.
        () if row.person_id is not None else body.attachments,
    )
    terms = Terms(klass=Klass.DUTY, doubt=Doubt.AGAIN, planned=True, prompt_id=row.prompt_id)
    for place in await work.coordination_places():
        key = f"shadow:{row.body_id}:{row.id}:{place.recipient}"
        await enqueue(work.session, work.house.sender(work.now), key, place, content, terms)
