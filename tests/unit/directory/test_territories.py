"""Zones that overlap: what covers a place, the narrowest first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.territories import Answerable, Zone, covering, named, referents_of

TOWNS = ["Marseille", "Aubagne", "Saint-Véran", "L'Argentière-la-Bessée", "Gap"]
DEPARTMENTS = ["04", "05", "13"]
subsets = st.lists(st.sampled_from(TOWNS), unique=True, max_size=3).map(tuple)
some_zones = st.builds(
    Zone,
    key=st.sampled_from("abcdef"),
    name=st.just("Zone"),
    departments=st.lists(st.sampled_from(DEPARTMENTS), unique=True).map(tuple),
    towns=subsets,
    except_towns=subsets,
)
# As people type them, or nothing.
typed_towns = st.sampled_from([("", ""), *((town, town) for town in TOWNS), ("saint veran", "Saint-Véran")])


@settings(max_examples=60)
@given(some_zones, st.sampled_from(["", *DEPARTMENTS]), typed_towns)
def test_a_zone_covers_what_its_definition_says(zone: Zone, department: str, town: tuple[str, str]) -> None:
    typed, meant = town
    of_departments = department != "" and department in zone.departments and meant not in zone.except_towns
    assert zone.covers(department, typed) == (of_departments or (meant != "" and meant in zone.towns))


@settings(max_examples=40)
@given(st.lists(some_zones, max_size=6, unique_by=lambda zone: zone.key), st.sampled_from(DEPARTMENTS))
def test_every_zone_that_covers_is_named_once_the_narrowest_first(zones: list[Zone], department: str) -> None:
    found = covering(zones, department, "Gap")
    assert sorted(zone.key for zone in found) == sorted(
        zone.key for zone in zones if zone.covers(department, "Gap")
    )
    sizes = [len(zone.departments) for zone in found]
    assert sizes == sorted(sizes)


def test_a_place_in_several_zones_has_the_referents_of_all() -> None:
    whole = Zone("13", "13", ("13",))
    outside = Zone("hors", "13 hors Marseille", ("13",), except_towns=("Marseille",))
    south = Zone("sud", "Sud", ("13", "83"))
    town = Zone("aubagne", "Pays d'Aubagne", towns=("Aubagne",))
    zones = [south, whole, outside, town]
    fanny = Answerable("person", "Fanny", "fanny", 1)
    held = {"hors": [fanny]}
    assert referents_of(held, zones, "13", "aubagne") == [
        (town, []),
        (outside, [fanny]),
        (whole, []),
        (south, []),
    ]
    assert [zone.key for zone, _ in referents_of(held, zones, "13", "MARSEILLE")] == ["13", "sud"]
    assert [zone.key for zone, _ in referents_of(held, zones, "", "Aubagne")] == ["aubagne"]


def test_a_zone_is_called_by_its_key_or_its_name_however_written() -> None:
    zones = [Zone("05", "05", ("05",)), Zone("arriere-pays", "Arrière-pays", ("06",))]
    assert named(zones, "05") == zones[0]
    assert named(zones, "ARRIERE PAYS") == named(zones, "arriere-pays") == zones[1]
    assert named(zones, "pays") is None
    assert named(zones, "") is None
