"""Dates in the recap: deadlines to meet, days to be at, and when they are no longer told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.clock import PARIS
from bot.french.gist.scoring import Said
from bot.protocols import Event
from handlers.digest.sources.calendar import About, dated_items, line_item, one_line
from handlers.digest.wording import clean_title, prose, shorten

WRITTEN = dt.datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
DAY = dt.date(2026, 11, 27)


ABOUT = About(1, "", "reseau", DAY)


def items(subject: str, *texts: str) -> list[tuple[str, str, str]]:
    said = [Said("Bruno", WRITTEN, text) for text in texts]
    dated = dated_items(replace(ABOUT, title=subject), [], said)
    return [(item.section, item.title, item.text) for item in dated.items]


def test_the_sentence_that_names_the_deadline_is_the_one_that_is_told() -> None:
    assert items("Four", "On cherche un four.\nRépondez-moi avant le 4 décembre.") == [
        ("todo", "Four", "Répondez-moi avant le 4 décembre.")
    ]


def test_a_deadline_that_has_passed_is_not_told() -> None:
    assert items("Four", "Répondez-moi avant le 26 novembre.") == []


def test_a_day_of_the_subject_takes_its_hour_from_the_text() -> None:
    assert items("Visite le 4 décembre", "La visite a lieu le 4 décembre à 14 h.") == [
        ("agenda", "Visite", "")
    ]


def test_a_vague_season_is_no_event() -> None:
    assert items("Festival", "Le festival aura lieu fin mars.") == []


def test_an_event_knows_its_hour_and_its_place() -> None:
    said = [Said("Bruno", WRITTEN, "La visite a lieu le 4 décembre de 14 h à 16 h à La Ruche.")]
    (item,) = dated_items(replace(ABOUT, title="Visite"), [], said).items
    hours = (dt.time(14), dt.time(16))
    assert item.event == Event(dt.date(2026, 12, 4), dt.date(2026, 12, 4), *hours, "La Ruche")
    assert item.title == "Visite, La Ruche"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("La réunion est reportée du 15 au 17 décembre.", 17),
        ("La réunion est reportée du 15 au 17.", 17),
        ("La réunion prévue le 15 est reportée au jeudi 17 décembre.", 17),
        ("Finalement la réunion est décalée au 18 décembre.", 18),
        ("Réunion déplacée au 18 décembre (au lieu du 15 décembre).", 18),
        ("Nous préférons donc la reporter au 18 décembre.", 18),
        ("La réunion du 15 décembre est annulée.", None),
        ("Tout compte fait, la réunion est annulée.", None),
        ("Faut-il que la réunion soit reportée au 17 décembre ?", 15),
        ("La réunion n'est pas annulée !", 15),
    ],
)
def test_what_is_moved_is_told_at_its_new_day(said: str, day: int | None) -> None:
    messages = [
        Said("Bruno", WRITTEN, "La réunion a lieu le 15 décembre à 18 h."),
        Said("Bruno", WRITTEN, said),
    ]
    found = dated_items(replace(ABOUT, title="Réunion"), [], messages)
    assert [item.last_day.day for item in found.items if item.last_day] == ([day] if day else [])
    assert all(item.event and item.event.time == dt.time(18) for item in found.items)


def test_what_was_told_and_is_moved_is_gone() -> None:
    before = [Said("Bruno", WRITTEN, "La réunion a lieu le 15 décembre à 18 h.")]
    found = dated_items(
        replace(ABOUT, title="Réunion"), before, [Said("Bruno", WRITTEN, "Réunion reportée au 17 décembre.")]
    )
    assert found.gone == {dt.date(2026, 12, 15)}
    assert [item.last_day for item in found.items] == [dt.date(2026, 12, 17)]


def test_a_line_with_one_day_goes_to_the_agenda_without_saying_it_twice() -> None:
    item = line_item("line:1", "visite de La Ruche le 4 décembre à 14 h.", "Gaston", WRITTEN, ABOUT)
    assert (item.section, item.title) == (
        "agenda",
        "Visite de La Ruche (Gaston)",
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
    assert item.title == "Atelier lampe au Port (Léa)"
