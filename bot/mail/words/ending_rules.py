"""What stands at the end of a mail: greetings and closings, names, contacts, signatures.

Rules look at *plain* lines (``line_rules.plain``) unless they say "as written".
"""

from __future__ import annotations

import re

from bot.mail.fold import phrases

# ``-- `` as written (RFC 3676 §4.3), and what clients and people make of it.
MARKS = frozenset({"-- ", "--", "--\u00a0", "—", "— ", "–", "– ", "__", "___", "____", "---", "-- --"})


_GREETING = re.compile(
    phrases(
        *("bonjour", "bonsoir", "salut", "coucou", "re-?bonjour", "cher", "chere", "chers", "cheres"),
        *(
            "mesdames",
            "madame",
            "monsieur",
            "hello",
            "hi",
            "hey",
            "dear",
            "good (?:morning|afternoon|evening)",
        ),
    )
    + r"\b[^.!?:;]{0,80}[,.!:;]?\s?!?$"
).match
_CLOSING = re.compile(
    "(?:bien )?"
    + phrases(
        *("cordialement", "cdlt", "cdt", "amicalement", "amities", "solidairement", "chaleureusement"),
        r"merci(?: (?:beaucoup|bien|encore|infiniment|a (?:tou[ts]e?s?|toi|vous)))*(?: et | ?[,!.]|$)",
        *("tchao", "ciao", "a\\+", "je (?:vous|t')embrasse", "la bise", "bons? baisers?"),
        *("sincerement", "respectueusement", "(?:meilleures |sinceres )?salutations", "au plaisir"),
        *("bises?", "bisous", "biz", "merci d'avance", "a vous", "a toi", "bien a (?:vous|toi|toutes|tous)"),
        "(?:tres )?bonne (?:journee|soiree|semaine|fin de|continuation|reception|lecture|annee)",
        "bon (?:week-?end|dimanche|apres-midi)",
        "belle (?:journee|soiree|semaine)",
        "a (?:tres )?(?:bientot|vite|demain|plus|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)",
        *("(?:kind|best|warm) regards", "regards", "best", "cheers", "sincerely", "yours", "all the best"),
        *("take care", "many thanks", "thanks"),
    )
    + r"\b[^.?:;]{0,60}[,.!]?\s?!?$"
).match


def is_greeting(line: str) -> bool:
    """« Bonjour à toutes et tous, »."""
    return len(line) < 100 and bool(_GREETING(line))


def is_closing(line: str) -> bool:
    """« Bien cordialement, »."""
    return len(line) < 80 and bool(_CLOSING(line))


_SIGNS_FOR = re.compile(r"(?:l[ae]s? |l'|pour l)[^.?!:;]{3,60},$").match


def is_signing_title(line: str) -> bool:
    """« Le secrétaire de mairie, », « Pour le collectif, »: what stands above a name in a letter."""
    return bool(_SIGNS_FOR(line))


_CONTACT = re.compile(
    phrases(
        r"(?:\+33|\b0)\s?\(?0?\)?\s?[0-9](?:[ .-]?\d{2}){4}\b",
        r"\+\d{2,3}(?:[ .()/-]{0,3}\d){7,11}\b",
        r"^(?:tel|mob|mobile|fax|port|portable)\b\.? ?:? ?[+0(]",
        r"^[^@]{0,30}@[\w-]{1,63}\.[a-z]",
        r"^.{0,15}(?:https?://|\bwww\.)\S{1,300}$",
        r"\b\d{5} [a-z]{2}",
    )
)
_POSTSCRIPT = re.compile(r"p\.?\s?-?s\.?(?:\s?:|\s|$)").match
_SENTENCE = re.compile(r"[?!.;:]$|(?:\S+ ){11}").search
_LABEL = re.compile(r"[^\w+(]{0,4}([^\W\d_][^:/@]{1,30}?)\s?:(?:\s|$)").match
_CONTACT_LABELS = re.compile(
    phrases(
        *("t", "p", "m", "f", "w", "e", "tel.?", "tele.{0,7}", "mob.{0,4}", "port.{0,6}", "fax", "gsm"),
        *("cell?.{0,6}", "(?:e-?)?mail", "courriel", "mel", "adresse.{0,20}", "site.{0,12}", "web.{0,6}"),
        *("standard", "ligne.{0,10}", "skype", "linkedin", "facebook", "fb", "instagram", "insta", "twitter"),
        *("x", "mastodon", "signal", "whatsapp", "bureau.{0,12}", "domicile", "siret", "siren", "tva.{0,20}"),
        *("phone", "office", "address", "blog", "url", "horaires?.{0,12}", "permanences?.{0,12}", "direct"),
        *("secretariat", "accueil", "matrix"),
    )
).fullmatch
_SPEAKS = re.compile(
    r"\b(?:vous|moi|nous|je|j'ai|appele[rz]|contactez|en cas d|inscri\w+|rendez-vous|rdv|ci-joint|merci"
    r"|you|me|we|please|call|password|passcode|mot de passe)\b"
).search
_PAGE = re.compile(r"^\W{0,3}https?://[^/\s]{1,120}/[^\s]{4,}").match
_FUNCTION_WORD = re.compile(
    r"(?:voici|voila|j'ai|j'|je|on|nous|vous|il|elle|ils|c'est|c'|ce|cette|ci-joint|merci|pour|si|et|ou|mais"
    r"|les|des|here|i|we|it|this|the)\b"
).match


def has_contact(line: str) -> bool:
    """A telephone number, a mail or postal address, a site: what a signature holds."""
    return bool(_CONTACT.search(line))


def is_name(line: str) -> bool:
    """What may stand as a name below a closing: few words, no sentence."""
    return (
        len(line) <= 60
        and line.count(" ") <= 5
        and not any(map(str.isdigit, line))
        and not _SENTENCE(line)
        and not _FUNCTION_WORD(line)
    )


def is_signature(block: list[str]) -> bool:
    """Whether the lines below a dash may be a signature: nothing that is said to the reader."""
    return not any(
        is_postscript(line) or is_greeting(line) or len(line) > 160 or line[-1] == "?" for line in block
    )


def is_sure_signature(block: list[str]) -> bool:
    """Whether these lines are a signature, whatever stands above them: contacts, and no sentence."""
    return (
        any(has_contact(line) for line in block)
        and is_signature(block)
        and not any(_SENTENCE(line) and not has_contact(line) for line in block)
        and not is_practical(block)
    )


def is_practical(block: list[str]) -> bool:
    """Whether lines with contacts tell where and how: « Lieu : … », « En cas de retard, appelez-moi … »."""
    if _PAGE(block[0]):
        return True
    for line in block:
        label = _LABEL(line)
        if (label and not _CONTACT_LABELS(label[1])) or _SPEAKS(line):
            return True
    return False


_ITEM = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){1,2}( ?[,:–-] ?)\S").match


def is_list(block: list[str]) -> bool:
    """Whether lines name several people in one way: « Anne Roux, Gap », « Bruno Petit, Veynes »."""
    found = [item[1] for line in block if (item := _ITEM(line))]
    return len(found) > 1 and len(set(found)) == 1


def is_title_block(block: list[str], written: list[str]) -> bool:
    """Whether lines below a name are titles and places: each begins as those do, none is a sentence."""
    return all(
        len(line) <= 80
        and (text[0].isupper() or text[0].isdigit() or text[0] in '*_|«"(')
        and not _SENTENCE(line)
        and not is_postscript(line)
        and not is_greeting(line)
        and not is_closing(line)
        for line, text in zip(block, written, strict=True)
    )


def is_sentence(line: str) -> bool:
    """Whether a line says something: it ends as sentences do, or is as long as they are."""
    return bool(_SENTENCE(line)) and not has_contact(line)


def is_postscript(line: str) -> bool:
    """« PS : … » is said to the reader, below a signature too."""
    return bool(_POSTSCRIPT(line))
