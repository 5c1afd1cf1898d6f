"""What coordination's plain words ask of a draft: pure, no database, no clock of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.french.answers import clauses, numbers, yes_no
from bot.french.courtesy import is_courtesy, is_thanks
from bot.french.fold import aligned, fold
from handlers.digest.desk.edit import Edit
from handlers.digest.desk.inline import QUOTES, impossible, question, with_inline_words, with_link
from handlers.digest.desk.instructions import (
    AGAIN,
    BY_TITLE,
    DECISIONS,
    NO_MATTER,
    PLACES,
    RULES,
    SECTION_WORDS,
    SECTIONS,
    SORRY,
    VERDICT,
    WITH_WORDS,
    Do,
    Rule,
    without_please,
)
from handlers.digest.desk.moments import moment_in, moved
from handlers.digest.desk.naming import Thing, numbered
from handlers.digest.desk.slips import without_slips

__all__ = ["Do", "Edit", "moment_in", "understand"]

_NUMBER_FIRST = re.compile(
    r"(?:pour |sur |dans )?(?:(?:la|le|les|point|n°|numero|the) ?)*(?P<number>\d{1,3})\s*$"
)
_TITLE_WORD = re.compile(
    r"(?:plutot |rather )?(?:nouveau |new )?(?:titre|title)(?: plutot| rather)?\s{0,3}:?\s{0,3}"
)
_TEXT_WORD = re.compile(
    r"(?:plutot )?(?:texte|text|remplac\w+ (?:le texte )?par|replace with)(?: plutot)?\s{0,3}:?\s{0,3}"
)
_RATHER = re.compile(r"(?:plutot|rather)\s{0,3}:?\s{0,3}")
_ALL = re.compile(r"\b(?:tout|tous|toutes|everything|all)\b")
_NUMBERS = r"(?:(?:la|le|les|et|ni|points?|numeros?|the|\d{1,3})[ ,]{1,3}|(?:l'|n° ?)){0,40}\d{1,3}(?!\d)"
_THANKING = re.compile(r"\s?[,.!]?\s(?:merci|thanks|thank you)\b[^,;\d]{0,40}$", re.IGNORECASE)
LONGEST = 700  # characters before a colon: what is longer is prose
MOST_PARTS = 12  # of what was not cut by its signs
# « 4 et 5 = même sujet : fusionne-les », « la 7, on l'enlève »: what it is about, then the verb.
_SUBJECT = re.compile(
    rf"(?:pour |sur |dans )?(?P<about>{_NUMBERS})(?P<said>\s?[,:=]|\s[^:,=]{{1,80}}?[,:=])\s?"
)
_PRONOUN = re.compile(
    r"(?P<lead>.*?\b)?(?:l'|(?:le|la|les) )(?=[a-z])(?P<verb>[a-z]+.*)$|(?P<bare>[a-z]+)-(?:le|la"
    r"|les)\b(?P<rest>.*)$"
)
_OF_EACH = re.compile(r"(?:(?:la|le|les) )?(?P<number>\d{1,3}) ?:? ?(?P<word>oui|ok|non|no|yes|out)\s*$")


def understand(text: str, now: dt.datetime, things: Sequence[Thing] = ()) -> tuple[list[Edit], list[str]]:
    """The instructions found in an answer to a draft, and the clauses that were not understood.

    What decides on the whole comes last, whatever stood first: « ok, enlève la 3 » approves without it.
    ``now``: aware, in the network's zone, for « plutôt demain 9 h ».  ``things``: what the draft shows, for
    « la dernière » and « le four à pain ».
    """
    whole = yes_no(text)
    if whole is not None:
        return [Edit(Do.APPROVE if whole else Do.STOP)], []
    answer = _Answer(now, things)
    for clause in clauses(_without_leads(text, now)):
        answer.hear(clause)
    return answer.end()


def _without_leads(text: str, now: dt.datetime) -> str:
    """The text without lines that only announce a list (« Trois choses : »)."""
    kept = []
    for line in text.splitlines():
        announces = line.rstrip().endswith(":") and not numbers(line.partition(":")[0])
        if not (announces and not any(rule.pattern.match(fold(line)) for rule in RULES)):
            kept.append(re.sub(r"^\s*(?:[-•*–]|\d{1,2}[.)])\s+(?=\S)", "", line))
    return "\n".join(kept)


class _Answer:
    """One answer, read clause by clause."""

    def __init__(self, now: dt.datetime, things: Sequence[Thing]) -> None:
        self._now, self._things = now, things
        self._edits: list[Edit] = []
        self._lost: list[str] = []
        self._subject = ""  # « pour la 3, … »: what the next clause is about

    def hear(self, clause: str) -> None:
        """One clause more."""
        for part in self._parts(clause):
            self._hear_part(part)

    def end(self) -> tuple[list[Edit], list[str]]:
        """All that was read, what decides on the whole last, and what was not understood."""
        edits, lost = self._edits, [*self._lost, *([self._subject] if self._subject else [])]
        if lost:
            # Half understood is not agreed to: the rest is done, and the word to send is asked for again.
            edits = [edit for edit in edits if edit.do not in (Do.APPROVE, Do.NOW)]
        if any(edit.do is Do.STOP for edit in edits):
            edits = [edit for edit in edits if edit.do not in (Do.APPROVE, Do.NOW, Do.MOVE)]
        rewritten = " ".join(fold(edit.words) for edit in edits if edit.do is Do.REPLACE)
        edits = [edit for edit in edits if not (edit.do is Do.MOVE and _is_echo(edit, rewritten))]
        if any(edit.do is Do.MOVE for edit in edits):
            edits = [edit for edit in edits if edit.do is not Do.APPROVE]  # another moment is its own word
        return sorted(dict.fromkeys(edits), key=lambda edit: edit.do in DECISIONS), lost

    def _hear_part(self, clause: str) -> None:
        said, clause = clause, self._about(clause)
        if SORRY.match(fold(clause)):
            self._take_back(said)
            return
        found = self._read(clause)
        if found:
            self._edits += [replace(edit, said=said) for edit in found]
        elif _is_subject(numbered(clause, self._things)):
            self._subject = clause
        elif not _says_nothing(clause):
            self._lost.append(said)

    def _about(self, clause: str) -> str:
        """The clause with what the one before it was about."""
        if not self._subject:
            return clause
        subject, self._subject = self._subject, ""
        return f"{subject} : {clause}"

    def _take_back(self, said: str) -> None:
        """« euh non, la 4 » after « enlève la 3 »: neither is done; both are told."""
        if self._edits:
            self._lost.append(self._edits.pop().said)
        self._lost.append(said)

    def _parts(self, clause: str) -> list[str]:
        """A clause that holds several instructions, cut where each part can be read by itself."""
        parts, start = [], 0
        cuts = list(AGAIN.finditer(aligned(clause[:LONGEST])))[:MOST_PARTS]
        for at, cut in enumerate(cuts):
            following = cuts[at + 1].start() if at + 1 < len(cuts) else len(clause)
            if self._read(clause[start : cut.start()]) and self._read(clause[cut.end() : following]):
                parts.append(clause[start : cut.start()])
                start = cut.end()
        return [*parts, clause[start:]]

    def _read(self, clause: str) -> list[Edit]:
        if yes_no(_THANKING.sub("", clause)) is True:
            return [Edit(Do.APPROVE)]
        verdict = VERDICT.match(aligned(clause))
        if verdict is not None:
            rest = self._one(clause[verdict.end() :])
            if rest is not None:
                return [rest, Edit(Do.APPROVE)]
        one = self._one(clause)
        if verdict is not None and (one is None or one.do is not Do.APPROVE):
            return []
        return [] if one is None else [one]

    def _one(self, clause: str) -> Edit | None:
        if len(re.split(r"\s?:\s", clause, maxsplit=1)[0]) > LONGEST:
            return None
        clause = numbered(clause, self._things)
        of_each = _OF_EACH.fullmatch(fold(clause).strip(" .!"))
        if of_each:
            wanted = of_each["word"] in ("oui", "ok", "yes")
            return Edit(Do.RESTORE if wanted else Do.DROP, (int(of_each["number"]),))
        edit = with_link(clause) or question(clause) or impossible(clause) or _number_first(clause, self._now)
        edit = edit or with_inline_words(clause) or _by_table(clause) or _about_subject(clause, self._now)
        later = moved(clause, self._now) if edit is None or edit.do is Do.STOP else None
        return later or edit  # « on attend demain 14 h » names when


def _is_echo(edit: Edit, rewritten: str) -> bool:
    """« plutôt à 18 h, remplace 17 h par 18 h »: the hour is that of the thing."""
    hour = f"{edit.at:%-H} h" if edit.at else ""
    return bool(hour) and hour in rewritten


def _is_subject(clause: str) -> bool:
    folded = fold(clause).strip()
    if re.fullmatch(rf"{_NUMBERS} = .{{1,60}}", folded):
        return True
    return bool(re.match(r"(?:pour|sur|dans) ", folded) and _NUMBER_FIRST.fullmatch(folded)) or bool(
        re.fullmatch(rf"(?:pour |sur |dans )?{_NUMBERS}(?: =.{{1,60}})?", folded) and not folded[:1].isdigit()
    )


def _says_nothing(clause: str) -> bool:
    folded = fold(clause).strip(" .!?,")
    return is_courtesy(clause) or is_thanks(folded) or NO_MATTER.fullmatch(folded) is not None


def _by_table(clause: str) -> Edit | None:
    head, tail = _halves(clause)
    for folded in _readings(head):
        for rule in RULES:
            match = rule.pattern.match(folded)
            edit = match and _by_rule(rule, match, head, tail, folded)
            if edit:
                return edit
    return None


def _halves(clause: str) -> tuple[str, str]:
    """What stands before a colon, and the words after it; the one of an address is none."""
    head, *tail = re.split(r":(?!//)", clause, maxsplit=1)
    return head, "".join(tail)


def _readings(head: str) -> Iterator[str]:
    """How the head of a clause may be meant: without courtesy, and with slips set right."""
    yield without_please(without_slips(fold(head).strip()))


def _by_rule(rule: Rule, match: re.Match[str], head: str, tail: str, folded: str) -> Edit | None:
    do, found = rule.do, tuple(numbers(PLACES.sub(" ", fold(head))))
    words = tail.strip().rstrip("?" if tail.strip()[:1] in '«"“' else "").strip(QUOTES)
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
    if words and found:
        return Edit(Do.APPEND, tuple(found), words)
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
        words = tail[match.end() :].strip(QUOTES) if match else ""
        if words:
            return Edit(do, (number,), words)
    return with_inline_words(f"dans {number}, {tail}") or _of_number(number, tail, now)


def _of_number(number: int, said: str, now: dt.datetime) -> Edit | None:
    """What is said of one thing without naming it again: « à enlever », « en tête »."""
    verb, colon, words = re.sub(r"^(?:à|a|est à) ", "", said).partition(":")
    if numbers(verb):
        return None
    for attempt in (f"{verb.strip()} {number}{colon}{words}", f"{number} {said}"):
        edit = _by_table(attempt)
        if edit is not None and edit.numbers == (number,):
            return edit
    return None


def _about_subject(clause: str, now: dt.datetime) -> Edit | None:
    """« la 4 et la 6 disent la même chose : fusionne-les », « la 7, on l'enlève »."""
    subject = _SUBJECT.match(aligned(clause))
    found = tuple(numbers(subject["about"])) if subject else ()
    said = fold(clause[subject.end() :]).strip(" .!") if subject else ""
    if not found or not said or numbers(said) or ":" in said or len(said.split()) > 6:
        return None
    pronoun = _PRONOUN.match(said)
    verb = said
    if pronoun:
        verb = pronoun["verb"] or f"{pronoun['bare']}{pronoun['rest']}"
    first, _, rest = without_please(verb).partition(" ")
    edit = _by_table(f"{first} {' et '.join(map(str, found))} {rest}".strip())
    return edit if edit is not None and edit.numbers == found else None
