"""A world around one bot, as the tests of crashes have it."""

from tests.crash.conftest import rooms_world, world

__all__ = ["rooms_world", "world"]
