"""What one cell says: yes or no, a day, a département, addresses, names."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from bot.french.fold import fold, unaccent

YES = frozenset({"oui", "o", "x", "1", "vrai", "true", "yes", "v", "ok", "✓", "✔", "☑"})
NOTHING = frozenset(
    {"-", "--", "–", "—", "/", ".", "?", "neant", "aucun", "aucune", "rien", "sans", "nc", "n/c", "na", "n/a"}
)
NO = frozenset({"non", "n", "0", "faux", "false", "no", "-", "✗", "✘", "☐"})
STATUSES = {
    "subscriber": ("inscrit", "membre", "abonne", "subscriber", "actif"),
    "newcomer": ("nouveau", "nouvelle", "nouvel", "accueil", "personne accueillie", "newcomer", "arrivant"),
    "partner": ("partenaire", "contact public", "institution", "partner"),
}
LANGUAGES = {"fr": ("fr", "francais", "french"), "en": ("en", "anglais", "english")}
_SPACES = re.compile(r"\s+")
_UNSEEN = ("Cc", "Cf")  # control characters, and those that only change how others are shown
_BROKEN = re.compile(r"=.+|#[A-ZÀ-Ý0-9/]+[!?]?|Err\s?:\s?\d+")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"|]+@[^\s<>()\[\],;:\"|]+\.[^\s<>()\[\],;:\"|]+")
_BETWEEN = re.compile(r"[\s,;|<>()/]+|\bou\b|\bet\b", re.IGNORECASE)
_CHAT = re.compile(r"@[^\s:,;]+:[^\s,;]+")
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:\s.*)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T\s].*)?")
_DEPARTMENT = re.compile(r"(?<!\w)(?:\d{1,2}|2[ab]|97\d|98\d)(?!\w)", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_POSTCODE = re.compile(r"\d{4,5}(?:\.0)?")


def clean(cell: str) -> str:
    """A cell without what nobody sees; white space of any kind inside it is one plain space."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", cell)).strip()
    if text.isprintable():
        return text
    return "".join(char for char in text if unicodedata.category(char) not in _UNSEEN).strip()


def is_nothing(cell: str) -> bool:
    """« - », « aucun », « N/A »: there is nothing to say."""
    return fold(cell) in NOTHING


def is_broken(cell: str) -> bool:
    """What a spreadsheet wrote in the place of a value: a formula, or why it has none."""
    return _BROKEN.fullmatch(cell) is not None


def yes(cell: str) -> bool | None:
    """« oui », « x », « 1 »; None when it says neither yes nor no."""
    text = fold(clean(cell))
    return True if text in YES else False if text in NO else None


def day(cell: str) -> dt.date | None:
    """« 31/12/2026 », « 31/12/26 » or « 2026-12-31 »; None when it is no day."""
    text = clean(cell)
    french, iso = _DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    try:
        if french:
            year = int(french[3])
            return dt.date(year + 2000 if year < 100 else year, int(french[2]), int(french[1]))
        return dt.date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None


def department(cell: str) -> str | None:
    """« 4 », « 04 », « 04 - Alpes-de-Haute-Provence », « 2a », « 83.0 »: as two or three characters."""
    text = clean(cell).removesuffix(".0")
    match = _DEPARTMENT.search(text)
    # Two numbers may be two départements.
    if match is None or len(_NUMBERS.findall(text)) > 1 or not int(match[0].rstrip("abAB")):
        return None
    return match[0].upper().zfill(2)


def department_of_postcode(cell: str) -> str | None:
    """« 04000 », or « 4000 » that lost its zero: the département; None in Corsica, which has two."""
    text = clean(cell).replace(" ", "")
    if not _POSTCODE.fullmatch(text):
        return None
    code = text.removesuffix(".0").zfill(5)
    if code.startswith("20"):
        return None
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def addresses(cell: str) -> tuple[list[str], list[str]]:
    """The mail addresses in a cell, in lower case, and what is left of it that is none."""
    text = clean(cell).replace("mailto:", " ")
    found = [one.rstrip(".").lower() for one in _ADDRESS.findall(text)]
    # « Zoé Éluard <zoe@…> »: a name before an address is no second address.
    rest = [part for part in _BETWEEN.split(_ADDRESS.sub(" ", text)) if part]
    return list(dict.fromkeys(found)), [] if found and not any("@" in part for part in rest) else rest


def chats(cell: str) -> tuple[list[str], list[str]]:
    """The chat ids in a cell, in lower case, and what is left of it."""
    text = clean(cell)
    found = [one.lower() for one in _CHAT.findall(text)]
    return list(dict.fromkeys(found)), [part for part in _BETWEEN.split(_CHAT.sub(" ", text)) if part]


def status(cell: str) -> str | None:
    """« inscrit·e », « partenaire »…: a ``Status``, or None."""
    return _meant(cell, STATUSES)


def language(cell: str) -> str | None:
    """« français », « en »…: its two letters, or None."""
    return _meant(cell, LANGUAGES)


def _meant(cell: str, meanings: Mapping[str, tuple[str, ...]]) -> str | None:
    text = fold(clean(cell)).strip()
    for meaning, words in meanings.items():
        if any(text == word or text.startswith((word + " ", word + "e", word + "s")) for word in words):
            return meaning
    return None


def key_of(name: str) -> str:
    """A key made of a name or of an address's local part: « Zoé de La Tour » is ``zoe.de.la.tour``."""
    plain = re.sub(r"[^a-z0-9-]+", ".", unaccent(name)).strip(".-")
    if plain.startswith("erased-"):  # the keys of those who were erased: nobody may take one before
        plain = plain.replace("-", ".")
    return plain[:60].strip(".-") or "personne"


def free(key: str, taken: set[str]) -> str:
    """The key, or the first of ``key.2``, ``key.3``… that nobody has; it is taken now."""
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key}.{number}"
    taken.add(found)
    return found
