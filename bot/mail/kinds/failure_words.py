"""The words in which servers say that a mail did not arrive, or not yet: families of phrases, folded.

English, French, German, Spanish, Italian, Portuguese, Dutch, Japanese.
"""

from __future__ import annotations

from bot.mail.fold import holds_one, phrases
from bot.mail.kinds.families import family

_DELIVERED = phrases(
    "deliver", "reach", r"sent\b", r"send\b", "accepted", "relayed", "routed", "forwarded to"
)
_REMIS = phrases("remis", "distribu", "delivr", "achemin", "transmis", "envoy", "livr", "parven", "arrive")
_REMETTRE = phrases(
    "remettre", "distribuer", "delivrer", "acheminer", "livrer", "transmettre", "envoyer", "joindre"
)
_REMISE = phrases(
    "remise", "distribution", "envoi", "livraison", "acheminement", "transmission", "delivrance"
)

NOT_DELIVERED = family(
    # English
    r"\b(?:(?:could|was|were|has|have|will|can)(?: not|not|n't)|can't|not)"
    rf" (?:be |been )?(?:\w{{1,12}} )?{_DELIVERED}",
    r"\b(?:unable|not able|wasn't able|not possible|impossible|failed) to (?:deliver|send|relay|reach|route)",
    r"\bdid not (?:reach|receive)",
    r"\bundeliver",
    r"\bnon-?deliver",
    r"\bdeliver(?:y|ing|ies)\b~(?:fail|error|problem|abort|unsuccessful|impossible|reject)",
    r"\b(?:fail(?:ed|ure)?|error|problem)s?\b~\bdeliver(?:y|ing|ed)?\b",
    r"\bfail(?:ed|ure) (?:recipients?|address|mail|notice)",
    r"\bmail (?:failed|failure|error|system error)",
    r"\breturn(?:ed|ing) (?:e?mail|message|to sender)",
    r"\b(?:e?mail|message)s? (?:was |has been |is |were )?(?:returned|rejected|blocked|bounced|refused)",
    r"\b(?:permanent|fatal) (?:fatal )?error",
    r"\baddress(?:es)?(?:\(es\))? (?:failed|had|not found|rejected|could not be found)",
    r"\bbounced? (?:e?mail|message|notification|back)",
    # French
    r"\bn'(?:a|ont|est|avons|ai|etait) (?:pas |pu |donc )~" + _REMIS,
    r"\bn'ont (?:pas )?(?:pu )?recevoir",
    r"\bne (?:peut|pouvait|pourra|sera) (?:pas )?(?:etre )?" + _REMIS,
    r"\b(?:impossible|impossibilite|incapable) (?:de |d')" + _REMETTRE,
    r"\bechec (?:permanent |definitif )?(?:de |d'|lors |dans )~" + _REMISE,
    rf"\b{_REMISE}\b~(?:a echoue|impossible|echouee?\b|en echec)",
    r"\bnon(?: |-)(?:remis|distribu|delivr|livre|achemin|livraison)",
    r"\bpas (?:pu |ete )~" + _REMIS,
    r"\bretour (?:a l'expediteur|de courrier|a l'envoyeur|de votre (?:message|courrier|mail))",
    r"\bretourne (?:a|par|votre)",
    r"\berreur (?:de |d')" + _REMISE,
    r"\b(?:adresse|destinataire)s? (?:introuvable|inexistant|inconnu)",
    # German
    r"\bnicht~(?:zugestellt|ausgeliefert|ubermittelt|zustell|erreicht)",
    r"\b(?:unzustellbar|unbekannter empfanger|zustellfehler)",
    r"\bzustell\w{0,20}~(?:fehlgeschlagen|gescheitert|nicht moglich|fehler)",
    # Spanish
    r"\bno (?:se )?(?:pudo|ha podido|han podido|ha sido posible|puede|fue posible|se ha)~(?:entreg|envia)",
    r"\b(?:no entregad|imposible (?:entregar|enviar)|(?:error|fallo) (?:de|en la) entrega|entrega~fallid)",
    r"\b(?:devuelto al remitente|mensaje devuelto)",
    # Portuguese
    r"\bnao (?:foi possivel|pode ser|pude|foi|conseguiu|conseguimos)~(?:entreg|envia)",
    r"\b(?:nao entregue|falha (?:na|de|no) (?:entrega|envio)|devolvid[ao])",
    # Italian
    r"\bnon (?:e stato |e |ha )?(?:possibile |potuto )~(?:recapit|consegn|invi)",
    r"\b(?:impossibile (?:recapitare|consegnare|inviare)|mancat[oa] (?:recapito|consegna)|non recapitat)",
    r"\b(?:non (?:e stato )?consegnat|recapito~non riuscit|errore (?:di|nella) consegna)",
    # Dutch
    r"\bniet~(?:bezorgd|afgeleverd|bezorgen|afleveren|worden verzonden)",
    r"\b(?:onbestelbaar|(?:aflevering|bezorging)\w{0,12}~mislukt)",
    # Japanese
    *("配信でき", "配信に失敗", "配信不能", "配信不可", "配達でき", "配達不能", "送信でき", "送信に失敗"),
    *("届けられ", "届きません", "エラーメール", "返送され"),
    # What is met most besides: Russian, Polish, Swedish and Norwegian
    *("не (?:может быть )?доставлен", "недоставлен", "nie (?:zostala|moze|mogla|mozna)~dostarcz"),
    *("niedostarcz", "kunde inte levereras", "kunne ikke leveres"),
)

_WHO = phrases(
    *("user", "recipient", "address", "addressee", "mailbox", "account", "host", "domain", "local part"),
    "email",
)
_QUI = phrases(
    *("utilisateur", "destinataire", "adresse", "boite", "compte", "domaine", "messagerie", r"bal\b"),
    "machine",
)

REFUSED = family(
    r"\b(?:unknown|invalid|no such|non-?existent|bad|illegal|inactive) (?:local )?"
    + phrases(
        "user", "recipient", "address", "mailbox", "account", "person", "host", "domain", "destination"
    ),
    rf"\b{_WHO}(?: name)?(?: \S{{1,80}})? (?:is |was |has been |are )?"
    + phrases(
        r"not (?:found|known|exist|recogni|valid|available|listed|here|active|permitted|allowed)",
        *("unknown", "invalid", "unavailable", "disabled", "inactive", "suspended", "rejected"),
        *("refused", "full"),
        *("over ?quota", "discontinued", "expired", "closed", "reserved", "blocked", "deactivated"),
    ),
    r"\b(?:does not|doesn't|did not|do not) (?:exist|like|accept|match)",
    r"\bis(?: not|n't) (?:an? )?(?:known|valid|recogni|active|our|in)\b",
    r"\bnot (?:an? )?(?:known|valid|our|listed|recogni|exactly match)",
    r"\bno (?:mailbox|mail box|user|such|account|address|valid recipients|email)\b",
    r"\b(?:quota|mailfolder|mailbox|inbox|storage)~(?:exceed|full|violation|limit)",
    r"\b(?:exceed\w{0,4}|over)~(?:quota|size|storage|limit)",
    r"\brelay(?:ing)? (?:access )?(?:denied|not permitted)",
    r"\b(?:access denied|connection (?:timed out|refused)|timed? ?out|host (?:not found|unreachable))",
    r"\b(?:name or service not known|spam|blacklist|blocklist)\b",
    r"\bremote (?:host|server) (?:said|replied|issued|returned)",
    # French
    rf"\b{_QUI}\w{{0,12}}~"
    + phrases(
        *("inconnu", "inexistant", "introuvable", "n'exist", "invalide", "plein", "desactiv", "ferme"),
        "satur",
        *("indisponible", "refus", "rejet", "depass", "suspendu"),
    ),
    r"\bn'existe",
    r"\bn'a pas ete trouve",
    r"\baucun\w? " + _QUI,
    r"\bquota~(?:depass|atteint)",
    r"\b(?:message|courrier)~(?:refus|rejet)",
    # German, Spanish, Italian, Portuguese, Dutch, Japanese
    r"\b(?:unbekannt|existiert nicht|nicht gefunden|postfach~voll|nicht vorhanden|abgelehnt|kein solche)",
    r"\b(?:desconocid|no existe|buzon~llen|rechazad|no encontrad|no se (?:encontro|ha encontrado))",
    r"\b(?:sconosciut|non esiste|inesistente|casella~pien|rifiutat|non trovat)",
    r"\b(?:desconhecid|nao existe|caixa~cheia|rejeitad|nao encontrad)",
    r"\b(?:onbekend|bestaat niet|postvak~vol|geweigerd|niet gevonden)",
    *("存在しません", "見つかりません", "宛先不明", "不明な", "容量", "拒否"),
)

STILL_TRYING = family(
    r"\battempts? (?:to deliver )?(?:~ )?(?:will )?(?:be )?continue",
    r"\bwill (?:continue|keep|go on) (?:to )?(?:try|attempt|deliver|retr|being)",
    r"\b(?:will be|be|is being|still being|automatically) retried",
    r"\bwill retry",
    r"\b(?:still|keep|keeps) (?:re)?trying",
    r"\bwill (?:try|attempt)~(?:again|for (?:the next|another|up to)|further)",
    r"\b(?:been|was|is|being|temporarily|not yet) (?:delayed|postponed|deferred)",
    r"\bnot yet (?:been )?deliver",
    r"\byet to be delivered",
    r"\b(?:delay(?:ed)?|late) (?:e?mail|message|deliver)",
    r"\bdeliver\w{0,3} (?:is |was |has been )?delay",
    r"\b(?:message|mail) delayed\b",
    r"\(delay(?:ed)?\)",
    r"\bdelivery status notification \(delay",
    r"\bcould not send (?:message|mail) for (?:the )?(?:past|last)",
    r"\bwarning message only",
    r"\byou do not need to (?:resend|do anything)",
    r"\bno action is (?:required|needed)",
    # French
    rf"\b(?:message|courrier|{_REMISE})~(?:differe|retarde|reporte)",
    r"\bretard (?:de|dans|d')~" + _REMISE,
    r"\bmessage (?:mis )?en attente",
    r"\bn'a (?:pas encore|toujours pas)",
    r"\bpas encore (?:pu|ete)",
    r"\b(?:continuera|continuerons|continue|(?:re)?essaiera|(?:re)?tentera|poursui\w{1,6})\b~"
    + phrases("essay", "tent", "remettre", "remise", "distribu", "achemin", "livr", "a nouveau", "delivr"),
    r"\b(?:nouvelles?|prochaines?|autres?) (?:tentatives?|essais?)",
    r"\btentatives?~(?:se poursui|continu|seront)",
    r"\b(?:seront|sera) (?:re)?(?:essaye|tente)",
    r"\baucune action (?:n'est )?(?:de votre part )?(?:n'est )?requise",
    # German, Spanish, Portuguese, Italian, Dutch, Japanese
    r"\b(?:verzoger|weitere zustellversuche|weiterhin versuch|noch nicht zugestellt|erneut versuch)",
    r"\b(?:retrasad|demorad|aplazad|se seguira|seguiran? intentando|volvera a intentar)",
    r"\b(?:aun|todavia) no (?:se )?ha",
    r"\b(?:atrasad|adiad[ao]|continuara a tentar|tentara novamente|ainda nao foi|continuaremos)",
    r"\b(?:ritardat|in ritardo|ritardo (?:nella|di)|continuer[ae]~tenta|riprover)",
    r"\b(?:non e (?:stato )?ancora|ulteriori tentativi)",
    r"\b(?:vertraagd|vertraging|uitgesteld|nog niet (?:bezorgd|afgeleverd)|blijven proberen)",
    r"\bopnieuw (?:geprobeerd|proberen)",
    *("再試行", "再送を", "遅延", "遅れて", "まだ配信"),
)

GIVEN_UP = family(
    r"\bpermanent(?:e|ly|es)?\b~(?:error|fail|fatal|echec|erreur)",
    r"\b(?:erreur|echec|error) (?:permanent|definiti|fatal)",
    r"\bgiv(?:en|ing) up\b",
    r"\bgave up\b",
    r"\bwill not (?:be )?(?:retr|try)",
    r"\bno (?:further|more|other) attempt",
    r"\b(?:pas d'|aucune) ?(?:autre|nouvelle) (?:tentative|essai)",
    r"\bnot going to try again",
    r"\b(?:abandonn|plus de tentative|ne sera plus|definitivement|renonc)",
)

FOR_NOW = family(
    r"\btemporar",
    r"\btransient",
    r"\btry(?:ing)? (?:it |again )?later",
    r"\bin the queue too long",
    r"\bqueue (?:time|expired)",
    r"\bexpired\b",
    r"\b(?:retry time|max\w{0,6}~attempts|aborted after|timed? ?out)",
    r"\btemporaire",
    r"\breessayer (?:plus tard|ulterieurement)",
    r"\bdelai~(?:depass|expir)",
    *(r"\bvorubergehend", r"\btemporal\b", r"\btemporane", r"\btijdelijk", "一時的"),
)

SUCCESS = family(
    r"\bsuccess(?:ful|fully)?\b~deliver",
    r"\bdeliver\w*\b~success",
    *(r"\(success\)", r"\(relay(?:ed)?\)", r"\(expanded\)"),
    r"\b(?:was|has been|been|were) (?:successfully )?(?:delivered|relayed|expanded)\b",
    r"\b(?:delivery|mail delivery) (?:receipt|confirmation)",
    *(r"^delivered ?:", r"^relayed ?:", r"^remis ?:", r"^relaye ?:", r"^ubermittelt ?:", r"^entregado ?:"),
    r"\b(?:a|ont) (?:bien )?ete (?:bien )?(?:remis|delivr|distribu|livre|achemine|transmis|relay)",
    r"\b(?:bien|avec succes) (?:remis|delivr|distribu|livre)",
    r"\baccuse de (?:reception|remise|livraison)",
    r"\b(?:wurde|erfolgreich)\b~zugestellt",
    r"\b(?:entregado correctamente|entregue com exito|consegnato (?:con|corret))",
    r"\bsuccesvol (?:bezorgd|afgeleverd)",
)

# Cheaper than any pattern: without one of these there is no talk of delivery at all.
_STEMS = (
    *("deliver", "returned", "failed", "mail error", "rejected", "bounce", "not reach", "hi. this is the"),
    *("remis", "distribu", "livr", "échec", "echec", "achemin", "zustell", "zugestellt", "entreg"),
    *(
        "devuelto",
        "recapit",
        "consegn",
        "onbestelbaar",
        "bezorg",
        "aflever",
        "mislukt",
        "配",
        "送信",
        "エラー",
    ),
)


def speaks_of_delivery(text: str) -> bool:
    """Whether a text, in lower case, can be about a delivery at all."""
    return holds_one(text, _STEMS)
