"""Words as they are typed: a letter wrong in those that instructions are made of, English days and hours."""

from __future__ import annotations

import re

# Words of the table that people mistype; a slip of one letter is read as what it is next to.
WORDS = frozenset(
    """enleve enlever enlevez retire retirer retirez supprime supprimer supprimez efface effacer garde
    garder gardez redire relire laisse laisser conserve reporte reporter repousse decale semaine prochaine
    prochain epingle epingler remonte remonter monte monter montre montrer descends descendre
    premier premiere place deplace deplacer fusionne fusionner fusionnez regroupe regrouper
    raccourcis raccourcir titre intitule renomme renommer texte remplace remplacer corrige ajoute
    ajouter ajoutez rajoute apercu inverse inverser echange apres avant maintenant envoie envoyer
    envoyez plutot remets remettre reprends annonces annonce agenda echanges decisions ressources
    remove delete merge title rename replace preview shorten postpone""".split()  # noqa: SIM905 - a table to be read
)
LONG = 5  # letters: a shorter word is too near to too many others
DAYS = {
    "tomorrow": "demain",
    "today": "aujourd'hui",
    "tonight": "ce soir",
    "monday": "lundi",
    "tuesday": "mardi",
    "wednesday": "mercredi",
    "thursday": "jeudi",
    "friday": "vendredi",
    "saturday": "samedi",
    "sunday": "dimanche",
}


def without_slips(folded: str) -> str:
    """The clause with mistyped words of the table set right."""
    return re.sub(r"[a-z]+", lambda match: _nearest(match[0]), folded)


def _nearest(word: str) -> str:
    if len(word) < LONG or word in WORDS:
        return word
    close = [one for one in WORDS if abs(len(one) - len(word)) <= 1 and _one_slip(word, one)]
    return min(close) if close else word


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two have changed places; the first one is right."""
    if typed[0] != meant[0] or _same_stem(typed, meant):
        return False
    low = 0
    while low < min(len(typed), len(meant)) and typed[low] == meant[low]:
        low += 1
    rest, wanted = typed[low:], meant[low:]
    swapped = len(rest) > 1 and rest[1] + rest[0] + rest[2:] == wanted
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]


def _same_stem(typed: str, meant: str) -> bool:
    """Whether they only end otherwise, which the patterns know."""
    short, long = sorted((typed, meant), key=len)
    return long.startswith(short) or typed[:-1] == meant[:-1]


def french_days(text: str) -> str:
    """A moment in English as the French reader of dates takes it: « tomorrow 2 pm » is « demain 14 h »."""
    for english, french in DAYS.items():
        text = re.sub(rf"\b{english}\b", french, text)

    def hour(match: re.Match[str]) -> str:
        late = match["half"] == "pm" and int(match["hour"]) < 12
        return f"{int(match['hour']) + 12 * late} h{match['minute'] or ''}"

    return re.sub(r"\b(?:at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>am|pm)\b", hour, text)
