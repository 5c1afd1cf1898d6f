"""The words that ask for something to be done or handed in, over folded text."""

from __future__ import annotations

from bot.french.patterns import Pattern, any_of

_HANDING_OVER = any_of(
    r"""rendre | rendue?s? | remettre | remise?s? | renvoyer | renvoyee?s? | retourner | retournee?s?
    envoyer | envoyee?s? | transmettre | transmise?s? | adresser | adressee?s? | deposer | deposee?s?
    parvenir | parvien(?:ne|nent) | parvenue?s? | revenir (?:au|a la|chez) | nous arriver | completer
    completee?s? | remplir | remplie?s?
    boucler | bouclee?s? | finir | finie?s? | terminer | terminee?s? | finaliser | finalisee?s?
    payer | payee?s? | regler | reglee?s? | solder | soldee?s? | acquitter | acquittee?s? | verser
    versee?s? | confirmer | confirmee?s? | valider | validee?s? | fournir | fournie?s? | communiquer
    communiquee?s? | donner (?:une|la|ma|notre|votre|leur) reponse | justifier
    depenser | depensee?s? | consommee?s? | signaler | restituer
    restituee?s? | liberer | liberee?s? | relire | relue?s? | declarer | declaree?s? | saisir | saisie?s?
    soumettre | soumise?s? | s'inscrire | vous inscrire | candidater | postuler | repondre | signee?s?
    recue?s? | recevoir | prete?s? | cloturer | cloturee?s?
    (?:soit|soient|etre) faite?s? | avoir (?:vote|repondu|paye|lu|relu|choisi)
    expedier | expediee?s? | poster | postee?s? | vider | videe?s?
    (?:me|nous|lui) (?:donner|dire|filer|faire un retour)
    que ce soit (?:parti|fait|fini|regle|boucle|envoye)
    produire | rapporter | rapportee?s? | renouveler | renouvelee?s? | justifiee?s? | remonter
    passer (?:vos|tes|votre|ton)
    (?:faire|nous faire|me faire|lui faire) (?:parvenir|passer|tenir|suivre|remonter|connaitre|savoir)
    faire | lire
    apprendre | livrer | designer | renseigner | actualiser | se prononcer | se positionner | se decider
    rappeler
    arriver (?:chez|sur|dans) | signer"""
)
ASKED = Pattern(
    r"\b"
    + any_of(
        r"""doit\b | doivent\b | devr | dois\b | devez | merci de | merci d'a?
        il (?:me |te |nous |vous )?(?:le |la |les |en )?fau
        attendu | attend(?:s|ons)? (?:vo|te?s|to|le|la|un|no) | complet\b | remplir | remplis | depos | rendu
        a (?:rendre|envoyer|deposer|remettre|renvoyer|completer|transmettre|faire|finir|relire|lire|signer|
        boucler|apprendre|preparer|regler|payer|voir|corriger|livrer|valider|fournir|restituer|renouveler)
        a (?:me |nous |lui |leur )(?:faire )?[a-z]+[ei]r\b | retours?\b | reponses?\b | rendre\b | envoy
        envoie | renvo
        transme | pouvez-vous | pourriez | pourrais-tu | peux-tu | tu peux | priere de | pense[rz]? a
        prete?s?\b | fini | boucl | (?<!vous\x20)souhaitee?s?\b | veuillez | vous (?:pri|demand)(?:e|ons)
        repond
        signaler
        inscri | (?:vos|tes|votre|ton|ta) (?!reunion|seance|rendez|rencontre)[a-z]+ | livrable | objectif
        relire | relis | prepare | apporte | besoin pour\b
        besoin (?:de |d'|du )(?:vo|te|la |le |l'|un|cette|ces|ce)
        a rendre | gre de | reconnaissants? de | dis[ -](?:le-)?moi | dites[ -](?:le-)?moi
        voud(?:rez|ra|ront) bien
        priee?s? d | devoirs
        chacune?\b | que tu
        reclame | fais ca | fait ca | liberer | rapporter | engage a | demandee?s? | exigee?s? | requis
        remett | s'engage | svp\b | stp\b | tache | todo"""
    )
)
# Something is asked of the reader, in so many words.
CALLED = Pattern(
    r"\b(?:(?:envoyez|transmettez|dites|signalez|donnez|faites|prevenez|indiquez|confirmez|inscrivez)-"
    r"|(?:envoie|transmets|dis|signale|donne|fais|previens|indique|confirme)-(?:moi|nous)|manifestez"
    r"|merci de|si vous (?:voulez|avez|souhaitez)"
    r"|il (?:me|nous) manque (?:encore )?(?:vos|tes|votre|ta|ton)|pensez a|n'oubliez|n'oublie|veuillez"
    r"|(?:vos|tes) (?:corrections|pieces|textes|retours|reponses|remarques|besoins|inscriptions))"
)
# What follows « d'ici là » as a task, and not as a wish (« portez-vous bien »).
TASK = Pattern(
    r"\b(?:chacune?|chaque [a-z]+|tout le monde|tou[ts]e?s|a vous|a toi|a chacun|a nous|on|nous|je) "
    r"(?:[a-z']+ ){0,2}?(?:rempli|complet|reli|relis|li[ts]|prepar|redig|ecri|reflech|note|avanc|termin|fini"
    r"|envo"
    r"|transm|vote|vali|corrig|li(?:re|sez)|propos|cherch|contact|prospect|diffus|recens)[a-z]*"
    r"|(?:\A|, ?|et |donc )(?:lisez|relisez|votez|proposez|notez|remplissez|completez|preparez|envoyez"
    r"|reflechissez"
    r"|parlez-en|diffusez|partagez|commentez|validez|corrigez|lis|relis|complete|prepare|remplis|reflechis)\b"
)
# « que chaque lieu m'envoie »
WISHED = Pattern(
    r"(?<!\w)(?:que chaque|que chacune?|que tou[ts]e?s?) [a-z' ]{1,30}(?:envoie|rend|donne|fasse|mett)"
)
# « pour le 28 février » is a deadline where something is asked.
FOR = Pattern(r"\b(?:(?:pour|pr) (?:le |la |ce |cette |cet |l'|les )?(?:fin de |fin du )?|dans (?:la|le) )\Z")
THEN = Pattern(r"[^.!?]{0,20}\b(?:svp|stp|sinon|merci|please|s'il (?:vous|te) plait|imperatif|sans faute)")
# What people hand in.
_THING = any_of(
    r"""reponses? | retours? | avis | textes? | articles? | dossiers? | pieces | factures? | devis | chiffres
    photos? | cheques? | cotisations? | adhesions? | formulaires? | questionnaires? | bulletins? | fiches?
    contributions? | propositions? | corrections? | remarques? | relectures? | commentaires? | accords?
    rib | justificatifs? | attestations? | conventions? | contrats? | bilans? | rapports? | budgets?
    candidatures? | inscriptions? | pouvoirs? | procurations? | disponibilites? | dispos? | creneaux? | tout
    commandes? | besoins? | idees? | logos? | bios? | listes? | nombre | copies? | fichiers? | affiches?
    visuels? | maquettes? | comptes | notes? | documents? | docs? | papiers? | plannings? | amendements?
    motions? | signatures? | votes? | reglements? | paiements? | acomptes? | arrhes | coordonnees | resumes?
    temoignages? | presentations? | autorisations? | certificats? | formulaires? | epreuves? | decisions?
    ca | cela | confirmations? | chiffrages? | manuscrits? | contrat | effectifs? | declarations?"""
)
# What is done with them, whoever does it: « chacun remplit », « tu m'envoies », « rendez ».
_HANDS = any_of(
    r"""(?:donne[sz]?|repond(?:s|ez)|dis|dites|file[sz]?|fai(?:s|tes))(?=-(?:moi|nous))
    rempli(?:s|t|ssez|sse|ssent|ra)?
    (?:transmett|remett|rend|envoi|renvoi|complet|sign|valid|retourn|regl|pai)ent
    (?:ait|aient) (?:repondu|rempli|vote|renvoye|envoye|rendu|signe|paye|regle|lu|relu|complete|valide|
    transmis) | complet(?:e|es|ez|era) | envo(?:ie|ies|yez|yons) | renvo(?:ie|ies|yez)
    (?<!\bse\x20)rend(?:s|ez|ra|e)?(?!.(?:vous|toi)) | remet(?:s|tez|tra|te)? | retourn(?:e|es|ez)
    relit | relis
    relisez | relise | signe[sz]? | valide[sz]? | confirme[sz]? | transmet(?:s|tez|tra|te)? | regle[sz]?
    paye[sz]? | paie | rapporte[sz]? | restitue[sz]? | fourni(?:s|t|ssez|sse) | communique[sz]?
    renseigne[sz]? | actualise[sz]? | verse[sz]? | declare[sz]?
    (?:fai(?:s|t|tes)) (?:parvenir|passer|suivre)
    (?:fai(?:s|t|tes|re))(?:-moi|-nous) (?:parvenir|passer|suivre|remonter)"""
)
_EVERYONE = r"(?:chacune?|chaque [a-z-]+|tout le monde|tou[ts]e?s les [a-z-]+|tous|toutes)"
_OWED = (
    r"(?:doi[ts]|doivent|devr(?:a|ont|ez|ait|aient)|devez|devons|fau(?:t|dra|drait)|pri(?:e|ee?s?|ere|ons)"
    r"|merci de|merci d'|veuillez|voud(?:rez|ra|ront) bien|oubliez pas|oublie pas|pense[rz]?|attendue?s?"
    r"|demande[a-z]*|exig[a-z]+|besoin|gre de|(?:imperatif|necessaire|indispensable|important|obligatoire"
    r"|bon) (?:de|que?)|reconnaissants? de|tenue?s de|invitee?s? a|reste a|restent a"
    r"|engage a|peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|(?:que )?tu peux|tu pourrais|vous pourriez"
    r"|objectif|possible de)"
)
_CEREMONY = r"(?! (?:(?:les?|la|des?|du|un|une) ){0,2}(?:prix|medailles?|diplomes?|trophees?|recompenses?))"
OBLIGED = Pattern(
    rf"\b(?:{_OWED}\b[^.!?;]{{0,70}}?(?<!\bse )\b{_HANDING_OVER}"
    rf"|(?:sont |est |reste |restent )?\ba (?:me |nous |lui |leur |te |vous )?{_HANDING_OVER}"
    r"|(?:doi[ts]|doivent|devr(?:a|ont|ait|aient)) (?:imperativement |absolument |tous |toutes |donc )?etre "
    r"(?!presen|ouvert|ferm|report|decal|deplac|annul|elu|inaugur|install|livr|accueilli|coupe|opere|lance)"
    r"(?:tous |toutes |bien )?[a-z]{1,14}(?:e|ee|es|ees|i|is|ie|ies|u|us|ue|ues|it|its|ite|ites)"
    rf"|\b(?:{_THING}|courriers?|envoi) (?:[a-z]+ )?(?:doi[ts]|doivent|devr[a-z]+) (?:partir|arriver"
    rf"|etre partie?s?)"
    r"|(?:doi[ts]|doivent|devr(?:a|ont|ait|aient)) (?:etre|arriver|se trouver|atterrir) (?:sur|dans|chez"
    r"|entre)"
    r" (?:mon|ma|mes|notre|nos|son|le|moi|nous|lui|elle|l'imprimeu[a-z]+)\b[^.!?;\d]{0,25})"
    rf"(?!\w){_CEREMONY}(?P<gap>[^.!?;]{{0,60}}?)(?:\b(?:le|au|ce|soit le|soit)|[ ,:(-])[ :,(]{{0,3}}\Z"
)
_A_FEW = r"(?:de |du |des |d'|les? |la |l'|une? |notre |nos |tous |toutes |son |sa |ses |mon )"
_PRESENCE = (
    r"(?:presence|aide|bras|venue|participation|soutien|energie|visite|mobilisation|indulgence|comprehension"
    r"|patience|bonne)\b"
)
_MINE = rf"(?:(?:{_A_FEW}){{0,3}}\b{_THING}|(?:vos|tes|votre|ton|ta) (?!{_PRESENCE})[a-z]+)"
NEEDED = Pattern(
    rf"\b(?:il (?:me |m'|nous |lui |leur )(?:en |le |la |les )?(?:fau(?:t|drait|dra)|manque)"
    rf"|(?:ai|as|a|avons|ont|aurai|aura|aurais|aurait|aurons|aurions) (?:bien |absolument )?besoin"
    r"|(?:veu[xt]|voulons|veulent|voudrai[st]?|voudrions|aimerai[st]?|aimerions|attend(?:s|ons"
    rf"|ent)?"
    rf"|compt(?:e|ons|ent) sur|reclame(?:nt)?|exige(?:nt)?|demande(?:nt)?|souhait(?:e|ons|ent|erai[st]))"
    rf"|(?:doi[ts]|devons|devrons|devrai[st]?|doivent|fau(?:t|dra|drait)|souhait[a-z]+|voudr[a-z]+) "
    rf"(?:donc |bien |absolument |imperativement )?(?:(?:disposer|etre en possession) (?:de|des|du|d(?='))"
    rf"|avoir(?: en main| recu)?)"
    rf"|(?:bien|ideal|parfait|top|super|chouette|sympa)[a-z ]{{0,10}} (?:d'avoir|que j'aie?|qu'on ait"
    rf"|de recevoir))"
    rf"(?!\w)[^.!?;\d]{{0,25}}?\b{_MINE}(?!\w)(?P<gap>[^.!?;]{{0,45}}?)(?:\b(?:le|au|ce)"
    rf"|[ ,:(-])[ :,(]{{0,3}}\Z"
)
ORDERED = Pattern(
    rf"(?:\b(?:tu|vous) (?:me |m'|nous |lui |leur )(?:l'|le |la |les )?(?:{_HANDS}|dis|dites|donne[sz]?"
    rf"|file[sz]?)"
    rf"|(?:\A|[.!?;:,\n(*•-] ?|\b(?:et|puis|svp|stp|donc|alors) )\W{{0,3}}{_HANDS}"
    rf"(?=-| (?:l[ea]s?|vos|tes|votre|ton|ta|tout|ce|cet|moi|nous|un|une)\b| l')"
    rf"|\b{_EVERYONE} [^.!?;]{{0,30}}?\b{_HANDS}"
    r"|merci (?:de|d'|pour) (?:votre|vos|ton|tes) (?:retour|reponse|envoi|confirmation)s?"
    r"|il (?:me |nous |lui |leur )?(?:le|la|les|en) fau(?:t|drait|dra)|attendue?s?|esperee?s?|exigible"
    r"|exigee?s?|en (?:ai|avons|a|aurai|aurons) besoin)"
    r"(?!\w)(?P<gap>[^.!?;]{0,60}?)(?:\b(?:le|au|ce)|[ ,:(-])[ :,(]{0,3}\Z"
)
# « Envoi : 31 mai », « Réponse impérative vendredi ».
LABELLED = Pattern(
    rf"(?:\A|[,:;] ?|\b(?:donc|et|alors) ?)(?:vos|tes|ton|ta|votre) {_THING} (?:pour |le |pour le )?\Z"
    rf"|\b{_THING} (?:est|sont|sera|seront|reste|restent) (?:donc )?(?:due|dues|dus)\b[^.!?;,\d]{{0,30}}\Z"
    rf"|\b{_THING} (?:complets? |signee?s? )?(?:rendu|remis|livre|boucle|renvoye|termine)e?s? "
    rf"(?:le |au |pour le )\Z"
    rf"|\b(?:remise|rendu|depot|envoi) (?:des?|du|de la|de l'|d') ?{_THING} (?:le|au|pour le|:|: le) \Z|"
    r"(?:\A ?|[.;,!?\n•*|(-] ?)(?:envois?|renvois?|remise|depot|rendu|retours|reponses?|bouclage|paiements?"
    r"|reglements?|transmission|relectures?|devoirs|candidatures?|recensement|recueil)(?! (?:du"
    r"|de la) (?:jury"
    r"|mairie|ministere|prefecture|newsletter|lettre))(?!.{0,12}\b(?:prix|diplomes?|medailles?|cles|clefs"
    r"|recompenses?|trophees?|paniers?))(?: (?:de|du|des|d'|a|par)[^:.!?\n\d]{0,40})?"
    r"(?: ?[:=] ?|(?: [a-z]+)? (?:imperati(?:ve?|fs|ves)|obligatoires?|attendue?s?|souhaitee?s?|exigee?s?) )"
    r"(?:pour )?(?:le |au )?\Z"
)
# « le dossier, c'est pour vendredi »
IT_IS_FOR = Pattern(rf"\b{_THING}\b[^.!?]{{0,40}}, ?c'est pour (?:le )?\Z")
# « on vise le 3 décembre pour boucler »
AIMED = Pattern(r"\b(?:vise|visons|viser|cible) (?:le |la |au )?\Z")
AIM = Pattern(rf" pour (?:l'|le |la |les )?{_HANDING_OVER}\b")
# « - Julie : devis sono, pour lundi »
TASK_LINE = Pattern(r"\W{1,6}[a-z]{2,15}(?: et [a-z]{2,15})? ?: ?[^:]{3,80}[,( -]{1,3}(?:pour|pr) (?:le )?\Z")
ANSWERED = Pattern(r"\b(?:reponses?|retours?|avis|accord|feu vert|go)(?: [a-z]{2,12}){0,2} \Z")
# « à déposer entre le 3 et le 12 »: the last day is the limit.
WINDOW = Pattern(
    rf"(?:\ba|\bpouvez|\bpeuvent|\bpossible de) (?:me |nous |lui |leur )?{_HANDING_OVER}[^.!?;,\d]{{0,30}}"
    r"\b(?:entre le|du) \Z"
)
# « le mur est à finir, chantier samedi »: the day belongs to what comes last.
OTHER_CLAUSE = Pattern(
    r"[,:(-] ?(?:notre |la |le |un |une )?(?:prochaine? )?(?:reunion|rendez|rdv|chantier|atelier|concert|ag"
    r"|seance"
    r"|assemblee|fete|repas|apero|rencontre|visite|sortie|depart|spectacle|formation|(?:il|elle|on"
    r"|nous) (?:se|s'|nous)"
    r"|ouverture|livraison|debut)\b|\b(?:si|qui|que|qu'|quels?|quelles?|quand|comment|combien)(?!\w)"
)
# « pour la réunion du 27 », where something must be ready by then.
FOR_MEETING = Pattern(
    r"\b(?:pour|pr) (?:le |la |l'|les |notre |votre |cette |ce |cet )(?:[a-z-]+ ){0,2}[a-z-]{2,20} "
    r"(?:du|de|d'|des|prevue? le|\(|\(le) ?\Z"
)
READY = Pattern(
    rf"\b(?:doi[ts]|doivent|devr[a-z]+) (?:[a-z]+ )?etre [a-z]+|\b(?:merci|pri[a-z]+) (?:de "
    rf"|d')(?:bien vouloir )?"
    rf"(?:avoir|relire|lire|preparer|remplir|completer|envoyer|rendre|transmettre|finir|boucler)\b"
    rf"|\b{_EVERYONE} (?:[a-z']+ ){{0,2}}?(?:prepare|relit|lit|remplit|complete|redige|ecrit|reflechit)\b"
    rf"|\ba (?:me |nous |lui |leur )?{_HANDING_OVER}"
)
# « à rendre lors de la réunion du 3 » is told elsewhere; « à déposer à partir du 3 » opens.
NO_DATE_OF_ACT = Pattern(
    r"\b(?:a partir|a compter|des|depuis|apres|pendant|lors|durant|du|de|d'|entre|et|ou|dans)"
    r"(?: (?:le|la|du|de|l'))? ?\Z"
)
