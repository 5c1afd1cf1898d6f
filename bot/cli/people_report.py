"""What an import of people would change, as the coordinator reads it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.french.format import count
from bot.roster.plan import Case, Change, Doubt, Fate, Plan, marks
from bot.settings import Settings

_SIGNS = {Fate.ADDED: "+", Fate.CHANGED: "~"}
# How a change is called, alone and with others of its kind.
_WHAT = {
    "name": ("nom", "noms"),
    "status": ("statut", "statuts"),
    "place": ("lieu", "lieux"),
    "department": ("département", "départements"),
    "town": ("commune", "communes"),
    "language": ("langue", "langues"),
    "entered": ("entrée", "entrées"),
    "address": ("adresse", "adresses"),
    "chat": ("messagerie", "messageries"),
    "role": ("rôle", "rôles"),
}
_STATUSES = {
    "subscriber": "inscrit·e",
    "newcomer": "en accueil",
    "partner": "partenaire",
    "former": "ancien·ne",
}
_LANGUAGES = {"fr": "français", "en": "anglais"}
_ROLES = {
    "member": "membre",
    "delegate": "délégué·e",
    "referent": "référent·e",
    "secretary": "secrétariat",
    "facilitator": "facilitation",
    "treasurer": "trésorerie",
    "coordination": "coordination",
}
_DOUBTS = {
    Doubt.SEVERAL: "ce qu'elle dit (adresses, messagerie, clé) est à plusieurs personnes : {who}",
    Doubt.OTHER_NAME: "son adresse, ou sa clé, est celle de {who}, qui s'appelle autrement",
    Doubt.FORMER: "{who} n'est plus dans le réseau ; une colonne « statut » peut dire que si",
    Doubt.ERASED: "cette personne a demandé à être effacée. Si elle revient d'elle-même : « --new {line} »",
    Doubt.NOBODY: "ni nom ni adresse",
}


def tell(plan: Plan, settings: Settings, *, applies: bool, complete: bool) -> Iterator[str]:
    """The lines to show: each change, then what must be looked at, then how many of each."""
    for case in plan.cases:
        if case.fate in _SIGNS:
            changes = " ; ".join(_changes(case, settings))
            yield f"{_SIGNS[case.fate]} ligne {case.line.number} {case.name} ({case.key}) : {changes}"
    if looked_at := [line for case in plan.cases for line in _to_look_at(case, plan)]:
        yield "À vérifier :"
        yield from looked_at
    if plan.new_places:
        yield f"Nouveaux lieux : {', '.join(name for _, name in plan.new_places)}."
    if plan.passed:
        yield f"Colonnes laissées de côté : « {' », « '.join(plan.passed)} »."
    if complete:
        absent = ", ".join(f"{name} ({key})" for key, name in plan.absent) or "personne"
        yield f"Ici et pas dans le tableau (rien n'y change) : {absent}."
    yield from _totals(plan)
    yield "C'est écrit." if applies else "À blanc : rien n'est écrit. « --apply » le fait."


def _totals(plan: Plan) -> Iterator[str]:
    totals = [
        count(plan.count(Fate.ADDED), "ajoutée (+)", "ajoutées (+)"),
        count(plan.count(Fate.CHANGED), "changée (~)", "changées (~)"),
        count(plan.count(Fate.SAME), "déjà à jour", "déjà à jour"),
        count(plan.count(Fate.DOUBTFUL), "laissée de côté (?)", "laissées de côté (?)"),
    ]
    yield f"{count(len(plan.cases), 'ligne')} : {', '.join(totals)}."
    if unread := sum(len(case.line.doubts) for case in plan.cases):
        cells = count(unread, "case pas comprise (!)", "cases pas comprises (!)")
        yield f"{cells} : le reste de la ligne compte."


def _to_look_at(case: Case, plan: Plan) -> Iterator[str]:
    where = f"ligne {case.line.number} {case.name}".rstrip()
    if case.doubt is not None:
        yield f"? {where} : {_doubt(case, case.doubt, plan)}"
    yield from (f"! {where}, pas compris : {doubt}" for doubt in case.line.doubts)


def _doubt(case: Case, doubt: Doubt, plan: Plan) -> str:
    who = " et ".join(f"{plan.names[key]} ({key})" for key in case.others)
    lines, new = _lines(case.lines), f"« --new {case.line.number} »"
    if doubt is Doubt.TWICE:
        if shared := _shared(case, plan):
            once = "une adresse, un compte, une clé sont à une seule personne"
            return f"« {', '.join(shared)} » est aussi à {lines} : {once}"
        return f"c'est {who}, comme à {lines} : une ligne par personne"
    if doubt is Doubt.NAMESAKE:
        same = f"même nom que {who}" if who else f"même nom qu'à {lines}"
        known = "Si c'est cette personne : sa clé dans une colonne « clé ». " if who else ""
        return f"{same}, et rien d'autre ne dit qui c'est. {known}Si c'est quelqu'un d'autre : {new}"
    return _DOUBTS[doubt].format(who=who, line=case.line.number)


def _shared(case: Case, plan: Plan) -> list[str]:
    """The addresses, chat ids and key that stand in other rows as well."""
    others = {mark for one in plan.cases if one.line.number in case.lines for mark in marks(one.line)}
    return [mark for mark in marks(case.line) if mark in others]


def _lines(numbers: tuple[int, ...]) -> str:
    return (
        f"la ligne {numbers[0]}" if len(numbers) == 1 else f"d'autres lignes ({', '.join(map(str, numbers))})"
    )


def _changes(case: Case, settings: Settings) -> Iterator[str]:
    """What changes, all of one kind together."""
    kinds: dict[str, list[str]] = {}
    for change in case.changes:
        kinds.setdefault(change.what, []).append(_change(change, settings))
    for what, said in kinds.items():
        yield f"{_WHAT[what][len(said) > 1]} {', '.join(said)}"
    if case.fate is Fate.ADDED and not {"address", "chat"} & set(kinds):
        yield "sans adresse"


def _change(change: Change, settings: Settings) -> str:
    if change.what == "role":
        role, _, where = change.after.partition(":")
        circle = settings.circles.get(where)
        territory = settings.territories.get(where)
        named = circle.name if circle else territory.name if territory else where
        return f"{_ROLES[role]} {named}".rstrip()
    words = _STATUSES | _LANGUAGES
    before, after = (words.get(one, one) for one in (change.before, change.after))
    return f"« {before} » → « {after} »" if before else after
