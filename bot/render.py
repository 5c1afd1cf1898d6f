"""Templates -> what people read: text and HTML, for mail, rooms and pages.

``templates/LANGUAGE/CAPABILITY.md`` holds the messages of a capability, one Jinja block each, in
Markdown; a first line ``Sujet : …`` is the subject of the mail.  ``*.txt.j2`` and ``*.html.j2`` beside
them are whole documents.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from bot.french import format as french
from bot.french.typography import typeset

LINK_LENGTH = 60
# Up to what closes a sentence or a bracket around it.
LINK = re.compile(r"(https?://[^\s<>\"«»]{1,2000}[^\s<>\"«».,;:!?)…'’])")
TAGS = nh3.ALLOWED_TAGS - {"img"}  # a remote picture tells its server who reads
SUBJECT = ("Sujet :", "Subject:")


@dataclass(frozen=True)
class Rendered:
    """A message ready to leave."""

    subject: str
    text: str
    html: str


class Renderer:
    """Renders messages (``capability.block``) and documents, in the network's time zone."""

    def __init__(self, folder: Path, zone: ZoneInfo, shared: Mapping[str, Any]) -> None:
        loader = FileSystemLoader(folder)
        # Markdown is not escaped here: it is made safe after it became HTML, by nh3.
        self._plain = Environment(  # noqa: S701
            loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._html = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._markdown = MarkdownIt("js-default", {"breaks": True, "linkify": True})
        for environment in (self._plain, self._html):
            environment.globals.update(shared)
            environment.filters.update(
                day=french.day,
                moment=lambda at: french.moment(at, zone),
                local_day=lambda at: french.day(at.astimezone(zone).date()),
                amount=french.amount,
                count=french.count,
                weekday=lambda at: french.day(at.astimezone(zone).date()).partition("\u00a0")[0].split()[0],
                typeset=typeset,
                linked=_linked,
                shown_link=_shown_link,
                word=self._word,
            )
        self._words = {
            path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*/words.toml")
        }

    @pass_context
    def _word(self, context: Context, value: str, table: str) -> str:
        """The word for one value of a closed list of the code: ``words.toml``."""
        return str(self._words[context.get("language", "fr")][table].get(value, value))

    def message(self, name: str, values: Mapping[str, Any], language: str = "fr") -> Rendered:
        """The message ``capability.block`` with its values."""
        capability, _, block = name.partition(".")
        template = self._plain.get_template(f"{language}/{capability}.md")
        text = "".join(template.blocks[block](template.new_context({"language": language, **values}))).strip()
        return self.markdown(text)

    def markdown(self, text: str) -> Rendered:
        """Markdown, with its subject if the first line has one, typeset."""
        subject = ""
        first, _, rest = text.partition("\n")
        for word in SUBJECT:
            if first.startswith(word):
                subject, text = typeset(first.removeprefix(word).strip()), rest.strip()
        text = typeset(text)
        return Rendered(subject, text, self.to_html(text))

    def to_html(self, text: str) -> str:
        """Markdown as safe HTML: no raw HTML, no script, no remote image."""
        return nh3.clean(self._markdown.render(text), tags=TAGS, link_rel="noopener noreferrer").strip()

    def mail_page(self, html: str) -> str:
        """What a mail shows: a page as it is, a message (safe HTML already) inside a plain one."""
        if not html or html.startswith("<!doctype"):
            return html
        return self._html.get_template("mail.html.j2").render(html=html)

    def document(self, name: str, values: Mapping[str, Any], language: str = "fr") -> str:
        """A whole document, ``digest.html.j2`` or ``digest.txt.j2``."""
        environment = self._html if name.endswith(".html.j2") else self._plain
        return environment.get_template(f"{language}/{name}").render({"language": language, **values})


def _linked(text: str) -> Markup:
    """A text as HTML, its addresses made links."""
    pieces = LINK.split(text)
    shown = [
        Markup('<a href="{}">{}</a>').format(piece, _shown_link(piece)) if at % 2 else escape(piece)
        for at, piece in enumerate(pieces)
    ]
    return Markup("").join(shown)


def _shown_link(url: str) -> str:
    """A link as people recognise it: without its scheme, and not too long."""
    shown = url.partition("://")[2].removeprefix("www.").rstrip("/") or url
    return shown if len(shown) <= LINK_LENGTH else shown[: LINK_LENGTH - 1] + "…"


def shared_values(network: str, bot: str, address: str, prefix: str) -> dict[str, Any]:
    """What every template may say without being given it."""
    return {"network": network, "bot": bot, "bot_address": address, "prefix": prefix, "utc": dt.UTC}
