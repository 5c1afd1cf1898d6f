"""What a sentence's place in its thread tells: what settles, answers, follows from or replaces what."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.french.fold import fold
from bot.french.gist.scoring import Candidate, content_words
from bot.french.gist.weights import WEIGHTS
from bot.french.patterns import Pattern, any_of
from bot.french.values import NamedTuple

__all__ = ["Standing", "likeness", "standing", "weigh"]

# What was announced is other now.
_CHANGE = Pattern(
    r"(?<![a-z])"
    + any_of(
        r"""(?:report|decal|deplac|repouss|avanc|prolong|modifi|rectifi|corrig)(?:e|er|ee|es|ees|ons|ent|era)\b
    (?:delai|temps|jours?) (?:supplementaires?|de plus) | prolongation
    (?:et )?non (?:plus |pas )?(?:le|la|a|au)
    au lieu d | erratum | rectificatif | correction | (?:petite )?erreur | je me suis trompee? | annul[a-z]*
    nouvelles? (?:date|heure|horaire|adresse|limite) | ancienne date | changement d[e'] | finalement
    initialement | en fait"""
    )
)
# The part of a sentence that says how it was before.
_BEFORE = Pattern(
    r"\b(?:et )?non (?:plus |pas )?(?=le |la |a |au |du )|\bau lieu d|\binitialement|\bplutot que"
)
_CLOSING = Pattern(
    r"(?<![a-z])"
    + any_of(
        r"""(?:c'est|est|sont|voila|suis|sommes) (?:bon|complete?s?|regle|resolu|pourvue?|trouve|sauve|clos)\b
    (?:est|sont|c'est) (?:parti|donne|vendu|reserve|attribue|pris|prise?|pourvu)(?:e|s|es)?\b
    (?:reserve|attribue|donne)e?s? (?:pour|a|aux) | (?:a|ont|avons|ai) trouve (?:preneur|quelqu|une?|notre)
    (?:a|ont) suffi | (?:assez|suffisamment) de | plus (?:de place|besoin)
    (?:est|sont|c'est) (?:enfin |de nouveau |bien )?(?:repare|retabli|revenu|retrouve|recupere)(?:e|s|es)?\b
    ^(?:retrouve|recupere|repare|regle|resolu|vendu|donne|trouve)(?:e|s|es)?\b
    ne vous (?:deplacez|inquietez) (?:plus|pas)
    (?:je |on |nous )?(?:clos|cloture|cloturons) | sujet clos | probleme (?:regle|resolu) | c'est reparti
    (?:de nouveau|a nouveau) (?:accessible|disponible|en ligne|ouverte?) | me voila rassuree?"""
    )
)
# What others are to choose between, or to agree to.
_PUTS = Pattern(
    r"(?<![a-z])"
    + any_of(
        r"""propos[a-z]* | ou bien | soit | choi[a-z]* | vot[a-z]* | sondage | avis | hesit[a-z]* | plutot"""
    )
)
_LEFT = Pattern(r"(?<![a-z])(?:reste|restent|encore|toujours|manque)(?![a-z])")


class Standing(NamedTuple):
    """What the sentences of a thread are to each other, by their places.

    ``features``, all of each sentence, its own and those of its place, most of them from 0 to 1;
    ``asking``, those that ask something still open; ``deciding``, those that tell a decision;
    ``closed``, those whose request or question was dealt with; ``correcting``, those that take back
    what an earlier message said (« et non à Forcalquier »); ``replaced``, those whose days a later
    message replaced, which are not told.
    """

    features: tuple[dict[str, float], ...]
    asking: frozenset[int]
    deciding: frozenset[int]
    closed: frozenset[int]
    correcting: frozenset[int]
    replaced: frozenset[int]


def standing(found: Sequence[Candidate], subject: str) -> Standing:
    """How the sentences of a thread stand to each other."""
    spread = Counter(word for one in found for word in set(one.words))
    about = frozenset(content_words(fold(subject)))
    closed, changing = _closed(found), [_CHANGE.search(one.folded) is not None for one in found]
    replaced = _replaced(found, changing)
    deciding = _deciding(found, replaced)
    decided = max((found[index].message for index in deciding), default=-1)
    features = tuple(
        {
            **one.features,
            **_matter(one, spread, about, len(found)),
            **_place(one, found[0], found[-1].message),
            "decision": float(number in deciding),
            "consequence": float(one.message == decided and number not in deciding),
            "change": float(changing[number] or (one.author == found[0].author and _closes(one))),
            "settled": float(number in closed or _is_settled(one, found, decided)),
        }
        for number, one in enumerate(found)
    )
    asking = frozenset(
        index
        for index, one in enumerate(found)
        if one.words and index not in closed | replaced and _is_open(one, found, decided)
    )
    correcting = frozenset(
        index
        for index, one in enumerate(found)
        if changing[index] and one.message > found[0].message and _BEFORE.search(one.folded) is not None
    )
    return Standing(features, asking, deciding, closed, correcting - replaced, replaced)


def weigh(found: Sequence[Candidate], place: Standing, weights: Mapping[str, float] = WEIGHTS) -> list[float]:
    """How much each sentence says in its thread; 0 and less is not worth telling."""
    return [
        1.0 + sum(weights[name] * value for name, value in features.items()) if one.words else -1.0
        for one, features in zip(found, place.features, strict=True)
    ]


def _matter(one: Candidate, spread: Counter[str], about: frozenset[str], total: int) -> dict[str, float]:
    """Words that come back in the thread carry its matter, those in every sentence carry nothing."""
    distinct = set(one.words)
    mass = sum(math.log1p(spread[word]) * math.log(1 + total / spread[word]) for word in sorted(distinct))
    return {"mass": mass / (4 + 2 * len(distinct)), "subject": min(1.0, len(distinct & about) / 2)}


def _place(one: Candidate, opening: Candidate, last: int) -> dict[str, float]:
    """Where it stands: first of all, in the first message, and in the opener's last words."""
    first = one.message == opening.message
    return {
        "lead": first / (1 + one.rank),
        "first message": float(first),
        "conclusion": float(one.author == opening.author and not first and one.message >= last - 1),
    }


def _deciding(found: Sequence[Candidate], replaced: frozenset[int]) -> frozenset[int]:
    """Those that tell what was decided.

    Where none plainly does, those with which who put a question concludes, once others have answered:
    « ce sera le 14 », « va pour le bleu » at first announce, and from somebody else they are one voice.
    """
    plain = frozenset(index for index, one in enumerate(found) if one.decides and index not in replaced)
    if plain or not found:
        return plain
    opener = found[0].author
    answers = [one.message for one in found if one.author != opener]
    put = [one.message for one in found if one.asks or one.questions or _PUTS.search(one.folded)]
    return frozenset(
        index
        for index, one in enumerate(found)
        if one.concludes
        and not (one.asks or one.questions)
        and one.author == opener
        and index not in replaced
        and any(message < one.message for message in answers)
        and any(message < one.message for message in put)
    )


def _is_open(one: Candidate, found: Sequence[Candidate], decided: int) -> bool:
    """Whether it asks something: a request not settled by a decision, or a question not answered yet."""
    if one.asks:
        return one.message >= decided
    return one.questions and not any(
        later.message > one.message and later.author != one.author and not later.thanks for later in found
    )


def _is_settled(one: Candidate, found: Sequence[Candidate], decided: int) -> bool:
    """Whether what it asks was decided since, or was asked and answered on the way."""
    if not (one.asks or one.questions):
        return False
    if one.message < decided:
        return True
    aside = one.questions and one.message > found[0].message
    return aside and any(later.message > one.message and later.author != one.author for later in found)


def _closed(found: Sequence[Candidate]) -> frozenset[int]:
    """What who asked it, or who opened the thread, said later to be dealt with, all of it."""
    left = {one.message for one in found if _LEFT.search(one.folded)}
    closing = [one for one in found if one.message not in left and _closes(one)]
    return frozenset(
        number
        for number, one in enumerate(found)
        if (one.asks or one.questions)
        and any(
            later.message > one.message and later.author in (one.author, found[0].author) for later in closing
        )
    )


def _closes(one: Candidate) -> bool:
    """Whether it says, after the first message, that something is dealt with."""
    return one.message > 0 and not one.questions and _CLOSING.search(one.folded) is not None


def _replaced(found: Sequence[Candidate], changing: Sequence[bool]) -> frozenset[int]:
    """The sentences whose days a later message replaced."""
    newer = [one for one, changes in zip(found, changing, strict=True) if changes and one.dates]
    return frozenset(
        number
        for number, one in enumerate(found)
        if one.dates and any(later.message > one.message and _replaces(later, one) for later in newer)
    )


def _replaces(later: Candidate, one: Candidate) -> bool:
    """Whether the later sentence gives other days for the same thing."""
    new, before = _days(later)
    days = {date.end for date in one.dates}
    if not days or days & new:
        return False
    if days & before:
        return True
    due = any(date.deadline for date in one.dates)
    if due != any(date.deadline for date in later.dates):
        return False
    return not _stems(one).isdisjoint(_stems(later))


def _stems(one: Candidate) -> set[str]:
    """Its words of matter, plurals as singulars, without numbers."""
    return {word.rstrip("sx") for word in one.words if not word.isdigit()}


def _days(one: Candidate) -> tuple[set[dt.date], set[dt.date]]:
    """The days that a sentence gives, and those that it takes back (« et non plus le 31 »)."""
    match = _BEFORE.search(one.folded)
    if match is None:
        return {date.end for date in one.dates}, set()
    share = match.start() / max(1, len(one.folded))
    new = {date.end for date in one.dates if date.position <= share * len(one.text)}
    return new, {date.end for date in one.dates} - new


def likeness(one: Candidate, other: Candidate) -> float:
    """How far two sentences say the same, from 0 to 1 (cosine of their word sets)."""
    ours, theirs = set(one.words), set(other.words)
    if not ours or not theirs:
        return 0.0
    return len(ours & theirs) / math.sqrt(len(ours) * len(theirs))
