"""What a sentence does, told by general turns of phrase over its folded words."""

from __future__ import annotations

import re
from typing import Final

from bot.french.patterns import any_of


def _cue(table: str) -> re.Pattern[str]:
    return re.compile(r"(?<![a-z])" + any_of(table))


# Infinitives and imperatives of what people are asked to do.
_DO: Final = (
    r"(?:repond|inscri|envoy|renvoy|rempl|complet|confirm|signal|transmet|propos|relir|relis|vot|particip|contact|ajout"
    r"|indiqu|precis|partag|diffus|relay|fai[rst]|dire|dites|donn|prevenir|prevenez|not|pens|verifi|depos|reserv|venir|venez"
    r"|apport|remont|valid|choisi|consult|lire|lisez|prendre|prenez|mettre|mettez|saisi|signe|preter|amen|rejoin|candidat"
    r"|prepar|regard|reag|ecri|vid|ramen|rapport|fourni|communiqu|tenir|tenez|aid|profit|manifest|accueil)[a-z]*"
)

REQUEST: Final = _cue(
    rf"""merci (?:de|d'|par avance de|a (?:chacune?|toutes?|tous|celles|ceux)[a-z, ]{{0,40}} de)
    (?:pouvez|pourriez|peux|pourrais|voulez|voudriez)-(?:vous|tu) | (?:n'oubliez|n'oublie|n'hesitez|n'hesite) pas
    (?:pensez|pense|songez|veillez|veuillez)(?: bien)? (?:a|de|bien|d'|{_DO}) | veuillez | priere de | il faut(?:drait)? {_DO}
    (?:je|nous|on) (?:vous|te) (?:invit|pri|demand|propos|sollicit|encourag|rappell?e de|serai|remerci[a-z]* de|laisse)[a-z]*
    (?:qui|quelqu'un|qqn|l'un d'entre vous|l'une? de vous|est-ce que (?:quelqu'un|vous|l'un)|certains)[^?]{{0,90}}\?
    (?:nous|on|je) (?:recherch|cherch|avons besoin|a besoin|ai besoin|manqu)[a-z]* | il (?:nous )?(?:manque|reste a)
    (?:il )?manqu(?:e|ent) (?:encore|toujours|\d|deux|trois|quatre|un|une|des) | recherchons | besoin (?:d'aide|de vous|de benevoles)
    {_DO}-(?:vous|moi|nous|le|la|les|y) | (?:inscri|repon|envo|vot|rempl|signal|confirm|contact)[a-z]*ez\b
    (?:est|sont|sera|seront|reste|restent) a (?:{_DO}) | (?:a|d') (?:rendre|renvoyer|retourner|remettre) (?:avant|pour|d'ici|au|le)
    (?:doit|doivent|devra|devront) (?:etre|nous|me|parvenir|{_DO}) | (?:vos|tes) (?:retours|avis|reponses|contributions|propositions|remarques)
    (?:retours?|reponses?|inscriptions?|candidatures?|contributions?|confirmation) (?:souhait|attend|demand|avant|obligatoire|a )
    qu'en pensez-vous | qu'en penses-tu | appel (?:a|aux) (?:contribution|benevole|volontaire|candidat|temoign|projet|propos|idee)
    (?:vous avez|tu as) jusqu'a | ce serait (?:top|super|bien|chouette|genial)[a-z ]{{0,20}} (?:d'|de|si) | il reste {_DO}
    (?:aurai[ts]?|aurie?z)-(?:il|elle|vous|tu|on) | qui (?:peut|pourrait|veut|serait|est (?:dispo|partant)) | (?:si )?(?:vous|tu) (?:souhait|voul)[a-z]*[^.]{{0,60}}(?:-vous|-moi|-nous)\b"""
)
DECISION: Final = _cue(
    r"""(?:est|sont|a ete|ont ete|etait|c'est) (?:donc |finalement |bien |ainsi |officiellement |majoritairement )?(?:retenu|adopt|valid|acte|approuv|entérin|enterin|decid|vote|elu|accept|rejet|refus|repouss|report|annul|confirm|design|choisi|ferm|reconduit)[a-z]*
    (?:a|ont|avons|ai|as) (?:donc |finalement |bien |ainsi |ete |unanimement |majoritairement |collectivement )?(?:retenu|adopt|valid|acte|approuv|enterin|decid|vote|elu|accept|rejet|refus|tranch|choisi|arret|design)(?:e|ee|es|ees|s|u|i)?\b
    (?:on|nous) (?:se met(?:s|tons)?|nous mettons|sommes|est|reste|restons|part|partons|garde|gardons|retient|retenons|valide|validons|decid[a-z]*|choisi[a-z]*) (?:donc |finalement )?(?:tous )?(?:d'accord (?:pour|sur)|sur (?:le|la|les|un)|l'option|la proposition|de (?:report|cre|lanc|gard|pass|fair|test|confi))
    decision (?:prise|du|de|:) | decisions? : | releve de decisions | (?:preferons|decidons|avons decide)[a-z ]{0,20} (?:de |la |le |l')
    (?:est|sont) (?:donc )?(?:reportee?s?|annulee?s?|maintenue?s?|decalee?s?|avancee?s?|repoussee?s?) | report(?:er|ee?s?|ons) (?:donc )?(?:a|au)\b
    a l'unanimite | consensus | consentement (?:obtenu|general) | sans objection | adopte(?:e|s|es)? (?:a|par|avec) | feu vert | c'est (?:valide|acte|decide)
    accord (?:trouve|obtenu)"""
)
NOT_DECIDED: Final = _cue(
    r"""si (?:c'est|elle|il|vous|le|la|on) | a (?:valider|decider|voter|confirmer) | sera (?:decide|vote|valide|soumis) | seront (?:vote|valide)
    pas encore | (?:est|soit) a | avant d'etre | deja (?:decide|valide) | propose de | souhait | comme (?:convenu|decide|valide|acte) | avant que
    faut-il | peut-on | doit-on | pourrait-on | n'a pas | n'est pas | n'ont pas | ete (?:invite|convie)"""
)
EVENT: Final = _cue(
    r"""(?:aura|auront|a|ont) lieu | se (?:tiendra|deroulera|tiendront|reunira|retrouve|deroule|tient) | (?:est|sont) (?:prevue?s?|fixee?s?|organisee?s?|programmee?s?)
    rendez-vous | rdv | reunion | rencontres? | atelier | visio | assemblee | (?:l'|d'|une )?ag\b | cac\b | formation | webinaire
    portes ouvertes | seance | soiree | festival | visite | seminaire | demo\b | inauguration | pot de depart | permanence | journees? (?:d|inter|regional|national)
    on se (?:retrouve|voit) | nous (?:nous retrouv|organis|accueill)[a-z]* | fete | apero | repas partage | chantier participatif"""
)
CALL: Final = _cue(
    r"""ami\b | aap\b | appels? a (?:projets?|manifestation|candidatures?|contributions?|propositions?|idees) | bourses? | subventions?
    financement | dote | candidat[a-z]* | recrut[a-z]* | offre (?:d'emploi|de stage|de service) | fiche (?:de mission|de poste|action)
    aide (?:de|peut|financiere|regionale) | dossiers? | laureat | prix\b | dispositif | fonds\b"""
)
NEWS: Final = _cue(
    r"""(?:je|nous|on) (?:vous )?(?:annonc|inform|partag|relai|relay|transm|propos|lanc|organis|donn|cherch|recrut|ouvr|met|mets|prevoi|sign)[a-z]*
    voici | vous trouverez | est (?:en ligne|disponible|accessible|ouverte?|paru|publie|sorti) | (?:a|vient de|vont?) (?:publi|lanc|ouvr|paraitr|sort)[a-z]*
    nouveau | nouvelle | ouverture | lancement | creation | publication | bonne nouvelle | en resume | attention | important | c'est reparti
    (?:la|le|l'|les) [a-z' -]{2,40} (?:lance|recrute|propose|organise|cherche|ouvre|demenage|recherche|annonce|publie|accueille)"""
)
REPLY: Final = _cue(
    r"""(?:oui|non|en effet|effectivement|seulement|d'apres|pour ma part|de notre cote|chez nous|de mon cote|par contre|attention|il faut)
    nous on | on utilise | on peut | c'est possible | il (?:existe|y a) | je te (?:mets|joins|partage) | a lire"""
)
PERSONAL: Final = _cue(
    r"""je (?:ne )?(?:serai|suis|pourrai|viens|viendrai|passe|comprends|me propose|crains|trouve|pense|vous remercie|l'ajoute|m'en occupe)
    nous (?:sommes (?:partants|preneurs|dispo|interess)|serons|avons beaucoup) | j'(?:aime|adore|ai adore|avais|etais) | on avait | a titre
    (?:la|le|les) \d aussi | pour nous | belle (?:rencontre|idee|initiative) | tu vas | vous allez"""
)
LINK: Final = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"«»]{3,2000}")
ANNOUNCES: Final = re.compile(r":\s{0,3}$")
