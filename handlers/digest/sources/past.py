"""Whether all that an exchange was about has passed by the day of sending.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import find
from bot.french.gist.scoring import Candidate, Said, candidates
from handlers.digest.sources.calendar import is_exact

LEADING = 2  # sentences: in these, or in the subject, an announcement names its day
# What a sentence does that adds nothing to an announcement: « j'y serai », « super », « merci ».
FEW_WORDS = 3  # of matter: « j'y serai avec Lou »
FOLLOWING = ("personal", "reaction", "wish")


def is_over(
    said: Sequence[Said], subject: str, day: dt.date, sentences: Sequence[Candidate] | None = None
) -> bool:
    """Whether an exchange only announced something whose last day is before ``day``.

    Not if somebody wrote after it, or if others than its author said more than that they come.
    """
    if sentences is None:
        sentences = candidates(said, said[-1].date)
    opening = [one for one in sentences if one.message == 0]
    first = said[0].date.date()
    named = [*find(subject, said[0].date), *(date for one in opening[:LEADING] for date in one.dates)]
    asked = [date for one in sentences for date in one.dates if date.deadline]
    announced = [date.end for date in (*named, *asked) if date.end >= first and is_exact(date)]
    everything = [date.end for one in sentences for date in one.dates if date.end >= first]
    if not announced or max([*announced, *everything]) >= day:
        return False
    last = max(announced)
    if any(one.date.date() > last for one in said[1:]):
        return False
    return not any(_adds(one) for one in sentences if one.author != said[0].author)


def _adds(one: Candidate) -> bool:
    if len(one.words) <= FEW_WORDS and not (one.dates or one.asks):
        return False
    return not (one.thanks or any(one.features.get(name) for name in FOLLOWING))
