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


def test_a_block_that_word_lays_out_with_blank_lines_is_one() -> None:
    known = Circumstances(author_name="Élise Tournier")
    words = split(
        "Merci pour votre accueil,\nÉlise\n\nÉlise Tournier\n\nEnseignante\n\nLycée des Iscles", known
    )
    assert words.text == "Merci pour votre accueil,\nÉlise"
    block = "Nathalie BERTHIER\n\nConseillère associations\n\n12, cours des Platanes\n\n04 00 00 00 33"
    words = split(f"Je reste à votre disposition.\n\n{block}", Circumstances(author_name="Nathalie Berthier"))
    assert words.text == "Je reste à votre disposition."


def test_a_block_below_a_postscript_signs_too() -> None:
    known = Circumstances(author_name="Beatrix Lund")
    words = split(
        "C'est dit.\n\nBises,\nBeatrix\n\nPS: page 14.\n\nBeatrix Lund, conseillère\nT 04 00 00 00 00", known
    )
    assert words.text == "C'est dit.\n\nBises,\nBeatrix\n\nPS: page 14."


def test_the_telephone_of_an_offer_is_kept() -> None:
    text = "Je vends ma presse à cidre.\n\nPatrick Nogaret\n06 00 00 00 77"
    assert split(text, Circumstances(fresh=True, author_name="Patrick Nogaret")).text == text
    assert split(text, Circumstances(author_name="Patrick Nogaret")).text == "Je vends ma presse à cidre."


def test_a_forward_behind_marks_is_kept() -> None:
    apple = (
        "Pour toi.\n\nBegin forwarded message:\n\n> From: Anne <a@x.example>\n> Subject: Fête\n>\n> On y va ?"
    )
    assert split(apple).text.endswith(
        "Begin forwarded message:\n\nFrom: Anne <a@x.example>\nSubject: Fête\n\nOn y va ?"
    )
    header = "> Message du 19/11/26 10:20\n> De : Anne <a@x.example>\n> A : b@x.example\n> Objet : Fête"
    orange = f"Pour toi.\n\n{header}\n>\n> On y va ?"
    assert split(orange, Circumstances(forward=True)).text == orange
    assert split(orange).text == "Pour toi."


def test_the_line_above_a_copied_header_is_no_part_of_a_forward() -> None:
    header = "De : Anne <a@x.example>\nEnvoyé : lundi 12 janvier 2026 10:00\nObjet : Fête"
    words = split(f"Pour toi.\n\n{'_' * 32}\n{header}\n\nOn y va ?", Circumstances(forward=True))
    assert words.text == f"Pour toi.\n\n{header}\n\nOn y va ?"


def test_prompts_of_python_are_typed() -> None:
    text = "> Pourquoi ?\n\nEssaie :\n\n>>> round(100/3, 2)\n33.33\n\nVoilà."
    assert split(text).text == "Essaie :\n\n>>> round(100/3, 2)\n33.33\n\nVoilà."
    nested = "> > > Trois ?\n>> Deux ?\n>>> Trois encore ?\n\nOui."
    assert split(nested).text == "Oui."


def test_supercite_quotes_by_initials() -> None:
    heading = '>>>>> "MS" == Marit <m@x.example> writes:'
    text = f"{heading}\n\nIS> Qui lit ?\nMS> Moi.\n\nPas moi.\n\nMS> page 3\n\nLe chat."
    assert split(text).text == "Pas moi.\n\nLe chat."
