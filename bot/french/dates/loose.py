"""Days of the month without their month: « le 24 », « entre le 3 et le 7 », « la réunion du 15 »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from bot.french.dates import almanac
from bot.french.dates.hours import read_hours
from bot.french.dates.parts import at, day_of, weekday_of
from bot.french.dates.resolve import Sense
from bot.french.dates.series import MOVED, ends_phrase
from bot.french.dates.tokens import Span, Token
from bot.french.patterns import names
from bot.french.values import NamedTuple

_ARTICLES = ("le", "du", "des", "au", "les", "aux")
_MEETINGS = names(
    "reunion cac ag ca ce bureau gt cr rendu pv seance rdv rencontre visio atelier formation mail message"
    " conseil copil point echange conference distribution permanence chantier soiree repas match"
)
_GONE_MEETINGS = ("cr", "rendu", "pv", "mail", "message")
# « le 13 », « le 15 » after these is a département, a telephone number, a bus.
_OTHERS = names(
    "dans sur hors appelez appeler appelle composez composer faites bus ligne tram numero habite"
    " prenez prendre"
)
# What may follow a day, and could not be counted or numbered.
_GOES_ON = names(
    "pour et ou au en chez avec sans si car mais sinon merci svp stp on je il elle vous nous afin puis que qu"
    " sur dans matin soir apres midi c des de puisque comme du par - / avant jusqu inclus maximum max"
    " aupres via aux ce la le les l entre vers sera est serait dernier prochain courant tous toute ensuite"
)
# Words before « le 24 » that make it a day of its own.
_TELLS = names(
    "rendez vous rdv reunion voit vois voir retrouve retrouver serai sera seront suis est lieu venir viens"
    " vient dispo disponible absente absent libre present presente ok reporte reportee reprend reprise"
    " partir arrive arrivee fixe fixee prevu prevue tiendra des depart retour date ag ca cac visio match"
    " commence demarre debute rentre rentree reviens revient depuis atelier ouvre ferme concert jour"
    " prefere plutot moi marche plait pas plus aussi convient etait etaient fut part partent"
    " partis sortis pris mis faits faites partira partiront"
)
# « articles rendus le 19 »: participles, without their accents.
_DONE = ("ees", "ee", "us", "ues", "ises")
_STAYS = names("reste restent restera resteront restons resterai demeure demeurent sejourne sejournent")


class Near(NamedTuple):
    """What is known around a bare day: how dates are meant, the day told last, whether it was told in
    this sentence (``close``), and whether a limit is told (``limit``).
    """

    sense: Sense
    base: dt.date | None = None
    close: bool = False
    limit: bool = False


def read_loose(tokens: Sequence[Token], index: int, meant: Callable[[], Near]) -> tuple[list[Span], int]:
    """The days that a bare number begins, and the last token read; none where nothing tells a day."""
    day, article = day_of(at(tokens, index)), at(tokens, index - 1).text
    if day is None or at(tokens, index - 2).text in _OTHERS or at(tokens, index - 2).text == "€":
        return [], index
    if article not in _ARTICLES:
        return [], index
    near = meant()
    if article in ("du", "le") and (ranged := _range(tokens, index, day, near)):
        return [ranged], ranged.last
    if article in ("du", "des") and at(tokens, index - 2).text in ("lieu", "place"):
        return _instead(tokens, index, day, near)
    if article == "du":
        one = _of_meeting(tokens, index, day, near)
        return ([one], index) if one else ([], index)
    if article in ("le", "au", "les", "aux"):
        return _days(tokens, index, day, near)
    return [], index


def _instead(tokens: Sequence[Token], index: int, day: int, near: Near) -> tuple[list[Span], int]:
    """« au lieu du 4 », « à la place des 4 et 5 »."""
    days, last = [day], index
    while following := _next(tokens, last, plural=at(tokens, index - 1).text == "des"):
        days, last = [*days, following[0]], following[1]
    base = near.base or near.sense.on
    dates = [almanac.around_day(base, number, low=min(base, near.sense.on)) for number in days]
    if not _ends(at(tokens, last + 1)):
        return [], index
    return [Span(date, date, index, last) for date in dates if date], last


def _days(tokens: Sequence[Token], index: int, day: int, near: Near) -> tuple[list[Span], int]:
    """« le 24 », « le 3 ou le 10 », « les 3 et 10 »."""
    plural = at(tokens, index - 1).text in ("les", "aux")
    if at(tokens, index - 2).text in ("tous", "toutes", "chaque") or _each_month(tokens, index):
        return [], index
    days, last = [day], index
    while len(days) < 12 and (following := _next(tokens, last, plural=plural)):
        days, last = [*days, following[0]], following[1]
    hours = read_hours(tokens, last + 1)
    if plural and len(days) < 2:
        return [], index
    told = near.sense.future or _told(tokens, index, near, days)
    ends = _ends(at(tokens, last + 1)) or _once_past(tokens, index)
    if hours is None and not (told and ends):
        return [], index
    spans: list[Span] = []
    for number in days:
        date = _after(spans[-1].start, number) if spans else _nearest(number, near)
        if date is None:
            return [], index
        end = hours.last if hours else last
        span = Span(date, date, index, end)
        spans.append(
            span._replace(time=hours.start, end_time=hours.end, deadline=hours.before) if hours else span
        )
    return spans, spans[-1].last


def _once_past(tokens: Sequence[Token], index: int) -> bool:
    """« une fois le 25 passé », « quand le 25 sera passé »; « le 25 passe à 8 h » is a bus."""
    following = [at(tokens, position).text for position in (index + 1, index + 2)]
    told = at(tokens, index - 2).text in ("fois", "que", "quand", "lorsque")
    return told and (following[0] == "passe" or following in (["sera", "passe"], ["est", "passe"]))


def _each_month(tokens: Sequence[Token], index: int) -> bool:
    """« le 15 de chaque mois »."""
    following = [at(tokens, position).text for position in range(index + 1, index + 4)]
    return "chaque" in following


def _next(tokens: Sequence[Token], last: int, *, plural: bool) -> tuple[int, int] | None:
    if at(tokens, last + 1).text not in ("et", "ou", ",", "/", "puis"):
        return None
    position = last + 2
    while at(tokens, position).text in ("le", "au"):
        position += 1
    day = day_of(at(tokens, position))
    if day is None or (position == last + 2 and not plural) or not _ends(at(tokens, position + 1)):
        return None
    return day, position


def _ends(token: Token) -> bool:
    return ends_phrase(token) or token.text in _GOES_ON


def _told(tokens: Sequence[Token], index: int, near: Near, days: list[int]) -> bool:
    """Whether something around tells that a day is meant."""
    if near.close or near.limit or len(days) > 1 or _once_past(tokens, index):
        return True
    if at(tokens, index).text != "1er" and at(tokens, index - 1).text == "au":
        return at(tokens, index - 3).text == "jusqu" and not _STAYS.isdisjoint(
            at(tokens, position).text for position in range(index - 11, index - 3)
        )
    before = at(tokens, index - 2)
    if before.text in ("avant", "apres", "passe", "ici"):
        return True
    if at(tokens, index + 1).text in (".", "!", "?") and before.kind == "word" and before.text != "est":
        return True
    if len(before.text) > 4 and before.text.endswith(_DONE):
        return True
    around = {at(tokens, position).text for position in range(index - 6, index - 1)}
    return not _TELLS.isdisjoint(around) or at(tokens, index).text == "1er"


def _nearest(day: int, near: Near) -> dt.date | None:
    """The day of the month that is meant, by the day told last or by that of writing."""
    sense, base = near.sense, near.base
    if base is None or sense.future:
        if sense.gone and not near.limit and not sense.future:
            return _before(sense.on, day)
        return almanac.nearest_day(sense.on, day, future=True)
    earlier = _before(base, day)
    if near.limit:
        in_time = earlier is not None and earlier >= sense.on
        return earlier if in_time else almanac.nearest_day(sense.on, day, future=True)
    if sense.gone and earlier:
        return earlier if near.close else _before(sense.on, day)
    return almanac.around_day(base, day, low=min(base, sense.on))


def _before(base: dt.date, day: int) -> dt.date | None:
    """The last such day up to a date."""
    for step in range(13):
        first = almanac.shift_months(base.replace(day=1), -step)
        date = first and almanac.make(first.year, first.month, day)
        if date and date <= base:
            return date
    return None


def _after(base: dt.date, day: int) -> dt.date | None:
    return almanac.nearest_day(base + almanac.DAY, day, future=True)


def _range(tokens: Sequence[Token], index: int, day: int, near: Near) -> Span | None:
    """« absente du 21 au 25 », « entre le 3 et le 7 », where nothing that could be counted follows."""
    between = at(tokens, index - 1).text == "le"
    if between:
        if at(tokens, index - 2).text != "entre" or at(tokens, index + 1).text != "et":
            return None
        position = index + 2 + (at(tokens, index + 2).text == "le")
    else:
        position = index + 2
        if at(tokens, index + 1).text != "au":
            return None
    last = day_of(at(tokens, position))
    following = at(tokens, position + 1)
    over = last is not None and day - last > 15
    if not last or not (last > day or over) or weekday_of(following) is not None or not _ends(following):
        return None
    start = almanac.nearest_day(near.sense.on, day, future=True)
    month = start and almanac.shift_months(start.replace(day=1), int(over))
    end = month and almanac.make(month.year, month.month, last)
    return Span(start, end, index, position) if start and end else None


def _moved(tokens: Sequence[Token], index: int) -> bool:
    """« la balade du 12 est décalée »: whether what had a day is moved or called off."""
    verb = at(tokens, index).text in ("est", "sont", "sera", "a", "aura", "seront")
    words = [at(tokens, position).text for position in range(index, index + 4)]
    return verb and any(word.startswith(MOVED) for word in words)


def _of_meeting(tokens: Sequence[Token], index: int, day: int, near: Near) -> Span | None:
    """« la réunion du 15 », « la semaine du 23 »; « les lieux du 13 » are in a département."""
    word, on, future = at(tokens, index - 2).text, near.sense.on, near.sense.future
    if word == "semaine" and _ends(at(tokens, index + 1)):
        monday = almanac.nearest_day(on, day, future=True)
        return Span(monday, almanac.week(monday)[1], index, index, whole=True) if monday else None
    if word not in _MEETINGS and _moved(tokens, index + 1):
        date = almanac.nearest_day(on, day, future=future)
        return Span(date, date, index, index) if date else None
    if word not in _MEETINGS or not (ends_phrase(at(tokens, index + 1)) or _ends(at(tokens, index + 1))):
        return None
    earlier = (at(tokens, position).text for position in range(index - 7, index - 1))
    gone = near.sense.gone or any(word in _GONE_MEETINGS for word in earlier)
    date = _before(on, day) if gone and not future else almanac.nearest_day(on, day, future=future)
    return None if date is None else Span(date, date, index, index)
