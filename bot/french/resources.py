"""Links and documents that somebody shares, each with the words that say what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.french.courtesy import is_courtesy
from bot.french.cues.cue import table
from bot.french.fold import aligned
from bot.french.patterns import Pattern
from bot.french.sentences import split

__all__ = ["Resource", "find_resources"]

_LONGEST: Final = 160
_LINK = Pattern(
    r"\[(?P<label>[^\[\]\n]{1,200})\]\((?P<marked>https?://[^\s<>\"«»()]{3,2000})\)"
    r"|(?P<bare>(?:https?://|\bwww\.)[^\s<>\"«»]{3,2000})"
)
# Addresses that lead to a meeting, a form, a poll, a subscription, a map or a page of one's own.
_NOT_READ = Pattern(
    r"""(?ix)^(?:https?://)?(?:
    [^/]*(?:visio|meet|zoom|jitsi|bbb|bigbluebutton|teams|webex|whereby|framatalk|salons?\.)
    |[^/]*(?:sondage|framadate|framaforms|forms?\.|formulaire|inscri|billet|helloasso|doodle|evento|
    eventbrite
    |tally|typeform|limesurvey|questionnaire|enquete|vote|openstreetmap|osm\.|maps?\.|agenda\.)
    |[^/]*/(?:[^?#]*/)?(?:inscri|register|rsvp|formulaire|sondage|questionnaire|enquete|desabo|desinscri
    |unsub|signoff|optout|sympa/(?:info|sub|sig)|visio|jitsi|meet/|maps?/|candidature[^/.]*$)
    |[^/]+/?$|[^/]+/?[?#]|[^/]+/@[^/]+/?$|(?:[^/]*\.)?(?:facebook|instagram|linkedin|twitter|x)\.)"""
)
# Words before a link that say as much.
_NO_READING = Pattern(
    table(
        r"""(?:en )?visio | (?:lien|code) (?:de|d'acces) ?(?:connexion|reunion)? ?:? ?$
    inscri[a-z]* | (?:re)?pond(?:re|ez|s)\b | remplir | remplissez | vot(?:er|ez|e)\b | sondage
    questionnaire | desabonn[a-z]* | desinscri[a-z]* | se connecter | connectez | rejoindre la (?:reunion|
    visio)
    billet[a-z]* | reserv[a-z]* | plan d'acces | suivez-nous | retrouvez-nous sur | formulaire
    (?:sign(?:er|ez)|candidat(?:er|ez)|postul(?:er|ez)) (?:ici|la|en ligne|sur)"""
    )
)
_LEAD = Pattern(
    r"(?:"
    + table(
        r"""(?:vous (?:pouvez |pourrez )?|tu |on |ils )?(?:trouverez|trouveras|retrouver|trouver|
    retrouverez|retrouvez|trouvera|trouve|consulter|consultez|lire|telecharger|voir) | voici | voila
    ci-joint[es]*
    ci-dessous | ci-apres | pour info(?:rmation)? | (?:et |donc |puis )
    (?:je|nous) (?:vous |te )?(?:mets|mettons|partage|partageons|joins|joignons|transmets|transmettons|
    envoie|envoyons|laisse|relaie|redonne|remets|depose|ai mis|ai depose)
    en (?:piece jointe|pj|annexe|copie) | (?:a |pour )(?:lire|voir|consulter|telecharger|memoire)
    (?:le )?lien (?:vers|pour) | bonjour | aussi | egalement | comme (?:promis|convenu|prevu|annonce)
    petit rappel | rappel | nb | ps | p\.s\. | enfin | encore"""
    )
    + r")[ :,]{0,4}"
)
_TAIL = Pattern(
    r"(?:[ ,(:–—<>=→-]|"
    + table(
        r"""(?:est|sont|se trouve|reste|restent) (?:aussi |maintenant |enfin |desormais )?(?:ici|la|
        en ligne|dispo|en (?:pj|piece jointe|annexe)|par ici|sur (?:le )?(?:pad|site|nuage|drive|cloud|wiki)|
        (?:disponible|accessible|consultable|telechargeable|lisible|publiee?|deposee?)s?(?: (?:sur|dans|a)\
        [a-z' ]{2,40})?)
        ici | la | la-bas | en ligne | par ici | ci-dessous | suivante? | a (?:lire|voir|retrouver|consulter)
    a (?:cette|l') ?adresse(?: suivante)? | (?:au|via ce|avec ce|sur ce|par ce|ce|le) lien(?: suivant)?
    en (?:pj|piece jointe|annexe) | jointe?s? | ci-jointe?s? | sur | via | est | sont"""
    )
    + r"\b)\Z"
)
_EMPTY = Pattern(
    r"(?:(?:le |la |les |un |une )?(?:lien|liens|ici|document|documents?|doc|docs|voir|a lire|a voir"
    r"|lire|infos?|plus d'infos?|en savoir plus|pour en savoir plus|details?|adresse|site|page|source|url|cf"
    r"|tout est|c'est|c'est la|pj|piece jointe|toutes les infos|plus d'informations?|informations?"
    r"|infos pratiques))?\W*"
)
_BULLET = Pattern(r"^\s{0,9}(?:[-–—*•·◦▪‣●○►→>#]{1,6}|\d{1,2}[.)])\s{1,9}")
_NAME: Final = r"[\w][\w.-]{0,80}\.(?:pdf|od[tspg]|docx?|xlsx?|pptx?|zip|png|jpe?g|svg|csv|md|epub)\b"
_FILE = Pattern(rf"(?<![\w/@:.-]){_NAME}", re.IGNORECASE)
_ATTACHED = Pattern(
    table(
        r"""(?:ci-joint|ci-jointe|ci-joints|ci-jointes)\b | en (?:piece jointe|pieces jointes|pj|annexe)\b
    (?:je|nous) (?:vous |te )?(?:joins|joignons) (?:a ce (?:mail|message|courriel) )?(?:le|la|les|l'|un|
    une|des|mon|ma|mes|notre|nos|ce|cette)\b(?! (?:president|tresorier|secretaire))"""
    )
)


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to read: where it is, and what its author says that it is.

    ``link`` is an address, the name of an attached file, or empty for an attachment without a name;
    ``words`` may be empty, when nothing is said.
    """

    link: str
    words: str
    attached: bool = False


def find_resources(text: str) -> tuple[Resource, ...]:
    """The links and documents that a text shares, each once, in their order.

    A video meeting, a form, a poll, a page to subscribe or to leave, a map, the front page of a site
    (a signature) are no resources.
    """
    found: dict[str, Resource] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        for one in (*_linked(lines, number, line), *_attached(lines, number, line)):
            found.setdefault(one.link or one.words, one)
    return tuple(found.values())


def _linked(lines: list[str], number: int, line: str) -> Iterator[Resource]:
    start = 0
    for match in _LINK.finditer(line):
        address = match["marked"] or _trimmed(match["bare"])
        before = line[start : match.start()]
        start = match.end()
        # Of a very long line, only what stands near says what it is.
        near = before[-2 * _LONGEST :]
        if _NOT_READ.search(address) or _NO_READING.search(aligned(_last_sentence(near))):
            continue
        words = match["label"] if match["label"] and not _is_empty(match["label"]) else _words(near)
        if not words:
            words = _after(line[match.end() : match.end() + _LONGEST]) or _above(lines, number)
        yield Resource(address, words)


def _attached(lines: list[str], number: int, line: str) -> Iterator[Resource]:
    """Files that are named, and documents told to be attached."""
    plain = _LINK.sub(" ", line)
    named = False
    for match in _FILE.finditer(plain):
        named = True
        words = _words(plain[max(0, match.start() - 2 * _LONGEST) : match.start()])
        yield Resource(
            match[0],
            words or _after(plain[match.end() : match.end() + _LONGEST]) or _above(lines, number),
            attached=True,
        )
    if named or len(plain) > 20 * _LONGEST:
        return
    for sentence in split(plain):
        if _ATTACHED.search(aligned(sentence)) and not sentence.endswith("?"):
            words = _stripped(sentence)
            if words and not _is_empty(words):
                yield Resource("", words, attached=True)


def _trimmed(link: str) -> str:
    link = link.rstrip(".,;:!?…'’*_")
    while link.endswith(")") and link.count("(") < link.count(")"):
        link = link[:-1].rstrip(".,;:!?")
    return link


def _last_sentence(before: str) -> str:
    sentences = split(before)
    return sentences[-1] if sentences else ""


def _words(before: str) -> str:
    """What the words right before a link say that it is; empty if they only point."""
    words = _stripped(_last_sentence(before))
    return "" if _is_empty(words) else words


def _stripped(sentence: str) -> str:
    """A sentence without the words that hand over: « Vous trouverez … ici », « … est en ligne »."""
    words = _BULLET.sub("", sentence).strip().rstrip(".!… ")
    for _ in range(6):
        folded = aligned(words)
        lead = _LEAD.match(folded)
        if lead and lead.end():
            words = words[lead.end() :]
            continue
        tail = _TAIL.search(folded)
        if not tail:
            break
        words = words[: tail.start()]
    return words.strip(" ,:;(-–—<>*_")[:_LONGEST].strip()


def _is_empty(words: str) -> bool:
    return len(words) < 3 or _EMPTY.fullmatch(aligned(words)) is not None


def _after(rest: str) -> str:
    """What stands after a link on its line: « https://… – la liste des outils »."""
    match = re.match(r"\s{0,3}[)]?\s{0,3}(?:[-–—:,(=]|→|\.)\s{0,3}(\S.*)", rest)
    words = match[1].strip(" ).;") if match else ""
    return "" if _is_empty(words) or _LINK.search(words) else words


def _above(lines: list[str], number: int) -> str:
    """What the line above says: a heading that ends in a colon, or the sentence that announces."""
    before = next((line for line in reversed(lines[max(0, number - 2) : number]) if line.strip()), "")
    sentence = _last_sentence(before[-2 * _LONGEST :])
    if not sentence or _LINK.search(sentence) or is_courtesy(sentence):
        return ""
    if sentence.rstrip().endswith(":"):
        return _stripped(sentence.rstrip(" :"))
    return _BULLET.sub("", sentence).strip()[:_LONGEST]
