"""What the rules about automatic answers look at."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from bot.mail.fold import fold, phrases
from bot.mail.kinds import automatic_titles as titles
from bot.mail.kinds import automatic_words as words
from bot.mail.mime.headers import Headers
from bot.mail.threads import is_prefixed

LONG = 3_000
_CLIENT = re.compile(
    phrases(
        *("thunderbird", "betterbird", r"k-9", "roundcube", "apple mail", "iphone mail", "ipad mail"),
        "evolution",
        *("microsoft outlook", "outlook-", "kmail", "mutt", "claws", "sogo", "fairemail", "sylpheed"),
        "mailspring",
        *("zimbrawebclient", "snappymail", "rainloop", "squirrelmail"),
    )
).search


@dataclass(frozen=True)
class Clues:
    """What the rules look at.  ``text`` is the author's own."""

    headers: Headers
    subject: str
    text: str
    list_address: str | None
    is_report: bool
    from_us: bool
    sender: str
    attached_types: Collection[str]
    interleaves: bool  # own words stand between quoted lines

    @cached_property
    def title(self) -> str:
        """The subject, folded."""
        return fold(self.subject)

    @cached_property
    def answers(self) -> bool:
        """Whether it answers some mail."""
        return "in-reply-to" in self.headers or "references" in self.headers or self.title.startswith("re")

    @cached_property
    def by_hand(self) -> bool:
        """Whether a program in which people write made the mail; a rule of Apple's writes so too."""
        made_by = f"{self.headers.raw('user-agent')} {self.headers.raw('x-mailer')}"
        return bool(_CLIENT(made_by[:300].lower()))

    @cached_property
    def titles_itself(self) -> bool:
        """Whether it answers a mail under a subject of its own: people leave ours, behind « Re: »."""
        refers = "in-reply-to" in self.headers or "references" in self.headers
        return refers and bool(self.subject) and not is_prefixed(self.subject)

    @cached_property
    def may_be_title(self) -> bool:
        """Whether the subject can be that of a machine."""
        return titles.may_be_title(self.subject)

    @cached_property
    def folded(self) -> str:
        """The text, folded."""
        return fold(self.text[:LONG])

    @cached_property
    def body(self) -> str:
        """The text, folded, without its greeting."""
        return words.body_of(self.folded)

    @cached_property
    def to_somebody(self) -> bool:
        """Whether somebody is greeted by name: machines do not know whom they answer."""
        return bool(words.TO_SOMEBODY(self.folded))
