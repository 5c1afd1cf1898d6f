"""Habits of answering machines that no header tells: a title of their own, a new address, a test to pass."""

from __future__ import annotations

import re

from bot.mail.fold import fold, holds_one, phrases
from bot.mail.kinds import automatic_words as words
from bot.mail.kinds.automatic_clues import LONG, Clues
from bot.mail.kinds.families import family

SHORT = 600

_CLOSED = family(
    r"\b(?:est|sera|sont|seront|reste|is|are|will be) (?:actuellement |exceptionnellement )?(?:ferme|closed)",
    r"\bfermeture (?:annuelle|estivale|exceptionnelle|hivernale|du|de|pour)",
    r"\b(?:message|reponse|mail) automatique",
    r"\bout of (?:the )?office",
    r"\babwesend",
)
_TICKET = family(
    r"\b(?:un |votre |a |your )?(?:ticket|dossier|case|demande|request) (?:a ete|est|has been|was|n)\b",
    r"\b(?:ticket|dossier|case) (?:is |est )?(?:n\W{1,3})?#?\d{3,}",
    r"\baccus(?:ons|e) (?:bien )?(?:de )?reception",
    r"[#\[](?:\w{1,12}[-:])?\d{3,}",
)
_MOVED = family(
    r"\bn'utilise(?:rai|rons|ns|ons)? (?:plus|pas) (?:cette|mon ancienne|notre ancienne) (?:adresse|boite)",
    r"\b(?:cette|mon|notre|son) (?:ancienne )?adresse (?:electronique |mail |e-?mail )?"
    + phrases("change", "a change", "n'est plus", "ne sera plus", "sera supprim", "est remplacee"),
    r"\b(?:ma|notre|sa) nouvelle adresse|^\W{0,5}nouvelle adresse",
    r"\bcette (?:boite|adresse|messagerie) (?:\w{1,14} )?(?:sera|est|a ete) (?:supprim|ferm|desactiv)",
    r"\b(?:ecrire|joindre|contacter) (?:dorenavant|desormais)",
    r"\b(?:ne travaille|n'occupe|ne fais|ne suis|n'est|ne fait) plus "
    r"(?:a |au |pour |dans |ce |cette |partie|en poste|salari)",
    r"\b(?:ai|a) quitte (?:l'|la |le |mes |ses |mon |son |notre )",
    r"\bretraitee? depuis",
    r"\b(?:no longer (?:use|work|with)|(?:my|our) new (?:e-?mail )?address|has left the)",
)
_ASKS_US = re.compile(
    r"\b(?:mettre a jour|mettez|pouvez-vous|peux-tu|pourriez|inscri\w+|desinscri\w+|remplace[rz]|modifie[rz]"
    r"|change[rz]|note[rz]|enregistre[rz]|update|could you|can you)\b"
).search
_ROBOT = family(
    r"\b(?:pas un robot|(?:bien )?(?:un|une) (?:humain|personne reelle)|(?:etes|sois) (?:bien )?humain)",
    r"\b(?:not a robot|you are (?:a )?human|real person)",
)
_HELD = family(
    r"\b(?:pas (?:encore )?ete|n'a pas ete|n'est pas encore) (?:remis|delivre|distribue|transmis)",
    r"\bnecessite (?:une |votre )?(?:authentification|validation|verification|confirmation)",
    r"\bpour que votre (?:message|courriel|mail)[^.\n]{0,80}(?:remis|delivre|transmis)",
    r"\bpremiere fois que vous (?:nous |lui )?ecrivez",
    r"\ben attente (?:de|d'une) (?:validation|confirmation|moderation|verification)",
    r"\b(?:is|being|was) (?:held|on hold|pending|awaiting)",
)
_PROVE = family(
    r"\b(?:clique[rz]|recopie[rz]|confirme[rz]|valide[rz]|authentifi\w+|prouve[rz]|click|confirm|verify)\b"
)


_OF_GATES = (
    "robot",
    "humain",
    "human",
    "reelle",
    "person",
    "attente",
    "held",
    "pending",
    "necessite",
    "fois",
)


def under_its_own_title(clues: Clues) -> str | None:
    """A machine answers under a title of its own, where people leave ours behind « Re: »."""
    if not clues.titles_itself or len(clues.text) > 2 * SHORT or "?" in clues.text or clues.to_somebody:
        return None
    said = f"{clues.title}\n{clues.folded}"
    alone = (words.SELF, words.ABSENT, words.LATER, words.OF_YOUR_MAIL, _CLOSED, _TICKET, _MOVED)
    if any(found.search(said) for found in alone):
        return "own-title"
    return "own-title" if words.RECEIVED.search(said) and words.PROMISED.search(said) else None


def thanks_and_is_away(clues: Clues) -> str | None:
    """« Merci de votre message. Le studio est fermé jusqu'au 10. »; a ticket that promises an answer."""
    if not clues.answers or len(clues.text) > SHORT or "?" in clues.text or clues.by_hand:
        return None
    said = f"{clues.title}\n{clues.folded}"
    if not words.RECEIVED.search(said):
        return None
    if _TICKET.search(said) and words.PROMISED.search(said):
        return "ticket"
    away = words.ABSENT.search(said[:LONG]) or _CLOSED.search(said)
    return "thanks-and-is-away" if away and not clues.to_somebody else None


def has_moved(clues: Clues) -> str | None:
    """« Je n'utilise plus cette adresse. Vous pouvez me joindre : … »"""
    if not clues.answers or len(clues.text) > SHORT or "@" not in clues.text or "?" in clues.text:
        return None
    if clues.by_hand:
        return None
    return "moved" if _MOVED.search(clues.folded) and not _ASKS_US(clues.folded) else None


def asks_for_proof(clues: Clues) -> str | None:
    """« Cliquez sur ce lien pour prouver que vous n'êtes pas un robot »: a gate before a mailbox."""
    if "http" not in clues.text or len(clues.text) > 2 * SHORT:
        return None
    said = f"{clues.title}\n{clues.folded}"
    if not holds_one(said, _OF_GATES):
        return None
    signs = sum(bool(found.search(said)) for found in (_ROBOT, _HELD, _PROVE))
    return "challenge" if signs > 1 and (_ROBOT.search(said) or _HELD.search(fold(clues.subject))) else None
