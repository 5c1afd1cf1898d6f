"""What somebody's words want otherwise: « rappels non, de 21 h à 9 h, écris-moi en anglais ».  Pure.

French first, and the same in English.  Nothing is guessed: what is not understood is given back.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.french.courtesy import is_courtesy
from bot.french.fold import fold
from bot.store.people_tables import Recap, Rhythm, Shown
from handlers.preferences.hours import hours
from handlers.preferences.pauses import is_pause, pause
from handlers.preferences.phrases import MAILS

POLITE = re.compile(r"\W*|s'il (?:te|vous) plait|svp|stp|please|thanks|thank you")
NO = re.compile(
    r"\b(?:non|pas|plus|sans|aucun|aucune|jamais|rien|stop|coupe|arrete|enleve"
    r"|no|not|off|none|never|without|nothing|don't)\b"
)
YES = re.compile(r"\b(?:oui|yes|on|avec|veux|remets|garde|reprends|with|want|again)\b")
BREAK = re.compile(
    r"\s*(?:[;\n]|,(?!\d)|[.!?](?=\s|$)|\s(?:et|and|puis|mais|but)\s(?=(?:(?:pas|plus|sans|no|les?|mes|des?)\s)*"
    r"(?:rappel|relance|reminder|recap|digest|heure|silence|quiet|ecri|write|pause|annuaire|directory|montre"
    r"|cache|show|hide|langue|language|en |in |par |by )))\s*"
)
EVERYTHING = re.compile(
    r"\b(?:tout recevoir|recevoir tout|tout reprendre|comme avant|receive everything|get everything"
    rf"|resume mails?|(?:reprend|remet)(?:s|re|tre|ez|tez)? (?:tous )?les (?:envois|{MAILS}))\b"
)
NOTHING = re.compile(r"\b(?:plus rien|rien du tout|nothing (?:more|else|at all)|no more)\b")
WEEKEND = re.compile(r"\bweek-? ?ends?\b|\b(?:samedi|dimanche|saturday|sunday)s?\b")
WEEKDAY = re.compile(r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|(?:mon|tues|wednes|thurs|fri)day)s?\b")
RECAP = re.compile(r"\b(?:recap|digest)\b")
ALONE = re.compile(
    r"\b(?:seul|seulement|uniquement|juste|personnel|personnelle|perso|copie|only|alone|just|personal|own)\b"
)
MONTHLY = re.compile(
    r"\b(?:par mois|chaque mois|tous les mois|mensuel\w*|monthly|(?:once )?a month|(?:each|every) month)\b"
)
WEEKLY = re.compile(
    r"\b(?:par semaine|chaque semaine|toutes les semaines|hebdo\w*|weekly|(?:once )?a week"
    r"|(?:each|every) week)\b"
)
BY_LIST = re.compile(r"\b(?:listes?|lists?|tout le monde|everybody|oui|yes|normal)\b")
REMINDERS = re.compile(r"\b(?:rappels?|relances?|reminders?)\b")
LANGUAGES = {"francais": "fr", "french": "fr", "anglais": "en", "english": "en"}
LANGUAGE = re.compile(r"\b(?:en|in|langue|language|ecri\w*|write|parle\w*|speak)\b")
OTHER_LANGUAGE = re.compile(
    r"\b(?:langue|language)\b|\b(?:en|in) (?:allemand|espagnol|italien|german|spanish)\b"
)
REACHED = re.compile(
    r"\b(?:ecri\w*|joi\w*|contacte\w*|canal|messages?|write|reach|channel|contact)\b"
    r"|^(?:plutot )?(?:par|by|via) "
)
BY_MAIL = re.compile(r"\b(?:(?:e-?)?mails?|courriels?|courriers?)\b")
BY_CHAT = re.compile(r"\b(?:chat|messagerie|salons?|matrix|element|message direct|dm)\b")
ANYWHERE = re.compile(r"\b(?:n'importe|peu importe|la ou|comme tu veux|wherever|anywhere|any|where)\b")
DIRECTORY = re.compile(r"\b(?:annuaire|directory|montre\w*|affiche\w*|cache\w*|show|hide)\b")
ADDS = re.compile(r"\b(?:montre\w*|affiche\w*|show)\b")
HIDES = re.compile(r"\b(?:cache\w*|hide|ne|pas|plus|sans|don't|not)\b")
RHYTHMS = {Rhythm.MONTH: MONTHLY, Rhythm.WEEK: WEEKLY}
FIELDS = {
    Shown.MAIL: re.compile(r"\b(?:adresses?|(?:e-?)?mails?|courriels?|address|addresses)\b"),
    Shown.CHAT: re.compile(r"\b(?:messagerie|chat|matrix|element|compte|identifiant|account)\b"),
    Shown.TOWN: re.compile(r"\b(?:communes?|villes?|town|city)\b"),
}
ALWAYS_SHOWN = re.compile(r"\b(?:noms?|lieux?|departement|roles?|place|name)\b")
ALL = re.compile(r"\b(?:tout|all|everything)\b")
NONE = re.compile(r"\b(?:rien|nothing|aucun|none)\b")
GOES_ON = re.compile(
    r"(?:et |and |ma |mon |mes |my |la |le |l')*\w[\w-]*(?: (?:et|and) (?:ma |mon |my )?\w+)*"
)


class Trouble(enum.StrEnum):
    """Why something that was said is not done."""

    UNKNOWN = "unknown"
    WEEKEND = "weekend"  # quiet hours are the same every day
    HOUR = "hour"  # there is no such hour
    PAST = "past"
    LANGUAGE = "language"  # one that we do not write
    ALWAYS = "always"  # always shown to members


@dataclass(frozen=True)
class Wants:
    """What was understood: new values by the names of ``Preference`` (and ``language``), and what was not.

    ``shown`` is a function of what is shown now.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    troubles: tuple[tuple[Trouble, str], ...] = ()


Found = dict[str, Any] | Trouble | None
Reader = Callable[[str, dt.datetime, int], Found]


def read(text: str, now: dt.datetime, pause_days: int) -> Wants:
    """What ``text`` wants; ``now`` is in the network's zone, a pause lasts ``pause_days`` unless said."""
    changes: dict[str, Any] = {}
    troubles: list[tuple[Trouble, str]] = []
    shows = False  # what is shown may be a list: « annuaire : adresse, commune »
    for piece in BREAK.split(text):
        said = fold(piece).strip(" :-.,!?")
        if not said or POLITE.fullmatch(said) or is_courtesy(piece):
            continue
        found = _more_shown(said, changes) if shows else None
        found = found or _one(said, now, pause_days)
        if isinstance(found, Trouble) or found is None:
            troubles.append((found or Trouble.UNKNOWN, piece.strip()))
        else:
            shows = "shown" in found
            changes |= found
    return Wants(changes, tuple(troubles))


def _one(said: str, now: dt.datetime, pause_days: int) -> Found:
    for reader in READERS:
        found = reader(said, now, pause_days)
        if found is not None:
            return found
    return None


def _everything(said: str, _now: dt.datetime, _days: int) -> Found:
    if EVERYTHING.search(said):
        return {"recap": Recap.LIST.value, "paused_until": None}
    return {"recap": Recap.NONE.value} if NOTHING.search(said) and not REMINDERS.search(said) else None


def _weekend(said: str, _now: dt.datetime, _days: int) -> Found:
    return Trouble.WEEKEND if WEEKEND.search(said) and not is_pause(said) else None


def _pause(said: str, now: dt.datetime, days: int) -> Found:
    if not is_pause(said):
        return None
    found = pause(said, now, days, none=bool(NO.search(said)))
    if found is None:
        return Trouble.UNKNOWN
    until = found.until
    return Trouble.PAST if until is not None and until <= now else {"paused_until": until}


def _quiet(said: str, _now: dt.datetime, _days: int) -> Found:
    found = hours(said, none=bool(NO.search(said)))
    if found is None:
        return None
    return {"quiet_from": found[0], "quiet_until": found[1]} if found else Trouble.HOUR


def _recap(said: str, _now: dt.datetime, _days: int) -> Found:
    if not RECAP.search(said) or WEEKDAY.search(said):
        return None
    rhythms = [one for one, words in RHYTHMS.items() if words.search(said)]
    if rhythms:
        return {"rhythm": rhythms[0].value} if len(rhythms) == 1 and not NO.search(said) else None
    if ALONE.search(said) and not re.search(
        r"\b(?:pas|sans|no|plus) (?:de |le |du )?(?:recap|copie)\b", said
    ):
        return {"recap": Recap.PERSONAL.value}
    if NO.search(said):
        return {"recap": Recap.NO.value}
    return {"recap": Recap.LIST.value} if BY_LIST.search(said) else None


def _reminders(said: str, _now: dt.datetime, _days: int) -> Found:
    if not REMINDERS.search(said):
        return None
    if NO.search(said):
        return {"reminders": False}
    return {"reminders": True} if YES.search(said) else None


def _language(said: str, _now: dt.datetime, _days: int) -> Found:
    meant = {code for word, code in LANGUAGES.items() if re.search(rf"\b{word}\b", said)}
    if len(meant) == 1 and (said in LANGUAGES or LANGUAGE.search(said)):
        return {"language": meant.pop()}
    return Trouble.LANGUAGE if OTHER_LANGUAGE.search(said) else None


def _shown(said: str, _now: dt.datetime, _days: int) -> Found:
    if not DIRECTORY.search(said):
        return None
    named = _fields(said)
    if ALL.search(said):
        named = {one.value for one in Shown}
    if HIDES.search(said) and named:
        return {"shown": lambda now: sorted(set(now) - named)}
    if ADDS.search(said) and named:
        return {"shown": lambda now: sorted(set(now) | named)}
    if named or NONE.search(said) or NO.search(said):
        return {"shown": lambda _now: sorted(named)}
    return Trouble.ALWAYS if ALWAYS_SHOWN.search(said) else None


def _more_shown(said: str, changes: Mapping[str, Any]) -> Found:
    """The next of a list of what is shown (« adresse, commune ») after its beginning."""
    named, before = _fields(said), changes["shown"]
    if not GOES_ON.fullmatch(said) or DIRECTORY.search(said) or len(said.split()) > 4:
        return None
    if not named:
        return Trouble.ALWAYS if ALWAYS_SHOWN.search(said) else None
    everything = {one.value for one in Shown}
    adds = before([]) or set(before(everything)) == everything
    if adds:
        return {"shown": lambda now: sorted(set(before(now)) | named)}
    return {"shown": lambda now: sorted(set(before(now)) - named)}


def _fields(said: str) -> set[str]:
    return {one.value for one, words in FIELDS.items() if words.search(said)}


def _channel(said: str, _now: dt.datetime, _days: int) -> Found:
    if not REACHED.search(said):
        return None
    mail, chat = bool(BY_MAIL.search(said)), bool(BY_CHAT.search(said))
    if mail != chat:
        return {"channel": "mail" if mail else "room"}
    return {"channel": ""} if ANYWHERE.search(said) else None


READERS: Sequence[Reader] = (
    _everything,
    _weekend,
    _pause,
    _shown,
    _recap,
    _reminders,
    _quiet,
    _language,
    _channel,
)
