"""What a sentence does: it asks, it tells a decision, or neither."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.french import cues
from bot.french.cues.cue import Cue
from bot.french.fold import fold
from tests.unit.french.measure import FIXTURES


def plain(sentence: str) -> str:
    return " ".join(fold(sentence).split()).removeprefix("- ")


def asks(sentence: str) -> bool:
    words = plain(sentence)
    return cues.ASK.search(words) is not None or cues.SEEK.search(words) is not None


def decides(sentence: str) -> bool:
    """In its thread, too: what only concludes there is told apart in test_summary."""
    words = plain(sentence)
    return cues.DECISION.search(words) is not None or cues.CONCLUSION.search(words) is not None


@dataclass
class Count:
    """How well one question was answered over labelled sentences."""

    hits: int = 0
    spurious: int = 0
    missed: int = 0

    def add(self, *, given: bool, wanted: bool) -> None:
        self.hits += given and wanted
        self.spurious += given and not wanted
        self.missed += wanted and not given

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.spurious)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.missed)


def counts(name: str) -> tuple[Count, Count]:
    requests, decisions = Count(), Count()
    for case in json.loads((FIXTURES / name).read_text(encoding="utf-8")):
        requests.add(given=asks(case["text"]), wanted=case["request"])
        decisions.add(given=decides(case["text"]), wanted=case["decision"])
    return requests, decisions


def test_labelled_sentences() -> None:
    requests, decisions = counts("cues-seen.json")
    assert min(requests.precision, requests.recall) >= 0.95
    assert min(decisions.precision, decisions.recall) >= 0.95


def test_labelled_sentences_that_no_cue_was_made_on() -> None:
    """Kept apart.  Only raise the limits."""
    requests, decisions = counts("cues-held.json")
    assert min(requests.precision, requests.recall) >= 0.90
    assert min(decisions.precision, decisions.recall) >= 0.90


@pytest.mark.parametrize(
    "sentence",
    [
        # Several people are told to, by the ending of the verb alone.
        "Relisez le chapitre 3.",
        "Dès maintenant réservez votre repas.",
        "Si vous passez par Gap, apportez les cartons.",
        "Ne garez pas vos voitures devant le portail.",
        "Prévenez-moi si vous êtes en retard.",
        "Signez et faites signer la pétition.",
        # One is.
        "Dis-moi si tu peux venir.",
        "N'oublie pas les clés.",
        # It must be done.
        "Apporter gants et bottes.",
        "Ne pas ouvrir les vannes avant lundi.",
        "Dossiers à remettre à Inès.",
        "Il reste un créneau à pourvoir dimanche.",
        "Chaque lieu doit envoyer sa liste.",
        "Que chacun m'envoie sa liste.",
        "Les absents sont priés d'en aviser le bureau.",
        "Nous vous saurions gré de bien vouloir nous répondre, merci d'avance de votre retour.",
        # Elliptical.
        "Réponses avant mercredi midi.",
        "Date limite : 12 mars.",
        "Les textes mercredi 18 h au plus tard.",
        # Thanks for what is still to be done.
        "Merci à chacun de mettre son nom sur le tableau.",
        "merci d envoyer vos photos",
        # Questions to all.
        "Vous utilisez quel logiciel ?",
        "Chez qui êtes-vous assurés ?",
        "quelqu un a deja essayé ??",
        "Qui peut ouvrir mardi ?",
        "Des volontaires pour la caisse ?",
        "Pas de retard svp.",
        "Il nous manque deux voitures, on en a besoin samedi.",
        "Prière de fermer le portail.",
    ],
)
def test_what_asks(sentence: str) -> None:
    assert asks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Vous relisez toujours avec soin.",
        "Vous ne nous oubliez jamais.",
        "Ceux qui passez par là le savent.",
        "On se retrouve chez Lopez, assez tôt.",
        "Rendez-vous mardi à 18 h.",
        "Merci d'être venus si nombreux.",
        "Merci d'avoir rangé la salle.",
        "Merci de votre confiance.",
        "Nous avons demandé un devis.",
        "L'appel à bénévoles a bien marché.",
        "Plus besoin de chaises, merci.",
        "Vous n'avez rien à faire.",
        "P Avant d'imprimer ce message, pensez à l'environnement.",
        "En cas d'urgence, merci de joindre l'accueil.",
        "Notre prochaine séance est fixée au 8.",
        "Lecture au coin du feu vendredi.",
        "Est-ce que les lieux en projet doivent répondre aussi ?",
        "Vous recevrez une confirmation par mail.",
        "Le jardin a besoin de pluie.",
        "Nous n'avons besoin de rien.",
        "Veuillez trouver ci-joint le compte rendu.",
        "Le mandat ne vous engage pas à signer.",
    ],
)
def test_what_asks_nothing(sentence: str) -> None:
    assert not asks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "C'est entendu : nous jouerons en noir.",
        "bon c est decide on fait comme ca",
        "Personne ne s'y étant opposé, la règle s'applique lundi.",
        "Notre CA a voté hier : le four sera acheté.",
        "Le bureau renonce au stand.",
        "Désormais, les réunions dureront deux heures.",
        "Ce sera donc le samedi 12, à Gap.",
        "Partons sur le 14.",
        "Nous prenons donc le devis de Bio-Pain.",
        "Vu avec Marceau, la une sera pour le marché.",
        "Si la pluie cesse on verra, mais la sortie est reportée au 12.",
    ],
)
def test_what_tells_a_decision(sentence: str) -> None:
    assert decides(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Si le devis est accepté, nous signerons.",
        "Le devis n'est pas encore accepté.",
        "Le devis est-il accepté ?",
        "Une fois le budget validé, et quand il est adopté, on signe.",
        "Rien n'est décidé.",
        "Je propose que la fête soit reportée.",
        "Mon train est annulé.",
        "Ils ont refusé d'assurer la scie.",
        "Comme convenu, je vous envoie le plan.",
    ],
)
def test_what_tells_no_decision(sentence: str) -> None:
    assert not decides(sentence)


def test_what_undoes_a_phrase_stands_in_its_clause() -> None:
    cue = Cue("est adopte", unless="si (?:le|la)")
    assert cue.search("si le devis est adopte") is None
    assert cue.search("si le temps manque, le devis est adopte") is not None
    found = cue.search("si le devis est adopte, la charte est adopte")
    assert found is not None
    assert found.start() > 25


MONSTERS = [
    *(
        piece * 4000
        for piece in ("1", ".", "a", ". ", "> ", "n'", "vous ", "est ", "mot, ", "merci a ", "(a ? b ")
    ),
    *(
        piece * 1500
        for piece in ("qui ", "a.pdf ", "https://a.example/b ", "est retenu si ", "des volontaires ")
    ),
]


@pytest.mark.parametrize("text", MONSTERS, ids=[text[:12] for text in MONSTERS])
def test_very_long_sentences_are_read_to_their_end(text: str) -> None:
    """Each of these took minutes where a phrase could be tried at each place over all that follows."""
    words = plain(text)
    for cue in (
        cues.ASK,
        cues.SEEK,
        cues.DECISION,
        cues.EVENT,
        cues.CALL,
        cues.NEWS,
        cues.PERSONAL,
        cues.REPLY,
    ):
        cue.search(words)
    asked = plain(text + " ; merci de répondre")
    assert cues.ASK.search(asked) is not None


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert asks(text) in (True, False)
    assert decides(text) in (True, False)
