"""Claimed rows as what leaves: the bytes of a mail, the content of a post in a room."""

from __future__ import annotations

import base64
from urllib.parse import quote

from sqlalchemy import select

from bot.channels.base import Envelope, NativePoll, Post, PostFile
from bot.claims import Claim
from bot.guard import tokens
from bot.mail.compose import OutAttachment, Stencil
from bot.settings.model import Settings
from bot.store.engine import Store
from bot.store.tables import Klass, OutboxRow
from bot.work import House


class Composer:
    """Composes.  The stencil of the last body is kept, since many rows in a row say the same."""

    def __init__(self, house: House, store: Store) -> None:
        self.house, self.store = house, store
        self._stencil: tuple[int, Stencil] | None = None

    def envelope(self, one: Claim) -> Envelope:
        """The bytes of a mail: the same for the same row, whenever they are made.

        Raises BadAddress.
        """
        row, body = one.row, one.body
        settings = self.house.settings
        if self._stencil is None or self._stencil[0] != body.id:
            files = [
                OutAttachment(kept["name"], kept["type"], base64.b64decode(kept["base64"]))
                for kept in body.attachments
            ]
            stencil = Stencil(
                sender=(settings.bot.name, settings.bot.address),
                subject=body.subject,
                text=body.text,
                html=self.house.renderer.mail_page(body.html, body.language) or None,
                attachments=files,
            )
            self._stencil = (body.id, stencil)
        assert row.dated_at is not None  # noqa: S101 - set when it was claimed
        data = self._stencil[1].stamp(
            recipient=row.recipient,
            message_id=row.message_id,
            date=row.dated_at,
            headers=_headers(row, settings),
        )
        return Envelope(settings.bot.address, row.recipient, data)

    async def post(self, one: Claim) -> Post:
        """What is said in a room."""
        row, body, params = one.row, one.body, one.row.params
        poll = None
        if body.poll is not None:
            answers = tuple((answer[0], answer[1]) for answer in body.poll["answers"])
            poll = NativePoll(body.poll["question"], answers, body.poll.get("max_selections", 1))
        edits, ends = params.get("edits"), None
        if row.depends_on is not None:
            async with self.store.read() as session:
                cause = await session.scalar(
                    select(OutboxRow.external_id).where(OutboxRow.id == row.depends_on)
                )
            edits = cause if params.get("edits_cause") else edits
            ends = cause if params.get("ends_cause") else None
        personal = row.person_id is not None or bool(params.get("alone"))
        return Post(
            # Nobody can guess it, and no other row will ever have it, a restored database included.
            txn=row.message_id.partition("@")[0],
            room=params.get("room", "") if personal else row.recipient,
            person=row.recipient if personal else "",
            text=body.text,
            html=body.html,
            replies_to=params.get("replies_to"),
            thread=params.get("thread"),
            edits=edits,
            reaction=params.get("reaction"),
            poll=poll,
            ends=ends,
            files=tuple(
                PostFile(kept["name"], kept["type"], base64.b64decode(kept["base64"]))
                for kept in body.attachments
            ),
            mentions=tuple(params.get("mentions", ())),
            wakes=personal and row.klass in (Klass.ASK.value, Klass.DUTY.value),
            first_at=row.created_at,
        )


def _headers(row: OutboxRow, settings: Settings) -> dict[str, str]:
    """What tells machines the kind of mail this is.

    A post to a list must not carry Auto-Submitted: Sympa drops it in silence.  Everything else that we
    send by ourselves must (RFC 3834 §5).
    """
    headers = {str(name): str(value) for name, value in row.params.get("headers", {}).items()}
    if row.list_name:
        headers["Precedence"] = "bulk"
    else:
        headers["Auto-Submitted"] = "auto-replied" if row.klass == Klass.ANSWER else "auto-generated"
    token = row.params.get(tokens.CARRIED)
    if token and not any(name.lower() == "reply-to" for name in headers):
        address = tokens.reply_address(settings, token)
        headers |= {"Reply-To": address} if address else {}
    if words := row.params.get(tokens.STOPS):
        # RFC 2369 §3.2.  List-Unsubscribe-Post (RFC 8058 §3.1) needs an https address besides.
        to = (token and tokens.reply_address(settings, token)) or settings.bot.address
        headers["List-Unsubscribe"] = f"<mailto:{to}?subject={quote(words)}>"
    # Some relays take the others away: another Navette knows us by this one.
    headers["X-Navette"] = row.klass
    return headers
