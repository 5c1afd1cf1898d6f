"""Canonical JSON, by the examples of the specification, and signatures that must not be believed."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from bot.channels.matrix.canonical import canonical_json, is_signed, key_id, public_key, signed

ALICE = "@alice:lisieres.example"
SEED = bytes(range(32))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "{}"),
        ({"one": 1, "two": "Two"}, '{"one":1,"two":"Two"}'),
        ({"b": "2", "a": "1"}, '{"a":"1","b":"2"}'),
        ({"本": 2, "日": 1}, '{"日":1,"本":2}'),
        ({"a": "日本語"}, '{"a":"日本語"}'),
        ({"a": None, "b": True}, '{"a":null,"b":true}'),
        ({"a": 'é\n\t"\\/\x07'}, '{"a":"é\\n\\t\\"\\\\/\\u0007"}'),
        ({"\U0001f600": 1, "\uff5e": 2}, '{"\uff5e":2,"\U0001f600":1}'),  # by code point, not by UTF-16
        ({"z": {"signatures": 1}, "signatures": {}, "unsigned": {}}, '{"z":{"signatures":1}}'),
    ],
)
def test_there_is_one_way_to_write_it(value: dict[str, Any], written: str) -> None:
    assert canonical_json(value).decode() == written


@pytest.mark.parametrize("value", [{"a": 1.5}, {"a": [{"b": 1.0}]}, {"a": float("nan")}, {"a": "\ud800"}])
def test_what_it_cannot_hold_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_json(value)


def test_the_key_of_rfc_8032() -> None:
    """Section 7.1, test 1; the public key there is d75a9801 … 511a."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert public_key(seed) == "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"


@pytest.mark.parametrize(
    ("value", "signature"),
    [
        ({}, "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"),
        (
            {"one": 1, "two": "Two"},
            "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
        ),
    ],
)
def test_the_signatures_of_the_specification(value: dict[str, Any], signature: str) -> None:
    """Appendices, "Test vectors", "JSON signing"."""
    seed = base64.b64decode("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1=")
    assert list(signed(value, "domain", seed)["signatures"]["domain"].values()) == [signature]


def test_what_was_signed_is_recognised() -> None:
    value = signed({"b": 1, "a": "é", "unsigned": {"x": 1.5}}, ALICE, SEED)
    public = public_key(SEED)
    assert is_signed(value, ALICE, key_id(public), public)
    assert is_signed({**value, "unsigned": {"age": 3}}, ALICE, key_id(public), public)


def test_other_signatures_are_not_passed_on() -> None:
    value = signed({"a": 1, "signatures": {"@x:y.example": {"ed25519:z": "…"}}}, ALICE, SEED)
    assert set(value["signatures"]) == {ALICE}


def _changed(**changes: Any) -> dict[str, Any]:
    return {**signed({"a": 1}, ALICE, SEED), **changes}


NAME = key_id(public_key(SEED))
DEEP: dict[str, Any] = {}
for _ in range(100_000):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        _changed(a=2),
        _changed(b=1),
        _changed(a=1.0),
        _changed(deep=DEEP),
        _changed(signatures=None),
        _changed(signatures=[]),
        _changed(signatures={ALICE: "x"}),
        _changed(signatures={ALICE: {NAME: None}}),
        _changed(signatures={ALICE: {NAME: "é"}}),
        _changed(signatures={ALICE: {NAME: "AAAA"}}),
        _changed(signatures={ALICE: {NAME: "A" * 86}}),
        _changed(signatures={"@bruno:lisieres.example": _changed()["signatures"][ALICE]}),
    ],
    ids=range(13),
)
def test_what_is_no_true_signature(value: dict[str, Any]) -> None:
    assert not is_signed(value, ALICE, NAME, public_key(SEED))


@pytest.mark.parametrize("public", ["", "AAAA", "é", public_key(b"1" * 32)])
def test_the_key_of_somebody_else(public: str) -> None:
    assert not is_signed(_changed(), ALICE, NAME, public)
