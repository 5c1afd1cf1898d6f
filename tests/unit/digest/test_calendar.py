"""Dates in the recap: deadlines to meet, days to be at, and when they are no longer told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.clock import PARIS
from bot.french import format as french
from bot.french.scoring import Said
from handlers.digest.calendar import About, dated_items, line_item, near, one_line
from handlers.digest.wording import clean_title, prose, shorten

WRITTEN = dt.datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
DAY = dt.date(2026, 11, 27)


def by(day: dt.date) -> str:
    return f"Avant le {near(french.day(day), day, DAY)}"


ABOUT = About(1, "", "reseau", DAY, by)


def items(subject: str, *texts: str) -> list[tuple[str, str, str]]:
    said = [Said("Bruno", WRITTEN, text) for text in texts]
    dated = dated_items(replace(ABOUT, title=subject), [], said)
    return [(item.section, item.title, item.text) for item in dated.items]


def test_the_sentence_that_names_the_deadline_is_the_one_that_is_told() -> None:
    assert items("Four", "On cherche un four.\nRépondez-moi avant le 4 décembre.") == [
        ("todo", "Avant le vendredi 4 décembre : Four", "Répondez-moi avant le 4 décembre.")
    ]


def test_a_deadline_that_has_passed_is_not_told() -> None:
    assert items("Four", "Répondez-moi avant le 26 novembre.") == []


def test_a_day_of_the_subject_takes_its_hour_from_the_text() -> None:
    assert items("Visite le 4 décembre", "La visite a lieu le 4 décembre à 14 h.") == [
        ("agenda", "vendredi 4 décembre à 14\u00a0h : Visite", "")
    ]


def test_a_vague_season_is_no_event() -> None:
    assert items("Festival", "Le festival aura lieu fin mars.") == []


def test_a_far_day_is_told_with_its_year() -> None:
    ((_, title, _),) = items("Rencontre le 3 juillet 2027", "Venez.")
    assert "2027" in title


def test_a_line_with_one_day_goes_to_the_agenda_without_saying_it_twice() -> None:
    item = line_item("line:1", "visite de La Ruche le 4 décembre à 14 h.", "Gaston", WRITTEN, ABOUT)
    assert (item.section, item.title) == (
        "agenda",
        "vendredi 4 décembre à 14\u00a0h : visite de La Ruche (Gaston)",
    )
    assert item.last_day == dt.date(2026, 12, 4)


def test_a_line_without_a_day_is_an_announcement() -> None:
    item = line_item("line:1", "la serre est finie", "Émile", WRITTEN, ABOUT)
    assert (item.section, item.title, item.text) == ("announcements", "La serre est finie", "— Émile")


def test_sentences_become_prose() -> None:
    assert prose(["on repeint", "Venez !", "voir https://pad.example/x", "merci"]) == (
        "On repeint. Venez ! Voir https://pad.example/x\nMerci."
    )


def test_bullets_and_line_breaks_of_the_mail_do_not_stay() -> None:
    assert one_line("- reste à engager\n  avant fin décembre") == "reste à engager avant fin décembre"


def test_titles() -> None:
    assert clean_title("Re: [reseau] RE: Four à pain") == "Four à pain"
    assert clean_title("") == "(sans sujet)"
    assert len(shorten("mot " * 60)) <= 91


def test_a_season_is_no_deadline() -> None:
    assert items("Verrière", "La Filature refait sa verrière avant l'hiver.") == []


def test_a_line_that_begins_with_its_day() -> None:
    item = line_item("line:1", "le samedi 12 décembre à 14 h, atelier lampe au Port", "Léa", WRITTEN, ABOUT)
    assert item.title == "samedi 12 décembre à 14\u00a0h : atelier lampe au Port (Léa)"
