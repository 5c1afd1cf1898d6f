"""What coordination's plain words ask of a draft: pure, no database, no clock of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.french.answers import clauses, numbers, yes_no
from bot.french.courtesy import is_courtesy, is_thanks
from bot.french.dates import parse_deadline
from bot.french.fold import aligned, fold
from handlers.digest.desk.instructions import (
    AGAIN,
    BY_TITLE,
    DECISIONS,
    PLACES,
    PLEASE,
    RULES,
    SECTION_WORDS,
    SECTIONS,
    VERDICT,
    WITH_WORDS,
    Do,
    Rule,
    french_days,
    without_slips,
)
from handlers.digest.desk.naming import Thing

__all__ = ["Do", "Edit", "moment_in", "understand"]

_MOVES = re.compile(
    r"(?:plutot|envo\w+|a envoyer|pas avant|decal\w+|repouss\w+|report\w+|avanc\w+|rather|send)\b"
)
_MOVE_WORDS = re.compile(
    r"\b(?:plutot|envo(?:ie|i|yez|yer)(?:[ -]le)?|a envoyer|pas avant|(?:decale|repousse|reporte"
    r"|avance)(?:r|z)?"
    r"(?:[ -]le)?|rather|send(?: it)?|instead)\b"
)
_REPLACE = re.compile(
    r"(?:(?:dans|in|pour|sur) (?:la |le |the )?(?:n° ?|point )?(?P<first>\d{1,3})\s?[,:]?\s{0,3})?"
    r"(?:remplac\w+|chang\w+|corrig\w+|replac\w+|correct\w*) (?P<old>.{1,300}?) (?:par|en|with|by|to) "
    r"(?P<new>.{1,600}?)"
    r"(?: (?:dans|in|de|pour|sur) (?:la |le |the )?(?:n° ?|point )?(?P<last>\d{1,3}))?[ .!]*$",
)
_NUMBER_FIRST = re.compile(
    r"(?:pour |sur |dans )?(?:(?:la|le|les|point|n°|numero|the) ?)*(?P<number>\d{1,3})\s*$"
)
_RENAMED = re.compile(
    r"(?:renomm\w+|intitul\w+|appell?\w+|(?:re)?titr\w+|rename|title)(?: (?:de|of))? (?:la |le |the )?\d{1,3}"
    r"(?: (?:en|comme|plutot|to|as))? (?P<words>.+)$"
)
_REWRITTEN = re.compile(r"(?:remplac\w+|replac\w+) (?:la |le |the )?\d{1,3} (?:par|with|by) (?P<words>.+)$")
_TITLE_WORD = re.compile(
    r"(?:plutot |rather )?(?:nouveau |new )?(?:titre|title)(?: plutot| rather)?\s{0,3}:?\s{0,3}"
)
_TEXT_WORD = re.compile(r"(?:plutot )?(?:texte|text)(?: plutot)?\s{0,3}:?\s{0,3}")
_RATHER = re.compile(r"(?:plutot|rather)\s{0,3}:?\s{0,3}")
_ALL = re.compile(r"\b(?:tout|tous|toutes|everything|all)\b")
_WELL = re.compile(r"(?:tres |bien |c'est )*(?:bien|recu|note|lu|vu|compris|relu|super)(?: merci| navette)?")
_QUOTES = '«»“”" \u00a0'


@dataclass(frozen=True)
class Edit:
    """One instruction: what to do, to which numbers, with which words.

    ``about``: what is meant, by words of its title, where no number was said.  ``old``: what a replacement
    replaces.  ``section``: where to.  ``said``: the clause that it was read from.
    """

    do: Do
    numbers: tuple[int, ...] = ()
    words: str = ""
    at: dt.datetime | None = None
    old: str = ""
    section: str = ""
    about: str = ""
    everything: bool = False
    said: str = field(default="", compare=False)


def understand(text: str, now: dt.datetime, things: Sequence[Thing] = ()) -> tuple[list[Edit], list[str]]:
    """The instructions found in an answer to a draft, and the clauses that were not understood.

    What decides on the whole comes last, whatever stood first: « ok, enlève la 3 » approves without it.
    ``now``: aware, in the network's zone, for « plutôt demain 9 h ».
    """
    whole = yes_no(text)
    if whole is not None:
        return [Edit(Do.APPROVE if whole else Do.STOP)], []
    edits: list[Edit] = []
    lost: list[str] = []
    subject = ""  # « pour la 3, … »: what the next clause is about
    for clause in [part for whole in clauses(text) for part in _parts(whole, now)]:
        if subject:
            clause, subject = f"{subject} : {clause}", ""
        found = _read(clause, now)
        if found:
            edits += [replace(edit, said=clause) for edit in found]
        elif re.match(r"(?:pour|sur|dans) ", fold(clause)) and _NUMBER_FIRST.fullmatch(fold(clause)):
            subject = clause
        elif yes_no(clause) is True:
            edits.append(Edit(Do.APPROVE, said=clause))
        elif not (
            is_courtesy(clause) or is_thanks(fold(clause)) or _WELL.fullmatch(fold(clause).strip(" .!"))
        ):
            lost.append(clause)
    lost += [subject] if subject else []
    if lost:
        # « OK, mais … » and something that we cannot read: whoever says so has not agreed yet.
        edits = [edit for edit in edits if edit.do not in (Do.APPROVE, Do.NOW)]
    if any(edit.do is Do.STOP for edit in edits):
        edits = [edit for edit in edits if edit.do not in (Do.APPROVE, Do.NOW, Do.MOVE)]
    return sorted(dict.fromkeys(edits), key=lambda edit: edit.do in DECISIONS), lost


def moment_in(clause: str, now: dt.datetime) -> dt.datetime | None:
    """The moment to come that a clause names, once what it asks is taken off."""
    bare = _MOVE_WORDS.sub(lambda match: " " * len(match[0]), aligned(clause))
    kept = "".join(" " if blank == " " else char for char, blank in zip(clause, bare, strict=True))
    found = parse_deadline(french_days(kept.strip(" ,.!").lower()), now)
    return found[0] if found is not None and found[0] > now else None


def _parts(clause: str, now: dt.datetime) -> list[str]:
    """A clause whose second half has no verb of its own as two, if each can be read."""
    cut = AGAIN.search(aligned(clause.partition(":")[0]))
    halves = [clause[: cut.start()], clause[cut.end() :]] if cut else []
    return halves if halves and all(_read(half, now) for half in halves) else [clause]


def _read(clause: str, now: dt.datetime) -> list[Edit]:
    verdict = VERDICT.match(aligned(clause))
    if verdict is not None:
        rest = _one(clause[verdict.end() :], now)
        return [rest, Edit(Do.APPROVE)] if rest is not None else []
    one = _one(clause, now)
    return [] if one is None else [one]


def _one(clause: str, now: dt.datetime) -> Edit | None:
    special = _number_first(clause, now) or _with_inline_words(clause)
    if special is not None:
        return special
    head, _, tail = clause.partition(":")
    folded = without_slips(fold(head).strip())
    folded = PLEASE.sub("", folded) if PLEASE.match(folded) else folded
    for rule in RULES:
        match = rule.pattern.match(folded)
        edit = match and _by_rule(rule, match, head, tail, folded)
        if edit:
            return edit
    return _move(clause, folded, now)


def _by_rule(rule: Rule, match: re.Match[str], head: str, tail: str, folded: str) -> Edit | None:
    do, found = rule.do, tuple(numbers(PLACES.sub(" ", fold(head))))
    words = tail.strip().strip(_QUOTES)
    if do is Do.ADD:
        return _added(head, words, found)
    if do is Do.INTRO and match[0].startswith(
        ("enlev", "retir", "supprim", "vir", "remove", "drop", "effac")
    ):
        return Edit(Do.INTRO)
    if do in WITH_WORDS and not words:
        return None
    if do is Do.SECTION:
        section = next(key for key in SECTION_WORDS if match[key])
        return Edit(do, found, section=section) if found else None
    if len(found) >= rule.numbers:
        # What is put after or before something: those, then that.
        return Edit(do, found, words if do in WITH_WORDS else "")
    if rule.numbers == 1 and do in BY_TITLE:
        if do in (Do.DROP, Do.RESTORE) and _ALL.search(folded):
            return Edit(do, everything=True)
        about = folded[match.end() :].strip(" .!")
        return Edit(do, about=about) if about and do is not Do.POSTPONE and not tail else None
    return None


def _added(head: str, words: str, found: Sequence[int]) -> Edit | None:
    if words:
        named = re.search(
            rf"\b(?:dans|en|in|to|une?|an?)\b (?:les |l'|le |la |the )*(?:{SECTIONS})\b", fold(head)
        )
        section = next((key for key in SECTION_WORDS if named and named[key]), "")
        return Edit(Do.ADD, (), words, section=section)
    return Edit(Do.RESTORE, tuple(found)) if found else None


def _number_first(clause: str, now: dt.datetime) -> Edit | None:
    """« 3 : titre plutôt … », « la 5 : semaine prochaine »."""
    head, colon, tail = clause.partition(":")
    named = _NUMBER_FIRST.fullmatch(fold(head).strip())
    if not colon or named is None or not tail.strip():
        return None
    number, folded, tail = int(named["number"]), aligned(tail.strip()), tail.strip()
    for pattern, do in ((_TITLE_WORD, Do.TITLE), (_TEXT_WORD, Do.TEXT), (_RATHER, Do.TITLE)):
        match = pattern.match(folded)
        words = tail[match.end() :].strip(_QUOTES) if match else ""
        if words:
            return Edit(do, (number,), words)
    return _with_inline_words(f"dans {number}, {tail}") or _of_number(number, tail, now)


def _of_number(number: int, said: str, now: dt.datetime) -> Edit | None:
    """What is said of one thing without naming it again: « à enlever », « en tête »."""
    verb, colon, words = re.sub(r"^(?:à|a|est à) ", "", said).partition(":")
    edit = None if numbers(verb) else _one(f"{verb.strip()} {number}{colon}{words}", now)
    if edit is None and not numbers(verb):
        edit = _one(f"{number} {said}", now)
    return edit if edit is not None and edit.numbers == (number,) else None


def _with_inline_words(clause: str) -> Edit | None:
    """Words that no colon introduces: « remplace X par Y dans la 4 », « renomme la 4 en … »."""
    plain = aligned(clause)
    lead = PLEASE.match(plain)
    offset = lead.end() if lead else 0
    for pattern, do in ((_REWRITTEN, Do.TEXT), (_RENAMED, Do.TITLE)):
        match = pattern.match(plain[offset:])
        if match and ":" not in clause:
            words = clause[offset + match.start("words") :].strip(_QUOTES)
            return Edit(do, tuple(numbers(plain[offset : offset + match.start("words")]))[:1], words)
    match = _REPLACE.match(plain[offset:])
    number = match and (match["first"] or match["last"])
    if not match or not number:
        return None
    old, new = (
        clause[offset + match.start(name) : offset + match.end(name)].strip(_QUOTES)
        for name in ("old", "new")
    )
    return Edit(Do.REPLACE, (int(number),), new, old=old) if old else None


def _move(clause: str, folded: str, now: dt.datetime) -> Edit | None:
    """« plutôt demain 9 h », « vendredi 14 h plutôt », or a moment and nothing else."""
    moment = moment_in(clause, now)
    if moment is None:
        return None
    said = _MOVES.match(folded) or re.search(r"\b(?:plutot|instead)$", folded)
    found = parse_deadline(french_days(clause.lower()), now)
    bare = found is not None and fold(found[1]).strip(" ,.!") == fold(french_days(clause.lower())).strip(
        " ,.!"
    )
    return Edit(Do.MOVE, at=moment) if said or bare else None
