"""The draft as coordination sees it: short in the room and edited there, whole by mail."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from bot import asking
from bot.authority import Act, Role
from bot.outbox import Destination, Terms
from bot.render import Rendered
from bot.router.declare import NEEDS
from bot.schedule import plan
from bot.store.tables import Doubt, DueRow, DueState, Klass, OutboxRow, Prompt
from bot.work import COORDINATORS, Asking, Work
from handlers.digest import editions, timetable
from handlers.digest.page.compose import compose
from handlers.digest.page.layout import sections
from handlers.digest.tables import Edition, EditionState, Item, ItemState

UPDATE = "digest.update"  # the kind of the due row that brings the draft up to date
SOON = dt.timedelta(minutes=2)  # after something came: what comes together is shown together
ONE_DAY = dt.timedelta(days=1)
RARELY = dt.timedelta(minutes=10)  # at least so long between two edits of the room's message
# What a draft's question keeps: the message in the room, the highest number that was shown, what it showed.
ROW, SEEN, SHOWN, MESSAGE, EDITS = "row", "seen", "shown", "message", "edits"


async def show_draft(work: Work, edition: Edition, message: str, key: str) -> None:
    """Show coordination the numbered draft, each in their language, and wait for their word."""
    items = await editions.items_of(work, edition)
    asked = await work.ask(Asking("digest", "draft", COORDINATORS, {"edition": edition.id}))
    terms = Terms(Klass.DUTY, Doubt.AGAIN, prompt_id=asked)
    state: dict[str, Any] = {"edition": edition.id, MESSAGE: message, SEEN: _highest(items), EDITS: 0}
    for place in await work.coordination_places(everywhere=True):
        rendered = await _rendered(work, edition, message, place)
        row = await work.send(f"{key}:{place.recipient}", place, rendered, terms)
        if place.channel == "room" and ROW not in state:
            state |= {ROW: row, SHOWN: _hash(rendered)}
    prompt = await work.session.get_one(Prompt, asked)
    prompt.state = state


async def shown(work: Work, edition: Edition, *, whole: bool, language: str = "") -> str:
    """The numbered draft as it is now: titles and numbers, or ``whole`` all that would be sent."""
    items = await editions.items_of(work, edition, kept=True)
    if whole:
        return compose(work, edition, items, numbered=True, language=language).text
    values = {"edition": edition, "sections": sections(work, edition, items)}
    return work.render("draft.short", values, language).text


async def question_of(work: Work, edition: Edition) -> Prompt | None:
    """The open question that shows an edition's draft."""
    prompts = await work.open_prompts([COORDINATORS])
    ours = (one for one in prompts if (one.capability, one.kind) == ("digest", "draft"))
    return next((one for one in ours if one.state["edition"] == edition.id), None)


async def bring_in(work: Work, edition: Edition, prompt: Prompt | None) -> list[Item]:
    """Bring in what arrived, and give what coordination has not seen of it yet."""
    await editions.refresh(work, edition)
    items = await editions.items_of(work, edition, kept=True)
    seen = None if prompt is None else prompt.state.get(SEEN)
    return [] if seen is None else [item for item in items if item.number > seen]


def mark_seen(prompt: Prompt, items: Sequence[Item]) -> None:
    """Coordination was just told all of these."""
    prompt.state = {**prompt.state, SEEN: max(_highest(items), prompt.state.get(SEEN, 0))}


async def edit_in_room(work: Work, edition: Edition, prompt: Prompt) -> bool:
    """Make the room's message say what the draft is now; nothing, if it says so already."""
    row_id = prompt.state.get(ROW)
    if row_id is None:
        return False
    row = await work.session.get_one(OutboxRow, row_id)
    place = Destination(row.channel, row.recipient, row.person_id)
    rendered = await _rendered(work, edition, prompt.state[MESSAGE], place)
    if _hash(rendered) == prompt.state.get(SHOWN):
        return False
    count = prompt.state[EDITS] + 1
    await asking.edit(work, f"digest-draft-edit:{prompt.id}:{count}", row_id, rendered)
    prompt.state = {**prompt.state, SHOWN: _hash(rendered), EDITS: count}
    return True


async def soon(work: Work) -> None:
    """Something came that the draft may tell: bring it up to date in a moment, if it was shown."""
    edition = await editions.current(work)
    if edition is None or await question_of(work, edition) is None:
        return
    done = await work.session.scalar(
        select(func.max(DueRow.done_at)).where(DueRow.kind == UPDATE, DueRow.data["edits"].as_boolean())
    )
    at = work.now + SOON
    await _look_at(work, edition, at if done is None else max(at, done + RARELY))


async def update(work: Work, due: DueRow) -> None:
    """Bring the draft in the room up to date; tell what came in since it was approved."""
    edition = await editions.current(work)
    prompt = None if edition is None else await question_of(work, edition)
    if edition is None or prompt is None or await _is_leaving(work, edition):
        return
    fresh = await bring_in(work, edition, prompt)
    # A mapping that is changed in place would not be written.
    due.data = {"edits": await edit_in_room(work, edition, prompt)}
    if fresh and edition.state == EditionState.APPROVED.value:
        await _tell_late(work, edition, fresh, due, prompt)
        mark_seen(prompt, fresh)
    elif prompt.state.get(ROW) is not None:
        mark_seen(prompt, fresh)


async def hold_back(work: Work, fresh: Sequence[Item]) -> list[Item]:
    """What nobody of coordination saw waits for the next recap, where the list takes their word."""
    if not await timetable.needs_word(work):
        return []
    for item in fresh:
        item.state = ItemState.POSTPONED.value
    await work.session.flush()
    return list(fresh)


async def _is_leaving(work: Work, edition: Edition) -> bool:
    """Whether it is too late to tell anything more of an edition: there must be time to answer."""
    if edition.state != EditionState.APPROVED.value:
        return False
    near = edition.send_at - work.now < RARELY
    return edition.send_at <= work.now or (near and await timetable.needs_word(work))


async def _tell_late(
    work: Work, edition: Edition, fresh: Sequence[Item], due: DueRow, prompt: Prompt
) -> None:
    """What came in after the OK goes in as well, once coordination was told and may take it out."""
    values = {"edition": edition, "items": fresh}
    terms = Terms(Klass.DUTY, Doubt.AGAIN, prompt_id=prompt.id)
    await work.tell_coordination(f"digest-late:{due.id}", "draft.late", values, everywhere=True, terms=terms)
    data = {"edition": edition.id, "items": [item.id for item in fresh]}
    needs = {NEEDS: [[Role.COORDINATION.value, "", Act.STEER.value]]}
    for member in await work.coordinators():
        work.undoable(member, "digest", "late", data | needs)


async def _look_at(work: Work, edition: Edition, at: dt.datetime) -> None:
    """Plan the next look, or make the one that is planned come earlier."""
    waiting = await work.session.scalar(
        select(DueRow).where(DueRow.kind == UPDATE, DueRow.state == DueState.WAITING.value).limit(1)
    )
    if waiting is not None:
        waiting.due_at = min(waiting.due_at, at)
        return
    count = await work.session.scalar(select(func.count()).where(DueRow.kind == UPDATE))
    await plan(work.session, UPDATE, "network", f"{edition.id}:{count}", at)


async def _rendered(work: Work, edition: Edition, message: str, place: Destination) -> Rendered:
    language = await work.language_of(place)
    items = await editions.items_of(work, edition, kept=True)
    todo = sum(item.section == "todo" for item in items)
    room = place.channel == "room"
    values = {
        "edition": edition,
        "todo": todo,
        "news": len(items) - todo,
        "goes_anyway": not await timetable.needs_word(work),
        "room": room,
        # What stands in a room is read, and edited, on other days as well.
        "tomorrow": not room and _day(work, edition.send_at) - _day(work, work.now) == ONE_DAY,
        "preview": await shown(work, edition, whole=not room, language=language),
    }
    return work.render(message, values, language)


def _day(work: Work, moment: dt.datetime) -> dt.date:
    return moment.astimezone(work.settings.network.zone).date()


def _highest(items: Sequence[Item]) -> int:
    return max((item.number for item in items), default=0)


def _hash(rendered: Rendered) -> str:
    return hashlib.sha256(rendered.text.encode()).hexdigest()[:16]
