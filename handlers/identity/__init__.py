"""Linking addresses and chat ids to the person who has them; two that are one."""

from bot.router.declare import Capability

capability = Capability("identity")

__all__ = ["capability"]
