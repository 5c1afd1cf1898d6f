"""What was decided: said as done, by us, and neither wished, conditional, negated nor asked."""

from __future__ import annotations

from bot.french.cues.cue import Cue

_DECIDED = (
    r"(?:retenu|adopt|valid|acte|approuv|enterin|decid|elu|accept|rejet|refus|tranch|choisi|design"
    r"|reconduit|ratifi|vote|entendu|attribu|accord|allou|ecart|abandonn|renouvel|nomme)"
    r"(?:e|ee|es|ees|s|u|ue|us|ues|i|ie|is|ies)?\b"
)
_CHANGED = r"(?:report|annul|decal|deplac|repouss|suspend|prolong)(?:ee?s?|u|ue|us|ues)\b"
_SURELY = (
    r"(?:(?:donc|finalement|bien|ainsi|officiellement|collectivement|ete|tous|toutes|enfin|alors|desormais"
    r"|definitivement|largement|deja|aussi|hier|maintenant)[ ]{1,3}){0,3}"
)
_BODY = (
    r"(?:cac|ca|ag|gt [a-z]+|gt|copil|conseil(?: [a-z]+)?|bureau|comite(?: [a-z]+)?|groupe(?: [a-z]+)?"
    r"|collectif|equipe|assemblee(?: generale)?|jury|region|departement|commission"
    r"|college|cercle|federation|majorite)"
)
_CLAUSE = r"(?:^|(?<=[,;:.!?(-])|(?<=[,;:.!?(-] )|(?<=alors )|(?<=donc )|(?<=bon )|(?<=bref ))"
_WE = r"(?:on|nous|nous nous|nous avons|on a)"
_PRESENT = (
    r"(?:valid|approuv|adopt|decid|accept|retient|retienn|refus|rejett|choisi|choisiss|attribu|accord|allou"
    r"|tranch|renonc|opt|ratifi|reconduit|reconduis|maintient|maintienn|report|annul|repouss|ecart|vot|nomm"
    r"|designe|elit|elis|enterin|prononc|donne son accord|donne son feu vert|suit l'avis)(?:e|es|t|ent|s)?\b"
)

_UNDONE = rf"""si (?!bien\b) | s'ils?\b
    (?:a|d') (?:valider|decider|voter|confirmer|adopter|discuter)\b | pas encore | avant (?:d'etre|que|
    qu'|de)
    deja decide
    ce (?:que?|qu'on|qui)\b | comme (?:convenu|prevu|decide|vote|valide|acte)e?s?\b | faut-il | (?:peut|
    doit|pourrait|devrait|va)-on | (?:ne |n')(?:a|est|ont|ai|avons|sont|sommes|sera|soit|etait|
    fut) (?:pas|plus|rien|jamais|encore)
    (?:rien|aucune?|personne) (?:[a-z]+ )?(?:n'|ne )(?:a|est|sera|ont) (?:ete )?(?:decid|vot|valid|act|
    adopt|retenu|choisi|arret|tranch)
    n'(?:a|est|ont|ai|avons|etait)\b | (?:une fois|quand|lorsque|des que|tant que|apres que|jusqu'a ce)
    (?:je|nous|il|elle|on) (?:vous )?(?:propos|suggere|souhait|esper|verra|verrons)[a-z]* | peut-etre
    sous reserve
    (?:accept|refus|chois|decid)[a-z]* (?:d'(?:assurer|ouvrir)|de me|de nous) | l'an dernier
    l'annee (?:derniere|passee) | (?:risqu|pourr|devr)[a-z]+ | (?:pour|contre) ou (?:pour|contre)
    (?:avait|avaient|avions) (?:ete )?
    en attendant que | mon [a-z]+ (?:est|a ete) | ma [a-z]+ (?:est|a ete) | (?:semblerait|parait) que
    ou pas\b | quand meme\? | a refuse d | ont refuse d
    (?:qu'on|que nous|que vous|que j'|qu'il|
    qu'elle) ?(?:a|ai|avons|avez|ont) {_DECIDED} | pour (?:moi|nous|ma part)\b | chez (?:nous|moi)
    de (?:ma part|mon cote|notre cote)
    (?:a|lors de|pendant|en) (?:la |notre |une )?prochaine?s? (?:plenier|reunion|ag|cac|seance|assemblee|
    rencontre|fois|conseil|bureau)
    date limite | delai | j'ai vote | chaque (?:annee|mois) | tous les (?:ans|mois)"""

DECISION = Cue(
    rf"""(?:est|sont|a ete|ont ete|c'est|fut|furent) {_SURELY}{_DECIDED}
    (?:est|sont) (?:donc|finalement) {_SURELY}{_CHANGED}
    (?:c'est|la cause est|l'affaire est|tout est|voila qui est|la chose est|la question est|
    le sort en est) {_SURELY}(?:entendu|decid|acte|regle|tranch|plie|convenu|vot|valid|adopt|arret|jou|
    signe)e?e?\b
    c'est confirme\b
    (?:on a|avons|ont) {_SURELY}(?:{_DECIDED}|vote\b|opte\b|renonce a|prefere|tranche)(?! ?(?:! ?$|la \d|
    pour (?:la|le) \d))
    (?:choix|liste|programme|date|montant|budget|calendrier)s? (?:est|sont|a ete|ont ete) {_SURELY}arret
    {_WE} {_SURELY}(?:se met|est tombes?|nous mettons|sommes|est|tombons|s'est mis|nous sommes mis|tombe|
    sont) {_SURELY}d'accord (?:pour|sur|que)
    (?:on|nous) {_SURELY}(?:retient|retenons|valide|validons|decide|decidons|choisit|choisissons|acte|
    actons|part sur|partons sur|opte|optons|renonce|renoncons|tranche|tranchons|abandonne|abandonnons|
    annule|annulons|reporte|reportons|decale|decalons|deplace|deplacons|maintient|maintenons|repousse|
    repoussons|adopte|adoptons|arrete les frais|s'en tient|nous en tenons|reste sur|restons sur)\b
    (?:preferons|prefere|avons prefere) {_SURELY}(?:l[ae] |les |l')?(?:report|annul|decal|deplac|
    repouss)er
    (?:tout le monde|chacun) {_SURELY}(?:est|etait|semble|etant|a dit oui|m'a dit oui|s'accorde|
    tombe) ?(?:d'accord|ok|favorable|partant|pour|au telephone)?
    {_BODY}(?: d'[a-z]+)?(?: reunie?s?(?: [a-z]+){{0,3}}?)? (?:
    (?:a|ont|avons) [^.;:,]{{0,30}}?(?:{_DECIDED}|vote\b|renonce|tranche|opte|prefere|suivi|
    donne son accord|dit (?:oui|non))|(?:[a-z]+ ){{0,2}}?{_PRESENT}|(?:se prononce|s'oppose|opte|renonce)\b)
    (?:on|nous) {_SURELY}(?:garde|gardons|fera|ferons|conserve|conservons) {_SURELY}(?:le|la|les|l'|
    donc)\b
    l'emporte(?:nt)?\b | (?:l'a|l'ont) emporte | remporte le vote
    (?:ce|ca) sera (?:donc|finalement|bien)\b
    (?:notre |le |son )?choix (?:final |retenu )?(?:s'est porte|se porte|est fait|s'est arrete|definitif)
    adjuge | il (?:est|a ete|fut) {_SURELY}convenu | (?:on a|nous avons|avons|sommes|
    est) {_SURELY}convenus? (?:de|d'|que|qu'|avec|ensemble)
    (?:valide|adopte|acte|decide)e?s? ?!
    (?:s'est|se sont|s'etant) (?:largement |majoritairement )?prononcee?s?
    (?:suite|apres|vu|d'apres) (?:au |a la |le |la |un |une )?(?:sondage|vote|consultation|deliberation|
    scrutin|depouillement)
    ok pour tout le monde\b
    ^(?:adopt|valid|vot|approuv|rejet|refus)ee?s? (?:a|par|hier|en|ce)\b
    (?:vu|regle|cale|convenu|tranche|valide) avec [a-z]
    resultats? (?:du vote|du sondage|du scrutin)?[^.]{{0,20}} ?:
    decision (?:est |a ete )?prise | decisions?\b[^.:;]{{0,40}} ?: | a l'unanimite | a la majorite
    consentement (?:obtenu|general|donne)
    (?:sans|aucune|pas d'|pas eu d'|faute d'|ni) ?(?:objection|
    opposition)s?\b(?! de ma| pour moi| de notre| chez)
    personne (?:ne s'y|ne s'est|n'est|n'a|ne s') ?(?:etant |est )?(?:oppose|contre|objecte)
    (?:desormais|dorenavant|a l'avenir),? (?:on|nous|nos|les reunions|chaque|chacun|il faudra|toute?s?)\b
    fait l'unanimite | accord (?:unanime )?de tous | (?:nom|titre|date|lieu|projet|devis|offre|
    formule|solution|proposition|logo)s? (?:qui sort du chapeau|retenue?s? (?:est|sont|sera|:))
    (?=fin|au fi|en de|en co|conc|apres r|refl|verd){_CLAUSE}(?:finalement|au final|en definitive|
    apres reflexion|reflexion faite|verdict|en conclusion|conclusion)\b(?!,? (?:je|j|vous|tu|merci)\b)
    je (?:tranche|valide|annule|reporte|decale|maintiens|choisis|opte|pars (?:donc )?sur|retiens (?:le|la|
    donc|l'offre|votre))\b
    majorite (?:[a-z]+ )?(?:pour|en faveur|se degage|des (?:voix|votes|presents)) | majoritairement
    gagne(?:nt)? (?:haut la main|avec|par|le vote) | remporte(?:nt)? (?:le|la) (?:vote|scrutin|sondage|
    mise)
    c'est (?:donc |bon |bien |tout )*(?:cale|boucle|fixe|signe|confirme|arrange)e?s?\b
    (?:est|sont) (?:finalement|definitivement) [a-z]+ee?s?\b | (?:est|sont) donc (?:fixe|avance|confirme|
    maintenu)[a-z]*
    (?:cotisation|adhesion|participation)s? (?:[a-z]+ ){{0,3}}(?:passe|passera|reste|restera|
    est fixee) (?:donc )?(?:a|de) \d
    il n'y aura (?:donc |finalement )?(?:pas|plus) (?:de|d')
    (?:n'aura|n'auront) (?:donc |finalement )?(?:pas|plus) lieu
    (?:on|nous) (?!(?:cherch|manqu|attend|demand|propos|recrut|esper|vo[iy]|sa[iv]|pe?[uo]|do|aimer|
    souhait|av|a\b|est|somm|rest|compt|invit|organis|all|va)[a-z]*)[a-z]{{2,}} (?:donc|finalement)\b
    (?:sera|seront|fera|ferons|irons) (?:donc|finalement) (?:le|la|les|l'|au|aux|a|en|chez|un|une|dans|
    pour|\d)\b
    (?:aura|auront) (?:donc|finalement) lieu | se (?:tiendra|tiendront|fera) (?:donc|finalement)\b
    (?=[a-z]{{4,10}}ons\b|tenons){_CLAUSE}(?:partons|retenons|gardons|disons|prenons|maintenons|reportons|
    restons|optons|fixons|annulons|tenons-nous)\b
    c'est (?:donc |finalement )?(?:oui|non|ok|bon|d'accord) pour (?:le|la|les|l'|un|une|tout)
    (?:on|nous) (?:fait|faisons|procede|procedons) (?:donc |alors )?(?:comme (?:ca|cela|dit|propose|
    prevu)|ainsi)
    (?:affaire|marche|dossier) (?:reglee?|conclue?|clos)\b | d'un commun accord
    (?:la )?decision est (?:donc )?(?:tombee|prise|de)\b | (?:prend|prennent|prenons|a pris|ont pris|
    avons pris) (?:donc )?la decision
    arrive(?:nt)? (?:largement )?en tete
    (?:on|nous) (?:laisse tomber|laissons tomber|supprime|supprimons|arrete|arretons|reconduit|
    reconduisons|change|changeons|passe|passons) (?:donc |finalement )?(?:le|la|les|l'|a|au|aux)\b
    (?:date|lieu|horaire|salle|heure|rendez-vous|programme)s? (?:[a-z]+ ){{0,4}}(?:est|
    sont) (?:bien |donc |desormais )?confirmee?s?
    feu vert (?:du|de la (?!tresor)|donne|obtenu) | accord (?:est )?(?:trouve|obtenu|unanime|signe|conclu)
    adoptee?s? (?:a|par|avec) \d | par \d{{1,6}} voix""",
    open_={
        "voix |contre|non": r"""(?<!\d)\d{1,4} (?:pour|oui),? (?:et )?\d{1,4} (?:contre|non)
    (?<!\d)\d{1,6} voix (?:sur|contre|pour)""",
        r"votee?s? ?!": r"[a-z]{3,} votee?s? ?!",
        "hier|ce |unanim|en |a la |par |di\\b": r"""[a-z]+ (?:retenu|adopt|vot|valid|
    approuv|attribu|rejet|refus|accept|acte)e?e?s? (?:hier|ce matin|ce soir|ce midi|a l'unanimite|
    en (?:cac|ag|ca|bureau|conseil|reunion|seance)|a la majorite|par (?:le|la|l'|\d)|
    lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)""",
    },
    unless=_UNDONE,
    affirmed=True,
)

# What concludes only where it is said by who put the question, once others have answered.
CONCLUSION = Cue(
    rf"""ce sera\b | va pour\b | c'est parti pour | ca sera\b | (?:est|sont) (?:bien|
    quand meme|donc) maintenue?s?\b
    ai {_SURELY}(?:{_DECIDED}|{_CHANGED}|reserve|commande|signe|confirme|achete|pris|
    passe (?:la )?commande)\b
    je (?:confirme|retiens|reserve|commande|signe|garde|prends|valide) (?:donc |alors )?(?:le|la|
    les|l'|un|une|que|pour|chez|\d)
    (?:a|est|sont|a ete|ont ete) {_SURELY}(?:{_DECIDED}|{_CHANGED})
    (?:on|nous) y (?:va|allons)\b
    (?:on|nous) (?:prend|prenons|garde|gardons|fait|faisons|part|partons|reste|restons|achete|achetons|
    loue|louons|signe|signons|tente|tentons|essaie|essayons|teste|testons|lance|lancons|ferme|fermons|
    ouvre|ouvrons|partage|partageons|passe|passons) [^.;?]{{0,80}}\b(?:donc|alors|du coup|finalement)\b
    (?=donc|alor|du c|fina|ente|bon|bref|ok){_CLAUSE}(?:donc|alors|du coup|finalement|entendu|bon|bref|
    ok),? (?:on|nous|c'est|ce n'est|la|le|les|l'|pas de)\b
    (?:vu|suite a|apres|d'apres|au vu de|a la lecture de|compte tenu de) (?:tous |toutes )?vos\b
    ok pour (?:le|la|les|l'|un|une|\d) | c'est (?:donc )?[a-z' -]{{2,30}} qui [a-z]{{2,}}ra\b
    c'est [a-z' ]{{2,20}} qui (?:gagne|l'emporte|est retenu) | regle est (?:donc )?(?:la suivante|simple)
    (?:sera|seront|aura|auront) (?:donc |finalement )
    nous (?!nous|vous|verr|ser|aur|pourr|saur|devr|rest|tach|essa)[a-z]{{2,}}rons (?:donc|finalement|alors)\b
    (?:desormais|dorenavant)\b | (?:reunion|bureau|cac?|ag) (?:d'hier|de (?:lundi|mardi|mercredi|jeudi|
    vendredi|samedi|dimanche|ce matin|ce midi|ce soir))[^.;]{{0,12}}:
    pour tout le monde (?:alors|donc) | (?=bon|donc|alor){_CLAUSE}(?:bon|donc|alors)[ ,]+(?:le |pour le )?(?:
    lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\d)
    (?=on )(?:^|(?<=: )|(?<=donc )|(?<=alors )|(?<=bon )|(?<=bon, )|(?<=bref, ))on (?!(?:
    verra|attend|se|a|est|peut|pourrait|devrait|espere|cherche|vous|ne|y|aura|sera|
    etait|avait|compte|en|me|te|m|t|m'[a-z]+|dirait|aime|adore|sait|doit|m'a|n'a|n'est|propose|pourra|
    recherche|manque|voudrait|souhaite|serait|continue|avance|arrive|connait|voit|pense|dit)\b)[a-z]{{3,}}\b""",
    unless=_UNDONE,
    affirmed=True,
)
