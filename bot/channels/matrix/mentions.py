"""Whether a message is for us: our name opens or closes it, as people and their clients write names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.matrix import markup
from bot.channels.matrix.fields import fields, identifier, items, text

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")
_LINK = r"\[([^\[\]\n]{0,300}+)\]\(<?([^()<>\s]{1,500}+)>?\)"
_LINK_FIRST = re.compile(_LINK)
_LINK_LAST = re.compile(rf"{_LINK}\Z")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_CLOSING = re.compile(r"[\s?!.…]*\Z")
_MOST = 300  # characters in which a name must stand; display names have at most 256 bytes
_AFTER = re.compile(r"\s*([:,])(\s*)|(\s+)(?=!\w)|(\s+|\Z)")


@dataclass(frozen=True)
class Me:
    """Who we are: the user id, and the display name that people see."""

    user_id: str
    name: str = ""

    @property
    def localpart(self) -> str:
        """The user id without its sign and server."""
        return self.user_id.removeprefix("@").partition(":")[0]


@dataclass(frozen=True)
class Address:
    """A message's words without our name, and whether that name stood at one of its ends."""

    body: str
    ours: bool


def address(body: str, content: Mapping[str, Any], me: Me) -> Address:
    """Take our name off the beginning or the end of a message.

    A name with ``:`` or ``,`` after it, or ``@`` before it, is meant for us.  Without those it takes a
    pill, or ``m.mentions``, to tell « Navette récap » from « Navette est super ».
    """
    formatted = text(content.get("formatted_body"))
    shown = [name for person, name in markup.pills(formatted) if person == me.user_id] if formatted else []
    confirmed = bool(shown) or _mentioned(content, me)
    names = _names(me, shown)
    stripped = body.strip()
    for cut in (_cut_first, _cut_last):
        rest = cut(stripped, names, me, confirmed)
        if rest is not None:
            return Address(rest.strip(), ours=True)
    return Address(body, ours=False)


def folded(words: str) -> str:
    """The form in which names are compared: no case, no accents, nothing unseen, plain single spaces."""
    letters = unicodedata.normalize("NFKD", _UNSEEN.sub("", words))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def _mentioned(content: Mapping[str, Any], me: Me) -> bool:
    """``m.mentions`` has us, and not only because the message answers one of ours, as clients fill it in."""
    if fields(content.get("m.relates_to")).get("m.in_reply_to") is not None:
        return False
    told = items(fields(content.get("m.mentions")).get("user_ids"))
    return any(identifier(each) == me.user_id for each in told)


def _names(me: Me, shown: list[str]) -> list[str]:
    """What we may be called, folded, the longest first: an id begins with the name that it is made of."""
    said = [me.user_id.removeprefix("@"), me.localpart, me.name, *(name.lstrip("@") for name in shown)]
    bare = (_EDGES.sub("", name) for name in said)
    names = {folded(name) for name in (*said, *bare)}
    return sorted((name for name in names if len(name) > 1), key=len, reverse=True)


def _cut_first(body: str, names: list[str], me: Me, confirmed: bool) -> str | None:
    """What follows our name at the beginning, None if it is not there or not meant for us."""
    link = _LINK_FIRST.match(body)
    if link and markup.person_of(link[2]) == me.user_id:
        return re.sub(r"\A\s*[:,]?", "", body[link.end() :], count=1)
    at = body.startswith("@")
    for end in _ends(body, names, int(at)):
        after = _AFTER.match(body, end)
        if not after:
            continue
        glued = after[1] == ":" and not after[2] and after.end() < len(body)
        if at and glued and not confirmed and folded(body[1:end]) != folded(me.user_id[1:]):
            continue  # "@navette:elsewhere.example": somebody else of that name
        if at or confirmed or after[1] or after[3]:
            return body[after.end() :]
    return None


def _cut_last(body: str, names: list[str], me: Me, confirmed: bool) -> str | None:
    """What precedes our name at the end; a question mark behind it is kept."""
    closing = _CLOSING.search(body[-_MOST:])
    marks = closing[0] if closing else ""
    words = body[: len(body) - len(marks)]
    question = f"{' ' if marks[:1].isspace() else ''}?" if "?" in marks else ""
    link = _LINK_LAST.search(words, max(0, len(words) - 810))
    if link and markup.person_of(link[2]) == me.user_id:
        return _without_comma(words[: link.start()]) + question
    for start in _starts(words, names):
        before = words[:start]
        at = before.endswith("@")
        before = before[:-1] if at else before
        if before and not (before[-1].isspace() or before[-1] in ",:"):
            continue
        if at or confirmed or _calls(before, words[start:], me):
            return _without_comma(before) + question
    return None


def _calls(before: str, name: str, me: Me) -> bool:
    """« récap, Navette » calls us; « bus, train, navette » lists, as does a name not written as a name."""
    line = before.rpartition("\n")[2].rstrip()
    return line.endswith(",") and line.count(",") == 1 and name in (me.name, me.user_id)


def _without_comma(before: str) -> str:
    return before.rstrip().removesuffix(",").rstrip()


def _ends(body: str, names: list[str], start: int) -> Iterator[int]:
    """Where a name that begins at ``start`` ends, the longest name first; ``[name]`` is a name too."""
    window = body[start : start + _MOST]
    if window.startswith("["):
        inside, bracket, _ = window[1:].partition("]")
        if bracket and folded(inside) in names:
            yield start + len(inside) + 2
        return
    opening = folded(window)
    for name in names:
        if opening.startswith(name):
            for end in range(len(window), 0, -1):
                if not window[end - 1].isspace() and folded(window[:end]) == name:
                    yield start + end
                    break


def _starts(body: str, names: list[str]) -> Iterator[int]:
    """Where a name that ends the text starts, the longest name first."""
    first = max(0, len(body) - _MOST)
    window = body[first:]
    if window.endswith("]"):
        opening = window.rfind("[")
        if opening > 0 and folded(window[opening + 1 : -1]) in names:
            yield first + opening
        return
    closing = folded(window)
    for name in names:
        if closing.endswith(name):
            for start in range(len(window)):
                if not window[start].isspace() and folded(window[start:]) == name:
                    yield first + start
                    break
