"""What one part of the settings says of another: each name must be that of something, and of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.settings.types import CIRCLE_ROLES, REFERENT_KINDS

if TYPE_CHECKING:
    from bot.settings.model import Settings


def problems_of(settings: Settings) -> Iterator[str]:
    """Each contradiction, as a French sentence that begins with where it stands."""
    yield from _lists_and_circles(settings)
    yield from _departments(settings)
    yield from _referents(settings)
    yield from _people(settings)
    yield from _said_twice(settings)


def _lists_and_circles(settings: Settings) -> Iterator[str]:
    for key, mailing_list in settings.lists.items():
        if settings.circles and mailing_list.circle not in settings.circles:
            yield f"[lists.{key}] circle : il n'y a pas de cercle « {mailing_list.circle} »."
    if settings.lists and settings.digest.list not in settings.lists:
        yield f"[digest] list : il n'y a pas de liste « {settings.digest.list} »."
    for key, letter in settings.digest.letters.items():
        if letter.list and letter.list not in settings.lists:
            yield f"[digest.letters.{key}] list : il n'y a pas de liste « {letter.list} »."
    for key, circle in settings.circles.items():
        for seat in circle.seats:
            if seat not in settings.places:
                yield f"[circles.{key}] seats : il n'y a pas de lieu « {seat} »."


def _departments(settings: Settings) -> Iterator[str]:
    named = [
        (f"[places.{key}] department", one.department)
        for key, one in settings.places.items()
        if one.department
    ]
    named += [
        (f"[territories.{key}] departments", department)
        for key, one in settings.territories.items()
        for department in one.departments
    ]
    known = settings.network.departments
    for where, department in named:
        if known and department not in known:
            yield f"{where} : « {department} » n'est pas un département du réseau."


def _referents(settings: Settings) -> Iterator[str]:
    people = {person.key for person in settings.people.members}
    for key, territory in settings.territories.items():
        where = f"[territories.{key}] referents"
        for referent in territory.referents:
            kind, colon, name = referent.partition(":")
            if colon and (kind not in REFERENT_KINDS or not name.strip()):
                kinds = "ni une personne, ni « place:LIEU », ni « collective:NOM »"
                yield f"{where} : « {referent} » n'est {kinds}."
            elif colon and kind == "place" and name not in settings.places:
                yield f"{where} : il n'y a pas de lieu « {name} »."
            elif not colon and settings.people.file is None and referent not in people:
                # Those of a file are looked for when it is read.
                yield f"{where} : il n'y a pas de personne « {referent} »."


def _people(settings: Settings) -> Iterator[str]:
    for person in settings.people.members:
        where = f"[[people.members]] {person.key}"
        if settings.places and person.place and person.place not in settings.places:
            yield f"{where}, place : il n'y a pas de lieu « {person.place} »."
        for role in person.roles:
            kind, _, circle_key = role.partition(":")
            if settings.circles and kind in CIRCLE_ROLES and circle_key not in settings.circles:
                yield f"{where}, roles : « {role} », mais il n'y a pas de cercle « {circle_key} »."


def _said_twice(settings: Settings) -> Iterator[str]:
    owners: dict[str, str] = {}
    for person in settings.people.members:
        for name in (person.key, *(one.casefold() for one in (*person.addresses, *person.chat))):
            if name in owners:
                yield (
                    f"[[people.members]] {person.key} : « {name} » désigne déjà {owners[name]} ; "
                    "une clé, une adresse ou un identifiant désigne une seule personne."
                )
            owners.setdefault(name, person.key)
