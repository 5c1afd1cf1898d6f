"""What the list server says: subscriptions, requests, results of commands (Sympa 6.2, in French and English).

``action`` is Sympa's word: ``subscribe``, ``signoff``, ``add``, ``del`` (whatever stands in an
« Information : … » subject); for its other mails the name of the template, or of the case in it, that made
them: ``subrequest``, ``sigrequest``, ``moderate``, ``review``, ``command_report``, ``message_report``,
``reject``, ``request_auth``, ``send_auth``, ``invite``, ``welcome``, ``bye``, ``removed``, ``remind``,
``automatic_del``, ``bounce_rate``, ``digest``, ``delivery_status_notification``; ``other`` for what is not
known yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from bot.mail.kinds import sympa_reports as reports
from bot.mail.kinds import sympa_requests as requests
from bot.mail.kinds.sympa_clues import Clues as Clues
from bot.mail.kinds.sympa_clues import Said as Said
from bot.mail.kinds.sympa_clues import list_of_id, list_of_sender

INFORMATION = (
    r"(?i)^(?:Information|Info|FYI)\s?[:,] ([\w-]+) liste? \"?([\w.+-]+)\"? (?:de|from) "
    r"<?([^\s<>@]+@[^\s<>]+)>?(?: (.*))?$"
)


_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "’": "'"})  # what typographers change


def is_sympa(clues: Clues) -> bool:
    """Whether the list server itself wrote this, going by its shape."""
    local = clues.sender.partition("@")[0]
    if clues.list_id and local != f"{list_of_id(clues.list_id)}-request":
        # Whoever writes to a list chooses subject and X-Mailer, and may appear under the list's address;
        # but what goes through a list bears its List-Id, and of Sympa's own mails only digests do.
        return False
    if clues.mailer.startswith("Sympa"):
        return clues.automatic or clues.is_report
    return clues.automatic and (
        clues.message_id.startswith("sympa.")
        or local in ("sympa", "sympa-request")
        or clues.sender_name == "SYMPA"
    )


def read_notice(clues: Clues, informations: Collection[str] = ()) -> Said | None:
    """What a mail of the list server says; None when it is none.

    ``informations``: other patterns of the subjects that tell of subscriptions, with the same groups.
    """
    if not is_sympa(clues):
        return None
    clues = replace(clues, subject=clues.subject.translate(_PLAIN).strip())
    for pattern in (*informations, INFORMATION):
        found = _information(clues, pattern)
        if found:
            return found
    for rule in _RULES:
        said = rule(clues)
        if said:
            return said
    return Said("other", list_of_sender(clues.sender))


def _information(clues: Clues, pattern: str) -> Said | None:
    """« Information : subscribe liste reseau de alice@… Alice »; the body has it glued and wrapped."""
    match = re.match(pattern, clues.subject)
    if not match:
        return None
    name = match[4] if match.re.groups >= 4 else None
    return Said(match[1].lower(), match[2], match[3].lower(), (name or "").strip())


_RULES: tuple[Callable[[Clues], Said | None], ...] = (
    reports.digest,
    requests.approval,
    requests.moderation,
    reports.review,
    reports.delivery_status,
    reports.command_report,
    reports.membership,
    reports.automatic_removal,
    requests.confirmation,
    reports.message_report,
)
