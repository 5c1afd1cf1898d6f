"""Reply tokens: what proves that an answer comes from whom we wrote to.

Each personal mail of ours carries one in its reply address; the Message-ID of that mail in In-Reply-To says
the same.  It proves its person alone, and for that mail alone: an answer to the question in it, and taking
back what it told.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mail.kinds.unanswerable import is_within
from bot.mail.message import Mail
from bot.settings.model import Settings
from bot.store.base import UtcDateTime
from bot.store.people_tables import Person, ReplyToken
from bot.store.tables import OutboxRow

BITS = 128
TOKEN = re.compile(r"[a-z2-7]{26}")
CARRIED = "token"  # where a row's params keep the one of its reply address
UNDOES = "undoes"  # where they keep the number of the undo that the mail tells of
STOPS = "stops"  # where they keep the words that end such mails: what List-Unsubscribe writes
# What is wrong with a From that wants to be read as another's: see ``bot/mail/author.py``.
DECEPTIVE = frozenset(
    {
        "no-author",
        "several-from-headers",
        "several-authors",
        "group-as-author",
        "deceptive-name",
        "bad-address",
    }
)


@dataclass(frozen=True)
class Proof:
    """What a mail may do by its token: answer this question, take back this act; either may be none."""

    prompt_id: int | None
    undo_id: int | None


def new_token() -> str:
    """A token that nobody can guess: 26 characters of lower-case base32 (RFC 4648 §6, no padding)."""
    return base64.b32encode(secrets.token_bytes(BITS // 8)).decode().rstrip("=").lower()


def carries_one(values: Mapping[str, Any]) -> bool:
    """Whether what is sent (the columns of its outbox row) is a personal mail: to one person, by no list."""
    return values["channel"] == "mail" and values["person_id"] is not None and values["list_name"] is None


def made_for(row: OutboxRow, lasts: dt.timedelta) -> ReplyToken:
    """The token of one row that has its number."""
    return ReplyToken(
        token=row.params[CARRIED],
        person_id=row.person_id,
        outbox_id=row.id,
        prompt_id=row.prompt_id,
        created_at=row.created_at,
        expires_at=row.created_at + lasts,
    )


async def make_many(session: AsyncSession, prefix: str, now: dt.datetime, lasts: dt.timedelta) -> None:
    """The tokens of the rows whose key begins so and which have none yet: one statement for all of them."""
    carried = OutboxRow.params[CARRIED].as_string()
    rows = (
        select(
            carried,
            OutboxRow.person_id,
            OutboxRow.id,
            OutboxRow.prompt_id,
            literal(now, UtcDateTime),
            literal(now + lasts, UtcDateTime),
        )
        .outerjoin(ReplyToken, ReplyToken.outbox_id == OutboxRow.id)
        .where(OutboxRow.effect_key.startswith(prefix, autoescape=True))
        .where(carried.is_not(None), ReplyToken.id.is_(None))
    )
    into = ["token", "person_id", "outbox_id", "prompt_id", "created_at", "expires_at"]
    await session.execute(insert(ReplyToken).from_select(into, rows))


def reply_address(settings: Settings, token: str) -> str:
    """Our address with the token in it (RFC 5233); empty where the server knows no subaddresses."""
    local, _, domain = settings.bot.address.partition("@")
    sign = settings.mail.subaddressing
    return f"{local}{sign}{token}@{domain}" if sign else ""


def token_of(settings: Settings, address: str) -> str:
    """The token in one of our reply addresses (lower case); empty in any other address."""
    ours, _, domain = settings.bot.address.lower().partition("@")
    local, _, at = address.lower().partition("@")
    sign = settings.mail.subaddressing
    if not sign or at != domain or not local.startswith(f"{ours}{sign}"):
        return ""
    token = local.removeprefix(f"{ours}{sign}")
    return token if TOKEN.fullmatch(token) else ""


def is_shared(settings: Settings, mail: Mail) -> bool:
    """Whether somebody else than us was sent the mail: they could use what it carries."""
    ours = [one.lower() for one in (settings.bot.address, *settings.mail.open_addresses.values())]
    separators = f"+{settings.mail.subaddressing}"
    return any(not is_within(one, ours, separators) for one in (*mail.to, *mail.cc))


OF_TOKEN = ReplyToken.token.in_(bindparam("tokens", expanding=True))
OF_MAIL = OutboxRow.message_id.in_(bindparam("mails", expanding=True))


def _which(condition: ColumnElement[bool]) -> Any:
    return (
        select(
            ReplyToken.id,
            ReplyToken.token,
            ReplyToken.person_id,
            ReplyToken.prompt_id,
            ReplyToken.expires_at,
            ReplyToken.revoked_at,
            Person.merged_into,
            OutboxRow.message_id,
            OutboxRow.params,
        )
        .join(OutboxRow, OutboxRow.id == ReplyToken.outbox_id)
        .join(Person, Person.id == ReplyToken.person_id)
        .where(condition)
    )


FOUND = _which(OF_TOKEN | OF_MAIL)


async def proof_of(
    session: AsyncSession, settings: Settings, mail: Mail, person_id: int, now: dt.datetime
) -> Proof | None:
    """What a mail proves of the person whose verified address it comes from; None without a valid token.

    No error is ever told: a token that is not theirs, is over, revoked or misspelt is no token.
    """
    if is_shared(settings, mail) or DECEPTIVE & set(mail.problems):
        return None
    tokens = set(_tokens(settings, mail))
    answered = [mail.in_reply_to] if mail.in_reply_to else []
    if len(tokens) > 1 or not (tokens or answered):
        return None
    found = (await session.execute(FOUND, {"tokens": list(tokens), "mails": answered})).all()
    # Both the address and In-Reply-To may name one; then it must be the same.
    if len(found) != 1 or (tokens and found[0].token not in tokens):
        return None
    return _valid(found[0], person_id, now)


def _valid(row: Row[Any], person_id: int, now: dt.datetime) -> Proof | None:
    if (
        person_id not in (row.person_id, row.merged_into)
        or row.revoked_at is not None
        or row.expires_at <= now
    ):
        return None
    return Proof(row.prompt_id, row.params.get(UNDOES))


async def is_stop(session: AsyncSession, settings: Settings, mail: Mail) -> bool:
    """Whether a mail is the one that a List-Unsubscribe of ours has ready.

    Programs that send it for their reader say of themselves that they are automatic.
    """
    tokens = list(_tokens(settings, mail))
    if not tokens:
        return False
    found = await session.execute(FOUND, {"tokens": tokens, "mails": []})
    return any(row.params.get(STOPS) == mail.subject.strip().lower() for row in found)


async def revoke_shared(session: AsyncSession, settings: Settings, mail: Mail, now: dt.datetime) -> None:
    """Revoke what a mail shows to others than us: the token in its address, and those of what it answers."""
    if not is_shared(settings, mail):
        return
    answered = list({*mail.references, *([mail.in_reply_to] if mail.in_reply_to else [])})
    tokens = list(_tokens(settings, mail))
    if not (tokens or answered):
        return
    found = (await session.execute(FOUND, {"tokens": tokens, "mails": answered})).all()
    if found:
        await revoke(session, ReplyToken.id.in_([row.id for row in found]), now)


async def revoke(session: AsyncSession, condition: ColumnElement[bool], now: dt.datetime) -> None:
    """Let the tokens of which ``condition`` is true prove nothing any more."""
    await session.execute(
        update(ReplyToken).where(condition, ReplyToken.revoked_at.is_(None)).values(revoked_at=now)
    )


def _tokens(settings: Settings, mail: Mail) -> Iterator[str]:
    for address in (*mail.to, *mail.cc):
        if token := token_of(settings, address):
            yield token
