"""What a sentence does, told by general turns of phrase over its folded words."""

from __future__ import annotations

from typing import Final

from bot.french.patterns import Pattern, any_of


def _cue(table: str) -> Pattern:
    return Pattern(r"(?<![a-z])" + any_of(table))


# Stems of what people are asked to do.
_DO: Final = (
    r"(?:accueil|aid|ajout|amen|apport|candidat|choisi|communiqu|complet|confirm|consult|contact|depos"
    r"|diffus"
    r"|dire|dites|donn|ecri|envoy|fai[rst]|fourni|indiqu|inscri|lire|lisez|manifest|mett|not|partag"
    r"|particip"
    r"|pens|precis|prend|prenez|prepar|preter|prevenez|prevenir|profit|propos|ramen|rapport|reag|regard"
    r"|rejoi[gn]|relay|reli[rst]|rempl|remont|renvoy|repond|reserv|retourn|saisi|sign|tenez|tenir|transmet"
    r"|valid|venez|venir|verifi|vid|vot)[a-z]*"
)

# What people are told to do.
ASK: Final = _cue(
    rf"""merci (?:par avance )?(?:d'|de (?!(?:votre|vos|ton|ta|tes|cette|ce|cet|la|l|les)\b))
    (?:pouvez|pourriez|peux|pourrais|voulez|voudriez|avez|auriez|savez|connaissez|seriez|etes)-(?:vous|tu)
    (?:^|[,;:.(] )(?:et |puis |donc |alors |svp )?(?!assez|chez|venez de|rendez-vous|avez|etes|
    voyez-vous)[a-z]{{3,12}}ez\b(?! vous)
    (?:vous etes|nous sommes|tu es) (?:toutes et tous |tous |toutes |chaleureusement |
    cordialement )?(?:invite|convie|attendu|sollicite)[a-z]*
    il (?:vous |nous )?est demande
    (?:je|nous|on) (?:compte|comptons) sur (?:vous|toi)
    (?:faites|dites) (?!partie)(?:[a-z]+r|le|la|nous|moi|tourner|suivre)\b
    (?:^|[:;] )(?:s')?(?!notre\b|faire\b){_DO}(?<=er|ir|re)\b
    pour (?:s'inscrire|vous inscrire|participer|candidater|voter|repondre)
    (?:vous|tu) (?:pouvez|peux) (?:aussi |encore |deja |toujours )?(?:vous |te |me |nous )?{_DO}
    il (?:vous |te )?suffit de
    il est (?:important|essentiel|necessaire|indispensable|urgent|encore temps|temps) (?:de|d'|que)
    (?:est|sont) invitee?s? a
    priee?s? de | (?:je|on) (?:vous|te) laisse | a (?:completer|remplir|relire|signer|retourner|renvoyer)\b
    (?:faites|fais)-(?:le|la|nous|moi)
    a vos (?:agendas|claviers|stylos|marques)
    save the date
    (?:inscription|reponse|presence|reservation|confirmation)s? (?:obligatoire|indispensable|souhaitee?|
    avant|par |aupres|ici|sur |en ligne)
    adresse[rz] (?:vos|votre|un|une|le|la)
    (?:n'oubliez|n'oublie|n'hesitez|n'hesite) (?:surtout )?pas
    (?:pensez|pense|songez|veillez) (?:bien )?(?:a|d')
    veuillez
    priere de
    il (?:nous |vous )?fau(?:t|drait) (?:(?:que|qu') ?(?!je\b|j')|{_DO})
    (?:je|nous|on) (?:vous|te) (?:invit|prie|prions|demand|sollicit|encourag|serai)[a-z]*
    {_DO}-(?:vous|moi|nous|le|la|les|y)
    (?:inscriv|repond|envoy|vot|remplis|signal|confirm|contact|complet|depos)ez
    (?:est|sont|sera|seront|reste|restent) a {_DO}
    a (?:rendre|renvoyer|retourner|remettre|completer|envoyer|deposer) (?:avant|pour|d'ici|au plus|a|au|le)
    (?:doit|doivent|devra|devront) (?:etre (?:{_DO}|remis|recu|rendu)|nous|me|parvenir)
    (?:avoir|attend[a-z]*|besoin de|recevoir|lire|merci de) (?:vos|tes|votre|ton) (?:retour|avis|reponse|
    contribution|idee|propos)[a-z]*
    (?:retours?|reponses?|inscriptions?|candidatures?|contributions?|confirmations?|avis) (?:est |
    sont )?(?:souhait|attend|demand|obligat|avant|a envoyer|d'ici)[a-z]*
    (?:vous avez|tu as) jusqu'a
    ce serait (?:top|super|bien|chouette|genial|ideal|parfait) (?:d'|de |si )
    si (?:vous|tu) (?:souhait|voul|pouv|connaiss|av)[a-z]* [^.]{{0,60}}-(?:vous|moi|nous)\b"""
)
# What somebody looks for or wants to know.
SEEK: Final = _cue(
    r"""(?:partant[a-z]*|dispos?|disponibles?|interesse[a-z]*|motivee?s?|volontaires?) [^?.]{0,60}\?
    (?:j'|nous |on )aimer(?:ai[ts]|ions) que
    (?:as|aurais|sais|connais|serais|es)-tu
    (?:est|serait)-il possible
    y a-t-il (?:des|quelqu|une?)
    (?:ok|bon|valable) pour (?:vous|toi|tout le monde) ?\?
    (?:ca|cela) (?:vous|te) (?:va|convient|irait)
    objections? ?\?
    (?:qui|quelqu'un|qqn|quelqu'une|certaine?s) [^?.]{3,90}\?
    (?:l'un|l'une|certaines?|certains|une personne) (?:d'entre|de) vous
    (?:quelqu'un|qqn|quelqu'une) (?:peut|pourrait|aurait|a|sait|connait|veut|est|serait)
    (?:re)?cherch(?:e|ons|ent|ez|erait|erions)\b
    recrut(?:e|ons|ent)\b
    (?:avons|a|ai|ont|aurait|aurions|aurais) (?:encore |toujours |aussi )?besoin
    besoin (?:d'aide|de vous|de benevoles|de volontaires|de bras|de monde|d'un coup de main)
    (?:il|nous) (?:nous )?manqu(?:e|ons|ent) (?:encore |toujours )?(?:de |d'|\d|un|une|deux|trois|quatre|
    cinq|des )
    qu'en (?:pensez|dites)-vous
    qu'en (?:penses|dis)-tu
    (?:des|une|vos) (?:volontaires?|idees?|retours?|avis|partante?s?|preneur[a-z]*) ?\?
    appels? (?:a|aux) (?:contribution|benevole|volontaire|candidat|temoign|proposition|idee|don)
    (?:aurai[ts]?|auriez|aurais)-(?:il|elle|vous|tu|on)"""
)
_DECIDED: Final = (
    r"(?:retenu|adopt|valid|acte|approuv|enterin|decid|elu|accept|rejet|refus|tranch|choisi|arret|design"
    r"|reconduit)"
    r"(?:e|ee|es|ees|s|u|ue|us|ues|i|ie|is|ies)?\b"
)
_CHANGED: Final = (
    r"(?:report|annul|decal|deplac|repouss|avanc|maintenu|suspend|prolong)(?:ee?s?|u|ue|us|ues)\b"
)
_SURELY: Final = r"(?:(?:donc|finalement|bien|ainsi|officiellement|collectivement|ete|tous|toutes) )?"
DECISION: Final = _cue(
    rf"""(?:est|sont|a ete|ont ete|c'est) {_SURELY}(?:{_DECIDED}|{_CHANGED})
    (?:a|ont|avons|ai) {_SURELY}(?:{_DECIDED}|vote\b)
    (?:on|nous) {_SURELY}(?:se met|nous mettons|sommes|est|tombons|s'est mis) {_SURELY}d'accord (?:pour|sur)
    (?:on|nous) {_SURELY}(?:retient|retenons|valide|validons|decide|decidons|choisit|choisissons|acte|
    actons|part sur|partons sur)
    (?:on|nous) {_SURELY}(?:reporte|reportons|annule|annulons|decale|decalons|deplace|deplacons|maintient|
    maintenons)
    (?:preferons|prefere) {_SURELY}(?:l[ae] |les |l')?(?:report|annul|decal|deplac|repouss)er
    (?:tout le monde|chacun) (?:est|etait|semble) (?:d'accord|ok|favorable)
    (?:cac|ag|gt [a-z]+|conseil|bureau|comite|groupe|collectif|equipe|assemblee|jury|region|
    departement) (?:a |ont )?(?:{_DECIDED})
    (?:cac|ag|conseil|bureau|comite|groupe|collectif|assemblee|jury) (?:valide|approuve|adopte|decide|
    accepte|retient|refuse|rejette|choisit|attribue|accorde|alloue)\b
    (?:on|nous) {_SURELY}(?:garde|gardons|fera|ferons|conserve|conservons) {_SURELY}(?:le|la|
    les|l'|donc)
    l'emporte | remporte le vote | (?:va|c'est parti) pour | ce sera (?:donc|le|la|a|au|finalement)
    adjuge | il (?:est|a ete) convenu
    (?:on a|nous avons|avons) convenu | (?:valide|adopte|acte|decide)e?s? ?!
    resultats? (?:du vote|du sondage)?[^.]{{0,20}} ?:
    decision prise | decisions?\b[^.:;]{{0,40}} ?: | a l'unanimite | consentement (?:obtenu|general)
    sans objection
    feu vert | accord (?:trouve|obtenu|unanime) | adoptee?s? (?:a|par|avec) \d"""
)
NOT_DECIDED: Final = _cue(
    rf"""si (?:c'est|elle|il|vous|le|la|on) | (?:a|d') (?:valider|decider|voter|confirmer)
    (?:sera|seront) (?:{_DECIDED}|vote|soumis) | pas encore | avant (?:d'etre|que) | deja {_DECIDED}
    ce (?:que?|qu'on|qui) | comme (?:convenu|{_DECIDED}) | faut-il | (?:peut|doit|pourrait|devrait)-on
    n'(?:a|est|ont|ai|avons) (?:pas|plus)"""
)
EVENT: Final = _cue(
    r"""(?:aura|auront|a|ont) lieu | se (?:tiendra|deroulera|tiendront|reunira|retrouve|deroule|tient)
    (?:est|sont|etait|reste) (?:prevue?s?|fixee?s?|organisee?s?|programmee?s?) | rendez-vous | rdv
    reunions? | rencontres?
    ateliers? | visio | assemblee | ag\b | cac\b | formations? | webinaire | portes ouvertes | seance
    soiree | festival
    visites? | seminaire | demo\b | inauguration | pot (?:de|d') | permanence | journees? | fete | apero
    repas partage | chantier participatif | on se (?:retrouve|voit)
    nous (?:nous retrouv|organis|accueill)[a-z]*"""
)
CALL: Final = _cue(
    r"""ami\b | aap\b | appels? a (?:projets?|manifestation|candidatures?|contributions?|propositions?)
    bourses?
    subventions? | financements? | dotee?s? | candidat[a-z]* | recrut[a-z]* | offre d
    fiche (?:de|action) | prix\b
    aide (?:de|peut|financiere|regionale) | dossiers? | laureat[a-z]* | dispositif | fonds\b
    eligible[a-z]*"""
)
NEWS: Final = _cue(
    r"""(?:je|nous|on) (?:vous )?(?:annonc|inform|partag|lanc|organis|donn|recrut|ouvr|prevoi|sign|demarr|
    propos)[a-z]*
    voici | est (?:en ligne|disponible|accessible|ouverte?|paru|publie|sorti|de nouveau) | en resume
    attention
    (?:a|vient de|vont?) (?:publi|lanc|ouvr|paraitr|sort)[a-z]* | nouve(?:au|l|lle)s? | ouverture
    lancement | creation
    (?:la|le|l'|les) ?[a-z' -]{2,40} (?:lance|recrute|propose|organise|cherche|ouvre|demenage|annonce|
    publie|accueille)"""
)
REPLY: Final = _cue(
    r"""oui | non | en effet | effectivement | seulement | d'apres | de notre cote | chez nous
    de mon cote | attention
    il faut | nous on | nous | on (?:utilise|peut|a) | il (?:existe|y a|reste)
    je (?:te|vous) (?:mets|joins|partage) | a lire
    bonne nouvelle | c'est | je peux"""
)
PERSONAL: Final = _cue(
    r"""je (?:ne )?(?:serai|suis|pourrai|viens|viendrai|comprends|crains|trouve|pense|vous remercie|
    te remercie)
    je (?:l'ajoute|m'en occupe|m'inscris|vote) | je rappelle
    j'(?:aime|adore|ai adore|avais|etais|ai hate) | on avait
    a titre
    nous (?:serons|avons (?:beaucoup|adore|aime)) | (?:la|le|les) \d aussi | tu vas | a vos cotes
    je (?:relaie|transfere)"""
)
LINK: Final = Pattern(r"(?:https?://|\bwww\.)[^\s<>\"«»]{3,2000}")
