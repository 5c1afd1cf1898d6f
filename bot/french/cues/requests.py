"""What asks: what people are told to do, and what somebody looks for or wants to know."""

from __future__ import annotations

from bot.french.cues.cue import Cue

# Stems of what people are asked to do.
_DO = (
    r"(?:accueil|accus|aid|ajout|amen|apport|assist|avis[eo]|candidat|choisi|communiqu|complet|confirm|consult"
    r"|contact|contribu|cotis|declar|depos|diffus|dire|dites|donn|ecri|emarg|envoy|fai[rst]|ferm|fini|fourni"
    r"|indiqu|inform|inscri|lire|lisez|manifest|mett|not|partag|particip|pass|pens|positionn|precis|prend"
    r"|prenez|prepar|preter|prevenez|prevenir|prevoi|profit|propos|ramen|rang|rapport|reag|recuper|regard|regl"
    r"|rejoi[gn]|relay|reli[rst]|remet|rempl|remont|rend|renseign|renvoy|repond|report|reserv|retir|retourn"
    r"|saisi|signal|sign|soumett|tenez|tenir|transmet|trouv|valid|venez|venir|vers|verifi|vid|vot)[a-z]*"
)
# An infinitive by its ending, a few nouns and small words apart.
_INFINITIVE = (
    r"(?!(?:[a-z]*ier|votre|notre|autre|encore|entre|contre|outre|offre|lettre|titre|livre|ordre|cadre|nombre"
    r"|membre|theatre|centre|semestre|trimestre|registre|chiffre|rencontre|cher|hiver|loyer|foyer|danger|super"
    r"|leger|soir|avenir|plaisir|loisir|souvenir|pouvoir|devoir|affaire|quatre|octobre|[a-z]*embre|fer|mer|voir"
    r"|gouter|diner|dejeuner|oeuvre|heure|guere|faire part|chere|mere|pere|frere|terre|guerre"
    r"|[a-z]*(?:ture|iere)|(?!(?:re|satis)?faire|extraire|distraire)[a-z]*aire|(?!croire|boire)[a-z]*oire)\b"
    r"(?<!verifier)(?<!publier))"
    r"(?:[a-z]{2,}(?:er|ir|re)|verifier|publier|oublier|trier|etudier|copier|confier|relier|modifier|plier)\b"
)
_CLITICS = (
    r"(?:(?:me|nous|vous|te|se|le|la|les|lui|leur|y|en|ne|pas|plus|rien|bien|vouloir|aussi|tous|tout|toujours"
    r"|encore|deja|donc|juste|vite)[ ]{1,3}|(?:m|t|s|l|n)[ ']){0,5}"
)
# What is thanked for has happened: « merci d'avoir rangé », « merci d'être venus ».
_TO_DO = (
    rf"{_CLITICS}(?!avoir\b(?! (?:vos|votre|un|une|le|la|les|des|tes|ton|ta)\b)"
    r"|etre\b(?! (?:a|au|en|de|ponctuel|present|attenti|prudent|vigilant|bref|dans))"
    rf"){_INFINITIVE}"
)
# No "vous" before it, with what may stand between: « vous le relisez » orders nothing.
_BETWEEN = (
    *("", "ne ", "n'", "y ", "en ", "me ", "m'", "le ", "la ", "les ", "l'", "nous ", "vous ", "lui "),
    *("leur ", "tous ", "toutes ", "aussi ", "l'y ", "n'en ", "n'y ", "vous en ", "ne le ", "ne la "),
    *("ne les ", "ne nous ", "ne vous ", "ne me ", "me le ", "me la ", "me les ", "nous le ", "nous la "),
)
# « vous le relisez » orders nothing.
_OF_VOUS = "".join(rf"(?<!vous {between})" for between in _BETWEEN)
# The imperative of several people, by its ending; what else ends so, and what only is polite.
_NOT_ORDERED = (
    r"(?!(?:assez|chez|nez|rez|riez|suez|comptez (?:un|une|environ|\d+)|merguez|perez|lopez"
    r"|gomez|sanchez|martinez|fernandez|rodriguez|gonzalez|hernandez|alvarez|ramirez|jimenez|velez|vasquez"
    r"|veuillez (?:trouver|agreer|recevoir|croire|excuser)|comptez[ -](?:moi|sur moi|sur nous)\b"
    r"|excusez|pardonnez|croyez|recevez|agreez|sachez"
    r"|voyez|imaginez|figurez|rassurez"
    r"|rendez[ -]vous(?! (?:sur (?:le|la|notre|cette)|ici|en ligne|dans les)))\b"
    r"|(?:avez|etes|pouvez|voulez|savez|auriez|seriez|pourriez|aviez|etiez)\b|venez de\b"
    r"|(?:allez|tenez) ?[,!.]"
    r"|soyez (?:assure|remercie|les? bienvenu|rassure)|prenez (?:bien )?soin de vous|portez-vous|dites donc)"
)
_ORDER = (
    rf"(?=[a-z]{{2,16}}ez\b|dites\b|faites\b){_NOT_ORDERED}{_OF_VOUS}"
    r"(?<!qui )(?<!mme )(?<!qui nous )(?<!qui l')"
)
_CLAUSE = (
    r'(?:^|(?<=[,;:.!?(*"-])|(?<=[,;:.!?(*"-] )|(?<=et )|(?<=puis )|(?<=donc )|(?<=alors )|(?<=mais )'
    r"|(?<=ou )|(?<=ne )|(?<= n')|(?<=^n')|(?<=svp )|(?<=stp )|(?<=surtout )"
    r"|(?<=enfin )|(?<=sinon )|(?<=ensuite ))"
)
_OBJECT = (
    r"(?:le|la|les|un|une|des|du|au|aux|vos|votre|nos|notre|ce|cet|cette|ces|pas|plus|rien|bien|aussi|donc|sur"
    r"|par|avant|en|dans|que|si|tous|toutes|tout|toute|chaque|vite|pour|avec|ensemble|ici|moi|nous|leur|lui"
    r"|son|sa|ses|leurs|ton|ta|tes|mon|ma|mes|jusqu|d|l|qu|\d)\b"
)
_THING = (
    r"(?:retours?|reponses?|inscriptions?|candidatures?|contributions?|confirmations?|avis|propositions?|idees?"
    r"|dons?|renforts?|coups? de main|benevoles|volontaires|remarques?|suggestions?|relectures?|votes?"
    r"|reservations?|disponibilites|dispos|temoignages?|articles?|photos?|textes?)"
)

# What people are told to do.
ASK = Cue(
    rf"""merci (?:par avance |d'avance |bien |infiniment )?(?:(?:a|
    aux) [^.;:!?]{{1,90}} )?(?:de |d'){_TO_DO}
    (?:vous|te) (?:remerci(?:e|ons|ent|ant|erais|erions)|sera(?:is|it|
    ions)? (?:tres )?reconnaissante?s?) (?:par avance |d'avance |infiniment )?de (?:bien vouloir|{_TO_DO})
    (?:pouvez|pourriez|peux|pourrais|voulez|voudriez|auriez|seriez)-(?:vous|tu)
    (?<!vous )(?:pouvez|pourriez|voulez|voudriez|auriez|seriez) vous
    (?=n'[oh]|pens|song|dis\b|repo|prev|env|ecr|app|vien|veri|ram|amen|rega|gard|
    note){_CLAUSE}(?:n'oublie|n'hesite|pense|songe|dis|reponds|previens|envoie|ecris|appelle|viens|
    verifie|apporte|ramene|amene|regarde|garde|note)\b (?:pas|bien|vite|moi|toi|a|au|aux|la|le|les|l'|un|
    une|ton|ta|tes|ici|sur|nous|d'|si)\b
    (?=qu[e'] ?[ctl]){_CLAUSE}(?:que|qu') ?(?:chacune?|chaque|tous|toutes|ceux|celles|les [a-z]+ qui)\b
    (?=chac|chaq|tou[ts]){_CLAUSE}(?:chacune?|chaque [a-z]+|tous|toutes|tout le monde) (?:me |m'|
    nous |y |s')?(?:apporte|amene|envoie|vient|prend|ramene|inscrit|remplit|note|choisit|remet|repond|
    vote|relit|indique|complete|prepare|verse|prevoit|signale|viennent|apportent)\b
    (?:vous etes|nous sommes|tu es|chacun est|
    tous sont) (?:toutes et tous |tous |toutes |chaleureusement |
    cordialement |donc |aussi )?(?:invite|convie|attendu|sollicite|prie)[a-z]*
    (?:est|sont|seront|sera) (?:tous |cordialement |vivement |donc |aussi )?(?:invite|convie|prie|
    tenu)e?s? (?:a|de|d')\b
    il (?:vous |nous )?est demande
    (?:je|nous|on) (?:compte|comptons|compterai) (?:vraiment |bien )?sur (?:vous|toi|votre)
    pour (?:s'inscrire|vous inscrire|participer|candidater|voter|repondre|nous rejoindre|en etre|
    commander|reserver|adherer|contribuer|nous aider)
    (?:inscriptions?|reservations?|commandes?|adhesions?) (?:se (?:fait|font|prennent)|s'effectuent|
    ouvertes?)
    (?:vos|tes|votre|toutes? vos) [^.;:!?]{{3,60}} (?:est|sont|seront|sera) (?:donc |toujours |les |
    vivement )*(?:attendu|bienvenu|souhait|demand|requis)
    (?:serait|seraient|est|sont|seront|sera) (?:toujours |tous |toutes |le |la |les |tres )*bienvenu
    toute (?:aide|idee|proposition|contribution|bonne volonte)
    merci (?:par avance|d'avance) (?:de|pour) (?:vos|votre|ton|tes|la|le|l')
    vous (?:invit|encourag|pri|demand|convi|sollicit)(?:e|ent) (?:(?:donc|tous|toutes|vivement|
    instamment) )*(?:a|de|d')
    (?:ideal|mieux|plus simple) serait (?:que|qu'|de|d')
    (?:vous|tu) (?:pouvez|peux) (?:aussi |encore |deja |toujours |donc )?(?:vous |te |me |m'|
    nous |y |le |la |
    les )?{_DO}
    il (?:vous |te )?suffit de
    il est (?:encore |grand )?(?:important|essentiel|necessaire|indispensable|urgent|imperatif|
    temps) (?:de|d'|que|qu')
    priee?s? (?:de|d') | (?:je|on) (?:vous|te) laisse (?:le soin |vous )?(?:de )?{_DO}(?<=er|ir|re)\b
    a vos (?:agendas|claviers|stylos|marques|plumes|calendriers)
    save the date | (?:a|merci de) (?:noter|bloquer|reserver) (?:dans|sur|des|la|le|cette|vos)
    (?:(?:pre-?)?inscription|reponse|presence|reservation|confirmation|adhesion|
    retour)s? (?:\(?[a-z]+\)? |est |sont )?(?:obligatoire|necessaire|indispensable|
    souhaite|conseille|demande|attendue?|avant|
    par (?:mail|retour|tel|courriel|sms)|aupres|ici|sur (?:le|la|notre|ce|un)|en ligne|jusqu)
    (?:inscription|reservation|adhesion)s? (?:et [a-z]+ )?:
    {_THING} (?:est |sont |sera |seront |restent? |toujours )*(?:souhait|attend|demand|obligat|
    avant (?:le|la|l'|ce|mon|notre|\d|lun|mar|mer|jeu|ven|sam|dim|demain|midi)|a envoyer|d'ici|bienvenu|
    pour le \d|jusqu)[a-z]*
    (?:avoir|attend[a-z]*|attente|besoin|recevoir|lire|merci|faut|faudrait|
    preneu[a-z]+) (?:de |d')?(?:vos|tes|votre|ton) (?:retour|avis|reponse|contribution|idee|propos|tarif|
    accord|aide|soutien|confirmation|photo|texte|coordonnee)[a-z]*
    date limite (?!(?:de consommation|depassee))
    (?:dernier (?:delai|carat)|derniere limite|delai de rigueur|au plus tard)
    a (?:adresser|completer|remplir|relire|signer|retourner|renvoyer|rendre|remettre|transmettre|envoyer|
    deposer|fournir|communiquer|rapporter|apporter|prevoir|regler|confirmer|pourvoir|relayer|diffuser|
    recuperer|retirer|nous retourner|me retourner|me renvoyer|nous renvoyer|faire (?:tourner|suivre|
    circuler|passer|parvenir|remonter))\b
    (?:est|sont|sera|seront|reste|restent) (?:donc |encore |aussi )?a (?!(?:suivre|voir|
    definir)\b)(?:me |nous |vous |te |y )?{_DO}(?<=er|ir|re)\b
    (?:vous devez|vous devrez|vous devriez|tu dois|chacune? doit|chaque [a-z]+ doit|tout le monde doit|
    doivent|devront) (?:donc |tous |imperativement |absolument |aussi )?(?:etre (?:{_DO}|remis|recu|
    rendu)|{_TO_DO})
    (?:doit|doivent|devra|devront) (?:nous |me |m'|vous )?(?:etre (?:{_DO}|remis|recu|rendu)|parvenir|
    arriver|revenir)
    vous (?:voudrez|veillerez|penserez|n'oublierez)
    (?:vous avez|tu as|avez) (?:donc |encore )?jusqu'(?:a|au)
    (?:ce|il|ca) serait (?:tres |vraiment |plus |tellement )?(?:top|super|bien|chouette|genial|ideal|
    parfait|sympa|utile|souhaitable|apprecie) (?:d'|de |si |que |qu')
    il (?:me |nous |vous |te |leur |lui )?fau(?:t|dra|
    drait) (?:donc |aussi |encore |absolument |imperativement |
    juste |vite )?(?:(?:que|qu') ?(?!je\b|j')|{_DO}(?<=er|ir|re)\b)
    il (?:me|nous|lui|leur) fau(?:t|dra|drait) (?!du temps|[a-z0-9]+ (?:minut|heur|jour|semain|mois))
    (?:je|nous|on) (?:vous|te) (?:invit|prie|prions|demand|sollicit|encourag|conseill|recommand|
    serai)(?:e|es|ons|ent|s|t)?\b(?! (?:ci-dessous|un [a-z]+ gratuit))
    (?:je|nous|on) (?:vous|te) propos(?:e|ons) (?:donc |plutot )?(?:de |d')(?!nous\b)
    (?:je|nous|on) (?:souhait|aimer|voudr|demand)(?:e|ai[st]|ions|ons|erai[st]|erions)? (?:que|
    qu') ?(?:vous|tu|chacun|chaque|quelqu|les|tous)
    (?:nous|j|on) ?(?:en |')?appel(?:le|ons|lons|e) (?:donc )?(?:toutes? |tous )?(?:a|au|aux)
    (?:lance|lancons|relance|relancons) (?:un|notre|mon|cet) appel
    avis aux (?:amateur|interesse|volontaire|motive) | svp\b | stp\b | s'il (?:vous|te) plait\b
    priere de\b | interdi(?:ction|t) de\b | defense de\b | a vous de\b
    (?:nous|m'|me) ?(?:arrangerai[ts]|aiderai[ts]|rendrai[ts] (?:bien )?service|faciliterai[ts])""",
    open_={
        r"ez\b|dites\b|faites\b": rf"""{_ORDER}(?:{_CLAUSE}[a-z]+\b|
    [a-z]+(?:-(?:vous|moi|nous|le|la|les|lui|leur|y|en)\b| {_OBJECT}| d'| l'|
    a (?:la|l'|vos)))""",
        r"-(?:le|la|les|y)\b": rf"{_DO}-(?:le|la|les|y)\b",
        "-(?:moi|nous|lui|leur)": r"""(?=[a-z]{2,15}-)(?:
    [a-z]+(?:es?|s|ts|ds)|va)-(?:moi|nous|lui|leur)\b(?<!ons-nous)(?<!elles-nous)""",
        r"(?:er|ir|re)\b": rf"""(?=(?:s')?[a-z]{{3,16}}(?:er|ir|re)\b){_CLAUSE}(?:s')?(?={_INFINITIVE}){_DO}\b
    (?:^|(?<=: ))(?:s'|ne pas |bien )?{_INFINITIVE} (?:le|la|les|l'|un|une|vos|votre|son|sa|ses|leurs?|
    chaque|tous|toutes?|cet|cette|ces|avec|avant|au|aux|a vos|ici|sur|dans|par|pour le|pour la|
    imperativement)\b""",
        "a (?:trouver|venir)": r"[a-z]+ (?:reste |encore |toujours )?a (?:trouver|venir chercher)\b",
    },
    # What mail programs and absent people say to everybody.
    never=r"""imprimer ce | d'imprimer | en cas d'urgence""",
    unless=r"""(?:plus|rien) a\b | (?:plus|pas) besoin\b | n'(?:avez|avons|a|ai) (?:plus|pas|rien)\b
    (?:appris|commence|continue|aide|reussi|passe [a-z ]{1,20}|hate) a
    (?:avons|ont|ai|a ete|ont ete|etaient|etait) (?:ete )?(?:[a-z]+ ){0,2}(?:invit|demand|pri)e[es]*\b
    (?:n'est|n'etait|n'est plus|n'y a) (?:plus|pas)\b | est-ce que | (?:recus?|recues?|saisies?|
    arrivee?s?) (?:avant|a|au)\b
    rece(?:vr[a-z]+|vez|vons) | faut dire\b | n[e'] [a-z]* ?(?:engage|oblige)[a-z]*\b | il etait
    (?:deja|bien) (?:envoye|rendu|recu|fait|rempli|signe)e?s?\b | desabonn | desinscri""",
)

# What somebody looks for or wants to know.
SEEK = Cue(
    r"""(?:as|aurais|sais|connais|serais|es|peux|pourrais)-tu
    (?:est|serait)-il (?:encore |donc )?possible | puis-je (?:vous|te|compter)
    y a-t-il (?:des|quelqu|une?|parmi) | y aurait-il
    (?:ca|cela) (?:vous|te) (?:va|convient|irait|dit|dirait|tente)
    (?:quelqu'une?|qqn) (?:peut|pourrait|aurait|a|sait|connait|veut|est|serait|voudrait|pour)\b
    (?:l'un|l'une|certaines?|certains|une personne) (?:d'entre|de|parmi) (?:vous|les)
    cherch(?<!a cherch)(?<!ai cherch)(?<!avons cherch)(?<!ont cherch)(?<!avez cherch)(?:e|ons|ent|erait|
    erions|erais)\b(?! (?:a|comment|depuis|un accord|une solution|toujours a|encore a)\b)
    recherch(?<!la recherch)(?<!de recherch)(?<!en recherch)(?<!une recherch)(?<!notre recherch)(?:e|ons|
    ent) (?:un|une|des|du|deux|trois|\d+|encore|toujours|aussi|activement|actuellement|quelqu|son|sa|ses|
    notre|nos|d'autres)\b
    avis de recherche
    (?:recrut|embauch)(?:e|ons|ent)\b(?! (?:de|d'|en)\b)
    (?:on a|avons|ai|ont|aurait|aurions|aurais|aura|aurons|
    aurai) (?:encore |toujours |aussi |donc |vraiment |grand )*besoin (?:de|d')(?! ?(?:
    repos|vacances|calme|souffl|sommeil|reflech|temps|rien)[a-z]*\b)
    (?:a (?:encore |toujours )?|en (?:a|avons|ai|ont|aurait|aura|aurons) )besoin\b(?! (?:de|d')(?! ?(?:
    vous|toi|bras|monde|volontaires?|benevoles?|quelqu|un coup|une? [a-z]+\b|aide|renforts?|
    votre|vos|\d|deux|trois|quatre)\b))
    besoin (?:urgent )?(?:d'aide|de vous|de benevoles|de volontaires|de bras|de monde|de renfort|
    d'un coup de main|d'une|de \d|de deux|de trois|d'un)
    (?:on|nous) (?:manque|manquons) (?:encore |toujours |cruellement )?(?:de |d')
    il (?:me |nous |lui )?manqu(?:e|ent|era|ait) (?:encore |toujours |juste |plus que )?(?:de |d'|du |\d|
    un |une |
    deux|trois|quatre|cinq|des |quelqu)
    qu'en (?:pensez|dites)-vous | qu'en (?:penses|dis)-tu
    appels? (?:a|aux) (?:contribution|benevole|volontaire|candidat|temoign|proposition|idee|don|stand|
    renfort|relecteur|photo|article|texte|l'aide|tou[st]|toutes)[a-z]*\b(?! (?:a|ont|est|etait|
    avait) (?:bien |tres |ete |
    deja |clos))
    (?:aurai[ts]?|auriez|aurais)-(?:il|elle|vous|tu)""",
    open_={
        r"\?": rf"""(?:partant[a-z]*|dispos?|disponibles?|interesse[a-z]*|motivee?s?|volontaires?|
    preneur[a-z]*|chaude?s?) [^?.]{{0,60}}\?
    (?:vous|vs|votre|vos|tu|t'|ton|tes|te)\b(?! (?:allez|souvenez|rappelez|vas)\b)[^?]{{1,160}}\?
    (?:ok|bon|valable) pour (?:vous|toi|tout le monde) ?\?
    objections? ?\?
    (?:quelqu'une?|qqn|qqun|qq1|une ame charitable)\b[^?.]{{3,120}}\?
    (?=(?:a |chez |avec |pour |de )?qui\b){_CLAUSE}(?:a |chez |avec |pour |de )?qui\b[^?.]{{2,120}}\?
    (?:une?|des|vos|quelques|deux|trois|\d|d'autres) (?:volontaires?|benevoles?|idees?|retours?|avis|
    partante?s?|preneur[a-z]*|amateurs?|candidate?s?|pistes?|contacts?|conseils?|bras|
    suggestions?) [^?.]{{0,60}}\?
    (?:une?|des|vos) (?:volontaires?|idees?|retours?|avis|pistes?|conseils?) ?\?"""
    },
    unless=r"""(?:plus|pas) besoin\b | n'(?:en )?(?:avons|ai|a|ont) (?:plus|pas|aucun|guere|besoin)\b
    ne cherch
    avions besoin
    (?:bonjour|salut|coucou|hello)[ ,]+comment | recevrez | si (?:vous|tu|quelqu'une?) (?:avez|as|a|
    cherche|cherchez) besoin""",
)
