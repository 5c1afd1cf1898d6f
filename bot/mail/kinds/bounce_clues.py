"""What the rules for bounces look at, each thing worked out once and only when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from bot.mail.fold import fold
from bot.mail.kinds.daemon import is_daemon, is_never_a_person
from bot.mail.kinds.delivery_report import Report, read_fields, read_reports
from bot.mail.kinds.failure_words import NOT_DELIVERED, STILL_TRYING, SUCCESS
from bot.mail.kinds.spoken import Complaint, Spoken, complaint, listen
from bot.mail.kinds.unanswerable import has_null_sender
from bot.mail.mime.content import Content
from bot.mail.mime.headers import Headers, addresses

_ANSWER_OR_FORWARD = re.compile(r"(?:\[[^\]]{1,40}\]\s?)?(?:re|tr|fwd?|wg|rv|aw|antw|i|enc)\s?:").match


def is_answer_or_forward(title: str) -> bool:
    """``Re: …``, ``TR: …``: servers do not write so; the subject folded."""
    return bool(_ANSWER_OR_FORWARD(title))


@dataclass(frozen=True)
class Clues:
    """What the rules look at."""

    headers: Headers
    subject: str
    sender: str
    sender_name: str
    content: Content
    is_report: bool
    own_addresses: Collection[str]

    @cached_property
    def title(self) -> str:
        """The subject, folded."""
        return fold(self.subject)

    @cached_property
    def spoken(self) -> Spoken:
        """What the mail says."""
        return listen(self.content.text)

    @cached_property
    def reports(self) -> list[Report]:
        """What its reports say, wherever they stand."""
        return read_reports(self.content) or read_fields(self.content.text[:60_000])

    @cached_property
    def from_daemon(self) -> bool:
        """Whether a program that carries mail wrote it; a postmaster who answers is a person."""
        if not is_daemon(self.sender_name, self.sender):
            return False
        if not self.sender or is_never_a_person(self.sender) or self.is_report:
            return True
        return "user-agent" not in self.headers and not is_answer_or_forward(self.title)

    @cached_property
    def from_machine(self) -> bool:
        """Whether some program wrote it: one that carries mail, or any that wants no answer."""
        return self.from_daemon or self.is_report or has_null_sender(self.headers)

    @cached_property
    def excluded(self) -> frozenset[str]:
        """Addresses that did not fail: ours, and the program's."""
        ours = {address for _, address in addresses(self.headers.all("to")[:5])}
        return frozenset(self.own_addresses) | ours | {self.sender}

    @cached_property
    def complaint(self) -> Complaint | None:
        """The address that the text complains about."""
        return complaint(self.spoken, self.excluded)

    @cached_property
    def of_success(self) -> bool:
        """Whether it tells that a mail did arrive."""
        if any(report.action == "delivered" for report in self.reports):
            return True
        return any(
            SUCCESS.search(words) and not NOT_DELIVERED.search(words) and not STILL_TRYING.search(words)
            for words in (self.title, self.spoken.own[:2_000])
        )
