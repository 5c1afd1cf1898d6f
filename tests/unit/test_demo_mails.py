"""The demo's mails have the shapes that config/demo/README.md promises: Sympa's, clients', broken ones."""

from __future__ import annotations

import codecs
import datetime as dt
import email.utils
import re
from collections import Counter

import pytest

from tests.unit.demo_mails import BOT, DEMO, LIST, MAILS, POSTS, RECAPS, START, Mail, named


def each(mails: tuple[Mail, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("mail", mails, ids=[mail.name for mail in mails])


def test_files_are_numbered_in_order() -> None:
    assert [mail.name[:4] for mail in MAILS] == [f"{n:03d}-" for n in range(1, len(MAILS) + 1)]
    assert 80 <= len(MAILS) <= 100
    assert all(re.fullmatch(r"\d{3}-[a-z0-9-]+\.eml", mail.name) for mail in MAILS)


def test_file_order_is_time_order_within_the_three_weeks() -> None:
    dates = [mail.date for mail in MAILS]
    assert dates == sorted(dates)
    assert dates[0] >= START
    assert dates[-1] < RECAPS[-1]


@each(MAILS)
def test_received_agrees_with_date(mail: Mail) -> None:
    """A demo that delivers at ``Date`` must not contradict what the servers wrote."""
    for received in mail.message.get_all("Received", []):
        at = email.utils.parsedate_to_datetime(str(received).rpartition(";")[2])
        assert dt.timedelta(0) <= at - mail.date <= dt.timedelta(seconds=10)


@each(MAILS)
def test_every_address_and_link_is_invented(mail: Mail) -> None:
    unfolded = mail.raw.decode("latin-1").replace("=\n", "")  # quoted-printable cuts anywhere
    everything = "\n".join((unfolded, mail.text))
    hosts = re.findall(r"(?:\w@|https?://)([a-z0-9-]+(?:\.[a-z0-9-]+)+)", everything, re.IGNORECASE)
    outside = {host for host in hosts if not host.endswith(".example")}
    assert hosts
    assert not outside


def test_message_ids_are_unique_except_where_meant() -> None:
    counted = Counter(mail.header("Message-ID") for mail in MAILS)
    doubled = [mid for mid, times in counted.items() if times > 1]
    assert doubled == [named("portes-ouvertes-direct").header("Message-ID")]
    assert [mail.name for mail in MAILS if not mail.header("Message-ID")] == ["062-mime-casse.eml"]


def test_one_mail_comes_by_two_ways() -> None:
    direct, listed = named("portes-ouvertes-direct"), named("portes-ouvertes-liste")
    assert direct.header("Message-ID") == listed.header("Message-ID")
    assert (direct.by_list, listed.by_list) == (False, True)
    assert direct.text.strip()[:200] == listed.text.strip()[:200]


@each(POSTS)
def test_posts_come_as_sympa_distributes_them(mail: Mail) -> None:
    message = mail.message
    assert message["List-Id"] == "<reseau.listes.lisieres.example>"
    assert message["List-Post"] == f"<mailto:{LIST}>"
    assert message["X-Loop"] == LIST
    assert message["Sender"] == "reseau-request@listes.lisieres.example"
    assert message["Return-Path"] == "<reseau-owner@listes.lisieres.example>"
    assert message.get_all("Precedence") == ["list", "bulk"]
    assert message["Reply-To"]
    assert message["Auto-Submitted"] is None
    assert str(message["Authentication-Results"]).startswith("mx.lisieres.example;")
    if mail.name != "062-mime-casse.eml":
        assert message["Archived-At"]
        assert "Se désabonner : https://framalistes.lisieres.example" in mail.text


def test_sequence_numbers_count_the_posts() -> None:
    numbers = [int(str(mail.message["X-Sequence"])) for mail in POSTS]
    assert numbers == list(range(numbers[0], numbers[0] + len(POSTS)))


def test_protected_authors_stand_in_x_original_from() -> None:
    protected = [mail for mail in POSTS if LIST in mail.header("From")]
    assert len(protected) >= 5
    for mail in protected:
        assert mail.header("X-Original-From").endswith("@grandeposte.example>")
        assert "(via reseau Mailing List)" in mail.header("From")
    assert all(mail in protected for mail in POSTS if mail.message["X-Original-From"])


def test_answers_point_to_earlier_mails() -> None:
    seen: set[str] = set()
    for mail in MAILS:
        answered = mail.header("In-Reply-To")
        if answered and mail != named("absence-karim"):  # he answers the recap itself
            assert answered in seen, mail.name
        seen.add(mail.header("Message-ID"))


@pytest.mark.parametrize("slug", ["depot-visite-ruche", "depot-atelier-port", "depot-cafe-compta"])
def test_deposits_come_straight_and_vouched_for(slug: str) -> None:
    mail = named(slug)
    assert not mail.by_list
    assert mail.header("To") == BOT
    assert "dmarc=pass" in mail.header("Authentication-Results")
    assert "Pour le récap : " in mail.text


def test_automatic_mails() -> None:
    absence, bounce, stranger = named("absence-karim"), named("retour-boite-pleine"), named("demarchage")
    assert absence.message["Auto-Submitted"] == "auto-replied"
    assert bounce.message.get_content_type() == "multipart/report"
    assert "Status: 5.2.2" in bounce.raw.decode()
    assert named("depot-atelier-port").header("Message-ID") in bounce.raw.decode()
    assert "dmarc=fail" in str(stranger.message.get_all("Authentication-Results", [""])[0])
    assert not any(mail.by_list for mail in (absence, bounce, stranger))


@pytest.mark.parametrize(
    ("slug", "who"),
    [
        ("abonnement-noe", ("noe.chabert@courriel.example", "Noé Chabert")),
        (
            "abonnement-camille",
            ("camille.esteve@courriel.example", "Camille Estève (Le Fournil, Puimoisson)"),
        ),
    ],
)
def test_sympa_owner_notices(slug: str, who: tuple[str, str]) -> None:
    found = re.match(
        r"^Information\s*: (\w+) liste (\S+) de (\S+@\S+?)(?: (.*))?$", named(slug).header("Subject")
    )
    assert found
    assert found.groups() == ("subscribe", "reseau", *who)
    assert named(slug).message["Auto-Submitted"] == "auto-generated"


def test_two_mails_are_malformed() -> None:
    broken, unknown = named("mime-casse"), named("charset-inconnu")
    assert broken.message.defects
    assert not broken.message.is_multipart()
    assert any(byte > 127 for byte in broken.raw.partition(b"\n\n")[0])
    with pytest.raises(LookupError):
        codecs.lookup(str(unknown.message.get_content_charset()))
    others = [mail for mail in MAILS if mail != broken]
    assert not [mail.name for mail in others if any(part.defects for part in mail.message.walk())]


def test_shapes_of_real_mail_are_all_there() -> None:
    parts = [part for mail in MAILS for part in mail.message.walk()]
    types = {part.get_content_type() for part in parts}
    encodings = {str(part["Content-Transfer-Encoding"]).lower() for part in parts}
    charsets = {part.get_content_charset() for part in parts}
    assert types >= {
        "multipart/alternative",
        "multipart/mixed",
        "application/pdf",
        "text/calendar",
        "text/csv",
    }
    assert encodings >= {"8bit", "quoted-printable", "base64"}
    assert charsets >= {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"}
    assert "text/html" in named("presentation-noe").message.as_string()
    assert "text/plain" not in named("presentation-noe").raw.decode().partition("</html>")[0]


def test_attachments_are_what_they_say() -> None:
    starts = {"application/pdf": b"%PDF-1.4", "text/calendar": b"BEGIN:VCALENDAR", "text/csv": b"chantier;"}
    seen = Counter[str]()
    for mail in MAILS:
        for part in mail.message.walk():
            if part.get_content_disposition() == "attachment":
                data = part.get_payload(decode=True)
                assert isinstance(data, bytes)
                assert data.startswith(starts[part.get_content_type()])
                assert part.get_filename()
                seen[part.get_content_type()] += 1
    assert seen == {"application/pdf": 2, "text/calendar": 1, "text/csv": 1}


@pytest.mark.parametrize(
    "mark",
    [
        r"Le lun\. 2 nov\. 2026 à 10:05, .* a écrit :",  # Gmail
        r"Le 02/11/2026 à 14:22, .* a écrit :",  # Thunderbird
        r"De : .* Envoyé : .* À : .* Objet :",  # Outlook
        r"-----Message d'origine-----",  # older Outlook
        r"----- Mail original -----",  # Zimbra
        r"> Le 12 nov\. 2026 à 15:10, .* a écrit :",  # Apple Mail
        r"> Message du 03/11/26 10:20",  # a webmail
        r"Envoyé de mon iPhone",
        r"Début du message réexpédié :",
        r"CONFIDENTIALITÉ : Ce courriel",
        r"informations confidentielles",
    ],
)
def test_the_marks_of_mail_clients(mark: str) -> None:
    assert any(re.search(mark, mail.text) for mail in POSTS)


def test_readme_lists_every_file_once() -> None:
    listed = re.findall(
        r"^\| `([^`]+\.eml)` \|", (DEMO / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert listed == [mail.name for mail in MAILS]
