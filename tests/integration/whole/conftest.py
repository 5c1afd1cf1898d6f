"""A world around one bot, as the tests of crashes have it."""

from tests.crash.conftest import world

__all__ = ["world"]
