"""The words that set a limit in time, and those of what is collected until then, as expressions over
folded text.
"""

from __future__ import annotations

from bot.french.patterns import Pattern, any_of

# Between the cue and the date: articles, signs, parts of a period, and what is to be handed in.
_BETWEEN = (
    r"(?:[ :,(\n'*_|\t=>-]|\b(?:le|la|l|les|ce|cette|cet|notre|votre|vos|au|aux|a|du|de|d|des|jusqu"
    r"|fixee?s?|reportee?s?|est|sera|sont|en|plus|tard|que|tout|toute|delai|inscriptions?|reponses?|depots?"
    r"|remises?|retours?|envois?|prochaine?|vers|maximum|max|imperativement|heure|matin|soir|midi"
    r"|prolongee?s?|repoussee?s?|toujours|bien|donc)\b){0,16}"
)
# What people send in, sign up for or vote in.
_COLLECTION = any_of(
    r"""votes? | sondages? | scrutins? | (?:re-?)?inscriptions? | candidatures?
    appels? | consultations? | depots?
    enquetes? | questionnaires? | formulaires? | collectes? | billetterie | ami | aap | teleprocedure
    plate-?forme | guichet | campagne | souscriptions? | pre-?commandes? | commandes? | adhesions?
    reservations? | concours | petition | preventes? | dossiers? | urnes? | registre | cagnotte
    financement participatif | crowdfunding | recrutement | declarations? | offres? | tarifs? [a-z]+
    doodle | framadate | bourses? | contributions? | demandes? | propositions? | recueil | reception
    pre-?inscriptions? | accreditations? | ventes? | saisies? | deposes? | devis | promo(?:tion)?s?
    bons? | coupons? | billets? | pass | codes? | options? | liens? | acces | comptes? | parrainages?
    validation | correction | relecture | saisine | recours | referencement | prepaiement | cagnottes?"""
)
_HANDING_OVER = any_of(
    r"""rendre | rendue?s? | remettre | remise?s? | renvoyer | renvoyee?s? | retourner | retournee?s?
    envoyer | envoyee?s? | transmettre | transmise?s? | adresser | adressee?s? | deposer | deposee?s?
    parvenir | parvenue?s? | nous arriver | completer | completee?s? | remplir | remplie?s?
    boucler | bouclee?s? | finir | finie?s? | terminer | terminee?s? | finaliser | finalisee?s?
    payer | payee?s? | regler | reglee?s? | solder | soldee?s? | acquitter | acquittee?s? | verser
    versee?s? | confirmer | confirmee?s? | valider | validee?s? | fournir | fournie?s? | communiquer
    communiquee?s? | donner (?:une|la|ma|notre|votre|leur) reponse | justifier
    depenser | depensee?s? | consommee?s? | signaler | restituer
    restituee?s? | liberer | liberee?s? | relire | relue?s? | declarer | declaree?s? | saisir | saisie?s?
    soumettre | soumise?s? | s'inscrire | vous inscrire | candidater | postuler | repondre | signee?s?
    recue?s? | recevoir | prete?s? | cloturer | cloturee?s?
    (?:soit|soient|etre) faite?s? | avoir (?:vote|repondu|paye|lu|relu|choisi)
    produire | rapporter | rapportee?s?"""
)

JUST_BEFORE = Pattern(
    r"(?<!\w)"
    + any_of(
        r"""avant | avt | avan | d['\x20]?ici | sous | (?:au|o) (?:plus|\+) tard
        (?:pas|et non|non) plus tard que
        (?<!a\x20la\x20)limites? | dead-?line | butoir | delai | echeances? | au pire | r\.?s\.?v\.?p\.?
        derniere?s? (?:jours?|limite|delai|carat|chance) | passee? (?:le|ce) | au-dela (?:du|de)
        (?<!de\x20)cloturee?s? | exigibles? | se cloture(?:nt|ra|ront)? | cloture(?:nt|ra|ront)
        se clot | clos(?:e|es)?
        expire(?:nt|ra)? | (?:du|dus|dues?) (?:pour|au|le) | plus que | bouclages?
        rendu (?:final|definitif) | (?:livrables?|depot|remise|rendu)(?= (?:le |: ?|au )(?:le )?\Z)
        (?:repond(?:ez|s)|inscri(?:vez-vous|s-toi)|candidatez|postulez)(?: tous| toutes)?
        (?:retours?|reponses?|envois?|rendu|remise|contributions?|textes?) (?:attendue?s?|souhaitee?s?|
        demandee?s?|prevue?s?) | dates? (?:de|du|d') ?(?:rendu|remise|depot|reponse|retour|envoi|fin)
        (?:remise|depot|reception|retour|rendu) (?:des?|du|de vos|de la|de l'|d') ?(?:offres?|dossiers?|
        copies|plis|candidatures?|textes?|projets?|reponses?|contributions?|pouvoirs?|bulletins?|
        formulaires?|articles?|propositions?|inscriptions?|demandes?|livres|ouvrages|coupons?|fiches?|
        cheques?|bons?|mandats?|procurations?|questionnaires?|materiel) | n'attend(?:s|ez|ons) pas
        derniere?s? (?:inscriptions?|reservations?|commandes?|demandes?|propositions?|votes?)"""
    )
    + r"(?!\w)"
    + _BETWEEN
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
# « une heure avant le CA du 12 » tells another moment.
SOME_TIME_BEFORE = Pattern(
    r"(?:\b(?:une?|deux|trois|quinze|vingt|demi)|\d) ?-?(?:heures?|h|min|minutes|jours?|semaines?|mois"
    r"|quart d'heure) (?:juste )?avant\b[^.,;:]{0,60}\Z"
)
GATHERING = Pattern(
    r"\b(?:apero|repas|pique-nique|cafe|accueil|covoitur|retrouv|petit dej|mange|pot|visite|echauff)[a-z]*\b"
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
        r"""\b(?:dates?|jours?|heures?) (?:limites?|butoirs?|de cloture|de fin|de rigueur) | \bdead-?line
        \bderniere?s? (?:delais?|carat|limite) | \bderniere?s? jours? (?:pour|avant)
        \bderniere?s? jours? (?:des?|du|d') ?(?:inscri|candid|vote|depot|appel|vente|billet|souscri|collecte)
        \bcloture (?:des?|du|de la|de l'|d')(?! ?(?:festival|saison|stage|rencontre|exercice|compte|journee|
        residence|debat|expo|formation|ceremonie|semaine|projet))
        \b(?:sans|faute de|a defaut de|si (?:je n'ai |nous n'avons |on n'a )?(?:pas|rien|aucune?)(?: de| d')?|
        en l'absence de)(?: recu| eu)?(?: [a-z']+){0,2}? ?(?:reponse|retour|nouvelles?|objection|opposition|
        confirmation|remarques?|avis contraire|manifestation)
        \becheances? | \bbouclage\b | \bau plus tard\b | \bpas plus tard\b | \bdelai (?:de|d'|pour|imparti)
        \blimite (?:de|des|du|d'|pour) | \bfin (?:des?|du|de l'|d') ?(?:inscription|candidature|depot|vote)"""
    )
)
# What people vote in or apply to, and its end.
_SHUTS = (
    r"(?:fermee?s?|ferme(?:nt|ra|ront)?|(?:se )?termine(?:nt)?|se terminer(?:a|ont)|prend fin|prendra fin"
    r"|prennent fin|s'acheve(?:nt|ra)?|s'arrete(?:nt|ra|ront)?|finit|finissent|finira|clot|cesse(?:nt|ra)?"
    r"|expire(?:nt|ra|ront)?|close?s?"
    r"|ser(?:a|ont) (?:desactive|supprime|ferme|clotur)[a-z]*)"
)
ENDING = Pattern(rf"\b{_COLLECTION}\b[^.!?]{{0,60}}\b{_SHUTS}\b[^.!?]{{0,12}}\Z")
ENDS = Pattern(
    rf"\b(?:fermeture|cloture|fin|arret|expiration)s? (?:des?|du|de la|de l'|de l|de vos|d') ?"
    rf"(?:[a-z]+ )?{_COLLECTION}\b[^.!?]{{0,60}}\Z"
)
CLOSES = Pattern(
    r"\b(?:je|on|nous) (?:(?:ferme|clos|clot|cloture|boucle|arrete|termine)(?:ons|rai|ra|rons)?"
    r"|(?:passe|lance|envoie|fai[ts]|passons|lancons)(?:rai|ra|rons)? (?:la |les |notre )?commandes?)"
    r"\b[^.!?]{0,60}\Z"
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
AFTER = Pattern(
    r"[^.;!?\d\n]{0,25}?(?<!\w)"
    + any_of(
        r"""au plus tard | (?:en )?dernier delai | derniere? (?:limite|carat|ligne droite)
        delai de rigueur | (?:au |grand )?max(?:imum|i)?\b(?! \d) | delai max | au pire\b
        terme de rigueur | au plus loin | delai compris | derniers? jours? pour | dernieres? heures? pour
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
    + rf"|[^\w.!?;]{{0,5}}(?:fin|arret|fermeture) (?:des?|du|de la|de l'|d') ?{_COLLECTION}\b"
)
# « c'est vendredi que ferment les inscriptions »
AFTER_CLOSING = Pattern(
    rf"[ ]{{0,2}}(?:que |qu'|minuit )?(?:on |nous |je )?(?:se |s')?"
    rf"(?:ferm|clotur|termin|arret|expir|cess|boucl)[a-z]{{1,4}} (?:les?|la|l'|nos|notre|vos|ce|cet|cette) ?"
    rf"{_COLLECTION}\b"
)
UNTIL = Pattern(r"\b(?:jus(?:qu|k)[e']? ?(?:aux?|a|en)?|jsq)(?!\w)" + _BETWEEN + r"\Z")
COLLECTED = Pattern(
    rf"\b{_COLLECTION}\b|\b(?:inscri|candidat|postul|depos|repond|repons|envoy|envoi|votez|vote\b|voter"
    r"|reserv"
    r"|commande|signal|accept|recevable|particip|vous (?:avez|pouvez|disposez)|tu (?:as|peux)|on vous laisse"
    r"|vous laisse|(?:vous|te) donne|il (?:vous |te |nous )reste\b|il reste jusqu|laissez|remplir|remplissez"
    r"|completer"
    r"|profite|proposez|proposer|transmettre|faire (?:part|remonter|parvenir)|se manifester|manifestez"
    r"|ecrivez|ecrire|nous (?:dire|signaler)|dites|contester|optez|cochez|relire|amender|commenter|retirer"
    r"|recuperer"
    r"|annul|preven|averti|remarques|commentaires|idees|retours|avis\b|suggestions|amendements|questions)"
)
# These last, whatever else is collected.
SHUT = Pattern(
    r"\b"
    + any_of(
        r"""absente?s? | fermee?s? | fermons | conges? | indisponibles? | coupee?s? | suspendue?s? | arret
        en deplacement | injoignable | occupee?s? | hebergee?s? | malade | interrompue?s? | interdite?s?
        en vacances | ne (?:sera|serai|seront|pourr[a-z]+|peux|peut|suis|sommes) | barree?s? | gelee?s?"""
    )
    + r"(?!\w)(?![^.;]{0,60}\b(?:vous (?:avez|pouvez)|inscri))"
)
LASTING = Pattern(
    r"\b"
    + any_of(
        r"""vacances | travaux | expositions? | expo\b | valables? | en vigueur | residences? | festival
        saison | stage | mandat | bail\b | contrat | cdd | mission | garantie? | dur(?:e|era|ent)\b
        cour(?:t|ra|ent)\b | se poursui[a-z]+ | continue[a-z]* | ouvert[es]* | ouvre | alerte | vigilance
        visible | a l'affiche | tournee | occupation | heberg[a-z]+ | location | louee?s? | chantier
        present[es]* | accueill[a-z]+ | permanence | soldes | marche\b | greve | preavis"""
    )
)
REMAINS = Pattern(
    r"\b(?:je|j'y|il|elle|on|nous|ils|elles|qui|y) ?(?:suis|est|sommes|sont|ser(?:ai|a|ons|ont)|rest[a-z]+"
    r"|etai[a-z]+)\b"
)
READER = Pattern(r"\b(?:vous|votre|vos|tu|te|t'|ton|ta|tes|toi)\b")
STATE = Pattern(
    r"\b(?:est|sont|sera|seront|rest(?:e|ent|era)|jou(?:e|ent)|tient|loge|garde|vit|travaille|participe)\b"
)
# « pour le 28 février » is a deadline where something is asked.
FOR = Pattern(r"\b(?:(?:pour|pr) (?:le |la |ce |cette |cet |l'|les )?(?:fin de |fin du )?|dans (?:la|le) )\Z")
ASKED = Pattern(
    r"\b"
    + any_of(
        r"""doit\b | doivent\b | devr | dois\b | devez | merci de | merci d'a?
        il (?:me |te |nous |vous )?fau
        attendu | attend(?:s|ons)? (?:vo|te?s|to|le|la|un|no) | complet\b | remplir | remplis | depos | rendu
        a (?:rendre|envoyer|deposer|remettre|renvoyer|completer|transmettre|faire|finir|relire|signer|boucler)
        a (?:me |nous |lui |leur )[a-z]+er\b | retours?\b | reponses?\b | rendre\b | envoy | envoie | renvo
        transme | pouvez-vous | pourriez | pourrais-tu | peux-tu | tu peux | priere de | pense[rz]? a
        prete?s?\b | fini | boucl | souhaitee?s?\b | veuillez | vous (?:pri|demand)(?:e|ons) | repond
        signaler
        inscri | (?:vos|tes|votre|ton|ta) (?!reunion|seance|rendez|rencontre)[a-z]+ | livrable | objectif
        relire | relis | prepare | apporte | besoin pour\b
        besoin (?:de |d'|du )(?:vo|te|la |le |l'|un|cette|ces|ce)
        a rendre | demandee?s? | exigee?s? | requis | remett | s'engage | svp\b | stp\b | tache | todo"""
    )
)
# « que chaque lieu m'envoie »
WISHED = Pattern(
    r"(?<!\w)(?:que chaque|que chacune?|que tou[ts]e?s?) [a-z' ]{1,30}(?:envoie|rend|donne|fasse|mett)"
)
THEN = Pattern(r"[^.!?]{0,20}\b(?:svp|stp|sinon|merci|please|s'il (?:vous|te) plait|imperatif|sans faute)")
# Who comes later is too late.
LATE = Pattern(r"\b(?:apres|posterieure?s? a|au-dela) ?(?:le |la |les |du |de |au |ce )?\Z")
NOTHING_LATER = Pattern(
    r"\b(?:aucune?|plus (?:de|d'|possible)|impossibles?|pas (?:de|d'|possible)|refus[a-z]+|trop tard"
    r"|n[e'] ?[a-z ]{2,30} (?:plus|pas) [a-z' ]{0,20}"
    r"(?:inscri|possible|accept|pris|rembours|trait|modifi|chang))"
    r"\b[^.;]{0,60}\b(?:apres|au-dela)\b[^.;]{0,12}\Z"
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
        r"""\bn(?:e |')[ a-z']{1,30}\b(?:plus|pas|aucune?) | trop tard | aucune?\b | plus (?:de|d'|possible)
        \brefus | \brejet | \bferm | \bclos | irreceva | perdue?s? | penalite | majoration | \bc'est mort
        tant pis | hors delai | sans garantie | ecarte"""
    )
)
BEFORE = Pattern(r"\b(?:au|le|avant|au plus tard) ?(?:le )?\Z")
REFUSED = Pattern(
    r"[^.!?]{0,40}\bne (?:ser(?:a|ont)|pourr(?:a|ont)|sont|est) (?:pas|plus|donc pas) (?:etre )?[a-z ]{0,8}"
    r"(?:examin|accept|pris|etudi|trait|retenu|receva|rembours|considere|validee?s?|compt[ea])"
)
# What must be handed in and the day on which it must be: « doit être bouclé mardi ».
DUE = Pattern(
    r"\b(?:(?:doi[ts]|doivent|devr(?:a|ont|ez|ait|aient)|devez|devons|fau(?:t|dra|drait)|prie|priere|prions"
    r"|merci de|merci d'|veuillez|oubliez pas|oublie pas|pense[rz]?|attendue?s?|demande[a-z]*|exig[a-z]+"
    rf"|besoin)\b[^.!?;]{{0,70}}?\b{_HANDING_OVER}|(?:sont |est |reste |restent )?\ba {_HANDING_OVER}"
    r"|merci (?:de|d'|pour) (?:votre|vos|ton|tes) (?:retour|reponse|envoi|confirmation)s?"
    r"|il (?:me|nous|lui|leur) (?:le|la|les) fau(?:t|drait|dra)"
    r"|(?:(?:aime|voud)rai[st]?|souhaite(?:rai[st]?)?|(?:aime|voud)rions) (?:bien )?(?:avoir |recevoir )?"
    r"(?:vos|votre|tes|ton|ta|une reponse|un retour|tout)\b"
    r"|(?:tu|vous) (?:me|nous|lui|leur) (?:confirme[sz]?|envoie[sz]?|envoyez|rend(?:s|ez)|renvo(?:ies|yez)"
    r"|retourne[sz]|rapporte[sz]|remet(?:s|tez)|transmet(?:s|tez)|dites|dis)"
    r"|(?:renvo(?:ie|yez)|rend(?:s|ez)(?!.vous)|retourne[z]?|confirme[z]?|remet(?:s|tez)|rapporte[z]?"
    r"|transmet(?:s|tez)|reglez?|payez?|remplissez|completez)-(?:moi|nous|le|la|les)"
    r"|attendue?s?|exigible|exigee?s?|en (?:ai|avons|a|aurai|aurons) besoin"
    r"|(?:besoin (?:de |d')|attend(?:s|ons)? |veu(?:x|t|lent) |fau(?:t|dra) )"
    r"(?:vos|tes|votre|ton|ta|vous|toi)\b)"
    r"(?!\w)(?P<gap>[^.!?;]{0,60}?)(?:\b(?:le|au|ce|soit le|soit)|[ ,:(-])[ :,(]{0,3}\Z"
)
# « à rendre lors de la réunion du 3 » is told elsewhere; « à déposer à partir du 3 » opens.
NO_DATE_OF_ACT = Pattern(
    r"\b(?:a partir|a compter|des|depuis|apres|pendant|lors|durant|du|de|d'|entre|et|ou|en|dans)"
    r"(?: (?:le|la|du|de|l'))? ?\Z"
)
