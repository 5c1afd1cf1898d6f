"""An exchange as items of the recap: what was written in it, what is decided, shared, asked, and when."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.french.fold import words
from bot.french.gist import summary
from bot.protocols import DigestItem
from handlers.digest.phrases import Phrases
from handlers.digest.sources import titles
from handlers.digest.sources.archive import LATE, Exchange, reserved
from handlers.digest.sources.calendar import About, dated_items, one_line
from handlers.digest.sources.changes import change_of
from handlers.digest.sources.elsewhere import is_passed_on
from handlers.digest.sources.matters import matter
from handlers.digest.sources.newcomers import presents_themselves
from handlers.digest.sources.past import is_over
from handlers.digest.sources.resources import resources
from handlers.digest.sources.watch import watched
from handlers.digest.wording import prose

__all__ = ["LATE", "Told", "reserved", "tell"]

MANY = 5  # people, and messages, beyond which an exchange gains no more weight
FEW_WORDS = 12  # what goes on in fewer words is not understood without what it goes on with
FEW_SENTENCES = 2  # that stand in the agenda with what they announce
NOON = dt.time(12)


@dataclass(frozen=True)
class Told:
    """What an exchange brings: the exchange itself, unless all of it is said by its parts, and these.

    ``gone``: days on which what it is about does not take place any more.  ``weight``: by which the best
    come first.
    """

    exchange: Exchange
    text: DigestItem | None
    parts: tuple[DigestItem, ...]
    gone: frozenset[dt.date]
    weight: float

    @property
    def items(self) -> Iterator[DigestItem]:
        """All of them."""
        yield from self.parts
        if self.text is not None:
            yield self.text


def tell(exchange: Exchange, phrases: Phrases, places: Sequence[str], *, knows: bool = False) -> Told:
    """The items of one exchange, on the day of sending that ``phrases`` speaks of.

    ``knows``: whether somebody whom nobody knows is from elsewhere.
    """
    day, said, thread = phrases.day, exchange.said, exchange.thread
    if not exchange.where and is_over(
        [*exchange.said_before, *said], thread.subject, day, exchange.sentences
    ):
        return Told(exchange, None, (), frozenset(), 0)
    about = About(thread.id, exchange.title, exchange.circle, day, places)
    dated = dated_items(about, exchange.said_before, said, exchange.sentences)
    subject = exchange.title if exchange.where else thread.subject
    read = None if exchange.said_before else exchange.sentences
    gist = summary.summarise(said, subject, dt.datetime.combine(day, NOON, exchange.zone), read)
    decision = _decision(exchange, gist)
    parts = [_unrepeated(one, exchange, gist, phrases) for one in (*dated.items, decision) if one]
    call = watched(exchange, gist, phrases, dated.said)
    if call is not None:
        # The funder's deadline and its links stand in the watch, once.
        kept = tuple(part for part in parts if part.section == "agenda" and part.last_day != call.last_day)
        return _keyed(Told(exchange, call, kept, dated.gone, _weight(exchange, gist, parts)))
    told = {one_line(part.text) for part in parts} | dated.said | _stale(exchange, day)
    sentences = exchange.sentences if _may_share(exchange) else []
    shared = resources(thread.id, exchange.title, exchange.circle, exchange.posts, sentences, told)
    parts += shared.items
    told |= {one_line(one) for one in shared.sentences} | ({exchange.title} if exchange.where else set())
    left = [sentence for sentence in map(one_line, gist.sentences) if sentence not in told]
    text, weight = prose(left), _weight(exchange, gist, parts)
    # What is said elsewhere in the recap is not said again.
    at = _only_event(exchange, parts, left, told=bool(dated.said))
    if at is not None:
        parts[at], text = replace(parts[at], text=text, links=gist.links[:1]), ""
    if not text and (parts or not exchange.where):
        return _keyed(Told(exchange, None, tuple(parts), dated.gone, weight))
    links = tuple(link for link in gist.links if link not in shared.links)
    item = DigestItem(
        key=f"thread:{thread.id}",
        section=_section(exchange, knows=knows),
        title=f"{exchange.title} ({_who(exchange, gist, phrases)})",
        text=_in_context(exchange, text, phrases),
        circle=exchange.circle,
        links=links,
    )
    return _keyed(Told(exchange, item, tuple(parts), dated.gone, weight))


def _stale(exchange: Exchange, day: dt.date) -> set[str]:
    """What was to come when it was written, and has passed by the day of sending."""
    written = [one.date.date() for one in (*exchange.said_before, *exchange.said)]
    return {
        one_line(one.text)
        for one in exchange.sentences
        if one.dates
        and all(date.end < day for date in one.dates)
        and any(
            date.end >= written[one.message] and f"depuis {date.text}" not in one.text for date in one.dates
        )
    }


def _only_event(
    exchange: Exchange, parts: Sequence[DigestItem], left: Sequence[str], *, told: bool
) -> int | None:
    """Which part is the event that a mail announces in a sentence or two, and nothing besides.

    ``told``: whether the agenda says all of the sentence that announces it.
    """
    events = [at for at, part in enumerate(parts) if part.event is not None]
    if exchange.where or exchange.before or len(exchange.posts) > 1 or len(events) != 1:
        return None
    event, title = parts[events[0]].event, exchange.title
    if titles.deals(title) or matter(parts[events[0]].title).isdisjoint(matter(title)):
        return None  # the mail is about something else
    about = [
        one
        for one in exchange.sentences
        if event and one_line(one.text) in left and any(date.start == event.start for date in one.dates)
    ]
    return events[0] if (about or told) and 0 < len(left) <= FEW_SENTENCES else None


def _section(exchange: Exchange, *, knows: bool) -> str:
    opener = exchange.opener
    if exchange.where:
        return "exchanges"
    if presents_themselves(opener):
        return "welcome"
    everybody = [*exchange.before, *exchange.posts]
    if is_passed_on(opener) or (knows and all(post.person_id is None for post in everybody)):
        return "elsewhere"
    return "exchanges"


def _may_share(exchange: Exchange) -> bool:
    return any(post.attachments or "://" in post.text for post in exchange.posts)


def _decision(exchange: Exchange, gist: summary.Gist) -> DigestItem | None:
    """What was decided, told by its own sentence alone."""
    if gist.decision is None or change_of(gist.decision, (), ()) is not None:
        return None  # what was moved or cancelled is told as such
    text = one_line(gist.decision)
    key = f"decision:{exchange.thread.id}:{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    return DigestItem(key, "decisions", exchange.title, text, exchange.circle)


def _unrepeated(item: DigestItem, exchange: Exchange, gist: summary.Gist, phrases: Phrases) -> DigestItem:
    """An exchange of a room is called by its first words: an item that says these says them once."""
    named, said = words(exchange.title), words(item.text)
    opens_or_ends = (
        bool(exchange.where) and bool(named) and named in (said[: len(named)], said[-len(named) :])
    )
    if said != named and not opens_or_ends:
        return item
    return replace(item, title=f"{item.text} ({_who(exchange, gist, phrases)})", text="")


def _weight(exchange: Exchange, gist: summary.Gist, parts: Sequence[DigestItem]) -> float:
    """What many spoke of, what asks by a day, what was decided or marked comes first."""
    sections = {part.section for part in parts}
    return (
        4.0 * exchange.marked
        + 3.0 * ("todo" in sections)
        + 3.0 * (gist.decision is not None)
        + 1.5 * ("agenda" in sections)
        + 1.0 * bool(gist.requests)
        + 1.0 * min(MANY, len(gist.people))
        + 0.5 * min(MANY, len(exchange.posts))
    )


def _in_context(exchange: Exchange, text: str, phrases: Phrases) -> str:
    """A few words that go on, behind what they go on with: its best sentence."""
    if not exchange.before or exchange.where or len(text.split()) > FEW_WORDS:
        return text
    earlier = exchange.said_before
    gist = summary.summarise(earlier, exchange.thread.subject, earlier[-1].date)
    sentences = (*gist.requests[:1], *gist.sentences[:1])
    return f"{phrases.recalled(one_line(sentences[0]))}\n{text}" if sentences else text


def _who(exchange: Exchange, gist: summary.Gist, phrases: Phrases) -> str:
    posts = exchange.posts
    who = posts[0].author_name or posts[0].author_address
    if len(posts) > 1:
        who = phrases.voices(len(posts), len(gist.people))
    return f"{who}, {exchange.where}" if exchange.where else who


def _keyed(told: Told) -> Told:
    """Items of rooms are known as such: their authors may take their words back."""
    if not told.exchange.where:
        return told
    version = str(told.exchange.thread.revision)
    parts = tuple(replace(item, key=f"room-{item.key}", version=version) for item in told.parts)
    text = told.text and replace(told.text, key=f"room-{told.text.key}", version=version)
    return replace(told, text=text, parts=parts)
