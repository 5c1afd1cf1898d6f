"""Who speaks: the programs that carry mail, told from people."""

from __future__ import annotations

import re

from bot.mail.fold import fold, holds_one, phrases

_PARTS = r"[\w.+=-]{0,40}"
_ADDRESS = re.compile(
    phrases(
        *("mailer[._-]?daemon", "mail[._-]?daemon", "maildeliver", "daemon@", "mdaemon"),
        *(r"(?:[\w.-]{1,40}[._-])?postmaster(?:[._\\-]|@)", r"microsoftexchange[0-9a-f]{3}"),
        r"(?:smtp|mail|mta|e?mail)[._-]?(?:delivery|system|subsystem|gateway|server|error|admin)",
        r"system[._ -]?administrator",
        *("double-bounce@", r"(?:ndr|mta|smtp|exim|postfix|qmail|sendmail|imss|bounces?)@"),
        _PARTS + r"smtp[._-](?:gateway|mail[._-]service)",
    )
).match
_NAME = re.compile(
    phrases(
        r"mail(?:er)?[ -]?daemon",
        r"\bpostmaster\b",
        r"e?mail delivery (?:sub)?-?system",
        r"e?mail (?:delivery|system|server|administrator)\b",
        r"\bsystem administrator\b",
        r"\bdelivery (?:subsystem|service|notification|report)",
        r"administrateur (?:du |de la )?(?:systeme|messagerie|courrier)",
        r"(?:sous-)?systeme (?:de |d')?(?:remise|distribution|envoi|acheminement|messagerie)",
        r"service (?:de |d')?(?:remise|distribution|acheminement)",
        r"mailzustell|mail-?system\b|systemadministrator",
        r"(?:sub)?sistema de (?:entrega|correo|correio|distribu)|administrador del? sistema",
        r"sistema di (?:recapito|consegna|posta)|amministratore di sistema",
        r"(?:mail)?bezorging|systeembeheerder",
        *(fold("メール配信"), fold("システム管理者"), fold("配信システム")),
    )
).search
# Cheaper than the pattern, which holds nothing without one of these.
_STEMS = (
    "mail",
    "post",
    "deliver",
    "syst",
    "zustell",
    "bezorg",
    "メール",
    "配信",
    "distribu",
    "remise",
    "messagerie",
)
# Nobody but a program has this name; a person may well answer as the postmaster.
_NEVER_A_PERSON = re.compile(
    r"(?:mailer[._-]?daemon|mail[._-]?daemon|mail\.?delivery|double-bounce@|microsoftexchange[0-9a-f]{3})"
).match

_LIST_PROGRAM = re.compile(
    r"(?:mailman|sympa|listmaster|majordomo|listserv|owner-[\w.+-]{1,60}|"
    r"[\w.+-]{1,60}-(?:bounces|owner|request|admin|errors))@"
).match


def is_list_program(address: str) -> bool:
    """Addresses under which list servers write to those who look after lists."""
    return bool(_LIST_PROGRAM(address))


def is_daemon_address(address: str) -> bool:
    """Mailer-daemon, postmaster and the like; ``address`` in lower case."""
    return bool(_ADDRESS(address))


def is_daemon(name: str, address: str) -> bool:
    """Whether a From field names a program that carries mail; one that names nobody does too."""
    if not address or _ADDRESS(address):
        return True
    name = name[:200].lower()
    return holds_one(name, _STEMS) and bool(_NAME(fold(name)))


def is_never_a_person(address: str) -> bool:
    """Addresses under which no person writes."""
    return bool(_NEVER_A_PERSON(address))
