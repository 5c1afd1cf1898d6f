"""Dates that are written out: alone, in lists (« les 3 et 10 mars »), in ranges (« du 22 au 24 mai »)."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence

from bot.french.dates import almanac
from bot.french.dates.hours import Hours, hours_before, read_hours
from bot.french.dates.parts import Part, at, day_of, read_part
from bot.french.dates.resolve import Sense, resolve
from bot.french.dates.tokens import Span, Token
from bot.french.dates.vocabulary import ORDINALS
from bot.french.patterns import names
from bot.french.values import NamedTuple

_MOST = 12
_ARTICLES = names("le les du au aux des de l")
_LISTING = names(", et ou puis / & + ;")
_TO = names("au a - – — > → jusqu inclus")
# With these around, weekdays alone say what happens every week.
_HABITS = names("chaque tous toutes ouvert ouverts ouverte ferme fermee permanence horaires")
MOVED = ("report", "decal", "deplac", "repouss", "avanc", "bascul", "annul", "mainten")
# Right before « 9/12 » these make it a date; after it, those make it a fraction.
_BEFORE_SHORT = names(
    "le du au ce avant deadline depuis des les et ou ici cac ag gt reunion rdv seance cr visio rencontre"
    " atelier formation dates date jusqu point cloture limite depot remise rendu retour reponse"
    " inscription inscriptions max jusque entre matin soir conseil assemblee fete concert repas sortie"
    " stage chantier permanence marche projection soiree spectacle distribution conference debat fermeture"
    " ouverture livraison echeance demain pour"
)
_EVERY = names("chaque un une sauf hors certains plusieurs")
# « ouvert 24/7 »
_ALWAYS = ("24/7", "7/7")
_MARKS = names("format note notes score page ratio resultat match set echelle")
_BEFORE_SIGNS = names(': ( | - , > * = [ • ; · @ " ~ + &')
_FRACTION = names("des de d voix votes personnes membres presents lieux suffrages %")


class Item(NamedTuple):
    """A date of a series, the hours said with it, and how it hangs on the one before."""

    part: Part
    hours: Hours | None
    link: str


def read_series(tokens: Sequence[Token], index: int, meant: Callable[[], Sense]) -> tuple[list[Span], int]:
    """The days of the dates that begin at a token, and the last token that was read.

    Weekdays that tell a habit (« du lundi au vendredi ») are read and give none.
    """
    items = _complete(tokens, _items(tokens, index))
    if not items:
        return [], index
    sense = meant()  # only now: most numbers are no dates
    last = max(items[-1].part.last, items[-1].hours.last if items[-1].hours else 0)
    if not sense.future and _habit(tokens, items):
        return [], last
    days = _ordered(items, resolve(tokens, [item.part for item in items], _overlaps(items), sense), sense)
    return (_spans(tokens, items, days), last) if days else ([], index)


def _ordered(items: list[Item], days: list[dt.date] | None, sense: Sense) -> list[dt.date] | None:
    """The days, where no range ends before it begins: its year is that of the end that is to come."""
    if days is None:
        return None
    for rank, item in enumerate(items[1:], 1):
        first, last = days[rank - 1], days[rank]
        if item.link != "to" or last >= first or None in (item.part.month, items[rank - 1].part.month):
            continue
        if last >= sense.on and items[rank - 1].part.year is None:
            days[rank - 1] = (
                almanac.make(
                    last.year - ((first.month, first.day) > (last.month, last.day)), first.month, first.day
                )
                or first
            )
        elif item.part.year is None:
            days[rank] = almanac.make(last.year + 1, last.month, last.day) or last
    return days


def _items(tokens: Sequence[Token], index: int) -> list[Item]:
    items: list[Item] = []
    link, position = "", index
    while len(items) < _MOST:
        part = read_part(tokens, position)
        if part is None or (at(tokens, part.last).kind == "short" and not _is_short(tokens, part, items)):
            break
        hours = read_hours(tokens, part.last + 1)
        items.append(Item(part, hours, link))
        end = hours.last if hours else part.last
        closed = at(tokens, end + 1).text == ")" and hours is not None
        link, position = _link(tokens, end + 1 + closed)
        if not link and _beside(tokens, items, end + 1):
            link, position = ",", end + 1
        if not link:
            break
    return items


def _beside(tokens: Sequence[Token], items: list[Item], index: int) -> bool:
    """« les 10 11 et 12 juillet »: whether another day stands there, with no comma between."""
    first, last = items[0].part, items[-1].part
    bare = last.day is not None and last.month is None and last.weekday is None and items[-1].hours is None
    following = (
        day_of(at(tokens, index)) if bare and at(tokens, first.first - 1).text in ("les", "aux") else None
    )
    return following is not None and following > (last.day or 31)


def _link(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """How the next date would hang on the last ("list", "to" or nothing), and where it would begin."""
    sign = at(tokens, index).text
    if sign == "," and at(tokens, index + 1).text in ("et", "ou", "puis"):
        index, sign = index + 1, at(tokens, index + 1).text
    if sign not in _LISTING and sign not in _TO:
        return "", index
    index += 1
    while at(tokens, index).text in _ARTICLES or at(tokens, index).text in ("'", "a", "ensuite", "enfin"):
        index += 1
    return ("to" if sign in _TO else sign), index


def _is_short(tokens: Sequence[Token], part: Part, items: list[Item]) -> bool:
    """Whether « 9/12 » is a date here, and not nine twelfths or a version."""
    if part.weekday is not None or items:
        return True
    token, before, after = at(tokens, part.last), at(tokens, part.first - 1), at(tokens, part.last + 1)
    if "er" in token.text:
        return True
    if token.text in _ALWAYS:
        return False
    if _beside_score(tokens, part.last):
        return False
    if "." in token.text:
        timed = after.kind == "hour" or (after.text == "a" and at(tokens, part.last + 2).kind == "hour")
        return before.text == "le" or timed
    if at(tokens, part.first - 2).text in _MARKS or before.text in _MARKS:
        return False
    if before.kind == "sign" and before.text not in _BEFORE_SIGNS:
        return False
    if before.text in ("les", "des", "aux") or before.kind != "word":
        if after.text in _FRACTION:
            return False
        return _padded(token.text) or before.text in (":", "(", "|") or after.kind in ("hour", "end", "line")
    if after.kind == "hour" or (_padded(token.text) and after.text not in _FRACTION):
        return True
    fraction = after.text in _FRACTION and at(tokens, part.last + 2).kind != "hour"
    return before.text in _BEFORE_SHORT and not fraction


def _beside_score(tokens: Sequence[Token], index: int) -> bool:
    """Whether a « 25/21 » that is no date stands beside: then these are points of a match."""
    beside = (at(tokens, position) for position in (index - 4, index - 2, index + 2, index + 4))
    for token in beside:
        if token.kind == "short" and "/" in token.text:
            day, month = (int(piece) for piece in token.text.replace("er", "").split("/"))
            if day > 31 or not 1 <= month <= 12:
                return True
    return False


def _padded(text: str) -> bool:
    """Whether « 09/12 » or « 30/11 » can be no common fraction."""
    day, month = text.replace("er", "").split("/")
    return day.startswith("0") or month.startswith("0") or int(day) > 12


def _complete(tokens: Sequence[Token], items: list[Item]) -> list[Item]:
    """The series without numbers at its end that belong to something else; empty when no date is in it."""
    while items and not _anchored(items[-1].part) and not _loose_end(tokens, items):
        items = items[:-1]
    if not any(_anchored(item.part) for item in items):
        return []
    borrows = any(item.part.month is not None for item in items)
    return items if _anchored(items[0].part) or borrows else []


def _anchored(part: Part) -> bool:
    return part.weekday is not None or part.month is not None


def _loose_end(tokens: Sequence[Token], items: list[Item]) -> bool:
    """Whether a bare number that ends a series (« mardi 7 et le 14 ») is a day."""
    last = items[-1].part
    if len(items) < 2 or at(tokens, last.first - 1).text not in ("le", "au", "les"):
        return False
    return ends_phrase(at(tokens, last.last + 1)) or at(tokens, last.last + 1).kind == "hour"


def ends_phrase(token: Token) -> bool:
    """Whether nothing that could be counted follows a number."""
    return token.kind in ("end", "line") or token.text in (".", ",", ";", ":", ")", "!", "?", "a", "inclus")


def _habit(tokens: Sequence[Token], items: list[Item]) -> bool:
    """Whether weekdays alone say what happens every week."""
    first = items[0].part
    before = at(tokens, first.first - 1).text
    if any(item.part.day is not None for item in items):
        return before == "chaque" or _yearly(tokens, first.first)
    ranked = before in ORDINALS or before == "dernier" or (before[:1].isdigit() and not before.isdigit())
    if first.plural or ranked or before in _EVERY or before.isdigit() or _opening_hours(tokens, items):
        return True
    earlier = at(tokens, first.first - 2).text
    if (
        before in ("du", "le")
        and not first.turn
        and earlier not in ("avant", "partir", "ici", "pour", "tard")
    ):
        # "fermé le lundi", "le marché du samedi"; a day of its own is "mardi", or has its number.
        return True
    around = [at(tokens, position).text for position in range(first.first - 8, first.first)]
    return before in ("de", "les") and any(word in _HABITS for word in around)


def _opening_hours(tokens: Sequence[Token], items: list[Item]) -> bool:
    """« lundi - vendredi : 9h-18h », « dimanche et jours fériés »."""
    last = items[-1]
    following = [at(tokens, last.part.last + step).text for step in (1, 2, 3)]
    unsaid = at(tokens, items[0].part.first - 1).text not in ("du", "de", "le")
    dashed = last.link == "to" and (unsaid or at(tokens, last.part.first - 1).text == "-")
    return (dashed and last.hours is not None) or "feries" in following


def _yearly(tokens: Sequence[Token], index: int) -> bool:
    """« chaque année au 1er janvier », « tous les 15 août »."""
    words = [at(tokens, position).text for position in range(index - 4, index)]
    if words[-2:] == ["tous", "les"]:
        return True
    return words[-1] in ("au", "le", "du") and (
        words[1:3] == ["chaque", "annee"] or words[1:3] == ["les", "ans"]
    )


def _overlaps(items: list[Item]) -> list[bool]:
    """For each date, whether a range from it runs over the end of a month: « du 28 au 3 décembre »."""
    pairs = itertools.pairwise(items)
    return [
        *(after.link == "to" and (here.part.day or 0) > (after.part.day or 31) for here, after in pairs),
        False,
    ]


def _spans(tokens: Sequence[Token], items: list[Item], days: list[dt.date]) -> list[Span]:
    told = [item.hours if item.hours and item.hours.start else None for item in items]
    earlier = hours_before(tokens, items[0].part.first) if not any(told) else None
    ranges = _ranges(tokens, items)
    first = earlier.last if earlier else items[0].part.first
    last = max(items[-1].part.last, items[-1].hours.last if items[-1].hours else 0)
    spans: list[Span] = []
    for item, day, own, in_range in zip(items, days, told, ranges, strict=True):
        following = (hours for hours in told[items.index(item) :] if hours)
        hours = own or next(following, None)
        if in_range and spans and spans[-1].start == spans[-1].end <= day:
            spans[-1] = spans[-1]._replace(end=day, last=last, end_time=hours.end if hours else None)
            continue
        hours = hours or earlier
        limit = hours is not None and hours.before
        begin, end = first, last
        if item.part.month is not None and len(items) > 1 and not in_range:
            begin, end = item.part.first, max(item.part.last, item.hours.last if item.hours else 0)
        time, end_time = (hours.start, hours.end) if hours else (None, None)
        spans.append(Span(day, day, begin, end, time, end_time, deadline=limit))
    return spans


def _ranges(tokens: Sequence[Token], items: list[Item]) -> list[bool]:
    """For each date, whether it ends a range begun by the one before, rather than standing beside it."""
    first = items[0].part.first
    around = [at(tokens, position).text for position in range(first - 7, first)]
    if any(word.startswith(MOVED) for word in around):
        return [False] * len(items)
    between = "entre" in around[-2:] and len(items) == 2
    return [item.link == "to" or (between and item.link == "et") for item in items]
