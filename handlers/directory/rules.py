"""Names and roles as people type them, what the directory shows, which ends are near: pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.authority import Role
from bot.circles import bare
from bot.french.fold import aligned, words
from bot.store.people_tables import Status

END = r"(?:[·.-]\w{1,7}){0,2}"  # of an inclusive form: « délégué·e »
# In the order of the words of « who may »: the first that a text names is the role that it means.
ROLE_WORDS: Mapping[Role, str] = {
    Role.COORDINATION: r"coordinat(?:ion|eur|rice|or)\w*|coordo",
    Role.TREASURER: r"tresori\w*|tresorerie|treasurer",
    Role.SECRETARY: r"secretai\w*|secretariat|secretary",
    Role.FACILITATOR: r"facilit\w*",
    Role.DELEGATE: r"delegu?\w*",
    Role.REFERENT: r"referent\w*",
    Role.MEMBER: r"membres?|participant\w*|members?",
}
ROLE = re.compile(
    r"(?<![\w@.-])(?:"
    + "|".join(f"(?P<{role.value}>{stem})" for role, stem in ROLE_WORDS.items())
    + rf"){END}(?![\w@])"
)
LINKS = re.compile(r"(?:[\s:,;-]+|(?:du|de|des|la|le|les|au|aux|a|dans|pour|of|the|in|for)\b(?!')|[dl]')+")
AWAY = re.compile(r"[\s,;:?!.]+$")
UNTIL = re.compile(r"[\s,;(]*\b(?:jusqu'(?:au|a|en)|jusque|until|fin (?:le|au))\s+")
STATUSES: Mapping[str, Status] = {
    "inscrit": Status.SUBSCRIBER,
    "inscrite": Status.SUBSCRIBER,
    "membre": Status.SUBSCRIBER,
    "member": Status.SUBSCRIBER,
    "subscriber": Status.SUBSCRIBER,
    "nouveau": Status.NEWCOMER,
    "nouvelle": Status.NEWCOMER,
    "nouvel arrivant": Status.NEWCOMER,
    "nouvelle arrivante": Status.NEWCOMER,
    "personne accueillie": Status.NEWCOMER,
    "accueil": Status.NEWCOMER,
    "accueillie": Status.NEWCOMER,
    "newcomer": Status.NEWCOMER,
    "partenaire": Status.PARTNER,
    "partner": Status.PARTNER,
}
NOTHING = frozenset({"aucun", "aucune", "rien", "sans", "sans lieu", "personne", "none", "vacant"})
FILLER = frozenset(words("le la les un une de du des d l a au aux en qui est sont s occupe the of in who is"))
MOST = 10  # people that an answer names


@dataclass(frozen=True)
class RoleSaid:
    """A role that a text names: what stands before it, and what it is the role of (both as typed)."""

    role: Role
    before: str
    of: str
    words: str  # the role and what it is of, as typed


def role_in(text: str) -> RoleSaid | None:
    """The first role that a text names: « Chloé Barbaroux facilitation du GT Animation »."""
    found = ROLE.search(aligned(text))
    if found is None:
        return None
    role = Role(found.lastgroup or "")
    rest = text[found.end() :]
    return RoleSaid(
        role, AWAY.sub("", text[: found.start()]).strip(), without_links(rest), text[found.start() :].strip()
    )


def without_links(text: str) -> str:
    """A text without the little words before it and the signs after it: « du GT Animation ? »."""
    found = LINKS.match(aligned(text))
    return AWAY.sub("", text[found.end() :] if found else text).strip()


def split_given(text: str) -> tuple[str, RoleSaid] | None:
    """Who, and which role: « Léa, facilitation du GT X » or « la facilitation du GT X à Léa »."""
    said = role_in(text)
    if said is None:
        return None
    if bare(said.before) not in ("", "la", "le", "l", "the"):
        return said.before, said
    # Whoever gets it stands last: « à Léa », « to Léa ».
    folded = aligned(said.words)
    at = max((found.start() for found in re.finditer(r"(?<=\s)(?:a|to)\s", folded)), default=-1)
    if at < 0:
        return None
    who = said.words[at:].partition(" ")[2].strip()
    kept = role_in(said.words[:at])
    return None if kept is None or not who else (who, kept)


def status_of(text: str) -> Status | None:
    """The status that somebody types; ``former`` is not typed: one leaves."""
    return STATUSES.get(bare(text))


def is_nothing(text: str) -> bool:
    """Whether « aucun » or the like was typed."""
    return bare(text) in NOTHING


def key_of(name: str, taken: Iterable[str]) -> str:
    """A new key for somebody or a place: the folded name, with a number if it is taken."""
    stem = re.sub(r"[^a-z0-9]+", ".", bare(name)).strip(".")[:80] or "x"
    there = set(taken)
    return next(one for one in (stem, *(f"{stem}.{n}" for n in range(2, len(there) + 3))) if one not in there)


def query_words(text: str) -> list[str]:
    """What is looked for: the folded words of a query, without the little ones; a role's, as its code."""
    found = []
    for word in words(text):
        role = role_in(word)
        if word not in FILLER:
            found.append(role.role.value if role else word)
    return found


def matches(wanted: Sequence[str], haystack: Iterable[str]) -> bool:
    """Whether every word that is looked for begins a word of what is shown."""
    there = {word for text in haystack for word in words(text)}
    return all(any(word.startswith(one) for word in there) for one in wanted)


def nearing(day: dt.date, previous: dt.date) -> tuple[tuple[dt.date, dt.date], tuple[dt.date, dt.date]]:
    """Of which days the ends are told on ``day``, if they were last told on ``previous``.

    Those of a week ahead and those of the day itself, each as (after, up to): days that were missed are
    made good, and no end is told twice.
    """
    week = dt.timedelta(days=7)
    return (max(previous + week, day), day + week), (previous, day)
