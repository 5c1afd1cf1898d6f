"""What the relay is told to be: its routes, its login and its faults, in a file that it reads again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

Step = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "quit"]
_OF_A_RECIPIENT = ("rcpt", "data", "body", "dot")


@dataclass(frozen=True)
class Fault:
    """What the relay does instead of its answer.

    ``at``: the step.  ``connect`` is instead of the greeting, ``rcpt`` instead of the answer to RCPT,
    ``data`` instead of 354, ``body`` after 354 and the first line of the mail, ``dot`` after the whole
    mail and instead of the answer to it.
    ``what``: ``drop`` (reset the connection), ``stall`` (never answer), ``garbage`` (answer what is not
    SMTP), or a reply such as ``451 4.3.0 plus tard``.
    ``recipient``: a shell pattern; from ``rcpt`` on, only mails with such a recipient.
    ``times``: how often, 0 for always.  ``keep``: at ``dot``, whether the mail is accepted all the same.
    """

    at: Step
    what: str
    recipient: str = "*"
    times: int = 0
    keep: bool = False

    def concerns(self, at: Step, recipients: Iterable[str]) -> bool:
        """Whether it is to be committed at this step of a mail to ``recipients``."""
        if self.at != at:
            return False
        wanted = self.recipient.lower()
        return at not in _OF_A_RECIPIENT or any(fnmatchcase(each.lower(), wanted) for each in recipients)


@dataclass(frozen=True)
class Orders:
    """Everything that the relay can be told.

    ``login``: the name and password without which it takes no mail.  ``routes``: by domain, ``lmtp:PORT``
    or ``sympa:FOLDER`` (an instance's); mail to any other domain is written down and goes nowhere.
    """

    faults: tuple[Fault, ...] = ()
    login: tuple[str, str] | None = None
    starttls: bool = True
    routes: dict[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Replace the orders in ``path``, at once and whole, since another process reads them."""
        new = path.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)))
        new.replace(path)

    @staticmethod
    def read(path: Path) -> Orders:
        """The orders in ``path``."""
        told = json.loads(path.read_text())
        login = told["login"]
        return Orders(
            faults=tuple(Fault(**fault) for fault in told["faults"]),
            login=(login[0], login[1]) if login else None,
            starttls=told["starttls"],
            routes=told["routes"],
        )


class StandingOrders:
    """The orders in a file as the relay follows them: read again when they change, with faults counted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._orders = Orders()
        self._left: list[int] = []

    @property
    def now(self) -> Orders:
        """What is asked for at this moment."""
        status = self._path.stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._stamp = stamp
            self._orders = Orders.read(self._path)
            # Counting down from -1 never reaches 0: always.
            self._left = [fault.times or -1 for fault in self._orders.faults]
        return self._orders

    def fault(self, at: Step, recipients: Iterable[str] = ()) -> Fault | None:
        """The fault to commit at this step, counted as committed; None to behave."""
        wanted = list(recipients)
        for place, fault in enumerate(self.now.faults):
            if self._left[place] != 0 and fault.concerns(at, wanted):
                self._left[place] -= 1
                return fault
        return None
