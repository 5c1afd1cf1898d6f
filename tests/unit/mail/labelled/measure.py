"""How well mails are read: ``python -m tests.unit.mail.labelled.measure PORTION [NAME]``.

Without a name, the rates and the cases that fail; with one, what that case should give and what it gives.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.mail.message import Kind, Mail
from bot.mail.read import read
from tests.unit.mail.labelled.cases import PORTIONS, Case, cases

# A list item is one, whatever sign its client gave it in the plain text.
_BULLETS = re.compile(r"^[ \t\u00a0]*[-*\u2022\u00b7o][ \t\u00a0]+", re.MULTILINE)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\ufeff"))


def collapsed(text: str) -> str:
    """The words, one space between; no-break spaces are spaces, and what has no width is nothing."""
    return " ".join(_BULLETS.sub("- ", text.translate(_UNSEEN)).split())


@dataclass(frozen=True)
class Words:
    """What the own words of one case came to."""

    case: Case
    mail: Mail
    lost: tuple[str, ...]  # lines of the author that are not there
    left: tuple[str, ...]  # lines of others that are

    @property
    def text(self) -> str:
        """What is given."""
        return self.mail.text

    @property
    def untied(self) -> tuple[str, ...]:
        """Answers that are not told with the quoted line that they stand below."""
        told = [(collapsed(one.to), f" {collapsed(one.text)} ") for one in self.mail.answers]
        return tuple(
            answer["text"]
            for answer in self.case.label.get("answers", ())
            if not any(
                to == collapsed(answer["to"]) and f" {collapsed(answer['text'])} " in text
                for to, text in told
            )
        )

    @property
    def exact(self) -> bool:
        """Whether the text is the label's, white space aside."""
        return collapsed(self.text) == collapsed(self.case.label["text"])

    @property
    def lines(self) -> int:
        """How many lines the author wrote."""
        return len(_lines(self.case.label["text"]))


def _lines(text: str) -> list[str]:
    return [line for line in map(collapsed, text.split("\n")) if line]


def lost_lines(expected: str, text: str) -> tuple[str, ...]:
    """The lines of ``expected`` that do not follow one another in ``text``."""
    whole = f" {collapsed(text)} "
    lost: list[str] = []
    at = 0
    for line in _lines(expected):
        found = whole.find(f" {line} ", at)
        if found < 0:
            lost.append(line)
        else:
            at = found + len(line) + 1
    return tuple(lost)


def left_lines(quoted: Iterable[str], expected: str, text: str) -> tuple[str, ...]:
    """The lines of others, of more than three words, that stand in ``text`` and not in ``expected``."""
    whole, allowed = f" {collapsed(text)} ", f" {collapsed(expected)} "
    lines = (collapsed(line) for line in quoted)
    return tuple(
        line for line in lines if line.count(" ") >= 3 and f" {line} " in whole and f" {line} " not in allowed
    )


def measure_words(portion: str) -> list[Words]:
    """The own words of every case whose label has them."""
    return [_words(case) for case in cases(portion, "text")]


def _words(case: Case) -> Words:
    mail, expected = read(case.raw), case.label["text"]
    left = left_lines(case.label["quoted"], expected, mail.text)
    return Words(case, mail, lost_lines(expected, mail.text), left)


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    good: int
    of: int

    @property
    def value(self) -> Fraction:
        """1 where there is nothing to get wrong."""
        return Fraction(self.good, self.of) if self.of else Fraction(1)

    def __str__(self) -> str:
        return f"{float(self.value):.2%} ({self.good}/{self.of})"


def exact_rate(found: Sequence[Words]) -> Rate:
    """Mails whose own words are the label's, all of them and nothing else."""
    return Rate(sum(one.exact for one in found), len(found))


def kept_rate(found: Sequence[Words]) -> Rate:
    """Lines that the authors wrote and that are still there."""
    lines = sum(one.lines for one in found)
    return Rate(lines - sum(len(one.lost) for one in found), lines)


def clean_rate(found: Sequence[Words]) -> Rate:
    """Mails with quoted lines of which none is left."""
    quoting = [one for one in found if one.case.label["quoted"]]
    return Rate(sum(not one.left for one in quoting), len(quoting))


def tied_rate(found: Sequence[Words]) -> Rate:
    """Answers between quoted lines that are told with what they answer."""
    answers = sum(len(one.case.label.get("answers", ())) for one in found)
    return Rate(answers - sum(len(one.untied) for one in found), answers)


RATES: dict[str, Callable[[Sequence[Words]], Rate]] = {
    "exact": exact_rate,
    "kept": kept_rate,
    "clean": clean_rate,
    "tied": tied_rate,
}


def by(found: Sequence[Words], key: str) -> dict[str, list[Words]]:
    """The outcomes by what their labels say under ``key``."""
    groups: dict[str, list[Words]] = {}
    for one in found:
        groups.setdefault(str(one.case.label.get(key, "")), []).append(one)
    return dict(sorted(groups.items()))


@dataclass(frozen=True)
class Told:
    """What kind one case was told to be."""

    case: Case
    mail: Mail

    @property
    def right(self) -> bool:
        """Whether it is the label's kind."""
        return bool(self.mail.kind == self.case.label["kind"])

    @property
    def address_is_right(self) -> bool:
        """Whether a bounce names a recipient of the label, or the address we wrote to, its alias."""
        bounce = self.mail.bounce
        wanted = self.case.label["recipients"]
        if not wanted:
            return bounce is None or not bounce.address
        return bounce is not None and bounce.address in (wanted[0]["address"], wanted[0].get("original"))

    @property
    def permanence_is_right(self) -> bool:
        """Whether it failed for good, as the label says of the first."""
        bounce, wanted = self.mail.bounce, self.case.label["recipients"]
        return not wanted or (bounce is not None and bounce.permanent is wanted[0]["permanent"])

    @property
    def addressed(self) -> bool:
        """Whether both are right, where the label speaks of recipients."""
        return "recipients" not in self.case.label or (self.address_is_right and self.permanence_is_right)

    def __str__(self) -> str:
        found = self.mail.bounce and (self.mail.bounce.address, self.mail.bounce.permanent)
        return f"{self.case.name}: {self.mail.kind} ({self.mail.reason}) {found or ''}"


def measure_kinds(portion: str) -> list[Told]:
    """The kind of every case whose label tells one."""
    return [Told(case, read(case.raw)) for case in cases(portion, "kind")]


def recall(told: Sequence[Told], kind: str) -> Rate:
    """Of the mails of that kind, those that are told for it."""
    of_kind = [one for one in told if one.case.label["kind"] == kind]
    return Rate(sum(one.right for one in of_kind), len(of_kind))


def addressed_rate(told: Sequence[Told]) -> Rate:
    """Of the bounces and delays, those told with whom they are about and how lasting it is."""
    failures = [one for one in told if one.case.label["kind"] in (Kind.BOUNCE, Kind.DELAY)]
    return Rate(sum(one.right and one.addressed for one in failures), len(failures))


def main(arguments: list[str]) -> int:
    """Print; exit 2 for wrong usage or a name that is none."""
    if not arguments or arguments[0] not in PORTIONS or len(arguments) > 2:
        print(f"usage: measure {{{'|'.join(PORTIONS)}}} [NAME]", file=sys.stderr)
        return 2
    words, told = measure_words(arguments[0]), measure_kinds(arguments[0])
    if len(arguments) == 1:
        _print_rates(words)
        _print_kinds(told)
        return 0
    name = arguments[1]
    differing = [one for one in words if one.case.name == name]
    for one in differing:
        _print_difference(one)
    mistold = [one for one in told if one.case.name == name]
    for other in mistold:
        print(f"{other.case.path}\n{other.case.label}\n{other.mail}")
    return 0 if differing or mistold else 2


def _print_rates(found: Sequence[Words]) -> None:
    groups = {"all": list(found)}
    for key in ("language", "shape"):
        groups |= {f"{key} {value}": members for value, members in by(found, key).items()}
    for name, members in groups.items():
        print(f"{name:<20}" + "".join(f"  {label} {rate(members)!s:<18}" for label, rate in RATES.items()))
    for one in found:
        if not one.exact or one.untied:
            print(f"  {one.case.name}: {len(one.lost)} lost, {len(one.left)} left, {len(one.untied)} untied")


def _print_kinds(told: Sequence[Told]) -> None:
    for kind in sorted({one.case.label["kind"] for one in told}):
        print(f"{kind:<40}  recall {recall(told, kind)}")
    print(f"{'address and permanence':<40}         {addressed_rate(told)}")
    for one in told:
        if not (one.right and one.addressed):
            print(f"  {one}")


def _print_difference(one: Words) -> None:
    print(f"{one.case.path}  {one.case.label.get('client', '')}  {one.case.label.get('note', '')}")
    wanted, given = one.case.label["text"].split("\n"), one.text.split("\n")
    for line in difflib.unified_diff(wanted, given, "label", "read", lineterm="", n=99):
        print(line)
    for line in one.left:
        print(f"left: {line}")
    for answer in one.untied:
        print(f"untied: {answer}")
    for given_answer in one.mail.answers if one.untied else ():
        print(f"told: {given_answer}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
