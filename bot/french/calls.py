"""Calls for projects that a funder opens (AAP, AMI, grants, prizes): who may answer, how much, until when."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from bot.french.amounts import find_amounts
from bot.french.cues.cue import table
from bot.french.dates.finder import find
from bot.french.fold import aligned
from bot.french.patterns import Pattern
from bot.french.resources import find_resources
from bot.french.sentences import split

__all__ = ["FundingCall", "find_call"]

_MOST_READ: Final = 20_000
# What can only be such a call.
_CALL = Pattern(
    table(
        r"""aaps?\b
    appels? a (?:des )?(?:projets?|initiatives?|solutions?) | appels? a manifestations? d'interets?
    appel a candidatures? (?:du|de la|des|de l'|pour le (?:fonds|prix|label|programme))
    appel a propositions"""
    )
)
# Written in capitals it is a call; in small letters they are friends.
_AMI = Pattern(r"\bA\.?M\.?I\b")
# What is a call if somebody who gives opens it.
_MONEY = Pattern(
    table(
        r"""bourses?\b(?! (?:aux?|d'echange|du travail|de plantes?)\b) | subventions?\b
    fonds\b(?! de (?:carte|teint|commerce|salle|court)) | fondations? | concours\b | trophees? | mecenat
    dispositif d'aide
    prix (?:regional|departemental|national|de l'|de la|des|du|ess|[a-z]+ 20\d\d)
    aides? (?:a|aux|de la|de l'|du|regionales?|departementales?|financieres?|europeennes?)\b
    financements?\b | soutien financier | fdva\b | feder\b | leader\b | dsil\b | cofinancements?"""
    )
)
_GIVER = Pattern(
    table(
        r"""region\b | regional | departement\b | departemental | prefecture | etat\b | drac\b | ademe\b
    caf\b | ars\b
    fondation | metropole | agglo[a-z]* | communaute de communes | mairie | ville de | commune de | anct\b
    union europeenne | europe\b | europeen | feder\b | fse\b | leader\b | fdva\b | agence (?:de|nationale|
    regionale)
    banque | caisse | france [a-z]+ | ministere | conseil (?:regional|departemental) | cress\b | msa\b
    mecene
    dreets\b | drajes\b | direction (?:regionale|departementale) | office (?:francais|national)
    fonds [a-z]"""
    )
)
_OPENS = Pattern(
    table(
        r"""lanc(?:e|ent|ement)\b | relanc(?:e|ent)\b | ouvr(?:e|ent|ira|iront)\b | ouverte?s?\b
    ouverture
    (?:est|sont) (?:en ligne|parue?s?|sortie?s?|publiee?s?) | propose(?:nt)?\b | financ(?:e|ent|era)\b
    soutien(?:t|nent|dra) | attribu(?:e|ent|era)\b | dotee?s?\b | candidat[a-z]* | postul[a-z]*
    (?:depot|depos(?:er|ez)) | dossiers? (?:sont |est )?(?:a|avant|jusqu) | dossier\b | jusqu'a
    avant (?:le|la|fin|\d|noel) | cloture | date limite | eligibles? | beneficier | peuvent (?:repondre|
    demander|obtenir) | reconduit
    (?:repondre|repondez) (?:a|avant) | campagne | session | edition\b | vient de (?:sortir|paraitre|
    s'ouvrir)
    accorde(?:nt)?\b | recompense(?:nt)? | cherche(?:nt)? des (?:projets|lieux|structures)"""
    )
)
# A last day alone announces nothing: it is a word about a call told elsewhere.
_CLOSES = Pattern(table(r"""clot(?:ure)?(?:nt)?\b | (?:ferme|arrete)(?:nt)? (?:le|la|les|ses|son|sa)\b"""))
_LAUNCHES = Pattern(
    table(r"""(?:re)?lanc(?:e|ent|ement)\b | ouvr | propose | financ | soutien | dote | attribu""")
)
# What tells of one that is behind, or of the paper work of what was given.
_BEHIND = Pattern(
    table(
        r"""laureate?s? (?:de|du|d'|a)\b | (?:est|sommes|etes|sont) laureate?s? | (?:a ete|ont ete|est|
    sont) (?:bien )?(?:
    versee?s?|attribuee?s?|notifiee?s?|accordee?s?|votee?s?|refusee?s?|obtenue?s?|encaissee?s?)
    (?:avons|ont|a|ai) (?:bien |deja |donc )?(?:depos|obten|recu|touch|gagn|remport|envoye|repondu|
    candidate)[a-z]*
    (?:bilan|solde|justificatif|rapport|compte rendu financier|avenant|versement|
    acompte)s? (?:[a-z]+ )?(?:de|du|des|d')\b | (?:notre|nos|ta|votre) (?:demande|dossier|subvention|
    candidature)s?\b
    (?:nous|leur|lui|m'|t') ?(?:est|sont|a ete|ont ete) (?:attribu|accord|vers)[a-z]*
    (?:est|sont) (?:clos|closes?|terminee?s?|passee?s?)\b | n'avons pas"""
    )
)
# The network's own appeals.
_OURS = Pattern(
    table(
        r"""appels? (?:a|aux) (?:contributions?|benevol[a-z]*|volontaires?|temoignages?|dons?|idees?|
    relecture[a-z]*)
    budget contributif | appel a candidatures? (?:pour|au|a la) (?:le |la )?(?:cac|conseil|bureau|gt|
    facilit)"""
    )
)
_WHO = Pattern(
    table(
        r"""ouverte?s? (?=a|aux|au) | reservee?s? (?=a|aux|au) | (?:s'adresse(?:nt)?|destinee?s?|
    accessibles?) (?=a|au)
    (?:peuvent|peut|pourront) (?:candidater|repondre|deposer|postuler|participer) ?:?
    beneficiaires? ?(?:vises |
    eligibles )?: | (?:structures|projets|lieux|publics?) (?:eligibles?|concernee?s?|vise?s?) ?:
    eligibles? ?:
    qui (?:peut|peuvent) [a-z]+ ?\? | pour (?=les (?:associations|communes|collectivites|tiers|lieux|
    entreprises))"""
    )
)
_WHO_END = Pattern(
    r"[.;:!?)(]|,? (?:dotee?|jusqu'a|avec|avant|pour un montant|a hauteur|des le|depuis)\b|,(?! )"
)
_CAN = Pattern(
    r"(?:^|[,:] ?)((?:les|toute|toutes|tous|tout) [^,.;:!?]{3,120}?) (?:peu(?:ven)?t|pourront) (?:candidater"
    r"|repondre|deposer|postuler|participer|beneficier|en beneficier|demander)"
)
_ANSWER = Pattern(
    table(r"""dossiers? | candidat[a-z]* | depot | depos[a-z]* | cloture | date limite | postul[a-z]*
    ouverte?s? jusqu
    repon(?:se|ses|dre)\b | envoi | projets?\b | jusqu'au""")
)
_TO_US = Pattern(
    table(
        r"""(?:dites|dis|signale[rz]?|ecrivez|faites|manifeste[rz]|repondez|prevenez)(?:-| )(?:moi|nous|
    le|la) | merci de"""
    )
)


_ANSWERED = Pattern(r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:re|aw|rep)\s?:")
_REFUSED = Pattern(table(r"""(?:n'est|ne sont|n'etait) (?:pas|plus) | non eligibles? | pas eligibles?"""))


@dataclass(frozen=True, slots=True)
class FundingCall:
    """A call as a message tells it: words of its author, nothing of ours.

    ``text`` is the sentence that announces it; ``who`` may answer, as it stands after « ouvert » or the
    like; ``amounts`` in cents, in their order; ``deadline`` for answering the funder; None or empty
    where nothing is said.
    """

    text: str
    who: str | None
    amounts: tuple[int, ...]
    deadline: dt.date | None
    link: str | None


def find_call(subject: str, text: str, on: dt.datetime) -> FundingCall | None:
    """The call for projects that a message written at ``on`` tells; None if it tells none.

    The network's own appeals, prizes won, grants paid and the paper work of them are none.  Of a text,
    the first 20,000 characters are read.
    """
    text = text[:_MOST_READ]
    sentences = split(text)
    announcing = _announcing(subject, sentences)
    if announcing is None:
        return None
    return FundingCall(
        text=" ".join(announcing.split()),
        who=next((who for who in map(_who, sentences) if who), None),
        amounts=tuple(dict.fromkeys(find_amounts(text))),
        deadline=_deadline(sentences, on),
        link=_link(text, announcing),
    )


def _announcing(subject: str, sentences: list[str]) -> str | None:
    """The sentence that tells of the call; of one that only the subject names, the first that opens it."""
    folded = [aligned(" ".join(sentence.split())) for sentence in sentences]
    about = aligned(subject)
    if _OURS.search(about) or _BEHIND.search(about):
        return None
    # In an answer the subject names what the sentences only speak of.
    named = _names_call(subject, about) and not _ANSWERED.match(about)
    for sentence, words in zip(sentences, folded, strict=True):
        if _OURS.search(words) or _BEHIND.search(words):
            if _names_call(sentence, words):
                return None
            continue
        if words.endswith("?") or _REFUSED.search(words) or not _OPENS.search(words):
            continue
        if _names_call(sentence, words) or named:
            return sentence
        if _CLOSES.search(words) and not _LAUNCHES.search(words):
            continue
        if _MONEY.search(words) and (_GIVER.search(words) or find_amounts(sentence)):
            return sentence
    return None


def _names_call(text: str, folded: str) -> bool:
    return _AMI.search(text) is not None or _CALL.search(folded) is not None


def _who(sentence: str) -> str | None:
    """The words that say who may answer."""
    words = " ".join(sentence.split())
    folded = aligned(words)
    can = _CAN.search(folded)
    if can:
        return words[can.start(1) : can.end(1)]
    match = _WHO.search(folded)
    if match is None:
        return None
    end = next(_WHO_END.finditer(folded, match.end() + 1), None)
    return words[match.end() : end.start() if end else None].strip(" ,:")[:200] or None


def _deadline(sentences: list[str], on: dt.datetime) -> dt.date | None:
    """The day until which the funder takes answers: what is asked for ourselves comes after it."""
    ranked: list[tuple[int, dt.date]] = []
    for sentence in sentences:
        days = [one.end for one in find(sentence, on) if one.deadline]
        if days:
            folded = aligned(sentence)
            rank = 0 if _ANSWER.search(folded) else 1
            ranked.append((2 if _TO_US.search(folded) else rank, days[0]))
    return min(ranked, key=lambda one: one[0])[1] if ranked else None


def _link(text: str, announcing: str) -> str | None:
    """Where it is told: the address in the sentence that announces it, or the first that is shared."""
    links = [one.link for one in find_resources(text) if re.match(r"https?://|www\.", one.link)]
    return next((link for link in links if link in announcing), links[0] if links else None)
