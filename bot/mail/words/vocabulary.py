"""The words that mail clients put around a quotation, folded, in the languages that reach a French list.

French and English come first and are complete; of the others only what a client writes by itself.
"""

from __future__ import annotations

from bot.mail.fold import fold, phrases

# « a écrit », as clients conjugate it …
WROTE = (
    r"\b(?<!nous )(?<!vous )"
    + phrases("a ecrit", "a envoye le message suivant", "wrote", "has written", "vous ecriviez", "ecrivait")
    + r"(?!\w)"
)
# … as only people say it …
SAID = r"\b" + phrases("ecrit", "a dit", "disait", "dit", "writes", "said", "says") + r"(?!\w)"
# … and in languages that nobody writes to a French list, where only clients say so.  No word boundary
# where the script has none.
WROTE_ABROAD = (
    r"\b"
    + phrases(
        *("schrieb", "hat geschrieben", "schreef", "(?:het volgende )?geschreven", "skrev", "skrifadi"),
        *("escribio", "escribe", "va escriure", "ha escrit", "escreveu", "ha scritto", "scrisse", "a scris"),
        *(
            r"napisa[lł]\(?a?\)?",
            r"napsala?(?:\(a\))?",
            "kirjoitti",
            "yazdı",
            "yazdi",
            "irta",
            "menulis",
            "pisze",
        ),
        *("написала?", r"написал\(а\)", "пишет", "пише", "писала?", "написав", "da viet", "đa viet"),
    )
    + r"(?!\w)"
    + "|"
    + phrases("写道", "寫道", "写到", fold("님이 작성"))
)

# Without one of these nobody writes.
WROTE_HINTS = (
    *("ecri", "wrote", "writes", "written", "said", "says", "a dit", "disait", "a envoye le message"),
    *(
        "schri",
        "geschr",
        "schreef",
        "skr",
        "escr",
        "scri",
        "napis",
        "naps",
        "kirj",
        "yazd",
        "irta",
        "dit",
        "pisze",
    ),
    *("menul", "напис", "писал", "пише", "viet", "写", "寫", fold("님이")),
)

_LABELS = {
    "from": (
        *("de", "from", "expediteur", "emetteur", "von", "van", "da", "fra", "fran", "od", "lahettaja"),
        *("от", "от кого", "发件人", "寄件者", "差出人", "보낸 사람", "kimden"),
    ),
    "date": (
        *(
            "envoye",
            "envoye le",
            "date",
            "date d'envoi",
            "message du",
            "sent",
            "sent on",
            "received",
            "gesendet",
            "datum",
        ),
        *("data", "enviado", "enviado el", "enviada em", "enviada", "fecha", "verzonden", "sendt", "dato"),
        *("skickat", "inviato", "wyslano", "odeslano", "lahetetty", "отправлено", "дата", "发送时间"),
        *("日期", "送信日時", "보낸 날짜"),
    ),
    "to": (
        *("a", "pour", "to", "destinataire", "destinataires", "an", "para", "aan", "til", "till", "do"),
        *("komu", "кому", "收件人", "宛先", "받는 사람", "vastaanottaja", "kime"),
    ),
    "subject": (
        *("objet", "sujet", "subject", "betreff", "asunto", "assunto", "onderwerp", "oggetto", "emne"),
        *("amne", "temat", "predmet", "aihe", "konu", "тема", "主题", "主旨", "件名", "제목"),
    ),
    "other": (
        *("cc", "cci", "bcc", "copie a", "copie", "copie cachee", "kopie", "kopia", "kopi", "copia", "копия"),
        *("抄送", "repondre a", "reply-to", "reply to", "antwort an", "organisation", "organization"),
        *("importance", "priorite", "priority", "pieces jointes", "piece jointe", "attachments"),
        *("attachment", "anlagen", "message-id"),
    ),
}

# The labels of a copied header (De, Envoyé, À, Objet), and what each holds.
FIELD_OF = {fold(label): field for field, labels in _LABELS.items() for label in labels}

# Between drawn dashes: what stands above a mail that is answered …
ORIGINAL = phrases(
    "message (?:d'origine|original|initial|precedent)",
    "(?:e-?mail|courriel|courrier|mail) (?:d'origine|original|initial)",
    "original (?:message|e-?mail|mail|appointment)",
    "repondre au message",
    *("reply message", "ursprungliche nachricht", "mensaje original", "mensagem original"),
    *("messaggio originale", "(?:oorspronkelijk|origineel) bericht", "oprindelig meddelelse"),
    *("ursprungligt meddelande", "opprinnelig melding", "alkuperainen viesti", "oryginalna wiadomosc"),
    *("исходное сообщение", "原始邮件"),
)
# « Répondre au-dessus de cette ligne », which help desks draw.
REPLY_ABOVE = phrases(
    r"(?:repondre|repondez|reponse|ecrire|reply|respond|answer)\b.{0,30}\b(?:au-dessus|above)\b.{0,20}"
    r"\b(?:ligne|line)\b"
)
# … or passed on.
FORWARDED = phrases(
    "forwarded (?:message|mail|by)",
    "(?:message|mail|e-?mail|courriel) (?:transfere|reexpedie|suivi)",
    *("transfere par", "weitergeleitete (?:nachricht|e-?mail)", "mensaje reenviado"),
    *("mensagem encaminhada", "messaggio inoltrato", "doorgestuurd bericht"),
    *("vidarebefordrat meddelande", "videresendt (?:meddelelse|melding)", "пересылаемое сообщение"),
)
# Apple's, without dashes.
FORWARD_BEGINS = phrases(
    r"debut du (?:message|courriel|mail) (?:transfere|reexpedie)",
    "begin forwarded message",
    "anfang der weitergeleiteten (?:nachricht|e-?mail)",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "begin doorgestuurd bericht",
)
