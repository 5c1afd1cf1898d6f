"""Whether a day that people write is one on which something takes place for others.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.french.dates import Found
from bot.french.fold import aligned
from bot.french.patterns import names

NOUN = re.compile(
    r"\b(?:reunions?|rencontres?|ateliers?|visios?(?:conferences?)?|assemblees?|ag\b|cac\b|gt\b|copil\b"
    r"|formations?|webinaires?|portes ouvertes|journees?|soirees?|seances?|sessions?"
    r"|festivals?|visites?|seminaires?|demos?\b|inauguration|lancement|permanences?|fetes?\b|aperos?"
    r"|(?:repas|pot|banquet|buffet|brunch|bal|loto|stage|salon|forum|colloque|congres|marche)s?\b"
    r"|auberge espagnole|cafes?\b(?! (?:est|sont)\b)|gouters?|(?:petits?[- ])?dejeuners?|diners?|chantiers?"
    r"|projections?|concerts?|conferences?|debats?|tables? rondes?|expositions?|expos?\b|vernissage"
    r"|brocante|vide-[a-z]+|spectacles?|balades?|randonnees?|sorties?\b|kermesse|assises|comites? d"
    r"|plenieres?|enregistrements?|disco[- ]soupe|repair[- ]cafe|scenes? ouvertes?|veillees?|hackathon"
    r"|tournoi|initiations?|demonstrations?|restitution|gratiferia|troc\b|bourse aux [a-z]+|cine-[a-z]+"
    r"|rendez-vous|rdv|points? d'etape|universites? d'[a-z]+|cercles? de [a-z]+|groupes? de parole)"
)
HAPPENS = re.compile(
    r"\b(?:(?:aura|auront|a|ont) (?:bien |toujours |donc )?lieu|se (?:tien[a-z]+|deroul[a-z]+)"
    r"|(?:tient|tiendra|tiendront|organis(?:e|ent|ons|era)|inaugur[a-z]+|accueill(?:e|ent|ons|era)"
    r"|propos(?:e|ent|ons|era)) (?:un|une|des|son|sa|ses|notre|nos|leurs?|deux|trois|le|la|les|l')\b"
    r"|invit(?:e|ons|ent)\b|convi(?:e|ons|ent)\b|(?:on|nous nous|vous) (?:se )?retrouv[a-z]+|on se voit"
    r"|ouvr(?:e|ent|ira|ons) (?:ses|leurs|nos|les) portes|(?:\A|(?<=[,;:.!?] ))rendez-vous|venez\b"
    r"|save the date|bienvenue\b"
    r"|(?:est|sont|reste) (?:maintenue?s?|prevue?s?|fixee?s?|organisee?s?|programmee?s?))"
)
# What somebody plans for themselves, or has to deal with: a day of theirs, not of everybody.
PERSONAL = re.compile(
    r"\b(?:je|j'\w+|on (?:sera|vient|viendra|peut|pourra|passe|passera|arrive|prend|descend|monte|est absent)"
    r"|(?:on|nous) (?:en )?a(?:vons|urons|ura)? besoin|il (?:me|nous|m'|nous en) faut"
    r"|nous (?:serons|venons|viendrons|passer|arriv|pouvons|pourrons|sommes absent)\w*)\b"
)
ERRAND = re.compile(
    r"\b(?:inscri[a-z]+|candidat[a-z]+|dossiers?|sondages?|livr(?:e|er|ees?|aison)s?\b|command[a-z]+"
    r"|env(?:err|oy|oi)[a-z]*|repon[a-z]+|resultats?|entretiens?|factures?|conges?|absent[a-z]*|absence"
    r"|vacances|partira|paraitra|publi(?:e|er|ees?|cation)\b|recev(?:oir|r)[a-z]*|ferm[a-z]+|cherch[a-z]+"
    r"|recherch[a-z]+|covoiturages?|date limite|comptes?[- ]rendus?|releve de|decisions?|audits?|coupures?)\b"
)
SEEKS = re.compile(
    r"\s*(?:\[[^\]]*\]\s*)?(?:cherche|recherche|besoin|qui\b|dons?\b|a donner|vend|pret\b|prete|achat"
    r"|commande|covoit|aap\b|ami\b|sondage|offre|recrut|candidat|decisions?\b"
    r"|comptes?[- ]rendu|cr\b|pv\b|absence"
    r"|appel a (?:temoign|projet|candidat|manifest|contrib|proposition|idee)|conge|fermeture|coupure|ferme"
    r"|perdu|trouve|bonjour|on |je |question|bilan|retours?\b|merci|resultat|livraison|date limite"
    r"|inscription|releve|facture)"
)
SINCE = re.compile(
    r"\b(?:[àa] partir|dès|depuis|jusqu['’]?(?:à|a)u?|fin|avant|après|plus tard|d['’]ici|au lieu|et non"
    r"|plutôt que)(?: (?:du|le|au|de))?\s*\Z",
    re.IGNORECASE,
)
EITHER = re.compile(r"[^.;?!]{0,40}\b(?:ou|soit)\b[^.;?!]{0,20}\Z")
# A subject that asks for something: what it names besides is the asker's own.
ASKS_FOR = re.compile(
    r"\s*(?:je |on )?(?:cherche|recherche|besoin|qui (?:a|veut|peut|aurait)|question|don\b|vend|pret\b)"
)
OF_DAYS = names("matin midi soir prochain prochaine aussi toujours mais puis date dates rdv les des")
ALSO = re.compile(r"[^.;?!,]{0,20}[,;/]\s*(?:le\s)?")  # « lundi 7 à 14 h, mardi 8 ou … »
AND = re.compile(r"\s*(?:,|et|&|puis)\s*(?:le\s+)?(?:[a-z]+di\s+)?")
ASKS_DAY = re.compile(r"\b(?:quelles? dates?|quels? jours?|dispos?\b|disponib[a-z]+|doodle|framadate)")
WONDERS = re.compile(
    r"\b(?:dispos?|disponib[a-z]+|options?|possib[a-z]+|prefer[a-z]+|plutot|au choix|framadate|doodle"
    r"|pourrai[a-z]+|pourrions|peut-etre|empeche[a-z]*|si besoin|serait|verrai[a-z]*)\b"
)
SETTLED = re.compile(
    r"\b(?:retenue?s?|choisie?s?|ce sera|c'est (?:donc |bien )?(?:le|confirme|fixe|decide)|confirme[a-z]*"
    r"|validee?s?|fixee?s?|on (?:part|reste) sur|(?:aura|a) (?:donc |bien )?lieu|l'emporte|on garde)\b"
)
SOMEBODY = re.compile(
    r"\b[A-ZÀ-Ý][\wà-ÿ-]+(?: et [A-ZÀ-Ý][\wà-ÿ-]+)? (?:s['’]en |s['’]|se |en |nous |vous |le |la |les |y )?"
    r"(?:charge|occupe|fai[st]|fera|feront|enverra|envoie|prépare|doi(?:t|vent)|va|vont|rend|rendra|finit|finira"
    r"|termine|apporte|relance|appelle|rédige|écrit|met|contacte|commande|prend)\b"
)
STRONG, WEAK = re.compile(r"[;.!?\n]"), re.compile(r"[,;:.!?()\n]|\s[–—-]\s")
NAMED = re.compile(
    r"(?:\b(?:l['’]|le |la |les |du |au |des |aux |à |chez )|\b(?:Grand|Petit|Vieux|Bel)e?s? )\Z"
)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Clause:
    """A part of a text between two signs."""

    start: int
    end: int


def takes_place(text: str, date: Found) -> bool:
    """Whether a sentence announces or invites to something on a day that it names."""
    folded = aligned(text)
    if date.deadline or SINCE.search(text[: date.position]):
        return False
    if WONDERS.search(folded) or folded.rstrip().endswith("?"):
        return False
    whole = clause(folded, date, STRONG)
    if HAPPENS.search(folded, whole.start, whole.end):
        named = noun(text, date)
        return ERRAND.search(folded[whole.start : named.start()] if named else _around(folded, date)) is None
    own = _around(folded, date)
    return not (PERSONAL.search(own) or ERRAND.search(own)) and (
        noun(text, date) is not None or heads_a_list(text, date)
    )


def of_subject(subject: str, date: Found) -> bool:
    """Whether a subject announces something on a day that it names."""
    folded = aligned(subject)
    if date.deadline or SINCE.search(subject[: date.position]) or SEEKS.match(folded):
        return (
            noun(subject, date) is not None and not SEEKS.match(_around(folded, date)) and not date.deadline
        )
    return not (
        folded.rstrip().endswith("?") or WONDERS.search(folded) or ERRAND.search(_around(folded, date))
    )


def concerns_others(text: str, date: Found) -> bool:
    """Whether a day that a sentence names is more than a plan of its author's."""
    return PERSONAL.search(_around(aligned(text), date)) is None


def is_for_readers(text: str, date: Found, *, asks: bool) -> bool:
    """Whether what is to be done by a day is for those who read it, and not for one person alone."""
    if asks:
        return True
    own = clause(aligned(text), date, WEAK)
    before = text[own.start : date.position]
    return SOMEBODY.search(before) is None and PERSONAL.search(aligned(before)) is None


def noun(text: str, date: Found) -> re.Match[str] | None:
    """The gathering that a sentence names for a day: in the clause of the day, or in the next to it."""
    own = clause(aligned(text), date, WEAK)
    found = _nouns(text, own)
    before = [one for one in found if one.start() < date.position]
    if found:
        return before[0] if before else found[0]
    if not _is_bare(text, own, date) and re.search(r"[a-z]{4}", aligned(text[own.start : date.position])):
        return None
    whole = clause(aligned(text), date, STRONG)
    after = _nouns(text, Clause(own.end, whole.end))
    ahead = _nouns(text, Clause(whole.start, own.start))
    return after[0] if after and not ahead else ahead[-1] if ahead else None


def heads_a_list(text: str, date: Found) -> bool:
    """Whether a day is one of a list whose heading names gatherings: « deux journées : accueil le 18 »."""
    folded = aligned(text)
    whole = clause(folded, date, STRONG)
    colon = folded.rfind(":", whole.start, date.position)
    return colon > 0 and bool(_nouns(text, Clause(whole.start, colon)))


def clause(folded: str, date: Found, signs: re.Pattern[str]) -> Clause:
    """The part of a text around a day, between two ``signs``."""
    end = date.position + len(date.text)
    start = max((one.end() for one in signs.finditer(folded, 0, date.position)), default=0)
    behind = signs.search(folded, end)
    return Clause(start, behind.start() if behind else len(folded))


def _around(folded: str, date: Found) -> str:
    """The words of its clause around a day; of a day that stands alone, those of the clause before it."""
    own = clause(folded, date, WEAK)
    if _is_bare(folded, own, date) and own.start > 1:
        ahead = max((one.end() for one in WEAK.finditer(folded, 0, own.start - 1)), default=0)
        return folded[ahead : own.end].strip()
    return folded[own.start : own.end].strip()


def _is_bare(text: str, own: Clause, date: Found) -> bool:
    """Whether a clause says a day and nothing else."""
    left = text[own.start : date.position] + text[date.position + len(date.text) : own.end]
    return not [word for word in re.findall(r"[a-z]{3,}", aligned(left)) if word not in OF_DAYS]


def _nouns(text: str, part: Clause) -> list[re.Match[str]]:
    found = NOUN.finditer(aligned(text), part.start, part.end)
    return [one for one in found if not _is_name(text, one)]


def _is_name(text: str, one: re.Match[str]) -> bool:
    """« L'Atelier », « Le Grand Atelier »: what a place is called is nothing that takes place."""
    if one[0] in ("ag", "cac", "gt", "copil") or text.isupper() or not text[one.start()].isupper():
        return False
    return NAMED.search(text[: one.start()]) is not None or text[: one.start()].endswith(
        ("L'", "L’", "La ", "Le ")
    )


def together(text: str, dates: Sequence[Found]) -> Iterator[Found]:
    """The dates of a text, two days that follow each other (« les 20 et 21 janvier ») as one."""
    last: Found | None = None
    for date in dates:
        follows = last is not None and date.start == last.end + ONE_DAY and date.time == last.time
        if last is not None and follows and AND.fullmatch(_between(aligned(text), last, date)):
            last = last._replace(end=date.end, text=text[last.position : date.position + len(date.text)])
            continue
        if last is not None:
            yield last
        last = date
    if last is not None:
        yield last


def options(text: str, dates: Sequence[Found]) -> set[dt.date]:
    """The days of a text among which one is to be chosen: « samedi 16 ou samedi 23 »."""
    folded, found = aligned(text), set[dt.date]()
    listed: list[dt.date] = []
    for one, other in pairwise(dates):
        between = _between(folded, one, other)
        listed.append(one.start)
        if EITHER.match(between):
            found |= {*listed, other.start}
        elif not ALSO.fullmatch(between):
            listed = []
    return found


def asks_for(subject: str) -> bool:
    """Whether a subject asks for something, or gives it away."""
    return ASKS_FOR.match(aligned(subject)) is not None


def invites(text: str) -> bool:
    """Whether a sentence says that something takes place, or invites to it."""
    return HAPPENS.search(aligned(text)) is not None


def asks_for_a_day(subject: str) -> bool:
    """Whether a subject asks which day suits people."""
    return ASKS_DAY.search(aligned(subject)) is not None


def _between(folded: str, one: Found, other: Found) -> str:
    """What stands between two days; « 5 et 6 décembre » is read as one text, in which the second stands."""
    end = one.position + len(one.text)
    if end <= other.position:
        return folded[end : other.position]
    return re.sub(r"\A\D*\d{1,2}(?:er)?", "", folded[one.position : other.position])


def is_settled(text: str) -> bool:
    """Whether a sentence says which of several days it is at last."""
    folded = aligned(text)
    return SETTLED.search(folded) is not None and not folded.rstrip().endswith("?")
