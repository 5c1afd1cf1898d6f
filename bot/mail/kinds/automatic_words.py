"""The words of answering machines: families of phrases, folded, in the languages that members write in."""

from __future__ import annotations

import re

from bot.mail.fold import holds_one, phrases
from bot.mail.kinds.families import family

_AUTO = r"auto(?:matique|matic|mated|matisch|matisches|matische|matica|matico)?"
_LETTER = phrases("reponse", "message", "mail", "courriel", "courrier", "e-mail", "notification", "envoi")
_POSTA = phrases("mensaje", "correo", "respuesta", "messaggio", "risposta", "e-?mail", "mensagem", "resposta")

# « Ceci est une réponse automatique »: it says so itself.
SELF = family(
    rf"\bceci est (?:une?|la|notre|mon) {_LETTER} automati",
    rf"\b(?:ce|cet|cette|presente?) {_LETTER} (?:est|a ete|vous est|vous a ete)~automati",
    rf"\bvous recevez (?:ce|cette) {_LETTER} automatique",
    rf"(?:^|\n)[ (*_\[-]{{0,5}}{_LETTER} (?:genere|envoye|emis|cree|adresse|expedie)e? automati",
    r"\bthis (?:is an?|e-?mail is|message is|reply is)~auto(?:mat\w{1,8})?[ -]?"
    + phrases("generated", "reply", "response", "message", "e-?mail", "notification", "answer", "sent"),
    r"\bthis (?:message|e-?mail|reply|notification|response) (?:was|has been|is) "
    + phrases(
        "automatically (?:generated|sent|created)", "(?:generated|sent|created) (?:automat|by an? auto)"
    ),
    r"\b(?:dies|das|diese (?:nachricht|e-?mail|mail|antwort)) (?:ist|wurde) (?:eine? )?automatisch",
    rf"\b(?:este|esta|questo|questa|isto) (?:es |e )?(?:una? |uma? )?{_POSTA} automatic",
    rf"\b(?:este|esta|questo|questa) {_POSTA}~automatic",
    r"\b(?:dit is een automatisch|dit bericht (?:is|werd) automatisch)",
    r"\benvoye par une regle de messagerie",
    *("自動返信です", "自動応答です", "自動返信メール", "自動的に送信", "自動配信", "自動送信"),
)
# « *** Message automatique *** » above everything else, and alone on its line.
BANNER = re.compile(
    r"[\W_]{0,10}"
    + phrases(
        rf"(?:message|reponse|mail|courriel|notification)[ -]{_AUTO}",
        rf"{_AUTO}[ -]?(?:reply|response|message|antwort|nachricht|antwoord|bericht)",
        rf"(?:respuesta|risposta|resposta|mensaje|messaggio|mensagem) {_AUTO}",
        *(
            "auto-?reponse",
            "ne pas repondre a ce (?:message|mail|courriel)",
            "(?:please )?do not reply to this",
        ),
    )
    + r"(?:[^\w\n?]{0,20}(?:\n|$)|\s?[-–—:|][^?\n]{0,60}(?:\n|$)|\.\s)"
).match

_AWAY = phrases(
    *(r"absent(?:e?s?\b|[·.(])", "en conges?", "en vacances", "en arret", "en deplacement", "en voyage"),
    *("indisponible", "hospitalise", "en formation"),
)
ABSENT = family(
    r"\bje (?:suis|serai) (?:actuellement |en ce moment |presentement |desormais |moi-meme )?" + _AWAY,
    r"\b(?:actuellement|en ce moment) " + _AWAY,
    r"\babsente? (?:jusqu|du \d|ce|cette|pour|le \d|depuis)",
    rf"\b(?:est|sera|sont|seront) (?:actuellement )?(?:{_AWAY}|ferme)",
    r"\bnous (?:sommes|serons) (?:actuellement )?(?:ferme|absent|en conge|en vacances)",
    r"\b(?:i am|i'm|i will be|i'll be|we are|we will be)~"
    + phrases(
        *("out of (?:the )?office", r"away\b", r"on (?:\w{1,12} )?leave", "on (?:holiday|vacation)"),
        *("travelling", "traveling", "offline", "unavailable", "closed"),
    ),
    r"\bout of (?:the )?office (?:until|from|till)",
    r"\boffices? (?:is|are|will be) closed",
    r"\bich bin[^!?\n]{0,60}(?:abwesend|urlaub|nicht im (?:buro|haus)|ausser haus|verreist)",
    r"\b(?:estoy|estare)~(?:fuera de|ausente|vacaciones|de baja)",
    r"\b(?:sono|saro)~(?:assente|in ferie|fuori)",
    r"\b(?:estou|estarei)~(?:ausente|ferias|fora d)",
    r"\bik ben~(?:afwezig|vakantie|niet (?:aanwezig|op kantoor)|verlof)",
    *("不在", "休暇"),
)
LATER = family(
    r"\b(?:a|des) mon retour",
    r"\ben cas d'(?:urgence|absolue)",
    r"\burgen(?:ce|t|te)s? ?[:=]",
    r"\bpour toute? (?:urgence|(?:demande|question)~urgent)",
    r"\bconsulterai (?:pas )?(?:mes|ma)",
    r"\bpour les urgences",
    r"\b(?:contactez|adressez-vous|veuillez (?:contacter|vous adresser))",
    r"\bmerci de (?:contacter|vous adresser|joindre|voir avec)",
    r"\bacces (?:limite|restreint) a m",
    r"\b(?:en mon|pendant mon|durant mon|pendant cette|durant cette) (?:absence|periode)",
    r"\bprendrai connaissance",
    r"\b(?:upon|on|when i) (?:my )?return",
    r"\bfor (?:anything )?urgent",
    r"\bin case of (?:an )?emergency",
    r"\b(?:limited|no) access to (?:my )?e-?mail",
    r"\b(?:in|during) my absence",
    r"\bi (?:will|shall|'ll) (?:reply|respond|answer|get back to you|read)~(?:return|back|soon as)",
    r"\b(?:nach meiner ruckkehr|in dringenden fallen|nicht weitergeleitet|in meiner abwesenheit)",
    r"\bwieder erreichbar",
    r"\b(?:i will be|i'll be|i am) back (?:on|in|at|by)",
    r"\b(?:lees|beantwoord)~(?:weer|vanaf)",
    r"\b(?:so volto|volto a (?:ler|responder|estar))",
    r"\b(?:bin|sind)~wieder (?:im|da|zuruck)",
    r"\bvuelvo (?:el|a)\b",
    r"\b(?:rientro il|torno il|saro di nuovo)\b",
    r"\b(?:a mi (?:vuelta|regreso)|en caso de urgencia|durante mi ausencia)",
    r"\b(?:al mio (?:rientro|ritorno)|in caso di urgenza|durante la mia assenza)",
    r"\b(?:no meu regresso|em caso de urgencia|quando regressar|durante a minha ausencia)",
    r"\b(?:bij (?:mijn )?terugkomst|bij spoed|dringende (?:zaken|gevallen)|tijdens mijn afwezigheid)",
)
_YOURS = r"(?:votre|vos) (?:message|mail|courriel|courrier|e-mail|demande)s?"
# What is said of a mail that nobody has read yet.
OF_YOUR_MAIL = family(
    rf"\b{_YOURS} (?:ne )?(?:sera|seront|est|sont|a|ont|m'|n'a)~\b"
    + phrases("lu", "traite", "transfer", "transmis", "recu", "pris", "enregistre"),
    rf"\bne (?:peux|pourrai|puis|pouvons)[^.\n]{{0,30}}repondre a {_YOURS}",
    r"\brepondre (?:individuellement|personnellement|a (?:tous|toutes|chacun))",
    r"\bvous avez (?:cherche|essaye|tente) (?:a|de) (?:me|nous) joindre",
    r"\bvous (?:venez d'|avez )(?:ecri\w{1,4}) a une adresse",
    r"\bla personne que vous~(?:joindre|contacter)",
    r"\bcette (?:boite|adresse|messagerie)~n'est (?:pas|plus) "
    + phrases("relevee", "consultee", "lue", "utilisee", "en service", "active"),
    r"\byour (?:e-?mail|message|mail|enquiry|request)~(?:will be|has been|is being|was)"
    r" (?:read|received|answered|dealt|forwarded|registered|logged|processed|not)",
    r"\b(?:this|the) (?:mailbox|address|account|inbox) is (?:no longer|not) "
    + phrases("monitored", "read", "in use", "used", "active"),
    r"\bno longer (?:works? (?:for|at|here)|with (?:us|the))",
    r"\bihre (?:nachricht|e-?mail|anfrage) (?:wird|wurde)",
    r"\b(?:su (?:mensaje|correo)|il \w{3,6} messaggio|a sua mensagem|uw (?:bericht|e-?mail|vraag))~"
    + phrases(
        "sera", "recib", "ricevut", "recebid", "ontvangen", "letto", "lid", "leid", "gelezen", "doorgestuurd"
    ),
)
# What only a machine can say, which answers for nobody.
NOBODY_READS = family(
    r"\b(?:plus|pas) (?:\w{1,12} ){0,3}repondre (?:individuellement|personnellement|a chacun)",
    r"\bla personne que vous (?:cherchez|essayez|tentez|souhaitez)~(?:joindre|contacter)",
    r"\bvous (?:venez d'|avez )ecri\w{1,4} a une adresse",
    r"\bcette (?:boite|messagerie|adresse)~n'est (?:pas|plus) (?:relevee|consultee|lue|surveillee)",
    r"\b(?:this|the) (?:mailbox|inbox|e-?mail address) is (?:no longer|not) (?:being )?(?:monitored|read)",
    r"\bthe person you are trying to (?:reach|contact)",
    r"\bdieses postfach wird nicht",
)
_YOUR_MAIL = r"your (?:e-?mail|message|enquiry|request)"
RECEIVED = family(
    rf"\b(?:avons|ai) bien recu {_YOURS}(?! d)",
    rf"\b{_YOURS}~a(?:vons)? bien ete (?:recu|enregistr|pris)",
    r"\bmerci (?:de|pour|d') ?"
    r"(?:votre (?:message|mail|courriel|demande)|nous avoir (?:ecrit|contacte)|avoir ecrit)",
    rf"\bthanks?(?: you)? (?:very much )?for (?:{_YOUR_MAIL}|contacting|getting in touch|writing)",
    rf"\bwe have received {_YOUR_MAIL}",
    r"\b(?:vielen )?dank fur ihre (?:nachricht|anfrage|e-?mail)",
    r"\b(?:gracias por (?:su|contactar)|grazie per (?:averci|il (?:suo|tuo) messaggio))",
    r"\bobrigad[oa] pel[ao] (?:sua )?(?:mensagem|contacto)",
    r"\b(?:bedankt|dank) voor (?:uw|je) (?:bericht|mail|vraag)",
)
PROMISED = family(
    r"\b(?:repondr|reviendr|recontact|traiter|traite|prendr\w{1,3} contact)\w{0,8}~"
    + phrases("delais", "bref", "sous ", "possible", "prochainement", "d'ici", "jours", "heures"),
    r"\b(?:in touch|reply|respond|answer|get back|process)~"
    + phrases("soon", "possible", "within", "shortly", "days", "hours", "directly"),
    r"\b(?:so bald|so schnell|moglichst|in kurze|umgehend|werktage)",
    r"\b(?:lo antes posible|a la brevedad|al piu presto|o mais breve|zo (?:snel|spoedig)|binnen~dagen)",
)
# « Tu peux… ? »
ASKS_A_FRIEND = re.compile(r"\b(?:tu|toi|ton|ta|tes|t')\b[^?]{0,400}\?").search
# « Bonjour Inès, »: machines do not know whom they answer.
TO_SOMEBODY = re.compile(
    r"\s{0,5}"
    + phrases(
        "bonjour",
        "bonsoir",
        "salut",
        "coucou",
        "hello",
        "hi",
        "hey",
        "dear",
        "chere?",
        "hallo",
        "liebe[r]?",
        "ciao",
    )
    + " (?!"
    + phrases(
        *("a ", "mesd", "mess", "mad", "mons", "mr", "mm", "tou", r"les?\b", "l'", "chere?s?", r"all\b"),
        "every",
        *("there", "sir", "sender", "colleague", "customer", "client", "friend", "team", "ami", "e[nt] "),
    )
    + r")[a-z-]{2,20}\s{0,2}[,!\n]"
).match
_GREETING = re.compile(
    r"\s{0,5}"
    + phrases(
        *("bonjour", "bonsoir", "salut", "hello", "hi", "madame", "monsieur", "dear", "cher", "chere"),
        *("beste", "hallo"),
        *("guten tag", "sehr geehrte", "buongiorno", "hola", "buenos dias", "estimad", "bom dia", "ola"),
        "gentile",
    )
    + r"\b[^\n.,!]{0,40}[,.!\n]\s{0,5}"
).match


def body_of(text: str) -> str:
    """A folded text without its greeting."""
    match = _GREETING(text)
    return text[match.end() :] if match else text


# Cheaper than any pattern, which holds nothing without one of these: in lower case, accents kept.
_OF_SELF = (
    "règle de messagerie",
    "regle de messagerie",
    "auto",
    "自動",
    "not reply",
    "pas répondre",
    "pas repondre",
)
_OF_ABSENCE = (
    *("absen", "congé", "conge", "vacances", "arrêt", "déplacement", "voyage", "indispo", "hospital"),
    "formation",
    *("ferm", "office", "away", "leave", "holiday", "vacation", "travel", "offline", "unavail", "closed"),
    *("abwesend", "urlaub", "büro", "haus", "verreist", "fuera", "ausente", "baja", "assente", "ferie"),
    "fuori",
    *("férias", "ferias", "fora ", "afwezig", "vakantie", "aanwezig", "verlof", "不在", "休暇"),
)
_TO_YOU = ("votre m", "votre c", "votre e", "votre d", "vos m", "your ", "ihre ", "uw ", "mensa", "messaggio")
_OF_NOBODY = (
    "joindre",
    "contacter",
    "individuellement",
    "personnellement",
    "une adresse",
    "cette ",
    "this ",
    "the ",
    "postfach",
)
_OF_RECEIPT = (
    "reçu",
    "recu",
    "merci",
    "thank",
    "received",
    "dank",
    "gracias",
    "grazie",
    "obrigad",
    "votre ",
    "your ",
)


def may_say_so(text: str) -> bool:
    """Whether a text can say of itself that it is automatic."""
    text = text.lower()
    return holds_one(text, _OF_SELF)


def may_speak_of_absence(text: str) -> bool:
    """Whether the first words of a text can be those of somebody absent."""
    text = text[:400].lower()
    return holds_one(text, _OF_ABSENCE)


def may_speak_to_you(text: str) -> bool:
    """Whether the first words of a text can speak of the mail that it answers."""
    text = text[:400].lower()
    return holds_one(text, _TO_YOU)


def may_speak_for_nobody(text: str) -> bool:
    """Whether the first words of a text can be those of a box that nobody opens."""
    text = text[:400].lower()
    return holds_one(text, _OF_NOBODY)


def may_acknowledge(text: str) -> bool:
    """Whether the first words of a text can acknowledge a mail."""
    text = text[:400].lower()
    return holds_one(text, _OF_RECEIPT)
