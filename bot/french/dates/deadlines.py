"""Whether a date in a text is a deadline: something is expected, and a limit is set to it.

The limit is a preposition (« avant », « d'ici »), a noun (« date limite », also in a heading), a verb
(« ferme », « expire ») or what happens to those who come later; the words stand before or after the date.
What only lasts, opens or takes place until a day is none.
"""

from __future__ import annotations

from bot.french.dates.closings import (
    AFTER_CLOSING,
    ALL_ENDS,
    CLOSES,
    CLOSES_IT,
    CLOSING,
    COLLECTED,
    END_NOTED,
    ENDING,
    ENDS,
    GOES_OFF,
    LASTING,
    LOCKED,
    MOVED_TERM,
    PROLONGED,
    PUT_OFF,
    READER,
    REMAINS,
    SHUT,
    STILL_OPEN,
    TERM,
    UNTIL,
    WHAT_CLOSES,
)
from bot.french.dates.contexts import Around
from bot.french.dates.demands import (
    AIM,
    AIMED,
    ANSWERED,
    ASKED,
    CALLED,
    FOR,
    FOR_MEETING,
    IT_IS_FOR,
    LABELLED,
    NEEDED,
    NO_DATE_OF_ACT,
    OBLIGED,
    ORDERED,
    OTHER_CLAUSE,
    READY,
    TASK,
    TASK_LINE,
    THEN,
    WINDOW,
    WISHED,
)
from bot.french.dates.limits import (
    AFTER,
    AFTER_LATE,
    AHEAD_OF,
    ALL_BEFORE,
    BEFORE,
    COSTS,
    DUE,
    FROM,
    GATHERING,
    HANDED_LATE,
    HEADING,
    INCOMPLETE,
    IS_PAST,
    IS_SO,
    JUST_BEFORE,
    LATE,
    LIMIT,
    LOST,
    MEETING_BEFORE,
    MISSED,
    NO_LONGER,
    NO_MORE_FROM,
    NOT_BEFORE,
    NOTHING_LATER,
    OFFERED,
    ONCE,
    ONCE_PAST,
    OR_ELSE,
    PAPER_RUNS_OUT,
    PAST_IT,
    REFUSED,
    REJECTED,
    RENEW,
    RUNS_OUT,
    SAID_AGAIN,
    SILENT,
    SO_BEFORE,
    SOME_TIME_BEFORE,
    SOMEWHERE,
    SORTED_OUT,
    TOO_LATE,
    UNMET,
    VALID,
)
from bot.french.patterns import Pattern

_ALONE = Pattern(r"(?: ?(?:inclus|minuit|svp|,))*[ .!)]*")
_AVANT = Pattern(r"\b(?:avant|avt) (?:le |la |l'|les )?\Z")
_DIGIT = Pattern(r"\d|\b(?:veille|lendemain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain)\b")


def is_deadline(around: Around) -> bool:
    """Whether the date that stands there is one by which something must be done, or is closed."""
    if len(around.since) < len(around.before) and (said := AFTER.match(around.since)):
        # « le 14 au plus tard, scrutin le 27 »: these words belong to the date told before.
        around = around._replace(since=around.since[said.end() :])
    near = around.since[-90:]
    # What an expression cannot do without is looked for first: that costs a twentieth of a search.
    ahead = "avan" in near or "avt" in near or "ici" in near
    if ahead and (NOT_BEFORE.search(near) or SOME_TIME_BEFORE.search(near)):
        return False
    if RUNS_OUT.search(around.since) or MISSED.search(around.since):
        return False
    if "expir" in near and _paper_runs_out(around, near):
        return False
    if JUST_BEFORE.search(near) or _after(around) or _past_it(around, near):
        return True
    if (ahead or "tard" in near) and MEETING_BEFORE.search(near):
        return GATHERING.search(around.before) is None
    if SAID_AGAIN.search(near[-20:]) and _notice(around.before):
        return True
    if ("jus" in near or "jsq" in near) and UNTIL.search(near):
        return _until(around)
    if any(cue.search(around.since) for cue in (SOMEWHERE, ENDING, ENDS, CLOSES, LOCKED)) or _goes_off(
        around
    ):
        return True
    if HEADING.search(around.heading):
        return True
    if FOR.search(near[-30:]):
        return _is_asked(around)
    if FOR_MEETING.search(near) and READY.search(around.since):
        return True
    return _late(around) or _due(around, near)


def _paper_runs_out(around: Around, near: str) -> bool:
    """« le permis de Paul expire le 3 », but not « vos cartes expirent le 3, pensez à les renouveler »."""
    told = any(RENEW.search(said) for said in (near, around.after))
    return PAPER_RUNS_OUT.search(near) is not None and not told


def _past_it(around: Around, near: str) -> bool:
    """« passé vendredi, je ne prends plus rien », but not « passé lundi à la radio »."""
    return PAST_IT.search(near) is not None and (around.after[:1] in ",.!" or "plus" in near)


def _due(around: Around, near: str) -> bool:
    """Whether something must be handed in on that day: « doit être bouclé mardi »."""
    if NO_DATE_OF_ACT.search(near[-30:]) and not OR_ELSE.match(around.after):
        return WINDOW.search(near) is not None
    if (THEN.match(around.after) or "?" in around.after[:25]) and ANSWERED.search(near):
        return True
    asked = (cue.search(around.since) for cue in (OBLIGED, NEEDED, ORDERED))
    return any(said and not OTHER_CLAUSE.search(said["gap"]) for said in asked) or bool(
        LABELLED.search(around.since)
    )


def _goes_off(around: Around) -> bool:
    """« remplissez le tableau, je le fige jeudi », « je dépose tout vendredi, envoyez-moi vos pièces »."""
    if CLOSES_IT.search(around.since):
        return COLLECTED.search(around.before) is not None or ASKED.search(around.before) is not None
    if AIMED.search(around.since):
        return AIM.match(around.after) is not None
    if PROLONGED.search(around.since) or MOVED_TERM.search(around.since):
        return True
    if PUT_OFF.search(around.since):
        return TERM.search(around.before) is not None
    if ALL_ENDS.search(around.since):
        return STILL_OPEN.search(around.before) is not None or STILL_OPEN.search(around.after) is not None
    if END_NOTED.search(around.since):
        return COLLECTED.search(around.before) is not None
    if CLOSING.search(around.since):
        return WHAT_CLOSES.match(around.after) is not None
    if GOES_OFF.search(around.since):
        return CALLED.search(around.before) is not None or CALLED.search(around.after) is not None
    return False


def _notice(before: str) -> bool:
    """« à déposer une semaine avant le congrès du 22, soit le 15 »."""
    return AHEAD_OF.search(before) is not None and (
        any(cue.search(before) for cue in (ASKED, COLLECTED, DUE))
    )


def _after(around: Around) -> bool:
    """« le 12 au plus tard », « 12 mars : clôture »; but not where the noun leads to a date of its own."""
    said = AFTER.match(around.after)
    if (said and not _DIGIT.search(said[0])) or AFTER_CLOSING.match(around.after):
        return True
    once = IS_PAST.match(around.after) and ONCE.search(around.before)
    if once or ONCE_PAST.search(around.since):
        return any(NO_LONGER.search(said) for said in (around.before, around.after))
    told = "avant" in around.after or "d'ici la" in around.after
    if told and SO_BEFORE.match(around.after):
        return True
    before = ALL_BEFORE.match(around.after) if told else None
    if before and (ASKED.search(before["said"]) or COLLECTED.search(before["said"])):
        return True
    noun = LIMIT.match(around.after)
    return noun is not None and not _DIGIT.search(around.after[noun.end() : noun.end() + 45])


def asks(said: str) -> bool:
    """Whether something is asked in a piece of folded text."""
    return any(cue.search(said) for cue in (ASKED, WISHED, TASK))


def asks_notice(around: Around) -> bool:
    """Whether « 48 h avant » is by when something must be told or handed in, not only when it happens."""
    return ASKED.search(around.since) is not None or COLLECTED.search(around.since) is not None


def _until(around: Around) -> bool:
    """« jusqu'au »: a deadline of what is collected, none of what lasts."""
    if SHUT.search(around.before):
        return False
    found = UNTIL.search(around.before)
    if found and VALID.search(around.before[: found.start()]):
        return OFFERED.search(around.before) is not None
    if COLLECTED.search(around.before) or COLLECTED.search(around.after[:60]):
        return True
    if LASTING.search(around.before) or REMAINS.search(around.before):
        return False
    alone = found is not None and found.start() == 0 and _ALONE.fullmatch(around.after) is not None
    return alone or READER.search(around.before) is not None


def _is_asked(around: Around) -> bool:
    if IS_SO.match(around.after):
        return False
    if any(cue.search(around.since) for cue in (ASKED, IT_IS_FOR)) or TASK_LINE.match(around.since):
        return True
    return THEN.search(around.after[:40]) is not None and "?" not in around.after[:3]


def _late(around: Around) -> bool:
    """« reçus après le 3 », « incomplets au 30 juin ne seront pas examinés »."""
    if NOTHING_LATER.search(around.since) or NO_MORE_FROM.search(around.since):
        return True
    if SILENT.search(around.since):
        return around.after.lstrip()[:1] == ","
    if UNMET.search(around.since):
        return LOST.search(around.before) is not None or LOST.search(around.after) is not None
    late = around.since[-20:]
    if ("apres" in late or "dela" in late) and HANDED_LATE.search(around.since) and COSTS.match(around.after):
        return True
    if LATE.search(around.since[-40:]):
        return AFTER_LATE.search(around.after) is not None
    if FROM.search(around.since[-40:]):
        return TOO_LATE.match(around.after) is not None
    if BEFORE.search(around.since[-20:]) is None:
        return False
    if REFUSED.match(around.after) or SORTED_OUT.match(around.after):
        return True
    return INCOMPLETE.search(around.since) is not None and REJECTED.match(around.after) is not None


def limit_told(before: str) -> bool:
    """Whether a limit is told right before a date; a quick part of ``is_deadline``."""
    near = before[-60:]
    return JUST_BEFORE.search(near) is not None or ("j" in near and UNTIL.search(near) is not None)


def opens_before(before: str) -> bool:
    """Whether « avant » stands right before: a period then ends the day that it begins."""
    return _AVANT.search(before[-12:]) is not None
