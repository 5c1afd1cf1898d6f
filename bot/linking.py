"""Codes that prove that one person has two places: asked from one, sent to the other, brought back.

A code must come back from the very place that asked.  Only its digest is kept.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.contacts import End
from bot.settings.model import Reach
from bot.store.people_tables import LinkCode

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)  # for so long a code that came too late is told so
TRIES = 5
LENGTH = 8
# Crockford's base 32: no I, L, O, U; who reads a zero as an O is understood.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CONFUSED = str.maketrans("OIL", "011")
SIGNS = r"[0-9A-Za-z]"
CODE = re.compile(
    rf"(?:[^\n]*\bcode\b[^\n]{{0,30}}?[\s:«\"'(]+(?P<said>{SIGNS}(?:[ .\u2010-\u2015-]*{SIGNS}){{7}})"
    rf"|(?P<alone>{SIGNS}{{4}}[ .\u2010-\u2015-]*{SIGNS}{{4}}))[\s.!»\"')]*",
    re.IGNORECASE,
)
INSIDE = re.compile(rf"(?<!\w){SIGNS}{{4}}[-\u2010-\u2015]{SIGNS}{{4}}(?!\w)")


class Outcome(enum.StrEnum):
    """What a code that was brought back did."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    TOO_MANY = "too_many"
    NONE = "none"  # nothing was asked from this place


@dataclass(frozen=True)
class Issued:
    """A code to send: the only time that it is known."""

    id: int
    code: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class Enough:
    """No code: there were ``most`` of them in an hour, or in a ``day``."""

    most: int
    day: bool


@dataclass(frozen=True)
class Redeemed:
    """What came of a code, and, if it was right, the place that it proves."""

    outcome: Outcome
    id: int = 0
    target: End | None = None
    tries_left: int = 0


def new_code() -> str:
    """Forty random bits; two letters and two digits at least, so that no word or date looks like one."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if _is_shaped(code):
            return code


def _is_shaped(code: str) -> bool:
    return sum(one in "23456789" for one in code) >= 2 and sum(one.isalpha() for one in code) >= 2


def shown(code: str) -> str:
    """A code as people read it."""
    return f"{code[:4]}-{code[4:]}"


def read_code(text: str, *, expected: bool = False) -> str | None:
    """The code that one of the first lines is, whatever its case, spaces and dashes; None without one.

    ``expected``: in answer to a question for it, one inside a sentence will do, if it has its dash.
    """
    for line in text.strip().splitlines()[:LENGTH]:
        found = CODE.fullmatch(line.strip())
        said = [found["said"] or found["alone"]] if found is not None else []
        for one in [*said, *(INSIDE.findall(line) if expected else [])]:
            code = re.sub(r"[^0-9A-Z]", "", one.upper()).translate(CONFUSED)
            if _is_shaped(code) and set(code) <= set(ALPHABET):
                return code
    return None


async def issue(
    session: AsyncSession, reach: Reach, source: End, target: End, now: dt.datetime
) -> Issued | Enough:
    """A new code, in place of what ``source`` asked before, unless there were enough from or to there.

    It is written down whether it is sent or not, so that what follows is the same in both cases.
    """
    for span, most in ((DAY, reach.codes_per_day), (HOUR, reach.codes_per_hour)):
        if await _most_lately(session, source, target, now - span) >= most:
            return Enough(most, span == DAY)
    code, expires_at = new_code(), now + dt.timedelta(minutes=reach.code_minutes)
    row = LinkCode(
        digest="",
        from_channel=source.channel,
        from_value=source.value,
        to_channel=target.channel,
        to_value=target.value,
        created_at=now,
        expires_at=expires_at,
        tries=0,
    )
    session.add(row)
    await session.flush()
    row.digest = _digest(row, code)
    await session.flush()
    return Issued(row.id, code, expires_at)


async def _most_lately(session: AsyncSession, source: End, target: End, since: dt.datetime) -> int:
    """How many codes were asked since then from one place or to the other, whichever is more."""
    asked = (LinkCode.from_channel == source.channel) & (LinkCode.from_value == source.value)
    sent = (LinkCode.to_channel == target.channel) & (LinkCode.to_value == target.value)
    counts = [
        await session.scalar(
            select(func.count()).select_from(LinkCode).where(mine, LinkCode.created_at > since)
        )
        for mine in (asked, sent)
    ]
    return max(count or 0 for count in counts)


def _digest(row: LinkCode, code: str) -> str:
    said = "\n".join((str(row.id), row.to_channel, row.to_value, code))
    return hashlib.sha256(said.encode()).hexdigest()


async def redeem(session: AsyncSession, source: End, code: str, now: dt.datetime) -> Redeemed:
    """Use the code that ``source`` asked last; each wrong one counts."""
    row = await session.scalar(
        select(LinkCode)
        .where(LinkCode.from_channel == source.channel, LinkCode.from_value == source.value)
        .where(LinkCode.created_at > now - DAY)
        .order_by(LinkCode.id.desc())
        .limit(1)
    )
    if row is None:
        return Redeemed(Outcome.NONE)
    if row.used_at is not None:
        return Redeemed(Outcome.USED, row.id)
    if row.expires_at <= now:
        return Redeemed(Outcome.EXPIRED, row.id)
    if row.tries >= TRIES:
        return Redeemed(Outcome.TOO_MANY, row.id)
    row.tries += 1
    if hmac.compare_digest(row.digest, _digest(row, code)):
        row.used_at = now
        await session.flush()
        return Redeemed(Outcome.RIGHT, row.id, End(row.to_channel, row.to_value))
    await session.flush()
    left = TRIES - row.tries
    return Redeemed(Outcome.WRONG if left else Outcome.TOO_MANY, row.id, tries_left=left)


async def asked_from(session: AsyncSession, target: End, now: dt.datetime) -> End | None:
    """Where the code was asked that was last sent to ``target``, while it is good: it must go back there."""
    row = await session.scalar(
        select(LinkCode)
        .where(LinkCode.to_channel == target.channel, LinkCode.to_value == target.value)
        .where(LinkCode.expires_at > now, LinkCode.used_at.is_(None))
        .order_by(LinkCode.id.desc())
        .limit(1)
    )
    return None if row is None else End(row.from_channel, row.from_value)
