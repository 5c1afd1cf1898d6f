"""What of a message its author says: without quotes, and what is forwarded apart from its headers."""

from __future__ import annotations

from bot.french.fold import unaccent
from bot.french.patterns import Pattern, any_of

_FORWARDED = Pattern(
    r"[-_=* ]{2,}\s?"
    + any_of(r"message (?:transfere|d'origine|original|initial) | forwarded message | original message")
    + r"|debut du message (?:transfere|reexpedie)"
)
_HEADER = Pattern(
    r"\W{0,3}"
    + any_of(
        r"""de | from | date | envoyee?(?: le)? | sent | objet | sujet | subject | a | to | cc | cci | pour
    expediteur | destinataires? | repondre a | reply-to"""
    )
    + r"\W{0,3} ?:"
)
_PAPER = Pattern(
    r".{0,4}\b(?:avant d'imprimer|n'imprimez (?:ce|cet) |pensez a l'environnement avant)"
    r"|.{0,40}\bdesinscri(?:re|ption)\b.{0,60}https?:|(?:envoyee?|sent) (?:de(?:puis)?|from) (?:mon|ma|my)\b"
)


# What the others need: a text without any of it is one part, and most are.
_SUSPECT = (">", "messag", "imprim", "inscri", "envoy", "environ", "sent ")


def own_parts(text: str) -> list[str]:
    """The author's own words, then each text forwarded in the message, when there is any."""
    lower = text.lower()
    if not any(word in lower for word in _SUSPECT):
        return [text]
    parts: list[list[str]] = [[]]
    in_headers = False
    for line in text.splitlines():
        folded = unaccent(line).strip()
        if _FORWARDED.match(folded):
            parts.append([])
            in_headers = True
        elif in_headers and (not folded or _HEADER.match(folded)):
            continue
        elif not _is_foreign(folded):
            in_headers = False
            parts[-1].append(line)
    return ["\n".join(part) for part in parts if any(line.strip() for line in part)]


def _is_foreign(folded: str) -> bool:
    """Whether a line is quoted, or stands below mails for other ends."""
    return folded.startswith(">") or _PAPER.match(folded) is not None
