"""A recap for each person alone: who asked for one (« récap seul »), or everybody where no list has it.

One row a person and one body for all who read the same: the same language, and the same circles as far as
this edition speaks of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from bot import failpoints, outbox, people, reserved
from bot.authority import Member
from bot.guard import tokens
from bot.outbox import Content, Destination, Terms
from bot.reach import RECAP_COPY
from bot.store.people_tables import Person, Preference, Recap, Rhythm, Status
from bot.store.tables import Doubt, Klass
from bot.work import COORDINATION, Work
from handlers.digest.delivery import leaving
from handlers.digest.editions import items_of
from handlers.digest.page.compose import compose, for_mail
from handlers.digest.page.pieces import footed, headed
from handlers.digest.tables import Edition, Item

Parts = Mapping[str, Sequence[Item]]  # what each reserved circle is told, by its key


@dataclass(frozen=True)
class Reading:
    """What somebody reads, which they share with all who read the same."""

    language: str
    circles: tuple[str, ...] = ()  # theirs, of those that the edition names
    reserved: tuple[str, ...] = ()  # theirs, of those that have something for their members alone


@dataclass(frozen=True)
class Reader:
    """Somebody who gets a mail of their own, and where."""

    member: Member
    place: Destination
    monthly: bool


def each(work: Work) -> bool:
    """Whether the recap goes to each person, and to no list."""
    return work.settings.digest.delivery == "each"


async def readers(work: Work) -> list[Reader]:
    """Those who get a recap of their own, by mail, in chat who has no address; not those who want none.

    In the mode "list", who chose so; in the mode "each", every member, and who chose so.  Never partners:
    it says what is said among members; letters are for them.
    """
    chose = Preference.recap == Recap.PERSONAL.value
    query = (
        select(Person.id, Preference.rhythm)
        .outerjoin(Preference, Preference.person_id == Person.id)
        .where(Person.merged_into.is_(None), Person.left_at.is_(None))
        .where(Person.status.not_in((Status.PARTNER.value, Status.FORMER.value)))
        .where(or_(Preference.paused_until.is_(None), Preference.paused_until <= work.now))
    )
    if each(work):
        wanted = or_(Preference.recap.is_(None), Preference.recap.not_in((Recap.NO.value, Recap.NONE.value)))
        query = query.where(wanted, or_(Person.status == Status.SUBSCRIBER.value, chose))
    else:
        query = query.where(chose)
    rhythms = {row.id: row.rhythm for row in await work.session.execute(query)}
    found = []
    for member in await people.by_ids(work.session, rhythms, work.now):
        place = work.mailbox_of(member) or work.to_person(member)
        if place is not None:
            found.append(Reader(member, place, rhythms[member.id] == Rhythm.MONTH.value))
    return found


async def send_copies(
    work: Work, edition: Edition, content: Content, post: int | None, parts: Parts | None = None
) -> int:
    """Write this week's copies; they leave when ``post``, the list's own, did, if there is one.  How many."""
    items = await items_of(work, edition, kept=True)
    named = frozenset(item.circle for item in items)
    groups: dict[Reading, list[Destination]] = defaultdict(list)
    for reader in await readers(work):
        if not reader.monthly:
            groups[reading_of(work, reader.member, named, parts or {})].append(reader.place)
    count = 0
    for reading, places in sorted(groups.items(), key=lambda group: str(group[0])):
        failpoints.hit("copies.half")
        whole = _composed(work, edition, content, items, reading)
        mail = _for_whom(work, with_part(work, whole, reading, parts or {}), reading.language)
        key = f"digest-copy:{edition.period}"
        count += await send_many(work, key, places, mail, leaving.COPY, post, reading.reserved)
    return count


async def send_many(
    work: Work,
    key: str,
    places: Sequence[Destination],
    content: Content,
    kind: str,
    post: int | None = None,
    circles: Sequence[str] = (),
) -> int:
    """Write one mail to many, which each can stop by one gesture (``leaving``).  How many are new."""
    params: dict[str, object] = {RECAP_COPY: True, tokens.STOPS: leaving.WORDS[kind]}
    if circles:
        params[reserved.CIRCLE] = kept_from_coordination(circles)
    prompt = await leaving.ask(work, kind)
    terms = Terms(Klass.NEWS, Doubt.AGAIN, planned=True, depends_on=post, prompt_id=prompt, params=params)
    body = await outbox.add_body(work.session, for_mail(content))
    return await outbox.enqueue_many(work.session, work.house.sender(work.now), key, places, body, terms)


def kept_from_coordination(circles: Sequence[str]) -> str:
    """Of whom a mail is that tells matters of these: so that coordination reads none but its own, if held."""
    return next((key for key in circles if key != COORDINATION), circles[0])


def reading_of(work: Work, member: Member, named: frozenset[str], parts: Parts) -> Reading:
    """What somebody reads of an edition that names these circles, besides what is for theirs alone."""
    language = member.language or work.settings.network.language
    if not each(work):
        return Reading(language)
    theirs = member.circles
    return Reading(language, tuple(sorted(theirs & named)), tuple(sorted(theirs & parts.keys())))


def _composed(
    work: Work, edition: Edition, content: Content, items: Sequence[Item], reading: Reading
) -> Content:
    """The edition in somebody's language; what is of their circles before the rest of its section."""
    if reading.circles or reading.language != work.settings.network.language:
        content = compose(work, edition, items, language=reading.language, first=reading.circles)
    return content


def with_part(work: Work, content: Content, reading: Reading, parts: Parts) -> Content:
    """With what is for the reserved circles of its readers alone, before the rest."""
    if not reading.reserved:
        return content
    circles = [(work.settings.circles[key].name, parts[key]) for key in reading.reserved]
    return headed(content, work.render("letters.apart", {"circles": circles}, reading.language))


def _for_whom(work: Work, content: Content, language: str) -> Content:
    """With the reason for which they get it: first where the list's own says everything without it."""
    content = replace(content, language=language)
    if each(work):
        return footed(content, work.render("letters.each_line", {}, language))
    return headed(content, work.render("letters.copy_line", {}, language))
