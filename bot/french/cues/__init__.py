"""What a sentence does, told by general turns of phrase over its folded words."""

from __future__ import annotations

from bot.french.cues.decisions import CONCLUSION, DECISION
from bot.french.cues.requests import ASK, SEEK
from bot.french.patterns import Pattern, any_of

__all__ = ["ASK", "CALL", "CONCLUSION", "DECISION", "EVENT", "LINK", "NEWS", "PERSONAL", "REPLY", "SEEK"]


def _cue(table: str) -> Pattern:
    return Pattern(r"(?<![a-z])" + any_of(table))


EVENT = _cue(
    r"""(?:aura|auront|a|ont) lieu | se (?:tiendra|deroulera|tiendront|reunira|retrouve|deroule|tient)
    (?:est|sont|etait|reste) (?:prevue?s?|fixee?s?|organisee?s?|programmee?s?) | rendez-vous | rdv
    reunions? | rencontres?
    ateliers? | visio | assemblee | ag\b | cac\b | formations? | webinaire | portes ouvertes | seance
    soiree | festival
    visites? | seminaire | demo\b | inauguration | pot (?:de|d') | permanence | journees? | fete | apero
    repas partage | chantier participatif | on se (?:retrouve|voit)
    nous (?:nous retrouv|organis|accueill)[a-z]*"""
)
CALL = _cue(
    r"""ami\b | aap\b | appels? a (?:projets?|manifestation|candidatures?|contributions?|propositions?)
    bourses?
    subventions? | financements? | dotee?s? | candidat[a-z]* | recrut[a-z]* | offre d
    fiche (?:de|action) | prix\b
    aide (?:de|peut|financiere|regionale) | dossiers? | laureat[a-z]* | dispositif | fonds\b
    eligible[a-z]*"""
)
NEWS = _cue(
    r"""(?:je|nous|on) (?:vous )?(?:annonc|inform|partag|lanc|organis|donn|recrut|ouvr|prevoi|sign|demarr|
    propos)[a-z]*
    voici | est (?:en ligne|disponible|accessible|ouverte?|paru|publie|sorti|de nouveau) | en resume
    attention
    (?:a|vient de|vont?) (?:publi|lanc|ouvr|paraitr|sort)[a-z]* | nouve(?:au|l|lle)s? | ouverture
    lancement | creation
    (?:la|le|l'|les) ?[a-z' -]{2,40} (?:lance|recrute|propose|organise|cherche|ouvre|demenage|annonce|
    publie|accueille)"""
)
REPLY = _cue(
    r"""oui | non | en effet | effectivement | seulement | d'apres | de notre cote | chez nous
    de mon cote | attention
    il faut | nous on | nous | on (?:utilise|peut|a) | il (?:existe|y a|reste)
    je (?:te|vous) (?:mets|joins|partage) | a lire
    bonne nouvelle | c'est | je peux"""
)
PERSONAL = _cue(
    r"""je (?:ne )?(?:serai|suis|pourrai|viens|viendrai|comprends|crains|trouve|pense|vous remercie|
    te remercie)
    je (?:l'ajoute|m'en occupe|m'inscris|vote) | je rappelle
    j'(?:aime|adore|ai adore|avais|etais|ai hate) | on avait
    a titre
    nous (?:serons|avons (?:beaucoup|adore|aime)) | (?:la|le|les) \d aussi | tu vas | a vos cotes
    je (?:relaie|transfere)"""
)
LINK = Pattern(r"(?:https?://|\bwww\.)[^\s<>\"«»]{3,2000}")
