"""What the demo's three weeks tell: matter for three recaps, threads that cross them, dates that hold."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import tomllib

import pytest

from tests.unit.demo_mails import DEMO, DRAFT_AHEAD, MAILS, POSTS, RECAPS, START, named


@pytest.mark.parametrize("slug", ["sono-forge", "cac-pouvoir-emile", "qualiopi-emile"])
def test_some_answers_lost_their_thread(slug: str) -> None:
    mail = named(slug)
    assert re.match(r"re ?:", mail.header("Subject"), re.IGNORECASE)
    assert mail.message["In-Reply-To"] is None
    assert mail.message["References"] is None


@pytest.mark.parametrize("slug", ["velo-retrouve", "badges-charte"])
def test_some_subjects_change_within_a_thread(slug: str) -> None:
    assert "(était" in named(slug).header("Subject")
    assert named(slug).message["In-Reply-To"]


@pytest.mark.parametrize("recap", RECAPS, ids=["first", "second", "third"])
def test_each_recap_has_a_full_week_and_late_mails(recap: dt.datetime) -> None:
    week = [mail for mail in POSTS if max(START, recap - dt.timedelta(days=7)) <= mail.date < recap]
    assert len(week) >= 20
    assert [mail for mail in week if recap - DRAFT_AHEAD < mail.date], "nothing between draft and sending"


def test_some_threads_cross_the_cut_off() -> None:
    weeks: dict[str, set[int]] = {}
    for mail in POSTS:
        root = (mail.header("References").split() or [mail.header("Message-ID")])[0]
        weeks.setdefault(root, set()).add(sum(recap <= mail.date for recap in RECAPS))
    crossing = [seen for seen in weeks.values() if len(seen) > 1]
    assert len(crossing) >= 6


def test_one_deposit_a_week() -> None:
    dates = [mail.date for mail in MAILS if not mail.by_list and "Pour le récap : " in mail.text]
    assert [sum(recap <= date for recap in RECAPS) for date in dates] == [0, 1, 2]


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("rencontre-gap-annonce", "le jeudi 26 novembre de 9 h 30 à 16 h"),
        ("rencontre-gap-programme", "Le mardi 17 novembre au soir"),
        ("rencontre-gap-changement", "à 10 h au lieu de 9 h 30"),
        ("ami-cantines-solidaires", "avant le mardi 10 novembre à 17 h"),
        ("ami-cantines-depose", "C'est déposé !"),
        ("velo-disparu", "L'antivol est coupé"),
        ("velo-retrouve", "le vélo est retrouvé"),
        ("cherche-sono", "emprunter du jeudi 19 au lundi 23"),
        ("horaires-contre", "voix discordante"),
        ("horaires-synthese", "la synthèse de vos réponses"),
        ("logiciel-reservation", "Qui utilise un logiciel de réservation"),
        ("bail-mairie", "Est-ce que l'un de vos lieux a signé"),
        ("pad-gt-formation", "https://pad.lisieres.example/p/gt-formation-2026-10-29"),
        ("depot-visite-ruche", "visite de La Ruche vendredi 4 décembre à 14 h"),
        ("cac-decisions", "Décision 1 : le CAC attribue 800 €"),
        ("budget-contributif", "reste à engager avant le 31 décembre : 4 200 €"),
        ("chantier-benevoles", "Il nous faut une quinzaine de bénévoles"),
        ("offre-emploi-accueil", "avant le lundi 7 décembre"),
        ("appel-portraits", "avant le vendredi 15 janvier 2027"),
        ("ag-quelle-date", "samedi 16 janvier ou samedi 23 janvier 2027"),
        ("qualiopi-lavande", "galère avec Qualiopi"),
        ("rencontres-littorales", "j'écris à trois listes"),
        ("merci-a-tous", "merci !"),
    ],
)
def test_what_the_demo_tells(slug: str, words: str) -> None:
    assert words in named(slug).text.replace("’", "'")


@pytest.mark.parametrize("slug", ["logiciel-reservation", "bail-mairie"])
def test_two_questions_stay_without_an_answer(slug: str) -> None:
    asked = named(slug).header("Message-ID")
    assert not [mail.name for mail in MAILS if asked in mail.header("References")]


def test_one_mail_asks_to_stay_out() -> None:
    assert [mail.name for mail in MAILS if "[hors-récap]" in mail.header("Subject")] == [
        "022-hors-recap-concert.eml"
    ]


def test_weekdays_agree_with_dates() -> None:
    """A recap echoes dates with their weekday: a wrong one in a mail would look like the recap's fault."""
    days = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
    months = {"novembre": (2026, 11), "décembre": (2026, 12), "janvier": (2027, 1), "février": (2027, 2)}
    months |= {"mars": (2027, 3), "avril": (2027, 4)}
    written = re.compile(rf"\b({'|'.join(days)}) (\d+)(?:er)? ({'|'.join(months)})\b", re.IGNORECASE)
    found = {match for mail in MAILS for match in written.findall(mail.text)}
    assert len(found) >= 30
    for day, number, month in found:
        at = dt.date(*months[month.lower()], int(number))
        assert days[at.weekday()] == day.lower(), f"{day} {number} {month}"


def test_members_bear_the_names_of_the_demo_network() -> None:
    settings = tomllib.loads((DEMO.parent / "demo.toml").read_text(encoding="utf-8"))
    names = {address: who["name"] for who in settings["people"]["members"] for address in who["addresses"]}
    authors = {email.utils.parseaddr(mail.header("From"))[::-1] for mail in MAILS}
    known = {(address, name) for address, name in authors if address in names}
    assert len(known) == 13  # the twelve members of the network, one of them under two addresses
    assert known == {(address, names[address]) for address, _ in known}
