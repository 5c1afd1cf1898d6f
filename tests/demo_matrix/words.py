"""What the demo says to whoever started it."""

from __future__ import annotations

from tests.demo_matrix.town import DOMAIN, ENCRYPTED, PASSWORD, UNBOUND, Town

BEGINNING = """Un serveur Matrix démarre sur cette machine, avec les membres d'un réseau inventé.
Rien n'en sort, et tout disparaît à la fin."""


def invitation(town: Town) -> str:
    """How to join with any Matrix client, and what to write there."""
    people = [f"  {person.key:<8} {person.name}" for person in town.settings.people.members if person.chat]
    rooms = [
        f"  #{circle}:{DOMAIN}  {settings.name}{' (chiffré)' if circle == ENCRYPTED else ''}"
        for circle, settings in town.settings.circles.items()
    ]
    return "\n".join(
        (
            "À vous, avec n'importe quel client Matrix de cette machine (Element, Fractal, Nheko …) :",
            f"  serveur (homeserver)  {town.synapse.base_url}",
            "  identifiant           bruno, ou l'un des suivants",
            f"  mot de passe          {PASSWORD}",
            "",
            "Les comptes, qui ont tous ce mot de passe :",
            *people,
            "",
            "Les salons, où chaque compte est déjà selon ses cercles :",
            *rooms,
            "",
            "À écrire, par exemple :",
            "  !aide                      dans un salon",
            "  !récap aperçu              ce que le prochain récap contient",
            f"  !info …                    dans #{UNBOUND} : une ligne pour le récap",
            "  !salons                    dans #coordination, comme alice : où en sont les salons",
            "  récap aperçu               en message direct à Navette, sans « ! »",
            "",
            "Ce qui a été dit plus tôt dans un salon chiffré reste illisible pour un nouvel appareil.",
        )
    )
