"""`!mes-données` and `!confidentialité`."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from bot.authority import Member, Role
from bot.errors import UserError
from bot.outbox import Content, Destination, Terms
from bot.personal import holdings, notice
from bot.protocols import Holding
from bot.router.declare import SILENCE, Context, Reply
from bot.router.parameters import SameLine
from bot.schedule import Job, plan
from bot.store.tables import Body, DueRow, DueState, OutboxRow, OutboxState
from bot.work import Work
from handlers.privacy.capability import capability
from handlers.privacy.rules import shown_in_part

TIDY = "privacy.export.tidy"
TIDY_AFTER = dt.timedelta(hours=1)
LEAVING = (OutboxState.PENDING.value, OutboxState.HELD.value, OutboxState.SENDING.value)
# On the page, who somebody is comes first; what only says that something passed comes last, folded.
FIRST = ("profile", "contacts", "roles", "referent", "preferences", "messages", "lines")
FOLDED = ("questions", "undos", "due", "sent", "received", "codes", "tokens", "switches")
CODES = frozenset(
    {"state", "klass", "channel", "kind", "capability", "source", "status", "language", "recap"}
)
LARGEST = 5_000_000  # bytes of both files; above it they go as one archive, a tenth as large
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
async def show_data(ctx: Context, address: SameLine | None = None) -> Reply:
    """Envoie à ton adresse tout ce qui est gardé sur toi ; à une autre des tiennes, si tu la nommes."""
    return await _send(ctx, address)


@capability.phrase(ASKED, role=Role.KNOWN)
async def asked(ctx: Context, text: str) -> Reply:
    """« Qu'est-ce que tu sais de moi ? »"""
    return await _send(ctx, None)


async def _send(ctx: Context, wanted: str | None) -> Reply:
    me = ctx.me
    if not me.addresses:
        raise UserError("privacy.no_address")
    here = ctx.incoming.author_address
    address = _chosen(me, wanted) or (here if here in me.addresses else me.addresses[0])
    by_mail = ctx.incoming.mail is not None and address == here
    params = _under(ctx) if by_mail else {}
    key = f"data:{ctx.incoming.inbox_id}"
    row = await ctx.send(
        key, Destination("mail", address, me.id), await _content(ctx, me), Terms(params=params)
    )
    await plan(ctx.session, TIDY, str(me.id), key, ctx.now + TIDY_AFTER, {"row": row})
    ctx.fact("privacy.data")
    if by_mail:
        return SILENCE
    others = [shown_in_part(one) for one in me.addresses if one != address]
    return Reply("privacy.data_sent", {"address": shown_in_part(address), "others": others}, private=True)


def _chosen(me: Member, wanted: str | None) -> str:
    """The address that somebody names, if it is a verified one of theirs; "" if they name none."""
    named = next((word.strip("<>.,").lower() for word in (wanted or "").split() if "@" in word), "")
    if named and named not in me.addresses:
        raise UserError("privacy.not_yours", addresses=[shown_in_part(one) for one in me.addresses])
    return named


def _under(ctx: Context) -> Mapping[str, Any]:
    origin = f"<{ctx.incoming.origin_id}>"
    return {"headers": {"In-Reply-To": origin, "References": origin}}


async def _content(work: Work, member: Member) -> Content:
    """The one mail with both files."""
    found = await holdings.everything(work, member.id)
    values = {
        "me": member,
        "at": work.now,
        "kinds": [_shown(one) for one in sorted(found, key=_place)],
        "codes": CODES,
        "circles": {key: circle.name for key, circle in work.settings.circles.items()},
        "kept": work.settings.retention,
    }
    page = work.house.renderer.document("privacy.html.j2", values, member.language)
    rendered = work.render("privacy.data", values, member.language)
    files = files_of(page, _as_json(work, member, found))
    return Content(rendered.text, rendered.html, rendered.subject, files, language=rendered.language)


def files_of(page: str, data: str, largest: int = LARGEST) -> tuple[dict[str, str], ...]:
    """Both files, as the mail has them; one archive of them, where mail servers would refuse their size."""
    named = {"navette.html": page.encode(), "navette.json": data.encode()}
    if sum(map(len, named.values())) <= largest:
        kinds = ("text/html", "application/json")
        return tuple(_file(*one, kind) for one, kind in zip(named.items(), kinds, strict=True))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in named.items():
            archive.writestr(name, content)
    return (_file("navette.zip", packed.getvalue(), "application/zip"),)


def _file(name: str, content: bytes, kind: str) -> dict[str, str]:
    return {"name": name, "type": kind, "base64": base64.b64encode(content).decode()}


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
    return {"kind": one.kind, "proof": one.proof, "rows": rows, "folded": one.kind in FOLDED}


def _place(one: Holding) -> tuple[bool, int]:
    return one.kind in FOLDED, FIRST.index(one.kind) if one.kind in FIRST else len(FIRST)


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
