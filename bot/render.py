"""Templates -> what people read: text and HTML, for mail, rooms and pages.

``templates/LANGUAGE/CAPABILITY.md`` holds the messages of a capability, one Jinja block each, in
Markdown; a first line ``Sujet : …`` is the subject of the mail.  ``*.txt.j2`` and ``*.html.j2`` beside
them, or above for both languages (their words are macros of ``LANGUAGE/*.words``), are whole documents.
Dates, amounts, counts and typography follow the language of what is rendered.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from bot.english import format as english
from bot.english import typography as english_typography
from bot.french import format as french
from bot.french import typography as french_typography

LINK_LENGTH = 60
# Up to what closes a sentence or a bracket around it.
LINK = re.compile(r"(https?://[^\s<>\"«»]{1,2000}[^\s<>\"«».,;:!?)…'’])")
_MAIL_ADDRESS = r"(?<![\w.+/@%-])([a-zA-Z0-9._+-]{1,64}@(?:[a-zA-Z0-9-]{1,63}\.){1,8}[a-zA-Z]{2,63})(?![\w@])"
TAGS = nh3.ALLOWED_TAGS - {"img"}  # a remote picture tells its server who reads
SUBJECT = ("Sujet :", "Subject:")


class Format(Protocol):
    """How a language writes days, counts and amounts."""

    def day(self, date: dt.date, /) -> str:
        """A day, with its weekday and its year."""
        ...

    def weekday(self, date: dt.date, /) -> str:
        """The name of a day of the week."""
        ...

    def moment(self, when: dt.datetime, zone: dt.tzinfo, /) -> str:
        """A day and its hour, as the clocks of ``zone`` show it."""
        ...

    def span(self, start: dt.date, end: dt.date, /, *, year: bool = True) -> str:
        """A day, or a few in a row."""
        ...

    def hours(self, start: dt.time, end: dt.time | None, /) -> str:
        """From when to when on a day, or from when."""
        ...

    def count(self, number: int, singular: str, plural: str | None = None, /) -> str:
        """A number and its noun."""
        ...

    def amount(self, cents: int, /) -> str:
        """An amount in euros."""
        ...


@dataclass(frozen=True)
class Language:
    """How a language is written: its figures, and its typography."""

    format: Format
    typeset: Callable[[str], str]


LANGUAGES = {
    "fr": Language(french, french_typography.typeset),
    "en": Language(english, english_typography.typeset),
}


@dataclass(frozen=True)
class Rendered:
    """A message ready to leave, and the language that it is in."""

    subject: str
    text: str
    html: str
    language: str = ""


@dataclass(frozen=True)
class _Words:
    """What a language is rendered by: messages in Markdown, and pages; and what it tells of each command."""

    plain: Environment
    html: Environment
    manual: Mapping[str, Mapping[str, str]]


class Renderer:
    """Renders messages (``capability.block``) and documents, in the network's time zone."""

    def __init__(self, folder: Path, zone: ZoneInfo, shared: Mapping[str, Any], language: str = "fr") -> None:
        self.language = language  # the network's
        self._markdown = MarkdownIt("js-default", {"breaks": True, "linkify": True})
        self._pages = _environment(FileSystemLoader(folder), escape=True)
        self._words = {name: _words(folder, name, zone, shared) for name in LANGUAGES}

    def message(self, name: str, values: Mapping[str, Any], language: str = "") -> Rendered:
        """The message ``capability.block`` with its values, in the network's language unless told."""
        language = language or self.language
        capability, _, block = name.partition(".")
        template = self._words[language].plain.get_template(f"{capability}.md")
        text = "".join(template.blocks[block](template.new_context(dict(values)))).strip()
        return self.markdown(text, language)

    def markdown(self, text: str, language: str = "") -> Rendered:
        """Markdown, with its subject if the first line has one, typeset as its language wants."""
        language = language or self.language
        typeset = LANGUAGES[language].typeset
        subject = ""
        first, _, rest = text.partition("\n")
        for word in SUBJECT:
            if first.startswith(word):
                subject, text = typeset(first.removeprefix(word).strip()), rest.strip()
        text = typeset(text)
        return Rendered(subject, text, self.to_html(text), language)

    def to_html(self, text: str) -> str:
        """Markdown as safe HTML: no raw HTML, no script, no remote image."""
        return nh3.clean(self._markdown.render(text), tags=TAGS, link_rel="noopener noreferrer").strip()

    def mail_page(self, html: str, language: str = "") -> str:
        """What a mail shows: a page as it is, a message (safe HTML already) inside a plain one."""
        if not html or html.startswith("<!doctype"):
            return html
        return self._pages.get_template("mail.html.j2").render(html=html, language=language or self.language)

    def document(self, name: str, values: Mapping[str, Any], language: str = "") -> str:
        """A whole document, ``digest.html.j2`` or ``digest.txt.j2``."""
        words = self._words[language or self.language]
        environment = words.html if name.endswith(".html.j2") else words.plain
        return environment.get_template(name).render(values)

    def manual(self, language: str = "") -> Mapping[str, Mapping[str, str]]:
        """For each command, by its French name: its ``name`` in the language, ``summary`` and ``help``.

        Empty for French, whose help is the docstrings of the commands.
        """
        return self._words[language or self.language].manual

    def typeset(self, text: str, language: str = "") -> str:
        """A text that was not rendered, by the typography of its language."""
        return LANGUAGES[language or self.language].typeset(text)


def _environment(loader: FileSystemLoader, *, escape: bool) -> Environment:
    return Environment(
        loader=loader,
        # Markdown is not escaped: it is made safe after it became HTML, by nh3.
        autoescape=escape,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _words(folder: Path, name: str, zone: ZoneInfo, shared: Mapping[str, Any]) -> _Words:
    language, loader = LANGUAGES[name], FileSystemLoader([folder / name, folder])
    lists = tomllib.loads((folder / name / "words.toml").read_text("utf-8"))
    commands = folder / name / "commands.toml"
    manual = tomllib.loads(commands.read_text("utf-8")) if commands.exists() else {}
    written = language.format

    def local(at: dt.datetime) -> dt.date:
        return at.astimezone(zone).date()

    filters: dict[str, Callable[..., Any]] = {
        "day": written.day,
        "moment": lambda at: written.moment(at, zone),
        "local_day": lambda at: written.day(local(at)),
        "weekday": lambda at: written.weekday(local(at)),
        "span": written.span,
        "hours": written.hours,
        "amount": written.amount,
        "count": written.count,
        "typeset": language.typeset,
        "linked": _linked,
        "shown_link": _shown_link,
        # The word for one value of a closed list of the code.
        "word": lambda value, table: str(lists[table].get(value, value)),
        # The name of a command, which the code knows by its French one.
        "called": lambda command: manual.get(command, {}).get("name", command),
    }
    made = _Words(_environment(loader, escape=False), _environment(loader, escape=True), manual)
    for environment in (made.plain, made.html):
        environment.globals.update(shared, language=name)
        environment.filters.update(filters)
    return made


def _linked(text: str) -> Markup:
    """A text as HTML, its addresses made links: of pages, and of people."""
    kinds = (escape, _link, _mail_link)
    pieces = re.split(f"{LINK.pattern}|{_MAIL_ADDRESS}", text)
    return Markup("").join(kinds[at % 3](piece) for at, piece in enumerate(pieces) if piece)


def _link(url: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, _shown_link(url))


def _mail_link(address: str) -> Markup:
    return Markup('<a href="mailto:{0}">{0}</a>').format(address)


def _shown_link(url: str) -> str:
    """A link as people recognise it: without its scheme, and not too long."""
    shown = url.partition("://")[2].removeprefix("www.").rstrip("/") or url
    return shown if len(shown) <= LINK_LENGTH else shown[: LINK_LENGTH - 1] + "…"


def shared_values(network: str, bot: str, address: str, prefix: str) -> dict[str, Any]:
    """What every template may say without being given it."""
    return {"network": network, "bot": bot, "bot_address": address, "prefix": prefix, "utc": dt.UTC}
