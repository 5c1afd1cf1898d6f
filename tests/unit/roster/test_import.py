"""An import shows what it would change, then does exactly that; a name alone never tells who somebody is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import merging, people
from bot.authority import Role
from bot.roster import lines, plan
from bot.roster.apply import apply
from bot.roster.plan import Doubt, Fate, Plan
from bot.roster.sheet import SheetError
from bot.settings import Settings
from bot.store import people_tables as t
from bot.store.engine import Store
from bot.store.ledger import Identity, Line

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)

Rows = Callable[..., Any]


async def shown(store: Store, settings: Settings, text: str, *new: int) -> Plan:
    table = lines.read(text.encode(), settings)
    async with store.read() as session:
        return await plan.make(session, settings, table, new, NOW)


async def imported(store: Store, settings: Settings, text: str, *new: int) -> Plan:
    table = lines.read(text.encode(), settings)
    async with store.write() as session:
        made = await plan.make(session, settings, table, new, NOW)
        await apply(session, settings, made, NOW)
    return made


def fates(made: Plan) -> list[str]:
    return [case.fate.value for case in made.cases]


SHEET = (
    "Nom;Courriel;Commune;Lieu;Rôle;Statut\n"
    "Alice Rovère;ALICE@lisieres.example;Aubagne;Filature;;\n"
    "Zoé Éluard;zoe@x.example, z@y.example;Gap;La Gare;délégué·e au CAC;\n"
    "Bruno Castagne;bruno@lisieres.example;;;facilitation GT Animation;\n"
    "Jean-Pierre de La Tour;jp@x.example;;;référent 84;partenaire\n"
)


async def test_each_row_is_told_and_then_done(store: Store, settings: Settings, rows: Rows) -> None:
    made = await shown(store, settings, SHEET)
    assert fates(made) == ["changed", "added", "same", "added"]
    [change] = made.cases[0].changes
    assert (change.what, change.before, change.after) == ("town", "", "Aubagne")
    assert [name for _, name in made.new_places] == ["La Gare"]
    await imported(store, settings, SHEET)
    async with store.read() as session:
        zoe = await people.by_contact(session, "mail", "z@y.example", NOW)
        tour = await people.by_key(session, "jean-pierre.de.la.tour", NOW)
    assert zoe is not None
    assert tour is not None
    assert (zoe.key, zoe.place, zoe.addresses) == ("zoe.eluard", "la.gare", ("zoe@x.example", "z@y.example"))
    assert zoe.has(Role.DELEGATE, "cac")
    assert (tour.is_member, tour.has(Role.REFERENT, "84")) == (False, True)
    [row] = await rows(t.Person, t.Person.key == "zoe.eluard")
    assert (row.source, row.notice_at) == ("import", None)
    assert {role.source for role in await rows(t.RoleRow, t.RoleRow.person_id == row.id)} == {"import"}


async def test_the_second_time_changes_nothing(
    store: Store, settings: Settings, dump: Callable[[Path], str]
) -> None:
    await imported(store, settings, SHEET)
    before = dump(store.path)
    assert fates(await imported(store, settings, SHEET)) == ["same"] * 4
    assert dump(store.path) == before


async def test_a_look_writes_nothing(store: Store, settings: Settings, dump: Callable[[Path], str]) -> None:
    before = dump(store.path)
    await shown(store, settings, SHEET)
    assert dump(store.path) == before


async def test_a_name_alone_is_nobody(store: Store, settings: Settings, rows: Rows) -> None:
    text = "Nom;Courriel\nmona ARNOUX;autre@x.example\n"
    [case] = (await shown(store, settings, text)).cases
    assert (case.fate, case.doubt, case.others) == (Fate.DOUBTFUL, Doubt.NAMESAKE, ("mona",))
    assert fates(await imported(store, settings, text)) == ["doubtful"]
    assert fates(await imported(store, settings, text, 2)) == ["added"]
    assert {one.key for one in await rows(t.Person, t.Person.key.startswith("mona"))} == {
        "mona",
        "mona.arnoux",
    }


async def test_two_rows_of_one_name_are_two_people_only_if_one_says_so(
    store: Store, settings: Settings
) -> None:
    text = "Prénom;Nom;Courriel\nPaul;Martin;p1@x.example\nPaul;MARTIN;p2@x.example\n"
    assert fates(await shown(store, settings, text)) == ["doubtful", "doubtful"]
    made = await imported(store, settings, text, 2, 3)
    assert [case.key for case in made.cases] == ["paul.martin", "paul.martin.2"]


async def test_a_key_tells_who_it_is(store: Store, settings: Settings, rows: Rows) -> None:
    [case] = (await imported(store, settings, "Clé;Nom;Courriel\nmona;Mona A.;m2@x.example\n")).cases
    assert (case.fate, case.person_id is not None) == (Fate.CHANGED, True)
    [row] = await rows(t.Contact, t.Contact.value == "m2@x.example")
    assert (row.person_id, row.source, row.rank) == (case.person_id, "import", 1)


@pytest.mark.parametrize(
    ("row", "doubt", "others"),
    [
        ("Alice;alice@lisieres.example mona@lisieres.example;;", Doubt.SEVERAL, {"alice", "mona"}),
        (";alice@lisieres.example;mona;", Doubt.SEVERAL, {"alice", "mona"}),
        ("Gertrude Sans-Rapport;alice@lisieres.example;;", Doubt.OTHER_NAME, {"alice"}),
        (";;;Gap", Doubt.NOBODY, set()),
    ],
)
async def test_what_is_doubtful_is_left_out_and_said(
    row: str, doubt: Doubt, others: set[str], store: Store, settings: Settings, dump: Callable[[Path], str]
) -> None:
    before = dump(store.path)
    [case] = (await imported(store, settings, f"Nom;Courriel;Clé;Ville\n{row}\n")).cases
    assert (case.fate, case.doubt, set(case.others)) == (Fate.DOUBTFUL, doubt, others)
    assert dump(store.path) == before


async def test_somebody_who_was_merged_is_whom_they_were_merged_into(
    store: Store, settings: Settings, rows: Rows
) -> None:
    async with store.write() as session:
        kept, gone = [
            await session.get_one(t.Person, one.id)
            for key in ("karim", "mona")
            for one in await rows(t.Person, t.Person.key == key)
        ]
        await merging.merge(session, kept, gone, "alice", NOW)
    text = "Clé;Nom;Courriel;Ville\n{};{};{};Digne\n"
    for line in (("mona", "Karim Loubet", ""), ("", "Karim Loubet", "mona@lisieres.example")):
        [case] = (await shown(store, settings, text.format(*line))).cases
        assert (case.fate, case.key) == (Fate.CHANGED, "karim")
    both = "Nom;Courriel\nKarim Loubet;karim@lisieres.example\nKarim L;mona@lisieres.example\n"
    assert [case.doubt for case in (await shown(store, settings, both)).cases] == [Doubt.TWICE] * 2


async def test_somebody_who_was_erased_is_not_brought_back_unless_one_says_so(
    store: Store, settings: Settings, rows: Rows
) -> None:
    who = Identity("zoe.eluard", ("Zoé Éluard",), (("mail", "zoe@x.example"),))
    seals = Line.of("mark", 1, [99], NOW, who).fields()
    async with store.write() as session:
        alias = t.Person(key="erased-1", name="ancien·ne membre 1", status="former", left_at=NOW)
        session.add(alias)
        await session.flush()
        session.add(t.Erasure(number=1, mark="mark", person_id=alias.id, at=NOW, seals=seals))
    text = "Nom;Courriel\nZoé Éluard;zoe@x.example\nZoé Roy;roy@x.example\n"
    made = await imported(store, settings, text)
    assert [(case.fate, case.doubt) for case in made.cases] == [
        (Fate.DOUBTFUL, Doubt.ERASED),
        (Fate.ADDED, None),
    ]
    assert fates(await imported(store, settings, text, 2)) == ["added", "same"]


async def test_somebody_who_left_comes_back_only_when_the_row_says_so(
    store: Store, settings: Settings, rows: Rows
) -> None:
    async with store.write() as session:
        [mona] = await rows(t.Person, t.Person.key == "mona")
        mona = await session.get_one(t.Person, mona.id)
        mona.left_at, mona.status = NOW, "former"
    text = "Nom;Courriel{}\nMona Arnoux;mona@lisieres.example{}\n"
    [case] = (await imported(store, settings, text.format("", ""))).cases
    assert case.doubt is Doubt.FORMER
    assert fates(await imported(store, settings, text.format(";Statut", ";inscrite"))) == ["changed"]
    async with store.read() as session:
        assert await people.by_contact(session, "mail", "mona@lisieres.example", NOW) is not None


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Nom;Courriel\nA;a@x.example\nB;b@x.example\nC;A@x.example\n", {2: (4,), 4: (2,)}),
        ("Nom;Clé\nA;a\nB;b\nC;A\n", {2: (4,), 4: (2,)}),
        (
            "Nom;Courriel\nLéa;lea@lisieres.example\nB;b@x.example\nLéa T;lea.perso@courriel.example\n",
            {2: (4,), 4: (2,)},
        ),
    ],
)
async def test_two_rows_of_one_person_are_left_out_and_the_others_count(
    text: str, others: dict[int, tuple[int, ...]], store: Store, settings: Settings, rows: Rows
) -> None:
    made = await imported(store, settings, text)
    assert fates(made) == ["doubtful", "added", "doubtful"]
    assert {case.line.number: case.lines for case in made.cases if case.doubt is Doubt.TWICE} == others


async def test_a_new_line_that_is_nobodys_namesake_is_refused(store: Store, settings: Settings) -> None:
    with pytest.raises(SheetError, match="--new 2"):
        await shown(store, settings, "Nom;Courriel\nZoé;z@x.example\n", 2)


async def test_nothing_missing_is_erased_and_whoever_is_absent_is_only_listed(
    store: Store, settings: Settings, rows: Rows
) -> None:
    made = await imported(store, settings, "Nom;Courriel;Dépt;Rôle\nBruno;bruno@lisieres.example;;\n")
    assert fates(made) == ["same"]
    assert ("chloe", "Chloé Barbaroux") in made.absent
    assert "bruno" not in {key for key, _ in made.absent}
    assert await rows(t.Person, t.Person.left_at.is_not(None)) == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("La Filatur", "La Filature"),
        ("FILATURE (Marseille)", "La Filature"),
        ("Le Moulin ; La Ruche", "La Ruche"),
        ("La Gares", "La Gare"),
    ],
)
async def test_a_place_that_looks_like_another_is_left_out(
    said: str, meant: str, store: Store, settings: Settings
) -> None:
    text = f'Nom;Courriel;Lieu\nY;y@x.example;La Gare\nZoé;z@x.example;"{said}"\n'
    made = await imported(store, settings, text)
    assert made.cases[1].line.doubts == [f"lieu inconnu : {said} (ou bien {meant} ?)"]
    assert [name for _, name in made.new_places] == ["La Gare"]


async def test_places_are_known_by_their_name_or_key_and_numbers_tell_them_apart(
    store: Store, settings: Settings, rows: Rows
) -> None:
    said = ["La Filature", "filature", "  LA  FILATURE ", "l’atelier", "Espace 1", "Espace 2", "aucun", "-"]
    lines = "".join(f"P{at};p{at}@x.example;{place}\n" for at, place in enumerate(said))
    made = await imported(store, settings, f"Nom;Courriel;Lieu\n{lines}")
    assert [name for _, name in made.new_places] == ["Espace 1", "Espace 2"]
    names = {place.id: place.name for place in await rows(t.Place)}
    there = [names.get(one.place_id) for one in await rows(t.Person, t.Person.source == "import")]
    assert there == [*["La Filature"] * 3, "L'Atelier", "Espace 1", "Espace 2", None, None]


async def test_a_key_made_of_an_address_of_the_list_tells_nothing(
    store: Store, settings: Settings, rows: Rows
) -> None:
    """Whoever subscribes chooses their address, hence the key: a row's roles must not go to them by it."""
    async with store.write() as session:
        listed = t.Person(key="paul", name="Paul", status="subscriber", source="list", entered_at=NOW)
        session.add(listed)
        await session.flush()
        session.add(
            t.Contact(
                person_id=listed.id, channel="mail", value="paul@evil.example", source="list", verified_at=NOW
            )
        )
    text = "Clé;Nom;Courriel;Rôle\npaul;Paul Éluard;paul@x.example;trésorier\n"
    [case] = (await imported(store, settings, text)).cases
    assert (case.fate, case.key) == (Fate.ADDED, "paul.2")
    assert await rows(t.RoleRow, t.RoleRow.person_id == listed.id) == []
    assert fates(await imported(store, settings, text)) == ["same"]


async def test_formulas_errors_and_what_nobody_sees(store: Store, settings: Settings) -> None:
    text = (
        "Nom;Prénom;Courriel;Lieu\n"
        '"=HYPERLINK(""http://x"";""Roy"")";Zoé;z@x.example;#N/A\n'
        "É\x1b[31mluard\x00;Bo\u202eb;b\u200b@x.example;Err:502\n"
    )
    one, other = (await shown(store, settings, text)).cases
    assert (one.name, len(one.line.doubts)) == ("Zoé", 2)
    assert (other.name, other.line.addresses, len(other.line.doubts)) == (
        "Bob É[31mluard",
        ["b@x.example"],
        1,
    )
    assert {change.what for change in (*one.changes, *other.changes)} == {"status", "address"}
