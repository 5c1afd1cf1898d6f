"""Plain values: ``typing.NamedTuple``, without loading ``typing``.

Importing ``typing`` or ``dataclasses`` takes longer than importing all that reads French, and both are
needed by type checkers only.
"""

from __future__ import annotations

__all__ = ["NamedTuple"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import namedtuple

    class _Made(type):
        """Makes a named tuple of a class body: its annotations are the fields, their values the defaults."""

        def __new__(made, name, bases, body):
            if not bases:
                return super().__new__(made, name, bases, body)
            fields = list(body.get("__annotations__", ()))
            defaults = [body.pop(field) for field in fields if field in body]
            value = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for key, attribute in body.items():
                if key not in ("__module__", "__qualname__"):
                    setattr(value, key, attribute)
            return value

    class NamedTuple(metaclass=_Made):
        """A tuple with named fields, frozen, equal by its values."""
