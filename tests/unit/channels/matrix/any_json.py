"""What a stranger's server may send: any JSON, and realistic events with any JSON in one place."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.unit.channels.matrix.samples import ALL

# A busy machine is no failure.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each part of some JSON."""
    found = [path] if path else []
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        found += places(child, (*path, key))
    return found


_KEYS = sorted({key for event in ALL for path in places(event) for key in path if isinstance(key, str)})
# Lone surrogates are wanted: JSON can hold them as \ud800.
ANY_TEXT = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    [
        "\ud800",
        "\x00",
        "@",
        "> <@a:b> x\n\ny",
        "<",
        "&#9999999999;",
        "[](",
        "m.replace",
        "m.thread",
        "12",
        "-",
    ]
)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(_KEYS) | ANY_TEXT | st.integers(), inner, max_size=6)
    ),
    max_leaves=25,
)


def spoilt(value: dict[str, Any], path: tuple[Any, ...], by: Any) -> dict[str, Any]:
    """The same JSON with something else in one place."""
    copied = copy.deepcopy(value)
    here: Any = copied
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = by
    return copied


def spoilt_events(events: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """One of these events, in which one place holds anything at all."""
    return st.sampled_from(events).flatmap(
        lambda event: st.builds(
            lambda path, by: spoilt(event, path, by), st.sampled_from(places(event)), ANY_JSON
        )
    )


def nested(depth: int) -> dict[str, Any]:
    """JSON deeper than any recursion goes."""
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"m.relates_to": value, "content": value}
    return value
