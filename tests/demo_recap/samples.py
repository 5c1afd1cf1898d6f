"""Editions of an invented week, without a database: ordinary, empty, huge, hostile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from bot import resources
from bot.outbox import Content
from bot.protocols import Event
from bot.render import Renderer, shared_values
from bot.settings import Settings, load, override
from bot.settings.types import SECTIONS
from bot.work import House, Work
from handlers.digest.items import kept_event
from handlers.digest.page.compose import compose
from handlers.digest.tables import Edition, Item, ItemState

FRIDAY = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
LONG_LINK = (
    "https://pad.lisieres.example/p/" + "compte-rendu-du-conseil-d-administration-collegial-" * 4 + "fin"
)
HOSTILE = (
    "<script>document.title = 'taken'</script> & <b>gras</b> \"'><img src=x onerror=alert(1)>",
    "a" * 300,
    "\u202eecrit a l'envers\u202c et \u05e9\u05dc\u05d5\u05dd, \u0645\u0631\u062d\u0628\u0627",
    "\U0001f9f6\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f1eb\U0001f1f7 z\u0335\u0321\u0322a\u0335",
    '=HYPERLINK("https://piege.example";"clic") +cmd|\' /C calc\'!A0 {{ 7 * 7 }} {% raw %} ${x}',
    "javascript:alert(1) [lien](javascript:alert(1)) ![image](https://pisteur.example/p.png)",
    "https://a.example/" + "x" * 400 + " puis (https://b.example/c).",
)


@dataclass(frozen=True)
class Told:
    """An edition, its items, and the network that it is of."""

    work: Work
    edition: Edition
    items: list[Item]

    def composed(self, **options: Any) -> Content:
        """The edition as it is sent."""
        return compose(self.work, self.edition, self.items, **options)


@cache
def _network() -> Settings:
    return load(resources.config() / "demo.toml")


@cache
def _renderer() -> Renderer:
    network, bot = _network().network, _network().bot
    shared = shared_values(network.name, bot.name, bot.address, bot.prefix)
    return Renderer(resources.templates(), network.zone, shared, network.language)


def settings_of(**changes: object) -> Settings:
    """The demo's network; ``changes`` of [digest]."""
    settings = _network()
    for name, value in changes.items():
        settings = override(settings, f"digest.{name}", value)
    return settings


def told(items: Sequence[Item], settings: Settings | None = None, **edition: Any) -> Told:
    """An edition of these items."""
    settings = settings or settings_of()
    values: dict[str, Any] = {"id": 7, "intro": "", "messages": 0, "minutes": 0, "asks": 0, "mails": 0}
    made = Edition(period="2026-W48", since=FRIDAY - dt.timedelta(days=7), until=FRIDAY, send_at=FRIDAY)
    for name, value in (values | edition).items():
        setattr(made, name, value)
    for number, item in enumerate(items, 1):
        item.number = item.number or number
    # Composing asks nothing of the database.
    return Told(
        Work(House(settings, _renderer(), has_rooms=True), cast(Any, None), FRIDAY), made, list(items)
    )


def item(section: str, title: str, text: str = "", **values: Any) -> Item:
    """One thing that is told."""
    event: Event | None = values.pop("event", None)
    given = {"key": f"{section}:{title}", "circle": "", "links": [], "told": False, "last_day": None}
    made = Item(section=section, title=title, text=text, state=ItemState.KEPT.value, rank=1, number=0)
    for name, value in (given | values).items():
        setattr(made, name, value)
    made.event = kept_event(event)
    return made


def day(text: str) -> dt.date:
    """A day, as ISO 8601 writes it."""
    return dt.date.fromisoformat(text)


def ordinary() -> Told:
    """A week as they are."""
    return told(
        [
            item(
                "todo",
                "Appel à bénévoles pour le chantier de La Filature",
                "Répondez-moi avant vendredi, que je prévoie les gants et les lasagnes.",
                last_day=day("2026-12-04"),
            ),
            item(
                "todo",
                "Relire le compte rendu du CAC",
                circle="cac",
                last_day=day("2026-12-01"),
                links=[LONG_LINK],
            ),
            item(
                "todo",
                "Inscription à la rencontre de Gap",
                told=True,
                last_day=day("2026-11-30"),
                links=["https://lisieres.example/gap"],
            ),
            item("announcements", "Deux chaises longues à donner au Port", "— Léa Toscan"),
            item("decisions", "Rencontre à Gap : 800 €", "Fanny s'en charge. CAC-2026-014.", circle="cac"),
            item(
                "exchanges",
                "On galère avec Qualiopi (3 messages, 3 personnes)",
                "L'audit blanc est le jeudi 3 décembre et rien n'est prêt pour « l'amélioration continue ».\n"
                "Le Port montre son classeur : https://visio.lisieres.example/qualiopi",
            ),
            item(
                "exchanges",
                "Portraits de lieux : qui photographie ?",
                "Bruno propose deux dates.",
                circle="gt-animation",
            ),
            item("unanswered", "Bail avec une mairie (Sabine Courtès)", "Qu'auriez-vous négocié autrement ?"),
            item(
                "agenda",
                "Projection-débat à L'Atelier",
                event=Event(day("2026-11-28"), day("2026-11-28"), dt.time(20), dt.time(22, 30)),
            ),
            item(
                "agenda",
                "CAC de décembre",
                circle="cac",
                event=Event(day("2026-12-08"), day("2026-12-08"), dt.time(18)),
            ),
            item(
                "agenda",
                "Rencontres des lieux du littoral, à Sète",
                event=Event(day("2027-01-20"), day("2027-01-21")),
            ),
            item("agenda", "Fête des dix ans", event=Event(day("2027-06-12"), day("2027-06-12"))),
        ],
        intro="Bonne lecture, et merci à Fanny pour l'organisation de Gap !",
        messages=42,
        minutes=55,
        asks=2,
        mails=3,
    )


def empty() -> Told:
    """A week in which nothing happened."""
    return told([])


def huge() -> Told:
    """Six hundred things, with long texts and long titles."""
    circles = ("", "cac", "gt-animation", "gt-formation")
    return told(
        [
            item(
                SECTIONS[number % len(SECTIONS)],
                f"Chose {number} : " + "un titre qui n'en finit pas & continue " * 4,
                "Une phrase de plus, avec « ce qu'il faut » pour être longue. " * 40,
                circle=circles[number % len(circles)],
                links=[f"https://lisieres.example/chose/{number}"],
            )
            for number in range(600)
        ],
        intro="Un mot. " * 5_000,
    )


def hostile() -> Told:
    """What nobody should write, everywhere where people write."""
    items = [
        item(
            section,
            words,
            "\n".join(HOSTILE),
            circle="cac" if number % 2 else "",
            key=f"{section}:{number}",
            links=["javascript:alert(2)", 'https://a.example/?q="><script>', "https://ok.example/x"],
        )
        for section in ("todo", "exchanges", "agenda")
        for number, words in enumerate(HOSTILE)
    ]
    return told(items, intro="\n".join(HOSTILE))
