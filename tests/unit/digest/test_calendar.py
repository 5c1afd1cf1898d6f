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


@pytest.mark.parametrize(
    ("subject", "text", "told"),
    [
        ("Marché", "La Ruche tient un marché le samedi 12 décembre à 10 h.", ["Marché, La Ruche"]),
        ("Goûter des étangs samedi 28 novembre", "Venez avec un gâteau.", ["Goûter des étangs"]),
        ("Projection samedi 28 à L'Atelier : il reste 15 places", "À 20 h.", ["Projection à L'Atelier"]),
        ("Appel à bénévoles : chantier collectif samedi 5 décembre", "Venez !", ["Chantier collectif"]),
        (
            "Rencontres du littoral, 20 et 21 janvier à Sète",
            "C'est ouvert.",
            ["Rencontres du littoral à Sète"],
        ),
        (
            "AAP : dossiers avant le 11 décembre",
            "Première réunion mardi 1er décembre.",
            ["AAP : première réunion"],
        ),
        (
            "Décisions du CAC du 10 novembre",
            "Prochain CAC : mardi 8 décembre à 18 h, en visio.",
            ["CAC, en visio"],
        ),
        ("Convocation", "Le prochain CAC se réunira le mardi 8 décembre.", ["CAC"]),
        (
            "Un studio",
            "Enregistrement public le mercredi 2 décembre, venez écouter.",
            ["Enregistrement public"],
        ),
        (
            "Compte rendu",
            "Les deux journées : accueil du public le 18 mars, compta le 8 avril.",
            ["Accueil du public", "Compta"],
        ),
        ("Permanence", "La permanence aura lieu jeudi 3 décembre au lieu de mercredi 2.", ["Permanence"]),
        ("Balade dimanche 29 novembre", "Annulée s'il pleut.", ["Balade"]),
        ("Stage", "Le stage des 5 et 6 décembre est ouvert.", ["Stage"]),
    ],
)
def test_the_agenda_tells_what_takes_place_by_its_own_name(subject: str, text: str, told: list[str]) -> None:
    here = replace(ABOUT, title=subject, places=("La Ruche",))
    assert [
        item.title for item in dated_items(here, [], [Said("Bruno", WRITTEN, text)]).items if item.event
    ] == told


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Cherche sono pour le samedi 28 novembre", "Qui en a une ?"),
        ("AG : samedi 16 ou samedi 23 janvier ?", "Dites-nous ce qui coince."),
        ("Quelle date pour le copil ?", "Lundi 7 décembre à 14 h, mardi 8 à 10 h ou jeudi 10 décembre."),
        ("L'AG", "L'AG aura lieu le samedi 16 janvier ou le samedi 23 janvier."),
        ("Bonjour, je me présente", "Je serai à la rencontre de Gap le 3 décembre."),
        ("On galère avec Qualiopi", "Pour nos formations, l'audit blanc est le jeudi 3 décembre."),
        ("Don : 20 chaises", "On peut prendre 12 chaises mercredi 2 décembre dans l'après-midi."),
        ("Offre d'emploi", "CDI à partir du lundi 1er février 2027. Entretiens les 15 et 16 décembre."),
        ("L'AG", "Le sondage pour l'AG s'ouvre lundi 30 novembre."),
        ("Le vidéoprojecteur", "On en a besoin pour la conférence de lundi 30 novembre."),
        ("Besoin d'un avis", "Notre rendez-vous avec eux est le 1er décembre."),
        ("Atelier", "Est-ce que le samedi 5 décembre vous irait pour l'atelier compost ?"),
    ],
)
def test_what_is_no_gathering_is_not_in_the_agenda(subject: str, text: str) -> None:
    found = dated_items(replace(ABOUT, title=subject), [], [Said("Bruno", WRITTEN, text)])
    assert [item.title for item in found.items if item.event] == []


def test_a_day_chosen_among_several_is_in_the_agenda() -> None:
    said = [
        Said("Fay", WRITTEN, "Samedi 5 décembre ou samedi 12 décembre ?"),
        Said("Fay", WRITTEN, "C'est donc confirmé : ce sera le samedi 12 décembre à 14 h."),
    ]
    (item,) = dated_items(replace(ABOUT, title="Atelier compost"), [], said).items
    assert (item.title, item.last_day) == ("Atelier compost", dt.date(2026, 12, 12))


def test_what_moves_keeps_its_key() -> None:
    """Calendars know an event by it: they would keep the old day beside the new one."""
    first = Said("Bruno", WRITTEN, "La réunion a lieu le 15 décembre à 18 h.")
    moved = Said("Bruno", WRITTEN, "La réunion est reportée au 17 décembre.")
    about = replace(ABOUT, title="Réunion")
    (before,), (after,) = dated_items(about, [], [first]).items, dated_items(about, [first], [moved]).items
    assert before.key == after.key
    assert before.last_day != after.last_day


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Répondez-moi avant le 4 décembre.", True),
        ("Inscriptions avant le 4 décembre.", True),
        ("Fanny s'en charge et fera un bilan avant le 4 décembre.", False),
        ("Je passe la commande avant le 4 décembre.", False),
    ],
)
def test_what_is_to_be_done_is_for_those_who_read_it(text: str, told: bool) -> None:
    assert [section for section, _, _ in items("Serre", text)] == ["todo"] * told


def test_a_line_keeps_its_day_apart_from_its_words() -> None:
    said = "visite de La Ruche vendredi 4 décembre à 14 h, tout le monde est bienvenu. Prévenir Karim."
    item = line_item("line:1", said, "Gaston", WRITTEN, ABOUT)
    assert (item.title, item.text) == (
        "Visite de La Ruche (Gaston)",
        "Tout le monde est bienvenu. Prévenir Karim.",
    )


def test_a_title_does_not_shout() -> None:
    assert clean_title("AG EXTRAORDINAIRE DU CAC") == "AG extraordinaire du CAC"
