"""The words that set a limit in time, and those of what is collected until then, as expressions over
folded text.
"""

from __future__ import annotations

from bot.french.dates.closings import BETWEEN, COLLECTION
from bot.french.patterns import Pattern, any_of

JUST_BEFORE = Pattern(
    r"(?<!\w)"
    + any_of(
        r"""avant | avt | avan | d['\x20]?ici | sous | (?:au|o) (?:plus|\+) tard
        (?:pas|et non|non) plus tard que
        (?<!a\x20la\x20)limites? | dead-?line | butoir | delai | echeances? | au pire | r\.?s\.?v\.?p\.?
        derniere?s? (?:jours?|limite|delai|carat|chance) | (?<![a-z]\x20)passee? (?:le|ce)
        (?:reponses?|retours?|envois?) max(?:imum|i)? | au-dela (?:du|de)
        (?<!de\x20)cloturee?s? | exigibles? | payables? | se cloture(?:nt|ra|ront)? | cloture(?:nt|ra|ront)
        se clot | clos(?:e|es)?
        expire(?:nt|ra)? | (?:du|dus|dues?) (?:pour|au|le) | plus que | bouclages?
        rendu (?:final|definitif) | (?:livrables?|depot|remise|rendu)(?= (?:le |: ?|au )(?:le )?\Z)
        (?:(?<!je\x20)(?<!te\x20)(?<!lui\x20)(?<!vous\x20)(?<!leur\x20)repond(?:ez|s)|inscri(?:vez-vous|
        s-toi)|candidatez|postulez)(?: tous| toutes)?
        (?:retours?|reponses?|envois?|rendu|remise|contributions?|textes?) (?:attendue?s?|souhaitee?s?|
        demandee?s?|prevue?s?) | dates? (?:de|du|d') ?(?:rendu|remise|depot|reponse|retour|envoi|fin)
        (?:remise|depot|reception|retour|rendu) (?:des?|du|de vos|de la|de l'|d') ?(?:offres?|dossiers?|
        copies|plis|candidatures?|textes?|projets?|reponses?|contributions?|pouvoirs?|bulletins?|
        formulaires?|articles?|propositions?|inscriptions?|demandes?|livres|ouvrages|coupons?|fiches?|
        cheques?|bons?|mandats?|procurations?|questionnaires?|materiel) | n'attend(?:s|ez|ons) pas
        derniere?s? (?:inscriptions?|reservations?|commandes?|demandes?|propositions?|votes?)"""
    )
    + r"(?!\w)"
    + BETWEEN
    + r"\Z"
)
# « pas avant », « juste avant »: nothing is to be done by then.
NOT_BEFORE = Pattern(
    r"\b(?:"
    r"(?:(?<!oubliez )(?<!oublie )pas|rien|personne|jamais|juste|peu|bien|longtemps"
    r"|(?:\d|une?|deux|trois|dix|quinze) ?(?:jours?|semaines?|mois|h|heures?)"
    r"|derniere?s? (?:[a-z]+ ){1,2})\s?avant"
    r"|n(?:e |')[a-z]{1,15}(?:ra|ront|rons|rez|rai) (?:pas |rien |jamais )[^.;:,]{0,40}\bavant"
    r"|comme avant|au lieu d'avant|(?:pas de|aucune?) [a-z]{2,20} avant"
    r"|(?:aura|auront) lieu (?:avant|d'ici)|se (?:reunira|tiendra) (?:avant|d'ici))"
    r"(?: (?:le|la|les)| l')?(?: fin)?[ '-]{0,2}(?:de |du |d'|mi-)?\Z"
)
# What lasts by law or by contract runs out; nobody has to do anything.
RUNS_OUT = Pattern(
    r"\b(?:mandats?|bail|baux|contrats?|conventions?|missions?|exercices?|comptes clos|garanties?|cdd"
    r"|assurances?)\b"
    r"[^.!?;]{0,50}\b(?:arrive(?:nt|ra|ront)? a (?:echeance|terme|expiration)|expire(?:nt|ra|ront)?|se clot"
    r"|(?:echoi|prend fin|prendra fin)[a-z]*|clos)[^.!?;]{0,12}\Z|\bcomptes (?:clos|arretes)\b[^.!?;]{0,12}\Z"
)
# Papers run out too; a limit only to whom they are told to be renewed.
PAPER_RUNS_OUT = Pattern(
    r"\b(?:passeports?|passe? (?:sanitaire|vaccinal|navigo)|cartes?|permis|certificats?|badges?|agrements?"
    r"|habilitations?|vaccins?|licences?|titres?|visas?|abonnements?|controle technique)\b"
    r"[^.!?;]{0,40}\bexpire(?:nt|ra|ront)? [^.!?;]{0,6}\Z"
)
RENEW = Pattern(r"\b(?:votre|vos|ton|ta|tes|renouvel|refaire|pense|faut|avant|d'ici|merci|a faire)")
# « soit le 15 » says again, as a day, a term told before.
SAID_AGAIN = Pattern(r"\b(?:soit|c'est[ -]a[ -]dire|a savoir) (?:le |au plus tard le |donc le )?\Z")
AHEAD_OF = Pattern(
    r"\b(?:\d{1,2}|une?|deux|trois|quatre|dix|quinze|huit) (?:jours?|semaines?|mois|h"
    r"|heures) (?:au moins )?avant\b"
    r"|\bj ?- ?\d|\bla veille\b|\bsous (?:\d|huitaine|quinzaine)|\bdans (?:les \d|le mois\b"
    r"|la (?:semaine|huitaine|quinzaine)\b|un delai)"
)
# « la copie est due au greffe dans le mois »
DUE = Pattern(r"\b(?:(?:est|sont|reste|restent) due?s?|dues?) (?:a\b|au\b|aux\b|dans|sous)")
# « il fallait s'inscrire avant le 20 » tells of a limit that is gone.
MISSED = Pattern(
    r"\b(?:il (?:me |te |nous |vous )?fallait|(?:tu devais|vous deviez|on devait|nous devions)"
    r"|(?:tu avais|vous aviez|on avait) jusqu)[^.!?;:]{0,60}\Z"
)
# « une fois le 25 passé, je ne pourrai plus rien changer »
ONCE = Pattern(r"\b(?:une fois|des que|lorsque|quand|apres que) (?:que )?(?:le |la )?\Z")
ONCE_PAST = Pattern(r"\b(?:une )?fois passee?s? (?:le |la )?\Z")
IS_PAST = Pattern(r" (?:(?:est|sera|seront|aura ete) )?passee?s?\b")
NO_LONGER = Pattern(
    r"\bplus (?:[a-z']+ ){0,3}?(?:possible|accept|pren|pris|modifi|chang|rembours|inscri|ajout|corrig|trait"
    r"|annul|command|reserv|valable|receva|toucher|candidat|postul|repondre|voter)"
    r"|\bn(?:e |')(?:[a-z]+ )?(?:prend|accept|pourr|peu[tx]|rembours|inscri|chang|modifi|trait)[a-z]* plus\b"
    r"|\btrop tard\b|\btant pis\b|\bc'est mort\b|\bhors delai\b|\bimpossible (?:de|d')"
    r"|\bser(?:a|ont) (?:clos|fige|refuse|perdu|ferme|verrouill)"
)
# « tout mémoire rendu après le 12 mai perd deux points »
HANDED_LATE = Pattern(
    r"(?<!sera )(?<!seront )(?<!sont )(?<!est )(?<!ete )(?<!avons )(?<!ai )(?<!ont )"
    r"\b(?:rendu|remis|depose|recu|envoye|transmis|parvenu"
    r"|poste|saisi|paye|regle|soumis|arrive|effectue|adresse|declare)e?s? [^.!?,;]{0,30}"
    r"\b(?:apres|au-dela) ?(?:du |de )?(?:le |la )?\Z"
)
COSTS = Pattern(
    r"[^.!?]{0,60}\b(?:penalis|decote|major[ea]|surtax|supplement|surcout|plein tarif|retard\b|suivant[es]*\b"
    r"|prochaine?s?\b|d'apres\b|points? (?:de|en) moins|per(?:d|dra|dront) |reporte|bascul|attendr)"
)
# « mercredi j'encaisse, donc avant, merci »
SO_BEFORE = Pattern(
    r"[^.!?\d]{0,60}\bdonc avant(?:,? (?:svp|stp|merci|si possible|imperativement))? ?(?:[.!]|\Z)"
)
# « une heure avant le CA du 12 » tells another moment.
SOME_TIME_BEFORE = Pattern(
    r"(?:\b(?:une?|deux|trois|quinze|vingt|demi)|\d) ?-?(?:heures?|h|min|minutes|jours?|semaines?|mois"
    r"|quart d'heure) (?:juste )?avant\b[^.,;:]{0,60}\Z"
)
GATHERING = Pattern(
    r"\b(?:apero|repas|pique-nique|cafe|accueil|covoitur|retrouv|petit dej|mange|pot|visite|echauff"
    r"|repet)[a-z]*\b"
)
MEETING_BEFORE = Pattern(
    r"\b(?:avant|avt|d'ici|au plus tard (?:lors de|pour|a)) ?"
    r"(?:le |la |l'|les |notre |votre |nos |vos |ce |cette |prochaine? ){0,2}"
    r"(?:[a-z']{2,20} ){0,3}[a-z]{2,20}"
    r" (?:du|de|d'|des|prevue? le|fixee? au|\(|\(le|, le) ?\Z"
)
# Somewhere before it in the same sentence, with no other date between.
SOMEWHERE = Pattern(
    any_of(
        r"""\bcachet de la poste | \bsauf (?:avis contraire|opposition|objection|contre-ordre|refus)
        \bne pas depasser | \bclap de fin | \blast call | \bddl\b | \bdl\b(?= ?:)
        \bderniers? (?:moments?|rappels?|appels?|chance) (?:pour|avant|:)
        \b(?:dates?|jours?|heures?) (?:limites?|butoirs?|de cloture|de fin|de rigueur) | \bdead-?line
        \bderniere?s? (?:delais?|carat|limite) | \bderniere?s? jours? (?:pour|avant)
        \bderniere?s? jours? (?:des?|du|d') ?(?:inscri|candid|vote|depot|appel|vente|billet|souscri|collecte)
        \bcloture (?:de la|de l'|des?|du|d')(?! ?(?:la |l')?(?:festival|saison|stage|rencontre|exercice|
        compte|journee|
        residence|debat|expo|formation|ceremonie|semaine|projet))
        \b(?:sans|faute de|a defaut de|si (?:je n'ai |nous n'avons |on n'a )?(?:pas|rien|aucune?)(?: de| d')?|
        en l'absence de)(?: recu| eu)?(?: [a-z']+){0,2}? ?(?:reponse|retour|nouvelles?|objection|opposition|
        confirmation|remarques?|avis contraire|manifestation|candidate?s?)
        \becheances? | \bbouclage\b | \bau plus tard\b | \bpas plus tard\b | \bdelai (?:de|d'|pour|imparti)
        \blimite (?:de|des|du|d'|pour) | \bfin (?:des?|du|de l'|d') ?(?:inscription|candidature|depot|vote)"""
    )
)
# The line above, or the head of its column.
HEADING = Pattern(
    any_of(
        r"""\b(?:dates?|jours?|heures?) (?:limites?|butoirs?|de cloture) | \bdead-?lines?\b
        \becheances?\b | \bclotures?\b | \bavant le\b | \bau plus tard\b | \bpour quand\b | \ba rendre\b
        \bderniere?s? (?:delais?|jours?) | \bdelais?\b | \blimites? | \bpour le\b
        \bfin (?:des?|du|de l'|d') ?(?:inscription|candidature|depot|vote)"""
    )
)
# « les places non réglées au 27 seront remises en vente »
UNMET = Pattern(
    r"(?:\bn'(?:est|sont|a|ont|avez|as) pas|\bnon|\bsans) (?:ete )?(?:bien )?(?:paye|regle|confirme|rendu"
    r"|recu|valide"
    r"|renvoye|rempli|depose|complet|paiement|reglement|confirmation|reponse|signe)[a-z]*\b[^.!?,;]{0,12}\Z"
)
LOST = Pattern(r"\b(?:annul|perdu|remis|reattribu|ecarte|redistribu|rejete|supprim|relanc|majore|redevien)")
# « au 27 novembre, les dossiers incomplets seront écartés »
SORTED_OUT = Pattern(
    r",? (?:les?|la|tout|toute) [^.!?]{0,30}(?:incomplet|manquant|non [a-z]+e)[^.!?]{0,30}\bser(?:a|ont) "
)
# « votre inscription pour samedi est confirmée »
IS_SO = Pattern(r" (?:est|sont|etai[a-z]+|a ete|ont ete|a bien) (?!obligatoire|imperati|attendu)")
# « passé vendredi, je ne prends plus rien »
PAST_IT = Pattern(r"(?:\A ?|[,;:(] ?|\bplus [a-z' ]{1,25} )passee? (?:le )?\Z")
OR_ELSE = Pattern(r"[ ,(]{1,3}(?:apres quoi|sinon|faute de quoi|sans quoi|dernier delai|au-dela)\b")
AFTER = Pattern(
    r"[^.;!?\d\n]{0,25}?(?<!\w)"
    + any_of(
        r"""au plus tard | imperati(?:vement|f)\b(?! a \d| :) | est imperati(?:f|ve)
        (?:en )?dernier delai | apres quoi
        derniere? (?:limite|carat|ligne droite)
        delai de rigueur | (?:au |grand )?max(?:imum|i)?\b(?! \d) | delai max | au pire\b
        terme de rigueur | au plus loin | delai compris
        derniere?s? (?:jours?|creneaux?|moments?|chances?|occasions?|heures?|appels?) pour
        (?:le )?cachet de la poste | faute de quoi | sans quoi | sous peine
        ultime delai | (?:et )?pas (?:apres|plus tard)\b
         \(?dl\)?\b
        (?:apres|ensuite|puis|au-dela)[ ,]{1,2}(?:[a-z']{1,10} ){0,4}?(?:clos|clotur|ferm|trop tard|plus|fini|
        tant pis|boucl|imprim|command|lance|attribu|mort|perdu|majora)"""
    )
)
LIMIT = Pattern(
    r"[^\w.!?;]{0,5}(?:inclus[ ,(-]{0,3})?(?:minuit[ ,:(-]{0,3})?"
    r"(?:(?:c'est |sera |est |avant )?(?:le|la|l'|un) ?)?"
    + any_of(
        r"""date limite | dead-?line | cloture\b | fermeture (?:des?|du|de la|de l') | echeance
        (?:est|sera|c'est) (?:la date limite|le dernier) | delai\b | terme\b"""
    )
    + rf"|[^\w.!?;]{{0,5}}(?:fin|arret|fermeture) (?:des?|du|de la|de l'|d') ?{COLLECTION}\b"
)
# Who comes later is too late.
LATE = Pattern(r"\b(?:apres|posterieure?s? (?:a|au)|au-dela) ?(?:le |la |les |du |de |au |ce )?\Z")
NOTHING_LATER = Pattern(
    r"\b(?:aucune?|plus (?:de|d'|possible)|impossibles?|pas (?:de|d'|possible)|refus[a-z]+|trop tard"
    r"|n[e'] ?[a-z ]{2,30} (?:plus|pas) [a-z' ]{0,20}"
    r"(?:inscri|possible|accept|pris|prendre|rembours|trait|modifi|chang|valable|accessible|recevable"
    r"|receptionn)[a-z]*)"
    r"\b[^.;]{0,60}\b(?:apres|au-dela)\b[^.;]{0,12}\Z"
)
# « les inscriptions ne seront plus possibles à partir du 28 »
NO_MORE_FROM = Pattern(
    rf"\b{COLLECTION}\b[^.!?;]{{0,40}}\bplus (?:[a-z]+ )?(?:possible|accept|pris|recevable|recu|valable"
    rf"|accessible)"
    r"[a-z]*\b[^.!?;]{0,20}(?:a partir|a compter|des) ?(?:du |de |le )?\Z"
)
# « si vous n'avez rien dit lundi, c'est adopté »
SILENT = Pattern(
    r"\bsi (?:vous|tu|personne|je|on|nous|aucun[a-z]*)\b[^.!?,;]{0,30}(?:\bn'|\bne |\brien\b|\bpas\b|\baucun)"
    r"[^.!?,;]{0,30}\b(?:dit|repond[a-z]*|reagi|nouvelles?|retours?|reponses?|manifest[a-z]+|oppos[a-z]+|recu"
    r"|envoye|objections?|paye|regle|inscrits?|confirme|propose|rendu|renvoye|complete)\b[^.!?,;]{0,20}\Z"
)
# What is offered until a day is to be taken by then; a card or a permit is only valid.
VALID = Pattern(r"\b(?:valables?|valides?|en vigueur|validite)\b[^.!?;]{0,15}\Z")
OFFERED = Pattern(
    r"\b(?:offres?|devis|tarifs?|prix|promo[a-z]*|bons?|coupons?|codes?|reductions?|remises?|options?"
    r"|propositions?|invitations?|liens?|reservations?|billets?|chequ[a-z-]+|preventes?)\b"
)
INCOMPLETE = Pattern(
    r"\b(?:non |incomplet|manquant|recue?s?\b|parvenu|depose|pas (?:regle|paye|rendu|renvoye))"
)
REJECTED = Pattern(
    r"[^.!?]{0,30}\bs(?:era|eront|ont) (?:ecarte|rejete|refuse|exclu|annule|perdu|reattribue|ignore)"
)
FROM = Pattern(r"\b(?:a partir|a compter|des) ?(?:du |de |le )?\Z")
TOO_LATE = Pattern(
    r"[^.!?]{0,40}\b(?:trop tard|plus possible|hors delai|c'est mort"
    r"|plus (?:de |d'|aucune? )?(?:rembours|inscri|modif|annul|command|reserv|accept|pris)"
    r"|majoration|penalite)"
)
# « le bouclage est vendredi, vos articles avant svp »
ALL_BEFORE = Pattern(
    r"(?P<said>[^.!?\d]{3,60})(?<!jours )(?<!jour )(?<!semaine )(?<!semaines )(?<!h )(?<!heures )"
    r"\b(?:avant|d'ici la)(?: svp| stp| merci| imperativement)?\s{0,3}(?:[.!\n]|\Z)"
)
AFTER_LATE = Pattern(
    any_of(
        r"""\bimpossible | \bn(?:e |')[ a-z']{1,30}\b(?:plus|pas|aucune?) | trop tard | aucune?\b
        plus (?:de|d'|possible)
        \brefus | \brejet | \bferm | \bclos | irreceva | perdue?s? | penalite | majoration | \bc'est mort
        tant pis | hors delai | sans garantie | ecarte"""
    )
)
BEFORE = Pattern(r"\b(?:au|le|avant|au plus tard) ?(?:le )?\Z")
REFUSED = Pattern(
    r"[^.!?]{0,40}\bne (?:ser(?:a|ont)|pourr(?:a|ont)|sont|est) (?:pas|plus|donc pas) (?:etre )?[a-z ]{0,8}"
    r"(?:examin|accept|pris|etudi|trait|retenu|receva|rembours|considere|validee?s?|compt[ea])"
)
