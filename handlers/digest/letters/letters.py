"""Letters: what the recaps of a month or a quarter told, for those outside.  Never sent by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import or_, select

from bot import failpoints, people
from bot.outbox import Destination, Terms
from bot.protocols import DigestItem
from bot.reach import untold
from bot.store.people_tables import Person, Preference, Recap, Status
from bot.store.tables import Doubt, Klass, Prompt
from bot.work import COORDINATORS, Work
from handlers.digest.delivery import leaving
from handlers.digest.delivery.again import worth_telling
from handlers.digest.delivery.personal import send_many
from handlers.digest.editions import OPEN, items_of
from handlers.digest.items import as_digest_item, as_row
from handlers.digest.letters import page as letter_page
from handlers.digest.letters.issues import Issue
from handlers.digest.letters.outward import outward
from handlers.digest.letters.page import KIND, contact, letter_of
from handlers.digest.order import place
from handlers.digest.tables import RECAP, Edition, EditionState, Item, ItemState

OF_ROOM = "room-"  # begins the keys of what was said in a room


async def draw_up(work: Work, key: str, issue: Issue) -> Edition | None:
    """The draft of an issue, once; None if it is there already, or there is nothing to tell, or nobody to."""
    kind, letter = f"{KIND}{key}", work.settings.digest.letters[key]
    there = select(Edition.id).where(Edition.kind == kind, Edition.period == issue.period)
    if await work.session.scalar(there) is not None:
        return None
    if not letter.list and not await partners(work):
        return None
    told = await _worth_telling(work, kind, issue, letter.sections)
    if not told:
        return None
    earlier = select(Edition).where(Edition.kind == kind, Edition.state.in_(OPEN))
    for one in await work.session.scalars(earlier):
        one.state = EditionState.STOPPED.value  # nobody agreed to it before the next was due
        await close_prompts(work, one)
    edition = Edition(
        kind=kind,
        period=issue.period,
        state=EditionState.DRAFT.value,
        since=issue.since,
        until=issue.at,
        after_message=0,
        last_message=0,
        send_at=work.now,
    )
    work.session.add(edition)
    await work.session.flush()
    ordered = enumerate(sorted(told, key=place), start=1)
    work.session.add_all([as_row(edition, item, number) for number, item in ordered])
    await work.session.flush()
    return edition


async def publish(work: Work, edition: Edition) -> None:
    """Put a letter that somebody approved on its way, once: to its list, or to each partner."""
    letter = letter_of(work, edition)
    if letter is None or edition.approved_by is None or edition.state == EditionState.SENT:
        return
    await close_prompts(work, edition)
    today = work.now.astimezone(work.settings.network.zone).date()
    items = [
        item
        for item in await items_of(work, edition, kept=True)
        if item.last_day is None or item.last_day >= today
    ]
    content = letter_page.compose(work, edition, items)
    edition.state, edition.sent_at = EditionState.SENT.value, work.now
    edition.subject, edition.text, edition.html = content.subject, content.text, content.html
    key = f"digest-{edition.kind}:{edition.period}"
    if letter.list:
        terms = Terms(Klass.NEWS, Doubt.ASK, planned=True, approved_by=edition.approved_by)
        await work.send(key, work.house.the_list(letter.list), content, terms)
    else:
        await _to_partners(work, edition, items, key)
    work.fact("digest.letter", number=len(items))


async def partners(work: Work) -> dict[str, list[Destination]]:
    """The mailboxes of those partners who want our letters, by their language."""
    ids = await work.session.scalars(
        select(Person.id)
        .outerjoin(Preference, Preference.person_id == Person.id)
        .where(Person.status == Status.PARTNER.value, Person.merged_into.is_(None), Person.left_at.is_(None))
        .where(or_(Preference.recap.is_(None), Preference.recap.not_in((Recap.NO.value, Recap.NONE.value))))
        .where(or_(Preference.paused_until.is_(None), Preference.paused_until <= work.now))
    )
    found: dict[str, list[Destination]] = defaultdict(list)
    for member in await people.by_ids(work.session, ids.all(), work.now):
        box = work.mailbox_of(member)
        if box is not None:
            found[member.language or work.settings.network.language].append(box)
    return found


async def close_prompts(work: Work, edition: Edition) -> None:
    """No answer to this letter's draft counts any more."""
    for prompt in await open_drafts(work):
        if prompt.state["edition"] == edition.id:
            prompt.closed_at = work.now


async def open_drafts(work: Work) -> list[Prompt]:
    """The drafts, of the recap and of letters, that wait for coordination's word."""
    prompts = await work.open_prompts([COORDINATORS])
    return [one for one in prompts if one.capability == "digest" and one.kind in ("draft", "letter")]


async def _worth_telling(work: Work, kind: str, issue: Issue, sections: Sequence[str]) -> list[DigestItem]:
    """What the recaps of the period told, and what the last letter kept for this one, fit for outside."""
    recaps = await work.session.scalars(
        select(Edition)
        .where(Edition.kind == RECAP, Edition.state == EditionState.SENT.value)
        .where(Edition.sent_at > issue.since, Edition.sent_at <= issue.at)
        .order_by(Edition.id)
    )
    day = work.now.astimezone(work.settings.network.zone).date()
    told = await worth_telling(work, recaps.all(), day, sections)
    seen = {item.key for item in told}
    kept = [item for item in await _postponed(work, kind) if item.key not in seen]
    kept = [item for item in kept if item.last_day is None or item.last_day >= day]
    hidden, own = untold(work.settings), work.house.own_addresses() | work.house.list_addresses()
    return [
        outward(item, own, contact(work))
        for item in [*told, *kept]
        if item.circle not in hidden and not item.key.startswith(OF_ROOM)
    ]


async def _postponed(work: Work, kind: str) -> list[DigestItem]:
    last = await work.session.scalar(
        select(Edition.id).where(Edition.kind == kind).order_by(Edition.id.desc()).limit(1)
    )
    query = select(Item).where(Item.edition_id == last, Item.state == ItemState.POSTPONED.value)
    return [as_digest_item(item) for item in await work.session.scalars(query.order_by(Item.rank))]


async def _to_partners(work: Work, edition: Edition, items: Sequence[Item], key: str) -> None:
    for language, places in sorted((await partners(work)).items()):
        failpoints.hit("letters.half")
        content = letter_page.compose(work, edition, items, language=language)
        await send_many(work, key, places, content, leaving.LETTER)
