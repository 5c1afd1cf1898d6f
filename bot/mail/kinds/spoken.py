"""What a server says to people of a delivery: whose mail failed, and whether for good.

Everything here looks at folded text, at most ``MAX_SPOKEN`` of it; each step is linear in that.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.mail.fold import fold, phrases
from bot.mail.kinds.daemon import is_daemon_address
from bot.mail.kinds.failure_words import FOR_NOW, GIVEN_UP, NOT_DELIVERED, REFUSED

MAX_SPOKEN = 20_000
MAX_CANDIDATES = 60
NEAR = 260
SURE = 5

_ADDRESS = re.compile(r"[a-z0-9_.+%=&~#/'-]{1,64}@[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,6}")
_RETURNED = phrases(
    "original", "returned", "unsent", "undelivered", "old", "source", "copy of", "copie d", "copia d"
)
_MAIL = phrases(
    *("message", "mail", "e-mail", "header", "text", "courrier", "nachricht", "mensaje", "messaggio"),
    "mensagem",
    "bericht",
)
# Where the copy of the mail begins: a line that says so, or a header that no server says by itself.
_COPY = re.compile(
    r"^[ \t>|*_=-]{0,80}"
    + phrases(
        r"(?:(?:this|the following|below|here|ci-dessous|a|voici)\b[^\n]{0,40})?\b"
        rf"{_RETURNED}\b[^\n]{{0,40}}\b{_MAIL}[^\n]{{0,80}}$",
        r"message (?:text|headers?|body) follow",
        *("message d'origine", "en-?tetes? d", "ursprung", r"the (?:header|first \d)", "kopie "),
        r"(?:received|return-path|mime-version|x-[\w-]{1,40}|content-type|dkim-signature):",
    ),
    re.MULTILINE,
)
_LABELLED = re.compile(
    phrases(
        *("final-recipient", "original-recipient", "rcpt to", r"recipients?(?: address)?", "destinataires?"),
        *("unknown user", "failed attempts?", "empfanger", "destinatari[oa]s?", "ontvanger", r"\bfor"),
        r"\bto",
        *(r"\bpour", r"adresse?(?: e-?mail)?", r"\buser", fold("受信者"), fold("宛先")),
    )
    + r"[ \t]{0,6}:?[ \t]{0,6}(?:rfc822[ \t]?;)?[ \t]?[<\"'(\[]{0,2}$"
).search
_NOT_FOR_IT = re.compile(
    phrases(
        *(r"(?<!generated )(?<!expanded )\bfrom\b", r"\bsender", r"expedit\w{1,8}", "absender", "remitente"),
        *("mittente", "remetente", "afzender", r"\bcontact\w{0,6}", "message-?id", r"\bid\b"),
        r"https?://\S{0,80}",
        *("reference", r"\bplease", "veuillez", r"\breply to", r"\bwrite to", r"\bto us at", "envoyer un"),
        *("ecrire a", "support", r"\bhelp", "assistance", "postmaster", r"\bcopy to", "return-path"),
        "reply-to",
        *(r"x-[\w-]{1,40}", fold("送信者"), fold("差出人")),
    )
    + r"[^\n@]{0,40}$"
).search
_WRITTEN_AS_TO = re.compile(r"[ \t>]{0,6}(?:to|a|cc|an|para|aan|pour)[ \t]{0,3}:").match
_AT_START = re.compile(r"[\s>*•·\-–\"'<(\[]{0,12}(?:smtp:|mailto:)?").fullmatch
_ALONE = re.compile(
    r"[>\"')\],.;:\s]{0,6}(?:<?mailto:[^>\s]{0,200}>|\(\s?mailto:[^)\s]{0,200}\))?[\s:.]{0,4}"
).fullmatch
_ENHANCED = re.compile(r"(?<![\d.])([45])\.(?:\d{1,2})\.\d{1,3}(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?<![\w.:/-])#?([45])[0-5]\d(?=[ \t\-:;,)\]>'\".]|$)(?!\.\d)", re.MULTILINE)
_BARE_NAME = re.compile(r":[ \t]{0,4}\n\s{0,20}([a-z0-9][a-z0-9_.+-]{1,60})[ \t]{0,4}(?:\n|$)").search


@dataclass(frozen=True)
class Complaint:
    """The address that a text complains about.  ``weight``: from ``SURE`` on there is hardly a doubt."""

    address: str
    weight: int
    end: int  # where it stands


@dataclass(frozen=True)
class Spoken:
    """A server's text, folded, and where the copy of the returned mail begins in it."""

    text: str
    copy: int

    @property
    def own(self) -> str:
        """What the server says itself."""
        return self.text[: self.copy]


def listen(text: str) -> Spoken:
    """Fold a text and find where the returned mail begins."""
    folded = fold(text[:MAX_SPOKEN])
    match = _COPY.search(folded)
    # A text that begins with what looks like a copy has nothing else to say.
    copy = match.start() if match and folded[: match.start()].strip() else len(folded)
    return Spoken(folded, copy)


def complaint(spoken: Spoken, excluded: Collection[str]) -> Complaint | None:
    """The address that the text complains about most; never one of ``excluded`` nor a daemon's."""
    found: list[Complaint] = []
    announcements = [match.end() for match in NOT_DELIVERED.finditer(spoken.own)]
    said, announced = 0, -1_000
    for number, match in enumerate(_ADDRESS.finditer(spoken.text)):
        if number >= MAX_CANDIDATES:
            break
        while said < len(announcements) and announcements[said] <= match.start():
            announced = announcements[said]
            said += 1
        address = _clean(match[0])
        if address not in excluded and not is_daemon_address(address):
            found.append(Complaint(address, _weigh(spoken, match, announced), match.end()))
    if not found:
        return None
    heaviest = max(candidate.weight for candidate in found)
    # Of several that failed one may be said to be more dead than the first.
    least = heaviest if heaviest < SURE else max(SURE, heaviest - 2)
    return next(candidate for candidate in found if candidate.weight >= least)


def bare_name(spoken: Spoken) -> str:
    """The name below « … could not be delivered: » where a provider leaves its own domain out."""
    told = NOT_DELIVERED.search(spoken.own)
    match = _BARE_NAME(spoken.own, told.end()) if told else None
    return match[1] if match else ""


def _clean(address: str) -> str:
    address = address.removeprefix("smtp=").removeprefix("rfc822=").strip("'/&~")
    return address.rpartition(";")[2]


def _weigh(spoken: Spoken, match: re.Match[str], announced: int) -> int:
    """How much the place of an address speaks for its being the one that failed."""
    text, start, end = spoken.text, match.start(), match.end()
    line = max(text.rfind("\n", 0, start) + 1, start - 300)
    before = text[line:start]
    after = text[end : min(end + 300, _line_end(text, end))]
    behind = text[end : end + 300]
    weight = 1
    if _AT_START(before):
        weight += 4 if _ALONE(after) else 2
    if start - announced <= NEAR:
        weight += 3
    if _LABELLED(before[-60:]):
        weight += 3
    following = _ADDRESS.search(behind)
    if REFUSED.search(before[-100:] + match[0] + (behind[: following.start()] if following else behind)):
        weight += 2
    if _NOT_FOR_IT(before[-100:]):
        weight -= 5
    if _WRITTEN_AS_TO(before):
        weight -= 3
    if start >= spoken.copy:
        weight -= 4
    return weight


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def is_permanent(spoken: Spoken, about: Complaint | None) -> bool:
    """By the code that stands next to the address, else by the first one, else by the words.

    Without any, a server that gives up has given up for good.
    """
    own = spoken.own
    if about is not None and about.end < len(own):
        near = own[max(0, about.end - 200) : about.end + 700]
        code = _code(own[about.end : about.end + 700]) or _code(near)
        if code:
            return code == "5"
    code = _code(own)
    if code:
        return code == "5"
    return not FOR_NOW.search(own) or bool(GIVEN_UP.search(own))


def _code(text: str) -> str:
    """4 or 5: of the first enhanced status code (RFC 3463), else of the first reply code (RFC 5321)."""
    enhanced, reply = _ENHANCED.search(text), _REPLY_CODE.search(text)
    if enhanced and (not reply or enhanced.start() <= reply.end() + 40):
        return enhanced[1]
    return reply[1] if reply else enhanced[1] if enhanced else ""
