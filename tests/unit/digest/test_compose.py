"""The page of an edition: its order, its limits, whom each part concerns, and what goes along with it."""

from __future__ import annotations

import ast
import base64
import datetime as dt
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

import handlers.digest
from bot.protocols import Event
from bot.settings.types import SECTIONS
from handlers.digest.page.compose import for_mail
from handlers.digest.page.layout import Layout, Shown, sections
from handlers.digest.page.plain import WIDTH, wrapped
from handlers.digest.page.titles import Parts, parts
from tests.demo_recap.samples import Told, day, empty, hostile, huge, item, ordinary, settings_of, told

PARIS = ZoneInfo("Europe/Paris")


def laid(edition: Told) -> list[Shown]:
    return sections(edition.work, edition.edition, edition.items)


def names(edition: Told) -> list[str]:
    return [section.name for section in laid(edition)]


def titles(section: Shown) -> list[tuple[str, list[str]]]:
    return [(group.name, [entry.title for entry in group.entries]) for group in section.groups]


def test_sections_come_in_the_order_of_the_settings_and_empty_ones_vanish() -> None:
    items = [item(name, f"Chose {name}") for name in ("agenda", "todo", "exchanges")]
    assert names(told(items)) == ["todo", "exchanges", "agenda"]
    assert names(told(items, settings_of(sections=["agenda", "welcome", "exchanges"]))) == [
        "agenda",
        "exchanges",
    ]


def test_what_concerns_everybody_comes_first_then_each_circle_in_its_order() -> None:
    items = [
        item("exchanges", "A", circle="gt-animation"),
        item("exchanges", "B", circle="cac"),
        item("exchanges", "C"),
        item("exchanges", "D", circle="reseau"),
        item("exchanges", "E", circle="cac"),
    ]
    (section,) = laid(told(items))
    assert titles(section) == [
        ("Tout le réseau", ["C", "D"]),
        ("CAC", ["B", "E"]),
        ("GT Animation", ["A"]),
    ]


def test_a_reader_sees_first_what_concerns_their_circles_also_where_there_is_a_limit() -> None:
    items = [
        item("exchanges", "A"),
        item("exchanges", "B", circle="cac"),
        item("exchanges", "C", circle="gt-animation"),
    ]
    edition = told(items, settings_of(limits={"exchanges": 2}))
    layout = Layout(edition.work.settings, edition.edition, first=("gt-animation",))
    (section,) = layout.sections(items)
    assert titles(section) == [("GT Animation", ["C"]), ("Tout le réseau", ["A"])]
    assert [entry.title for entry in section.beyond] == ["B"]
    text = edition.composed(first=("gt-animation",)).text
    assert text.index("GT Animation —") < text.index("Tout le réseau —")


def test_where_all_concerns_everybody_no_heading_says_so() -> None:
    (section,) = laid(told([item("exchanges", "C"), item("exchanges", "D", circle="reseau")]))
    assert titles(section) == [("", ["C", "D"])]


def test_the_agenda_is_one_row_of_days_and_says_whom_each_concerns() -> None:
    edition = told(
        [
            item(
                "agenda",
                "Plus tard",
                event=Event(day("2026-12-09"), day("2026-12-09")),
                last_day=day("2026-12-09"),
            ),
            item(
                "agenda",
                "CAC",
                circle="cac",
                event=Event(day("2026-12-08"), day("2026-12-08"), dt.time(18)),
                last_day=day("2026-12-08"),
            ),
        ]
    )
    assert "- Mardi 8 décembre à 18\u00a0h\u00a0: CAC (CAC)\n- Mercredi 9 décembre\u00a0: Plus tard" in (
        edition.composed().text
    )


def test_beyond_its_limit_a_section_only_names_its_things() -> None:
    items = [item("exchanges", f"Fil {number}", f"Corps {number}") for number in range(4)]
    text = told(items, settings_of(limits={"exchanges": 2})).composed().text
    assert "Corps 1" in text
    assert "Corps 2" not in text
    assert "Aussi\u00a0: Fil 2\u00a0; Fil 3" in text


def test_what_was_told_is_said_in_short() -> None:
    text = told([item("todo", "Inscription", "Tout ce qui a déjà été dit.", told=True)]).composed().text
    assert "- Inscription (rappel)" in text
    assert "déjà été dit" not in text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Avant le vendredi 4 décembre : Four", "Avant le vendredi 4 décembre\u00a0: Four"),
        ("Four", "Avant le vendredi 4 décembre\u00a0: Four"),
        ("Don : 20 chaises", "Avant le vendredi 4 décembre\u00a0: Don\u00a0: 20 chaises"),
    ],
)
def test_a_deadline_is_said_once(title: str, shown: str) -> None:
    assert f"- {shown}\n" in told([item("todo", title, last_day=day("2026-12-04"))]).composed().text


def test_on_its_last_day_a_deadline_does_not_sound_past() -> None:
    text = told([item("todo", "Four", last_day=day("2026-11-27"))]).composed().text
    assert "- Dernier jour, le vendredi 27 novembre\u00a0: Four\n" in text


@pytest.mark.parametrize(
    ("title", "lead", "words", "aside", "is_text"),
    [
        ("Don : vingt chaises (2 messages)", "", "Don : vingt chaises", "(2\u00a0messages)", False),
        ("visite de La Ruche", "", "Visite de La Ruche", "", False),
        ("iCalendar, mode d'emploi", "", "iCalendar, mode d'emploi", "", False),
        ("https://a.example/ (Léa)", "", "https://a.example/", "(Léa)", False),
        ("(tout est là)", "", "(tout est là)", "", False),
        ("lundi 23 novembre : « Il part. »", "Lundi 23 novembre", "« Il part. »", "", True),
        ("un mot " * 14 + "(Léa)", "", "Un mot " + "un mot " * 12 + "un mot", "(Léa)", True),
    ],
)
def test_a_title_has_parts(title: str, lead: str, words: str, aside: str, is_text: bool) -> None:
    assert parts(title) == Parts(lead, words, aside, is_text)


def test_on_the_page_each_day_of_the_agenda_is_said_once() -> None:
    when = day("2026-12-04")
    html = (
        told([item("agenda", f"Visite {n}", event=Event(when, when, dt.time(9 + n))) for n in range(3)])
        .composed()
        .html
    )
    assert html.count("Vendredi 4") == 1
    assert re.findall(r"À (\d+)\u00a0h\u00a0: </span><strong>Visite (\d)", html) == [
        ("9", "0"),
        ("10", "1"),
        ("11", "2"),
    ]


def test_mail_addresses_can_be_touched() -> None:
    html = told([item("todo", "Four", "Écrivez à mona@lisieres.example.")]).composed().html
    assert '<a href="mailto:mona@lisieres.example">mona@lisieres.example</a>.' in html


def test_days_are_in_the_language_of_the_reader() -> None:
    made = ordinary().composed(language="en")
    for said in (made.text, made.html.replace('<span class="colon">: </span>', ": ")):
        assert "By Friday 4 December" in said
        assert "Saturday 28 November" in said
        assert "rom 20:00 to 22:30" in said
        assert "Wednesday 20 to Thursday 21 January" in said
        assert "Saturday 12 June 2027" in said
    assert "décembre" not in made.text.replace("CAC de décembre", "").replace("3 décembre", "")


def test_the_top_says_what_there_is_for_whom_and_how_long_it_takes() -> None:
    top = ordinary().composed().text.split("\n\n")[1].replace("\u00a0", " ")
    assert top == (
        "3 choses à faire (dont 1 rappel), 1 décision, 4 dates à l’agenda : 1 minute de lecture.\n"
        "Il y a quelque chose pour tout le réseau, et pour CAC, GT Animation."
    )


def test_news_alone_are_counted_as_such() -> None:
    top = told([item("exchanges", "A"), item("welcome", "B")]).composed().text.replace("\u00a0", " ")
    assert "2 nouvelles : 1 minute de lecture." in top


def test_reading_takes_longer_when_there_is_more() -> None:
    def minutes(words: int) -> int:
        edition = told([item("exchanges", "A", "mot " * words)])
        return Layout(edition.work.settings, edition.edition).gist(edition.items, laid(edition)).minutes

    assert minutes(10) < minutes(800) < minutes(2_000)


def test_what_it_spared_is_said_only_when_there_is_something() -> None:
    assert "tient lieu" not in empty().composed().text
    said = ordinary().composed().text.replace("\u00a0", " ")
    assert "tient lieu de 42 messages : environ 55 minutes" in said
    assert "2 questions posées, 3 mails envoyés" in said
    assert "question" not in told([item("welcome", "B")], messages=3).composed().text


def test_without_preferences_nothing_is_offered_that_nobody_would_understand() -> None:
    edition = ordinary()
    assert "Trop de mails" in edition.composed().text
    fewer = edition.work.settings.model_copy(update={"capabilities": ["help", "digest"]})
    assert "Trop de mails" not in told(edition.items, fewer).composed().text


@pytest.mark.parametrize("make", [ordinary, empty, huge, hostile])
def test_it_is_never_cut_by_mail_programs(make: Any) -> None:
    assert len(make().composed().html.encode()) < 100_000


def test_what_has_no_room_is_named_then_counted() -> None:
    edition = huge()
    text = edition.composed().text
    shown, named = text.count("\n- Chose "), len(re.findall(r"(?:Aussi\u00a0: |\u00a0; )Chose ", text))
    counted = sum(int(number) for number in re.findall(r"et (\d+)\u00a0autre", text))
    dated = [one for one in edition.items if one.section in SECTIONS]
    assert min(shown, named, counted) > 0
    assert shown + named + counted == len(dated) == 600


def test_nothing_of_what_people_write_becomes_html() -> None:
    html = hostile().composed().html
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r'href="(?!https?://|mailto:)', html)


def test_lines_fit_and_links_stay_whole() -> None:
    link = "https://pad.lisieres.example/p/" + "compte-rendu-" * 9
    text = f"- {'mot ' * 40}fin\n  Voir le détail : {link}\n{'x' * 300}"
    lines = wrapped(text).splitlines()
    assert [line for line in lines if len(line) > WIDTH and " " in line.strip()] == []
    assert lines[1].startswith("  mot")
    assert f"  {link}" in lines
    assert " ".join(wrapped(text).split()) == " ".join(text.split())


def test_each_line_of_the_mail_fits() -> None:
    lines = for_mail(ordinary().composed()).text.splitlines()
    assert [line for line in lines if len(line) > WIDTH and " " in line.strip()] == []


def calendar_of(edition: Told) -> Any:
    (file,) = edition.composed().attachments
    assert (file["name"], file["type"]) == ("agenda.ics", "text/calendar")
    return icalendar.Calendar.from_ical(base64.b64decode(file["base64"]))


def events(edition: Told) -> list[Any]:
    return list(calendar_of(edition).walk("VEVENT"))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        (Event(day("2026-12-04"), day("2026-12-04")), day("2026-12-04"), day("2026-12-05")),
        (Event(day("2026-12-04"), day("2026-12-06")), day("2026-12-04"), day("2026-12-07")),
        (Event(day("2026-12-04"), day("2026-12-04"), dt.time(14)), at("2026-12-04T14:00"), None),
        (
            Event(day("2026-07-04"), day("2026-07-04"), dt.time(14), dt.time(16, 30)),
            at("2026-07-04T14:00"),
            at("2026-07-04T16:30"),
        ),
        (
            Event(day("2026-12-04"), day("2026-12-04"), dt.time(22), dt.time(2)),
            at("2026-12-04T22:00"),
            at("2026-12-05T02:00"),
        ),
        (
            Event(day("2026-12-04"), day("2026-12-06"), dt.time(9), dt.time(17)),
            at("2026-12-04T09:00"),
            at("2026-12-06T17:00"),
        ),
        (Event(day("2026-12-04"), day("2026-12-06"), dt.time(9)), day("2026-12-04"), day("2026-12-07")),
        # The hour that the clocks of the spring night skip, and the hours around it.
        (
            Event(day("2027-03-28"), day("2027-03-28"), dt.time(1, 30), dt.time(3, 30)),
            at("2027-03-28T01:30"),
            at("2027-03-28T03:30"),
        ),
    ],
)
def test_an_event_is_in_the_calendar_when_it_takes_place(
    event: Event, start: dt.date, end: dt.date | None
) -> None:
    (found,) = events(told([item("agenda", "Visite", event=event)]))
    assert found.decoded("dtstart") == start
    assert (found.decoded("dtend") if "dtend" in found else None) == end


def test_an_event_keeps_its_name_when_it_moves_and_its_later_word_wins() -> None:
    def found(number: int, when: str) -> Any:
        moved = item("agenda", "Visite", key="visit", event=Event(day(when), day(when)))
        return events(told([moved], id=number))[0]

    before, after = found(7, "2026-12-04"), found(8, "2026-12-11")
    assert before["uid"] == after["uid"]
    assert before["sequence"] < after["sequence"]
    other = item("agenda", "Visite", key="other", event=Event(day("2026-12-04"), day("2026-12-04")))
    assert events(told([other]))[0]["uid"] != before["uid"]


def test_the_calendar_says_what_where_and_whose() -> None:
    when = Event(day("2026-12-04"), day("2026-12-04"), dt.time(14), place="Le Port, Nice")
    one = item(
        "agenda",
        "Atelier ; « lampes »",
        "Sur inscription.",
        circle="cac",
        links=["https://a.example/"],
        event=when,
    )
    calendar = calendar_of(told([one]))
    (found,) = calendar.walk("VEVENT")
    assert calendar["method"] == "PUBLISH"
    assert (found["summary"], found["location"]) == ("Atelier ; « lampes »", "Le Port, Nice")
    assert found["description"] == "Sur inscription.\nhttps://a.example/"
    assert found["categories"].to_ical() == b"CAC"
    assert found.decoded("dtstamp") == dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)


def test_deadlines_are_no_events_and_without_events_there_is_no_file() -> None:
    assert told([item("todo", "Répondre", last_day=day("2026-12-04"))]).composed().attachments == ()


def test_a_preview_carries_no_file() -> None:
    assert ordinary().composed(numbered=True).attachments == ()


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert ordinary().composed() == ordinary().composed()


def test_control_characters_do_not_break_the_calendar() -> None:
    event = Event(day("2026-12-04"), day("2026-12-04"))
    (found,) = events(told([item("agenda", "a\x00b\r\nEND:VEVENT\x07", event=event)]))
    assert found["summary"] == "ab\nEND:VEVENT"


def test_large_libraries_are_read_only_when_they_are_needed() -> None:
    at_once = {
        name.split(".")[0]
        for file in Path(handlers.digest.__file__).parent.rglob("*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        for name in imported(node)
    }
    assert at_once & {"bot", "sqlalchemy"}
    assert not at_once & {"icalendar", "matplotlib"}


def imported(node: ast.stmt) -> list[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [name.name for name in node.names] if isinstance(node, ast.Import) else []
