"""JSON signed as Matrix has it: one way to write it in bytes, and Ed25519 over these (spec, appendices)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

_SCHEME = "rfc8032"
_UNSIGNED = ("signatures", "unsigned")


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """The bytes of ``value`` that are signed: its ``signatures`` and ``unsigned`` are not among them.

    Raises ValueError for what canonical JSON cannot hold: a float, half a surrogate pair.
    """
    signed = {key: each for key, each in value.items() if key not in _UNSIGNED}
    _refuse_floats(signed)
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def public_key(seed: bytes) -> str:
    """The public key of an Ed25519 seed of 32 bytes, in unpadded base64."""
    return _encode(_private(seed).public_key().export_key(format="raw"))


def key_id(public: str) -> str:
    """The name of a cross-signing key, which is named by itself."""
    return f"ed25519:{public}"


def signed(value: Mapping[str, Any], user_id: str, seed: bytes) -> dict[str, Any]:
    """``value`` with the signature that the cross-signing key of ``seed`` gives it, and no other."""
    signature = eddsa.new(_private(seed), _SCHEME).sign(canonical_json(value))
    plain = {key: each for key, each in value.items() if key not in _UNSIGNED}
    return {**plain, "signatures": {user_id: {key_id(public_key(seed)): _encode(signature)}}}


def is_signed(value: Mapping[str, Any], user_id: str, name: str, public: str) -> bool:
    """Whether ``value`` has a true signature of the key ``public`` of ``user_id``, called ``name``.

    What a server gave may be anything: whatever is not a true signature is False.
    """
    try:
        signature = _decode(value["signatures"][user_id][name])
        key = eddsa.import_public_key(_decode(public))
        eddsa.new(key, _SCHEME).verify(canonical_json(value), signature)
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    return True


def _private(seed: bytes) -> ECC.EccKey:
    return ECC.construct(curve="Ed25519", seed=seed)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("canonical JSON has no floats")  # noqa: TRY004 - it is the value that is wrong
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_floats(each)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
