"""What the list server tells of by itself: somebody subscribed, somebody left; and its answers to us."""

from __future__ import annotations

import re

from sqlalchemy import select

from bot.mail.message import Mail, Notice
from bot.personal.notice import greet
from bot.roster import arrivals, listed, review
from bot.store.people_tables import Person
from bot.work import Work

COMING = ("subscribe", "add")
GOING = ("signoff", "del")
REPORT = "command_report"  # « Résultats de vos commandes »: of REVIEW, only its refusal comes so
_REFUSED = re.compile(r"^[> ]*REVIEW \S", re.MULTILINE)


async def on_notice(work: Work, mail: Mail) -> str:
    """Act on a notice that is proven to come from one of our lists; the reason for the row of the inbox."""
    notice = mail.notice
    if notice is None or not _concerns_people(mail, notice):
        return f"list notice: {notice.action if notice else '?'}"
    name = _list_of(work, mail, notice)
    if name is None:
        return f"list notice: {notice.action}, of another list"
    if not (notice.trusted and work.settings.mail.authserv_id):
        # Its shape alone proves nothing: anybody can write it.
        await work.tell_coordination(f"unproven:{name}:{work.now:%G-%V}", "roster.unproven", {"list": name})
        return f"list notice: {notice.action}, not proven"
    if notice.action in ("review", REPORT):
        if not work.settings.lists[name].review:
            return f"list notice: {notice.action}"
        if notice.action == "review":
            return await review.receive(work, name, mail)
        if not await review.was_asked(work, name):
            return "list notice: refusal of what nobody asked for"
        await review.refused(work, name)
        return "list notice: review refused"
    if notice.address not in work.house.own_addresses() | work.house.list_addresses():
        await (_coming if notice.action in COMING else _going)(work, name, notice)
    return f"list notice: {notice.action}"


def _concerns_people(mail: Mail, notice: Notice) -> bool:
    """Who comes and goes, who is there, and that we are not told: all else says nothing of people."""
    if notice.action == REPORT:
        return _REFUSED.search(f"{mail.quoted}\n{mail.text}") is not None
    return notice.action in (*COMING, *GOING, "review")


def _list_of(work: Work, mail: Mail, notice: Notice) -> str | None:
    """The list of ours that a notice is about: by its name, at the domain that it comes from."""
    domain = (mail.list or mail.author.address).rpartition("@")[2]
    address = f"{notice.list}@{domain}".lower()
    return next(
        (name for name, one in work.settings.lists.items() if one.address.lower() == address),
        None,
    )


async def _coming(work: Work, name: str, notice: Notice) -> None:
    person = await arrivals.holder(work, notice.address)
    if person is None:
        taken = set(await work.session.scalars(select(Person.key)))
        person = await arrivals.enter(work, notice.address, notice.name, taken)
        await greet(work, person.id)
    elif person.left_at is not None and not arrivals.come_back(work, person):
        values = {"list": name, "name": person.name}
        await work.tell_coordination(_once(work, "back", person), "roster.back", values)
    await listed.change(work, name, person.id, on=True)


async def _going(work: Work, name: str, notice: Notice) -> None:
    """Leaving the mail is not resigning: whom only the list knew is gone, of others coordination is told."""
    person = await arrivals.holder(work, notice.address)
    if person is None or person.left_at is not None:
        return
    others = (await arrivals.addresses_of(work)).get(person.id, set()) - {notice.address}
    if not others:
        await listed.change(work, name, person.id, on=False)
    if not others and person.id in await arrivals.only_listed(work):
        if person.id not in (await listed.on_others(work, name) or ()):
            arrivals.leave(work, person)
        return
    values = {"list": name, "name": person.name, "address": notice.address}
    await work.tell_coordination(_once(work, "signoff", person), "roster.signoff", values)


def _once(work: Work, what: str, person: Person) -> str:
    return f"roster:{what}:{person.id}:{work.now:%Y-%m-%d}"
