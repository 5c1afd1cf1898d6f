"""One instruction after the other, done to the items of a draft."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.french.fold import aligned, words
from bot.french.sentences import split
from handlers.digest.desk.instructions import Do
from handlers.digest.desk.rules import Edit
from handlers.digest.order import BY_DATE, BY_HAND, place
from handlers.digest.sources.taken_back import is_taken_back, merged
from handlers.digest.tables import Edition, Item, ItemState
from handlers.digest.wording import shorten

STATES = {Do.DROP: ItemState.DROPPED, Do.POSTPONE: ItemState.POSTPONED, Do.RESTORE: ItemState.KEPT}
WORDING = (Do.TITLE, Do.TEXT, Do.APPEND, Do.LINK, Do.REPLACE, Do.SHORTEN)
PINNED = -100_000  # ranks below it are of what is pinned
SPREAD = 64  # between two ranks that leave no room for a third
MEANT = 3  # letters: a shorter word of a title names nothing


@dataclass
class Notes:
    """What coordination is told of an answer besides that it is done."""

    unknown: list[int] = field(default_factory=list)  # there is no such number
    gone: list[int] = field(default_factory=list)  # their authors took them back
    out: list[int] = field(default_factory=list)  # changed, and not in the recap
    absent: list[tuple[str, int]] = field(default_factory=list)  # words that are not in that item
    lost: list[str] = field(default_factory=list)  # not understood
    cannot: list[str] = field(default_factory=list)  # wanted, and no recap can do it
    too_far: bool = False  # a moment after the recap that follows
    moved_week: bool = False  # the recap goes in another week, and is that week's

    @property
    def doubtful(self) -> bool:
        """Whether something was wanted that was not done: no approval is taken for one then."""
        return bool(self.unknown or self.gone or self.absent or self.lost or self.cannot)


@dataclass
class Desk:
    """A draft under coordination's hand.  ``origin``: the number of the answer, for what it adds."""

    edition: Edition
    items: list[Item]
    origin: int
    notes: Notes = field(default_factory=Notes)

    def do(self, edit: Edit) -> None:
        """Do what an instruction asks of the items."""
        chosen = self._chosen(edit)
        if edit.do is Do.CANNOT:
            self.notes.cannot.append(edit.said)
        elif edit.do is Do.INTRO:
            self.edition.intro = edit.words
        elif edit.do is Do.ADD:
            self._add(edit)
        elif chosen:
            self._change(edit, chosen)

    def _chosen(self, edit: Edit) -> list[Item]:
        if edit.everything:
            wanted = ItemState.KEPT if edit.do is Do.DROP else None
            return [one for one in self.items if not is_taken_back(one) and wanted in (None, one.state)]
        if edit.about:
            found = self._by_title(edit.about)
            if found is None:
                self.notes.lost.append(edit.said)
            return [] if found is None else [found]
        if edit.do is Do.REPLACE and not edit.numbers:
            return self._having(edit)
        by_number = {item.number: item for item in self.items}
        self.notes.unknown += [one for one in edit.numbers if one not in by_number]
        there = [by_number[one] for one in edit.numbers if one in by_number]
        self.notes.gone += [one.number for one in there if is_taken_back(one) and edit.do is not Do.DROP]
        there = [one for one in there if not is_taken_back(one)]
        if edit.do not in STATES and edit.do is not Do.ONLY:
            self.notes.out += [one.number for one in there if one.state != ItemState.KEPT.value]
        return there

    def _having(self, edit: Edit) -> list[Item]:
        """The only item of the recap that says what is to be replaced."""
        kept = [one for one in self.items if one.state == ItemState.KEPT.value]
        found = [
            one
            for one in kept
            if _replaced(f"{one.title}\n{one.text}", edit.old, "") != f"{one.title}\n{one.text}"
        ]
        if len(found) != 1:
            self.notes.lost.append(edit.said)
        return found if len(found) == 1 else []

    def _by_title(self, about: str) -> Item | None:
        """The only item of the recap whose title has all these words."""
        meant = {one for one in words(about) if len(one) > MEANT or one.isdigit()}
        kept = [one for one in self.items if one.state == ItemState.KEPT.value]
        found = [one for one in kept if meant and meant <= set(words(one.title))]
        return found[0] if len(found) == 1 else None

    def _change(self, edit: Edit, chosen: Sequence[Item]) -> None:
        if edit.do in STATES:
            for item in chosen:
                item.state = STATES[edit.do].value
        elif edit.do is Do.ONLY:
            for item in self.items:
                if item.state == ItemState.KEPT.value and item not in chosen:
                    item.state = ItemState.DROPPED.value
        elif edit.do is Do.SECTION:
            for item in chosen:
                item.section = edit.section
        elif edit.do is Do.MERGE:
            _merge(chosen)
        elif edit.do in WORDING:
            for item in chosen:
                self._reword(edit, item)
        else:
            self._order(edit, chosen)

    def _reword(self, edit: Edit, item: Item) -> None:
        before = (item.title, item.text, item.links)
        if edit.do is Do.TITLE:
            item.title = edit.words
        elif edit.do is Do.TEXT:
            item.text = edit.words
        elif edit.do is Do.APPEND:
            item.text = f"{item.text} {edit.words}".strip()
        elif edit.do is Do.LINK:
            item.links = [*(link for link in item.links if link != edit.words), edit.words]
        elif edit.do is Do.SHORTEN:
            item.text = _first_sentence(item.text)
        else:
            item.title, item.text = (_replaced(part, edit.old, edit.words) for part in before[:2])
            if before[:2] == (item.title, item.text):
                self.notes.absent.append((edit.old, item.number))
        item.edited = item.edited or before != (item.title, item.text, item.links)

    def _order(self, edit: Edit, chosen: Sequence[Item]) -> None:
        if edit.do is Do.SWAP and len(chosen) == 2:
            one, other = chosen
            for section in {one.section, other.section} & set(BY_DATE):
                self._fix([it for it in sorted(self.items, key=place_and_rank) if it.section == section])
            one.rank, other.rank = other.rank, one.rank
            one.section, other.section = other.section, one.section
        elif edit.do in (Do.AFTER, Do.BEFORE) and len(chosen) > 1:
            *moved, anchor = chosen
            self._beside(moved, anchor, after=edit.do is Do.AFTER)
        elif any(item.section in BY_DATE for item in chosen):
            self._by_hand(edit, chosen)
        elif edit.do is Do.LAST:
            high = max(item.rank for item in self.items)
            for offset, item in enumerate(chosen, start=1):
                item.rank = high + offset
        elif edit.do in (Do.FIRST, Do.PIN):
            pinned = edit.do is Do.PIN
            ranks = [one.rank for one in self.items if one.rank > BY_HAND and (pinned or one.rank > PINNED)]
            low = min(ranks, default=0)
            low = min(low, PINNED) if pinned else low
            for offset, item in enumerate(chosen):
                item.rank = low - len(chosen) + offset

    def _by_hand(self, edit: Edit, chosen: Sequence[Item]) -> None:
        """What is put first or last where dates give the order: there it is coordination's from now on."""
        for section in dict.fromkeys(item.section for item in chosen):
            there = sorted(self.items, key=place_and_rank)
            rest = [one for one in there if one.section == section and one not in chosen]
            moved = [one for one in chosen if one.section == section]
            self._fix([*rest, *moved] if edit.do is Do.LAST else [*moved, *rest])

    def _fix(self, ordered: Sequence[Item]) -> None:
        """Let a section that goes by date stand in this order."""
        for at, item in enumerate(ordered):
            item.rank = BY_HAND - SPREAD * (len(ordered) - at)

    def _beside(self, moved: Sequence[Item], anchor: Item, *, after: bool) -> None:
        if anchor.section in BY_DATE:
            there = sorted((one for one in self.items if one not in moved), key=place_and_rank)
            there = [one for one in there if one.section == anchor.section]
            at = there.index(anchor) + after
            for item in moved:
                item.section = anchor.section
            self._fix([*there[:at], *moved, *there[at:]])
            return
        others = sorted((one for one in self.items if one not in moved), key=lambda one: (one.rank, one.id))
        at = others.index(anchor) + after
        low = others[at - 1].rank if at else others[0].rank - SPREAD
        high = others[at].rank if at < len(others) else low + SPREAD
        if high - low <= len(moved):
            for one in self.items:
                one.rank *= SPREAD
            low, high = low * SPREAD, high * SPREAD
        if high - low <= len(moved):  # two of one rank: by their numbers in the database until now
            for place, one in enumerate(others):
                one.rank = place * SPREAD
            low, high = (at - 1) * SPREAD, at * SPREAD
        for offset, item in enumerate(moved, start=1):
            item.rank = low + (high - low) * offset // (len(moved) + 1)
            item.section = anchor.section

    def _add(self, edit: Edit) -> None:
        number = max((item.number for item in self.items), default=0) + 1
        self.items.append(
            Item(
                edition_id=self.edition.id,
                number=number,
                rank=max((item.rank for item in self.items), default=0) + 1,
                key=f"added:{self.origin}:{number}",
                section=edit.section or "announcements",
                title=edit.words[:1].upper() + edit.words[1:],
                text="",
                state=ItemState.KEPT.value,
                edited=True,
                links=[],
            )
        )


def place_and_rank(item: Item) -> tuple[tuple[int, str, dt.date], int, int]:
    """The order in which items are read."""
    return place(item), item.rank, item.number


def _merge(chosen: Sequence[Item]) -> None:
    """The first one tells the others as well."""
    first, *others = chosen
    for item in others:
        first.edited = True
        first.text = "\n".join(part for part in (first.text, merged(item)) if part)
        first.links = [*first.links, *(link for link in item.links if link not in first.links)]
        item.state = ItemState.DROPPED.value


def _first_sentence(text: str) -> str:
    sentences = split(text)
    return sentences[0] if len(sentences) > 1 else shorten(text)


def _replaced(text: str, old: str, new: str) -> str:
    """The text with other words in place of ``old``, however accents and capitals were typed."""
    place = re.compile(rf"(?<!\w){re.escape(aligned(old))}(?!\w)")
    done, end = "", 0
    for match in place.finditer(aligned(text)):
        done, end = done + text[end : match.start()] + new, match.end()
    return done + text[end:]
