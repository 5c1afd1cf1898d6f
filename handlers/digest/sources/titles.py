"""What a thing that takes place is called, in a few of the words of those who announce it.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from bot.french.dates import Found, find
from bot.french.fold import aligned
from handlers.digest.sources.gatherings import ERRAND, NOUN, SEEKS, WEAK, clause, noun
from handlers.digest.sources.matters import matter

LONGEST = 80  # characters
STOPS = re.compile(
    r"[,;:.!?(\n]|\s[–—-]\s|\s(?:(?:n')?(?:aura|auront|a|ont|est|sont|sera|seront|etait|se|qui|que|dont|car)\b"
    r"|(?:de |a |des |vers )?\d{1,2} ?(?:h\b|h\d\d|heures)"
    r"|(?:prevu|fix|report|decal|deplac|annul|maintenu)e?e?s?\b"
    r"|(?:reprenn?|commenc|demarr|continu|revien|chang|ouvr|propos|accueill|vous |nous )[a-z]*"
    r"|tou(?:s|te)s? les\b|ouverte?s? a\b|merci\b|toujours\b|aujourd'hui|demain\b)"
)
SMALL = (
    "le|la|les|un|une|de|du|des|à|a|au|aux|en|pour|par|avec|sur|et|ou|dans|chez|ce|cette|chaque|notre|nos"
    "|prochaine?s?|est|dès|jusqu'au|avant|donc|sera|vers|c'est|il y a|aura lieu"
)
LOOSE_END = re.compile(rf"(?:(?:\A|[\s,:;(–—-]+)(?:{SMALL}|l['’]|d['’])?)+\Z", re.IGNORECASE)
LOOSE_START = re.compile(r"\A(?:[\s,:;)–—-]+|(?:et|mais|donc|puis|prochaine?s?)\s+)+", re.IGNORECASE)
OCCURS = re.compile(r"\b(?:(?:aura|auront|a|ont) lieu|se (?:tien[a-z]+|deroul[a-z]+))\b")
ARTICLE = re.compile(r"(?:le|la|les|un|une|des|notre|nos|cette?|ces)\s+|l['’]", re.IGNORECASE)
FEW_WORDS = 7
# « Convocation au CAC », « Proposition de date pour l'atelier »: it is of the CAC, and of the atelier.
LEAD_IN = re.compile(
    r"(?:re)?(?:convocation|invitation|propositions? de dates?|choix de la date|dates?"
    r"|inscriptions?|report|annonce)\s+(?:pour|de|du|des|à|au|aux|a)\s+(?:la |le |les |l['’])?"
    r"|(?:rappel|info|save the date|urgent)\s*[:!–-]\s*",
    re.IGNORECASE,
)
ORDERS = (
    r"\b(?:premi[eè]re?s?|seconde?s?|deuxi[eè]me|troisi[eè]me|nouvelle|autre|derni[eè]re?s?"
    r"|grande?s?|petite?s?)\s+"
)
ORDER, LEADING = re.compile(ORDERS, re.IGNORECASE), re.compile(rf"{ORDERS}\Z", re.IGNORECASE)
HOURS = re.compile(
    r"[\s,]*(?<!\w)(?:de |à |a |dès |vers )?\d{1,2} ?h(?:eures)?(?: ?\d\d)?(?!\w)"
    r"(?:\s*(?:à|a|-|–)\s*\d{1,2} ?h(?: ?\d\d)?(?!\w))?",
    re.IGNORECASE,
)
BEFORE_DAY = re.compile(
    r"(?:(?<!\w)(?:pour|du|de|des|le|les|à|au|aux|ce|cette|dès|en|avant)\s+){1,2}\Z", re.IGNORECASE
)
SENTENCE = re.compile(r"[.!?](?=\s|\Z)|\n")
PARTS = re.compile(r"\s*:\s+|\s+[:|–—-]\s+|\s*[()]\s*")


def topic(subject: str, written: dt.datetime) -> str:
    """What a subject is about, without its days, what is to be done by then, and what is asked of them."""
    kept = [part for part in _parts(subject) if not _is_timing(part, written)]
    named = kept[0] if kept else subject
    return capital(without_days(named, written)) or subject


def whole(subject: str, written: dt.datetime) -> str:
    """All that a subject says but its days; of one that says until when, what is before it."""
    parts = list(_parts(subject))
    if any(_is_timing(part, written) for part in parts):
        return topic(subject, written)
    return capital(without_days(subject, written)) or subject


def of_subject(subject: str, written: dt.datetime) -> str:
    """The gathering that a subject names; empty if it names none."""
    lead = LEAD_IN.match(subject)
    subject = subject[lead.end() :] if lead else subject
    parts = [part for part in _parts(subject) if NOUN.search(aligned(part)) and not deals(part)]
    dated = [part for part in parts if find(part, written)]
    named = (dated or parts or [""])[0]
    return "" if named.rstrip().endswith("?") else capital(without_days(named, written))


def of_sentence(text: str, date: Found, dates: tuple[Found, ...] = ()) -> str:
    """The gathering that a sentence names for a day: the noun and what says more of it."""
    one = noun(text, date)
    if one is None:
        return _subject_of_verb(text, date)
    stop = STOPS.search(aligned(text), one.end())
    others = [other.position for other in (date, *dates) if other.position > one.start()]
    end = min([stop.start() if stop else len(text), *others])
    if "«" in text[one.start() : end] and "»" in text[end:] and "»" not in text[one.start() : end]:
        end = text.index("»", end) + 1
    lead = LEADING.search(text[: one.start()])
    return capital(_trimmed(text[lead.start() if lead else one.start() : end]))


def _subject_of_verb(text: str, date: Found) -> str:
    """« Les travaux ont lieu le 7 »: the travaux."""
    own = clause(aligned(text), date, WEAK)
    verb = OCCURS.search(aligned(text), own.start, own.end)
    what = ARTICLE.sub("", text[own.start : verb.start()].strip()) if verb else ""
    return capital(what) if 0 < len(what.split()) <= FEW_WORDS else ""


def names(topic_: str) -> bool:
    """Whether a topic is a gathering."""
    return NOUN.match(aligned(topic_)) is not None and not deals(topic_)


def label(text: str, date: Found) -> str:
    """The words that stand before a day in its clause."""
    return capital(_trimmed(text[clause(aligned(text), date, WEAK).start : date.position]))


def of_line(text: str, date: Found, written: dt.datetime) -> tuple[str, str]:
    """What a line announces for a day, and what more it says: « Visite de La Ruche », « Prévenir Karim »."""
    own = clause(aligned(text), date, SENTENCE)
    before = _trimmed(text[own.start : date.position])
    after = HOURS.sub("", text[date.position + len(date.text) : own.end], count=1).strip(" ,:;–—-")
    others = [text[: own.start].strip(), text[own.end :].lstrip(" .!?;")]
    if not before:
        parts = [part for part in re.split(r",\s+(?![^«]*»)", after) if part]
        named = [part for part in parts if NOUN.search(aligned(part))] or parts[:1] or [text]
        before = _trimmed(named[0])
        after = ", ".join(part for part in parts if part != named[0])
    after = after if len(after.split()) > 1 else ""
    said = [one[:1].upper() + one[1:] for one in (others[0], after, others[1]) if one]
    return capital(before), " ".join(f"{one.rstrip(' .')}." if one[-1:] not in "!?…" else one for one in said)


def is_bare(name: str) -> bool:
    """Whether a name says what sort of gathering it is, and nothing else: « Première réunion »."""
    return not matter(ORDER.sub("", name))


def together(about: str, name: str) -> str:
    """« AG : première réunion »."""
    if not name or aligned(name) in aligned(about):
        return about
    return f"{about} : {name[:1].lower()}{name[1:]}" if name[1:2].islower() else f"{about} : {name}"


def without_days(text: str, written: dt.datetime) -> str:
    """A text without its days and hours, which stand beside it."""
    for start, end in reversed(_spans(find(text, written))):
        before, after = text[:start], text[end:]
        before = BEFORE_DAY.sub("", before)
        hours = HOURS.match(after)
        after = after[hours.end() :] if hours else after
        if re.match(r"\s*(?:à|au|aux|chez|en|dans)\b", after):
            before = before.rstrip(" ,")
        text = (
            f"{before.rstrip()} {after.lstrip()}"
            if after[:1] not in (",", ")", ".")
            else before.rstrip() + after
        )
    return _trimmed(" ".join(text.split()))


def _spans(dates: list[Found]) -> list[tuple[int, int]]:
    """Where days stand; those of one list (« 5 et 6 décembre ») overlap."""
    spans: list[tuple[int, int]] = []
    for one in dates:
        end = one.position + len(one.text)
        if spans and one.position < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((one.position, end))
    return spans


def capital(text: str) -> str:
    """A title begins with a capital, and is no longer than it is read."""
    if len(text) > LONGEST:
        text = _trimmed(text[:LONGEST].rpartition(" ")[0]) + "…"
    return text[:1].upper() + text[1:]


def event_topic(subject: str, written: dt.datetime) -> str:
    """What a gathering is of, by a subject: of « Décisions du CAC », the CAC."""
    name = topic(LEAD_IN.sub("", subject, count=1) if LEAD_IN.match(subject) else subject, written)
    found = NOUN.search(aligned(name)) if deals(name) else None
    return capital(name[found.start() :]) if found else name


def deals(part: str) -> bool:
    """Whether a part of a subject is of what goes with a gathering, or of something else than one."""
    return SEEKS.match(aligned(part)) is not None or ERRAND.search(aligned(part)) is not None


def _parts(subject: str) -> Iterator[str]:
    return (part.strip() for part in PARTS.split(subject) if part and part.strip())


def _is_timing(part: str, written: dt.datetime) -> bool:
    """Whether a part of a subject says until when, or asks which day."""
    found = find(part, written)
    return any(one.deadline for one in found) or (bool(found) and part.endswith("?"))


def _trimmed(text: str) -> str:
    return LOOSE_START.sub("", LOOSE_END.sub("", text.strip(" ,:;–—-(")), count=1) if text.strip() else ""
