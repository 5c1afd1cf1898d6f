"""Machines that answer, told from people and from lists."""

from __future__ import annotations

import pytest

from bot.mail.message import Kind
from bot.mail.read import read
from tests.unit.mail.build import multipart, raw

LIST = {"List_Id": "<reseau.listes.example>", "List_Post": "<mailto:reseau@listes.example>"}


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "Absence"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk", "In_Reply_To": "<recap.48@lisieres.example>"},
        {"Return_Path": "<>"},
        {"Subject": "Réponse automatique : Quelle date ?"},
        {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique=C2=A0=3A_Quelle_date_=3F?="},
        {"Subject": "Absence du bureau : Quelle date ?"},
        {"Subject": "Absent·e du bureau"},
        {"Subject": "Message d’absence"},
        {"Subject": "Automatic reply: Which date?"},
        {"Subject": "Out of Office: Which date?"},
        {"Subject": "[Auto] Re: Quelle date ?"},
        {"Subject": "Auto: Quelle date ?"},
        {"X_MS_Exchange_Generated_Message_Source": "Mailbox Rules Agent"},
        {"Subject": "Automatische Antwort: Besuch"},
        {"Subject": "Respuesta automática: visita"},
        {"Subject": "Automatisch antwoord: bezoek"},
        {"Subject": "自動返信: 訪問"},
        {"Subject": "Je suis en congés Re: Quelle date ?"},
        {"Content_Type": "text/calendar; method=REPLY", "Subject": "Accepted: CAC"},
    ],
)
def test_an_automatic_answer_is_known(fields: dict[str, str]) -> None:
    mail = read(raw(**fields))
    assert mail.kind is Kind.AUTOMATIC
    assert mail.reason


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nJe suis actuellement en congés jusqu'au 4 janvier. À mon retour je réponds.\n\nEmile",
        "Bonjour, je suis absent·e jusqu'au 30. En cas d’urgence, écrivez à alice@lisieres.example.",
        "I am out of the office until Monday with limited access to my email.",
        "Ceci est une réponse automatique. Je lis mes mails le mardi.",
        "*** Message automatique ***\nNotre adresse change.",
        "L'accueil rouvre le 4.\n\n(message généré automatiquement)",
        "La personne que vous cherchez à joindre a quitté l'association.",
        "Merci de votre message. Nous vous répondrons dans les meilleurs délais.",
        "Ich bin bis zum 3.8. im Urlaub. In dringenden Fällen rufen Sie an.",
        "Sono in ferie fino al 20. Al mio rientro risponderò.",
    ],
)
def test_a_note_of_absence_needs_no_header(text: str) -> None:
    assert read(raw(text, In_Reply_To="<recap.48@lisieres.example>")).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Je suis absente samedi, donc je ne pourrai pas venir.", "Re: AG"),
        ("Le 2, et je suis en déplacement le 16.", "Re: Quelle date ?"),
        ("Peux-tu couper ta réponse automatique ?", "Re: Réponse automatique : Quelle date ?"),
        ("Qui remplace Léa ?", "Absence de Léa jeudi"),
        ("On automatise la facturation ?", "Automatiser nos factures"),
        ("J'ai reçu ce message automatique de la banque, c'est normal ?", "Banque"),
        ("Réponse automatique coupée, désolée pour le bruit.", "Re: AG"),
        ("Je suis en congés, à mon retour je range. Tu peux passer chez moi ?", "Re: clé"),
        ("Bonjour Inès,\nje suis absente, en cas d'urgence appelle.", "Re: AG"),
        ("Nous avons bien reçu votre demande de salle : c'est oui, venez dès que possible.", "Re: salle"),
    ],
)
def test_a_person_who_speaks_of_absence_is_a_person(text: str, subject: str) -> None:
    assert read(raw(text, Subject=subject)).kind is Kind.PERSON


def test_outlooks_wish_for_silence_is_no_sign_of_a_machine() -> None:
    assert read(raw(X_Auto_Response_Suppress="All")).kind is Kind.PERSON


def test_auto_submitted_no_is_a_person() -> None:
    assert read(raw(Auto_Submitted="no")).kind is Kind.PERSON


def test_a_post_is_a_post_whatever_its_precedence() -> None:
    mail = read(
        raw(
            "Je suis en congés, les clés sont à l'accueil ; à mon retour on range.", Precedence="list", **LIST
        )
    )
    assert (mail.kind, mail.list) == (Kind.LIST_POST, "reseau@listes.example")
    assert read(raw(Precedence="bulk", **LIST)).kind is Kind.LIST_POST


def test_a_list_that_allows_no_posts_is_known_by_its_id() -> None:
    assert read(raw(List_Id="Lettre <lettre.listes.example>", List_Post="NO")).list == "lettre@listes.example"


def test_a_configured_list_with_a_dot_in_its_name_is_known_by_its_id() -> None:
    data = raw(List_Id="<cac.sud.listes.example>")
    assert read(data, lists={"CAC.sud@listes.example"}).list == "cac.sud@listes.example"


@pytest.mark.parametrize(
    "subject", ["Auto : covoiturage", "Absence du bureau jeudi", "Accusé de réception du dossier"]
)
def test_what_a_person_may_write_to_a_list_is_a_post(subject: str) -> None:
    assert read(raw(Subject=subject, **LIST)).kind is Kind.LIST_POST


def test_an_automatic_answer_to_a_list_is_automatic() -> None:
    assert read(raw(Subject="Réponse automatique : AG", **LIST)).kind is Kind.AUTOMATIC


def test_our_own_mail_come_back_is_never_answered_but_a_post_of_ours_is_a_post() -> None:
    ours = "navette@lisieres.example"
    assert read(raw(From=ours), own_addresses={ours}).kind is Kind.AUTOMATIC
    assert read(raw(From=ours, **LIST), own_addresses={ours}).kind is Kind.LIST_POST


def test_a_read_receipt_is_automatic() -> None:
    kind, body = multipart(
        "report",
        ("Content-Type: text/plain", "Votre message a été lu."),
        (
            "Content-Type: message/disposition-notification",
            "Disposition: manual-action/MDN-sent-manually; displayed",
        ),
    )
    assert (
        read(raw(body, Content_Type=kind + "; report-type=disposition-notification")).kind is Kind.AUTOMATIC
    )


def test_an_answer_to_a_list_is_known_by_its_words_only_when_nobody_would_write_them() -> None:
    note = "Je suis actuellement absente. Votre message sera lu à mon retour."
    assert read(raw(note, In_Reply_To="<recap.48@lisieres.example>", **LIST)).kind is Kind.AUTOMATIC
    assert read(raw("Je suis absente samedi. À mon retour on en parle.", **LIST)).kind is Kind.LIST_POST


def test_a_mark_that_servers_leave_does_not_make_a_person_a_machine() -> None:
    by_hand = {"User_Agent": "Mozilla Thunderbird"}
    assert read(raw(Return_Path="<>", **by_hand)).kind is Kind.PERSON
    assert read(raw(Precedence="bulk", In_Reply_To="<a@b>", **by_hand)).kind is Kind.PERSON
    assert read(raw(Precedence="bulk", In_Reply_To="<a@b>", X_Mailing_List="x")).kind is Kind.PERSON
    assert read(raw(Precedence="bulk", In_Reply_To="<a@b>", Sender="owner-x@b.example")).kind is Kind.PERSON


def test_a_machine_without_an_author_is_still_a_machine() -> None:
    assert read(raw(From="", Auto_Submitted="auto-replied")).kind is Kind.AUTOMATIC
    assert read(raw(From="")).kind is Kind.UNREADABLE
