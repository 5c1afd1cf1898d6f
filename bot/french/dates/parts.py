"""One date as it is written: weekday, number, month, year, each of which may be left out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.french.dates.tokens import Token
from bot.french.dates.vocabulary import MONTH_ABBREVIATIONS, MONTHS, NUMBERS, WEEKDAY_ABBREVIATIONS, WEEKDAYS
from bot.french.patterns import names
from bot.french.values import NamedTuple

STARTS = (
    WEEKDAYS.keys()
    | WEEKDAY_ABBREVIATIONS.keys()
    | {f"{name}s" for name in WEEKDAYS}
    | NUMBERS.keys()
    | {"premier"}
)
NOTHING = Token("end", "", 0, 0)
# « vendredi dernier délai » is no Friday gone.
_LAST_OF = names("delai carat jour rappel")
# « avant ven », where nothing else could be meant.
_AHEAD_OF = ("avant", "avt", "ici", "tard")
_WEEKDAYS_OF = names("semaine paques pentecote")


class Part(NamedTuple):
    """What one date says; ``last`` is its last token."""

    first: int
    last: int
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    turn: str = ""
    plural: bool = False


def at(tokens: Sequence[Token], index: int) -> Token:
    """The token at an index, or an empty one outside the text."""
    return tokens[index] if 0 <= index < len(tokens) else NOTHING


def weekday_of(token: Token) -> int | None:
    """The weekday that a token names in full (« mardi », « mardis »)."""
    return WEEKDAYS.get(token.text.removesuffix("s")) if token.kind == "word" else None


def month_of(token: Token) -> int | None:
    """The month that a token names in full."""
    return MONTHS.get(token.text) if token.kind == "word" else None


def year_of(token: Token) -> int | None:
    """The year that a token is, from 1900 to 2199."""
    plain = token.kind == "number" and token.text.isdigit() and len(token.text) == 4
    return int(token.text) if plain and 1900 <= int(token.text) <= 2199 else None


def day_of(token: Token) -> int | None:
    """The day of a month that a token is (« 14 », « 1er »)."""
    if token.kind != "number":
        return None
    digits = token.text.removesuffix("er").rstrip()
    if not digits.isdigit() or len(digits) > 2 or (digits != token.text and int(digits) != 1):
        return None
    return int(digits) if 1 <= int(digits) <= 31 else None


def read_part(tokens: Sequence[Token], index: int) -> Part | None:
    """The date that begins at a token, as far as it says; a number alone also counts."""
    token = at(tokens, index)
    weekday = weekday_of(token)
    if weekday is not None:
        following = index + 1
        if at(tokens, following).text == ".":
            following += 1
        if at(tokens, following).text in ("le", "du", "au", ",") and day_of(at(tokens, following + 1)):
            following += 1
        numbered = _read_number(tokens, following)
        if numbered is not None:
            return numbered._replace(first=index, weekday=weekday, plural=token.text.endswith("s"))
        if _of_a_week(tokens, index + 1):
            return None
        return _read_turn(tokens, Part(index, index, weekday, plural=token.text.endswith("s")))
    short = WEEKDAY_ABBREVIATIONS.get(token.text) if token.kind == "word" else None
    if short is not None:
        following = index + 2 if at(tokens, index + 1).text == "." else index + 1
        numbered = _read_number(tokens, following)
        if numbered is None and at(tokens, index - 1).text in _AHEAD_OF and token.text not in ("mar", "mer"):
            return Part(index, index, short)
        return numbered and numbered._replace(first=index, weekday=short)
    return _read_number(tokens, index)


def turn_of(word: str) -> int:
    """+1 for « prochain », -1 for « dernier », else 0."""
    if word in ("prochain", "prochaine", "suivant", "suivante"):
        return 1
    return -1 if word in ("dernier", "derniere", "passe", "passee") else 0


def _of_a_week(tokens: Sequence[Token], index: int) -> bool:
    """Whether a weekday is told by what follows (« mardi de la semaine prochaine », « lundi de Pâques »)."""
    words = [at(tokens, position).text for position in range(index, index + 3)]
    if words[0] == "d" or words[0] == "de":
        return not _WEEKDAYS_OF.isdisjoint(words) or not MONTHS.keys().isdisjoint(words[1:])
    return False


def _read_turn(tokens: Sequence[Token], part: Part) -> Part:
    """« prochain », « dernier », « en huit » after a weekday."""
    following = at(tokens, part.last + 1).text
    second = at(tokens, part.last + 2).text
    if following.startswith(("prochain", "suivant")) or (following == "qui" and second == "vient"):
        return part._replace(last=part.last + (2 if following == "qui" else 1), turn="next")
    # « une fois vendredi passé » is to come; « vendredi passera » is no day gone.
    gone = following.startswith("dernier") or following in ("passe", "passes")
    if gone and second not in _LAST_OF and at(tokens, part.first - 1).text not in ("fois", "que"):
        return part._replace(last=part.last + 1, turn="last")
    weeks = {"huit": "huit", "8": "huit", "quinze": "quinze", "15": "quinze"}
    if following == "en" and second in weeks:
        return part._replace(last=part.last + 2, turn=weeks[second])
    return part


def _read_number(tokens: Sequence[Token], index: int) -> Part | None:
    token = at(tokens, index)
    if token.kind == "full":
        return _read_full(token, index)
    if token.kind == "short":
        pieces = token.text.replace(".", "/").replace("er", "").split("/")
        day, month = int(pieces[0]), int(pieces[1])
        return Part(index, index, day=day, month=month) if 1 <= day <= 31 and 1 <= month <= 12 else None
    day_number, following = day_of(token), index + 1
    if day_number is None:
        day_number, following = _spelt_day(tokens, index)
    if day_number is None:
        return None
    if at(tokens, following).text == at(tokens, following + 2).text == "-":
        following += 1
    month_token = at(tokens, following)
    month_number = month_of(month_token) or (
        MONTH_ABBREVIATIONS.get(month_token.text) if month_token.kind == "word" else None
    )
    if month_number is None:
        return Part(index, index, day=day_number)
    if month_token.text in MONTH_ABBREVIATIONS and at(tokens, following + 1).text == ".":
        following += 1
    if at(tokens, following - 1).text == at(tokens, following + 1).text == "-":
        following += 1 if year_of(at(tokens, following + 2)) else 0
    year = year_of(at(tokens, following + 1))
    if not year and at(tokens, following + 1).kind == "number" and len(at(tokens, following + 1).text) == 4:
        return None
    last = following + 1 if year else following
    turn = ""
    after = at(tokens, following + 1).text
    if after == "prochain" or (after == "dernier" and at(tokens, following + 2).text not in _LAST_OF):
        last = following + 1
        turn = "next" if after == "prochain" else "last"
    return Part(index, last, day=day_number, month=month_number, year=year, turn=turn)


def _spelt_day(tokens: Sequence[Token], index: int) -> tuple[int | None, int]:
    """The day of a month in letters (« le quinze mars », « vingt et un mai »), and where its month stands."""
    text, before = at(tokens, index).text, at(tokens, index - 1)
    number = 1 if text == "premier" else NUMBERS.get(text)
    if number is None or not (before.text in ("le", "du", "au", "et") or weekday_of(before) is not None):
        return None, index
    month = index + 1
    if number in (10, 20, 30) and at(tokens, index + 1).text in ("-", "et"):
        month += 1 + (at(tokens, index + 2).text == "-")
        number, month = number + NUMBERS.get(at(tokens, month).text, 40), month + 1
    spelt = month_of(at(tokens, month)) is not None and number <= 31
    return (number, month) if spelt else (None, index)


def _read_full(token: Token, index: int) -> Part | None:
    pieces = [int(piece) for piece in token.text.replace("/", "-").replace(".", "-").split("-")]
    year, month, day = pieces if len(token.text.split("-")[0].split("/")[0]) == 4 else pieces[::-1]
    if year < 100:
        year += 2000 if year < 70 else 1900
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1900 <= year <= 2199):
        return None
    return Part(index, index, day=day, month=month, year=year)
