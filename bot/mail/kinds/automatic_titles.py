"""The subjects of answering machines."""

from __future__ import annotations

import re

from bot.mail.fold import fold, holds_one, phrases

_AUTO = r"auto(?:matique|matic|mated|matisch|matisches|matische|matica|matico)?"
_TAG = r"(?:\[[^\]]{1,40}\]\s{0,3})?[\[(*«\"\s]{0,3}"
# The title ends here, or goes on with what it answers, or with how long: nobody's sentence goes on so.
_END = r"[\])*»\"\s]{0,3}" + phrases(
    *("$", r"\s?[:：,;|/(\[]", r"\s[-–—]\s", r"(?<=[\])])", r"\d", r"(?:re|tr) ?:"),
    r"(?:jusqu|until\b|till\b|from\b|du \d|bis\b|hasta\b|fino\b|ate\b|tot\b|vom\b|dal\b|desde\b|vanaf\b)",
)

# « Réponse automatique : … »: of a machine, wherever it is read.
TITLE = re.compile(
    _TAG
    + phrases(
        rf"(?:re|tr)?(?:reponses?|message|mail|courriel|notification|avis)[ -]{_AUTO}s?",
        rf"{_AUTO}[ -]?(?:reply|replay|response|responder|message|answer|antwort|nachricht|ruckmeldung)s?",
        r"auto-?reponse",
        rf"{_AUTO} (?:antwoord|bericht|reactie)",
        rf"(?:respuesta|risposta|resposta|mensaje|messaggio|mensagem) {_AUTO}",
        r"\[auto\]|\(auto\)",
        *(fold("自動応答"), fold("自動返信"), "automatyczna odpowiedz", "autosvar", "автоответ"),
    )
    + _END
).match
# « Absence du bureau : … »: people write so to a list, where the text has to say it too.
TITLE_OF_ABSENCE = re.compile(
    _TAG
    + r"(?:(?:je suis|i am|i'm) )?"
    + phrases(
        r"(?:message|notification|avis|note|reponse) d'absence",
        r"(?:absence|absent(?:e|es|s|[·.(]-?e?s?[)·.]?s?)?) du bureau",
        *("out of (?:the )?office", r"ooo\b", "vacation (?:reply|response|message|notice)"),
        *("away (?:message|notice|notification|from (?:my )?(?:e?-?mail|desk|office))",),
        *(r"abwesenheit(?:snotiz|smeldung|sbenachrichtigung|sassistent)", "nicht im buro"),
        *("fuera de (?:la )?oficina", "aviso de ausencia", "assenza dall'ufficio", "fuori (?:ufficio|sede)"),
        *("fora do escritorio", "afwezigheids(?:bericht|assistent|melding)?", "niet aanwezig", fold("不在")),
        *(r"auto ?(?=:)", r"accuse de reception", "repondeur"),
    )
    + _END
    # Gmail: « Je suis en congés Re: Quelle date ? »
    + r"|(?!re\b)[^:]{0,60}\b(?:absen|conge|vaca|away|out of|leave|urlaub|ferme)[^:]{0,40}\sre ?: "
).match
# « Absence », « Away »: of a machine when the text speaks like one.
TITLE_OF_SOMETHING = re.compile(
    _TAG
    + phrases(
        *("absen", "abwesen", "assen", "ausen", "afwezig", "away", "vacation", "vacances"),
        *("(?:en )?conge", "urlaub"),
        *("ferie", "vakantie", "fermeture", "indisponib", "closed", "holiday", "je suis ", "i am ", "out of"),
        *("merci (?:de|pour) votre", "thank you for", "votre (?:message|demande|mail|courriel)", "ihre "),
        "depart d",
        *("changement d", "cette adresse"),
    )
).match

# Cheaper than the patterns, which hold nothing without one of these: in lower case, accents kept.
_OF_TITLES = (
    *("auto", "自動", "автоотв", "absen", "office", "ooo", "vaca", "away", "abwesen", "assen", "büro"),
    "oficina",
    *("ausen", "ausên", "ufficio", "sede", "escrit", "afwezig", "aanwezig", "不在", "accus", "répond"),
    "repond",
    *("cong", "urlaub", "ferie", "vakantie", "fermeture", "indispo", "closed", "holiday", "suis", "i am"),
    "i'm",
    *("merci", "thank", "votre", "ihre", "départ", "depart", "changement", "cette"),
)


def may_be_title(subject: str) -> bool:
    """Whether a subject can be that of an answering machine: « Re: … » is somebody's who answers it."""
    subject = subject[:200].lower()
    return not subject.startswith("re:") and holds_one(subject, _OF_TITLES)
