"""What an administrator reads when a setting is wrong: where, what was found, what was expected."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load

Refused = Callable[[str], str]
Write = Callable[[str], Path]


def test_a_near_miss_is_answered_with_both_names(refused: Refused) -> None:
    told = refused('[digest]\nheur = "16:00"')
    assert (
        '[digest] heur : clé inconnue (valeur trouvée : "16:00") ; vouliez-vous dire « heure » / « time » ?'
        in told
    )


def test_a_key_in_the_wrong_section_is_shown_its_place(refused: Refused) -> None:
    assert "« gates.shadow »" in refused("[digest]\nshadow = true")


def test_a_key_like_no_other_gets_the_list(refused: Refused) -> None:
    assert "clés possibles : raw_days" in refused("[retention]\nzzz = 1")


def test_the_file_is_named(refused: Refused) -> None:
    assert "navette.toml" in refused("zzz = 1")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[digest]\nday = 5",
            '[digest] day : valeur trouvée : 5 ; valeur attendue : une de ces valeurs : "lundi"',
        ),
        (
            "[recap]\nheure = 9",
            "[recap] heure : valeur trouvée : 9 ; valeur attendue : une heure, comme 09:00.",
        ),
        ('[network]\ntimezone = "Paris"', "un fuseau horaire, comme Europe/Paris"),
        (
            "[network]\ndepartments = [4]",
            "[network] departments n° 1 : valeur trouvée : 4 ; valeur attendue : un texte",
        ),
        (
            '[gates]\nshadow = "peut-être"',
            '[gates] shadow : valeur trouvée : "peut-être" ; valeur attendue : true ou',
        ),
        ("[mail.inbox]\nport = 70000", "un nombre d'au plus 65535"),
        ("[mail]\ninbox = 3", "[mail] inbox : valeur trouvée : *** ; valeur attendue : une section."),
        ('[bot]\naddress = "Alice <a@b.example>"', "une adresse seule"),
        ("[lists.reseau]", "[lists.reseau] address : ce réglage est obligatoire."),
        ('[[people.members]]\nkey = "A"\nname = "A"', "[[people.members]] n° 1, key : valeur trouvée"),
        ('[[people.members]]\nkey = "a"\nname = "A"\nroles = ["chef"]', "un rôle parmi coordination"),
    ],
)
def test_a_wrong_value_is_found_and_what_was_expected_is_said(
    refused: Refused, text: str, sentence: str
) -> None:
    assert sentence in refused(text)


def test_all_problems_are_told_at_once_one_a_line(refused: Refused) -> None:
    told = refused('[digest]\nheur = 1\njour = "mercredy"\n[gates]\nper_hour = 0')
    assert len(told.splitlines()) == 1 + 3


def test_both_names_of_one_setting_are_too_many(refused: Refused) -> None:
    told = refused("[digest]\ntime = 09:00:00\nheure = 10:00:00")
    assert "« heure » / « time » sont deux noms du même réglage" in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[network]\nname = Réseau", "ligne 2, colonne 8 : valeur illisible"),
        ("[network]\nname", "il manque « = »"),
        ('[network]\nname = "a"\nname = "b"', "la clé est écrite deux fois"),
        ("[network]\n[network]", "la section est écrite deux fois"),
        ('[network]\nname = "a', "guillemet"),
        ("a = [1, 2", "crochet"),
        ("a = 1 2", "ligne 1, colonne 7 : il y a quelque chose de trop"),
    ],
)
def test_wrong_writing_is_told_with_its_line(refused: Refused, text: str, sentence: str) -> None:
    assert sentence in refused(text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml : ce fichier de réglages n'existe pas"):
        load(tmp_path / "absent.toml")
    with pytest.raises(SettingsError, match="ne peut pas être lu"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'[network]\nname = "R\xe9seau"')
    with pytest.raises(SettingsError, match="n'est pas en UTF-8"):
        load(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[lists.reseau]\naddress = "a@b.example"\ncircle = "x"',
            "[lists.reseau] circle : il n'y a pas de cercle « x »",
        ),
        (
            '[digest]\nlist = "x"\n[lists.reseau]\naddress = "a@b.example"',
            "[digest] list : il n'y a pas de liste « x »",
        ),
        (
            '[digest.letters.info]\ntitle = "I"\nlist = "x"',
            "[digest.letters.info] list : il n'y a pas de liste « x »",
        ),
        ('[circles.cac]\nseats = ["x"]', "[circles.cac] seats : il n'y a pas de lieu « x »"),
        ('[[people.members]]\nkey = "a"\nname = "A"\nplace = "x"', "place : il n'y a pas de lieu « x »"),
        (
            '[[people.members]]\nkey = "a"\nname = "A"\nroles = ["member:x"]',
            "mais il n'y a pas de cercle « x »",
        ),
        (
            (
                '[[people.members]]\nkey = "a"\nname = "A"\naddresses = ["x@y.example"]\n'
                '[[people.members]]\nkey = "b"\nname = "B"\naddresses = ["X@y.example"]'
            ),
            "« x@y.example » désigne déjà a",
        ),
    ],
)
def test_what_is_referred_to_must_exist_once(refused: Refused, text: str, sentence: str) -> None:
    network = '[places.p]\nname = "P"\n[circles.reseau]\nname = "R"\n'
    text = text.replace("[circles.cac]", '[circles.cac]\nname = "CAC"')
    assert sentence in refused(network + text)


def test_a_wrong_variable_is_named(file: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVETTE_MAIL__INBOX__PORT", "abc")
    with pytest.raises(SettingsError) as caught:
        load(file(""))
    assert 'NAVETTE_MAIL__INBOX__PORT : valeur trouvée : "abc" ; valeur attendue : un nombre entier.' in str(
        caught.value
    )


def test_unknown_variables_are_named_and_ours_that_are_no_settings_pass(
    file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAVETTE_FAILPOINTS", "")
    load(file(""))
    monkeypatch.setenv("NAVETTE_COURRIEL__RECEPTION__PASSWRD", "hunter2")
    monkeypatch.setenv("NAVETTE_CAPABILITIES", "help")
    with pytest.raises(SettingsError) as caught:
        load(file(""))
    told = str(caught.value)
    assert "NAVETTE_COURRIEL__RECEPTION__PASSWRD : variable d'environnement inconnue" in told
    assert "« NAVETTE_MAIL__INBOX__PASSWORD »" in told
    assert "NAVETTE_CAPABILITIES : cette variable doit contenir du JSON" in told


@pytest.mark.parametrize(
    "text",
    [
        '[mail.inbox]\npassword = ["hunter2"]',
        '[mail.inbox]\npassword = "hunter2"\nport = "x"',
        '[mail.inbox]\npassword = {a = "hunter2"}',
        '[mail.inbox]\npasswrd = "hunter2"',
        '[mail.inbox]\nsesame = "hunter2"',
        '[mail]\npassword = "hunter2"',
        '[mail]\ninbox = "hunter2"',
        'mail = "hunter2"',
        'courriel = ["hunter2"]',
        'mot_de_passe = "hunter2"',
        '[mail.inbox]\npassword = "hunter2" "',
        "[mail.inbox]\npassword = hunter2",
    ],
)
def test_a_secret_is_in_no_error(file: Write, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(file(text))
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_is_in_no_representation(monkeypatch: pytest.MonkeyPatch, file: Write) -> None:
    monkeypatch.setenv("NAVETTE_MAIL__INBOX__PASSWORD", "hunter2")
    settings = load(file(""))
    assert settings.mail.inbox.secret() == "hunter2"
    assert "hunter2" not in f"{settings!r} {settings} {settings.mail.inbox!r} {settings.model_dump()}"
    assert "hunter2" not in settings.model_dump_json()


def test_settings_do_not_change_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().gates.shadow = False  # type: ignore[misc]
