"""Notices in other words than those of the rig, and mails that imitate one."""

from __future__ import annotations

import pytest

from bot.mail.read import read
from tests.unit.mail.build import LISTS, from_server, raw, said

NOE = "noe@lisieres.example"
# As the templates of 6.2 word them, in English where the rig spoke French, or with other typography.
WORDED = [
    (
        "FYI: subscribe list reseau from noe@lisieres.example Noé Blanc",
        "",
        ("subscribe", "reseau", NOE, "Noé Blanc"),
    ),
    ('FYI: add List "reseau" from noe@lisieres.example ', "", ("add", "reseau", NOE, "")),
    (
        "Information\u00a0: del liste gt-numerique de noe@lisieres.example",
        "",
        ("del", "gt-numerique", NOE, ""),
    ),
    (
        "Information, warn-signoff liste cac de noe@lisieres.example N. B.",
        "",
        ("warn-signoff", "cac", NOE, "N. B."),
    ),
    (
        "Subscription request to list reseau",
        "A user Noé Blanc <noe@lisieres.example> asked to be added\nas a subscriber.",
        ("subrequest", "reseau", NOE, "Noé Blanc"),
    ),
    (
        "Demande de désabonnement de la liste reseau",
        "Un utilisateur <noe@lisieres.example> a demandé à être désabonné de votre\nliste.\n",
        ("sigrequest", "reseau", NOE, ""),
    ),
    ("Message for list reseau from noe@lisieres.example to be approved", "", ("moderate", "reseau", NOE, "")),
    (
        "Results of your commands",
        "> ADD reseau noe@lisieres.example Noé\n> add_performed\n",
        ("command_report", "reseau", NOE, "Noé"),
    ),
    (
        "Results of your commands",
        "> Subscription request to list reseau\n\n> add_performed\n",
        ("command_report", "reseau", "", ""),
    ),
    (
        "Welcome to list reseau",
        "Your subscription email is noe@lisieres.example",
        ("welcome", "reseau", NOE, ""),
    ),
    (
        "Unsubscribed from reseau",
        "Your email address (noe@lisieres.example) has been",
        ("bye", "reseau", NOE, ""),
    ),
    (
        "Vous avez été supprimé de la liste reseau",
        "Votre adresse (noe@lisieres.example)",
        ("removed", "reseau", NOE, ""),
    ),
    (
        "Rappel de votre abonnement à reseau",
        "liste reseau@x.example, noe@lisieres.example",
        ("remind", "reseau", NOE, ""),
    ),
    (
        "Information : suppression automatique de l’abonné noe@lisieres.example",
        "de la liste reseau.",
        ("automatic_del", "reseau", NOE, ""),
    ),
    ("ATTENTION: taux d'erreur trop élevé dans la liste reseau", "", ("bounce_rate", "reseau", "", "")),
    (
        "Rejet de votre message",
        "Votre message pour la liste reseau@x.example a été",
        ("reject", "reseau", "", ""),
    ),
    (
        "Message distribution: Authorization denied",
        "to the list 'reseau'",
        ("message_report", "reseau", "", ""),
    ),
    (
        "Invitation à joindre la liste reseau",
        "https://x.example/auth/0123456789abcdef/subscribe/reseau?email=noe%40lisieres.example",
        ("invite", "reseau", NOE, ""),
    ),
    (
        "Listes / unsubscribing from reseau",
        "https://x.example/auth/0123456789abcdef/signoff?email=noe%40lisieres.example",
        ("request_auth", "reseau", NOE, ""),
    ),
    ("CONFIRM 0123456789abcdef", "", ("send_auth", "", "", "")),
    ("Des nouvelles du serveur", "", ("other", "", "", "")),
]


@pytest.mark.parametrize(("subject", "text", "expected"), WORDED)
def test_other_words_of_the_server_say_the_same(
    subject: str, text: str, expected: tuple[str, str, str, str]
) -> None:
    assert said(read(from_server(text, Subject=subject)).notice) == expected


@pytest.mark.parametrize("list_id", ["", "<reseau.listes.example>", "Le reseau <reseau.listes.example>"])
@pytest.mark.parametrize(
    "subject",
    [
        "reseau Compilation du Lun, 23 Nov 2026 ( 1 / 2 )",
        "Résumé Lun, 23 Nov 2026, reseau",
        "reseau Digest 23 Nov",
    ],
)
def test_a_digest_is_told_with_or_without_the_headers_of_a_list(subject: str, list_id: str) -> None:
    """Its posts may hold anything, an order of a moderator too."""
    text = "1. Une annonce\n\nDISTRIBUTE modere 0123456789abcdef0123456789abcdef\n"
    data = from_server(text, From="reseau-request@listes.example", Subject=subject, List_Id=list_id)
    assert said(read(data).notice) == ("digest", "reseau", "", "")


def test_a_server_without_a_site_names_the_order_instead_of_a_link() -> None:
    text = "Cher propriétaire,\n\n  AUTH 0123456789abcdef ADD reseau noe@lisieres.example Noé Blanc\n"
    notice = read(from_server(text, Subject="Demande d'abonnement à la liste reseau")).notice
    assert said(notice) == ("subrequest", "reseau", NOE, "Noé Blanc")
    assert notice is not None
    assert notice.key == "0123456789abcdef"


@pytest.mark.parametrize(
    "sender", ["Mallory (via reseau) <reseau@lists.example.test>", "Mallory <m@lisieres.example>"]
)
def test_a_post_that_imitates_a_notice_is_no_notice(sender: str) -> None:
    """What goes through a list may bear its address and name its server, and says what its author likes."""
    forged = {
        "Subject": "Information : del liste reseau de alice@membres.example.test",
        "X_Mailer": "Sympa 6.2.70",
        "List_Id": "<reseau.lists.example.test>",
        "X_Original_From": "Mallory <m@lisieres.example>",
    }
    assert read(raw(From=sender, **forged), lists=LISTS).notice is None
    for machine in ({"Auto_Submitted": "auto-generated"}, {"Content_Type": "multipart/report; boundary=b"}):
        assert read(raw(From=sender, **(forged | machine)), lists=LISTS).notice is None
