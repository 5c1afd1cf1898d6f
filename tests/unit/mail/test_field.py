"""What lies in real archives: signed mails, groups of old, notices alone, people who introduce."""

from __future__ import annotations

import pytest

from bot.mail.words.split import Circumstances, split

ARMOURED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nBonjour,\n- - pain\n- - lait\n- -- \nAlice\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"
)


def test_the_armour_of_a_signed_mail_is_taken_off() -> None:
    words = split(f"{ARMOURED}\nÀ demain")
    assert words.text.startswith("Bonjour,\n- pain\n- lait")
    assert "PGP" not in words.text + words.signature
    assert "iQIz" not in words.text + words.signature


def test_an_armour_that_is_not_whole_is_left_alone() -> None:
    text = "Le format :\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nvoilà."
    assert split(text).text == text


@pytest.mark.parametrize(
    "notice",
    [
        "Aucun virus trouvé dans ce message.\nAnalyse effectuée par AVG - www.avg.example",
        "Ce courriel est confidentiel et réservé à ses destinataires.",
        "This email has been checked for viruses by Avast antivirus software.",
    ],
)
def test_a_notice_alone_below_the_quotation_is_no_answer(notice: str) -> None:
    quotation = "Le 12/01/2026 à 10:00, Anne <a@x.example> a écrit :\n> Où en est-on ?"
    words = split(f"C'est fait.\n\n{quotation}\n\n{notice}")
    assert words.text == "C'est fait."
    assert words.answers == ()


def test_the_same_words_as_the_only_ones_are_said() -> None:
    text = "Ce courriel est confidentiel."
    assert split(f"> Puis-je le diffuser ?\n\n{text}").text == text


@pytest.mark.parametrize(
    "prose",
    [
        "IANAL, but section 2 says:",
        "The manual says:",
        "Le règlement dit :",
        "La loi dit ceci :",
        "Comme Pierre l'a écrit :",
        "Il a écrit ensuite :",
        "Réunion du 27/11/2026 :",
    ],
)
def test_prose_above_cited_lines_stays(prose: str) -> None:
    assert split(f"{prose}\n\n> on peut copier\n\ndonc oui.").text == f"{prose}\n\ndonc oui."


@pytest.mark.parametrize(
    "line",
    [
        "Olivier Gros, le 27/11/2026 :",
        "Le 27/11/2026, Olivier Gros :",
        "On 2026-11-27, Olivier Gros:",
        "Olivier Gros (2026-11-27 10:12):",
        "jean dupont a écrit :",
        "Anne de la Tour a écrit :",
        "bob wrote:",
        "Alice (via reseau) said:",
    ],
)
def test_a_name_above_quoted_lines_introduces_them(line: str) -> None:
    assert split(f"{line}\n> on peut copier\n\noui.").text == "oui."


@pytest.mark.parametrize(
    "footer",
    [
        "------------------------------------\n\nYahoo! Groups Links\n\n<*> To visit your group, go to:\nhttp://g.example",
        "------------------------------------\nLiens Yahoo! Groupes\n<*> Pour consulter votre groupe :\nhttp://g.example",
        "__._,_.___\nPosted by: Tom\n\nReply via web post\n__,_._,___",
        "---------------------------(end of broadcast)---------------------------\nTIP 4: lisez la notice",
    ],
)
def test_what_groups_of_old_add_is_left_out(footer: str) -> None:
    assert split(f"Une table à donner.\n\nAlice\n\n{footer}\n").text == "Une table à donner.\n\nAlice"


def test_the_end_of_a_conflict_is_shown_by_its_author() -> None:
    text = "J'ai ceci :\n<<<<<<< HEAD\nun\n=======\ndeux\n>>>>>>> branche\nque faire ?"
    assert split(text, Circumstances()).text == text
