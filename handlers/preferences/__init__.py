"""Receiving less: a pause, the recap alone, when and where somebody is written to."""

from bot.router.declare import Capability

capability = Capability("preferences")

__all__ = ["capability"]
