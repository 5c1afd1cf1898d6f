"""The list server is asked each week who is subscribed (Sympa's REVIEW), and its answer is reconciled."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import func, select

from bot.mail.kinds.review import Member, read_review
from bot.mail.message import Mail
from bot.outbox import Content, Destination, Terms
from bot.personal import erasure
from bot.roster import arrivals, listed
from bot.roster.listed import Listed
from bot.schedule import Job, Weekly
from bot.settings.model import Settings
from bot.store import meta
from bot.store.people_tables import Contact, Person, Source, Status
from bot.store.tables import Doubt, DueRow, Klass, OutboxRow
from bot.work import COORDINATORS, Asking, Work

log = logging.getLogger(__name__)

WHEN = Weekly("mardi", dt.time(6))
ANSWERED_WITHIN = dt.timedelta(days=2)
CLOCKS = dt.timedelta(hours=1)  # so far may the server's clock be behind ours
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
        await _tell_if_unanswered(work, name)
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


def _refusal(name: str) -> str:
    return f"review refused:{name}"


async def asked_at(work: Work, name: str) -> dt.datetime | None:
    """When the question of a list last left, or None."""
    query = select(func.max(OutboxRow.sent_at)).where(
        OutboxRow.effect_key.startswith(_asked(name), autoescape=True)
    )
    found: dt.datetime | None = await work.session.scalar(query)
    return found


async def was_asked(work: Work, name: str) -> bool:
    """Whether we asked of late, so that an answer is one."""
    asked = await asked_at(work, name)
    return asked is not None and asked > work.now - ANSWERED_WITHIN


async def _tell_if_unanswered(work: Work, name: str) -> None:
    """The question before this one had no whole answer, nor a refusal: coordination hears it once a month."""
    asked, last = await asked_at(work, name), await listed.last(work, name)
    refusal = await meta.moment(work.session, _refusal(name))
    heard = [moment for moment in (last.at if last else None, refusal) if moment is not None]
    if asked is not None and all(moment < asked - CLOCKS for moment in heard):
        values = {"list": name, "asked": asked, "bot": work.settings.bot.address}
        await work.tell_coordination(f"unanswered:{name}:{work.now:%Y-%m}", "roster.unanswered", values)


async def refused(work: Work, name: str) -> None:
    """The list server answers that it does not tell us: coordination hears it once a month."""
    await meta.put(work.session, _refusal(name), work.now.isoformat())
    values = {"list": name, "bot": work.settings.bot.address}
    await work.tell_coordination(f"refused:{name}:{work.now:%Y-%m}", "roster.refused", values)


@dataclass
class _Found:
    """What an answer changed, or would."""

    entered: list[Person] = field(default_factory=list)
    returned: list[Person] = field(default_factory=list)
    left: list[Person] = field(default_factory=list)
    asking_back: list[Person] = field(default_factory=list)  # former, and subscribed all the same


async def receive(work: Work, name: str, mail: Mail) -> str:
    """Reconcile a proven answer for the list ``name``; what was done, for the row of the inbox."""
    asked, last = await asked_at(work, name), await listed.last(work, name)
    if asked is None or asked < work.now - ANSWERED_WITHIN:
        return "list notice: review that nobody asked for"
    at = min(mail.date or asked, work.now)
    if at < asked - CLOCKS or (last is not None and (at < last.at or mail.message_id == last.mail)):
        # Whoever got hold of an old answer may send it again, proof and all.
        return "list notice: review, older than our question or than another answer"
    members, total = read_review(mail.text)
    whole = total == len(members) and "truncated-text" not in mail.problems
    ours = work.house.own_addresses() | work.house.list_addresses()
    found = _Found()
    await _arrivals(work, [one for one in members if one.address not in ours], found)
    if whole:
        subscribed = {one.address for one in members}
        holders = await arrivals.addresses_of(work)
        there = frozenset(number for number, addresses in holders.items() if addresses & subscribed)
        await listed.keep(work, name, Listed(at, mail.message_id, there))
        await _departures(work, name, there, at, found)
        await _missing(work, name, set(holders) - there)
    await _tell(work, name, found)
    entered, left = len(found.entered), len(found.left)
    log.info("review of %s: %s subscribers, %s new, %s left", name, len(members), entered, left)
    return f"list notice: review, {'whole' if whole else 'cut off'}"


async def _arrivals(work: Work, members: Collection[Member], found: _Found) -> None:
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
                person = await arrivals.enter(work, member.address, member.name, taken)
                known[member.address] = person
                found.entered.append(person)
        elif person.left_at is not None:
            back = found.returned if arrivals.come_back(work, person) else found.asking_back
            back.append(person)


async def _departures(work: Work, name: str, there: Collection[int], at: dt.datetime, found: _Found) -> None:
    """Whom no list has any more leaves, unless it is many at once: then coordination is asked.

    Not whoever entered while the answer (written at ``at``) was on its way.
    """
    others = await listed.on_others(work, name)
    if others is None:
        return
    known = await arrivals.only_listed(work)
    gone = [
        one
        for one in known.values()
        if one.id not in there and one.id not in others and (one.entered_at is None or one.entered_at <= at)
    ]
    if not gone:
        return
    if len(gone) <= FEW or len(gone) * 10 < len(known):
        for person in gone:
            arrivals.leave(work, person)
        found.left = gone
        return
    names, more = arrivals.names(gone)
    values = {"list": name, "listed": len(known), "number": len(gone), "names": names, "others": more}
    state = {"people": [person.id for person in gone]}
    asking = Asking("directory", DEPARTURES, COORDINATORS, state, work.now + QUESTION_DAYS)
    await work.tell_coordination(f"departures:{name}:{_digest(gone)}", "roster.departures", values, asking)


async def _missing(work: Work, name: str, absent: Collection[int]) -> None:
    """Members of the settings who are not on the list, by any address: told once, until it is others."""
    if work.settings.lists[name].circle != work.settings.lists[work.settings.digest.list].circle:
        return
    members = await work.session.scalars(
        select(Person).where(
            Person.source == Source.SETTINGS.value,
            Person.status == Status.SUBSCRIBER.value,
            Person.left_at.is_(None),
            Person.merged_into.is_(None),
        )
    )
    missing = [person for person in members if person.id in absent]
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
    """Coordination agrees: these leave, unless a list or something besides keeps them here by now."""
    known = await arrivals.only_listed(work)
    answers = [await listed.last(work, name) for name in work.settings.lists]
    back = {number for one in answers if one is not None for number in one.people}
    gone = [known[number] for number in numbers if number in known and number not in back]
    for person in gone:
        arrivals.leave(work, person)
    return len(gone)
