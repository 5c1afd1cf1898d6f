"""Personal data: what is held on a person, its erasure, the notice."""

from bot.router.declare import Capability

capability = Capability("privacy")

__all__ = ["capability"]
