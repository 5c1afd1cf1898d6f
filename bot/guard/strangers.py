"""Mail of people whom nobody knows: no answer but at the open addresses, one note a day to coordination."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.errors import UserError
from bot.guard import harmless
from bot.mail.lists import is_robot
from bot.mail.message import Mail, Trust
from bot.outbox import Content, Destination, Terms
from bot.render import Rendered
from bot.router.declare import Context, Reply, StrangerHook
from bot.schedule import Daily, Job
from bot.settings.model import Settings
from bot.store.tables import Doubt, DueRow, DueState, InboxRow, InboxState, Klass, OutboxRow
from bot.understand import read_mail
from bot.work import Work

NOTE_AT = dt.time(17)
UNKNOWN = "a stranger's mail: no answer"
TOO_MANY = "a stranger's mail to an open address: too many today"
OPEN = "a stranger's mail to an open address: "  # the role follows
MARKED = "somebody known, marked as a machine's: "  # why follows; a person may have written it all the same
SHOWN = 10  # mails in the note
SUBJECT, LINE = 80, 300  # characters
UNPROVEN_A_DAY = 20  # answers to those who may not have written: they may be somebody's victims
PASSED_ON_A_DAY = 50  # mails, of each kind of author; the others are in the note


def role_of(settings: Settings, mail: Mail) -> str:
    """The role of the open address (welcome, desk) that a mail was written to, or an empty text."""
    roles = {address.lower(): role for role, address in settings.mail.open_addresses.items()}
    written_to = (*mail.delivered_to, *mail.to, *mail.cc)
    return next((roles[one] for one in written_to if one in roles), "")


async def receive(ctx: Context, row: InboxRow, hooks: Sequence[StrangerHook]) -> None:
    """End a stranger's mail: answered by a capability, passed on to coordination, or neither."""
    ctx.fact("mail.stranger")
    mail = ctx.incoming.mail
    assert mail is not None  # noqa: S101 - strangers in rooms are answered there
    role = role_of(ctx.settings, mail)
    if not role:
        inbox.end(row, InboxState.REJECTED, UNKNOWN, ctx.now)
        return
    door = _Door(ctx, row, mail, role)
    open_to_answers = await door.may_answer()
    reply = await door.ask(hooks) if open_to_answers else None
    if reply is not None:
        await door.say(str(row.id), ctx.render(reply.message, reply.values))
        inbox.end(row, InboxState.APPLIED, reply.message, ctx.now)
        return
    if open_to_answers:
        await door.say("received", ctx.render("strangers.received", {}))
    if await door.pass_on(answered=open_to_answers):
        inbox.end(row, InboxState.APPLIED, f"{OPEN}{role}", ctx.now)
    else:
        inbox.end(row, InboxState.REJECTED, TOO_MANY, ctx.now)


@dataclass(frozen=True)
class _Door:
    """An open address, and one stranger's mail before it."""

    ctx: Context
    row: InboxRow
    mail: Mail
    role: str

    @property
    def proven(self) -> bool:
        """Whether our own server knows that its author wrote it."""
        return self.mail.author.trust is Trust.VOUCHED

    @property
    def _today(self) -> str:
        return f"{'proven' if self.proven else 'unproven'}:{self.ctx.now:%Y-%m-%d}:"

    @property
    def _answers(self) -> str:
        """How the effect keys of today's answers to this author begin."""
        who = hashlib.sha256(self.mail.author.address.encode()).hexdigest()[:16]
        return f"stranger:{self._today}{who}:"

    async def may_answer(self) -> bool:
        """Whether an answer reaches whoever wrote, and floods nobody who did not."""
        address, settings = self.mail.author.address, self.ctx.settings
        lists = self.ctx.house.list_addresses()
        if self.mail.unanswerable or address in lists or is_robot(address, lists):
            return False
        session = self.ctx.session
        if self.proven:
            return await _count(session, self._answers) < settings.gates.answers_per_hour
        if await _count(session, f"stranger:{self._today}") >= UNPROVEN_A_DAY:
            return False
        return await _count(session, self._answers) == 0

    async def ask(self, hooks: Sequence[StrangerHook]) -> Reply | None:
        """What the first capability says that deals with it."""
        for hook in hooks:
            try:
                async with self.ctx.session.begin_nested():
                    reply = await hook(self.ctx, self.role)
            except UserError as error:
                return Reply(error.message, error.values)
            if reply is not None:
                return reply
        return None

    async def say(self, what: str, rendered: Rendered) -> None:
        """Answer, once for ``what`` today; an answer to it comes back to the open address.

        Nothing of the mail is said again: its subject may be what somebody wants a third one to read.
        """
        headers = {"Reply-To": self.ctx.settings.mail.open_addresses[self.role]}
        if self.mail.has_message_id and len(self.mail.message_id) < 200:
            headers |= dict.fromkeys(("In-Reply-To", "References"), f"<{self.mail.message_id}>")
        terms = Terms(Klass.ANSWER, Doubt.DROP, params={"headers": headers})
        content = Content(rendered.text, rendered.html, rendered.subject or self.ctx.settings.bot.name)
        to = Destination("mail", self.mail.author.address)
        await self.ctx.send(f"{self._answers}{what}", to, content, terms)

    async def pass_on(self, *, answered: bool) -> bool:
        """Give coordination its words; False when it had enough of them today."""
        ctx, mail, key = self.ctx, self.mail, f"open:{self._today}"
        places = await ctx.coordination_places()
        if await _count(ctx.session, key) >= PASSED_ON_A_DAY * len(places):
            return False
        words = harmless.lines(mail.text, LINE)
        values = {
            "opened": ctx.settings.mail.open_addresses[self.role],
            "address": harmless.address(mail.author.address),
            "name": harmless.line(mail.author.name, SUBJECT),
            "subject": harmless.line(mail.subject, SUBJECT),
            "lines": words,
            "cut": len(words) == harmless.MOST_LINES,
            "files": len(mail.attachments),
            "proven": self.proven,
            "answered": answered,
        }
        await ctx.tell_coordination(f"{key}{self.row.id}", "strangers.passed_on", values)
        return True


async def _count(session: AsyncSession, prefix: str) -> int:
    """How many rows of the outbox have an effect key that begins so: by its index."""
    mine = (OutboxRow.effect_key >= prefix) & (OutboxRow.effect_key < f"{prefix}\U0010ffff")
    return await session.scalar(select(func.count()).select_from(OutboxRow).where(mine)) or 0


async def tell(work: Work, due: DueRow) -> None:
    """One note to coordination of the strangers' mails since the last one, if there were any.

    With those of people whom we know that no machine may answer, and that a person may have written.
    """
    before = await work.session.scalar(
        select(func.max(DueRow.done_at)).where(
            DueRow.kind == JOB.kind, DueRow.state == DueState.DONE.value, DueRow.id != due.id
        )
    )
    since = before or dt.datetime.min.replace(tzinfo=dt.UTC)
    unknown = await _unread(work, since, InboxRow.reason.in_((UNKNOWN, TOO_MANY)))
    marked = await _unread(work, since, InboxRow.reason.startswith(MARKED, autoescape=True))
    if unknown.number or marked.number:
        values = {"unknown": unknown, "marked": marked}
        await work.tell_coordination(f"strangers:{due.period}", "strangers.note", values)


@dataclass(frozen=True)
class _Unread:
    """Mails that nobody read: how many, the first of them, and how many more."""

    number: int
    shown: tuple[dict[str, str], ...]

    @property
    def others(self) -> int:
        return self.number - len(self.shown)


async def _unread(work: Work, since: dt.datetime, which: ColumnElement[bool]) -> _Unread:
    """Those of a time, up to this moment."""
    mine = (
        (InboxRow.kind == "mail")
        & (InboxRow.state == InboxState.REJECTED.value)
        & (InboxRow.ended_at >= since)
        & (InboxRow.ended_at < work.now)
        & which
    )
    number = await work.session.scalar(select(func.count()).select_from(InboxRow).where(mine)) or 0
    first = await work.session.scalars(select(InboxRow).where(mine).order_by(InboxRow.id).limit(SHOWN))
    return _Unread(number, tuple(_shown(work, row) for row in first))


def _shown(work: Work, row: InboxRow) -> dict[str, str]:
    subject = "" if row.raw is None else read_mail(row.raw, work.settings).subject
    return {"address": harmless.address(row.author), "subject": harmless.line(subject, SUBJECT)}


JOB = Job("strangers", tell, rule=lambda _settings: Daily(NOTE_AT))
