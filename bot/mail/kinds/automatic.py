"""What kind of mail it is: one rule a function; the first that speaks gives the kind and the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.mail.fold import phrases
from bot.mail.kinds import automatic_habits as habits
from bot.mail.kinds import automatic_titles as titles
from bot.mail.kinds import automatic_words as words
from bot.mail.kinds.automatic_clues import LONG
from bot.mail.kinds.automatic_clues import Clues as Clues
from bot.mail.kinds.daemon import is_list_program, is_never_a_person
from bot.mail.kinds.unanswerable import by_navette, has_null_sender
from bot.mail.message import Kind
from bot.mail.mime.headers import Headers

SHORT = 1_500
SHORT_FOR_A_LIST = 600
FIRST_WORDS = 160
EDGE = 240


def tell(clues: Clues) -> tuple[Kind, str]:
    """The kind of a mail that is neither bounce nor notice, and the rule that told it."""
    # No machine writes between the lines of a mail.
    by_words = not clues.interleaves
    reason = _first_reason(_BY_HEADER, clues) or (by_words and _first_reason(_BY_WORDS, clues))
    if reason:
        return Kind.AUTOMATIC, reason
    if clues.list_address is not None:
        return Kind.LIST_POST, "list-headers"
    reason = _first_reason(_BY_HEADER_UNLESS_LIST, clues) or (
        by_words and _first_reason(_BY_WORDS_UNLESS_LIST, clues)
    )
    return (Kind.AUTOMATIC, reason) if reason else (Kind.PERSON, "nothing-special")


def _first_reason(rules: Iterable[Callable[[Clues], str | None]], clues: Clues) -> str | None:
    for rule in rules:
        reason = rule(clues)
        if reason:
            return reason
    return None


def _auto_submitted(clues: Clues) -> str | None:
    """RFC 3834 §5: anything but ``no``, in whichever of the fields if there are several."""
    for field in clues.headers.all("auto-submitted")[:5]:
        value = field.partition(";")[0].partition("(")[0].strip().lower()
        if value and value != "no":
            return f"auto-submitted: {value[:40]}"
    return None


_ANSWER_HEADERS = (
    "x-vacation",
    "x-amazon-auto-reply",
    "x-otrs-loop",
    "x-rt-loop-prevention",
)
# X-Auto-Response-Suppress is none of them: programs in which people write put it there too.
_ANSWER_HEADER = re.compile(
    r"x-(?:mail-)?auto-?(?:repl(?:y|ied)|respon[ds]\w{0,4}|generated|submitted|answer(?:ed)?)(?:-(?:to|from|id))?"
).fullmatch


def _answering_machine(clues: Clues) -> str | None:
    """Headers that answering machines had before RFC 3834."""
    others = sorted(name for name in clues.headers.names if _ANSWER_HEADER(name))
    for name in (*clues.headers.among(_ANSWER_HEADERS), *others):
        if clues.headers.raw(name).strip().lower() not in ("no", "0", "false"):
            return name
    if "mailbox rules agent" in clues.headers.raw("x-ms-exchange-generated-message-source").lower():
        return "x-ms-exchange-generated-message-source"
    if any(value.lower() == "autoresponder" for value in clues.headers.all("delivered-to")[:5]):
        return "delivered-to: autoresponder"
    return None


def _precedence_of_answer(clues: Clues) -> str | None:
    """``Precedence: auto_reply``."""
    values = {value.strip().lower().replace("-", "_") for value in clues.headers.all("precedence")[:5]}
    return "precedence: auto_reply" if "auto_reply" in values else None


def _title(clues: Clues) -> str | None:
    """« Réponse automatique : … », at the very start: « Re: Réponse automatique » is a person again."""
    if not clues.may_be_title:
        return None
    asks = clues.list_address is not None and "?" in clues.text
    if not titles.TITLE(clues.title) or (asks and not _speaks_as_machine(clues)):
        return None
    return "subject-of-automatic-answer"


def _speaks_as_machine(clues: Clues) -> bool:
    body = clues.body
    return any(family.search(body) for family in (words.SELF, words.ABSENT, words.OF_YOUR_MAIL))


def _title_of_absence(clues: Clues) -> str | None:
    """« Absence du bureau : … »; members of a list may write so, the text decides."""
    if not clues.may_be_title:
        return None
    to_list = clues.list_address is not None
    if titles.TITLE_OF_ABSENCE(clues.title):
        doubtful = to_list or "?" in clues.text
        return "subject-of-automatic-answer" if not doubtful or _speaks_as_machine(clues) else None
    if to_list or len(clues.text) > SHORT or not titles.TITLE_OF_SOMETHING(clues.title):
        return None
    return "subject-of-automatic-answer" if _says_two_things(clues) else None


def _says_two_things(clues: Clues) -> bool:
    """Whether the text says two of the things that machines say, and nothing that persons do."""
    body = clues.body
    families = (words.SELF, words.ABSENT, words.LATER, words.OF_YOUR_MAIL, words.RECEIVED, words.PROMISED)
    return not clues.to_somebody and sum(bool(family.search(body)) for family in families) >= 2


def _disposition_notification(clues: Clues) -> str | None:
    """A report that is no bounce: read receipts, deliveries."""
    return "report" if clues.is_report else None


def _calendar_answer(clues: Clues) -> str | None:
    """RFC 5546 §3.2.3: a calendar accepts or declines; with words of a person it is theirs."""
    kind = clues.headers.raw("content-type").lower()
    if kind.startswith("text/calendar") and "method=reply" in kind:
        return "calendar-answer"
    if clues.text.strip() or not _CALENDAR_TITLE(clues.title):
        return None
    return "calendar-answer" if any(kind in _CALENDARS for kind in clues.attached_types) else None


_CALENDARS = frozenset({"text/calendar", "application/ics"})
_CALENDAR_TITLE = re.compile(
    phrases(
        *("accepted", "declined", "tentative", "acceptee?", "refusee?", "decline", "provisoire", "peut-etre"),
        *("zugesagt", "abgelehnt", "mit vorbehalt", "aceptad[ao]", "rechazad[ao]", "accettat[ao]"),
        "rifiutat[ao]",
        *("geaccepteerd", "geweigerd", "aceite", "recusad[ao]"),
    )
    + r" ?:"
).match


def _null_sender(clues: Clues) -> str | None:
    """RFC 5321 §4.5.5: programs write from ``<>`` so that nobody answers; some relays do so too."""
    return "null-sender" if has_null_sender(clues.headers) and not clues.by_hand else None


def _navette(clues: Clues) -> str | None:
    """Two of us would write to each other for ever."""
    return by_navette(clues.headers)


def _from_us(clues: Clues) -> str | None:
    """Our own mail, come back by another way than a list: answering it would be a loop."""
    return "from-ourselves" if clues.from_us else None


def _daemon(clues: Clues) -> str | None:
    """A program that carries mail, with something else to say than a failure."""
    return "mail-daemon" if is_never_a_person(clues.sender) else None


# Lists that are older than List-Id, and campaigns.
_OF_LISTS = ("x-mailing-list", "mailing-list", "x-beenthere", "list-unsubscribe", "x-list")


def _sent_by_a_list(headers: Headers) -> bool:
    if any(name in headers for name in _OF_LISTS):
        return True
    return any(is_list_program(headers.raw(name).strip("<> ").lower()) for name in ("sender", "return-path"))


def _bulk(clues: Clues) -> str | None:
    """An answer that a program marked as bulk, so that no other one answers it."""
    values = {value.strip().lower() for value in clues.headers.all("precedence")[:5]}
    if not values & {"bulk", "junk"} or not clues.answers:
        return None
    return None if clues.by_hand or _sent_by_a_list(clues.headers) else "precedence: bulk"


def _says_so(clues: Clues) -> str | None:
    """« Ceci est une réponse automatique », as the first thing that is said, or to us as the last."""
    to_list = clues.list_address is not None
    if len(clues.text) > (SHORT if to_list else LONG):
        return None
    if words.may_say_so(clues.text[:EDGE]) and (
        words.BANNER(clues.body) or words.SELF.search(clues.body[:FIRST_WORDS])
    ):
        return "says-so"
    if to_list or not words.may_say_so(clues.text[-EDGE:]):
        return None
    ending = clues.body[-EDGE:]
    return "says-so" if words.SELF.search(ending) or words.BANNER(_last_line(ending)) else None


def _last_line(body: str) -> str:
    return body.rstrip().rpartition("\n")[2]


def _absence_note(clues: Clues) -> str | None:
    """An answering machine that does not say so: « je suis absent·e » and « à mon retour »."""
    to_list = clues.list_address is not None
    if len(clues.text) > (SHORT_FOR_A_LIST if to_list else SHORT) or (to_list and not clues.answers):
        return None
    to_you = words.may_speak_to_you(clues.text)
    # People of a list are absent and come back too; but they do not speak of « votre message ».
    if (to_list and not to_you) or not words.may_speak_of_absence(clues.text):
        return None
    if clues.to_somebody or not words.ABSENT.search(clues.body[:400]):
        return None
    if to_you and words.OF_YOUR_MAIL.search(clues.body):
        return "absence-note"
    if to_list or words.ASKS_A_FRIEND(clues.body):
        return None
    return "absence-note" if words.LATER.search(clues.body) else None


def _nobody_reads(clues: Clues) -> str | None:
    """« La personne que vous cherchez à joindre … »: a box answers that nobody opens."""
    if not clues.answers or len(clues.text) > SHORT or not words.may_speak_for_nobody(clues.text):
        return None
    return "nobody-reads" if words.NOBODY_READS.search(clues.body[:400]) else None


def _acknowledgement(clues: Clues) -> str | None:
    """« Nous avons bien reçu votre message et vous répondrons dans les meilleurs délais. »"""
    if not clues.answers or len(clues.text) > SHORT or not words.may_acknowledge(clues.text):
        return None
    if clues.to_somebody:
        return None
    body = clues.body
    received = words.RECEIVED.search(body[:400]) or words.OF_YOUR_MAIL.search(body[:400])
    return "acknowledgement" if received and "?" not in body and words.PROMISED.search(body) else None


_BY_HEADER = (
    _auto_submitted,
    _answering_machine,
    _precedence_of_answer,
    _calendar_answer,
    _title,
    _title_of_absence,
)
_BY_WORDS = (_says_so, _absence_note)
_BY_HEADER_UNLESS_LIST = (_disposition_notification, _navette, _null_sender, _from_us, _daemon, _bulk)
_BY_WORDS_UNLESS_LIST = (
    _nobody_reads,
    _acknowledgement,
    habits.under_its_own_title,
    habits.thanks_and_is_away,
    habits.has_moved,
    habits.asks_for_proof,
)
