"""The list server is asked each week who is subscribed (Sympa's REVIEW), and its answer is reconciled."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from bot import erasure
from bot.mail.kinds.review import Member, read_review
from bot.mail.message import Mail
from bot.outbox import Content, Destination, Terms
from bot.roster import arrivals
from bot.schedule import Job, Weekly
from bot.settings.model import Settings
from bot.store.people_tables import Contact, Person, Source, Status
from bot.store.tables import Doubt, DueRow, Klass, OutboxRow
from bot.work import COORDINATORS, Asking, Work

log = logging.getLogger(__name__)

WHEN = Weekly("mardi", dt.time(6))
ANSWERED_WITHIN = dt.timedelta(days=2)
FEW = 3  # so many may leave between two answers without a question, or a tenth
DEPARTURES = "departures"  # the kind of question; handlers/directory reads its answer
QUESTION_DAYS = dt.timedelta(days=6)


def jobs(settings: Settings) -> list[Job]:
    """The weekly question, if a list wants it."""
    wanted = any(one.review for one in settings.lists.values())
    return [Job("review", ask, rule=lambda _settings: WHEN)] if wanted else []


def server_of(settings: Settings, name: str) -> str:
    """Where the commands of a list are mailed."""
    mailing_list = settings.lists[name]
    return mailing_list.server or f"sympa@{mailing_list.address.partition('@')[2]}"


async def ask(work: Work, due: DueRow) -> None:
    """Mail ``REVIEW name`` to the server of each list that wants it."""
    for name, mailing_list in work.settings.lists.items():
        if not mailing_list.review:
            continue
        command = f"REVIEW {mailing_list.address.partition('@')[0]}"
        terms = Terms(
            klass=Klass.DUTY,
            doubt=Doubt.AGAIN,
            planned=True,
            not_after=work.now + ANSWERED_WITHIN,
            params={"command": True},
        )
        to = Destination("mail", server_of(work.settings, name))
        await work.send(f"{_asked(name)}{due.period}", to, Content(f"{command}\n", subject=command), terms)


def _asked(name: str) -> str:
    return f"review:{name}:"


async def was_asked(work: Work, name: str) -> bool:
    """Whether we asked of late, so that an answer is one."""
    found = await work.session.scalar(
        select(OutboxRow.id)
        .where(OutboxRow.effect_key.startswith(_asked(name), autoescape=True))
        .where(OutboxRow.sent_at > work.now - ANSWERED_WITHIN)
        .limit(1)
    )
    return found is not None


@dataclass
class _Found:
    """What an answer changed, or would."""

    entered: list[Person] = field(default_factory=list)
    returned: list[Person] = field(default_factory=list)
    left: list[Person] = field(default_factory=list)
    asking_back: list[Person] = field(default_factory=list)  # former, and subscribed all the same


async def receive(work: Work, name: str, mail: Mail) -> str:
    """Reconcile a proven answer for the list ``name``; what was done, for the row of the inbox."""
    if not await was_asked(work, name):
        return "list notice: review that nobody asked for"
    members, total = read_review(mail.text)
    whole = total == len(members) and "truncated-text" not in mail.problems
    ours = work.house.own_addresses() | work.house.list_addresses()
    members = tuple(one for one in members if one.address not in ours)
    found = _Found()
    await _arrivals(work, members, found)
    if whole:
        await _departures(work, name, {one.address for one in members}, found)
        await _missing(work, name, {one.address for one in members})
    await _tell(work, name, found)
    entered, left = len(found.entered), len(found.left)
    log.info("review of %s: %s subscribers, %s new, %s left", name, len(members), entered, left)
    return f"list notice: review, {'whole' if whole else 'cut off'}"


async def _arrivals(work: Work, members: Sequence[Member], found: _Found) -> None:
    taken = set(await work.session.scalars(select(Person.key)))
    rows = await work.session.execute(
        select(Contact.value, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.channel == "mail", Contact.verified_at.is_not(None), Person.merged_into.is_(None))
    )
    known: dict[str, Person] = {row.value: row.Person for row in rows}
    for member in members:
        person = known.get(member.address)
        if person is None:
            # An erasure does not take anybody off the list: that must not bring them back.
            if not await erasure.is_erased(work.session, contacts=[("mail", member.address)]):
                found.entered.append(await arrivals.enter(work, member.address, member.name, taken))
        elif person.left_at is not None:
            back = found.returned if arrivals.come_back(work, person) else found.asking_back
            back.append(person)


async def _departures(work: Work, name: str, subscribed: Collection[str], found: _Found) -> None:
    addresses = await arrivals.addresses_of(work)
    listed = await arrivals.only_listed(work)
    gone = [one for one in listed.values() if not addresses.get(one.id, set()) & set(subscribed)]
    if not gone:
        return
    several = sum(one.review for one in work.settings.lists.values()) > 1
    if not several and (len(gone) <= FEW or len(gone) * 10 < len(listed)):
        for person in gone:
            arrivals.leave(work, person)
        found.left = gone
        return
    digest = _digest(gone)
    names, others = arrivals.names(gone)
    values = {"list": name, "listed": len(listed), "number": len(gone), "names": names, "others": others}
    state = {"people": [person.id for person in gone]}
    asking = Asking("directory", DEPARTURES, COORDINATORS, state, work.now + QUESTION_DAYS)
    await work.tell_coordination(f"departures:{name}:{digest}", "roster.departures", values, asking)


async def _missing(work: Work, name: str, subscribed: Collection[str]) -> None:
    """Members of the settings who are not on the list: told once, until it is others."""
    if work.settings.lists[name].circle != work.settings.lists[work.settings.digest.list].circle:
        return
    addresses = await arrivals.addresses_of(work)
    members = await work.session.scalars(
        select(Person).where(
            Person.source == Source.SETTINGS.value,
            Person.status == Status.SUBSCRIBER.value,
            Person.left_at.is_(None),
            Person.merged_into.is_(None),
        )
    )
    missing = [
        person
        for person in members
        if addresses.get(person.id) and not addresses[person.id] & set(subscribed)
    ]
    if missing:
        names, others = arrivals.names(missing)
        values = {"list": name, "number": len(missing), "names": names, "others": others}
        await work.tell_coordination(f"missing:{name}:{_digest(missing)}", "roster.missing", values)


async def _tell(work: Work, name: str, found: _Found) -> None:
    changed = [*found.entered, *found.returned, *found.left, *found.asking_back]
    if not changed:
        return
    values: dict[str, object] = {"list": name}
    for what, people in (
        ("entered", found.entered + found.returned),
        ("left", found.left),
        ("former", found.asking_back),
    ):
        values[what], values[f"more_{what}"] = arrivals.names(people)
    key = f"reviewed:{name}:{work.now:%G-%V}:{_digest(changed)}"
    await work.tell_coordination(key, "roster.reviewed", values)


def _digest(people: Collection[Person]) -> str:
    said = ",".join(str(number) for number in sorted(person.id for person in people))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


async def depart(work: Work, numbers: Collection[int]) -> int:
    """Coordination agrees: these leave, unless something besides the list keeps them here by now."""
    listed = await arrivals.only_listed(work)
    gone = [listed[number] for number in numbers if number in listed]
    for person in gone:
        arrivals.leave(work, person)
    return len(gone)
