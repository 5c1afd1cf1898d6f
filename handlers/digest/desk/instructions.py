"""The words by which a draft is changed: one table of patterns on folded clauses, first match wins."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class Do(enum.StrEnum):
    """What can be asked of a draft."""

    DROP = "drop"
    ONLY = "only"  # everything else goes
    POSTPONE = "postpone"
    RESTORE = "restore"
    FIRST = "first"
    PIN = "pin"  # before all that is put first later
    LAST = "last"
    AFTER = "after"
    BEFORE = "before"
    SWAP = "swap"
    SECTION = "section"
    TITLE = "title"
    TEXT = "text"
    REPLACE = "replace"
    SHORTEN = "shorten"
    MERGE = "merge"
    INTRO = "intro"
    ADD = "add"
    PREVIEW = "preview"
    APPROVE = "approve"
    NOW = "now"
    STOP = "stop"
    MOVE = "move"
    LINK = "link"
    APPEND = "append"  # words after its text
    CANNOT = "cannot"  # wanted, and no recap can do it: bold, pictures
    WHO = "who"
    WHY = "why"
    SHOW = "show"
    WHEN = "when"


ASKING = (Do.WHO, Do.WHY, Do.SHOW, Do.WHEN)  # questions, which change nothing
DECISIONS = (Do.MOVE, Do.STOP, Do.APPROVE, Do.NOW)  # on the whole, after all that changes its parts
WITH_WORDS = (Do.TITLE, Do.TEXT, Do.APPEND, Do.INTRO, Do.ADD)
BY_TITLE = (Do.DROP, Do.POSTPONE, Do.RESTORE, Do.FIRST, Do.LAST, Do.PIN, Do.SHORTEN)

SECTION_WORDS: dict[str, str] = {
    "todo": r"(?:choses )?a faire|todos?|to do|things to do",
    "announcements": r"annonces?|announcements?",
    "decisions": r"decisions?",
    "votes": r"votes?(?: ouverts?)?|sondages?|polls?",
    "calls": r"appels?(?: a contribution\w*)?|calls?",
    "exchanges": r"echanges?|discussions?|exchanges?",
    "unanswered": r"(?:questions? )?sans reponses?|questions?|unanswered",
    "agenda": r"agenda|calendrier|calendar",
    "resources": r"ressources?(?: partagees?)?|resources?",
    "watch": r"veille|aap|ami|funding",
    "elsewhere": r"ailleurs|elsewhere",
    "welcome": r"bienvenue|accueil|welcome",
    "dates": r"dates(?: citees)?",
}
SECTIONS = "|".join(f"(?P<{key}>{words})" for key, words in SECTION_WORDS.items())

_TAKE = (
    r"(?:enlev|retir|supprim|vir|effac|ot|zapp|degag|jet|oubli|coup|exit|saut|sort)"
    r"(?:e|er|ez|es|ons|t|te|ter|(?:er)?(?:ai|ais|ait|iez|ons))?"
)
_PUT = (
    r"(?:(?:re)?met(?:s|t|tre|tez|tons|te|trais|trait)?"
    r"|plac\w+|deplac\w+|pass\w+|boug\w+|rang\w+|class\w+|bascul\w+)"
)
_MOVE = r"(?:move|put|place)"
_ONE = r"(?:(?:la|le|les|l'|points?|n°|numeros?|the|number) ?)*\d"
_TOP = r"(?:en tete|en haut|plus haut|en premiere?|en 1ere?|en 1|d'abord|au debut|tout en haut)"
_END = r"(?:a la fin|en bas|plus bas|en dernier|en derniere|en fin)"
_LATER = (
    r"(?:semaine prochaine|semaine d'apres|semaine suivante|prochain recap|recap (?:suivant|d'apres)"
    r"|prochaine fois|prochaine edition|plus tard|dans \w+ (?:semaines|jours)|mois prochain)"
)
_LEAD = r"(?:le |la |un |une |l'|the |a )?(?:petit )?(?:mot|intro\w*|edito\w*|chapeau|en-tete|word|note)"
_SEND = r"(?:envoi\w*|envoy\w+|publi\w+|diffus\w+|send|publish)(?:[ -](?:le|la|it))?"


@dataclass(frozen=True)
class Rule:
    """A pattern on a folded clause, what it asks, and how many numbers it needs."""

    pattern: re.Pattern[str]
    do: Do
    numbers: int


def _rules(*rows: tuple[str, Do, int]) -> tuple[Rule, ...]:
    return tuple(Rule(re.compile(pattern), do, numbers) for pattern, do, numbers in rows)


RULES = _rules(
    (
        (
            r"(?:(?:re)?(?:voir|montr\w+|affich\w+|donn\w+|envoi\w*|envoy\w+|mett?r?e?[sz]?|fai\w*"
            r"|show)(?:[ -](?:moi|me))? )?(?:l'"
            r"|un |le |la |the )?"
            r"(?:apercu|preview|(?:recap|brouillon|draft) (?:entier|complet|en entier)"
            r"|whole (?:recap|draft))\b"
        ),
        Do.PREVIEW,
        0,
    ),
    (rf"{_TAKE} .*\btou(?:t|s|tes)\b.*\b(?:sauf|hormis|excepte\w*|a part|a l'exception|hors)\b", Do.ONLY, 1),
    (r"(?:ne )?(?:gard|laiss|conserv)\w* (?:que|seulement|uniquement|juste)\b", Do.ONLY, 1),
    (r"(?:remove|drop|delete) (?:everything|all) (?:but|except)\b|keep only\b", Do.ONLY, 1),
    (
        rf".*\d.*\b(?:(?:tout )?le reste|les autres|the rest)\b.*\b(?:{_TAKE}|dehors|poubelle|out)\b",
        Do.ONLY,
        1,
    ),
    (r"(?:invers|echang|intervert|permut)\w*\b|swap\b", Do.SWAP, 2),
    (rf"(?:n(?:e |'))?(?:(?:la|le|les) )?{_TAKE} (?:surtout )?(?:pas|rien)\b", Do.RESTORE, 1),
    (
        rf"(?:{_PUT} |{_MOVE} )?(?:juste )?{_ONE}.*\b(?:apres|derriere|a la suite|sous|after|below|under)\b",
        Do.AFTER,
        2,
    ),
    (rf"(?:{_PUT} |{_MOVE} )?(?:juste )?{_ONE}.*\b(?:avant|devant|au-dessus|before|above)\b", Do.BEFORE, 2),
    (rf".*\b{_LATER}\b", Do.POSTPONE, 1),
    (r".*\bnext (?:week|recap|time)\b|postpone\b", Do.POSTPONE, 1),
    (rf"(?:report|repouss|decal)\w* {_ONE}", Do.POSTPONE, 1),
    (r"(?:epingl|punais)\w*\b|pin\b", Do.PIN, 1),
    (rf"{_PUT} .*\b{_TOP}\b|(?:re)?mont(?:e|er|ez|ons)\b|hiss\w+\b|{_ONE} (?:[a-z]+ )?{_TOP}\b", Do.FIRST, 1),
    (rf"{_MOVE} .*\b(?:first|top|up|{_TOP})\b", Do.FIRST, 1),
    (rf"{_PUT} .*\b{_END}\b|(?:re)?(?:descend|baiss)\w*\b|{_ONE} (?:[a-z]+ )?{_END}\b", Do.LAST, 1),
    (rf"{_MOVE} .*\b(?:last|end|bottom|down)\b", Do.LAST, 1),
    (
        (
            rf"(?:{_PUT}|{_MOVE}|{_ONE}) ?.*\b(?:dans|en|in|into|to|under|a la rubrique|rubrique)\b"
            rf" (?:la rubrique |la section |les |l'|le |la |the )*(?:{SECTIONS})$"
        ),
        Do.SECTION,
        1,
    ),
    (r"(?:fusionn|regroup|reun|rassembl|combin)\w*\b|merge\b", Do.MERGE, 2),
    (r"(?:raccourc|abreg|resum|ecourt|condens)\w*\b|.*\bplus courte?s?\b|shorten\b", Do.SHORTEN, 1),
    (
        (
            r"(?:(?:chang|modifi|corrig)\w* )?(?:le |the )?(?:nouveau )?(?:titre|title)\b|(?:re)?titr\w+\b"
            r"|(?:renomm|intitul|appel)\w*\b|rename\b"
        ),
        Do.TITLE,
        1,
    ),
    (r"(?:le |the )?(?:texte|text)\b|(?:remplac|corrig|chang|modifi|replac|correct)\w*\b", Do.TEXT, 1),
    (rf"{_TAKE} {_LEAD}\b|(?:remove|drop) {_LEAD}\b", Do.INTRO, 0),
    (
        (
            rf"(?:r?ajout|met|ecri|commenc|add|put)\w*\b.*?\b(?:en tete|au debut|en intro\w*|en haut"
            rf"|en ouverture|par"
            rf"|{_LEAD}|at the (?:top|beginning|start))\b"
        ),
        Do.INTRO,
        0,
    ),
    (rf"(?:en tete|au debut|en intro\w*|en ouverture|{_LEAD})\b(?! \d)", Do.INTRO, 0),
    (
        (
            r"(?:remet(?:s|tre|tez)?|gard\w+|laiss\w+|repren\w+|conserv\w+|reintegr\w+|ramen\w+"
            r"|retabli\w+|keep|restore"
            r"|put back|bring back)\b"
        ),
        Do.RESTORE,
        1,
    ),
    (r"(?:r?ajout|not)(?:e|er|ez|es)\b|add\b", Do.ADD, 0),
    (r"(?:complet\w+|append)\b", Do.APPEND, 1),
    (
        (
            rf"(?:{_TAKE}|fais(?:[ -]moi)? sauter|sans|sauf|hormis|excepte|a part|pas|exit|ni|remove"
            rf"|drop|delete|take out|take|leave out"
            rf"|skip|without|except|but|not)\b"
        ),
        Do.DROP,
        1,
    ),
    (
        (
            rf"{_ONE}[\d ,etni]* (?:(?:est|sont|a|peut|peuvent|peux|pouvez|tu|vous|on|doit|c'est"
            rf"|is|goes|bien|aussi|jette|,) ?)*"
            rf"(?:l'|les? |la )?(?:{_TAKE}|dehors|a la poubelle|degagee?|out)\b"
        ),
        Do.DROP,
        1,
    ),
    (
        (
            rf"{_SEND}.*\b(?:maintenant|tout de suite|sans attendre|immediatement|right now|now)\b"
            r"|(?:maintenant|tout de suite|now)$"
        ),
        Do.NOW,
        0,
    ),
    (
        (
            rf"(?:n(?:e |')(?:l')?{_SEND}|pas de recap(?!.*prochaine)|stop"
            rf"|(?:surtout )?pas (?:cette semaine|encore)"
            r"|(?:on )?annul\w+ (?:le recap|l'envoi|tout|cette semaine)|(?:on |tu )?attend\w*|laisse tomber"
            r"|suspend\w*|(?:don't|do not) send|no recap|wait|hold (?:it|on)|not this week)\b"
        ),
        Do.STOP,
        0,
    ),
    (
        (
            rf"(?:tu peux |on peut |vous pouvez |tout est (?:parfait|bon),? |c'est bon,? "
            rf"|you can )*(?:l'|le )?"
            rf"{_SEND}$"
            rf"|c'est (?:tout )?bon (?:pour|a)\b.*"
            r"|bon (?:a|pour) (?:envoyer|envoi|partir|l'envoi)|feu vert|pour (?:l'envoi|envoyer|partir)"
            r"|(?:ca|il) (?:peut )?part(?:ir)?$|all good|looks good|good to go"
            r"|(?:rien|nothing) (?:a|to) (?:changer|redire|signaler|ajouter|modifier|dire|change)"
            r"|(?:pour )?(?:le reste|tout|tout le reste|l'ensemble)(?: est| c'est)?"
            r" (?:(?:me |nous )?(?:convient|va|bon|ok|parfait|nickel)\b.*)"
            r"|(?:ok|oui|d'accord|bon) pour (?:le reste|tout|moi|l'ensemble)"
            r"|(?:c'est )?(?:bon|ok|parfait|nickel) pour (?:moi|nous)"
        ),
        Do.APPROVE,
        0,
    ),
)
# What an approval may say before what it changes: « ok sauf la 3 », « parfait mais vire la 5 ».
VERDICT = re.compile(
    r"\s*(?:(?:ok(?:ay)?|oui|yes|d'accord|entendu|(?:tout |c'est )*(?:parfait|top|super|nickel"
    r"|impec(?:cable)?|genial)"
    r"|excellent|tres bien|(?:je )?valide|all good|good|fine|c'est (?:tout )?(?:bon|ok)"
    r"|(?:tout est |tout )bon"
    r"|bon pour moi)(?!\w)|(?:tu peux |on peut )?envo(?:ie|yer)(?= (?:mais |sauf |sans )))"
    r"(?: (?:pour|for) (?:moi|me|nous|us))?[ ,!.👍]*(?:(?:mais|et|puis|alors|but|and)[ ,]+)?(?=\S)"
)
PLEASE = re.compile(
    r"(?:(?:(?:bonjour|bonsoir|coucou|salut|hello|tres bien|non|nan|merci(?: d[e'])?"
    r"|s'il te plait|s'il vous plait|stp|svp|please|si (?:possible|ce n'est pas trop tard)"
    r"|(?:est-ce que |est-ce qu')?(?:tu|vous|on) (?:peux|peut|pouvez|pourrais|pourrait|pourriez)"
    r"|(?:peux|pourrais)-tu|(?:pouvez|pourriez)-vous|(?:serait|est)-il possible (?:de|d')"
    r"|(?:il )?fau(?:t|drait)|je propose(?: de)?|je (?:te |vous )?(?:demande|laisse|prie) de?"
    r"|je (?:veux|voudrais|prefere|prefererais)|j'aimerais|on|je|tu|vous|(?:bien )?que?|finalement"
    r"|en fait|du coup|donc|juste|me|bien|avec"
    r"|alors|et|puis|ensuite|aussi|sinon|surtout|can you|could you|then|also|and)[ ,:]+)"
    r"|qu'(?=on |il )|d'(?=[aeiou])|j'(?=[aeiou]))+"
)
# Clauses that ask for nothing and need no word of ours.
NO_MATTER = re.compile(
    r"(?:tres |bien |c'est |tout )*(?:bien|recu|note|lu|vu|compris|relu|super)(?: merci| navette)?"
    r"|(?:quand|si|des que) (?:tu|vous) .{1,40}|merci .{0,40}|je (?:te|vous) remercie.{0,40}|\d{1,2}"
    r"|trop (?:long|court)|(?:voila|voici)(?: .{0,40})?|(?:quelques|deux|trois|petites?) (?:choses"
    r"|corrections?).{0,20}"
)
# « enlève la 3. euh non, la 4 »: what stood before it was not meant.
SORRY = re.compile(
    r"(?:euh|heu|oups|pardon|ah|enfin|non pardon|oh)\b,? ?(?:non|pardon|je voulais|plutot|pas)\b|oups\b"
)
# Phrases that hold an ordinal and mean a place (« en premier »), not the thing of that number.
PLACES = re.compile(rf"\b(?:{_TOP}|{_END}|{_LATER})\b")
# « mets la 7 en tête, la 2 à la fin »: the second has no verb of its own; and what was dictated has no comma.
AGAIN = re.compile(
    r",\s{1,3}(?=(?:(?:la|le|les) ?)?\d{1,3} (?!et |ou |puis )[a-z])"
    r"|(?:,|\bet|\bpuis|\bmais)\s{1,3}(?=(?:tu|on|vous|il faut|il faudrait|aussi|de|d')\s?[a-z])"
    r"|\s?;\s?|,\s{1,3}"
    r"|\s(?=(?:enlev|gard|remont|descen|met|fusionn|regroup|supprim|retir|vir|report|epingl"
    r"|raccourci)[a-z]{0,4} (?:la|le|les) )"
    r"|\s(?:et|puis)\s(?=la \d)"
)


def without_please(folded: str) -> str:
    """The clause without the courtesy that opens it."""
    lead = PLEASE.match(folded)
    return folded[lead.end() :] if lead else folded
