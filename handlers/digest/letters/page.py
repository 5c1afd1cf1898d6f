"""A letter as a mail, in the words of whoever is not of the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.outbox import Content
from bot.settings.model import Letter
from bot.work import Work, content_of
from handlers.digest.letters.issues import month_and_quarter
from handlers.digest.page.compose import FITS, LARGEST
from handlers.digest.page.layout import Layout
from handlers.digest.tables import Edition, Item

KIND = "letter:"  # how the kind of such an edition begins; its key in the settings follows


def letter_of(work: Work, edition: Edition) -> Letter | None:
    """The letter of the settings that an edition is an issue of; None for a recap, or if it is no more."""
    if not edition.kind.startswith(KIND):
        return None
    return work.settings.digest.letters.get(edition.kind.removeprefix(KIND))


def compose(
    work: Work, edition: Edition, items: Sequence[Item], *, numbered: bool = False, language: str = ""
) -> Content:
    """The whole letter as text; as a page laid out like the recap, small enough to be shown whole.

    ``numbered``: for coordination, who answers by the numbers.
    """
    letter, digest = letter_of(work, edition), work.settings.digest
    chosen = digest.sections if letter is None else letter.sections
    settings = work.settings.model_copy(
        update={"digest": digest.model_copy(update={"sections": chosen, "limits": {}})}
    )
    values = {
        **named(work, edition, language),
        "edition": edition,
        "numbered": numbered,
        "to_list": bool(letter and letter.list),
        "contact": contact(work),
    }
    opening = edition.intro or work.render("letters.letter_opening", values, language).text
    foot = work.render("letters.letter_foot", values, language)
    said = values | {
        "sections": Layout(settings, edition).sections(items),
        "opening": opening,
        "foot": foot.text,
    }
    mail = content_of(work.render("letters.letter", said, language))
    document = work.house.renderer.document
    for fit in FITS:
        layout = Layout(settings, edition, fit)
        shown = {"sections": layout.sections(items), "intro": layout.cut(opening), "foot": foot.html}
        html = document("letter.html.j2", values | shown | {"subject": mail.subject}, language)
        if len(html.encode()) <= LARGEST:
            break
    return replace(mail, html=html.strip() + "\n")


def named(work: Work, edition: Edition, language: str = "") -> dict[str, object]:
    """How a letter is called: its title and its period, for the templates."""
    letter = letter_of(work, edition)
    year, month, quarter = month_and_quarter(edition.period)
    values = {"year": year, "month": str(month), "quarter": quarter}
    title = edition.kind.removeprefix(KIND) if letter is None else letter.title
    return {"title": title, "period": work.render("letters.period", values, language).text}


def contact(work: Work) -> str:
    """The address at which anybody may write to the network, or ""."""
    opened = work.settings.mail.open_addresses
    return next((opened[name] for name in ("desk", "welcome") if name in opened), "")
