"""Sorts the mail: what is ours come back, what machines say, what goes to the archive, what a person asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from bot import archive, inbox, outbox, people
from bot.guard import harmless, strangers, tokens
from bot.mail.message import Kind, Mail, Trust
from bot.roster import notices
from bot.router.declare import Capability
from bot.store import meta
from bot.store.tables import Act, InboxRow, InboxState, OutboxRow, OutboxState
from bot.work import House, Work

UNPROVEN = "unproven"  # how the reason begins for what only says that it comes from a list
AUTOMATIC = (Kind.AUTOMATIC, Kind.DELAY)


class Postroom:
    """Ends what needs no answer; lets through what a person says to us."""

    def __init__(self, house: House, capabilities: Sequence[Capability]) -> None:
        self.house = house
        self._lists = {one.address.lower(): name for name, one in house.settings.lists.items()}
        self._posts = [run for capability in capabilities for run in capability.posts]

    async def sort(self, work: Work, row: InboxRow, mail: Mail) -> bool:
        """True when the row is ended or held; False when somebody must be answered."""
        if row.truncated and not row.past:
            values = {
                "author": harmless.address(row.author),
                "megabytes": work.settings.mail.inbox.max_megabytes,
            }
            await work.tell_coordination(f"cut:{row.author}:{_day(work.now)}", "common.cut", values)
        if mail.kind is Kind.UNREADABLE:
            await hold(work, row, f"unreadable: {mail.reason}")
        elif mail.kind is Kind.LIST_POST:
            await self._post(work, row, mail)
        elif row.past:
            inbox.end(row, InboxState.ARCHIVED, "past", work.now)
        elif self.house.is_own(mail.author.address) or await _is_ours(work, mail):
            inbox.end(row, InboxState.ARCHIVED, "from ourselves", work.now)
        elif mail.kind is Kind.BOUNCE:
            await self._bounce(work, row, mail)
        elif mail.kind in AUTOMATIC and not await tokens.is_stop(work.session, work.settings, mail):
            inbox.end(row, InboxState.ARCHIVED, f"automatic: {mail.reason}", work.now)
        elif mail.kind is Kind.LIST_NOTICE:
            done = "echo" if row.reason == inbox.ECHO else await notices.on_notice(work, mail)
            inbox.end(row, InboxState.ARCHIVED, done, work.now)
        elif self._copied_to_a_list(mail):
            # The list's copy is the one that counts: nobody talks to us by writing to everybody.
            inbox.end(row, InboxState.ARCHIVED, "written to a list as well", work.now)
        elif mail.unanswerable and await people.by_contact(
            work.session, "mail", mail.author.address, work.now
        ):
            inbox.end(row, InboxState.REJECTED, f"{strangers.MARKED}{mail.unanswerable}", work.now)
        else:
            return False
        return True

    async def _post(self, work: Work, row: InboxRow, mail: Mail) -> None:
        list_name = self._lists.get((mail.list or "").lower())
        if list_name is None:
            inbox.end(row, InboxState.ARCHIVED, f"of another list: {mail.list}", work.now)
            return
        if not await self._from_the_list(work, row, mail, list_name):
            await hold(work, row, f"{UNPROVEN}: not from the list's server")
            return
        settings = self.house.settings.lists[list_name]
        ours = await self._own_copy(work, mail, row) or self.house.is_own(mail.author.address)
        if not await self._first_of_its_words(work, row, mail):
            return
        author = await people.by_contact(work.session, "mail", mail.author.address, work.now)
        message = await archive.add_mail(
            work.session,
            mail,
            settings.circle,
            row.received,
            person_id=author.id if author else None,
            tags=(settings.tag,) if settings.tag else (),
            ours=ours,
        )
        if message is None:
            inbox.end(row, InboxState.SUPERSEDED, "already in the archive", work.now)
            return
        if not row.past and not ours:
            work.fact("mail.post", circle=settings.circle)
            for run in () if row.reason == inbox.ECHO else self._posts:
                await run(work, mail, message)
        inbox.end(row, InboxState.ARCHIVED if row.past else InboxState.APPLIED, "list post", work.now)

    async def _from_the_list(self, work: Work, row: InboxRow, mail: Mail, list_name: str) -> bool:
        """Whether the list's own server sent this, as far as can be known.

        A list for which our server vouched once must always be vouched for; one for which it never did is
        believed, since some servers check nothing.
        """
        if row.past or not work.settings.mail.authserv_id or row.reason.startswith(inbox.TAKEN_UP):
            return True
        proven = (await meta.get(work.session, meta.PROVEN_LISTS) or "").splitlines()
        if mail.list_trust is Trust.VOUCHED:
            if list_name not in proven:
                await meta.put(work.session, meta.PROVEN_LISTS, "\n".join([*proven, list_name]))
            return True
        return mail.list_trust is Trust.NONE and list_name not in proven

    async def _own_copy(self, work: Work, mail: Mail, row: InboxRow) -> bool:
        """Whether this is a post of ours that the list brings back; its row is then certain."""
        sent = await work.session.scalar(select(OutboxRow).where(OutboxRow.message_id == mail.message_id))
        if sent is None or sent.list_name is None:
            return False
        if sent.state != OutboxState.SENT:
            # Whatever we believed of it, it did leave.
            outbox.note(sent, "the list brought it back")
            sent.state, sent.copy_due_at = OutboxState.SENT.value, None
            sent.sent_at = sent.sent_at or row.received
        return True

    async def _first_of_its_words(self, work: Work, row: InboxRow, mail: Mail) -> bool:
        there = await work.session.scalar(
            select(Act).where(
                Act.author == mail.author.address, Act.origin_id == mail.message_id, Act.action == "post"
            )
        )
        if there is None:
            work.session.add(
                Act(
                    author=mail.author.address,
                    origin_id=mail.message_id,
                    action="post",
                    content_hash=mail.content_hash,
                    inbox_id=row.id,
                )
            )
            return True
        if there.content_hash == mail.content_hash:
            inbox.end(row, InboxState.SUPERSEDED, f"the same message as {there.inbox_id}", work.now)
        else:
            await hold(work, row, f"same Message-ID as {there.inbox_id}, other words")
        return False

    async def _bounce(self, work: Work, row: InboxRow, mail: Mail) -> None:
        """A mail of ours came back: its row is dead, and coordination hears of the address once a day."""
        assert mail.bounce is not None  # noqa: S101 - what the kind means
        sent = None
        if mail.bounce.original_message_id:
            sent = await work.session.scalar(
                select(OutboxRow).where(OutboxRow.message_id == mail.bounce.original_message_id)
            )
        if sent is None or sent.list_name is not None:
            inbox.end(row, InboxState.ARCHIVED, "a bounce that is not of a mail of ours", work.now)
            return
        outbox.note(sent, f"came back: {mail.reason}")
        work.fact("mail.bounced")
        if mail.bounce.permanent and sent.state == OutboxState.SENT:
            sent.state = OutboxState.DEAD.value
            mine = {place.recipient for place in await work.coordination_places(everywhere=True)}
            if sent.recipient not in mine:
                await work.tell_coordination(
                    f"bounced:{sent.recipient}:{_day(work.now)}",
                    "gates.dead",
                    {"recipient": sent.recipient, "reason": mail.reason, "row": sent.id},
                )
        inbox.end(row, InboxState.APPLIED, f"bounce of outbox {sent.id}", work.now)

    def _copied_to_a_list(self, mail: Mail) -> bool:
        return any(address.lower() in self._lists for address in (*mail.to, *mail.cc))


async def _is_ours(work: Work, mail: Mail) -> bool:
    """Whether it is a mail of ours that somebody sends back, under whatever name."""
    sent = select(OutboxRow.id).where(OutboxRow.message_id == mail.message_id).limit(1)
    return await work.session.scalar(sent) is not None


async def hold(work: Work, row: InboxRow, reason: str) -> None:
    """Keep what nothing can be done with until a person has looked, and tell them, once a day an author.

    What was there before us is archived instead: nobody waits for an answer to it.
    """
    if row.past:
        inbox.end(row, InboxState.ARCHIVED, f"past; {reason}", work.now)
        return
    row.state, row.reason, row.reference = InboxState.HELD.value, reason, f"N{row.id}"
    why = reason.partition(":")[0]
    # Whoever forges posts invents their authors as well: one notice a day, whoever they are said to be.
    about = row.author if why != UNPROVEN else UNPROVEN
    values = {"reference": row.reference, "author": harmless.address(row.author), "why": why}
    await work.tell_coordination(f"look:{about}:{_day(work.now)}", "common.look", values)


def _day(now: dt.datetime) -> str:
    return f"{now:%Y-%m-%d}"
