"""An edition as one mail: plain text, HTML, a subject, the agenda as a file; and as text for previews."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.outbox import Content
from bot.work import Work
from handlers.digest.page.invitations import as_attachment, dated
from handlers.digest.page.layout import WHOLE, Fit, Layout, letters, sections
from handlers.digest.page.plain import wrapped
from handlers.digest.tables import Edition, Item

__all__ = ["compose", "for_mail", "sections"]

LARGEST = 95_000  # bytes of HTML: mail programs cut at about 100 kB, and a line on top must have room
# From all of it to what surely has room, however much there is.
FITS = (WHOLE, Fit(25, 80, 2_000), Fit(12, 40, 1_000), Fit(6, 20, 500), Fit(2, 10, 250), Fit(0, 5, 120))
LESS = "preferences"  # the capability that understands « trop de mails »


@dataclass(frozen=True)
class _Page:
    """One edition for one kind of reader."""

    work: Work
    edition: Edition
    items: Sequence[Item]
    language: str
    numbered: bool = False
    first: Collection[str] = ()

    def values(self, fit: Fit) -> dict[str, Any]:
        """What the templates are given."""
        edition, settings = self.edition, self.work.settings
        layout = Layout(settings, edition, fit, self.first)
        shown = layout.sections(self.items)
        return {
            "edition": edition,
            "intro": layout.cut(edition.intro),
            "day": edition.send_at.astimezone(settings.network.zone).date(),
            "since": edition.since.astimezone(settings.network.zone).date(),
            "sections": shown,
            "gist": layout.gist(self.items, shown),
            "numbered": self.numbered,
            "has_calendar": bool(dated(self.items)),
            "has_less": LESS in settings.capabilities,
        }

    def text(self, values: dict[str, Any]) -> str:
        """The page as text, which is Markdown as well."""
        renderer = self.work.house.renderer
        text = renderer.typeset(renderer.document("digest.txt.j2", values, self.language), self.language)
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    def html(self, values: dict[str, Any], subject: str) -> str:
        """The page as HTML."""
        values = values | {"subject": subject}
        return self.work.house.renderer.document("digest.html.j2", values, self.language).strip() + "\n"


def compose(
    work: Work,
    edition: Edition,
    items: Sequence[Item],
    *,
    numbered: bool = False,
    language: str = "",
    first: Collection[str] = (),
) -> Content:
    """The whole edition, in the network's language unless told: its headings, what people wrote stays.

    However much there is, the HTML stays small enough to be shown whole: what has no room is named, then
    counted.  The text is Markdown as well: see ``for_mail``.  ``numbered``: for coordination, who answers by
    the numbers; without the file.  ``first``: the reader's circles, whose matters come before the rest of
    their section.
    """
    page = _Page(work, edition, items, language, numbered, first)
    day = edition.send_at.astimezone(work.settings.network.zone).date()
    subject = work.render("digest.subject", {"day": day}, language).text
    for fit in FITS:
        values = page.values(fit)
        if fit is not FITS[-1] and letters(values["sections"]) > LARGEST:
            continue  # without a look: it takes seconds to make a page of what is far too much
        html = page.html(values, subject)
        if len(html.encode()) <= LARGEST:
            break
    files = () if numbered else as_attachment(work.settings, edition, items)
    return Content(page.text(values), html, subject, files, language=language)


def for_mail(content: Content) -> Content:
    """An edition as a mail carries it: its text in lines that fit; where else it is read they are broken."""
    return replace(content, text=wrapped(content.text))
