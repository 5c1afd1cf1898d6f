"""`!mes-données` and `!confidentialité`."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot import holdings, notice
from bot.authority import Member, Role
from bot.errors import UserError
from bot.outbox import Content, Destination, Terms
from bot.protocols import Holding
from bot.router.declare import SILENCE, Context, Reply
from bot.schedule import Job, plan
from bot.store.tables import Body, DueRow, DueState, OutboxRow, OutboxState
from bot.work import Work
from handlers.privacy.capability import capability
from handlers.privacy.rules import shown_in_part

TIDY = "privacy.export.tidy"
TIDY_AFTER = dt.timedelta(hours=1)
LEAVING = (OutboxState.PENDING.value, OutboxState.HELD.value, OutboxState.SENDING.value)
ASKED = (
    r"(?:(?:je (?:veux|voudrais|souhaite) )?(?:voir )?mes donnees(?: personnelles)?[ ?.!]*$"
    r"|qu'?est[- ]ce que tu (?:sais|as|gardes) (?:de|sur) moi|que sais[- ]tu (?:de|sur) moi"
    r"|(?:show me )?my (?:personal )?data[ ?.!]*$|what do you (?:know about|hold on|keep on) me)"
)


@capability.command("confidentialité", "privacy", role=Role.STRANGER)
async def show_notice(ctx: Context) -> Reply:
    """Dit qui garde quoi, pourquoi, combien de temps, et quels sont tes droits."""
    return Reply("privacy.notice", await notice.values(ctx))


@capability.command("mes-données", "mes données", "my-data", role=Role.KNOWN)
async def show_data(ctx: Context) -> Reply:
    """Envoie à ton adresse tout ce qui est gardé sur toi."""
    return await _send(ctx)


@capability.phrase(ASKED, role=Role.KNOWN)
async def asked(ctx: Context, text: str) -> Reply:
    """« Qu'est-ce que tu sais de moi ? »"""
    return await _send(ctx)


async def _send(ctx: Context) -> Reply:
    me = ctx.me
    if not me.addresses:
        raise UserError("privacy.no_address")
    here = ctx.incoming.author_address
    by_mail = ctx.incoming.mail is not None and here in me.addresses
    address = here if by_mail else me.addresses[0]
    params = _under(ctx) if by_mail else {}
    key = f"data:{ctx.incoming.inbox_id}"
    row = await ctx.send(
        key, Destination("mail", address, me.id), await _content(ctx, me), Terms(params=params)
    )
    await plan(ctx.session, TIDY, str(me.id), key, ctx.now + TIDY_AFTER, {"row": row})
    ctx.fact("privacy.data")
    if by_mail:
        return SILENCE
    return Reply("privacy.data_sent", {"address": shown_in_part(address)}, private=True)


def _under(ctx: Context) -> Mapping[str, Any]:
    origin = f"<{ctx.incoming.origin_id}>"
    return {"headers": {"In-Reply-To": origin, "References": origin}}


async def _content(work: Work, member: Member) -> Content:
    """The one mail with both files."""
    found = await holdings.everything(work, member.id)
    values = {
        "me": member,
        "at": work.now,
        "kinds": [_shown(one) for one in found],
        "kept": work.settings.retention,
    }
    page = work.house.renderer.document("privacy.html.j2", values, member.language)
    rendered = work.render("privacy.data", values, member.language)
    files = (
        _file("navette.html", "text/html", page),
        _file("navette.json", "application/json", _as_json(work, member, found)),
    )
    return Content(rendered.text, rendered.html, rendered.subject, files, language=rendered.language)


def _file(name: str, kind: str, text: str) -> dict[str, str]:
    return {"name": name, "type": kind, "base64": base64.b64encode(text.encode()).decode()}


def _as_json(work: Work, member: Member, found: Sequence[Holding]) -> str:
    said = {
        "network": work.settings.network.name,
        "person": member.key,
        "made_at": work.now.isoformat(),
        "holdings": [
            {"kind": one.kind, "stays_as_proof": one.proof, "rows": [dict(row) for row in one.rows]}
            for one in found
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _shown(one: Holding) -> dict[str, Any]:
    """A kind of thing as the page shows it: moments are moments again."""
    rows = [[(name, _moment(value)) for name, value in row.items()] for row in one.rows]
    return {"kind": one.kind, "proof": one.proof, "rows": rows}


def _moment(value: Any) -> Any:
    if isinstance(value, str) and len(value) > len("2026-01-01") and value[4:5] == value[7:8] == "-":
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            return value  # words that begin as a date does
    return value


async def tidy(work: Work, due: DueRow) -> None:
    """Once it has left, what was held on somebody is not held a second time in what we sent them."""
    row = await work.session.get(OutboxRow, due.data["row"])
    if row is None:
        return
    if row.state in LEAVING:
        due.state, due.done_at, due.due_at = DueState.WAITING.value, None, work.now + TIDY_AFTER
        return
    body = await work.session.get_one(Body, row.body_id)
    body.attachments = []


capability.jobs.append(Job(TIDY, tidy))
