"""The notice on personal data: to whoever enters otherwise than by the settings, once.

Who entered one by one (a command, a code) is told at once; who came with many others (an import, the list
server's REVIEW) with the first thing that goes to them in person, or when they first write: an import must
not send hundreds of mails by surprise.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select

from bot import gates, people
from bot.authority import Member
from bot.outbox import Terms
from bot.store.people_tables import Contact, Person, Source, Status
from bot.store.tables import Act, Doubt, InboxRow, Klass, OutboxRow, OutboxState
from bot.work import Work

ONE_BY_ONE = (Source.COMMAND.value, Source.CODE.value)
REACHED = (OutboxState.SENT.value, OutboxState.SENDING.value, OutboxState.PENDING.value)


def _untold() -> ColumnElement[bool]:
    return and_(
        Person.notice_at.is_(None),
        Person.left_at.is_(None),
        Person.merged_into.is_(None),
        Person.status != Status.FORMER.value,
    )


def _met() -> ColumnElement[bool]:
    """Of a query over people: whether they entered alone, were written to in person, or wrote."""
    written_to = exists().where(OutboxRow.person_id == Person.id, OutboxRow.state.in_(REACHED))
    wrote = exists().where(
        Contact.person_id == Person.id,
        Contact.verified_at.is_not(None),
        Act.author == Contact.value,
        InboxRow.id == Act.inbox_id,
        InboxRow.past.is_(False),
    )
    return or_(Person.source.in_(ONE_BY_ONE), written_to, wrote)


def _reachable(work: Work) -> ColumnElement[bool]:
    channels = ["mail", "room"] if work.house.has_rooms else ["mail"]
    return exists().where(
        Contact.person_id == Person.id, Contact.verified_at.is_not(None), Contact.channel.in_(channels)
    )


async def waiting(work: Work) -> list[int]:
    """The numbers of those who are to be told now.  In shadow nobody is reached, so they wait."""
    found = await work.session.scalars(select(Person.id).where(_untold(), _met(), _reachable(work)))
    numbers = list(found)
    shut = numbers and (await gates.read(work.session, work.settings.gates, work.now)).shadow
    return [] if shut else numbers


async def step(work: Work) -> int:
    """Tell everybody whose moment has come; returns how many."""
    told = 0
    for number in await waiting(work):
        member = await people.by_id(work.session, number, work.now)
        told += member is not None and await tell(work, member)
    return told


async def tell(work: Work, member: Member) -> bool:
    """Give somebody the notice, by mail if they have a verified address; False if they cannot be reached."""
    to = work.mailbox_of(member) or work.to_person(member)
    if to is None:
        return False
    rendered = work.render("privacy.notice", await values(work), member.language)
    terms = Terms(klass=Klass.DUTY, doubt=Doubt.AGAIN, planned=True)
    await work.send(f"notice:{member.id}", to, rendered, terms)
    person = await work.session.get_one(Person, member.id)
    person.notice_at = work.now
    work.fact("privacy.notice")
    return True


async def values(work: Work) -> dict[str, object]:
    """What the notice says of this network: who answers for it (GDPR, article 13), how long, whom to ask."""
    network = work.settings.network
    return {
        "kept": work.settings.retention,
        "has_rooms": work.house.has_rooms,
        "controller": network.controller or network.name,
        "contact": network.contact,
        "coordinators": [member.name for member in await work.coordinators()],
    }


async def greet(work: Work, person_id: int) -> bool:
    """Tell somebody who came alone at once, whatever their source; in shadow, with the first word instead."""
    if (await gates.read(work.session, work.settings.gates, work.now)).shadow:
        return False
    member = await people.by_id(work.session, person_id, work.now)
    return member is not None and await tell(work, member)


__all__ = ["greet", "step", "tell", "values", "waiting"]
