"""The words of what is collected until a day, of its end, and of what only lasts, over folded text."""

from __future__ import annotations

from bot.french.patterns import Pattern, any_of

# Between the cue and the date: articles, signs, parts of a period, and what is to be handed in.
BETWEEN = (
    r"(?:[ :,(\n'*_|\t=>-]|\b(?:le|la|l|les|ce|cette|cet|notre|votre|vos|au|aux|a|du|de|d|des|jusqu"
    r"|fixee?s?|reportee?s?|est|sera|sont|en|plus|tard|que|tout|toute|delai|inscriptions?|reponses?|depots?"
    r"|remises?|retours?|envois?|prochaine?|vers|maximum|max|imperativement|heure|matin|soir|midi"
    r"|prolongee?s?|repoussee?s?|toujours|bien|donc)\b){0,16}"
)
# What people send in, sign up for or vote in.
COLLECTION = any_of(
    r"""votes? | sondages? | scrutins? | (?:re-?)?inscriptions? | candidatures?
    appels? | consultations? | depots?
    enquetes? | questionnaires? | formulaires? | collectes? | billetterie | ami | aap | teleprocedure
    plate-?forme | guichet | campagne | souscriptions? | pre-?commandes? | commandes? | adhesions?
    reservations? | concours | petition | preventes? | dossiers? | urnes? | registre | cagnotte
    financement participatif | crowdfunding | recrutement | declarations? | offres? | tarifs? [a-z]+
    doodle | framadate | bourses? | contributions? | demandes? | propositions? | recueil | reception
    pre-?inscriptions? | accreditations? | ventes? | saisies? | deposes? | devis | promo(?:tion)?s?
    bons? | coupons? | billets? | pass | codes? | options? | liens? | acces | comptes? | parrainages?
    recensement | validation | correction | relecture | saisine | recours | referencement | prepaiement
    cagnottes?"""
)
# What people vote in or apply to, and its end.
_SHUTS = (
    r"(?:fermee?s?|ferme(?:nt|ra|ront)?|(?:se )?termine(?:nt)?|se terminer(?:a|ont)|prend fin|prendra fin"
    r"|prennent fin|s'acheve(?:nt|ra)?|s'arrete(?:nt|ra|ront)?|finit|finissent|finira|clot|cesse(?:nt|ra)?"
    r"|expire(?:nt|ra|ront)?|close?s?|s'interromp[a-z]{1,4}|s'eteint|s'eteindra|tombe(?:nt)?|stoppe(?:nt)?"
    r"|dispara[a-z]{1,7}|c'est (?:fini|termine|mort|plie)"
    r"|ser(?:a|ont) (?:desactive|supprime|ferme|clotur|verrouill|fige|gele|archive|efface)[a-z]*)"
    r"(?: (?:(?:ses|leurs) portes|tout seul|toute seule|automatiquement|definitivement))?"
)
ENDING = Pattern(rf"\b{COLLECTION}\b[^.!?]{{0,60}}\b{_SHUTS}\b[^.!?]{{0,12}}\Z")
LOCKED = Pattern(
    r"\b(?:tableau|pad|framapad|doc|document|fichier|sondage|doodle|liste)\b[^.!?]{0,40}"
    r"\bser(?:a|ont) (?:verrouille|efface|supprime|ferme|archive|fige|gele|clos)[a-z]*[^.!?]{0,12}\Z"
)
ENDS = Pattern(
    rf"\b(?:fermeture|cloture|fin|arret|expiration)s? (?:des?|du|de la|de l'|de l|de vos|d') ?"
    rf"(?:[a-z]+ )?{COLLECTION}\b[^.!?]{{0,60}}\Z"
)
# « la trésorière clôture les notes de frais », « je ferme le doodle »
_END = r"(?:e|es|ent|ons|t|s|era|erai|erons|eront|rai|rons|rait|ra)?"
_STOPS = (
    rf"(?:ferm|clotur|arret|termin|stopp|fig|boucl|gel|verrouill|coup|desactiv|depouill|suspend|clo)s?{_END}"
)
_LISTED = r"(?:listes?|notes de frais|tableaux?|pads?|framapads?|docs?|fichiers?|documents?|caisse)"
_THE = r"(?:(?:les?|la|l'|nos|notre|ce|cet|cette|vos|mes|mon|ma|tous|toutes) ?){1,2}"
CLOSES = Pattern(
    rf"\b{_STOPS} (?:de prendre )?(?!(?:les|nos|ses|vos) comptes (?:au|annuels"
    rf"|le)\b){_THE}(?:[a-z']{{1,15}} ?){{0,2}}?"
    rf"(?:{COLLECTION}|{_LISTED})\b[^.!?]{{0,40}}\Z"
    rf"|\b(?:je|on|nous) (?:boucl|clotur)(?:e|ons|erai|era|erons) [^.!?]{{0,60}}\Z"
    r"|\b(?:je|on|nous) (?:passe|lance|envoie|fai[ts]|passons|lancons)(?:rai|ra|rons)? "
    r"(?:la |les |notre )?commandes?\b[^.!?]{0,60}\Z"
    # What is taken in from all at once.
    r"|\b(?:je|on|nous) (?:ramass|relev|collect|recuper|recolt|compil|synthetis|rassembl|centralis|recens)"
    r"(?:e|ons|erai|era|erons) (?:vos|tes|votre|ton|ta|toutes (?:les|vos)|tous (?:les|vos)|les)\b"
    r"(?! (?:pommes|legumes|dechets|fruits|tables|chaises|enfants|feuilles|compteurs|filets|clefs?|cles?"
    r"|patates|bouteilles|velos|affaires)\b)[^.!?]{0,40}\Z"
)
# « remplissez le tableau, je le fige jeudi »
CLOSES_IT = Pattern(rf"\b[a-z]+ (?:l'|la |le |les ){_STOPS}\b[^.!?]{{0,25}}\Z")
# What is done with what people gave, where they are asked for it: « je dépose le dossier vendredi, … ».
# « ça ferme vendredi le formulaire », « n'oubliez pas le sondage, fin demain »
CLOSING = Pattern(r"\b(?:ferme|clot|cloture|se termine|finit|s'arrete|se ferme)(?:nt)? (?:le )?\Z")
WHAT_CLOSES = Pattern(rf" (?:le|la|les) ?{COLLECTION}\b")
PROLONGED = Pattern(rf"\b{COLLECTION}\b[^.!?]{{0,40}}\b(?:prolonge|etendu)[a-z]* (?:au|a|jusqu'au) \Z")
MOVED_TERM = Pattern(
    r"\b(?:cloture|limite|echeance|delai|deadline|bouclage|date de (?:remise|rendu|depot))\b"
    r"(?! (?:du|de la|de|de l')\x20?(?:festival|saison|stage|expo))[^.!?;]{0,25}"
    r"\b(?:gliss|decal|pass|repouss|report|recul)[a-z]{0,5} (?:au|a|jusqu'au|jusqu'a) \Z"
)
# « les inscriptions devaient fermer hier, on repousse à demain »
PUT_OFF = Pattern(
    r"\b(?:repouss|recul|prolong|etend)[a-z]{0,6} (?:(?:les?|la|l'|cela|ca|tout|encore|donc|votre) ?){0,2}"
    r"(?:date|limite|delai|echeance|cloture|date limite)?(?:finale|de cloture)? ?(?:au|a|jusqu'au|jusqu'a) \Z"
)
TERM = Pattern(
    r"\b(?:(?:re-?)?inscriptions?|candidatures?|depots?|delai|reponses?|appel|souscriptions?|cloture|limite"
    r"|echeance|commandes?|sondage|questionnaire|vous aviez|tu avais|deadline)\b"
)
# « il est encore temps de candidater : tout s'arrête dimanche »
ALL_ENDS = Pattern(rf"\b(?:tout|ca|cela) (?:se |s')?{_SHUTS}\b[^.!?]{{0,12}}\Z")
STILL_OPEN = Pattern(
    r"\bencore temps\b|\b(?:candidat|inscri|postul|vote[rz]|repond|depose[rz]|reserv|precommand|souscri)"
)
END_NOTED = Pattern(r"[,:(-] ?(?:fin|fermeture|cloture) (?:le |ce )?\Z")
GOES_OFF = Pattern(
    r"\b(?:(?:ma|la|notre) (?:commande|demande|lettre|gazette)|(?:le|notre) (?:dossier|fichier|journal|bat)"
    r"|l'envoi|tout) (?:part(?:ira)?|est envoyee?|sera envoyee?) (?:[a-z']+ ){0,3}(?:le )?\Z|"
    r"\b(?:je|on|nous) (?:lanc|impri|depos|envo|transm|vali|publi|finalis|cal|commande|dict)[a-z]{1,6}"
    r" (?:le|la|l'|les|tout|cela|ca)\b[^.!?]{0,50}\Z|\bj'(?:imprime|envoie|expedie"
    r"|arrete) (?:[a-z']+ ){0,3}\Z"
)
# « c'est vendredi que ferment les inscriptions »
AFTER_CLOSING = Pattern(
    rf"[ ]{{0,2}}(?:que |qu'|minuit )?(?:on |nous |je )?(?:se |s')?"
    rf"(?:ferm|clotur|termin|arret|expir|cess|boucl)[a-z]{{1,4}} (?:les?|la|l'|nos|notre|vos|ce|cet|cette) ?"
    rf"{COLLECTION}\b"
    rf"|[ ,]{{1,3}}(?:les?|la|l') ?{COLLECTION}\b[^.!?,;]{{0,30}}\b{_SHUTS}"
    r"|[ ,]{1,3}(?:il|ce) sera trop tard|[ ,]{1,3}(?:je|on|nous) (?:clotur|boucl|clos)[a-z]*"
)
COLLECTED = Pattern(
    rf"\b{COLLECTION}\b|\b(?:inscri|candidat|postul|depos|repond|repons|envoy|envoi|votez|vote\b|voter"
    r"|reserv"
    r"|commande|signal|accept|recevable|particip|vous (?:avez|pouvez|disposez)|(?:on a|j'ai|nous avons"
    r"|ils ont) jusqu|tu (?:as|peux)|on vous laisse"
    r"|(?:vous|se|nous) laisse|se donne|(?:vous|te) donne|il (?:vous |te |nous )reste\b|il reste jusqu"
    r"|laissez|remplir|remplissez"
    r"|completer"
    r"|encore temps|cotisation|paiement|reglement|soumission|profite|proposez|proposer|transmettre"
    r"|faire (?:part|remonter|parvenir)"
    r"|se manifester|manifestez"
    r"|ecrivez|ecrire|nous (?:dire|signaler)|dites|contester|optez|cochez|relire|amender|commenter|retirer"
    r"|recuperer|confirm"
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
        saison | stage | mandat | bail\b | contrat | applique | cdd | mission | garantie? | dur(?:e|era|ent)\b
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
UNTIL = Pattern(r"\b(?:jus(?:qu|k)[e']? ?(?:aux?|a|en)?|jsq)(?!\w)" + BETWEEN + r"\Z")
