"""The gist of a thread keeps what matters, and nothing that is only polite."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.clock import PARIS
from bot.french.gist.summary import Said, summarise

ON = dt.datetime(2026, 11, 20, 9, tzinfo=PARIS)


def said(author: str, text: str, day: int = 16) -> Said:
    return Said(author, dt.datetime(2026, 11, day, 10, tzinfo=PARIS), text)


VISIT = (
    "Bonjour à toutes et tous,\n\nJ'espère que vous allez bien.\n"
    "La Ruche ouvre ses portes aux lieux du réseau jeudi 3 décembre de 14 h à 17 h à Digne.\n"
    "Merci de vous inscrire avant le 27 novembre : https://form.example/ruche.\n\nBien à vous,\nLéa Ferrand"
)


def test_an_invitation() -> None:
    gist = summarise([said("Léa", VISIT)], "Visite de La Ruche", ON)
    assert gist.sentences == (
        "La Ruche ouvre ses portes aux lieux du réseau jeudi 3 décembre de 14 h à 17 h à Digne.",
        "Merci de vous inscrire avant le 27 novembre : https://form.example/ruche.",
    )
    assert gist.requests == gist.sentences[1:]
    assert gist.deadlines == (dt.date(2026, 11, 27),)
    assert [one.start for one in gist.dates] == [dt.date(2026, 12, 3), dt.date(2026, 11, 27)]
    assert gist.links == ("https://form.example/ruche",)
    assert gist.people == ("Léa",)
    assert (gist.decision, gist.question, gist.answered) == (None, False, False)


def test_greetings_closings_and_names_are_never_in_a_gist() -> None:
    messages = [
        said("Léa", VISIT),
        said("Marc", "Salut Léa,\nSuper, merci !\nBises\nMarc", 17),
        said("Inès", "Bonjour,\n\nMerci beaucoup.\n\nCordialement,\nInès Laval\nLa Tréfilerie", 18),
    ]
    gist = summarise(messages, "Visite", ON)
    text = " ".join(gist.sentences)
    for word in ("Bonjour", "J'espère", "Bien à vous", "Cordialement", "Bises", "Laval", "Salut"):
        assert word not in text
    assert gist.people == ("Léa", "Marc", "Inès")


def test_only_courtesies_give_no_sentence() -> None:
    gist = summarise([said("Léa", "Bonjour,\n\nMerci à vous !\n\nBonne journée\nLéa")], "Re: merci", ON)
    assert gist.sentences == ()
    assert gist.requests == ()


def test_nothing_gives_an_empty_gist() -> None:
    gist = summarise([], "", ON)
    assert (gist.sentences, gist.people, gist.question) == ((), (), False)


@pytest.mark.parametrize(
    ("replies", "answered"),
    [
        ([], False),
        ([("Inès", "Merci pour la question, je me la pose aussi.")], False),
        ([("Inès", "Oui, le cumul est possible si les dépenses sont distinctes.")], True),
        ([("Marc", "Personne ?")], False),
    ],
)
def test_whether_a_question_was_answered(replies: list[tuple[str, str]], answered: bool) -> None:
    messages = [said("Marc", "Bonjour, peut-on cumuler l'aide de la Région avec celle de l'État ?")]
    messages += [said(author, text, 17) for author, text in replies]
    gist = summarise(messages, "Cumul des aides", ON)
    assert gist.question
    assert gist.answered is answered


def test_a_decision_is_told_and_settles_what_was_asked_before() -> None:
    messages = [
        said("Léa", "Deux lieux sont candidats pour l'AG : Riez et Arles.\nMerci de voter avant mardi soir."),
        said("Marc", "Riez serait plus central pour les lieux alpins, avec un dortoir de vingt places.", 17),
        said(
            "Léa", "C'est Riez qui est retenu, avec 18 voix sur 25.\nL'équipe de Riez prépare l'accueil.", 19
        ),
    ]
    gist = summarise(messages, "Lieu de l'AG", ON)
    assert gist.decision == "C'est Riez qui est retenu, avec 18 voix sur 25."
    assert gist.decision in gist.sentences
    assert "Merci de voter avant mardi soir." not in gist.sentences
    assert len(gist.sentences) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "Le budget est à valider en CAC.",
        "Si le budget est adopté, nous signerons.",
        "La décision n'est pas encore prise.",
        "Faut-il que le budget soit validé ?",
        "Le budget sera voté en janvier.",
    ],
)
def test_what_is_not_decided_yet_is_no_decision(text: str) -> None:
    assert summarise([said("Léa", text)], "Budget", ON).decision is None


@pytest.mark.parametrize(
    "text",
    [
        "Merci de répondre au questionnaire.",
        "Pouvez-vous relire le compte rendu ?",
        "N'oubliez pas de saisir vos heures.",
        "Nous cherchons trois volontaires pour l'accueil.",
        "Les dossiers sont à envoyer à la Région.",
        "Inscrivez-vous sur le pad.",
        "Qui peut prêter un vidéoprojecteur samedi ?",
        "Quelqu'un aurait un modèle de convention ?",
        "Pensez à vider vos corbeilles.",
        "Il manque deux binômes pour les visites.",
        "Dites-moi si ça gêne quelqu'un.",
    ],
)
def test_requests(text: str) -> None:
    assert summarise([said("Léa", text)], "Info", ON).requests == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "Merci pour vos 31 votes.",
        "Merci de votre confiance.",
        "La réunion aura lieu jeudi à Gap.",
        "Nous avons visité le fablab de Digne.",
        "Le compte rendu est en ligne.",
    ],
)
def test_what_asks_nothing(text: str) -> None:
    assert summarise([said("Léa", text)], "Info", ON).requests == ()


def test_what_has_expired_gives_way() -> None:
    text = (
        "La billetterie du festival ferme mercredi 18 novembre.\n"
        "Le montage commence lundi 23 novembre à 9 h.\nLe démontage finit dimanche 29 novembre.\n"
        "La fête des bénévoles aura lieu samedi 12 décembre."
    )
    gist = summarise([said("Léa", text)], "Festival", ON)
    assert len(gist.sentences) == 3
    assert "La billetterie du festival ferme mercredi 18 novembre." not in gist.sentences


def test_what_was_replaced_is_not_told() -> None:
    messages = [
        said(
            "Léa",
            "La journée des bénévoles est calée au samedi 5 décembre.\nInscriptions avant le 27 novembre.",
        ),
        said("Marc", "Le 5 décembre c'est la foire, nous y tenons tous un stand.", 17),
        said(
            "Léa",
            "La journée est décalée au samedi 12 décembre, même endroit.\n"
            "Les inscriptions sont prolongées jusqu'au 4 décembre, et non plus le 27 novembre.",
            19,
        ),
    ]
    gist = summarise(messages, "Journée des bénévoles", ON)
    told = " ".join(gist.sentences)
    assert "12 décembre" in told
    assert "calée au samedi 5" not in told
    assert gist.deadlines == (dt.date(2026, 12, 4),)


def test_a_change_of_something_else_replaces_no_deadline() -> None:
    messages = [
        said("Léa", "Merci de renvoyer vos bulletins d'adhésion avant le 30 novembre."),
        said(
            "Léa", "Finalement la collecte de textes pour le journal est prolongée jusqu'au 9 décembre.", 18
        ),
    ]
    days = summarise(messages, "Adhésions et journal", ON).deadlines
    assert set(days) == {dt.date(2026, 11, 30), dt.date(2026, 12, 9)}


def test_a_call_that_was_closed_asks_no_more() -> None:
    messages = [
        said("Léa", "Qui peut prêter un vidéoprojecteur samedi pour la projection au Moulin ?"),
        said("Marc", "Nous en avons un à La Tréfilerie, je l'apporte samedi matin.", 17),
    ]
    thanked = said("Léa", "C'est réglé, Marc apporte celui de La Tréfilerie.", 18)
    gist = summarise([*messages, thanked], "Vidéoprojecteur", ON)
    assert gist.requests == ()
    assert gist.answered
    assert "Marc apporte celui de La Tréfilerie" in " ".join(gist.sentences)


def test_a_call_that_still_lacks_something_is_open() -> None:
    messages = [
        said("Léa", "Il manque trois personnes pour le bar de samedi."),
        said("Marc", "Je prends le début de soirée.", 17),
        said("Léa", "Le début de soirée est pourvu, il manque encore deux personnes pour la fin.", 18),
    ]
    requests = summarise(messages, "Bar", ON).requests
    assert requests[0] == "Il manque trois personnes pour le bar de samedi."
    assert "Le début de soirée est pourvu, il manque encore deux personnes pour la fin." in requests


def test_the_deadline_told_first_is_that_of_what_is_asked() -> None:
    text = (
        "La Région lance un appel à projets pour les lieux nourriciers, doté de 400 000 €.\n"
        "Merci de déposer vos dossiers sur la plateforme avant le 9 décembre.\n"
        "(la page de l'ancien appel ferme le 25 novembre)"
    )
    gist = summarise([said("Léa", text)], "Appel à projets nourriciers", ON)
    assert gist.deadlines[0] == dt.date(2026, 12, 9)


def test_a_request_may_lean_on_a_day_named_before() -> None:
    text = "Le tarif change mardi 1er décembre.\nD'ici là, envoyez-moi le nom de vos conducteurs."
    assert summarise([said("Léa", text)], "Minibus", ON).deadlines == (dt.date(2026, 12, 1),)


def test_a_deadline_that_has_passed_is_none() -> None:
    text = "Merci de répondre avant le 18 novembre."
    assert summarise([said("Léa", text)], "Enquête", ON).deadlines == ()


def test_quotes_headers_of_forwarded_mails_and_footers_are_never_in_a_gist() -> None:
    text = (
        "Je vous transfère la demande de la Métropole.\n> Une ligne citée d'hier sur le budget\n"
        "-----Message d'origine-----\nDe : Direction de la vie associative\n"
        "Envoyé : vendredi 13 novembre 2026 16:48\nÀ : Liste\nObjet : Concertation sur les locaux\n\n"
        "Les associations sont invitées à écrire leur contribution avant le 30 novembre.\n"
        "Avant d'imprimer ce message, pensez à l'environnement.\nEnvoyé de mon iPhone"
    )
    gist = summarise([said("Léa", text)], "TR : Concertation", ON)
    told = " ".join((*gist.sentences, *gist.requests))
    assert "contribution avant le 30 novembre" in told
    for foreign in ("citée", "Envoyé", "Objet", "imprimer", "vie associative"):
        assert foreign not in told
    assert [one.start for one in gist.dates] == [dt.date(2026, 11, 30)]


def test_a_sentence_that_hangs_in_the_air_gives_way() -> None:
    messages = [
        said("Léa", "Nous proposons de tenir la prochaine rencontre à Gap, au Moulin."),
        said("Marc", "Oui, pour nous aussi.\nLe Moulin peut loger vingt personnes dans son dortoir.", 17),
        said("Inès", "La salle du haut est libre toute la semaine du 7 décembre.", 18),
    ]
    assert "Oui, pour nous aussi." not in summarise(messages, "Rencontre à Gap", ON).sentences


def test_the_signs_of_markdown_are_not_told() -> None:
    text = "# Les Mains à la Pâte\nLe formulaire est à remplir **avant le 30 novembre**."
    gist = summarise([said("Léa", text)], "Stands", ON)
    assert "Le formulaire est à remplir avant le 30 novembre." in gist.sentences
    assert "#" not in " ".join(gist.sentences)


@pytest.mark.parametrize(
    ("request_", "whom"),
    [
        ("D'ici là, que chaque lieu m'envoie la copie du permis.", ("chaque lieu",)),
        ("Merci à chacun de mettre son nom sur le planning.", ("chacun",)),
        ("Les membres empêchés sont priés de prévenir le secrétariat.", ("Les membres empêchés",)),
        ("Léa, peux-tu envoyer le compte rendu ?", ("Léa",)),
        ("Merci d'envoyer le compte rendu à chaque lieu.", ()),
        ("Merci de rendre les clés tous les mardis.", ()),
        ("Merci de répondre au questionnaire.", ()),
    ],
)
def test_of_whom_it_is_asked(request_: str, whom: tuple[str, ...]) -> None:
    messages = [said("Léa Ferrand", "La réunion de rentrée a eu lieu à Gap."), said("Marc", request_, 17)]
    assert summarise(messages, "Réunion", ON).asked_of == whom


def test_what_is_listed_is_told_with_its_heading() -> None:
    text = (
        "Le festival se tiendra du 20 au 22 novembre.\nNous avons encore besoin de :\n"
        "- quatre personnes au bar le vendredi soir ;\n- deux conducteurs avec permis remorque."
    )
    assert summarise([said("Léa", text)], "Festival", ON).sentences[1] == (
        "Nous avons encore besoin de : quatre personnes au bar le vendredi soir ; "
        "deux conducteurs avec permis remorque"
    )


def test_what_takes_back_an_earlier_word_is_told() -> None:
    messages = [
        said(
            "Léa",
            "L'assemblée générale se tiendra le samedi 12 décembre à 10 h à Forcalquier.\n"
            "Si vous ne pouvez pas venir, donnez votre pouvoir à un autre membre.\n"
            "N'oubliez pas de régler votre cotisation.",
        ),
        said("Léa", "L'assemblée aura lieu à Manosque et non à Forcalquier.", 19),
    ]
    told = summarise(messages, "Assemblée générale", ON).sentences
    assert "L'assemblée aura lieu à Manosque et non à Forcalquier." in told


@pytest.mark.parametrize(
    "last", ["On part sur jeudi, je réserve.", "Bon, jeudi 12 pour tout le monde alors."]
)
def test_who_put_the_question_concludes_once_others_have_answered(last: str) -> None:
    asked = said("Léa", "Je propose jeudi 12 ou vendredi 13 novembre. Qu'en dites-vous ?")
    answer = said("Marc", "Le jeudi me va.", 17)
    assert summarise([asked, answer, said("Léa", last, 18)], "Réunion", ON).decision == last
    assert summarise([asked, said("Léa", "Bon, jeudi alors.", 18)], "Réunion", ON).decision is None


def test_an_office_that_signs_is_not_told() -> None:
    text = "La salle ferme à 22 h à partir de lundi.\nLe conseil d'administration"
    assert summarise([said("Léa", text)], "Salle", ON).sentences == (
        "La salle ferme à 22 h à partir de lundi.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour je vends ma remorque",
        "Tous les lieux doivent répondre lundi.",
        "L'équipe recrute un animateur.",
        "Merci à tous ceux qui peuvent prêter une table de me le dire.",
    ],
)
def test_what_only_begins_like_a_courtesy_is_told(text: str) -> None:
    assert len(summarise([said("Léa", text)], "Info", ON).sentences) == 1


def test_decisions_of_one_voice_are_none() -> None:
    messages = [
        said("Léa", "Quelle couleur pour les foulards du chœur ?"),
        said("Marc", "Va pour le bleu, les ténors suivent.", 17),
    ]
    assert summarise(messages, "Foulards", ON).decision is None
